"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from fuqi.web.county import views

urlpatterns = [path("", views.county, name="county")]

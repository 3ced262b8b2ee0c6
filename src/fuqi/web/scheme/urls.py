"""Addresses of the scheme; a clause is found by its anchor."""

from __future__ import annotations

from django.urls import URLPattern, path

from fuqi.web.scheme import views

urlpatterns: list[URLPattern] = [path("", views.scheme, name="scheme")]

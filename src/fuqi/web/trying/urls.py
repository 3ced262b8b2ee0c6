"""Addresses of trying a draft."""

from __future__ import annotations

from django.urls import URLPattern, path

from fuqi.web.trying import views

urlpatterns: list[URLPattern] = [path("", views.try_draft, name="try_draft")]

"""Addresses of the journal."""

from __future__ import annotations

from django.urls import path

from fuqi.web.journal import views

urlpatterns = [
    path("", views.journal, name="journal"),
    path("who-saw/", views.who_saw, name="who_saw"),
]

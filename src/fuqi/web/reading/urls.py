"""Addresses of reading many people."""

from __future__ import annotations

from django.urls import path

from fuqi.web.reading import views

urlpatterns = [
    path("", views.decide_readings, name="decide_readings"),
    path("ask/", views.ask_to_read, name="ask_to_read"),
    path("<uuid:request_id>/", views.decide_reading, name="decide_reading"),
]

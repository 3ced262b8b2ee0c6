"""Addresses of what was settled otherwise than before."""

from __future__ import annotations

from django.urls import path

from fuqi.web.adjustments import views

urlpatterns = [
    path("", views.adjustments, name="adjustments"),
    path("list.xlsx", views.workbook, name="adjustments_workbook"),
    path("<uuid:adjustment_id>/", views.adjustment, name="adjustment"),
]

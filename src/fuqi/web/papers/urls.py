"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from fuqi.web.papers import views

urlpatterns = [
    path("papers/", views.papers, name="papers"),
    path("papers/self-assessment.<str:form>", views.self_assessment, name="self_assessment"),
    path("papers/plain-sheets.pdf", views.plain_sheets, name="plain_sheets"),
    path("genuine/<str:number>/<str:mark>/", views.check_paper, name="check_paper"),
]

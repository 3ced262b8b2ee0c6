"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from fuqi.web.duties import views

urlpatterns = [
    path("", views.subject_requests, name="subject_requests"),
    path("new/", views.new_request, name="new_request"),
    path("<str:number>/", views.subject_request, name="subject_request"),
    path("<str:number>/edit/", views.edit_request, name="edit_request"),
    path("<str:number>/decide/", views.decide_request, name="decide_request"),
    path("<str:number>/answer/", views.answer_request, name="answer_request"),
    path("<str:number>/file.<str:form>", views.subject_file, name="subject_file"),
]

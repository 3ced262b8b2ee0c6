"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from fuqi.web.figures import views

urlpatterns = [
    path("<str:code>/", views.figure, name="figure"),
    path("<str:code>/list.csv", views.figure_list, name="figure_list"),
]

"""Addresses of people, settlements and received rows. Resident identity numbers and names are never part of one."""

from __future__ import annotations

from django.urls import URLPattern, path

from fuqi.web.people import views

urlpatterns: list[URLPattern] = [
    path("people/", views.find_person, name="find_person"),
    path("people/<int:serial>/", views.person, name="person"),
    path("settlements/<path:number>/", views.settlement, name="settlement"),
    path("rows/<uuid:row_id>/", views.received_row, name="received_row"),
]

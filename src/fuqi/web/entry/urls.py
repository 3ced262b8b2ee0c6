"""Addresses of the entry."""

from __future__ import annotations

from django.urls import path

from fuqi.web.entry import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.change_password, name="change_password"),
    path("purpose/", views.say_purpose, name="purpose"),
]

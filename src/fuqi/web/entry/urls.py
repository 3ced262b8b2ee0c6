"""Addresses of the entry."""

from __future__ import annotations

from django.urls import path

from fuqi.web.entry import factors, views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", factors.show_code, name="sign_in_code"),
    path("sign-in/passkey/", factors.show_passkey, name="sign_in_passkey"),
    path("sign-in/set-up/", factors.set_up, name="sign_in_set_up"),
    path("sign-in/done/", views.welcome_back, name="welcome_back"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.change_password, name="change_password"),
    path("purpose/", views.say_purpose, name="purpose"),
]

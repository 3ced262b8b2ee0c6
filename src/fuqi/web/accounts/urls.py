"""Addresses of the accounts. A person is found by the account's own number, never by the name."""

from __future__ import annotations

from django.urls import path

from fuqi.web.accounts import views

urlpatterns = [
    path("", views.accounts, name="accounts"),
    path("grant/", views.grant, name="grant"),
    path("<uuid:account_id>/", views.account, name="account"),
    path("<uuid:account_id>/disable/", views.disable_account, name="disable_account"),
    path("<uuid:account_id>/enable/", views.enable_account, name="enable_account"),
    path("<uuid:account_id>/factor/", views.reset_second_factor, name="reset_second_factor"),
    path("<uuid:account_id>/password/", views.give_password, name="give_password"),
    path("<uuid:account_id>/grants/<uuid:grant_id>/", views.take_back, name="take_back"),
]

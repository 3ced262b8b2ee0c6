"""Addresses of a person's own pages."""

from __future__ import annotations

from django.urls import path

from fuqi.web.own import factors, proof, views

urlpatterns = [
    path("", views.own_account, name="own_account"),
    path("prove/", proof.prove, name="prove_again"),
    path("factor/", factors.own_factor, name="own_factor"),
    path("recovery-codes/", factors.own_recovery_codes, name="own_recovery_codes"),
    path("passkeys/", factors.own_passkeys, name="own_passkeys"),
]

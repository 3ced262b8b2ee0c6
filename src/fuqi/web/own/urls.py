"""Address of a person's own page."""

from __future__ import annotations

from django.urls import path

from fuqi.web.own import views

urlpatterns = [path("", views.own_account, name="own_account")]

"""Address of the system's state."""

from __future__ import annotations

from django.urls import path

from fuqi.web.system import views

urlpatterns = [path("", views.system, name="system")]

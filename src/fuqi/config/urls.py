"""Every address: the pages, and the API beside them, which knows no session."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("fuqi.api.urls")),
    path("", include("fuqi.web.urls")),
]

handler400 = "fuqi.web.door.bad_request"
handler404 = "fuqi.web.door.not_found"
handler500 = "fuqi.web.door.server_error"

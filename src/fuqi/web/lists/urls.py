"""Addresses of the lists desk."""

from __future__ import annotations

from django.urls import path

from fuqi.web.lists import views

urlpatterns = [
    path("", views.lists, name="lists"),
    path("upload/", views.upload, name="upload"),
    path("jobs/<uuid:job_id>/", views.job, name="job"),
    path("jobs/<uuid:job_id>/again/", views.receive_again, name="receive_again"),
    path("files/<uuid:file_id>/", views.received_file, name="received_file"),
    path("files/<uuid:file_id>/undo/", views.undo_import, name="undo_import"),
    path("doubts/", views.doubts, name="doubts"),
]

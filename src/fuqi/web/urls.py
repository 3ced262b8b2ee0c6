"""Every page, one room after the other."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("fuqi.web.entry.urls")),
    path("", include("fuqi.web.county.urls")),
    path("figures/", include("fuqi.web.figures.urls")),
    path("", include("fuqi.web.people.urls")),
    path("lists/", include("fuqi.web.lists.urls")),
    path("adjustments/", include("fuqi.web.adjustments.urls")),
    path("requests/", include("fuqi.web.duties.urls")),
    path("journal/", include("fuqi.web.journal.urls")),
    path("", include("fuqi.web.papers.urls")),
    path("scheme/try/", include("fuqi.web.trying.urls")),
    path("scheme/", include("fuqi.web.scheme.urls")),
    path("me/", include("fuqi.web.own.urls")),
    path("reading/", include("fuqi.web.reading.urls")),
    path("accounts/", include("fuqi.web.accounts.urls")),
    path("system/", include("fuqi.web.system.urls")),
]

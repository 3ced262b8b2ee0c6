"""How the system stands, for its administrator, who sees no person."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fuqi.access.codes import KEEP_SYSTEM
from fuqi.flows.system_state import system_state
from fuqi.web.door import Asked, page

_LOW_MEGABYTES = 5 * 1024
"""Free disk below which the page says so."""


@require_safe
@page(KEEP_SYSTEM)
def system(request: Asked) -> HttpResponse:
    """Show database, disk, journal and the numbers of sign-in, and say how to back up."""
    state = system_state(request.viewer, request.workspace)
    shown = {
        "state": state,
        "low": state.free_megabytes < _LOW_MEGABYTES,
        "free": f"{state.free_megabytes / 1024:,.1f} GB",
        "idle": int(state.profile.idle.total_seconds() // 60),
        "longest": int(state.profile.longest_session.total_seconds() // 3600),
        "folder": request.workspace.folder.name,
    }
    return render(request, "system/system.html", shown)

"""A person's own page: which roles are held and what they open. It is the home of those who have no other room."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fuqi.access.codes import ACTIONS, PEOPLE_A_DAY, SEE_PEOPLE
from fuqi.access.queries import account_state, held_by
from fuqi.web.clock import today
from fuqi.web.door import Asked, page
from fuqi.web.navigation import entrances


@require_safe
@page()
def own_account(request: Asked) -> HttpResponse:
    """Show who one is here: roles with their places, what one may do, the rooms, password and second factor."""
    viewer = request.viewer
    state = account_state(viewer, viewer.name)
    grants = held_by(viewer, state.id) if state else []
    shown = {
        "grants": [grant for grant in grants if grant.holds(today())],
        "actions": [words for action, words in ACTIONS.items() if viewer.may(action)],
        "rooms": entrances(viewer, request.county_scheme.place),
        "second_factor": bool(state and state.factors),
        "recovery_codes": state.recovery_codes if state else 0,
        "passkeys": len(state.passkeys) if state else 0,
        "asks": PEOPLE_A_DAY if viewer.may(SEE_PEOPLE) else 0,
    }
    return render(request, "own/account.html", shown)

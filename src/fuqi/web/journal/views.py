"""The journal's entries by day, person and action; and who was shown the sealed words of a person."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from fuqi.access.codes import READ_JOURNAL
from fuqi.flows import trail
from fuqi.flows.trail_words import ACTIONS
from fuqi.web.door import Asked, NotThereError, now, page, today

LONGEST_WORDS = 60
_FIRST_YEAR, _LAST_YEAR = 1970, 9998
"""Days outside have no day before or after them that could be reckoned with."""


@require_safe
@page(READ_JOURNAL, whole_county=True)
def journal(request: Asked) -> HttpResponse:
    """Show the entries that are asked for, the latest first."""
    wanted = _wanted(request)
    lines, more = trail.journal_entries(request.viewer, wanted)
    asked = {"day": wanted.day or "", "by": wanted.by, "action": wanted.action}
    said = {name: str(value) for name, value in asked.items() if value}
    context = {
        "lines": lines,
        "older": urlencode({**said, "before": lines[-1].id}) if more else "",
        "latest": urlencode(said) if wanted.before else None,
        "wanted": wanted,
        "filtered": bool(said),
        "actions": dict(sorted(ACTIONS.items(), key=lambda pair: pair[1])),
    }
    return render(request, "journal/journal.html", context)


def _wanted(request: Asked) -> trail.Wanted:
    """Return what the address asks for. Raises NotThereError for what is no day or no entry."""
    said = {name: request.GET.get(name, "").strip() for name in ("day", "by", "action", "before")}
    try:
        day = date.fromisoformat(said["day"]) if said["day"] else None
        if day is not None and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValueError("no journal is so old, or will be")
        before = UUID(said["before"]) if said["before"] else None
    except ValueError:
        raise NotThereError("地址里的日期或条目不对。请回到日志页，从那里再选一次。") from None
    return trail.Wanted(day, said["by"], said["action"], before)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@page(READ_JOURNAL, whole_county=True)
def who_saw(request: Asked) -> HttpResponse:
    """Show who was shown the words of a person; what was asked stays out of the address."""
    found: list[trail.WhoSaw] = []
    if request.method == "POST":
        words = request.POST.get("words", "").strip()
        try:
            found = trail.who_saw(request.viewer, words[:LONGEST_WORDS], today=today(), at=now())
        except trail.NobodyMeantError as error:
            messages.warning(request, error.message)
            return redirect("who_saw")
    return render(request, "journal/who_saw.html", {"found": found})

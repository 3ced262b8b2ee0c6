"""Find a person; open a person, a settlement, a received row."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from fuqi.access.codes import IMPORT_LISTS, SEE_MONEY, SEE_PEOPLE
from fuqi.access.masks import reads_sensitive_nowhere
from fuqi.basics.dates import AsOf
from fuqi.flows.current import known_layouts
from fuqi.flows.figures import default_day
from fuqi.flows.opened import (
    Asking,
    KeptStandings,
    NoStandings,
    NothingToOpenError,
    Page,
    find_people,
    kept_standings,
    open_person,
    open_row,
    open_settlement,
    people_of_place,
    people_of_serials,
)
from fuqi.flows.opened.standing import by_figure
from fuqi.places.queries import DivisionView, divisions
from fuqi.web.door import Asked, NotThereError, page, today
from fuqi.web.people.way_back import way_back

FOUND = "found_people"
"""The session's key for whom the last search found: [mark, serial numbers]. What was asked is not kept."""
LONGEST_WORDS = 60


def _asking(request: Asked) -> Asking:
    return Asking(
        request.viewer, request.county_scheme, known_layouts(), AsOf(_day(request) or default_day(request.county_scheme))
    )


def _day(request: Asked) -> date | None:
    """Return the day that the address asks for. Raises NotThereError for what is no day."""
    words = request.GET.get("day", "")
    try:
        return date.fromisoformat(words) if words else None
    except ValueError:
        raise NotThereError("地址里的日期不对，要写成 2017-10-20 的样子。") from None


@contextmanager
def _or_not_there() -> Iterator[None]:
    try:
        yield
    except NothingToOpenError as error:
        raise NotThereError(error.message) from None


def _standings(asking: Asking) -> KeptStandings | NoStandings:
    return kept_standings(asking.viewer, asking.scheme, asking.as_of.on) or NoStandings()


def _shown(request: Asked, asking: Asking, **more: Any) -> dict[str, Any]:
    """Return what every page of this room shows."""
    return {"back": way_back(request), "day": asking.as_of.on, "day_asked": _day(request), **more}


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@page(SEE_PEOPLE)
def find_person(request: Asked) -> HttpResponse:
    """Find people by number, name or identity number, which stay out of the address; or list who lives at a place."""
    asking = _asking(request)
    if request.method == "POST":
        return _search(request, asking)
    shown: Page | None = None
    place, mark = request.GET.get("place", ""), request.GET.get("found", "")
    if place:
        number = request.GET.get("page", "1")
        shown = people_of_place(asking, place, int(number) if number.isdecimal() and len(number) < 6 else 1)
    elif mark:
        kept = request.session.get(FOUND, ["", []])
        shown = people_of_serials(asking, kept[1]) if kept[0] == mark else None
    more = {"people": shown, "place": place, "found": mark, "towns": _towns(asking), "pages": _pages(shown)}
    return render(request, "people/find.html", _shown(request, asking, **more))


def _search(request: Asked, asking: Asking) -> HttpResponse:
    words = request.POST.get("words", "").strip()
    if not words or len(words) > LONGEST_WORDS:
        messages.warning(request, "请写6位人员编号、姓名或身份证号。")
        return redirect("find_person")
    found = find_people(asking, words, today=today())
    if len(found) == 1:
        return redirect("person", serial=found[0])
    if not found:
        hint = "" if request.viewer.purpose else "姓名要写全。"
        hint += "您的角色不能按证件号查人。" if reads_sensitive_nowhere(request.viewer) else ""
        messages.warning(request, f"没有找到。可能写错了，或者不在您的范围内。{hint}")
        return redirect("find_person")
    mark = secrets.token_hex(4)
    request.session[FOUND] = [mark, found]
    return redirect(f"{reverse('find_person')}?found={mark}")


def _towns(asking: Asking) -> list[tuple[DivisionView, list[DivisionView]]]:
    """Return the townships with their villages, within the viewer's scope; a village alone stands for itself."""
    here = divisions(asking.viewer)
    tops = [item for item in here if len(item.code) == 9] or [item for item in here if len(item.code) == 12]
    return [(top, [item for item in here if item.code.startswith(top.code) and item.code != top.code]) for top in tops]


def _pages(shown: Page | None) -> list[int]:
    """Return the numbers of pages to choose from: the first, the last, and those around this one."""
    if shown is None or shown.pages == 1:
        return []
    near = range(shown.number - 2, shown.number + 3)
    return sorted({1, shown.pages, *(number for number in near if 1 <= number <= shown.pages)})


@require_safe
@page(SEE_PEOPLE)
def person(request: Asked, serial: int) -> HttpResponse:
    """Show a person's file."""
    asking = _asking(request)
    standings = _standings(asking)
    with _or_not_there():
        found = open_person(asking, standings, serial)
    if not request.viewer.may(SEE_MONEY):
        found = found.without_money()
    count = standings.count if isinstance(standings, KeptStandings) else None
    more = {"person": found, "count": count, "figures": by_figure(list(found.standings))}
    return render(request, "people/person.html", _shown(request, asking, **more))


@require_safe
@page(SEE_MONEY)
def settlement(request: Asked, number: str) -> HttpResponse:
    """Show a settlement as sentences and arithmetic."""
    asking = _asking(request)
    with _or_not_there():
        found = open_settlement(asking, number)
    return render(request, "people/settlement.html", _shown(request, asking, settlements=found, number=number))


@require_safe
@page(SEE_PEOPLE)
def received_row(request: Asked, row_id: UUID) -> HttpResponse:
    """Show a received row's cells, whose row it is and in which figures it counts."""
    asking = _asking(request)
    standings = _standings(asking)
    with _or_not_there():
        found = open_row(asking, standings, row_id)
    sees_files = request.viewer.may(IMPORT_LISTS) and request.viewer.covers(asking.scheme.place)
    count = standings.count if isinstance(standings, KeptStandings) else None
    more = {"row": found, "count": count, "figures": by_figure(list(found.standings)), "sees_files": sees_files}
    return render(request, "people/row.html", _shown(request, asking, **more))

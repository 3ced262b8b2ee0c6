"""Reading what runs counted. Callers ask for runs that are effective, and show what the viewer may see."""

from __future__ import annotations

from uuid import UUID

from fuqi.access.reading import covered
from fuqi.basics.viewer import Viewer
from fuqi.indicators.lists import MemberList, decode
from fuqi.indicators.models import CountedFigure, CountedList


def kept_figures(viewer: Viewer, run_id: UUID) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return what a run counted within the viewer's scope: (code, place) -> numerator, denominator, value."""
    rows = CountedFigure.objects.filter(run_id=run_id).values_list("code", "place", "numerator", "denominator", "value")
    return {(code, place): (top, base, value) for code, place, top, base, value in rows if viewer.covers(place)}


def kept_list(viewer: Viewer, run_id: UUID, code: str, part: str) -> MemberList | None:
    """Return a list that a run counted, of the whole county, with all that is hidden from others; shown through masks."""
    del viewer
    row = CountedList.objects.filter(run_id=run_id, code=code, part=part).first()
    if row is None:
        return None
    with covered():
        return decode(row.content)


def kept_codes(viewer: Viewer, run_id: UUID) -> list[tuple[str, str]]:
    """Return the lists that a run counted, as code and part, in the order in which they were counted."""
    del viewer
    return list(CountedList.objects.filter(run_id=run_id).order_by("id").values_list("code", "part"))

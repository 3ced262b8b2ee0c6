"""Reading what was given out."""

from __future__ import annotations

from uuid import UUID

from fuqi.basics.viewer import Viewer
from fuqi.reports.models import IssuedPaper
from fuqi.reports.papers import PaperView, paper_view


def issued_papers(viewer: Viewer, most: int) -> tuple[list[PaperView], int]:
    """Return the papers about places within the viewer's scope, the last first, at most so many; and how many there are."""
    rows = IssuedPaper.objects.order_by("-issued_at", "-number").values_list("id", "place")
    seen = [row_id for row_id, place in rows if viewer.covers(place)]
    found = {row.id: row for row in IssuedPaper.objects.filter(id__in=seen[:most])}
    return [paper_view(found[row_id]) for row_id in seen[:most]], len(seen)


def find_paper(viewer: Viewer, number: str) -> PaperView | None:
    """Return the paper of a number, None where there is none or it is about a place outside the viewer's scope."""
    row = IssuedPaper.objects.filter(number=number).first()
    return paper_view(row) if row is not None and viewer.covers(row.place) else None


def count_runs_of_papers(viewer: Viewer) -> set[UUID]:
    """Return the counts that papers were printed from."""
    del viewer
    return {UUID(run) for run in IssuedPaper.objects.values_list("count_run", flat=True).distinct()}

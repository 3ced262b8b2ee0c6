"""Keeping what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fuqi.indicators.figures import Figure
from fuqi.indicators.lists import MemberList, encode
from fuqi.indicators.models import CountedFigure, CountedList
from fuqi.journal.models import Run
from fuqi.journal.tables import NewRow


def counted_figures(run: Run, figures: Iterable[Figure]) -> Iterator[NewRow]:
    """Yield the rows of figures that a run counted."""
    for item in figures:
        yield NewRow(
            CountedFigure,
            run_id=run.id,
            code=item.code,
            place=item.place,
            numerator=item.numerator,
            denominator=item.denominator,
            value=item.value,
        )


def counted_lists(run: Run, code: str, lists: Iterable[MemberList]) -> Iterator[NewRow]:
    """Yield the rows of an indicator's lists, their members sealed."""
    for item in lists:
        yield NewRow(CountedList, run_id=run.id, code=code, part=item.part, rows=len(item.members), content=encode(item))

"""A received row: what its cells say, whose it is, and the figures that it counts in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fuqi.basics.errors import Place
from fuqi.flows.opened.asking import Asking, NothingToOpenError
from fuqi.flows.opened.patients import is_own_bill
from fuqi.flows.opened.sources import SourceView
from fuqi.flows.opened.standing import Standing, Standings
from fuqi.intake.queries import KeptRow, cells_of, find_rows, kept_row
from fuqi.intake.rows import RowView
from fuqi.journal.codes import EFFECTIVE, RUN_STATES
from fuqi.matching.queries import last_link_of_row
from fuqi.matching.rules import RULES
from fuqi.registry.queries import serials

NOT_THERE = "没有收到过这一行，或者它不在您的范围内。"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the viewer may see it."""

    header: str
    text: str


@dataclass(frozen=True, slots=True)
class RowFile:
    """A received row, opened. A hidden one has neither cells nor person nor figures."""

    source: SourceView
    file_id: UUID
    file_state: str
    received_at: datetime
    by: str
    hidden: bool
    cells: tuple[Cell, ...] = ()
    person: str = ""
    standings: tuple[Standing, ...] = ()
    mask: str = ""
    """The mark that stands in place of a hidden row's words."""

    @property
    def in_force(self) -> bool:
        """Return whether the row's file is what readers see now."""
        return self.file_state == EFFECTIVE

    @property
    def state_words(self) -> str:
        """Return what became of the row's file."""
        return RUN_STATES[self.file_state]


def open_rows(asking: Asking, standings: Standings, file: str, sheet: str, row: int) -> list[RowFile]:
    """Return the rows of files in force at a sheet's row; an empty sheet name stands for every sheet.

    Raises NothingToOpenError.
    """
    found = find_rows(asking.viewer, file, sheet, row)
    if not found:
        raise NothingToOpenError(NOT_THERE)
    return [open_row(asking, standings, view.id) for view in found]


def open_row(asking: Asking, standings: Standings, row_id: UUID) -> RowFile:
    """Return a received row, one of a file no longer in force too. Raises NothingToOpenError.

    A row that belongs to nobody is for viewers of the whole county.
    """
    kept = kept_row(asking.viewer, row_id)
    if kept is None:
        raise NothingToOpenError(NOT_THERE)
    link = last_link_of_row(asking.viewer, row_id)
    person_id, rule = link or (None, "")
    in_sight = asking.viewer.covers(asking.scheme.place) if person_id is None else asking.place_of(person_id) is not None
    hidden = asking.hides_row(kept.view, person_id, in_force=kept.file_state == EFFECTIVE)
    if not in_sight and person_id is not None and asking.viewer.institutions and not hidden:
        in_sight = is_own_bill(asking, person_id, row_id)
    if not in_sight and not (hidden and asking.viewer.covers(asking.scheme.place)):
        raise NothingToOpenError(NOT_THERE)
    return _opened(asking, standings, kept, person_id, rule, hidden=hidden)


def _opened(asking: Asking, standings: Standings, kept: KeptRow, person_id: UUID | None, rule: str, *, hidden: bool) -> RowFile:
    view = kept.view
    place = Place(file=view.file, sheet=view.sheet, row=view.row)
    words = RULES[rule].words if rule and not hidden else ""
    source = SourceView(view.id, place, view.kind, asking.kind_name(view.kind), words)
    about = (kept.file_id, kept.file_state, kept.received_at, kept.by)
    if hidden:
        return RowFile(source, *about, hidden=True, mask=asking.mask(person_id))
    cells = tuple(_cells(asking, view, person_id))
    if person_id is None:
        return RowFile(source, *about, hidden=False, cells=cells)
    serial = serials(asking.viewer, (person_id,))[person_id]
    counts = standings.of_row(view.id, person_id, hides=asking.hides(person_id)) if kept.file_state == EFFECTIVE else []
    return RowFile(source, *about, hidden=False, cells=cells, person=f"{serial:06d}", standings=tuple(counts))


def _cells(asking: Asking, view: RowView, person_id: UUID | None) -> Iterator[Cell]:
    """Yield the cells that say something; a masked one does not say whether it does."""
    for header, text in cells_of(asking.viewer, view.id).items():
        shown = asking.covered(view.kind, header, text, person_id)
        if shown:
            yield Cell(header, shown)

"""What matching leaves to a person's eye, as a list to work through."""

from __future__ import annotations

import io
from dataclasses import dataclass
from uuid import UUID

from fuqi.access import masks
from fuqi.access.reading import covered, note_shown
from fuqi.basics.errors import Place
from fuqi.basics.inert import CsvWriter, inert
from fuqi.basics.viewer import Viewer
from fuqi.flows.hidden_rows import hidden_rows, told_of
from fuqi.flows.opened.asking import Asking
from fuqi.intake.queries import views_of
from fuqi.matching.queries import DoubtView, doubts

NOBODY = "nobody"
"""The rule of a row that fits nobody."""


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """A row that waits for somebody's eye, in words."""

    row_id: UUID
    place: Place
    other_id: UUID | None
    other: Place | None
    is_nobody: bool
    words: str


@dataclass(frozen=True)
class Doubts:
    """What waits for somebody's eye, for one viewer; rows that touch a restricted illness are one number for others."""

    lines: list[DoubtLine]
    hidden: int

    @property
    def total(self) -> int:
        """Return how many rows wait."""
        return len(self.lines) + self.hidden


def doubts_csv(viewer: Viewer) -> tuple[str, int]:
    """Return the list as CSV `file,sheet,row,other_file,other_sheet,other_row,rule,reasons` and its length."""
    out = io.StringIO()
    writer = CsvWriter(out)
    writer.writerow(["file", "sheet", "row", "other_file", "other_sheet", "other_row", "rule", "reasons"])
    found = doubts(viewer)
    note_shown("matching_doubt", "reasons", "*")
    for item in found:
        other = (item.other.file, item.other.sheet, item.other.row) if item.other else ("", "", "")
        cells = (item.place.file, item.place.sheet, item.place.row, *other, item.rule, item.reasons)
        writer.writerow([inert(str(cell)) for cell in cells])
    return out.getvalue(), len(found)


def doubtful_rows(asking: Asking, file: str = "") -> Doubts:
    """Return the rows that wait for somebody's eye, all or those of a received file's name."""
    found = [item for item in doubts(asking.viewer) if not file or item.place.file == file]
    ids = {row_id for item in found for row_id in (item.row_id, item.other_id) if row_id}
    note_shown("matching_doubt", "reasons", file or "*")
    with covered():
        everything = asking.sees_restricted and masks.reads_sensitive_everywhere(asking.viewer)
        views = {} if everything else views_of(asking.viewer, ids)
    hidden = hidden_rows(asking, {row_id: told_of(view) for row_id, (view, _) in views.items()})
    lines = [_line(item) for item in found if not hidden & {item.row_id, item.other_id}]
    return Doubts(lines, len(found) - len(lines))


def _line(item: DoubtView) -> DoubtLine:
    words = item.reasons.replace(";", "；")
    return DoubtLine(item.row_id, item.place, item.other_id, item.other, item.rule == NOBODY, words)

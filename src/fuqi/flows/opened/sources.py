"""Where a fact stands: file, sheet and row of what was received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fuqi.basics.errors import Place
from fuqi.flows.figures import source_text
from fuqi.flows.opened.asking import ILLNESS_KINDS, Asking
from fuqi.intake.queries import row_heads, source_places
from fuqi.matching.queries import person_of_row, rows_of_person
from fuqi.matching.rules import RULES
from fuqi.places.queries import sees_everywhere


@dataclass(frozen=True, slots=True)
class SourceView:
    """A received row that says something: where it stands, on which kind of list, and why it is this person's."""

    row_id: UUID
    place: Place
    kind: str
    kind_name: str
    rule: str = ""

    @property
    def text(self) -> str:
        """Return the short form `file!sheet!row`."""
        return source_text(self.place)

    @property
    def words(self) -> str:
        """Return where the row stands, for reading."""
        return f"{self.place.file} 工作表“{self.place.sheet}”第{self.place.row}行"


def rows_in_sight(asking: Asking, person_id: UUID, *, hides: bool) -> list[SourceView]:
    """Return the received rows of a person that the viewer may know of, by file, sheet and row."""
    linked = {
        row_id: words
        for row_id, words in rows_of_person(asking.viewer, person_id).items()
        if not hides or words[0] not in ILLNESS_KINDS
    }
    places = source_places(asking.viewer, set(linked))
    return [
        SourceView(row_id, place, linked[row_id][0], asking.kind_name(linked[row_id][0]), RULES[linked[row_id][1]].words)
        for row_id, place in sorted(places.items(), key=lambda pair: pair[1])
    ]


class Sources:
    """Finds the rows behind a person's facts; what the viewer may not know of gives way to a row in sight."""

    def __init__(self, asking: Asking, rows: Sequence[SourceView], *, hides: bool) -> None:
        self._asking, self._rows, self._hides = asking, rows, hides
        self._by_id = {row.row_id: row for row in rows}

    def of(self, row_id: UUID) -> SourceView | None:
        """Return the row that says so; in place of a covered one the first in sight: what it says, that one says too."""
        if row_id not in self._by_id:
            heads = row_heads(self._asking.viewer, {row_id})
            for found, (place, kind) in heads.items():
                if self._in_sight(found):
                    self._by_id[found] = SourceView(found, place, kind, self._asking.kind_name(kind))
        source = self._by_id.get(row_id)
        if source is not None and self._hides and source.kind in ILLNESS_KINDS:
            return self._rows[0] if self._rows else None
        return source

    def _in_sight(self, row_id: UUID) -> bool:
        """Return whether a row of somebody else, as the head of the household, is in the viewer's scope."""
        if sees_everywhere(self._asking.viewer):
            return True
        owner = person_of_row(self._asking.viewer, row_id)
        return owner is not None and self._asking.place_of(owner) is not None

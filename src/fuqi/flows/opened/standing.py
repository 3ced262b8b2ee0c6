"""In which figures somebody or something counts: asked of a kept count, or of one that was just made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from fuqi.access import masks
from fuqi.basics.viewer import Viewer
from fuqi.facts.tables import FactRow
from fuqi.flows.counts import CountView, figures_of_person, figures_of_row, latest_count
from fuqi.flows.figures import Counting, hidden_below, is_sensitive
from fuqi.indicators.figures import EXCLUDED, PARTS, Counted
from fuqi.indicators.lists import shows_illness
from fuqi.scheme.indicators import Indicator
from fuqi.scheme.model import Scheme


@dataclass(frozen=True, slots=True)
class Standing:
    """A part of a figure in which a record stands."""

    code: str
    name: str
    part: str
    reason: str = ""

    @property
    def part_words(self) -> str:
        """Return what the part is called."""
        return PARTS[self.part]


class Standings(Protocol):
    """Whoever knows in which figures a person and a received row count."""

    def of_person(self, person_id: UUID, *, hides: bool) -> list[Standing]:
        """Return where a person counts; with `hides` without the figures that show an illness."""

    def of_row(self, row_id: UUID, person_id: UUID, *, hides: bool) -> list[Standing]:
        """Return the figures that rest on a received row of a person."""


@dataclass(frozen=True, slots=True)
class LiveStandings:
    """Asks a count that was just made."""

    counting: Counting

    def _parts(self, *, hides: bool) -> Iterator[tuple[Counted, str, list[FactRow]]]:
        viewer, scheme = self.counting.viewer, self.counting.scheme
        closed = frozenset[str]() if viewer.covers(scheme.place) else hidden_below(viewer, scheme)
        for code, counted in self.counting.counted.items():
            if code not in closed and not (hides and shows_illness(counted.indicator)):
                for part, rows in counted.parts():
                    yield counted, part, self._in_reach(rows) if is_sensitive(scheme, code) else rows

    def _in_reach(self, rows: list[FactRow]) -> list[FactRow]:
        """Return the rows of whom the viewer may read what is SENSITIVE."""
        if masks.reads_sensitive_everywhere(self.counting.viewer):
            return rows
        return [row for row in rows if masks.reads_sensitive(self.counting.viewer, row.place)]

    def of_person(self, person_id: UUID, *, hides: bool) -> list[Standing]:
        """Return where a person counts."""
        found = []
        for counted, part, rows in self._parts(hides=hides):
            if any(row.person_id == person_id for row in rows):
                reasons = [reason for row, reason in counted.excluded if row.person_id == person_id]
                reason = reasons[0] if part == EXCLUDED else ""
                found.append(Standing(counted.indicator.id, counted.indicator.name, part, reason))
        return found

    def of_row(self, row_id: UUID, person_id: UUID, *, hides: bool) -> list[Standing]:
        """Return the figures that rest on a received row."""
        del person_id
        return [
            Standing(counted.indicator.id, counted.indicator.name, part)
            for counted, part, rows in self._parts(hides=hides)
            if any(_rests_on(row, row_id, counted.indicator, part) for row in rows)
        ]


@dataclass(frozen=True, slots=True)
class KeptStandings:
    """Asks a count that was kept."""

    viewer: Viewer
    scheme: Scheme
    count: CountView

    def _named(self, code: str, part: str, reason: str = "") -> Standing:
        name = next((item.name for item in self.scheme.indicators if item.id == code), code)
        return Standing(code, name, part, reason)

    def of_person(self, person_id: UUID, *, hides: bool) -> list[Standing]:
        """Return where a person counts; the kept lists themselves say what is hidden."""
        del hides
        return [self._named(*found) for found in figures_of_person(self.viewer, self.scheme, self.count, person_id)]

    def of_row(self, row_id: UUID, person_id: UUID, *, hides: bool) -> list[Standing]:
        """Return the figures that rest on a received row."""
        del person_id, hides
        return [self._named(*found) for found in figures_of_row(self.viewer, self.scheme, self.count, row_id)]


@dataclass(frozen=True, slots=True)
class NoStandings:
    """Where nothing was counted yet."""

    def of_person(self, person_id: UUID, *, hides: bool) -> list[Standing]:
        """Return nothing."""
        del person_id, hides
        return []

    def of_row(self, row_id: UUID, person_id: UUID, *, hides: bool) -> list[Standing]:
        """Return nothing."""
        del row_id, person_id, hides
        return []


def kept_standings(viewer: Viewer, scheme: Scheme, day: date) -> KeptStandings | None:
    """Return who asks the kept count of a day, None where that day was not counted."""
    count = latest_count(viewer, scheme, day)
    return None if count is None else KeptStandings(viewer, scheme, count)


def _rests_on(row: FactRow, source: UUID, indicator: Indicator, part: str) -> bool:
    names = indicator.names_used | indicator.reason_names if part == EXCLUDED else indicator.names_used
    return any(source in row.evidence.get(name, ()) for name in names)


def by_figure(standings: list[Standing]) -> dict[tuple[str, str], list[Standing]]:
    """Return standings by figure, as (code, name), in the order of the scheme."""
    found: dict[tuple[str, str], list[Standing]] = {}
    for item in standings:
        found.setdefault((item.code, item.name), []).append(item)
    return found

"""Claims that were settled otherwise than before: what it comes to, why, and what of it somebody may see.

What counts is the difference between how things stand now and how they stood after a batch: an adjustment and its undoing are
nothing together. What was posted by the batch before is taken as paid.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from fuqi.access.reading import beyond_scope
from fuqi.basics.viewer import Viewer
from fuqi.determination.queries import ever_restricted_persons
from fuqi.flows.adjustment_words import reason_words
from fuqi.flows.opened.asking import Asking
from fuqi.journal import codes
from fuqi.journal.queries import runs_in_force
from fuqi.places.queries import divisions
from fuqi.registry.queries import names, places_of
from fuqi.settlement.queries import AdjustmentView, adjustments
from fuqi.settlement.rules import BACK_PAYMENT, KINDS, RECOVERY

NOT_LISTED = "现在的名单里没有住址"
"""What stands in place of the place of somebody whom no list in force names any more."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A run of settling, as people name it: 结算批次第N号."""

    number: int
    run_id: UUID
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """What one layer pays of one claim otherwise than after the batch that is compared with; amounts in fen."""

    id: UUID
    serial: int
    name: str
    place: str
    number: str
    hospital: str
    settled_on: date
    layer: str
    layer_name: str
    fund: str
    fund_name: str
    before_fen: int
    after_fen: int
    codes: tuple[str, ...]
    reason: str
    batches: tuple[int, ...]

    @property
    def code(self) -> str:
        """Return the number that stands in place of a name."""
        return f"{self.serial:06d}"

    @property
    def fen(self) -> int:
        """Return what is owed in addition; below 0 what was posted too much."""
        return self.after_fen - self.before_fen

    @property
    def kind(self) -> str:
        """Return the code of 补报 or 追回."""
        return BACK_PAYMENT if self.fen > 0 else RECOVERY

    @property
    def kind_words(self) -> str:
        """Return 补报 or 追回."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class Step:
    """What one batch changed of a claim."""

    batch: Batch
    reason: str
    lines: tuple[AdjustmentLine, ...]


def batches(viewer: Viewer) -> list[Batch]:
    """Return the batches in which claims were settled, the first one first."""
    runs = runs_in_force(viewer, codes.SETTLE)
    return [Batch(number, run.id, run.effective_at or run.started_at, run.by) for number, run in enumerate(runs, 1)]


def changes_of_person(asking: Asking, person_id: UUID, number: str | None = None) -> list[AdjustmentLine]:
    """Return what of a person's claims, or of one, stands otherwise than when first settled, as the viewer may see it."""
    course = Course(asking, 0, person_id, number)
    seen, _ = course.in_sight(course.open_claims())
    return [line for rows in seen for line in course.named(course.lines(rows))]


Rows = Sequence[AdjustmentView]


class Course:
    """The rows of all batches after one, claim by claim, in the order of the batches."""

    def __init__(self, asking: Asking, since: int, person_id: UUID | None = None, number: str | None = None) -> None:
        self.asking = asking
        self.batches = {batch.run_id: batch for batch in batches(asking.viewer) if batch.number > since}
        rows = adjustments(asking.viewer, list(self.batches), person_id=person_id, number=number)
        rows.sort(key=lambda row: (row.serial, row.settled_on, row.number, row.hospital, self.batches[row.run_id].number))
        self.claims: dict[tuple[int, str, str], list[AdjustmentView]] = {}
        for row in rows:
            self.claims.setdefault((row.serial, row.hospital, row.number), []).append(row)
        persons: Collection[UUID] = {row.person_id for row in rows}
        self.places = places_of(asking.viewer, asking.as_of, persons)
        self._full_names = {item.code: item.full_name for item in divisions(asking.viewer)}
        self._hidden = frozenset[UUID]() if asking.sees_restricted else frozenset(ever_restricted_persons(asking.viewer))

    def open_claims(self) -> list[Rows]:
        """Return the rows of the claims that stand otherwise than before; not those where all was undone again."""
        return [rows for rows in self.claims.values() if self.lines(rows)]

    def in_sight(self, claims: Iterable[Rows]) -> tuple[list[Rows], int]:
        """Return the claims that the viewer may see, and how many lines of the viewer's places are covered.

        Somebody whom no list in force places is the county's to see.
        """
        whole = self.asking.viewer.covers(self.asking.scheme.place)
        seen, hidden = [], 0
        for rows in claims:
            person, is_own = rows[-1].person_id, rows[-1].hospital in self.asking.viewer.institutions
            if not self.asking.reads_bill(person, rows[-1].hospital):
                continue
            if not is_own and person not in self.places and not (whole and not self._lives_elsewhere(person)):
                continue
            if not self.asking.sees_restricted and (person in self._hidden or any(row.restricted for row in rows)):
                hidden += len(self.lines(rows))
            else:
                seen.append(rows)
        return seen, hidden

    def _lives_elsewhere(self, person: UUID) -> bool:
        """Return whether a person's place is outside the viewer's scope, and not merely unknown."""
        everywhere = Viewer(self.asking.viewer.name, ("",))
        with beyond_scope("who is of no known place is told from who lives elsewhere"):
            return bool(places_of(everywhere, self.asking.as_of, (person,)))

    def lines(self, rows: Rows) -> list[AdjustmentLine]:
        """Return what a claim's rows come to together, layer by layer in the scheme's order; names are still to come."""
        groups: dict[tuple[str, str], list[AdjustmentView]] = {}
        for row in rows:
            groups.setdefault((row.layer, row.fund), []).append(row)
        order = [layer.id for layer in self.asking.scheme.benefits.layers]
        keys = sorted(groups, key=lambda key: (order.index(key[0]) if key[0] in order else len(order), key))
        return [self._line(groups[key]) for key in keys if groups[key][-1].after_fen != groups[key][0].before_fen]

    def _line(self, rows: Rows) -> AdjustmentLine:
        row, scheme = rows[-1], self.asking.scheme
        words = dict.fromkeys(reason_words(scheme, one.details, one.serial, after=one.after is not None) for one in rows)
        told = dict.fromkeys(code for one in rows for code in one.details["codes"])
        about = (row.id, row.serial, "", self._place(row.person_id), row.number, row.hospital, row.settled_on)
        layer = (row.layer, scheme.word(row.layer), row.fund, scheme.benefits.funds.get(row.fund, row.fund))
        numbers = tuple(dict.fromkeys(self.batches[one.run_id].number for one in rows))
        return AdjustmentLine(*about, *layer, rows[0].before_fen, row.after_fen, tuple(told), "；".join(words), numbers)

    def _place(self, person: UUID) -> str:
        code = self.places.get(person, "")
        return self._full_names.get(code, code) or ("" if self.asking.viewer.institutions else NOT_LISTED)

    def named(self, lines: Sequence[AdjustmentLine]) -> list[AdjustmentLine]:
        """Return lines with the names of their persons, as the viewer may see them."""
        persons = {rows[0].serial: rows[0].person_id for rows in self.claims.values()}
        called = names(self.asking.viewer, self.asking.as_of, {persons[line.serial] for line in lines})
        return [replace(line, name=called.get(persons[line.serial], "")) for line in lines]

    def steps(self, rows: Rows) -> list[Step]:
        """Return a claim's course, batch by batch."""
        found = []
        for run_id in dict.fromkeys(row.run_id for row in rows):
            own = [row for row in rows if row.run_id == run_id]
            lines = self.named(self.lines(own))
            found.append(Step(self.batches[run_id], lines[0].reason, tuple(lines)))
        return found

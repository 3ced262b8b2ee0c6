"""Lists of 补报 and 追回 for doors: what is asked for of them, their totals, and one claim opened with before and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from fuqi.flows.opened.adjusted import AdjustmentLine, Batch, Course, Step, batches
from fuqi.flows.opened.asking import Asking, NothingToOpenError
from fuqi.flows.opened.settlement import SettlementFile, open_any_settlement
from fuqi.settlement.queries import adjustment
from fuqi.settlement.rules import KINDS, REASONS

__all__ = [
    "AdjustmentFile",
    "AdjustmentLine",
    "AdjustmentList",
    "Batch",
    "FundTotal",
    "Wanted",
    "adjustment_list",
    "batches",
    "open_adjustment",
]


@dataclass(frozen=True, slots=True)
class FundTotal:
    """What one fund owes in addition and what it gets back, in fen from 0 up."""

    fund: str
    name: str
    back_fen: int
    recovery_fen: int

    @property
    def fen(self) -> int:
        """Return what the fund pays in all, below 0 what it gets."""
        return self.back_fen - self.recovery_fen


@dataclass(frozen=True)
class Wanted:
    """What of the list is asked for; empty words ask for everything. `since`: compared with how things stood after batch N."""

    since: int = 0
    kind: str = ""
    layer: str = ""
    fund: str = ""
    place: str = ""
    reason: str = ""

    def takes(self, line: AdjustmentLine, place: str) -> bool:
        """Return whether a line is asked for."""
        pairs = ((self.kind, line.kind), (self.layer, line.layer), (self.fund, line.fund))
        told = all(not wanted or wanted == found for wanted, found in pairs)
        return told and place.startswith(self.place) and (not self.reason or self.reason in line.codes)


@dataclass(frozen=True)
class AdjustmentList:
    """The list, for one viewer. What touches a restricted illness is one number for whoever may not see it, and in no total."""

    lines: tuple[AdjustmentLine, ...]
    totals: tuple[FundTotal, ...]
    hidden: int
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    """By filter the codes that occur in the viewer's whole list, with their words."""
    course: Course | None = field(default=None, repr=False, compare=False)

    def named(self, lines: Sequence[AdjustmentLine]) -> list[AdjustmentLine]:
        """Return some of the lines with the names of their persons, as the viewer may see them."""
        assert self.course is not None
        return self.course.named(lines)

    def count(self, kind: str) -> int:
        """Return how many lines are of a kind."""
        return sum(line.kind == kind for line in self.lines)

    def sum_fen(self, kind: str) -> int:
        """Return what the lines of a kind come to together, from 0 up."""
        return sum(abs(line.fen) for line in self.lines if line.kind == kind)


def adjustment_list(asking: Asking, wanted: Wanted, *, named: bool = True) -> AdjustmentList:
    """Return what is settled otherwise than after a batch, as the viewer may see it, by person, day, number and layer.

    Without `named` the lines have no names yet: a page of them is then `named` for itself, so that no others are opened.
    """
    course = Course(asking, wanted.since)
    seen, hidden = course.in_sight(course.open_claims())
    lines = [line for rows in seen for line in course.lines(rows)]
    place = {line.id: course.places.get(rows[-1].person_id, "") for rows in seen for line in course.lines(rows)}
    chosen = [line for line in lines if wanted.takes(line, place[line.id])]
    totals = tuple(_totals(chosen, list(asking.scheme.benefits.funds)))
    return AdjustmentList(tuple(course.named(chosen) if named else chosen), totals, hidden, _choices(lines), course)


def _choices(lines: Iterable[AdjustmentLine]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {"kind": {}, "layer": {}, "fund": {}, "reason": {}}
    for line in lines:
        found["kind"][line.kind] = line.kind_words
        found["layer"][line.layer] = line.layer_name
        found["fund"][line.fund] = line.fund_name
        found["reason"] |= {code: REASONS[code] for code in line.codes}
    order = {"kind": list(KINDS), "reason": list(REASONS)}
    return {name: dict(sorted(said.items(), key=lambda one: _place(order.get(name), one[0]))) for name, said in found.items()}


def _place(order: Sequence[str] | None, code: str) -> tuple[int, str]:
    return (order.index(code) if order else 0, "" if order else code)


def _totals(lines: Iterable[AdjustmentLine], order: Sequence[str]) -> list[FundTotal]:
    """Return the totals of each fund, in the order in which the scheme names its funds."""
    sums: dict[tuple[str, str], list[int]] = {}
    for line in lines:
        sums.setdefault((line.fund, line.fund_name), [0, 0])[line.fen < 0] += abs(line.fen)
    every = [FundTotal(fund, name, more, less) for (fund, name), (more, less) in sums.items()]
    return sorted(every, key=lambda one: (order.index(one.fund) if one.fund in order else len(order), one.fund))


@dataclass(frozen=True)
class AdjustmentFile:
    """A claim that was settled otherwise than before, opened."""

    lines: tuple[AdjustmentLine, ...]
    """What it comes to together; nothing where all was undone again."""
    steps: tuple[Step, ...]
    before: SettlementFile | None
    after: SettlementFile | None

    @property
    def head(self) -> AdjustmentLine:
        """Return a line that says which claim it is."""
        return self.steps[-1].lines[0]


def open_adjustment(asking: Asking, adjustment_id: UUID, since: int = 0) -> AdjustmentFile:
    """Return a claim's course with its settlement before and after. Raises NothingToOpenError."""
    row = adjustment(asking.viewer, adjustment_id)
    course = Course(asking, since, row.person_id, row.number) if row else None
    rows = (
        next((rows for rows in course.claims.values() if any(one.id == adjustment_id for one in rows)), None)
        if course
        else None
    )
    if course is None or rows is None or not course.in_sight([rows])[0]:
        raise NothingToOpenError("没有这一条，或者它不在您的范围和权限内。")
    first = [one for one in rows if one.run_id == rows[0].run_id]
    last = [one for one in rows if one.run_id == rows[-1].run_id]
    return AdjustmentFile(
        lines=tuple(course.named(course.lines(rows))),
        steps=tuple(course.steps(rows)),
        before=open_any_settlement(asking, first[0].before) if first[0].before else None,
        after=open_any_settlement(asking, last[0].after) if last[0].after else None,
    )

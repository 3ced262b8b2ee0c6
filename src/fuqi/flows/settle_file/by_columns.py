"""Settles a file of claims by columns with the scheme's kernel: the same lines, problems and sentences, fast; plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, compress

from fuqi.batch.facts import Facts
from fuqi.batch.order import settlement_order
from fuqi.batch.plain import Settlement, settle_plain, too_large
from fuqi.flows.settle_file.asking import Asking
from fuqi.flows.settle_file.problems import NOT_REFUSALS, difference_problem, provisional_problem, undecided_problem
from fuqi.flows.settle_file.writing import LINES_HEADER, adjustment_line, cell, must_be_quoted
from fuqi.scheme.claims import Problem
from fuqi.scheme.compiled import Compiled
from fuqi.scheme.compiled.plan import GIVEN_TOO_HIGH, SETTLED, UNDECIDED
from fuqi.scheme.reading.claims_by_column import ClaimColumns
from fuqi.scheme.reading.claims_columns import read_columns
from fuqi.scheme.reading.claims_csv import RowProblem
from fuqi.scheme.settle import given_too_high, unit_year_too_large

CENTS = tuple(f"{fen:02d}" for fen in range(100))
PIECE = 1024
"""How many claims are written at a time."""


@dataclass(slots=True)
class ByColumns:
    """A file of claims and what became of them."""

    compiled: Compiled
    read: ClaimColumns
    problems: list[RowProblem]
    facts: Facts
    done: Settlement = field(default_factory=lambda: Settlement((), (), {}, ()))

    @classmethod
    def of(cls, content: bytes, compiled: Compiled) -> ByColumns:
        """Return the file as it was read, not yet settled. Raises ClaimsFileError."""
        rules = compiled.benefits
        read = read_columns(content, [layer.id for layer in rules.layers], rules.care_kinds)
        return cls(compiled, read, read.problems, Facts(read, rules))

    @property
    def ignored(self) -> list[str]:
        """Return the columns that nobody knows."""
        return self.read.ignored

    @property
    def settled(self) -> int:
        """Return how many claims are settled."""
        return self.done.status.count(SETTLED)

    @property
    def undecided(self) -> int:
        """Return how many claims are undecided."""
        return self.done.status.count(UNDECIDED)

    def has(self, claim_id: str) -> bool:
        """Return whether the file has a claim of that id."""
        return claim_id in self.read.ids or any(claim_id == one for _, one in self.read.bad)

    def settle(self) -> None:
        """Settle the sound claims, as if refused ones were not there; refused ones become problems."""
        large = too_large(self.facts)
        if large:
            for place in large:
                self._refuse(place, unit_year_too_large())
            self.read = self.read.without(large)
            self.facts = Facts(self.read, self.compiled.benefits)
        self.done = settle_plain(self.compiled, self.facts, settlement_order(self.read))
        self._collect()

    def _refuse(self, place: int, problem: Problem) -> None:
        row, claim_id = self.read.rows[place], self.read.ids[place]
        self.problems.append(RowProblem(row, problem.column, problem.code, problem.message, claim_id))

    def _collect(self) -> None:
        """Collect what is to be said of the results."""
        done, read, layers = self.done, self.read, self.compiled.benefits.layers
        if any(done.status):
            for place, state in zip(done.order, done.status, strict=True):
                if state >= GIVEN_TOO_HIGH:
                    self._refuse(place, given_too_high(layers[state - GIVEN_TOO_HIGH]))
            self._undecided()
        if any(done.provisional):
            for place in compress(done.order, done.provisional):
                self.problems.append(provisional_problem(read.rows[place], read.ids[place]))
        for layer in layers:
            if layer.mode == "checked":
                pays, results = done.out[f"{layer.id}.pay"], done.out[f"{layer.id}.result"]
                for place, pay, result in zip(done.order, pays, results, strict=True):
                    if pay != result:
                        row, claim_id = read.rows[place], read.ids[place]
                        self.problems.append(difference_problem(row, claim_id, (layer.id, layer.name), pay, result))

    def _undecided(self) -> None:
        """Name what undecided claims miss."""
        asking, read, others = Asking(self.compiled), self.read, []
        found: list[tuple[int, tuple[str, ...]]] = []
        for place, state in zip(self.done.order, self.done.status, strict=True):
            if state == UNDECIDED:
                missing = asking.by_itself(read, place)
                if missing:
                    found.append((place, missing))
                else:
                    others.append(place)
        for place, missing in chain(found, asking.among_others(read, others)):
            self.problems += [undecided_problem(read.rows[place], name, read.ids[place]) for name in missing]

    def sentences(self, claim_id: str) -> list[str]:
        """Return the sentences about a claim; none if it is not settled."""
        refused = {problem.claim_id for problem in self.problems if problem.code not in NOT_REFUSALS}
        return Asking(self.compiled).sentences(self.read, claim_id, refused)

    def lines(self) -> Iterator[str]:
        """Yield the text of the file of lines."""
        yield LINES_HEADER
        for start in range(0, len(self.done.order), PIECE):
            yield self._piece(slice(start, start + PIECE))

    def _piece(self, part: slice) -> str:
        done, read = self.done, self.read
        order = done.order[part]
        ids = list(map(read.ids.__getitem__, order))
        if must_be_quoted(ids):
            ids = list(map(cell, ids))
        settled = list(map(self.facts.settle_total.__getitem__, order))
        found = [
            _lines(ids, layer.id, done.out[f"{layer.id}.base"][part], done.out[f"{layer.id}.pay"][part])
            for layer in self.compiled.benefits.layers
        ]
        if "settle_total" in read.numbers:
            total = list(map(read.numbers["total"].__getitem__, order))
            found.append(
                [
                    adjustment_line(one, whole, whole - shared) if whole != shared else ""
                    for one, whole, shared in zip(ids, total, settled, strict=True)
                ]
            )
        found.append(_lines(ids, "self_pay", settled, done.out["self_pay"][part]))
        status = done.status[part]
        if any(status):
            is_settled = [state == SETTLED for state in status]
            found = [list(compress(column, is_settled)) for column in found]
        return "".join(chain.from_iterable(zip(*found, strict=True)))


def _lines(ids: Iterable[str], layer: str, bases: Iterable[int], pays: Iterable[int]) -> list[str]:
    """Return a layer's line of each claim; amounts in fen, not negative where a claim is settled."""
    nothing = f",{layer},0.00,0.00\n"
    return [
        f"{one},{layer},{base // 100}.{CENTS[base % 100]},{pay // 100}.{CENTS[pay % 100]}\n" if base or pay else one + nothing
        for one, base, pay in zip(ids, bases, pays, strict=True)
    ]

"""Settles a file of claims by arrays with machine code: the same lines, problems and sentences; needs the extra `batch`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fuqi.batch.arrays.columns import ArrayColumns, NotPlainError, read_arrays
from fuqi.batch.arrays.facts import ArrayFacts
from fuqi.batch.arrays.ordering import settlement_order
from fuqi.batch.arrays.scan import Whole
from fuqi.batch.arrays.settling import ArraySettlement, fits, settle_arrays, sharing
from fuqi.batch.arrays.writing import written
from fuqi.flows.settle_file.asking import Asking
from fuqi.flows.settle_file.problems import NOT_REFUSALS, difference_problem, provisional_problem, undecided_problem
from fuqi.flows.settle_file.writing import LINES_HEADER
from fuqi.scheme.claims import Problem
from fuqi.scheme.compiled import Compiled
from fuqi.scheme.compiled.plan import GIVEN_TOO_HIGH, SETTLED, UNDECIDED
from fuqi.scheme.reading.claims_csv import RowProblem
from fuqi.scheme.settle import given_too_high, unit_year_too_large

AT_A_TIME = 20_000
"""How many claims are made into plain Python at a time, to ask what they miss."""


@dataclass(slots=True)
class ByArrays:
    """A file of claims and what became of them."""

    compiled: Compiled
    read: ArrayColumns
    problems: list[RowProblem]
    facts: ArrayFacts
    done: ArraySettlement | None = None

    @classmethod
    def of(cls, content: bytes, compiled: Compiled) -> ByArrays | None:
        """Return the file as it was read, not yet settled; None where plain Python must do it.

        Raises ClaimsFileError where a required column is absent.
        """
        rules = compiled.benefits
        try:
            read = read_arrays(content, [layer.id for layer in rules.layers], rules.care_kinds)
        except NotPlainError:
            return None
        facts = ArrayFacts(read, rules)
        return cls(compiled, read, read.problems, facts) if fits(compiled, facts) else None

    @property
    def ignored(self) -> list[str]:
        """Return the columns that nobody knows."""
        return self.read.ignored

    @property
    def settled(self) -> int:
        """Return how many claims are settled."""
        return int((self._done.status == SETTLED).sum())

    @property
    def undecided(self) -> int:
        """Return how many claims are undecided."""
        return int((self._done.status == UNDECIDED).sum())

    @property
    def _done(self) -> ArraySettlement:
        if self.done is None:
            raise AssertionError("asked before it was settled")
        return self.done

    def has(self, claim_id: str) -> bool:
        """Return whether the file has a claim of that id."""
        return self._place(claim_id) is not None or any(claim_id == one for _, one in self.read.bad)

    def _place(self, claim_id: str) -> int | None:
        wanted = claim_id.encode()
        near = np.flatnonzero(self.read.ids[1] - self.read.ids[0] == len(wanted))
        return next((int(place) for place in near if self.read.claim_id(int(place)) == claim_id), None)

    def settle(self) -> None:
        """Settle the sound claims, as if refused ones were not there; refused ones become problems."""
        large = self.facts.too_large()
        if len(large):
            self._refuse(large, unit_year_too_large())
            keep = np.ones(len(self.read), np.bool_)
            keep[large] = False
            self.read = self.read.kept(keep)
            self.facts = ArrayFacts(self.read, self.compiled.benefits)
        read = self.read
        order = settlement_order(read.text, read.ids[0], read.ids[1], read.numbers["settled_at"])
        self.done = settle_arrays(self.compiled, self.facts, order)
        self._collect(self.done)

    def _named(self, places: Whole) -> Iterator[tuple[int, int, str]]:
        """Yield place, row and id of claims."""
        for place in places.tolist():
            yield place, int(self.read.rows[place]), self.read.claim_id(place)

    def _refuse(self, places: Whole, problem: Problem) -> None:
        for _, row, claim_id in self._named(places):
            self.problems.append(RowProblem(row, problem.column, problem.code, problem.message, claim_id))

    def _collect(self, done: ArraySettlement) -> None:
        """Collect what is to be said of the results."""
        for number, layer in enumerate(self.compiled.benefits.layers):
            if layer.mode != "computed":
                self._refuse(done.order[done.status == GIVEN_TOO_HIGH + number], given_too_high(layer))
            if layer.mode == "checked":
                pays, results = done.amounts(f"{layer.id}.pay"), done.amounts(f"{layer.id}.result")
                differ = np.flatnonzero(pays != results)
                for at, (_, row, claim_id) in zip(differ.tolist(), self._named(done.order[differ]), strict=True):
                    name = (layer.id, layer.name)
                    self.problems.append(difference_problem(row, claim_id, name, int(pays[at]), int(results[at])))
        undecided = done.order[done.status == UNDECIDED]
        if len(undecided):
            self._undecided(undecided)
        for _, row, claim_id in self._named(done.order[done.provisional != 0]):
            self.problems.append(provisional_problem(row, claim_id))

    def _undecided(self, places: Whole) -> None:
        """Name what undecided claims miss."""
        asking = Asking(self.compiled)
        others: list[int] = []
        for start in range(0, len(places), AT_A_TIME):
            part = places[start : start + AT_A_TIME]
            columns = self.read.taken(part)
            for at, (place, row, claim_id) in enumerate(self._named(part)):
                missing = asking.by_itself(columns, at)
                if not missing:
                    others.append(place)
                self.problems += [undecided_problem(row, name, claim_id) for name in missing]
        if not others:
            return
        near = sharing(self.compiled, self.facts, np.array(others))
        columns = self.read.taken(near)
        wanted = np.searchsorted(near, np.sort(others)).tolist()
        for at, missing in asking.among_others(columns, wanted):
            self.problems += [undecided_problem(columns.rows[at], name, columns.ids[at]) for name in missing]

    def sentences(self, claim_id: str) -> list[str]:
        """Return the sentences about a claim; none if it is not settled."""
        place = self._place(claim_id)
        if place is None:
            return []
        refused = {problem.claim_id for problem in self.problems if problem.code not in NOT_REFUSALS}
        columns = self.read.taken(sharing(self.compiled, self.facts, np.array([place])))
        return Asking(self.compiled).sentences(columns, claim_id, refused)

    def lines(self) -> Iterator[bytes]:
        """Yield the text of the file of lines."""
        yield LINES_HEADER.encode()
        done, layers = self._done, [layer.id for layer in self.compiled.benefits.layers]
        names = [f"{layer}.{what}" for layer in layers for what in ("base", "pay")]
        places = [done.outputs.index(name) for name in (*names, "self_pay")]
        totals = np.ascontiguousarray([self.facts.settle_total, self.facts.number("total")])
        yield from written(self.read.text, self.read.ids, done.order, done.status, totals, done.out, places, layers)

"""Settles a file of claims with the reference evaluator: claim by claim, for small files, and the judge of the fast way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from fuqi.flows.settle_file.problems import difference_problem, provisional_problem, undecided_problem
from fuqi.flows.settle_file.writing import lines_of
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Refused, Settled, Undecided
from fuqi.scheme.explain import sentences
from fuqi.scheme.reading.claims_csv import ClaimsFile, RowProblem, read_claims
from fuqi.scheme.settle import Result, settle


@dataclass(slots=True)
class ByReference:
    """A file of claims and what became of them."""

    rules: Benefits
    read: ClaimsFile
    problems: list[RowProblem]
    results: list[Result] = field(default_factory=list)

    @classmethod
    def of(cls, content: bytes, rules: Benefits) -> ByReference:
        """Return the file as it was read, not yet settled. Raises ClaimsFileError."""
        read = read_claims(content, [layer.id for layer in rules.layers], rules.care_kinds)
        return cls(rules, read, list(read.problems))

    @property
    def ignored(self) -> list[str]:
        """Return the columns that nobody knows."""
        return self.read.ignored

    def has(self, claim_id: str) -> bool:
        """Return whether the file has a claim of that id."""
        return claim_id in self.read.ids

    def settle(self) -> None:
        """Settle the sound claims, as if refused ones were not there; refused ones become problems."""
        results = settle(self.rules, self.read.claims)
        refused = [result for result in results if isinstance(result, Refused)]
        for result in refused:
            claim_id = result.claim.claim_id
            for problem in result.problems:
                row = self.read.rows[claim_id]
                self.problems.append(RowProblem(row, problem.column, problem.code, problem.message, claim_id))
        if refused:
            gone = {result.claim.claim_id for result in refused}
            results = settle(self.rules, [claim for claim in self.read.claims if claim.claim_id not in gone])
        self.results = results
        self._collect()

    def _collect(self) -> None:
        """Collect what is to be said of the results: missing facts, provisional claims, differences of checked layers."""
        for result in self.results:
            claim_id = result.claim.claim_id
            row = self.read.rows[claim_id]
            match result:
                case Undecided():
                    self.problems += [undecided_problem(row, name, claim_id) for name in result.missing]
                case Settled():
                    if result.provisional:
                        self.problems.append(provisional_problem(row, claim_id))
                    for line in result.lines:
                        if line.difference_fen:
                            layer = (line.layer, line.name)
                            self.problems.append(difference_problem(row, claim_id, layer, line.pay_fen, line.trace.result))

    @property
    def settled(self) -> int:
        """Return how many claims are settled."""
        return sum(isinstance(result, Settled) for result in self.results)

    @property
    def undecided(self) -> int:
        """Return how many claims are undecided."""
        return sum(isinstance(result, Undecided) for result in self.results)

    def lines(self) -> Iterator[str]:
        """Yield the text of the file of lines."""
        return lines_of(result for result in self.results if isinstance(result, Settled))

    def sentences(self, claim_id: str) -> list[str]:
        """Return the sentences about a claim; none if it is not settled."""
        for result in self.results:
            if isinstance(result, Settled) and result.claim.claim_id == claim_id:
                return sentences(result, self.rules)
        return []

"""Names what undecided claims miss, and explains a claim: the few questions for which claims become objects again."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from fuqi.batch.facts import NEEDED, Facts
from fuqi.batch.order import together
from fuqi.scheme.claims import Settled, Undecided
from fuqi.scheme.compiled import Compiled
from fuqi.scheme.explain import sentences
from fuqi.scheme.reading.claims_by_column import UNKNOWN, ClaimColumns
from fuqi.scheme.reading.claims_csv import FLAGS, WORDS

Missing = tuple[str, ...]


@dataclass(slots=True)
class Asking:
    """Questions about claims under one scheme."""

    compiled: Compiled
    by_words: bool = field(init=False)
    """Whether what a claim misses depends on its own words, and on which of its other cells are empty, alone."""
    answers: dict[Hashable, Missing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        layers = self.compiled.benefits.layers
        rows = [row for layer in layers for _, row in layer.rows()]
        conditions = [layer.when for layer in layers if layer.when] + [row.when for row in rows if row.when]
        read = frozenset[str]().union(*(condition.names for condition in conditions))
        every = frozenset[str]().union(*(layer.names() for layer in layers))
        dated = any(row.since for row in rows)
        self.by_words = read <= {*WORDS, *FLAGS, "groups"} and "admission_no" not in every and not dated

    def by_itself(self, columns: ClaimColumns, place: int) -> Missing:
        """Return what a claim misses where its own columns decide it; nothing where others must be asked."""
        missing = tuple(name for name in NEEDED if columns.numbers[name][place] == UNKNOWN)
        if missing or not self.by_words:
            return tuple(sorted(missing))
        key = columns.likeness(place)
        if key not in self.answers:
            (result,) = self.compiled.settle([columns.claim(place)])
            self.answers[key] = result.missing if isinstance(result, Undecided) else ()
        return self.answers[key]

    def among_others(self, columns: ClaimColumns, places: Sequence[int]) -> Iterator[tuple[int, Missing]]:
        """Yield what claims miss, asked with all that may share a sum with them; `columns` must hold all of these."""
        if not places:
            return
        wanted = set(places)
        for part in together(self._facts(columns), places, households=self.compiled.by_household):
            at = {columns.ids[place]: place for place in part}
            for result in self.compiled.settle([columns.claim(place) for place in part]):
                place = at[result.claim.claim_id]
                if isinstance(result, Undecided) and place in wanted:
                    yield place, result.missing

    def sentences(self, columns: ClaimColumns, claim_id: str, refused: Collection[str]) -> list[str]:
        """Return the sentences about a claim, none if it is not settled; refused claims are as if not there."""
        if claim_id not in columns.ids:
            return []
        (places,) = together(self._facts(columns), [columns.ids.index(claim_id)], households=self.compiled.by_household)
        claims: Iterable[int] = (place for place in places if columns.ids[place] not in refused)
        for result in self.compiled.settle([columns.claim(place) for place in claims]):
            if isinstance(result, Settled) and result.claim.claim_id == claim_id:
                return sentences(result, self.compiled.benefits)
        return []

    def _facts(self, columns: ClaimColumns) -> Facts:
        return Facts(columns, self.compiled.benefits)

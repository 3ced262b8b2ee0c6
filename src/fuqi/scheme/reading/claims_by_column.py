"""Claims by column: numbers as numbers, ids and words as codes, and what else a file of claims gives."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, compress

from fuqi.scheme.claims import Claim
from fuqi.scheme.reading.claims_csv import DATES, FAMILIES, FLAGS, WORDS, RowProblem, groups_of

UNKNOWN = -(2**62)
"""What stands in a column of numbers where a cell is empty."""


@dataclass(slots=True)
class Coded:
    """A column of texts as numbers: `texts[codes[row]]` is what stood in the cell."""

    codes: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __getitem__(self, row: int) -> str:
        return self.texts[self.codes[row]]


@dataclass(slots=True)
class RowNumbers:
    """The rows of claims by place, kept as stretches."""

    starts: list[int] = field(default_factory=list)
    stretches: list[Sequence[int]] = field(default_factory=list)
    count: int = 0

    def __getitem__(self, place: int) -> int:
        stretch = bisect_right(self.starts, place) - 1
        return self.stretches[stretch][place - self.starts[stretch]]

    def extend(self, rows: Sequence[int]) -> None:
        """Add the rows of the next claims."""
        self.starts.append(self.count)
        self.stretches.append(rows)
        self.count += len(rows)

    def without(self, keep: Iterable[int]) -> RowNumbers:
        """Return the rows of the claims that are kept."""
        found = RowNumbers()
        found.extend(array("q", compress(chain.from_iterable(self.stretches), keep)))
        return found


@dataclass(slots=True)
class ClaimColumns:
    """The sound claims of a file by column, the row of each, the bad rows, and the columns that nobody knows.

    `numbers` holds days as ordinals, flags as 0/1 and money in fen (UNKNOWN: empty cell), `texts` ids and words (empty text:
    empty cell); a column that the file does not have is in neither.
    """

    ids: list[str] = field(default_factory=list)
    rows: RowNumbers = field(default_factory=RowNumbers)
    numbers: dict[str, list[int]] = field(default_factory=dict)
    texts: dict[str, Coded] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)
    """Row and claim_id of the rows that are not among the claims."""

    def __len__(self) -> int:
        return len(self.ids)

    def claim(self, place: int) -> Claim:
        """Return the claim at a place of the columns."""
        numbers = {name: None if (one := column[place]) == UNKNOWN else one for name, column in self.numbers.items()}
        words = {name: column[place] or None for name, column in self.texts.items() if name != "groups"}
        families: dict[str, dict[str, int | None]] = {lead: {} for lead in FAMILIES}
        columns: dict[str, object] = {}
        for name, value in numbers.items():
            lead = next((lead for lead in FAMILIES if name.startswith(lead)), None)
            if lead is not None:
                families[lead][name.removeprefix(lead)] = value
            elif name in DATES:
                columns[name] = None if value is None else date.fromordinal(value)
            else:
                columns[name] = bool(value) if name in FLAGS and value is not None else value
        groups = self.texts.get("groups")
        columns |= {**words, "groups": None if groups is None else groups_of(groups[place])}
        columns |= {"fees": families["fee_"], "amounts": families["amount_"], "paid": families["paid_"]}
        columns["claim_id"] = self.ids[place]
        return Claim(**columns)  # type: ignore[arg-type]

    def likeness(self, place: int) -> tuple[object, ...]:
        """Return what claims have in common that have the same words and flags, and the same other cells empty."""
        words = [self.texts[name].codes[place] if name in self.texts else -1 for name in (*WORDS, "groups")]
        flags = [self.numbers[name][place] if name in self.numbers else -1 for name in FLAGS]
        return (*words, *flags, *(column[place] == UNKNOWN for column in self.numbers.values()))

    def without(self, places: Collection[int]) -> ClaimColumns:
        """Return the columns without some claims; problems and other things of the file stay."""
        keep = bytearray(b"\x01" * len(self))
        for place in places:
            keep[place] = 0
        found = ClaimColumns(problems=self.problems, ignored=self.ignored)
        found.bad = self.bad + [(self.rows[place], self.ids[place]) for place in places]
        found.ids = list(compress(self.ids, keep))
        found.rows = self.rows.without(keep)
        found.numbers = {name: list(compress(column, keep)) for name, column in self.numbers.items()}
        found.texts = {name: Coded(list(compress(column.codes, keep)), column.texts) for name, column in self.texts.items()}
        return found

"""What a kernel reads of claims, from arrays; the same as `fuqi.batch.facts` gives from lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from fuqi.basics.money import MAX_UNIT_YEAR_FEN
from fuqi.batch.arrays.columns import ArrayColumns
from fuqi.batch.arrays.scan import UNKNOWN, Whole
from fuqi.batch.facts import ADMISSION, NEEDED, NOT_COUNTED, word_value
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.facts import lists_of_code
from fuqi.scheme.reading.claims_csv import groups_of

EPOCH = 719_163
"""The ordinal of 1 January 1970."""

SPARSE = 4
"""How many places a table of ids may have for each claim before ids are made dense."""


def dense(values: Whole) -> tuple[Whole, int]:
    """Return a number from 0 for each value, equal ones alike, and how many there are."""
    if not len(values):
        return values, 0
    least, most = int(values.min()), int(values.max())
    if most - least < SPARSE * len(values) + 1024:
        seen = np.zeros(most - least + 1, np.int64)
        seen[values - least] = 1
        numbers = np.cumsum(seen) - 1
        return numbers[values - least], int(numbers[-1]) + 1
    found, numbers = np.unique(values, return_inverse=True)
    return numbers.astype(np.int64), len(found)


def pairs(one: Whole, other: Whole) -> tuple[Whole, int]:
    """Return a number from 0 for each pair of values, equal pairs alike, and how many there are."""
    one, _ = dense(one)
    other, width = dense(other)
    return dense(one * max(width, 1) + other)


class ArrayFacts:
    """The facts of all claims of a file, in the order of its columns."""

    def __init__(self, columns: ArrayColumns, benefits: Benefits) -> None:
        self.columns = columns
        self.benefits = benefits

    def __len__(self) -> int:
        return len(self.columns)

    # ------------------------------------------------------------------ numbers

    def number(self, name: str) -> Whole:
        """Return a column of numbers; what the file does not have is UNKNOWN."""
        made: dict[str, Callable[[], Whole]] = {
            "settle_total": lambda: self.settle_total,
            "age": lambda: self.age,
            "bed_days": self._bed_days,
            "year": lambda: self._calendar("discharged", "Y", 1970),
            "month": lambda: self._calendar("discharged", "M", 0, 12),
            "admission": self._admission,
        }
        if name in made:
            return made[name]()
        found = self.columns.numbers.get(name)
        return np.full(len(self), UNKNOWN, np.int64) if found is None else found

    def _calendar(self, name: str, unit: str, first: int, turn: int = 0) -> Whole:
        """Return years (from `first` in 1970) or months of a column of days; with `turn` the month within the year."""
        days = self.number(name)
        unknown = days == UNKNOWN
        counted = (np.where(unknown, EPOCH, days) - EPOCH).astype("M8[D]").astype(f"M8[{unit}]").astype(np.int64)
        counted = counted % turn + 1 if turn else counted + first
        return np.where(unknown, UNKNOWN, counted)

    @cached_property
    def settle_total(self) -> Whole:
        """Return what payers and patient share, the total where none is given."""
        total, given = self.columns.numbers["total"], self.columns.numbers.get("settle_total")
        return total if given is None else np.where(given == UNKNOWN, total, given)

    @cached_property
    def age(self) -> Whole:
        """Return the completed years on admission, on discharge where that is unknown."""
        born, admitted = self.number("birth_on"), self.number("admitted")
        on = np.where(admitted == UNKNOWN, self.number("discharged"), admitted)
        unknown = (born == UNKNOWN) | (on == UNKNOWN)
        years = (_digits(np.where(unknown, EPOCH, on)) - _digits(np.where(unknown, EPOCH, born))) // 10_000
        return np.where(unknown, UNKNOWN, np.maximum(years, 0))

    def _bed_days(self) -> Whole:
        came, left = self.number("admitted"), self.number("discharged")
        unknown = (came == UNKNOWN) | (left == UNKNOWN)
        return np.where(unknown, UNKNOWN, np.maximum(1, np.where(unknown, 0, left) - np.where(unknown, 0, came)))

    def _admission(self) -> Whole:
        """Return how a claim counts among the stays of its year."""
        of_code = np.array([ADMISSION.get(text, 0) for text in self.columns.texts["care"]], np.int64)
        found = of_code[self.columns.codes["care"]] if len(self) else np.zeros(0, np.int64)
        found[(self.year == UNKNOWN) | (self.number("discharged") == UNKNOWN)] = NOT_COUNTED
        return found

    @cached_property
    def year(self) -> Whole:
        """Return the benefit years."""
        return self._calendar(self.benefits.year_of, "Y", 1970)

    @cached_property
    def unknown(self) -> Whole:
        """Return 1 for claims that are undecided whatever the scheme says, 0 for others."""
        found = np.zeros(len(self), np.int64)
        for name in NEEDED:
            found |= self.number(name) == UNKNOWN
        return found

    # ------------------------------------------------------------------ units

    def unit(self, who: str) -> Whole:
        """Return the person or household of each claim."""
        name = "household_id" if who == "household" and "household_id" in self.columns.codes else "person_id"
        found: Whole = self.columns.codes[name]
        return found

    @property
    def stays(self) -> Whole:
        """Return the stay of each claim."""
        found = self.columns.codes.get("stay_id")
        return np.arange(len(self)) if found is None else found

    def key(self, kind: str) -> tuple[Whole, int]:
        """Return the ids of units and periods of a kind such as `person.year`, and how many there are."""
        who, _, period = kind.partition(".")
        unit = self.unit(who)
        if period == "stay":
            return pairs(unit, self.stays)
        if period == "admission":
            return pairs(pairs(unit, self.stays)[0], self.year)
        return pairs(unit, self._periods(period))

    def _periods(self, period: str) -> Whole:
        """Return a number for each claim's period, which ends with the benefit year."""
        if period == "year":
            return self.year
        if period == "day":
            inside = self.number("discharged")
        else:
            inside = self._calendar("discharged", "M", 0)
            inside = inside if period == "month" else np.where(inside == UNKNOWN, UNKNOWN, inside // 3)
        return inside if self.benefits.year_of == "discharged" else pairs(self.year, inside)[0]

    def too_large(self) -> Whole:
        """Return the places of claims whose person's or household's year exceeds the standard's limit."""
        total = np.maximum(self.number("total"), 0)
        total[self.year == UNKNOWN] = 0
        found = np.zeros(len(self), np.bool_)
        for who in ("person", "household"):
            most = int(np.bincount(self.unit(who)).max(initial=0))
            if most * int(total.max(initial=0)) <= MAX_UNIT_YEAR_FEN:
                continue
            ids, count = self.key(f"{who}.year")
            sums = np.zeros(count, np.int64)
            np.add.at(sums, ids, total)
            found |= (sums[ids] > MAX_UNIT_YEAR_FEN) & (self.year != UNKNOWN)
        return np.flatnonzero(found)

    # ------------------------------------------------------------------ words

    def profiles(self, names: Sequence[str], starts: Sequence[int]) -> tuple[Whole, list[tuple[object, ...]]]:
        """Return a number for each claim, alike for claims that are alike in the names, and what each number stands for."""
        numbers = np.zeros(len(self), np.int64)
        columns = [self._word(name, starts) for name in names]
        for codes, _ in columns:
            numbers, _ = pairs(numbers, codes)
        found, first = np.unique(numbers, return_index=True)
        words = [[value(int(codes[place])) for place in first] for codes, value in columns]
        return numbers, list(zip(*words, strict=True)) if words else [()] * len(found)

    def _word(self, name: str, starts: Sequence[int]) -> tuple[Whole, Callable[[int], object]]:
        """Return a column of numbers for words, and what reads the word of a number."""
        columns = self.columns
        if name == "version":
            days = self.number("discharged")
            return np.where(
                days == UNKNOWN, 0, np.searchsorted(np.array(starts, np.int64), days, side="right")
            ), lambda code: code
        if name == "disease_lists":
            return self._disease_lists()
        if name == "claim_id" or (name == "stay_id" and name not in columns.codes):
            return np.arange(len(self)), columns.claim_id
        if name == "household_id":
            texts = columns.texts["household_id" if "household_id" in columns.codes else "person_id"]
            return self.unit("household"), texts.__getitem__
        if name in columns.codes:
            texts = columns.texts[name]
            if name == "groups":
                return columns.codes[name], lambda code: groups_of(texts[code])
            return columns.codes[name], lambda code: texts[code] or None
        return self.number(name), lambda number: word_value(name, number)

    def _disease_lists(self) -> tuple[Whole, Callable[[int], object]]:
        codes = self.columns.codes.get("icd10")
        if codes is None:
            return np.zeros(len(self), np.int64), lambda code: None
        days = self.number("discharged")
        alike, _ = pairs(pairs(codes, self.age)[0], days)
        texts, lists = self.columns.texts["icd10"], self.benefits.disease_lists
        _, first = np.unique(alike, return_index=True)

        def value(code: int) -> object:
            place = first[code]
            age, day = word_value("age", int(self.age[place])), word_value("discharged", int(days[place]))
            return lists_of_code(lists, texts[int(codes[place])] or None, age, day)

        return alike, value


def _digits(days: Whole) -> Whole:
    """Return days as numbers such as 20240229."""
    stamp = (days - EPOCH).astype("M8[D]")
    months = stamp.astype("M8[M]")
    day = (stamp - months.astype("M8[D]")).astype(np.int64) + 1
    month = months.astype(np.int64)
    found: Whole = (month // 12 + 1970) * 10_000 + (month % 12 + 1) * 100 + day
    return found

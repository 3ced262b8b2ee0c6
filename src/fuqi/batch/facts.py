"""What a kernel reads of claims, from their columns, in plain Python: numbers, profiles of words, ids of units and periods."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from functools import cached_property
from itertools import count
from typing import Any

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.facts import lists_of_code
from fuqi.scheme.reading.claims_by_column import UNKNOWN, ClaimColumns, Coded
from fuqi.scheme.reading.claims_csv import DATES, FLAGS, groups_of

NEEDED = ("settled_at", "discharged", "total", "in_scope")
"""A claim for which one of these is unknown is undecided whatever the scheme says."""

ADMISSION = {"inpatient": 1, "": -1}
NOT_COUNTED = -2


class ByDay(dict[int, int]):
    """Something about days by their ordinals, worked out once for each day; UNKNOWN stays so."""

    def __init__(self, of: Callable[[date], int]) -> None:
        super().__init__({UNKNOWN: UNKNOWN})
        self.of = of

    def __missing__(self, ordinal: int) -> int:
        self[ordinal] = found = self.of(date.fromordinal(ordinal))
        return found

    def column(self, days: Iterable[int]) -> list[int]:
        """Return the same for a column of days."""
        return list(map(self.__getitem__, days))


def dense(values: Iterable[Hashable]) -> tuple[list[int], int]:
    """Return a number from 0 for each value, equal ones alike, and how many there are."""
    numbers: defaultdict[Hashable, int] = defaultdict(count().__next__)
    return list(map(numbers.__getitem__, values)), len(numbers)


class Facts:
    """The facts of all claims of a file, in the order of its columns."""

    def __init__(self, columns: ClaimColumns, benefits: Benefits) -> None:
        self.columns = columns
        self.benefits = benefits

    def __len__(self) -> int:
        return len(self.columns)

    # ------------------------------------------------------------------ numbers

    def number(self, name: str) -> list[int]:
        """Return a column of numbers; what the file does not have is UNKNOWN."""
        made = {
            "settle_total": lambda: self.settle_total,
            "age": lambda: self.age,
            "bed_days": lambda: self._bed_days(),
            "year": lambda: ByDay(lambda day: day.year).column(self.number("discharged")),
            "month": lambda: ByDay(lambda day: day.month).column(self.number("discharged")),
            "admission": lambda: self._admission(),
        }
        if name in made:
            return made[name]()
        return self.columns.numbers[name] if name in self.columns.numbers else [UNKNOWN] * len(self)

    @cached_property
    def settle_total(self) -> list[int]:
        """Return what payers and patient share, the total where none is given."""
        total, given = self.columns.numbers["total"], self.columns.numbers.get("settle_total")
        if given is None:
            return total
        return [of if one == UNKNOWN else one for one, of in zip(given, total, strict=True)]

    @cached_property
    def age(self) -> list[int]:
        """Return the completed years on admission, on discharge where that is unknown."""
        born = self.columns.numbers.get("birth_on")
        if born is None:
            return [UNKNOWN] * len(self)
        digits = ByDay(lambda day: day.year * 10_000 + day.month * 100 + day.day)
        admitted, discharged = self.number("admitted"), self.number("discharged")
        on = [left if day == UNKNOWN else day for day, left in zip(admitted, discharged, strict=True)]
        pairs = zip(digits.column(on), digits.column(born), strict=True)
        return [UNKNOWN if UNKNOWN in (now, then) else max(0, (now - then) // 10_000) for now, then in pairs]

    def _bed_days(self) -> list[int]:
        pairs = zip(self.number("admitted"), self.number("discharged"), strict=True)
        return [UNKNOWN if UNKNOWN in (came, left) else max(1, left - came) for came, left in pairs]

    def _admission(self) -> list[int]:
        """Return how a claim counts among the stays of its year."""
        care = self.columns.texts["care"]
        of_code = [ADMISSION.get(text, 0) for text in care.texts]
        found = [of_code[code] for code in care.codes]
        for place, (year, left) in enumerate(zip(self.year, self.number("discharged"), strict=True)):
            if UNKNOWN in (year, left):
                found[place] = NOT_COUNTED
        return found

    @cached_property
    def year(self) -> list[int]:
        """Return the benefit years."""
        return ByDay(lambda day: day.year).column(self.number(self.benefits.year_of))

    def unknown(self) -> list[int]:
        """Return the places of claims that are undecided whatever the scheme says."""
        columns = [column for name in NEEDED if UNKNOWN in (column := self.number(name))]
        return sorted({place for column in columns for place, one in enumerate(column) if one == UNKNOWN})

    # ------------------------------------------------------------------ units

    @cached_property
    def households(self) -> Coded:
        """Return the household of each claim, the person where none is given."""
        return self._or_else("household_id", self.columns.texts["person_id"])

    @cached_property
    def stays(self) -> Coded | None:
        """Return the stay of each claim, the claim where none is given; None if all are stays of their own."""
        if "stay_id" not in self.columns.texts:
            return None
        ids = self.columns.ids
        return self._or_else("stay_id", Coded(list(range(len(ids))), ids))

    def _or_else(self, name: str, other: Coded) -> Coded:
        given = self.columns.texts.get(name)
        if given is None:
            return other
        if "" not in given.texts:
            return given
        numbers = {text: code for code, text in enumerate(given.texts)}
        empty, texts = numbers[""], list(given.texts)
        codes = list(given.codes)
        for place, code in enumerate(codes):
            if code == empty:
                text = other[place]
                if text not in numbers:
                    numbers[text] = len(texts)
                    texts.append(text)
                codes[place] = numbers[text]
        return Coded(codes, texts)

    def unit(self, who: str) -> Coded:
        """Return the person or household of each claim."""
        return self.households if who == "household" else self.columns.texts["person_id"]

    def key(self, kind: str) -> tuple[list[int], int]:
        """Return the ids of units and periods of a kind such as `person.year`, and how many there are; 0 where unknown."""
        who, _, period = kind.partition(".")
        unit = self.unit(who)
        if period == "stay":
            return self._combined(unit, self._stay_codes())
        if period == "admission":
            stays = self._stay_codes()
            together, _ = self._combined(unit, stays)
            return self._combined(Coded(together, []), (self.year, 0))
        return self._combined(unit, self._periods(period))

    def _stay_codes(self) -> tuple[list[int], int]:
        if self.stays is None:
            return list(range(len(self))), len(self)
        return self.stays.codes, len(self.stays.texts)

    def _periods(self, period: str) -> tuple[list[int], int]:
        """Return a number for each claim's period, which ends with the benefit year."""
        if period == "year":
            return self.year, 0
        of = {
            "day": lambda day: day.toordinal(),
            "month": lambda day: day.year * 12 + day.month,
            "quarter": lambda day: day.year * 4 + (day.month - 1) // 3,
        }[period]
        inside = ByDay(of).column(self.number("discharged"))
        if self.benefits.year_of == "discharged":
            return inside, 0
        return dense(zip(self.year, inside, strict=True))

    def _combined(self, unit: Coded, parts: tuple[list[int], int]) -> tuple[list[int], int]:
        periods, _ = parts
        known = set(periods) - {UNKNOWN}
        least, most = min(known, default=0), max(known, default=0)
        units = len(unit.texts) or max(unit.codes, default=0) + 1
        width = most - least + 1
        if width == 1 and UNKNOWN not in periods:
            return unit.codes, units
        if UNKNOWN in periods:
            periods = [least if one == UNKNOWN else one for one in periods]
        together = [code * width + one - least for code, one in zip(unit.codes, periods, strict=True)]
        return (together, units * width) if units * width <= 2 * len(self) else dense(together)

    # ------------------------------------------------------------------ words

    def profiles(self, names: Sequence[str], starts: Sequence[int]) -> tuple[list[int], list[tuple[object, ...]]]:
        """Return a number for each claim, alike for claims that are alike in the names, and what each number stands for.

        `version` counts those of `starts` (days as ordinals) that are not after the discharge.
        """
        numbers: list[int] = [0] * len(self)
        found: list[tuple[object, ...]] = [()]
        for name in names:
            codes, values = self._word(name, starts)
            together, size = dense(zip(numbers, codes, strict=True))
            first: dict[int, tuple[object, ...]] = {}
            if size <= len(found) * len(values):
                for number, before, code in zip(together, numbers, codes, strict=True):
                    if number not in first:
                        first[number] = (*found[before], values[code])
            numbers, found = together, [first[number] for number in range(size)]
        return numbers, found

    def _word(self, name: str, starts: Sequence[int]) -> tuple[list[int], list[object]]:
        if name == "version":
            days = ByDay(lambda day: bisect_right(starts, day.toordinal())).column(self.number("discharged"))
            return [0 if one == UNKNOWN else one for one in days], list(range(len(starts) + 1))
        if name == "disease_lists":
            return self._disease_lists()
        coded = {"household_id": lambda: self.households, "stay_id": lambda: self.stays or self._claim_ids()}.get(name)
        if coded is not None:
            return coded().codes, list(coded().texts)
        if name == "claim_id":
            return self._claim_ids().codes, list(self.columns.ids)
        if name in self.columns.texts:
            column = self.columns.texts[name]
            read: Callable[[str], object] = groups_of if name == "groups" else lambda text: text or None
            return column.codes, [read(text) for text in column.texts]
        codes, values = _coded(self.number(name))
        return codes, [word_value(name, one) for one in values]

    def _claim_ids(self) -> Coded:
        return Coded(list(range(len(self))), self.columns.ids)

    def _disease_lists(self) -> tuple[list[int], list[object]]:
        codes = self.columns.texts.get("icd10")
        if codes is None:
            return [0] * len(self), [None]
        together, values = _coded(zip(codes.codes, self.age, self.number("discharged"), strict=True))
        lists = self.benefits.disease_lists
        found: list[object] = []
        for code, age, day in values:
            left = None if day == UNKNOWN else date.fromordinal(day)
            found.append(lists_of_code(lists, codes.texts[code] or None, None if age == UNKNOWN else age, left))
        return together, found


def _coded(values: Iterable[Hashable]) -> tuple[list[int], list]:  # type: ignore[type-arg]
    numbers: defaultdict[Hashable, int] = defaultdict(count().__next__)
    return list(map(numbers.__getitem__, values)), list(numbers)


def word_value(name: str, number: int) -> Any:
    """Return the value of a named number as conditions see it: None, a day, a flag or the number."""
    if number == UNKNOWN:
        return None
    if name in DATES:
        return date.fromordinal(number)
    return bool(number) if name in FLAGS else number

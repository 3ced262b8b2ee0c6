"""What random conditions and claims speak of: few values of each kind, so that they meet."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from fuqi.scheme.diseases import Disease, DiseaseList

T = TypeVar("T")

GROUPS = ("poor", "frail", "veteran")
LEVELS = ("village", "township", "county", "city", "province")
AWAY = ("none", "referred", "emergency", "resident_elsewhere", "unregistered")
CARE = ("inpatient", "outpatient", "outpatient_chronic", "day_surgery")
CODES = ("C50.1", "I10", "F20.0", "D66", "k35", "?")
FLAGS = ("in_county", "referred", "insured", "in_pool", "in_province")
FEES = ("bed", "drug")
AMOUNTS = ("class_b", "critical")
DAYS = ("2016-12-20", "2017-01-01", "2017-02-15", "2017-07-01", "2017-12-31", "2018-01-05", "1950-03-01", "2000-02-29")
STARTS = ("2010-01-01", "2016-01-01", "2017-02-10", "2017-07-01", "2018-01-01")

DISEASE_LISTS = (
    DiseaseList(
        id="major",
        name="major",
        disease_class="major",
        diseases=(Disease(id="a", name="a", icd10=("C50",)), Disease(id="b", name="b", icd10=("D66",), age_below=18)),
    ),
    DiseaseList(id="chronic", name="chronic", disease_class="chronic", diseases=(Disease(id="c", name="c", icd10=("I10",)),)),
)


def maybe(chance: Random, share: float) -> bool:
    """Return True in a share of the cases."""
    return chance.random() < share


def one_of(chance: Random, items: Sequence[T]) -> T:
    """Return one of the items."""
    return items[chance.randrange(len(items))]


def fen(chance: Random, most: int = 5_000_00) -> int:
    """Return a sum: now and then 0, a round one or one with odd fen, mostly up to 1000 yuan."""
    kind = chance.randrange(10)
    if kind == 0:
        return 0
    high = most if kind == 1 else min(most, 1_000_00)
    return chance.randrange(high + 1) if kind < 6 else chance.randrange(high // 100_00 + 1) * 100_00


def money(chance: Random, most: int = 5_000_00) -> str:
    """Return a sum as a scheme writes it."""
    amount = fen(chance, most)
    return f"{amount}分" if maybe(chance, 0.3) else f"{amount // 100}.{amount % 100:02d}元"


def rate(chance: Random) -> str:
    """Return a rate as a scheme writes it, now and then 0 or the whole."""
    points = one_of(chance, [0, 10_000, *(chance.randrange(10_001) for _ in range(4)), chance.randrange(0, 101) * 100])
    return f"{points // 100}.{points % 100:02d}%"

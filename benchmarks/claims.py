"""Synthetic claims with a fixed seed: skewed numbers of claims per person, caps and deductibles that bind inside a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim
from fuqi.scheme.reading.benefits import read_benefits
from fuqi.scheme.reading.reader import Reader

Whole = npt.NDArray[np.int64]

SCHEME = Path(__file__).with_name("scheme.yaml")
LAYERS = ("basic", "critical", "backstop")
LEVELS = ("village", "township", "county", "city", "province")
POOR = "registered_poor"

FIRST_DAY, LAST_DAY = date(2021, 1, 1).toordinal(), date(2023, 12, 31).toordinal()
LEVEL_SHARES = (0.03, 0.32, 0.40, 0.20, 0.05)
MEDIAN_YUAN = (300, 1800, 4500, 11000, 22000)
LARGEST_FEN = 600_000_00
SEVERE_SHARE, SEVERE_TIMES = 0.04, 4
POOR_SHARE, POOR_LATER_SHARE = 0.12, 0.25
MOST_CLAIMS = 150


def benefits() -> Benefits:
    """Return the layers of the benchmark."""
    reader = Reader(SCHEME.name, [])
    found = read_benefits(SCHEME.read_text("utf-8"), reader)
    if found is None or reader.faults:
        raise SystemExit("\n".join(map(str, reader.faults)))
    return found


@dataclass(frozen=True, slots=True)
class Book:
    """Claims by column, all of one length: days as ordinals, money in fen, `level` a place in LEVELS, `poor` 0 or 1.

    `number` is what the claim_id is written from, so that its order is that of the ids as text.
    """

    number: Whole
    person: Whole
    settled: Whole
    discharged: Whole
    year: Whole
    level: Whole
    poor: Whole
    total: Whole
    in_scope: Whole

    def __len__(self) -> int:
        return len(self.number)

    def take(self, rows: npt.NDArray[np.intp]) -> Book:
        """Return the claims of some rows in their order."""
        return Book(*(np.ascontiguousarray(getattr(self, column.name)[rows]) for column in fields(self)))

    def ordered(self) -> npt.NDArray[np.intp]:
        """Return the rows by person, benefit year and order of settlement (settled_at, claim_id)."""
        return np.lexsort((self.number, self.settled, self.year, self.person))

    def units(self) -> Whole:
        """Return a dense number of each row's person and year; the rows must be ordered."""
        starts = np.ones(len(self), np.int64)
        starts[1:] = (np.diff(self.person) != 0) | (np.diff(self.year) != 0)
        return np.cumsum(starts) - 1

    def first_persons(self, count: int) -> Book:
        """Return all claims of the first persons that together have at least `count` claims, in their order."""
        sizes = np.cumsum(np.bincount(self.person))
        last = int(np.searchsorted(sizes, count))
        return self.take(np.flatnonzero(self.person <= last))


def make(count: int, seed: int = 1) -> Book:
    """Return `count` claims in the order in which they arrive: any order."""
    rng = np.random.default_rng(seed)
    person = _persons(rng, count)
    persons = int(person[-1]) + 1
    discharged = rng.integers(FIRST_DAY, LAST_DAY + 1, count)
    level = rng.choice(len(LEVELS), count, p=LEVEL_SHARES).astype(np.int64)
    severe = rng.random(persons) < SEVERE_SHARE
    median = np.array(MEDIAN_YUAN, np.float64)[level] * np.where(severe[person], SEVERE_TIMES, 1)
    total = np.minimum(median * 100 * rng.lognormal(0, 0.9, count), LARGEST_FEN).astype(np.int64) + 1
    poor_from = np.where(rng.random(persons) < POOR_SHARE, FIRST_DAY, LAST_DAY + 1)
    later = rng.random(persons) < POOR_LATER_SHARE
    poor_from = np.where(later & (poor_from == FIRST_DAY), rng.integers(FIRST_DAY, LAST_DAY, persons), poor_from)
    number = rng.permutation(count)
    return Book(
        number=number,
        person=person,
        settled=discharged + rng.geometric(0.25, count) - 1,
        discharged=discharged,
        year=_year(discharged),
        level=level,
        poor=(discharged >= poor_from[person]).astype(np.int64),
        total=total,
        in_scope=(total * rng.beta(9, 2, count)).astype(np.int64),
    ).take(rng.permutation(count))


def _persons(rng: np.random.Generator, count: int) -> Whole:
    """Return a person for each claim, ascending: most have one or two claims, a few have more than a hundred."""
    sizes = np.minimum(1 + rng.pareto(1.3, count).astype(np.int64), MOST_CLAIMS)
    enough = int(np.searchsorted(np.cumsum(sizes), count)) + 1
    return np.repeat(np.arange(enough), sizes[:enough])[:count]


def _year(days: Whole) -> Whole:
    starts = np.array([date(year, 1, 1).toordinal() for year in range(2021, 2025)])
    return 2020 + np.searchsorted(starts, days, side="right")


def claim_objects(book: Book) -> Iterator[Claim]:
    """Yield each row as the counter and the reference evaluator take it."""
    for number, person, settled, discharged, _, level, poor, total, in_scope in zip(
        *(getattr(book, column.name).tolist() for column in fields(book)), strict=True
    ):
        yield Claim(
            claim_id=claim_id(number),
            person_id=f"p{person:08d}",
            settled_at=date.fromordinal(settled),
            discharged=date.fromordinal(discharged),
            care="inpatient",
            hospital_level=LEVELS[level],
            groups=frozenset((POOR,)) if poor else frozenset(),
            total=total,
            in_scope=in_scope,
        )


def claim_id(number: int) -> str:
    """Return the id as text; of one length, so that text and number have one order."""
    return f"c{number:08d}"


def write_csv(book: Book, path: Path) -> None:
    """Write the claims as the file door reads them."""
    days = {day: date.fromordinal(day).isoformat() for day in range(FIRST_DAY, LAST_DAY + 200)}
    columns = [getattr(book, column.name).tolist() for column in fields(book)]
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write("claim_id,person_id,settled_at,discharged,care,hospital_level,groups,total,in_scope\n")
        for number, person, settled, discharged, _, level, poor, total, in_scope in zip(*columns, strict=True):
            group = POOR if poor else ""
            out.write(
                f"{claim_id(number)},p{person:08d},{days[settled]},{days[discharged]},inpatient,{LEVELS[level]},{group},"
                f"{total // 100}.{total % 100:02d},{in_scope // 100}.{in_scope % 100:02d}\n"
            )

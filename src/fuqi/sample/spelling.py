"""The ways in which offices write one and the same day or number."""

from __future__ import annotations

from datetime import date
from random import Random

from fuqi.sample.people import Person

Cell = str | int | float | date | None
Row = dict[str, Cell]

_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def spell_day(day: date, style: str) -> Cell:
    """Return the day in one of the usual spellings; `excel` stays a day and becomes a real spreadsheet date."""
    return {
        "dash": f"{day:%Y-%m-%d}",
        "slash": f"{day.year}/{day.month}/{day.day}",
        "dot": f"{day:%Y.%m.%d}",
        "chinese": f"{day.year}年{day.month}月{day.day}日",
        "compact": f"{day:%Y%m%d}",
    }.get(style, day)


def spell_number(person: Person, random: Random, *, old_share: float = 0.0, odd_share: float = 0.03) -> str:
    """Return a person's id number as one or another clerk types it; what it says stays the same."""
    number = person.number
    if person.old_number and random.random() < old_share:
        return person.old_number
    if number.endswith("X") and random.random() < 0.5:
        number = number.lower()
    if random.random() >= odd_share:
        return number
    return random.choice(
        (
            f"{number[:6]} {number[6:14]} {number[14:]}",
            f" {number}",
            f"{number} ",
            number.upper().translate(_FULL_WIDTH),
        )
    )


def with_wrong_digit(number: str, random: Random) -> str:
    """Return the number with another check digit than its own."""
    return number[:17] + random.choice([digit for digit in "0123456789" if digit != number[17]])

"""Resident identity numbers (GB 11643-1999): reading, checking, 15 to 18 digits. Never a key, never in a log or message."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_INVISIBLE = re.compile(r"[\s​‌‍⁠﻿­'’‘`-]")


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A number that is sound in form, birth date and check digit, as 18 characters."""

    number: str

    @property
    def birth_on(self) -> date:
        """Return the birth date that the number carries."""
        return date(int(self.number[6:10]), int(self.number[10:12]), int(self.number[12:14]))

    @property
    def sex(self) -> str:
        """Return 'male' or 'female' by the parity of the sequence number."""
        return "male" if int(self.number[16]) % 2 else "female"


def tidy(text: str) -> str:
    """Return the characters of a typed number without width, blanks, invisible signs and leading apostrophes, in upper case."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).upper()


def check_digit(first_17: str) -> str:
    """Return the 18th character for 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECK[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True)) % 11]


def read(text: str, *, today: date) -> ResidentId | str:
    """Return the number as 18 characters, or the code of what is wrong with it.

    Codes: `empty`, `rounded` (a spreadsheet has cut digits), `length`, `characters`, `birth_date`, `future`, `check_digit`.
    An unknown area is no fault: areas come and go.
    """
    number = tidy(text)
    if not number:
        return "empty"
    if re.fullmatch(r"[0-9](\.[0-9]+)?E\+?[0-9]+", number):
        return "rounded"
    if len(number) == 15 and number.isdecimal():
        number = number[:6] + "19" + number[6:]
        number += check_digit(number)
    if len(number) != 18:
        return "length"
    if not (number[:17].isdecimal() and number.isascii() and (number[17].isdecimal() or number[17] == "X")):
        return "characters"
    try:
        birth_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "birth_date"
    if birth_on > today:
        return "future"
    return ResidentId(number) if check_digit(number[:17]) == number[17] else "check_digit"

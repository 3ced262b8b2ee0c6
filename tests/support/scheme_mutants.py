"""A scheme's files spoilt in a small way, as somebody who edits them might: the same seed gives the same mutants."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

_TOKEN = re.compile(r"[A-Za-z_][\w.]*|\d+(?:\.\d+)?(?:元|分|%)?|[一-鿿]+")
_SIGNS = "[]{}:,\"'-#|>&*%@!"


@dataclass(frozen=True)
class Mutant:
    """What was done to which file."""

    file: str
    text: str
    what: str


def mutant(files: dict[str, str], chance: random.Random) -> Mutant:
    """Return one file with one thing changed."""
    file = chance.choice(sorted(files))
    lines = files[file].splitlines()
    at = chance.randrange(len(lines)) if lines else 0
    what = chance.choice(_WAYS)
    changed = what(lines, at, chance) if lines else [*lines, "x"]
    return Mutant(file, "\n".join(changed) + "\n", f"{what.__name__} {file}:{at + 1}")


def line_lost(lines: list[str], at: int, chance: random.Random) -> list[str]:
    return lines[:at] + lines[at + 1 :]


def line_doubled(lines: list[str], at: int, chance: random.Random) -> list[str]:
    return [*lines[: at + 1], *lines[at:]]


def lines_swapped(lines: list[str], at: int, chance: random.Random) -> list[str]:
    other = chance.randrange(len(lines))
    changed = list(lines)
    changed[at], changed[other] = lines[other], lines[at]
    return changed


def unit_changed(lines: list[str], at: int, chance: random.Random) -> list[str]:
    def change(found: re.Match[str]) -> str:
        return chance.choice(
            [found[0][:-1], found[0][:-1] + "%", found[0][:-1] + "分", "-" + found[0], "0", "none", "1" + found[0]]
        )

    numbers = [place for place, line in enumerate(lines) if re.search(r"\d(元|%)", line)]
    where = chance.choice(numbers) if numbers else at
    return [*lines[:where], re.sub(r"\d+(?:\.\d+)?(?:元|%)", change, lines[where], count=1), *lines[where + 1 :]]


def letter_changed(lines: list[str], at: int, chance: random.Random) -> list[str]:
    line = lines[at]
    if not line.strip():
        return lines
    place = chance.randrange(len(line))
    return [*lines[:at], line[:place] + chance.choice("abxz 0.:元") + line[place + 1 :], *lines[at + 1 :]]


def sign_lost(lines: list[str], at: int, chance: random.Random) -> list[str]:
    places = [place for place, letter in enumerate(lines[at]) if letter in _SIGNS]
    if not places:
        return lines
    place = chance.choice(places)
    return [
        *lines[:at],
        lines[at][:place] + chance.choice(["", chance.choice(_SIGNS)]) + lines[at][place + 1 :],
        *lines[at + 1 :],
    ]


def word_exchanged(lines: list[str], at: int, chance: random.Random) -> list[str]:
    words = _TOKEN.findall("\n".join(lines))
    here = list(_TOKEN.finditer(lines[at]))
    if not here:
        return lines
    found = chance.choice(here)
    return [*lines[:at], lines[at][: found.start()] + chance.choice(words) + lines[at][found.end() :], *lines[at + 1 :]]


def indented(lines: list[str], at: int, chance: random.Random) -> list[str]:
    return [*lines[:at], chance.choice(["  ", "\t", " "]) + lines[at], *lines[at + 1 :]]


_WAYS = (
    line_lost,
    line_doubled,
    lines_swapped,
    unit_changed,
    unit_changed,
    letter_changed,
    sign_lost,
    word_exchanged,
    word_exchanged,
    indented,
)

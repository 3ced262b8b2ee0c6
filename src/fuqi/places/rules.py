"""Finding a division by the words that lists use for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

_TAILS = ("街道办事处", "街道", "镇", "乡", "办事处", "村民委员会", "村委会", "居委会", "社区", "村")
_LIKE_A_PLACE = re.compile(rf"[\u4e00-\u9fff]{{1,10}}(?:{'|'.join(_TAILS)})|[0-9]{{9}}(?:[0-9]{{3}})?")


class NamedDivision(Protocol):
    """A division with its code and name."""

    @property
    def id(self) -> UUID:
        """Return the row's id."""

    @property
    def code(self) -> str:
        """Return the division code."""

    @property
    def name(self) -> str:
        """Return the name without the places above."""


def bare(name: str) -> str:
    """Return a name without blanks and without the word for its kind: 荷花村民委员会 -> 荷花."""
    word = "".join(name.split())
    for tail in _TAILS:
        if word.endswith(tail) and len(word) > len(tail) + 1:
            return word.removesuffix(tail)
    return word


def spelled_like_a_place(words: str) -> bool:
    """Return whether words have the form of a place's name or code: others may be anything, somebody's name or number too."""
    return _LIKE_A_PLACE.fullmatch("".join(words.split())) is not None


class PlaceFinder:
    """Finds townships and villages by name or code; a village is looked for within its township only."""

    def __init__(self, divisions: Iterable[NamedDivision]) -> None:
        self._by_code: dict[str, NamedDivision] = {}
        self._townships: dict[str, NamedDivision] = {}
        self._villages: dict[tuple[str, str], NamedDivision] = {}
        self._namesakes: dict[str, list[NamedDivision]] = {}
        for row in sorted(divisions, key=lambda row: row.code):
            self._by_code[row.code] = row
            if len(row.code) == 9:
                self._townships[bare(row.name)] = row
            elif len(row.code) == 12:
                self._villages[row.code[:9], bare(row.name)] = row
                self._namesakes.setdefault(bare(row.name), []).append(row)

    def find(self, township: str, village: str) -> NamedDivision | None:
        """Return the village, or the township where no village is named; None when the words name no place that is known.

        A village without its township is found where only one village of the county has that name.
        """
        if village in self._by_code:
            return self._by_code[village]
        if village and not township:
            namesakes = self._namesakes.get(bare(village), [])
            return namesakes[0] if len(namesakes) == 1 else None
        town = self._by_code.get(township) or self._townships.get(bare(township))
        if town is None or not village:
            return town
        word = bare(village.removeprefix(township).removeprefix(town.name) or village)
        return self._villages.get((town.code, word))

"""Rows for these tests: what a list says of an invented person."""

from __future__ import annotations

from datetime import date
from typing import Any

from fuqi.basics.resident_id import ResidentId
from fuqi.matching.linking import Verdict, link
from fuqi.matching.rules import Candidate
from tests.unit.intake.books import number

__all__ = ["by_row", "number", "row", "same_person", "wrong"]


def row(at: int, name: str = "王建国", file: str = "a.xlsx", **said: Any) -> Candidate:
    """Return a row; with a sound `id_number` its birth date and sex are those of the number."""
    given = said.get("id_number")
    values: dict[str, Any] = {"village": "甲/乙"} | said
    if isinstance(given, str):
        told = ResidentId(given)
        values |= {"birth_on": told.birth_on, "sex": told.sex}
    return Candidate((file, "表", at), name, **values)


def wrong(sound: str, at: int = 17) -> str:
    """Return the number with another digit at a place."""
    return sound[:at] + str((int(sound[at].replace("X", "0")) + 1) % 10) + sound[at + 1 :]


def by_row(*rows: Candidate) -> dict[int, Verdict]:
    """Return the verdicts by the rows' line numbers."""
    return {verdict.row[2]: verdict for verdict in link(rows)}


def same_person(one: Candidate, other: Candidate) -> bool:
    """Return whether two rows are linked without a person's eye."""
    first, second = link([one, other])
    return first.person == second.person != ""


BORN = date(1980, 3, 5)

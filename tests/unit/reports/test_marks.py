"""Codes on papers: read aloud without mistake, and never by chance a word that tells of an illness."""

from __future__ import annotations

import re
from uuid import UUID

from fuqi.reports.marks import paper_mark, person_code

TELLING = ("HIV", "A15", "B20", "F20")


def test_codes_are_made_of_signs_that_nobody_misreads() -> None:
    marks = "".join(paper_mark(f"2017-{number:06}", "digest") for number in range(2000))
    assert set(marks) == set("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")
    assert not [word for word in TELLING if word in marks]
    assert all(re.fullmatch(r"专管-[A-HJ-NP-Z2-9]{4}", person_code(UUID(int=number))) for number in range(200))


def test_a_mark_is_as_long_as_its_bits() -> None:
    assert len({paper_mark(f"2017-{number:06}", "digest") for number in range(2000)}) == 2000
    assert len(paper_mark("2017-000001", "digest")) == 16

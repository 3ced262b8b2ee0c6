"""The fast reader of claims gives what the careful reader gives, for every file."""

from __future__ import annotations

import csv
from datetime import date
from random import Random
from typing import Any

import pytest

from fuqi.scheme.names import CARE_KINDS
from fuqi.scheme.reading import claims_columns
from fuqi.scheme.reading.claims_columns import read_columns
from fuqi.scheme.reading.claims_csv import ClaimsFileError, read_claims
from tests.support.claims_files import draw_rows, spoilt, text_of

LAYERS = ("basic", "critical", "backstop")


def careful(content: bytes) -> Any:
    try:
        read = read_claims(content, LAYERS, CARE_KINDS)
    except ClaimsFileError as error:
        return (error.code, error.message, error.row, error.column)
    claims = sorted(((read.rows[claim.claim_id], claim) for claim in read.claims), key=lambda pair: pair[0])
    return claims, sorted(read.problems), read.ignored, read.ids


def fast(content: bytes) -> Any:
    try:
        read = read_columns(content, LAYERS, CARE_KINDS)
    except ClaimsFileError as error:
        return (error.code, error.message, error.row, error.column)
    claims = sorted(((read.rows[place], read.claim(place)) for place in range(len(read))), key=lambda pair: pair[0])
    return claims, sorted(read.problems), read.ignored, frozenset(read.ids) | {claim_id for _, claim_id in read.bad}


@pytest.fixture(params=[1 << 9, 1 << 15])
def small_blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims_columns, "BLOCK_BYTES", request.param)
    monkeypatch.setattr(claims_columns, "BLOCK_ROWS", request.param // 64)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("seed", range(20))
def test_both_readers_agree_on_files_that_are_spoilt_in_every_way(seed: int) -> None:
    random = Random(seed)
    for _ in range(25):
        content = spoilt(random, draw_rows(random, random.choice((0, 1, 3, 12, 40))))
        assert fast(content) == careful(content)


@pytest.mark.usefixtures("small_blocks")
def test_both_readers_agree_on_a_long_sound_file() -> None:
    content = text_of(draw_rows(Random(7), 3000)).encode()
    found = fast(content)
    assert found == careful(content)
    assert len(found[0]) == 3000


def test_a_cell_longer_than_the_splitter_takes_is_refused_by_both() -> None:
    limit, content = csv.field_size_limit(), b""
    for size in (limit, limit + 1, 10_000_000):
        for quote in ("", '"'):
            rows = draw_rows(Random(1), 3)
            rows[2][rows[0].index("remark")] = "x" * size
            content = text_of(rows).encode().replace(b"x" * size, f"{quote}{'x' * size}{quote}".encode())
            assert fast(content) == careful(content)
    assert careful(content)[:1] == ("unreadable",)
    assert "太长" in careful(content)[1]


def test_days_at_both_ends_of_the_calendar() -> None:
    header = "claim_id,person_id,settled_at,discharged,care,total,in_scope\n"
    content = f"{header}c1,p1,0001-01-01,0001-01-01,inpatient,1,1\nc2,p1,9999-12-31,9999-12-31,inpatient,1,1\n".encode()
    assert [claim.discharged for _, claim in fast(content)[0]] == [date.min, date.max]
    assert fast(content) == careful(content)

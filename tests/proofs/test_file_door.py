"""Thousands of spoilt files through the file door: never a traceback, never a row lost, three ways the same."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from random import Random
from textwrap import dedent

import pytest

from tests.spec.book import EXAMPLE
from tests.support.claims_files import draw_rows, spoilt, text_of
from tests.unit.batch.test_ways_agree import MANY_RULES, WAYS, WORDS_ALONE, all_that_comes_out

pytestmark = pytest.mark.proof


@pytest.mark.parametrize("seed", range(20))
def test_spoilt_files_are_settled_undecided_or_refused_row_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    random = Random(1000 + seed)
    for number in range(150):
        rules = random.choice((EXAMPLE, MANY_RULES, WORDS_ALONE))
        (tmp_path / "benefits.yaml").write_text(dedent(rules), encoding="utf-8")
        rows = draw_rows(random, random.choice((0, 1, 8, 40)), blanks=random.choice((0, 0.02, 0.2)))
        content = spoilt(random, rows) if number % 5 else text_of(rows).encode()
        found = {way: all_that_comes_out(tmp_path, monkeypatch, way, content, keep_going=True) for way in WAYS}
        assert found["by columns"] == found["by reference"]
        assert found["by arrays"] == found["by reference"]
        nothing_is_lost(content, found["by reference"])


def nothing_is_lost(content: bytes, found: tuple[int, list[bytes | None], list[str], list[str]]) -> None:
    """Settled, undecided and refused rows are all rows of a file that could be read."""
    status, (lines, problems), said, _ = found
    assert status in (0, 1)
    assert problems is not None
    if lines is None:
        return
    text = content.decode("utf-8-sig")
    rows = [number for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1) if row][1:]
    told = list(csv.DictReader(io.StringIO(problems.decode(), newline="")))
    refused = {one["row"] for one in told if one["code"] not in ("undecided", "provisional", "checked_difference")}
    undecided = {one["row"] for one in told if one["code"] == "undecided"}
    written = list(csv.DictReader(io.StringIO(lines.decode(), newline="")))
    settled = sum(line["layer"] == "self_pay" for line in written)
    assert settled + len(undecided) + len(refused) == len(rows)
    assert said[-1] == f"已结算 {settled} 张，未定 {len(undecided)} 张，退回 {len(refused)} 行。"

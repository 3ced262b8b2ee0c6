"""The file door settles a file in three ways; whatever the file, they write the same bytes and say the same."""

from __future__ import annotations

from pathlib import Path
from random import Random
from textwrap import dedent
from typing import Any

import pytest

from fuqi.flows.settle_file import door, settle_file
from tests.spec.book import EXAMPLE, benefits_of
from tests.support.claims_files import draw_rows, spoilt, text_of

MANY_RULES = """
    year_of: settled_at
    layers:
      - id: basic
        base: in_scope
        first_share: [{when: "away = 'referred'", value: 10%}]
        deductible: {amount: [{from: 2016-01-01, value: "max(200元, 600元 - 100元 * (admission_no - 1))"},
                              {from: 2017-03-01, value: 500元}], once: highest}
        rate: {value: [{when: age >= 60, value: 80%}, {value: 60%}], add: [{when: "'registered_poor' in groups", points: 10%}]}
        cap: {amount: 20000元, per: year, shared: both}
      - id: critical
        mode: checked
        base: in_scope - paid.basic
        period: quarter
        deductible: {amount: 3000元}
        from: base
        brackets: [{to: 30000元, rate: 60%}, {rate: 75%}]
      - id: family
        who: household
        when: insured
        base: in_scope - paid.basic - paid.critical
        period: year
        rate: 50%
        deductible: {amount: 1000元}
        cap: {amount: 30000元, per: year}
      - id: stay
        base: amount_special_drug
        period: stay
        lump: [{above: 100元, pay: 50元}, {above: 20000元, pay: 1000元}]
        when: bed_days >= 3 and month < 11
      - id: bed
        base: own.bed
        scope: total
        rate: 100%
        when: ytd_paid.basic > 1000元 or hospital_grade = 3
"""

WORDS_ALONE = """
    layers:
      - {id: critical, mode: given}
      - id: a
        when: "sex = 'male' or insured"
        base: in_scope - paid.critical
        rate: [{when: "'registered_poor' in groups or icd10 = 'I10'", value: 80%}, {when: "care = 'inpatient'", value: 40%}]
      - id: b
        base: max(fee_bed, amount_special_drug)
        rate: 10%
"""

WAYS = {"by reference": (10**12, 10**12), "by columns": (-1, 10**12), "by arrays": (-1, 0)}


def all_that_comes_out(folder: Path, monkeypatch: pytest.MonkeyPatch, way: str, content: bytes, **options: Any) -> Any:
    small, large = WAYS[way]
    monkeypatch.setattr(door, "SMALL_BYTES", small)
    monkeypatch.setattr(door, "LARGE_BYTES", large)
    claims, out, problems = folder / "claims.csv", folder / "lines.csv", folder / "problems.csv"
    claims.write_bytes(content)
    for path in (out, problems):
        path.unlink(missing_ok=True)
    said: list[str] = []
    warned: list[str] = []
    status = settle_file(
        benefits=folder / "benefits.yaml", scheme=None, claims=claims, out=out, problems=problems, say=said.append,
        warn=warned.append, explain=options.get("explain"), keep_going=options.get("keep_going", True),
    )  # fmt: skip
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []
    return status, [path.read_bytes() if path.exists() else None for path in (out, problems)], said, warned


@pytest.mark.parametrize("rules", [EXAMPLE, MANY_RULES, WORDS_ALONE], ids=["example", "many rules", "words alone"])
@pytest.mark.parametrize("seed", range(4))
def test_three_ways_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: str, seed: int) -> None:
    random = Random(seed)
    assert benefits_of(rules).layers
    (tmp_path / "benefits.yaml").write_text(dedent(rules), encoding="utf-8")
    for _ in range(12):
        rows = draw_rows(random, random.choice((0, 1, 5, 30, 60)), blanks=random.choice((0, 0.02, 0.2)))
        content = random.choice((spoilt(random, rows), text_of(rows).encode()))
        options = {"keep_going": random.random() < 0.7, "explain": random.choice((None, "c0", "c1", "c3"))}
        found = {way: all_that_comes_out(tmp_path, monkeypatch, way, content, **options) for way in WAYS}
        assert found["by columns"] == found["by reference"]
        assert found["by arrays"] == found["by reference"]

"""Loading a scheme's folder: every fault of every file named with file and line, all together."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fuqi.scheme import SchemeError, find_scheme, load_scheme
from fuqi.scheme.cases import check_scheme, test_scheme

SCHEME = """\
language: 1
id: small
name: 小县方案
place: "430611"
period: {start: 2017-01-01, until: 2018-01-01}
documents:
  - {id: plan, name: 方案}
"""
TEXT = "# 方案\n\n### 第一条 {#one}\n住院报一半。\n"
BENEFITS = """\
language: 1
layers:
  - id: basic
    name: 基本医保
    base: in_scope
    rate: [{when: "'poor' in groups", value: 60%}, {value: 50%}]
    fund: basic
    source: {document: plan, clause: one}
"""
GROUPS = "groups:\n  - {id: poor, name: 贫困人口, comes_from: household, words: [贫困户]}\n"
DISEASES = """\
lists:
  - id: major
    name: 大病
    class: major
    diseases: [{id: cancer, name: 胃癌, icd10: [C16]}]
"""
INDICATORS = """\
indicators:
  - {id: people, name: 人数, over: person, measure: count, numerator: "'poor' in groups", source: {document: plan, clause: one}}
"""
CASES = """\
cases:
  - name: 一半
    claims:
      - {claim_id: c1, person_id: p, settled_at: 2017-01-01, discharged: 2017-01-01, care: inpatient, groups: [],
         total: 100元, in_scope: 80元}
    expect: {c1: {basic: 80元 * 50%, self_pay: 100元 - basic}}
    illnesses: [{words: 胃癌, lists: [major]}]
"""
SOUND = {
    "scheme.yaml": SCHEME,
    "text.md": TEXT,
    "benefits.yaml": BENEFITS,
    "groups.yaml": GROUPS,
    "diseases.yaml": DISEASES,
    "indicators.yaml": INDICATORS,
    "cases/a.yaml": CASES,
}


def laid(folder: Path, **changed: str) -> Path:
    """Write the sound scheme with some files changed, by the name before the dot."""
    root = folder / "small"
    for name, text in SOUND.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.get(path.stem, text), encoding="utf-8")
    return root


def found(folder: Path, **changed: str) -> list[tuple[str, int, str]]:
    return [(fault.place.file, fault.place.line, fault.code) for fault in check_scheme(laid(folder, **changed))]


def test_a_sound_scheme_has_no_faults_and_its_cases_pass(tmp_path: Path) -> None:
    assert check_scheme(laid(tmp_path)) == []
    results = test_scheme(laid(tmp_path))
    assert [(result.name, result.passed) for result in results] == [("一半", True)]


FAULTS = [
    ("scheme", SCHEME.replace("language: 1", "language: 2"), ("small/scheme.yaml", 1, "language")),
    ("scheme", SCHEME.replace("2018-01-01", "2016-01-01"), ("small/scheme.yaml", 5, "period")),
    ("scheme", SCHEME.replace("2018-01-01", "2018-13-01"), ("small/scheme.yaml", 5, "date")),
    ("scheme", SCHEME.replace('place: "430611"\n', ""), ("small/scheme.yaml", 1, "missing_key")),
    ("scheme", SCHEME + "base: nowhere\n", ("small/scheme.yaml", 8, "unknown_base")),
    ("scheme", SCHEME + "basis: x\n", ("small/scheme.yaml", 8, "unknown_key")),
    ("text", TEXT + "\n### 又一条 {#one}\n", ("small/text.md", 6, "duplicate_anchor")),
    ("benefits", BENEFITS.replace("    fund: basic\n", ""), ("small/benefits.yaml", 3, "missing_key")),
    ("benefits", BENEFITS.replace("clause: one", "clause: two"), ("small/benefits.yaml", 8, "unknown_clause")),
    ("benefits", BENEFITS.replace("document: plan", "document: x"), ("small/benefits.yaml", 8, "unknown_document")),
    ("benefits", BENEFITS.replace("'poor'", "'rich'"), ("small/benefits.yaml", 6, "value")),
    (
        "benefits",
        BENEFITS.replace("{value: 50%}]", "{value: 50%}, {when: insured, value: 1%}]"),
        ("small/benefits.yaml", 6, "unreachable"),
    ),
    ("benefits", BENEFITS.replace("50%}", "50}"), ("small/benefits.yaml", 6, "unit")),
    ("benefits", BENEFITS.replace("name: 基本医保", "name: &a 基本医保"), None),
    ("benefits", BENEFITS + "  - *a\n", ("small/benefits.yaml", 9, "yaml")),
    ("groups", GROUPS.replace("words:", "word:"), ("small/groups.yaml", 2, "unknown_key")),
    ("groups", GROUPS + "  - {id: poor, name: 又一种}\n", ("small/groups.yaml", 3, "duplicate_id")),
    ("groups", GROUPS + "  - {id: old, name: 老人, implies: [rich]}\n", ("small/groups.yaml", 3, "unknown_group")),
    ("diseases", DISEASES.replace("C16", "16C"), ("small/diseases.yaml", 5, "icd10")),
    ("diseases", DISEASES.replace("class: major", "class: big"), ("small/diseases.yaml", 4, "value")),
    ("diseases", DISEASES + "order: [major, minor]\n", ("small/diseases.yaml", 6, "unknown_list")),
    ("indicators", INDICATORS.replace("over: person", "over: people"), ("small/indicators.yaml", 2, "value")),
    ("indicators", INDICATORS.replace("measure: count", "measure: rate"), ("small/indicators.yaml", 2, "missing_key")),
    ("indicators", INDICATORS.replace("'poor' in groups", "poor in groups"), ("small/indicators.yaml", 2, "name")),
    ("indicators", INDICATORS.replace("'poor' in groups", "'major' in treated"), ("small/indicators.yaml", 2, "name")),
    ("indicators", INDICATORS.replace("'poor' in groups", "'minor' in disease_lists"), ("small/indicators.yaml", 2, "value")),
    ("indicators", "trend: [2017-06-30, 2018-01-01]\n" + INDICATORS, ("small/indicators.yaml", 1, "period")),
    ("indicators", "trend:\n  - 2017-06-30\n  - 2017-03-31\n" + INDICATORS, ("small/indicators.yaml", 3, "order")),
    ("indicators", "trend:\n  - 2017-06-30\n  - 2017-06-30\n" + INDICATORS, ("small/indicators.yaml", 3, "order")),
    ("indicators", "trend: [2017-06-31]\n" + INDICATORS, ("small/indicators.yaml", 1, "date")),
    ("indicators", "trend: [[2017-06-30]]\n" + INDICATORS, ("small/indicators.yaml", 1, "date")),
    ("indicators", "trend: 2017-06-30\n" + INDICATORS, ("small/indicators.yaml", 1, "form")),
    ("indicators", "trends: [2017-06-30]\n" + INDICATORS, ("small/indicators.yaml", 1, "unknown_key")),
    ("a", CASES.replace("basic:", "base:"), ("small/cases/a.yaml", 6, "unknown_key")),
    ("a", CASES.replace("80元 * 50%", "eighty"), ("small/cases/a.yaml", 6, "arithmetic")),
    ("a", CASES.replace("discharged: 2017-01-01, ", ""), ("small/cases/a.yaml", 4, "missing_key")),
]


@pytest.mark.parametrize(("file", "text", "fault"), FAULTS)
def test_a_fault_is_named_with_file_and_line(tmp_path: Path, file: str, text: str, fault: tuple[str, int, str] | None) -> None:
    faults = found(tmp_path, **{file: text})
    assert faults == [] if fault is None else fault in faults


def test_the_days_of_the_trend_are_read_in_order(tmp_path: Path) -> None:
    folder = laid(tmp_path, indicators="trend: [2017-01-01, 2017-06-30]\n" + INDICATORS)
    assert load_scheme(folder, bases=[]).trend_days == (date(2017, 1, 1), date(2017, 6, 30))


def test_all_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    faults = found(
        tmp_path,
        groups=GROUPS.replace("words:", "word:"),
        benefits=BENEFITS.replace("50%}", "50}").replace("base: in_scope", "base: in_scop"),
        indicators=INDICATORS.replace("over: person", "over: people"),
    )
    assert faults == [
        ("small/benefits.yaml", 5, "name"),
        ("small/benefits.yaml", 6, "unit"),
        ("small/groups.yaml", 2, "unknown_key"),
        ("small/indicators.yaml", 2, "value"),
    ]


def test_a_case_that_comes_out_otherwise_says_both_amounts(tmp_path: Path) -> None:
    results = test_scheme(laid(tmp_path, a=CASES.replace("80元 * 50%", "80元 * 40%").replace("lists: [major]", "lists: []")))
    assert results[0].differences == ("c1：basic 应为32.00元，算得40.00元", "胃癌 ：应在（无），得到major")


def test_a_place_builds_on_its_base_and_replaces_by_id(tmp_path: Path) -> None:
    base = tmp_path / "country"
    base.mkdir()
    (base / "scheme.yaml").write_text("id: country\nname: 全国\ndocuments: [{id: law, name: 法}]\n", encoding="utf-8")
    groups = "groups:\n  - {id: poor, name: 旧名}\n  - {id: old, name: 老人, source: {document: law, clause: 第三条}}\n"
    (base / "groups.yaml").write_text(groups, encoding="utf-8")
    folder = laid(tmp_path, scheme=SCHEME + "base: country\n")
    scheme = load_scheme(folder, bases=[tmp_path])
    assert [(group.id, group.name) for group in scheme.groups] == [("poor", "贫困人口"), ("old", "老人")]
    before = scheme.hash
    (base / "groups.yaml").write_text(groups + "# \n", encoding="utf-8")
    assert load_scheme(folder, bases=[tmp_path]).hash != before


def test_a_scheme_is_found_by_path_or_by_name(tmp_path: Path) -> None:
    folder = laid(tmp_path)
    assert find_scheme("small", [tmp_path / "none", tmp_path]) == folder
    assert find_scheme(str(folder), []) == folder
    with pytest.raises(SchemeError, match="small"):
        find_scheme("large", [tmp_path])


def test_files_that_are_no_text_are_faults(tmp_path: Path) -> None:
    folder = laid(tmp_path)
    (folder / "groups.yaml").write_bytes("贫困".encode("utf-16"))
    assert "encoding" in {fault.code for fault in check_scheme(folder)}


def test_groups_of_a_row(tmp_path: Path) -> None:
    text = GROUPS + "  - {id: listed, name: 在册, comes_from: household}\n"
    scheme = load_scheme(laid(tmp_path, groups=text), bases=[])
    assert scheme.groups_of_row("household", {"group": "贫困户"}) == {"poor", "listed"}
    assert scheme.groups_of_row("household", {"group": "poor"}) == {"poor", "listed"}
    assert scheme.groups_of_row("household", {"group": None}) == {"listed"}
    assert scheme.groups_of_row("insurance", {"group": "贫困户"}) == set()

"""The checks of a whole scheme: each plants one thing in a small sound scheme and finds it by code, line and words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.small_scheme import BASE, BENEFITS, CLAUSES, DISEASES, GROUPS, INDICATORS, SCHEME, TEXT, faults, remarks_on


def test_the_small_scheme_has_neither_faults_nor_remarks(tmp_path: Path) -> None:
    assert [str(fault) for fault in faults(tmp_path)] == []
    assert [str(remark) for remark in remarks_on(tmp_path)] == []


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def changed(text: str, old: str, new: str) -> str:
    assert old in text, old
    return text.replace(old, new, 1)


LAYER_WHEN = "when: \"care = 'inpatient'\""
AID_RATE = "brackets: [{to: 5000元, rate: 50%}, {to: 20000元, rate: 60%}, {rate: 70%}]\n    from: base"
FAULTS = [
    (
        "benefits",
        changed(BENEFITS, LAYER_WHEN, "when: \"care = 'inpatient' and care = 'outpatient'\""),
        "never_holds",
        "自相矛盾",
    ),
    (
        "benefits",
        changed(BENEFITS, "hospital_level = 'county'", "hospital_level = 'village'"),
        "never_holds",
        "前面各行都已管到",
    ),
    ("benefits", changed(BENEFITS, "hospital_level = 'county'", "care = 'outpatient'"), "never_holds", "所在规则的条件"),
    (
        "benefits",
        changed(BENEFITS, "hospital_level = 'county'", "in_scope < 5元 and in_scope > 9元"),
        "never_holds",
        "自相矛盾",
    ),
    (
        "benefits",
        changed(BENEFITS, "[{when: \"'poor' in groups\", points", '[{when: "age < 0", points'),
        "never_holds",
        "加减的一行",
    ),
    ("benefits", changed(BENEFITS, "    fund: aid", "    fund: aids"), "unknown_fund", "aids"),
    ("diseases", changed(DISEASES, "{below: 18}", "{from: 18, below: 18}"), "age", "没有人符合"),
    (
        "indicators",
        changed(INDICATORS, "numerator: poor_people", "numerator: \"poor_people and 'poor' not in groups\""),
        "never_holds",
        "分子",
    ),
    ("indicators", changed(INDICATORS, 'considered: "true"', 'considered: "age < 5 and age > 5"'), "never_holds", "分母或范围"),
    ("clauses", changed(CLAUSES, "clause: three", "clause: two"), "clause_contradicted", "第二条"),
    ("clauses", changed(CLAUSES, "clause: three", "clause: four"), "unknown_clause", "four"),
    ("clauses", changed(CLAUSES, "state: recorded", "state: not_modelled"), "missing_key", "later"),
    ("clauses", changed(CLAUSES, "state: recorded", "state: done"), "value", "not_modelled"),
    ("clauses", CLAUSES + CLAUSES.splitlines()[-1] + "\n", "duplicate_clause", "写了两次"),
    ("base_floors", changed(BASE["floors.yaml"], "at_least: 50%", "at_least: 50"), "unit", "50"),
    ("base_floors", changed(BASE["floors.yaml"], "at_least: 50%", "at_least: 50%, at_most: 60%"), "missing_key", "只写一个"),
    ("base_floors", changed(BASE["floors.yaml"], "'poor'", "'rich'"), "value", "rich"),
]


@pytest.mark.parametrize(("file", "text", "code", "words"), FAULTS)
def test_a_fault_is_found_and_told(tmp_path: Path, file: str, text: str, code: str, words: str) -> None:
    found = [fault for fault in faults(tmp_path, **{file: text}) if fault.code == code]
    assert found, [str(fault) for fault in faults(tmp_path, **{file: text})]
    assert any(words in fault.message for fault in found)
    assert all(fault.place.file and fault.place.line for fault in found)


GAPPED = changed(BENEFITS, "        - {value: 800元}\n", "")
EDGES = changed(
    BENEFITS,
    '{from: 2017-01-01, when: "in_county", value: 60%}',
    '{from: 2017-01-01, when: "age <= 18", value: 60%}\n'
    '        - {from: 2017-01-01, when: "age >= 18 and age < 60", value: 55%}',
)
REMARKS = [
    ("benefits", GAPPED, "gap", "医院级别"),
    ("benefits", EDGES, "overlap", "年龄 18"),
    (
        "benefits",
        changed(
            BENEFITS,
            "- {value: 800元}",
            "- {when: \"hospital_level in ('city', 'province')\", value: 800元}\n        - {value: 900元}",
        ),
        "never_needed",
        "用不上",
    ),
    ("benefits", BENEFITS.replace("2018-01-01", "2020-01-01"), "never_in_force", "方案结束"),
    (
        "benefits",
        BENEFITS.replace("2017-01-01", "2015-01-01").replace("2018-01-01", "2016-01-01"),
        "never_in_force",
        "2016-01-01起的一版代替",
    ),
    ("benefits", BENEFITS.replace("from: 2017-01-01", "from: 2017-03-01"), "date_gap", "到2017-03-01以前没有一版有效"),
    (
        "benefits",
        changed(BENEFITS, "hospital_level = 'county'", "hospital_level = 'county' and discharged > '2019-06-01'"),
        "never_in_force",
        "方案期以外",
    ),
    ("benefits", changed(BENEFITS, "points: 10%", "points: 45%"), "rate_sum", "115%"),
    ("benefits", changed(BENEFITS, "points: 10%", "points: -55%"), "rate_sum", "-5%"),
    (
        "benefits",
        changed(changed(BENEFITS, AID_RATE, "rate: 60%"), "base: in_scope - paid.basic", "base: in_scope"),
        "rates_together",
        "超过100%",
    ),
    ("benefits", changed(BENEFITS, "rate: 50%}, {to: 20000", "rate: 45%}, {to: 20000"), "below_floor", "不低于50%"),
    (
        "benefits",
        changed(BENEFITS, "'poor' in groups or 'old' in groups)\"", 'in_scope > 5000元)"'),
        "may_fall",
        "读了in_scope",
    ),
    ("benefits", changed(BENEFITS, "funds: {basic", "funds: {more: 其他资金, basic"), "unused_fund", "其他资金"),
    (
        "benefits",
        BENEFITS.replace("aid: 救助资金", "relief: 救助资金").replace("fund: aid", "fund: relief"),
        "floor_unused",
        "aid",
    ),
    ("clauses", "clauses: []\n", "clause_unnamed", "第三条"),
    ("groups", changed(GROUPS, ", source: {document: plan, clause: two}", ""), "no_clause", "贫困人口"),
    (
        "indicators",
        changed(INDICATORS, "reasons: [{when", "reasons: [{when: poor_people, reason: 不会有}, {when"),
        "never_holds",
        "不会有",
    ),
]


@pytest.mark.parametrize(("file", "text", "code", "words"), REMARKS)
def test_a_remark_is_made_and_told(tmp_path: Path, file: str, text: str, code: str, words: str) -> None:
    remarks = remarks_on(tmp_path, **{file: text})
    found = [remark for remark in remarks if remark.code == code]
    assert found, [str(remark) for remark in remarks]
    assert any(words in remark.message for remark in found), [str(remark) for remark in found]
    assert all(remark.place.file for remark in found)


def test_a_gap_is_told_with_its_case(tmp_path: Path) -> None:
    gap = next(remark for remark in remarks_on(tmp_path, benefits=GAPPED) if remark.code == "gap")
    assert "就诊类别 住院，医院级别 市级" in gap.message
    assert (gap.place.file, gap.place.line) == ("small/benefits.yaml", line_of(GAPPED, "'township')"))


def test_a_person_who_loses_by_one_fen_more_is_shown_with_both_bills(tmp_path: Path) -> None:
    cliff = changed(
        BENEFITS,
        "- {from: 2018-01-01, value: 70%}",
        '- {from: 2018-01-01, when: "in_scope <= 30000元", value: 70%}\n        - {from: 2018-01-01, value: 50%}',
    )
    found = [remark for remark in remarks_on(tmp_path, benefits=cliff) if remark.code == "falls"]
    assert len(found) == 1
    assert found[0].place.key == "basic"
    assert "费用30000.00元时共付" in found[0].message
    assert "30000.01元时共付" in found[0].message
    low = (30_000_00 - 100_00) * 80 // 100
    high = (30_000_00 - 100_00) * 60 // 100
    assert low - high > 5_000_00
    assert "，少" in found[0].message


def test_a_step_between_the_written_sums_is_found_too(tmp_path: Path) -> None:
    """A layer that asks for what an earlier one paid turns where no sum of the scheme stands."""
    cliff = changed(
        BENEFITS,
        "'poor' in groups or 'old' in groups)\"",
        "'poor' in groups or 'old' in groups) and paid.basic < 7000元\"",
    )
    found = [remark for remark in remarks_on(tmp_path, benefits=cliff) if remark.code == "falls"]
    assert [remark.place.key for remark in found] == ["aid"]


def test_a_floor_that_another_layer_of_the_fund_keeps_is_no_breach(tmp_path: Path) -> None:
    tilt = """\
  - id: tilt
    name: 倾斜救助
    when: "care = 'inpatient' and 'poor' in groups"
    base: in_scope - paid.basic - paid.aid
    rate: 30%
    fund: aid
    source: {document: plan, clause: two}
"""
    assert [remark.code for remark in remarks_on(tmp_path, benefits=BENEFITS + tilt)] == []


def test_every_finding_of_a_broken_scheme_is_told_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        benefits=changed(
            changed(BENEFITS, "hospital_level = 'county'", "hospital_level = 'village'"), "    fund: aid", "    fund: aids"
        ),
        diseases=changed(DISEASES, "{below: 18}", "{from: 18, below: 18}"),
        clauses=changed(CLAUSES, "clause: three", "clause: two"),
    )
    assert [fault.code for fault in found] == ["never_holds", "unknown_fund", "clause_contradicted", "age"]


def test_the_files_of_scheme_and_text_stand_in_the_finding(tmp_path: Path) -> None:
    found = remarks_on(tmp_path, clauses="clauses: []\n")
    assert [(one.place.file, one.place.line) for one in found] == [("small/text.md", line_of(TEXT, "{#three}"))]
    assert "base: country" in SCHEME

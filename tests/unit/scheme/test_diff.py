"""What is different between two schemes, in sentences: every change told once, with before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuqi.scheme.diff import ADDED, CHANGED, MOVED, REMOVED, Change, differences
from fuqi.scheme.model import Scheme
from tests.support.small_scheme import BENEFITS, CASES, CLAUSES, DISEASES, GROUPS, INDICATORS, SCHEME, TEXT, loaded

AID = BENEFITS[BENEFITS.index("  - id: aid") :]
BASIC = BENEFITS[BENEFITS.index("  - id: basic") : BENEFITS.index("  - id: aid")]


def swapped(text: str, one: str, other: str) -> str:
    return text.replace(one, "\0", 1).replace(other, one, 1).replace("\0", other, 1)


def both_ways(tmp_path: Path, **changed: str) -> tuple[list[Change], list[Change]]:
    one, other = loaded(tmp_path / "a"), loaded(tmp_path / "b", **changed)
    return differences(one, other), differences(other, one)


COUNTY = "{when: \"hospital_level = 'county'\", value: 400元}"
CHANGES = [
    ("benefits", BENEFITS.replace("value: 400元", "value: 300元"), ["基本医保：医院级别是县级时的起付线 400.00元 → 300.00元"]),
    ("benefits", BENEFITS.replace("points: 10%", "points: 15%"), ["基本医保：属于贫困人口时的支付比例的加减 10% → 15%"]),
    ("benefits", BENEFITS.replace("value: 60%", "value: 65%"), ["基本医保：2017-01-01起在县域内就医时的支付比例 60% → 65%"]),
    ("benefits", BENEFITS.replace(f"        - {COUNTY}\n", ""), ["基本医保：取消医院级别是县级时的起付线（原为400.00元）"]),
    (
        "benefits",
        BENEFITS.replace(COUNTY, COUNTY + "\n        - {when: \"hospital_level = 'city'\", value: 600元}"),
        ["基本医保：新增医院级别是市级时的起付线：600.00元"],
    ),
    ("benefits", BENEFITS.replace("to: 5000元", "to: 6000元"), ["医疗救助：分段第1段的界限 5000.00元 → 6000.00元"]),
    ("benefits", BENEFITS.replace("{rate: 70%}]\n", "{rate: 75%}]\n"), ["医疗救助：分段第3段的支付比例 70% → 75%"]),
    (
        "benefits",
        BENEFITS.replace("cap: {amount: 20000元, per: year}", "cap: none"),
        ["医疗救助：取消封顶线（原为20000.00元）", "医疗救助：封顶线的周期 每年 → 每次"],
    ),
    ("benefits", BENEFITS.replace("cap: {amount: 20000元", "cap: {amount: none"), ["医疗救助：封顶线 20000.00元 → 不限"]),
    (
        "benefits",
        BENEFITS.replace("care = 'inpatient'\"", "care <> 'outpatient'\"", 1),
        ["基本医保：享受条件 就诊类别是住院 → 就诊类别不是门诊"],
    ),
    ("benefits", BENEFITS.replace("    when: \"care = 'inpatient'\"\n", "", 1), ["基本医保：享受条件 就诊类别是住院 → （无）"]),
    ("benefits", BENEFITS.replace("period: year", "period: quarter"), ["医疗救助：计算周期 每年 → 每季度"]),
    (
        "benefits",
        BENEFITS.replace("rate: 50%}, {to", "rate: 50%, confidence: unconfirmed}, {to"),
        ["医疗救助：分段第1段的支付比例的核实情况 已核实 → 尚未核实"],
    ),
    ("benefits", BENEFITS.replace("name: 医疗救助", "name: 救助"), ["救助：名称 医疗救助 → 救助"]),
    ("benefits", BENEFITS.replace("aid: 救助资金}", "aid: 民政资金}"), ["资金“aid” 救助资金 → 民政资金"]),
    ("benefits", BENEFITS.replace("clause: two", "clause: one"), ["医疗救助：依据 《方案》“第二条” → 《方案》“第一条”"]),
    ("groups", GROUPS.replace("[贫困户]", "[贫困户, 贫困]"), ["身份类别“贫困人口”：所用的词 贫困户 → 贫困户、贫困"]),
    ("diseases", DISEASES.replace("[C16]", "[C16, C17]"), ["病种名录“大病”，病种“胃癌”：诊断编码 C16 → C16、C17"]),
    ("diseases", DISEASES.replace("{below: 18}", "{below: 14}"), ["病种名录“大病”，病种“儿童白血病”：不满多少岁 18 → 14"]),
    (
        "indicators",
        INDICATORS.replace("numerator: poor_people", "numerator: \"'old' in groups\""),
        ["指标“人数”：分子 poor_people → 身份类别里有老人"],
    ),
    ("indicators", INDICATORS.replace("2017-06-30", "2017-09-30"), ["走势日期 2017-06-30 → 2017-09-30"]),
    ("text", TEXT.replace("报一半", "报六成"), ["条款“第一条”：文字 住院报一半。 → 住院报六成。"]),
    ("clauses", CLAUSES.replace("recorded, by", "not_modelled, later"), None),
    ("scheme", SCHEME.replace("2019-01-01", "2020-01-01"), ["期限 2017-01-01至2019-01-01以前 → 2017-01-01至2020-01-01以前"]),
    ("a", CASES.replace("一般居民", "普通居民"), ["算例文件a.yaml的内容改了"]),
]


@pytest.mark.parametrize(("file", "text", "sentences"), CHANGES)
def test_a_change_is_told_with_before_and_after(tmp_path: Path, file: str, text: str, sentences: list[str] | None) -> None:
    there, back = both_ways(tmp_path, **{file: text})
    if sentences is not None:
        assert [str(change) for change in there] == sentences
    assert there
    assert len(there) == len(back)


def test_the_same_scheme_in_another_folder_gives_nothing(tmp_path: Path) -> None:
    assert both_ways(tmp_path) == ([], [])
    comment = BENEFITS.replace("    cap:", "    # 封顶\n    cap:", 1).replace("400元", "400.00元")
    assert both_ways(tmp_path, benefits=comment) == ([], [])


def test_layers_that_came_went_or_moved(tmp_path: Path) -> None:
    one, other = (
        loaded(tmp_path / "a"),
        loaded(tmp_path / "b", benefits=BENEFITS.replace(AID, "").replace(", aid: 救助资金", "")),
    )
    gone = differences(one, other)
    assert [(change.kind, change.label) for change in gone] == [(REMOVED, "支付项目“医疗救助”"), (REMOVED, "资金“aid”")]
    assert str(gone[0]).startswith("取消支付项目“医疗救助”（原为名称医疗救助，享受条件就诊类别是住院，且")
    come = differences(other, one)
    assert [(change.kind, change.label) for change in come] == [(ADDED, "支付项目“医疗救助”"), (ADDED, "资金“aid”")]
    moved = BENEFITS.replace(BASIC + AID, AID.replace("in_scope - paid.basic", "in_scope") + BASIC)
    found = differences(one, loaded(tmp_path / "c", benefits=moved))
    assert [change.kind for change in found] == [CHANGED, MOVED]
    assert str(found[1]) == "支付项目的先后：支付项目“基本医保”、支付项目“医疗救助” → 支付项目“医疗救助”、支付项目“基本医保”"


def test_rows_that_change_places_are_told_for_the_first_that_holds_wins(tmp_path: Path) -> None:
    rows = "- {when: \"hospital_level in ('village', 'township')\", value: 100元}"
    there, back = both_ways(tmp_path, benefits=swapped(BENEFITS, rows, f"- {COUNTY}"))
    assert [change.kind for change in there] == [change.kind for change in back] == [MOVED]
    assert str(there[0]).startswith("基本医保：起付线各行的先后：医院级别是村级或乡镇级时的起付线、医院级别是县级时的起付线 → ")


def test_added_and_removed_change_sides(tmp_path: Path) -> None:
    more = GROUPS + "  - {id: sick, name: 患者, source: {document: plan, clause: one}}\n"
    there, back = both_ways(tmp_path, groups=more, benefits=BENEFITS.replace(f"        - {COUNTY}\n", ""))
    kinds = [sorted(change.kind for change in one) for one in (there, back)]
    assert kinds == [[ADDED, REMOVED], [ADDED, REMOVED]]
    assert {change.label for change in there if change.kind == ADDED} == {
        change.label for change in back if change.kind == REMOVED
    }


def test_every_field_of_a_scheme_has_a_word(tmp_path: Path) -> None:
    from fuqi.scheme.telling import Told, tell

    def labels(part: Told) -> set[str]:
        return {part.label}.union(*(labels(inner) for inner in part.parts))

    scheme: Scheme = loaded(tmp_path)
    english = {label for label in labels(tell(scheme)) if label.isascii()}
    assert not english, f"no Chinese word in telling_words.py: {english}"

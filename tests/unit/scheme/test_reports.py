"""The texts and the plain sheet of a scheme: what is read, and every fault with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuqi.basics.errors import Fault
from fuqi.scheme import load_scheme
from fuqi.scheme.indicators import Indicator
from fuqi.scheme.names import CARE_KINDS
from fuqi.scheme.reading.reader import Reader
from fuqi.scheme.reading.reports import read_plain_sheet, read_report
from fuqi.scheme.reports import Block, Example, FigureUse, Gap, Report, Term, Words

SCHEMES = Path(__file__).parents[3] / "schemes"
KNOWN = {
    "treated": Indicator(id="treated", name="救治率", over="person", measure="rate"),
    "people": Indicator(id="people", name="人数", over="person", measure="count"),
    "paid": Indicator(id="paid", name="金额", over="payment", measure="sum"),
    "share": Indicator(id="share", name="报销比例", over="claim", measure="ratio"),
}
HEAD = "---\nlanguage: 1\ntitle: 自评\noffice: 某局\n---\n"


def read(text: str) -> tuple[Report | None, list[Fault]]:
    faults: list[Fault] = []
    return read_report("test", text, Reader("small/reports/test.md", faults), KNOWN), faults


def blocks(text: str) -> tuple[Block, ...]:
    report, faults = read(HEAD + text)
    assert report is not None
    assert not faults
    return report.blocks


def test_headings_and_paragraphs_become_blocks_and_lines_are_joined_as_chinese_is_written() -> None:
    found = blocks("\n# 一、成效\n\n第一行，\n第二行。\n### 1. 细目\n末尾\n")
    assert [(block.level, "".join(piece.text for piece in block.pieces if isinstance(piece, Words))) for block in found] == [
        (1, "一、成效"),
        (0, "第一行，第二行。"),
        (3, "1. 细目"),
        (0, "末尾"),
    ]
    assert [block.line for block in found] == [7, 9, 11, 12]


def test_places_for_figures_terms_and_gaps_are_read() -> None:
    (block,) = blocks("{{ place }}有{{people}}人，{{ treated.missing }}人未治，共{{ paid | 万元 }}。{{ 待填：文号 }}")
    assert [piece for piece in block.pieces if not isinstance(piece, Words)] == [
        Term("place"),
        FigureUse("people"),
        FigureUse("treated", "missing"),
        FigureUse("paid", "value", "万元"),
        Gap("文号"),
    ]


FAULTS = [
    ("没有 {{ nobody }} 这个指标", 6, "unknown_indicator"),
    ("第一行\n{{ people.denominator }}", 7, "figure"),
    ("{{ people.middle }}", 6, "figure"),
    ("{{ paid }}", 6, "figure"),
    ("{{ paid | 亿元 }}", 6, "figure"),
    ("{{ people | 元 }}", 6, "figure"),
    ("{{ share.missing }}", 6, "figure"),
    ("{{ share.numerator }}", 6, "figure"),
    ("{{ people + 1 }}", 6, "placeholder"),
    ("{{ 待填： }}", 6, "placeholder"),
    ("只有 {{ 一半", 6, "placeholder"),
    ("- 列表", 6, "form"),
    ("**粗体**", 6, "form"),
    ("#### 四级", 6, "form"),
    ("| 表 |", 6, "form"),
]


@pytest.mark.parametrize(("text", "line", "code"), FAULTS)
def test_what_a_text_must_not_say_is_a_fault_with_its_line(text: str, line: int, code: str) -> None:
    _, faults = read(HEAD + text)
    assert [(fault.place.file, fault.place.line, fault.code) for fault in faults] == [("small/reports/test.md", line, code)]


def test_all_faults_of_a_text_are_told_together() -> None:
    _, faults = read(HEAD.replace("office: 某局", "ofice: 某局") + "{{ nobody }}\n\n{{ paid }}\n")
    assert [(fault.place.line, fault.code) for fault in faults] == [
        (4, "unknown_key"),
        (2, "missing_key"),
        (6, "unknown_indicator"),
        (8, "figure"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("没有开头", "front"),
        ("---\ntitle: 没有结束\n", "front"),
        (HEAD.replace("自评", '"{{ people }}自评"'), "title"),
        (HEAD.replace("office", "untreated: [nobody]\noffice"), "unknown_indicator"),
    ],
)
def test_a_faulty_beginning_is_told(text: str, code: str) -> None:
    _, faults = read(text)
    assert [fault.code for fault in faults] == [code]


SHEET = """language: 1
title: 明白纸
office: 某局
example: {care: inpatient, hospital_level: county, total: 8000元, in_scope: 7000元}
"""


def sheet_faults(text: str) -> list[tuple[int, str]]:
    faults: list[Fault] = []
    read_plain_sheet(text, Reader("small/reports/plain-sheet.yaml", faults), CARE_KINDS)
    return [(fault.place.line, fault.code) for fault in faults]


def test_the_plain_sheet_is_read() -> None:
    faults: list[Fault] = []
    sheet = read_plain_sheet(SHEET, Reader("small/reports/plain-sheet.yaml", faults), CARE_KINDS)
    assert not faults
    assert sheet is not None
    assert sheet.example == Example(care="inpatient", hospital_level="county", total=8000_00, in_scope=7000_00)


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("8000元", "8000", (4, "unit")),
        ("7000元", "9000元", (4, "amount")),
        ("county", "tertiary", (4, "value")),
        ("inpatient", "dentist", (4, "value")),
        ("office: 某局\n", "", (1, "missing_key")),
        ("title", "titel", (2, "unknown_key")),
    ],
)
def test_a_fault_of_the_plain_sheet_is_told_with_its_line(before: str, after: str, fault: tuple[int, str]) -> None:
    assert fault in sheet_faults(SHEET.replace(before, after))


def test_the_sample_scheme_uses_every_indicator_in_its_text() -> None:
    scheme = load_scheme(SCHEMES / "junshan-2017", bases=[SCHEMES])
    (report,) = scheme.reports
    assert set(report.codes) == {item.id for item in scheme.indicators}
    assert [reason.due for item in scheme.indicators for reason in item.reasons if reason.due]

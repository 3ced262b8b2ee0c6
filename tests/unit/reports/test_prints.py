"""Papers as files: one text in two forms, nothing that is filled in is read as source, one page a household."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from fuqi.basics.dates import Span
from fuqi.flows.papers import in_unit, period_words
from fuqi.reports.marks import is_mark_of, paper_mark
from fuqi.reports.pictures import code_picture
from fuqi.reports.rules import all_printable, content_digest, printable
from fuqi.reports.typeset import typeset
from fuqi.reports.word import TEMPLATE, WordTemplateError, word
from tests.support.prints import pdf_pages, pdf_text, word_tables, word_text

HOSTILE = [
    "#import",
    "{{7*7}}",
    "{%raw%}",
    "<w:p/>",
    "*粗*_斜_",
    "$x$",
    "&amp;",
    "//注",
    "=1+1",
    "@来",
    "\\n",
    '"引"',
    "#{1+1}",
]


def piece(text: str, kind: str = "words", note: str = "") -> dict[str, str]:
    return {"kind": kind, "text": text, "note": note}


def assessment(**changed: Any) -> dict[str, Any]:
    content: dict[str, Any] = {
        "title": "某县自评报告",
        "office": "某局",
        "addressee": "某厅",
        "basis": "计数批次第1号",
        "warnings": [],
        "sample": "样例数据（虚构）",
        "number": "2017-000001",
        "blocks": [
            {"level": 1, "pieces": [piece("一、成效")]},
            {"level": 2, "pieces": [piece("（一）识别")]},
            {"level": 3, "pieces": [piece("1. 核查")]},
            {
                "level": 0,
                "pieces": [piece("共"), piece("3248", "figure", "〔1〕"), piece("人。"), piece("【待填：文号】", "gap")],
            },
        ],
        "sources": [
            {
                "number": "1",
                "name": "核查率",
                "value": "100.00%",
                "numerator": "3248",
                "denominator": "3248",
                "how": "分母：全部。",
                "source": "依据甲",
            }
        ],
        "untreated": [
            {"name": "救治率", "number": "1人", "rows": [{"who": "000001", "place": "某镇", "name": "张*", "reason": "择期"}]},
            {"name": "另一项", "number": "0人", "rows": []},
        ],
        "unconfirmed": [{"number": "1", "what": "起付线", "source": "某文"}],
    }
    return {**content, **changed}


def sheet(members: int = 3, due: int = 2, **changed: Any) -> dict[str, Any]:
    address = "http://127.0.0.1:8000/genuine/2017-000001/ABCDEFGHIJKLMNOP/"
    content: dict[str, Any] = {
        "household": "43061100000001",
        "place": "某县某镇某村",
        "head": "张三",
        "day": "2017年12月31日",
        "sample": "",
        "title": "明白纸",
        "office": "某局",
        "members": [
            {"name": f"张{number}", "relation": "子", "group": "建档立卡贫困人口", "illness": "高血压、糖尿病、冠心病"}
            for number in range(members)
        ],
        "bill": {
            "lead": "张三2017年5月1日从县医院出院，总费用8000.00元，其中政策范围内7000.00元。",
            "rows": [{"name": f"第{number}项", "pay": "100.00元"} for number in range(5)],
            "own": "7500.00元",
            "note": "",
        },
        "care": {"team": "一队", "doctor": "李医生", "helper": ""},
        "bills": 1,
        "total": "8000.00元",
        "in_scope": "7000.00元",
        "paid": "500.00元",
        "own": "7500.00元",
        "own_share": "93.75%",
        "own_in_scope": "6500.00元",
        "own_in_scope_share": "92.86%",
        "due": [f"张{number}：今年的健康体检还没有做" for number in range(due)],
        "number": "2017-000001",
        "mark": "ABCDEFGHIJKLMNOP",
        "issued": "2026年11月24日",
        "address": address,
        "code": code_picture(address),
    }
    return {**content, **changed}


def sheets(*pages: dict[str, Any]) -> bytes:
    return typeset("plain-sheet.typ", {"title": "明白纸", "office": "某局", "sheets": list(pages)})


def test_both_forms_say_the_same() -> None:
    content = assessment(warnings=["名单有更新，尚未计数。"])
    in_pdf = pdf_text(typeset("self-assessment.typ", content), body=True)
    in_word = word(content, TEMPLATE)
    assert in_pdf.partition("附件1数据")[0] == word_text(in_word).partition("附件1数据")[0]
    for table in word_tables(in_word):
        for cell in (cell for row in table for cell in row):
            assert cell in in_pdf, cell


def test_the_same_content_gives_the_same_bytes() -> None:
    assert typeset("self-assessment.typ", assessment()) == typeset("self-assessment.typ", assessment())
    assert word(assessment(), TEMPLATE) == word(assessment(), TEMPLATE)
    assert sheets(sheet()) == sheets(sheet())


def test_a_gap_is_shown_as_one() -> None:
    document = word(assessment(), TEMPLATE)
    styles = {
        run.style.style_id for line in Document(io.BytesIO(document)).paragraphs for run in line.runs if "待填" in run.text
    }
    assert styles == {"Gap"}
    assert "【待填：文号】" in pdf_text(typeset("self-assessment.typ", assessment()))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_filled_in_stays_text(text: str) -> None:
    row = {"who": text, "place": text, "name": text, "reason": text}
    content = assessment(
        title=f"题{text}",
        blocks=[{"level": 0, "pieces": [piece(text), piece(text, "gap"), piece(text, "figure", "〔1〕")]}],
        untreated=[{"name": text, "number": "1人", "rows": [row]}],
    )
    wanted = "".join(text.split())
    found = word_text(word(content, TEMPLATE))
    assert found.count(wanted) >= 5
    assert word_tables(word(content, TEMPLATE))[1][1] == [wanted] * 4
    assert pdf_text(typeset("self-assessment.typ", content)).count(wanted) >= 9
    member = {"name": text, "relation": text, "group": text, "illness": text}
    assert pdf_text(sheets({**sheet(), "head": text, "members": [member]})).count(wanted) >= 5


def test_line_ends_and_invisible_characters_are_taken_out_of_what_is_printed() -> None:
    assert printable("张\n三\u202e\u200b\x00\ufffe") == "张 三"
    assert printable("\U0003134a\ue000㐂") == "\U0003134a\ue000㐂"
    assert all_printable({"a": ["b\r\nc", 1], "d": ("e\tf",)}) == {"a": ["b c", 1], "d": ["e f"]}


@pytest.mark.parametrize(("members", "due"), [(1, 0), (6, 3), (12, 24), (30, 60)])
def test_a_household_has_one_page_however_large_it_is(members: int, due: int) -> None:
    pages = pdf_pages(sheets(sheet(members, due), sheet()))
    assert len(pages) == 2
    assert "查到这张纸是不是真的" in pages[0]
    if members > 8:
        assert f"全家共{members}人" in pages[0]
    else:
        assert f"张{members - 1}" in pages[0]


def test_what_nobody_recorded_is_shown_as_not_registered() -> None:
    (page,) = pdf_pages(sheets(sheet(care={"team": "", "doctor": "", "helper": ""})))
    assert page.count("尚未登记") == 2


def test_a_template_of_the_county_that_cannot_be_filled_is_refused_in_words(tmp_path: Path) -> None:
    for number, text in enumerate(("{{ nothing_of_that_name }}", "{% for %}", "{{ ''.__class__.__mro__ }}")):
        own = tmp_path / f"{number}.docx"
        document = Document()
        document.add_paragraph(text)
        document.save(str(own))
        with pytest.raises(WordTemplateError, match="模板"):
            word(assessment(), own)
    (tmp_path / "no.docx").write_text("不是 Word")
    with pytest.raises(WordTemplateError, match="模板"):
        word(assessment(), tmp_path / "no.docx")


def test_a_mark_belongs_to_one_number_and_one_content() -> None:
    digest = content_digest({"total": "1.00元"})
    mark = paper_mark("2017-000001", digest)
    assert len(mark) == 16
    assert is_mark_of(mark.lower(), "2017-000001", digest)
    assert not is_mark_of(mark, "2017-000002", digest)
    assert not is_mark_of(mark, "2017-000001", content_digest({"total": "2.00元"}))
    assert not is_mark_of("专管", "2017-000001", digest)


def test_money_and_spans_are_told_as_people_tell_them() -> None:
    assert in_unit("1714600.00", "万元") == "171.46万元"
    assert in_unit("1714650.00", "万元") == "171.47万元"
    assert in_unit("0.05", "元") == "0.05元"
    assert period_words(Span(date(2017, 1, 1), date(2018, 1, 1))) == "2017年度"
    assert period_words(Span(date(2017, 1, 1), date(2017, 7, 1))) == "2017年1月1日至2017年6月30日"

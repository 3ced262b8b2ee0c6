"""A document in two forms: the same content, the same bytes, and whatever is filled in stays text."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document as WordFile

from fuqi.reports.document import Document, Section, Table, document_file
from tests.support.prints import pdf_text, plain

HOSTILE = "#import {{7*7}} {%raw%} <w:p/> *粗*_斜_ $x$ &amp; //注 =1+1 @来 \\n #{1+1}"
CONTENT = Document(
    f"报告{HOSTILE}",
    "截至某日",
    (Section("一、甲", (HOSTILE, "第二段"), (Table("表", ("项目", "内容"), (1, 3), (("a", HOSTILE), ("b", ""))),)),),
    "样例数据（虚构）",
)


def test_what_is_filled_in_stays_text_in_word() -> None:
    document = WordFile(io.BytesIO(document_file(CONTENT, "docx")))
    assert [line.text for line in document.paragraphs[:4]] == [f"报告{HOSTILE}", "截至某日", "一、甲", HOSTILE]
    assert document.tables[0].rows[1].cells[1].text == HOSTILE


def test_what_is_filled_in_stays_text_in_pdf() -> None:
    said = plain(pdf_text(document_file(CONTENT, "pdf")))
    assert said.count(plain(HOSTILE)) >= 2
    assert "样例数据（虚构）" in said


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_the_same_content_gives_the_same_bytes(form: str) -> None:
    assert document_file(CONTENT, form) == document_file(CONTENT, form)


def test_a_word_file_says_nothing_of_when_it_was_made() -> None:
    with zipfile.ZipFile(io.BytesIO(document_file(CONTENT, "docx"))) as made:
        assert {item.date_time for item in made.infolist()} == {(1980, 1, 1, 0, 0, 0)}

"""A document of sections with paragraphs and tables, as Word and as PDF: one content, two forms."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from docx import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt

from fuqi.reports.codes import FORMS, PDF, WORD
from fuqi.reports.rules import all_printable
from fuqi.reports.typeset import typeset
from fuqi.reports.word import TEMPLATE, empty, timeless

_TEXT_WIDTH = 170
"""Millimetres between the margins."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: heads, the share of the width that each column has, rows of texts."""

    caption: str
    heads: tuple[str, ...]
    shares: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section: what it says, then its tables."""

    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document; `sample` is the mark of invented data, '' for none."""

    title: str
    subject: str
    sections: tuple[Section, ...]
    sample: str = ""

    def content(self) -> dict[str, Any]:
        """Return it as plain data, every text in it printable."""
        made = all_printable(asdict(self))
        assert isinstance(made, dict)
        return made


def document_file(document: Document, form: str) -> bytes:
    """Return a document as Word or PDF; the same content gives the same bytes."""
    return {WORD: _word, PDF: _pdf}[form](document)


def media_type(form: str) -> str:
    """Return the type under which a form travels."""
    return FORMS[form]


def _pdf(document: Document) -> bytes:
    return typeset("document.typ", document.content())


def _word(document: Document) -> bytes:
    content = document.content()
    made = WordDocument(str(TEMPLATE))
    empty(made, content["sample"], top=18, sides=(210 - _TEXT_WIDTH) // 2)
    made.add_paragraph(content["title"], style="Paper Title")
    if content["subject"]:
        made.add_paragraph(content["subject"], style="Paper Basis")
    for section in content["sections"]:
        line = made.add_paragraph(section["title"], style="Paper List").paragraph_format
        line.space_before, line.keep_with_next = Pt(8), True
        for words in section["paragraphs"]:
            made.add_paragraph(words, style="Paper Small").paragraph_format.line_spacing = Pt(16)
        for table in section["tables"]:
            _table(made, table)
    out = io.BytesIO()
    made.save(out)
    return timeless(out.getvalue())


def _table(document: Any, content: dict[str, Any]) -> None:
    if content["caption"]:
        line = document.add_paragraph(content["caption"], style="Paper Cell Head").paragraph_format
        line.space_before, line.keep_with_next = Pt(6), True
    heads = content["heads"]
    widths = [_TEXT_WIDTH * share // sum(content["shares"]) for share in content["shares"]]
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _fill(document, table.rows[0].cells, heads, "Paper Cell Head")
    for row in content["rows"]:
        cells = table.add_row()
        cells._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        _fill(document, cells.cells, row, "Paper Cell")
    for column, width in zip(table.columns, widths, strict=True):
        for cell in column.cells:
            cell.width = Mm(width)


def _fill(document: Any, cells: Sequence[Any], words: Sequence[str], style: str) -> None:
    for cell, text in zip(cells, words, strict=True):
        cell.paragraphs[0].style = document.styles[style]
        cell.paragraphs[0].add_run(text)

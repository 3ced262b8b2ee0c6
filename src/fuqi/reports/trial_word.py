"""The paper of a trial as Word: the styles of our other papers, the picture, tables of any width."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import typst
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt

from fuqi.reports.typeset import fonts
from fuqi.reports.word import TEMPLATE, empty, timeless

_TEXT_WIDTH = 170
"""Millimetres between the margins."""
_PICTURE_POINTS = 480
_SHARP = 200
"""Dots per inch of the picture."""


def trial_paper_word(content: Mapping[str, Any]) -> bytes:
    """Return a Word file of a trial; the same content gives the same bytes."""
    document = Document(str(TEMPLATE))
    empty(document, str(content["sample"]), top=16, sides=(210 - _TEXT_WIDTH) // 2)
    document.sections[0].header_distance = document.sections[0].footer_distance = Mm(9)
    _say(document, "Paper Title", content["title"])
    _say(document, "Paper Basis", content["subject"])
    _say(document, "Paper Warning", content["lead"]).paragraph_format.space_after = Pt(4)
    for sentence in content["sentences"]:
        _small(document, sentence)
    if content["has_picture"]:
        _picture(document, content)
    for table in content["tables"]:
        _table(document, table)
    if content["poverty"]:
        _section(document, "贫困线上下")
        _small(document, content["poverty"])
    _section(document, "草案改了什么")
    for number, change in enumerate(content["changes"] or ["没有改动任何规则。"], 1):
        _small(document, f"{number}. {change}")
    _section(document, "依据")
    if content["unconfirmed"]:
        _small(document, content["unconfirmed"])
    for row in content["rests"]:
        _small(document, f"{row['name']}：{row['value']}")
    _small(document, content["closing"])
    out = io.BytesIO()
    document.save(out)
    return timeless(out.getvalue())


def _say(document: Any, style: str, text: object) -> Any:
    return document.add_paragraph(str(text), style=style)


def _section(document: Any, title: object) -> None:
    line = _say(document, "Paper List", title).paragraph_format
    line.line_spacing, line.space_before = Pt(17), Pt(4)


def _small(document: Any, text: object) -> None:
    _say(document, "Paper Small", text).paragraph_format.line_spacing = Pt(14)


def _picture(document: Any, content: Mapping[str, Any]) -> None:
    line = _say(document, "Paper Cell Head", content["caption"])
    line.paragraph_format.keep_with_next = True
    holder = document.add_paragraph()
    holder.paragraph_format.line_spacing = 1.0
    holder.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shape = holder.add_run().add_picture(io.BytesIO(drawn(str(content["picture"]))), width=Mm(104))
    shape._inline.docPr.set("descr", str(content["description"]))
    shape._inline.docPr.set("title", str(content["caption"]))


def drawn(svg: str) -> bytes:
    """Return an SVG drawn as PNG, its letters by the machine's fonts."""
    page = f"#set page(width: {_PICTURE_POINTS}pt, height: auto, margin: 0pt)"
    source = f'{page}\n#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    compiler = typst.Compiler(source.encode(), font_paths=fonts())
    made = compiler.compile(format="png", ppi=_SHARP, sys_inputs={"svg": svg})
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single picture")
    return made


def _table(document: Any, content: Mapping[str, Any]) -> None:
    _section(document, content["title"])
    heads, numbers = content["heads"], content["numbers"]
    widths = _widths(numbers)
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].style = document.styles["Paper Cell Head"]
        cell.paragraphs[0].add_run(head)
    for row in content["rows"]:
        cells = table.add_row()
        cells._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text, number in zip(cells.cells, row["cells"], numbers, strict=True):
            cell.paragraphs[0].style = document.styles["Paper Cell"]
            cell.paragraphs[0].add_run(text).bold = bool(row["total"])
            if number:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for one in table.rows:
        for cell, width in zip(one.cells, widths, strict=True):
            cell.width = Mm(width)
    if content["note"]:
        _say(document, "Paper Cell", content["note"])


def _widths(numbers: list[bool]) -> list[int]:
    """Return the widths of columns in millimetres: words have twice the room of numbers."""
    shares = [10 if number else 22 for number in numbers]
    return [_TEXT_WIDTH * one // sum(shares) for one in shares]

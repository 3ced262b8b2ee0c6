"""Word by docxtpl: an editable template, filled in a sandbox; what is filled in stays text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docxtpl import DocxTemplate, RichText
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from fuqi.basics.errors import FuqiError
from fuqi.reports.typeset import TEMPLATES

TEMPLATE = TEMPLATES / "self-assessment.docx"

CHARACTER_STYLES = {"note": "FigureNumber", "gap": "Gap"}
"""The styles of the template in which numbers of figures and gaps stand: change them there."""

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


class WordTemplateError(FuqiError):
    """A Word template cannot be filled."""

    code = "word_template"


def word(content: Mapping[str, Any], template: Path) -> bytes:
    """Return a Word file made of a template; the same content and template give the same bytes. Raises WordTemplateError."""
    filled = {**content, "blocks": [{**block, "text": _rich(block["pieces"])} for block in content["blocks"]]}
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    out = io.BytesIO()
    try:
        document = DocxTemplate(template)
        document.render(filled, jinja_env=environment, autoescape=True)
        document.save(out)
    except (TemplateError, PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise WordTemplateError(
            f"Word 模板“{template.name}”套不进去({type(error).__name__})：里面的花括号写错了，或者文件已损坏。"
            "请改好方案文件夹 reports 里的模板，或者把它移走，改用自带的模板。"
        ) from None
    return timeless(out.getvalue())


def _rich(pieces: Sequence[Mapping[str, str]]) -> RichText:
    """Return the pieces of a block as runs: words, figures with their number, gaps."""
    text = RichText()
    for piece in pieces:
        style = CHARACTER_STYLES["gap"] if piece["kind"] == "gap" else None
        text.add(piece["text"], style=style)
        if piece["note"]:
            text.add(piece["note"], style=CHARACTER_STYLES["note"])
    return text


def empty(document: Any, sample: str, *, top: int, sides: int) -> None:
    """Leave of a template its styles, its page number and the mark of sample data; margins are in mm."""
    body = document.element.body
    for element in list(body):
        if not element.tag.endswith("}sectPr"):
            body.remove(element)
    section = document.sections[0]
    section.top_margin = section.bottom_margin = Mm(top)
    section.left_margin = section.right_margin = Mm(sides)
    for header in (section.header, section.even_page_header):
        for line in header.paragraphs:
            for run in line.runs:
                run.text = sample


def timeless(data: bytes) -> bytes:
    """Return a zip file with the same members, none of which says when it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            target.writestr(zipfile.ZipInfo(item.filename, _FIRST_DAY), source.read(item), zipfile.ZIP_DEFLATED)
    return out.getvalue()

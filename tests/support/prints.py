"""Reading back what was printed: the text of a PDF and of a Word file, without blanks."""

from __future__ import annotations

import io
import shutil
import subprocess
from typing import Any

import pytest
from docx import Document
from docx.table import Table

_INVISIBLE = dict.fromkeys(map(ord, "\u2060\u00ad\u200b"))
_BODY = ("-x", "0", "-y", "95", "-W", "600", "-H", "655", "-r", "72")
"""The part of an official page between head and foot, in points."""


def plain(text: str) -> str:
    """Return a text without blanks and invisible characters."""
    return "".join(text.split()).translate(_INVISIBLE)


def pdf_text(data: bytes, *, page: int = 0, body: bool = False) -> str:
    """Return the text of a PDF, or of one page, in the order in which it was written; with `body` without head and foot."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.fail("pdftotext is missing: install poppler-utils")
    pages = ("-f", str(page), "-l", str(page)) if page else ()
    made = subprocess.run(
        [program, "-raw", "-q", *pages, *(_BODY if body else ()), "-", "-"], input=data, capture_output=True, check=True
    )
    return plain(made.stdout.decode())


def pdf_pages(data: bytes) -> list[str]:
    """Return the text of each page of a PDF."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.fail("pdftotext is missing: install poppler-utils")
    made = subprocess.run([program, "-raw", "-q", "-", "-"], input=data, capture_output=True, check=True)
    return [plain(page) for page in made.stdout.decode().split("\f") if page.strip()]


def word_body(data: bytes) -> list[Any]:
    """Return the paragraphs and tables of a Word file, in order."""
    return list(Document(io.BytesIO(data)).iter_inner_content())


def word_text(data: bytes) -> str:
    """Return the text of a Word file's paragraphs, without its tables."""
    return plain("".join(item.text for item in word_body(data) if not isinstance(item, Table)))


def word_tables(data: bytes) -> list[list[list[str]]]:
    """Return the cells of each table of a Word file."""
    tables = [item for item in word_body(data) if isinstance(item, Table)]
    return [[[plain(cell.text) for cell in row.cells] for row in table.rows] for table in tables]

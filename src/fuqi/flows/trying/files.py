"""A trial written as a file: tables as CSV or a workbook, the picture as SVG, the paper as Word or PDF."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

import xlsxwriter

from fuqi.basics.inert import CsvWriter, inert
from fuqi.basics.money import decimal_yuan, format_yuan
from fuqi.flows.trying.paper import trial_pdf, trial_word
from fuqi.flows.trying.pictures import WIDTH, spread_bars
from fuqi.flows.trying.run import TrialResult
from fuqi.flows.trying.tables import MONEY, MORE, Cell, Table, lead, sentences, tables
from fuqi.reports.bars import picture
from fuqi.reports.codes import FORMS

_NEVER = datetime(1980, 1, 1)  # noqa: DTZ001 - the same result gives the same bytes


def _plain(cell: Cell, kind: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return inert(cell)
    return format_yuan(cell) if kind in (MONEY, MORE) else str(cell)


def trial_csv(result: TrialResult) -> bytes:
    """Return every number of a trial by table, row and column, after what it rests on; UTF-8 with BOM for spreadsheets."""
    out = io.StringIO()
    writer = CsvWriter(out)
    writer.writerow(("表", "行", "列", "值"))
    for name, value in about(result):
        writer.writerow(("说明", inert(name), "", inert(value)))
    for table in tables(result):
        for row in (*table.rows, *((table.total,) if table.total else ())):
            for head, cell, kind in list(zip(table.heads, row, table.kinds, strict=True))[1:]:
                writer.writerow((inert(table.title), inert(str(row[0])), inert(head), _plain(cell, kind)))
    return out.getvalue().encode("utf-8-sig")


def about(result: TrialResult) -> list[tuple[str, str]]:
    """Return what a trial rests on: versions and claims by their digests, and what must be known."""
    return [
        ("结论", lead(result)),
        *(("须知", sentence) for sentence in sentences(result)),
        ("现行方案", f"{result.present.name}，版本{result.present.hash}"),
        ("草案", f"{result.draft.name}，版本{result.draft.hash}"),
        ("费用单", f"{result.source}，{result.claims_used}笔，摘要{result.digest}"),
    ]


def trial_workbook(result: TrialResult) -> bytes:
    """Return the tables as a workbook, one sheet each, sums as numbers in yuan."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "方案试算", "created": _NEVER})
    bold, wrapped = book.add_format({"bold": True, "text_wrap": True, "border": 1}), book.add_format({"text_wrap": True})
    forms = {kind: book.add_format({"num_format": "#,##0.00", "border": 1}) for kind in (MONEY, MORE)}
    other = book.add_format({"num_format": "#,##0", "border": 1})
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 100)
    for at, (name, value) in enumerate(about(result)):
        sheet.write_string(at, 0, name, bold)
        sheet.write_string(at, 1, value, wrapped)
    for table in tables(result):
        _sheet(book.add_worksheet(table.title), table, bold, forms, other)
    book.close()
    return out.getvalue()


def _sheet(sheet: xlsxwriter.worksheet.Worksheet, table: Table, bold: object, forms: dict[str, object], other: object) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, len(table.heads) - 1, 16)
    sheet.freeze_panes(1, 1)
    for column, head in enumerate(table.heads):
        sheet.write_string(0, column, head, bold)
    for at, row in enumerate((*table.rows, *((table.total,) if table.total else ())), 1):
        for column, (cell, kind) in enumerate(zip(row, table.kinds, strict=True)):
            form = forms.get(kind, other)
            if isinstance(cell, int):
                sheet.write_number(at, column, decimal_yuan(cell) if kind in forms else cell, form)
            else:
                sheet.write_string(at, column, cell or "", form)
    if table.note:
        sheet.write_string(len(table.rows) + 3, 0, table.note)


def trial_svg(result: TrialResult) -> bytes:
    """Return the picture as a file of its own."""
    return picture(spread_bars(result), width=WIDTH, name="trial").encode()


Writer = Callable[[TrialResult], bytes]
WRITERS: dict[str, tuple[str, Writer]] = {
    "docx": (FORMS["docx"], trial_word),
    "pdf": (FORMS["pdf"], trial_pdf),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", trial_workbook),
    "csv": ("text/csv; charset=utf-8", trial_csv),
    "svg": ("image/svg+xml", trial_svg),
}
"""By the ending of a file's name: the type under which it travels, and what writes it."""

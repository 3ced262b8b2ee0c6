"""The lists of 补报 and 追回 as files: CSV for programs, a workbook for people. Texts stay texts, amounts are exact."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from fuqi.basics.inert import CsvWriter, inert
from fuqi.basics.money import decimal_yuan, format_yuan
from fuqi.flows.adjustments import AdjustmentLine, AdjustmentList

COLUMNS = "kind person name place number hospital settled_on layer fund before after difference reason batches".split()
HEADERS = (
    "类别 人员编号 姓名 地方 结算单号 医院 结算日期 层次 由谁支付 原来（元） 现在（元） 差额（元） 为什么 结算批次".split()
)
WIDTHS = (8, 10, 10, 26, 16, 22, 12, 22, 18, 13, 13, 13, 60, 10)
_FUND_HEADERS = ("由谁支付", "补报（元）", "追回（元）", "净支付（元）")
_TEXT_COLUMNS_BEFORE_MONEY = 9


def adjustments_csv(found: AdjustmentList) -> str:
    """Return the lines with English column names; yuan with two decimals, below 0 what is to be got back."""
    out = io.StringIO()
    writer = CsvWriter(out)
    writer.writerow(COLUMNS)
    for line in found.lines:
        amounts = [format_yuan(line.before_fen), format_yuan(line.after_fen), format_yuan(line.fen)]
        texts = [inert(text) for text in _texts(line, line.kind)]
        writer.writerow([*texts, *amounts, inert(line.reason), _batches(line)])
    return out.getvalue()


def _texts(line: AdjustmentLine, kind: str) -> list[str]:
    day = line.settled_on.isoformat()
    return [kind, line.code, line.name, line.place, line.number, line.hospital, day, line.layer_name, line.fund_name]


def _batches(line: AdjustmentLine) -> str:
    return ";".join(map(str, line.batches))


def adjustments_workbook(found: AdjustmentList, note: str) -> bytes:
    """Return a workbook of three sheets: the lines, the totals of each fund, and what it all rests on."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    head = book.add_format({"bold": True, "bg_color": "#e8eef2", "border": 1, "text_wrap": True, "valign": "vcenter"})
    money = book.add_format({"num_format": "0.00"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("补报追回")
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, HEADERS, head)
    for row, line in enumerate(found.lines, 1):
        for column, text in enumerate(_texts(line, line.kind_words)):
            sheet.write_string(row, column, text)
        for column, fen in enumerate((line.before_fen, line.after_fen, line.fen), _TEXT_COLUMNS_BEFORE_MONEY):
            sheet.write_number(row, column, decimal_yuan(fen), money)
        sheet.write_string(row, len(HEADERS) - 2, line.reason, wrapped)
        sheet.write_string(row, len(HEADERS) - 1, _batches(line))
    _totals(book.add_worksheet("按资金合计"), found, head, money)
    about = book.add_worksheet("说明")
    about.set_column(0, 0, 100)
    for row, text in enumerate([*note.splitlines(), *hidden_words(found)]):
        about.write_string(row, 0, text, wrapped)
    book.close()
    return held.getvalue()


def _totals(sheet: Any, found: AdjustmentList, head: Any, money: Any) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 3, 16)
    sheet.write_row(0, 0, _FUND_HEADERS, head)
    for row, total in enumerate(found.totals, 1):
        sheet.write_string(row, 0, total.name)
        for column, fen in enumerate((total.back_fen, total.recovery_fen, total.fen), 1):
            sheet.write_number(row, column, decimal_yuan(fen), money)


def hidden_words(found: AdjustmentList) -> list[str]:
    """Return what is said of lines that the viewer may not see."""
    return [f"另有 {found.hidden} 条涉及专管病种，按权限查看，不在明细和合计里。"] if found.hidden else []

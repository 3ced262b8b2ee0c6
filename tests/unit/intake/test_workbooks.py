from __future__ import annotations

import io
import time
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from fuqi.basics.errors import Fault
from fuqi.intake.workbooks import Limits, Workbook, WorkbookReader
from tests.unit.intake.books import records, write_book


def opened(data: bytes, limits: Limits | None = None) -> Workbook | Fault:
    with WorkbookReader(limits) as reader:
        return reader.read_bytes(data, "名单.xlsx")


def code(data: bytes, limits: Limits | None = None) -> str:
    found = opened(data, limits)
    assert isinstance(found, Fault), "should have been refused"
    assert found.place.file == "名单.xlsx"
    return found.code


def archive(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_rows_keep_the_numbers_of_the_spreadsheet_below_leading_blank_rows() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["C4"], sheet["C6"], sheet["D6"] = "姓名", "张三", date(2017, 3, 5)
    found = opened(saved(book))
    assert isinstance(found, Workbook)
    rows = found.sheets[0].rows
    assert rows[3] == [None, None, "姓名"]
    assert rows[5] == [None, None, "张三", date(2017, 3, 5)]
    assert rows[:3] == [[], [], []]


def test_hidden_sheets_are_read_and_said_to_be_hidden() -> None:
    book = openpyxl.Workbook()
    for name, state in (("藏", "hidden"), ("深藏", "veryHidden")):
        sheet = book.create_sheet(name)
        sheet["A1"], sheet.sheet_state = "姓名", state
    found = opened(saved(book))
    assert isinstance(found, Workbook)
    assert [(sheet.name, sheet.hidden) for sheet in found.sheets] == [("Sheet", False), ("藏", True), ("深藏", True)]


def test_merged_ranges_are_told(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", {"表": [["甲", "乙"], ["丙", None]]}, {"表": ["B1:B2"]})
    found = opened(path.read_bytes())
    assert isinstance(found, Workbook)
    assert found.sheets[0].merged == ((0, 1, 1, 1),)


@pytest.mark.parametrize(
    "encoding", [pytest.param("utf-8", id="plain"), pytest.param("utf-8-sig", id="marked"), "gb18030", "utf-16"]
)
def test_a_csv_file_is_read_in_its_own_encoding_and_its_records_are_counted(encoding: str) -> None:
    text = records("姓名 备注", '张三 "两行\n备注"', "", "李四 𬱖")
    found = opened(text.encode(encoding))
    assert isinstance(found, Workbook)
    assert found.sheets[0].name == ""
    assert found.sheets[0].rows == [["姓名", "备注"], ["张三", "两行\n备注"], [], ["李四", "𬱖"]]


def test_other_separators_of_a_csv_file_are_seen() -> None:
    found = opened("姓名\t村\n张三\t甲村\n".encode())
    assert isinstance(found, Workbook)
    assert found.sheets[0].rows[1] == ["张三", "甲村"]


def test_the_content_decides_and_not_the_extension() -> None:
    found = opened(records("姓名 村", "张三 甲村").encode())
    assert isinstance(found, Workbook)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", "empty_file", id="nothing"),
        pytest.param(b"\n \r\n", "empty_file", id="blanks"),
        pytest.param(b"%PDF-1.4 ...", "not_a_workbook", id="pdf"),
        pytest.param(b"hello world", "not_a_workbook", id="prose"),
        pytest.param(b"a,b\n\x00\x01,c", "not_a_workbook", id="binary"),
        pytest.param(b"<html><table><tr><td>1</td></tr></table></html>", "web_page", id="web page"),
        pytest.param(b'<?xml version="1.0"?><Workbook/>', "web_page", id="xml"),
        pytest.param(archive(word__document=b"<w/>"), "not_a_workbook", id="word document"),
        pytest.param(archive(**{"xl__workbook.xml": b"<workbook/>"}), "unreadable", id="half a workbook"),
        pytest.param(b"PK\x03\x04" + b"x" * 90, "unreadable", id="no end of archive"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 900, "unreadable", id="half an old workbook"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 900 + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
            id="password",
        ),
        pytest.param(
            records("姓名 村", "张三 甲村").encode() + records("李四 乙村").encode("gb18030"),
            "mixed_encoding",
            id="two encodings",
        ),
        pytest.param(records("姓名 村").encode("gb18030") + b"\xff\xff,\xff\n", "unreadable_text", id="no encoding"),
        pytest.param(records("姓名 村", '"张三 甲村', "李四 乙村").encode(), "unbalanced_quotes", id="open quote"),
        pytest.param(records("姓名 村", f"张三 {'长' * 40000}").encode(), "cell_too_long", id="huge cell"),
    ],
)
def test_what_is_no_sound_workbook_is_refused_by_name(data: bytes, expected: str) -> None:
    assert code(data) == expected


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with WorkbookReader() as reader:
        found = reader.read(tmp_path / "无.xlsx")
    assert isinstance(found, Fault)
    assert found.code == "missing_file"


def test_bombs_are_refused_within_a_second() -> None:
    zeros = archive(**{"xl__workbook.xml": b"\0" * (300 << 20)})
    many = archive(**{f"xl__{index}.xml": b"" for index in range(20000)})
    with WorkbookReader() as reader:
        reader.read_bytes(records("姓名 村").encode(), "先启动.csv")
        for bomb in (zeros, many):
            start = time.perf_counter()
            found = reader.read_bytes(bomb, "名单.xlsx")
            assert isinstance(found, Fault)
            assert found.code == "bomb"
            assert time.perf_counter() - start < 1


def test_a_cell_far_away_costs_the_child_and_not_the_next_file(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"], book.worksheets[0]["XFD1048576"] = 1, 2
    good = write_book(tmp_path / "好.xlsx", {"表": [["姓名"], ["张三"]]})
    with WorkbookReader() as reader:
        refused = reader.read_bytes(saved(book), "远.xlsx")
        assert isinstance(refused, Fault)
        assert refused.code == "too_large"
        assert isinstance(reader.read(good), Workbook)


def test_too_many_cells_are_refused_where_they_begin_to_be_too_many() -> None:
    found = opened(records("姓名 村").encode() * 100, Limits(cells=50))
    assert isinstance(found, Fault)
    assert (found.code, found.place.row) == ("too_large", 26)


def test_a_file_that_takes_too_long_is_given_up() -> None:
    assert code(records("姓名 村").encode() * 300000, Limits(seconds=0.05)) == "too_slow"


def test_a_file_above_the_limit_is_not_even_sent() -> None:
    assert code(b"x" * 2000, Limits(file_bytes=1000)) == "file_too_large"

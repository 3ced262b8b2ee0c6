from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from fuqi.basics.errors import Fault
from fuqi.intake.reading import FileReading, read_opened
from fuqi.intake.workbooks import Limits, WorkbookReader
from tests.unit.intake.books import LAYOUTS, TODAY, number, records, write_book

MUTANTS = 200
"""How many in every test run; the long battery takes more."""

HEADER = ["序号", "姓名", "身份证号", "乡镇", "村", "疾病名称"]


def book(folder: Path) -> bytes:
    rows = [[at, "张三", number(sequence=at), "甲镇", "乙村", "高血压"] for at in range(1, 40)]
    return write_book(folder / "名单.xlsx", {"省系统": [["名单"], HEADER, *rows]}, {"省系统": ["A1:F1"]}).read_bytes()


def text(_: Path) -> bytes:
    lines = [" ".join(HEADER), *(f"{at} 张三 {number(sequence=at)} 甲镇 乙村 高血压" for at in range(1, 40))]
    return records(*lines).encode("gb18030")


def mutants(data: bytes, seed: int, count: int) -> Iterator[bytes]:
    drawn = random.Random(seed)
    for _ in range(count):
        found = bytearray(data)
        for _ in range(drawn.choice((1, 1, 2, 5, 40))):
            at = drawn.randrange(len(found))
            match drawn.randrange(5):
                case 0:
                    found[at] ^= 1 << drawn.randrange(8)
                case 1:
                    found[at : at + drawn.randrange(1, 60)] = b""
                case 2:
                    found[at:at] = drawn.randbytes(drawn.randrange(1, 60))
                case 3:
                    del found[max(1, at) :]
                case _:
                    found[at : at + 40] = found[: drawn.randrange(1, 40)]
            if not found:
                found = bytearray(b"\0")
        yield bytes(found)


def read(reader: WorkbookReader, data: bytes) -> FileReading:
    return read_opened(reader.read_bytes(data, "名单.xlsx"), "名单.xlsx", LAYOUTS, today=TODAY)


def judge(reading: FileReading) -> None:
    """A reading has rows or says why not; every fault names its file; no fault repeats a number."""
    assert reading.rows or reading.faults
    for fault in reading.all_faults:
        assert isinstance(fault, Fault)
        assert fault.place.file == "名单.xlsx"
        assert "430611" not in str(fault)
    for sheet in reading.sheets:
        listed = [row for row in reading.rows if row.sheet == sheet.name]
        assert len(listed) == sheet.counts.get("data", 0) + sheet.counts.get("unread", 0)


@pytest.mark.parametrize(("make", "seed"), [(book, 1), (text, 2)])
def test_a_mutated_file_is_read_or_refused_and_never_a_crash(make: object, seed: int, tmp_path: Path) -> None:
    assert callable(make)
    with WorkbookReader(Limits(seconds=10)) as reader:
        for data in mutants(make(tmp_path), seed, MUTANTS // 2):
            judge(read(reader, data))
        assert len(read(reader, make(tmp_path)).rows) == 39


@pytest.mark.proof
def test_twenty_thousand_mutants(tmp_path: Path) -> None:
    with WorkbookReader(Limits(seconds=10)) as reader:
        for make in (book, text):
            for data in mutants(make(tmp_path), 3, 10000):
                judge(read(reader, data))

"""Received files as sheets of cells with the spreadsheet's row numbers, parsed in a child process within limits.

One child serves many files; where a file makes it die, hang or grow, that file is refused and the next file gets a new child.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from fuqi.basics.errors import Fault, Place

Cell = str | int | float | bool | date | None
"""What a cell holds; a date cell with a time of day is a datetime."""

_CHILD = Path(__file__).with_name("workbook_child.py")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is let in: bytes, bytes inflated, entries, rows a sheet, cells, characters a cell, seconds, memory."""

    file_bytes: int = 100 << 20
    inflated: int = 512 << 20
    entries: int = 5000
    rows: int = 1_048_576
    cells: int = 8_000_000
    text: int = 32_767
    seconds: float = 60.0
    memory: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: `rows[i]` is row i + 1, its cells from column A on; merged ranges are (top, left, bottom, right) from 0."""

    name: str
    hidden: bool
    rows: list[list[Cell]] = field(repr=False)
    merged: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """A received file that could be opened; a csv file has one sheet without a name."""

    file: str
    sheets: tuple[Sheet, ...]


SENTENCES = {
    "missing_file": "找不到这个文件或不能打开，请检查文件名和读取权限",
    "empty_file": "文件是空的，请向报送单位重新索取",
    "not_a_workbook": "不是电子表格，请另存为 .xlsx、.xls 或 .csv 后重新提交",
    "web_page": "扩展名像电子表格，内容其实是网页或标记文本；请用表格软件打开，另存为 .xlsx 后重新提交",
    "encrypted": "表格设有打开密码，请去掉密码另存后重新提交",
    "too_large": "表格过大，超出可读取的行数、格数或内存；请删去空白行列或拆分后重新提交",
    "file_too_large": "文件过大，请拆分后重新提交",
    "bomb": "压缩内容异常膨胀或条目过多，不予打开；请向报送单位核实文件来源",
    "cell_too_long": "有一格的文字过长，请检查该行是否贴错了内容",
    "mixed_encoding": "文件里混有两种文字编码（UTF-8 与 GB18030），请用表格软件另存为 .xlsx 后重新提交",
    "unreadable_text": "有文字无法识别，请用表格软件另存为 .xlsx 后重新提交",
    "unbalanced_quotes": "引号不成对，后面的内容无法分行；请改正引号或另存为 .xlsx 后重新提交",
    "unreadable": "文件已损坏，不能完整读出；请用表格软件打开后另存，或向报送单位重新索取",
    "too_slow": "文件读取超时，已停止；请拆分或另存后重新提交",
}


def file_fault(code: str, file: str, sheet: str = "", row: int = 0) -> Fault:
    """Return the fault of a file that is refused as a whole."""
    return Fault(code, SENTENCES[code], Place(file=file, sheet=sheet, row=row))


class _Died(Exception):
    """The child ended, hung or answered nonsense; `code` says which sentence fits."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class WorkbookReader:
    """Opens files one after the other; use it as a context manager so that the child ends with it."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> WorkbookReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def read(self, path: Path) -> Workbook | Fault:
        """Return the sheets of the file, or why it is refused."""
        try:
            if path.stat().st_size > self.limits.file_bytes:
                return file_fault("file_too_large", path.name)
            data = path.read_bytes()
        except OSError:
            return file_fault("missing_file", path.name)
        return self.read_bytes(data, path.name)

    def read_bytes(self, data: bytes, file: str) -> Workbook | Fault:
        """Return the sheets that the bytes of a file hold, or why it is refused; nothing is written to disk."""
        if len(data) > self.limits.file_bytes:
            return file_fault("file_too_large", file)
        if not data:
            return file_fault("empty_file", file)
        try:
            return self._exchange(data, file)
        except _Died as death:
            self._stop()
            return file_fault(death.code, file)
        except BaseException:
            self._stop()
            raise

    def _exchange(self, data: bytes, file: str) -> Workbook | Fault:
        child = self._start()
        limits = self.limits
        wanted = {
            "inflated": limits.inflated,
            "entries": limits.entries,
            "rows": limits.rows,
            "cells": limits.cells,
            "text": limits.text,
        }
        head = json.dumps({"size": len(data), "limits": wanted}).encode() + b"\n"
        deadline = time.monotonic() + limits.seconds
        sheets: list[Sheet] = []
        first_column = 0
        for line in _converse(child, head + data, deadline):
            answer = _decode(line)
            if "end" in answer:
                code = str(answer["end"])
                if code:
                    return file_fault(
                        code if code in SENTENCES else "unreadable", file, answer.get("sheet", ""), answer.get("row", 0)
                    )
                return Workbook(file, tuple(sheets))
            if "sheet" in answer:
                first_column = int(answer["first_column"])
                merged = tuple((top, left, bottom, right) for (top, left), (bottom, right) in answer["merged"])
                sheets.append(Sheet(answer["sheet"], bool(answer["hidden"]), [], merged))
            else:
                margin: list[Cell] = [None] * first_column
                sheets[-1].rows.extend([*margin, *row] if row and margin else row for row in answer["rows"])
        raise _Died("unreadable")

    def _start(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", str(_CHILD), str(self.limits.memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.environ.get("PATH", "")},
            )
        return self._child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()


def _decode(line: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(line, object_hook=_date_or_dict)
    except ValueError:
        raise _Died("unreadable") from None
    if not isinstance(answer, dict):
        raise _Died("unreadable")
    return answer


def _date_or_dict(values: dict[str, Any]) -> object:
    if len(values) == 1 and "date" in values:
        text = str(values["date"])
        return datetime.fromisoformat(text) if " " in text else date.fromisoformat(text)
    return values


def _converse(child: subprocess.Popen[bytes], request: bytes, deadline: float) -> Iterator[bytes]:
    """Send the request and yield the answer's lines as they come; raise when the child dies or the time is over."""
    assert child.stdin is not None
    assert child.stdout is not None
    source, target = child.stdout.fileno(), child.stdin.fileno()
    os.set_blocking(source, False)
    os.set_blocking(target, False)
    to_send, received = memoryview(request), [b""]
    with selectors.DefaultSelector() as selector:
        selector.register(source, selectors.EVENT_READ)
        selector.register(target, selectors.EVENT_WRITE)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise _Died("too_slow")
            for key, _ in selector.select(left):
                if key.fd == target:
                    try:
                        to_send = to_send[os.write(target, to_send[: 1 << 20]) :]
                    except BlockingIOError:
                        continue
                    except OSError:
                        raise _Died("unreadable") from None
                    if not to_send:
                        selector.unregister(target)
                    continue
                chunk = os.read(source, 1 << 20)
                if not chunk:
                    raise _Died("too_large" if not to_send else "unreadable")
                received.append(chunk)
                if b"\n" in chunk:
                    *lines, rest = b"".join(received).split(b"\n")
                    received = [rest]
                    yield from lines

"""The child process that opens received files: bytes in, cells out as JSON lines, within limits of memory and size.

It imports nothing of ours, so that it starts fast and can be run as a plain file. What goes wrong is a code; the sentences are
the parent's. The parent sets the time limit and notices when this process dies.
"""

from __future__ import annotations

import csv
import io
import json
import re
import resource
import struct
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import BinaryIO

import python_calamine

ZIP = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CENTRAL_ENTRY = b"PK\x01\x02"
ROWS_A_LINE = 2000
CHUNK = 1 << 20
SUSPICIOUS_SIZE = 32 << 20
SUSPICIOUS_RATIO = 200
FORCED_TEXT = re.compile(r'\A="([^"]*)"\Z')
"""What programs write into a csv field so that a spreadsheet takes it for text."""
INERT = re.compile(r"\A'(?='*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])")
"""What we write before a text that a spreadsheet would run (`fuqi.basics.inert`)."""
MARKUP_LEADS = (b"<html", b"<!doctype html", b"<table", b"<?xml", b"<head", b"<style", b"<meta", b"mime-version:")


class Refused(Exception):
    """The file is not let in: a code, and where it is known the sheet and row."""

    def __init__(self, code: str, sheet: str = "", row: int = 0) -> None:
        super().__init__(code)
        self.code, self.sheet, self.row = code, sheet, row


def plain(value: object) -> object:
    """Return a JSON value for a cell: text, number, truth, `{"date": …}`; blank is None."""
    if value == "":
        return None
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, date | datetime):
        return {"date": value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return None


class Output:
    """What is sent to the parent, with the limits on cells counted over the whole file."""

    def __init__(self, stream: BinaryIO, limits: dict[str, int]) -> None:
        self.stream, self.limits, self.cells = stream, limits, 0

    def line(self, **values: object) -> None:
        """Write one JSON line."""
        self.stream.write(
            json.dumps(values, ensure_ascii=False, default=plain, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        )

    def sheet(self, name: str, hidden: bool, first_column: int, merged: list[object], rows: Iterator[list[object]]) -> None:
        """Write a sheet: its head, then its rows from row 1 on in portions, blank tails cut."""
        self.line(sheet=name, hidden=hidden, first_column=first_column, merged=merged)
        portion: list[list[object]] = []
        for number, row in enumerate(rows, 1):
            values = [None if value == "" else value for value in row]
            while values and values[-1] is None:
                values.pop()
            self._count(values, name, number)
            portion.append(values)
            if len(portion) == ROWS_A_LINE:
                self.line(rows=portion)
                portion = []
        self.line(rows=portion)

    def _count(self, values: list[object], name: str, number: int) -> None:
        self.cells += len(values)
        if number > self.limits["rows"] or self.cells > self.limits["cells"]:
            raise Refused("too_large", name, number)
        longest = self.limits["text"]
        if any(isinstance(value, str) and len(value) > longest for value in values):
            raise Refused("cell_too_long", name, number)


def inspect_archive(data: bytes, limits: dict[str, int]) -> set[str]:
    """Return the names in a zip archive after inflating every entry once and counting; refuse bombs, damage and encryption."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) < end + 22:
        raise Refused("unreadable")
    size, offset = struct.unpack("<II", data[end + 12 : end + 20])
    if size > limits["entries"] * 1024 or data.count(CENTRAL_ENTRY, offset) > limits["entries"]:
        raise Refused("bomb")
    inflated = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > limits["entries"]:
            raise Refused("bomb")
        if sum(entry.file_size for entry in entries) > limits["inflated"]:
            raise Refused("bomb")
        for entry in entries:
            if entry.flag_bits & 1:
                raise Refused("encrypted")
            with archive.open(entry) as stream:
                while chunk := stream.read(CHUNK):
                    inflated += len(chunk)
                    if inflated > limits["inflated"] or inflated > max(SUSPICIOUS_SIZE, SUSPICIOUS_RATIO * len(data)):
                        raise Refused("bomb")
        return {entry.filename for entry in entries}


def read_excel(data: bytes, output: Output) -> None:
    """Write all sheets of an .xlsx or .xls workbook."""
    if data.startswith(ZIP):
        names = inspect_archive(data, output.limits)
        if not any(name.lower() in ("xl/workbook.xml", "xl/workbook.bin") for name in names):
            raise Refused("not_a_workbook")
    elif "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused("encrypted")
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        for index, about in enumerate(book.sheets_metadata):
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_index(index)
            merged: list[object] = list(sheet.merged_cell_ranges or ())
            hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
            rows: Iterator[list[object]] = (list(row) for row in sheet.iter_rows())
            output.sheet(about.name, hidden, sheet.start[1] if sheet.start else 0, merged, rows)
    except python_calamine.PasswordError:
        raise Refused("encrypted") from None
    except python_calamine.CalamineError:
        raise Refused("unreadable") from None


def is_chinese(text: str) -> bool:
    """Return whether every character beyond ASCII is one that Chinese lists are written with, two of them at least."""
    beyond = re.findall(r"[^\x00-\x7f]", text)
    return len(beyond) > 1 and all(re.match(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef·“”‘’—…√×①-⑳]", sign) for sign in beyond)


def decode(data: bytes) -> str:
    """Return the text of a csv file: UTF-8 with or without mark, UTF-16 with mark, else GB18030; a mixture is refused."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise Refused("unreadable") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        for number, line in enumerate(data.split(b"\n"), 1):
            try:
                if is_chinese(line.decode("utf-8")):
                    raise Refused("mixed_encoding", row=number)
            except UnicodeDecodeError:
                continue
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise Refused("unreadable_text", row=data.count(b"\n", 0, error.start) + 1) from None
    if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text):
        raise Refused("not_a_workbook")
    return text


def separator(text: str) -> str:
    """Return the sign between fields: the one of comma, tab, semicolon and bar that the first 20 lines have most often."""
    head = "\n".join(text.splitlines()[:20])
    return max(",\t;|", key=head.count)


def read_csv(data: bytes, output: Output) -> None:
    """Write a csv file as one sheet without a name; a row's number is its record's, blank ones counted."""
    text = decode(data)
    if not text.strip():
        raise Refused("empty_file")
    sign = separator(text)
    if sign not in text and not re.search(r"[\u3400-\u9fff]", text):
        raise Refused("not_a_workbook")
    csv.field_size_limit(max(output.limits["text"] * 4, 131072))

    def records() -> Iterator[list[object]]:
        number = 0
        try:
            for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=sign), 1):
                if any(field.count("\n") > 20 for field in record):
                    raise Refused("unbalanced_quotes", row=number)
                yield [INERT.sub("", FORCED_TEXT.sub(r"\1", field)) for field in record]
        except csv.Error:
            raise Refused("unbalanced_quotes", row=number + 1) from None

    if text.count('"') % 2 and ends_within_quotes(text, sign):
        raise Refused("unbalanced_quotes")
    output.sheet("", False, 0, [], records())


def ends_within_quotes(text: str, sign: str) -> bool:
    """Return whether the file ends while a quoted field is still open."""
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def read_file(data: bytes, output: Output) -> None:
    """Write what the file holds, whatever its name says; its first bytes decide."""
    if not data.strip(b"\0 \t\r\n"):
        raise Refused("empty_file")
    if data.startswith((ZIP, COMPOUND)):
        read_excel(data, output)
    elif data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP_LEADS):
        raise Refused("web_page")
    elif data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"PK\x05\x06", b"{\\rtf", b"\x1f\x8b")):
        raise Refused("not_a_workbook")
    else:
        read_csv(data, output)


def limit_process(memory: int) -> None:
    """Bound this process: address space, no core file, no file written."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """Serve requests until the input ends: a line `{"size": n, "limits": {…}}`, then the bytes; answer until `{"end": …}`."""
    requests, stream = sys.stdin.buffer, sys.stdout.buffer
    limit_process(int(sys.argv[1]))
    while line := requests.readline():
        request = json.loads(line)
        data = requests.read(request["size"])
        output = Output(stream, request["limits"])
        try:
            read_file(data, output)
            output.line(end="")
        except Refused as refusal:
            output.line(end=refusal.code, sheet=refusal.sheet, row=refusal.row)
        except MemoryError:
            output.line(end="too_large")
        except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, RuntimeError, struct.error, KeyError):
            output.line(end="unreadable")
        except BaseException as error:  # a panic of the reader below is no Exception; this is the process's door
            output.line(end="unreadable")
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
        stream.flush()


if __name__ == "__main__":
    main()

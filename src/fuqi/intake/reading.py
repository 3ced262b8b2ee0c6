"""A received file as rows of typed values: which kind of list each sheet is, which rows are data, what is wrong in which cell.

Nothing is dropped silently: every row of a sheet is a data row or counted by what it is instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from fuqi.basics import resident_id
from fuqi.basics.errors import Fault, Place
from fuqi.intake import cleaning
from fuqi.intake.cleaning import Problem, Value, text_of
from fuqi.intake.headers import Header, HeaderColumn, Row, fill_merged, find_header, header_at, title_text
from fuqi.intake.layouts import Layouts
from fuqi.intake.rowkinds import BLANK, DATA, HEADER, NEW_HEADER, SheetRows, is_idlike
from fuqi.intake.workbooks import Cell, Sheet, Workbook, WorkbookReader

READ, SET_ASIDE = "read", "set_aside"
_MOST_FILLED = 2_000_000


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One data row: what stood in it by column header, what it was read as by field, and what is wrong.

    An id number that is not sound is no `id_number`; it is kept as `broken_id`, with what is wrong as `broken_id_code`.
    """

    file: str
    sheet: str
    row: int
    kind: str
    cells: Mapping[str, str]
    values: Mapping[str, Value]
    faults: tuple[Fault, ...]
    state: str


@dataclass(frozen=True, slots=True)
class SheetReading:
    """One sheet: its kind ('' if no header was found), its columns as (header, field), how many rows of which sort it has."""

    name: str
    kind: str
    hidden: bool
    names_persons: bool
    columns: tuple[tuple[str, str], ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a file was read as. `faults`: of the file and whole sheets; `notices`: what the sender should know, no failure."""

    file: str
    sheets: tuple[SheetReading, ...] = ()
    rows: tuple[ReadRow, ...] = field(default=(), repr=False)
    faults: tuple[Fault, ...] = ()
    notices: tuple[Fault, ...] = ()

    @property
    def all_faults(self) -> tuple[Fault, ...]:
        """Return the faults of the file, its sheets and its rows, in the order of the sheets' rows."""
        return (*self.faults, *(fault for row in self.rows for fault in row.faults))


def read_file(path: Path, layouts: Layouts, *, today: date, reader: WorkbookReader | None = None) -> FileReading:
    """Return the reading of one file; several files share a `reader`, and with it one child process."""
    if reader is None:
        with WorkbookReader() as own:
            return read_file(path, layouts, today=today, reader=own)
    return read_opened(reader.read(path), path.name, layouts, today=today)


def read_opened(opened: Workbook | Fault, file: str, layouts: Layouts, *, today: date) -> FileReading:
    """Return the reading of a file that was opened, or could not be."""
    if isinstance(opened, Fault):
        return FileReading(file, faults=(opened,))
    readers = [_SheetReader(file, sheet, layouts, today) for sheet in opened.sheets]
    for one in readers:
        one.read()
    found = any(one.first_header for one in readers)
    faults = [fault for one in readers for fault in one.faults if not (found and one.lists_nobody)]
    rows = tuple(row for one in readers for row in one.rows)
    if not rows and not faults:
        faults.append(Fault("no_rows", "文件里没有一行数据，请向报送单位核实", Place(file=file)))
    return FileReading(
        file,
        tuple(one.summary() for one in readers),
        rows,
        tuple(faults),
        tuple(notice for one in readers for notice in one.notices + (one.faults if found and one.lists_nobody else [])),
    )


class _SheetReader:
    """Reads one sheet from top to bottom; a new header inside it changes the columns from there on."""

    def __init__(self, file: str, sheet: Sheet, layouts: Layouts, today: date) -> None:
        self.file, self.sheet, self.layouts, self.today = file, sheet, layouts, today
        self.names = (Path(file).stem, sheet.name)
        self.raw: Sequence[Row] = sheet.rows
        self.filled: Sequence[Row] = fill_merged(sheet, _MOST_FILLED) if sheet.merged else sheet.rows
        self.titles = ""
        self.first_header: Header | None = None
        self.rows: list[ReadRow] = []
        self.faults: list[Fault] = []
        self.notices: list[Fault] = []
        self.counts: Counter[str] = Counter()
        self.seen: dict[tuple[tuple[str, str], ...], int] = {}
        self.understood: dict[tuple[str, str, bool], Value | Problem | None] = {}

    def place(self, row: int = 0, column: str = "") -> Place:
        """Return a place in this sheet."""
        return Place(file=self.file, sheet=self.sheet.name, row=row, column=column)

    @property
    def lists_nobody(self) -> bool:
        """Return whether the sheet has neither a header nor anything like an id number: a page of explanations."""
        return self.first_header is None and not any(is_idlike(text) for row in self.rows for text in row.cells.values())

    def summary(self) -> SheetReading:
        """Return what was found, once it has been read."""
        header = self.first_header
        columns = tuple((column.header, column.field) for column in header.columns) if header else ()
        persons = any(name in ("name", "id_number", "head_name") for _, name in columns) if header else not self.lists_nobody
        counts = MappingProxyType(dict(sorted(self.counts.items())))
        return SheetReading(self.sheet.name, header.kind if header else "", self.sheet.hidden, persons, columns, counts)

    def read(self) -> None:
        """Read the sheet; fill rows, faults, notices and counts."""
        if self.sheet.hidden:
            self.notices.append(Fault("hidden_sheet", "这张工作表是隐藏的，也已读入", self.place()))
        header = find_header(self.raw, self.filled, self.layouts, *self.names)
        if header is None:
            self._keep_without_header()
            return
        self.first_header, self.titles = header, title_text(self.raw[: header.first])
        for row in self.raw[: header.first]:
            self.counts["title" if any(cell is not None for cell in row) else BLANK] += 1
        self._notice(header)
        self._take(header)
        number = header.after
        while number < len(self.raw):
            number = self._read_row(number)
        self._find_rounded()

    def _notice(self, header: Header) -> None:
        if header.kind_unclear:
            message = "认得出人员，认不出是哪种名单；请在文件名、工作表名或标题里写明（如“省健康扶贫系统”）"
            self.notices.append(Fault("kind_unclear", message, self.place(header.first + 1)))
        unread = [column.header for column in header.columns if column.named and not column.field]
        if unread:
            message = f"这些列没有用到，原文照存：{'、'.join(unread[:20])}"
            self.notices.append(Fault("columns_unread", message, self.place(header.first + 1)))

    def _take(self, header: Header) -> None:
        self.header = header
        self.counts[HEADER] += header.after - header.first
        self.layout = self.layouts[header.kind]
        self.sorter = SheetRows(header, self.layouts.words)
        self.headers = {column.field: column.header for column in header.columns if column.field}
        self.head_is_meant = "name" not in self.headers and "head_name" in self.headers

    def _read_row(self, number: int) -> int:
        """Read one row and return the number of the next one, both from 0."""
        sort = self.sorter.sort(self.raw[number], self.filled[number])
        if sort == NEW_HEADER:
            anew = header_at(number, self.raw, self.filled, self.layouts, self.titles, *self.names)
            if anew is not None:
                self._take(anew)
                return anew.after
            sort = HEADER
        self.counts[sort] += 1
        if sort == DATA:
            self.rows.append(self._data_row(number))
        return number + 1

    def _keep_without_header(self) -> None:
        """Keep every row that has something in it, set aside: without a header nobody knows what its cells mean."""
        for number, row in enumerate(self.raw, 1):
            cells = {f"第{index}列": text for index, cell in enumerate(row, 1) if (text := text_of(cell)).strip()}
            self.counts["unread" if cells else BLANK] += 1
            if cells:
                self.rows.append(ReadRow(self.file, self.sheet.name, number, "", cells, {}, (), SET_ASIDE))
        if self.rows:
            message = "没有认出表头，各行原样留存、未作使用；请在数据上方补一行列名（如姓名、身份证号）后重新报送"
            self.faults.append(Fault("no_header", message, self.place()))

    def _data_row(self, number: int) -> ReadRow:
        row, line = self.filled[number], number + 1
        cells: dict[str, str] = {}
        values: dict[str, Value] = {}
        faults: list[Fault] = []
        for column in self.header.columns:
            cell = row[column.index] if column.index < len(row) else None
            text = text_of(cell)
            if cell is not None and (text or column.named):
                cells[column.header] = text
            if column.field:
                problem = self._read_cell(column, cell, text, values)
                if problem is not None:
                    faults.append(Fault(problem.code, problem.message, self.place(line, column.header)))
        for index in range(len(self.header.columns), len(row)):
            if (text := text_of(row[index])).strip():
                cells[f"第{index + 1}列"] = text
        if self.head_is_meant and "head_name" in values:
            values["name"] = values["head_name"]
        state = self._judge(cells, values, faults, line)
        return ReadRow(self.file, self.sheet.name, line, self.header.kind, cells, values, tuple(faults), state)

    def _read_cell(self, column: HeaderColumn, cell: Cell, text: str, values: dict[str, Value]) -> Problem | None:
        """Put the value of a cell under its field; return what is wrong with the cell."""
        rule = self.layout.columns[column.field]
        if rule.type == "id":
            found = cleaning.read_id(text, today=self.today)
            if isinstance(found, Problem):
                if found is not cleaning.MISSING_ID:
                    values["broken_id"], values["broken_id_code"] = resident_id.tidy(text), found.code
                return found
            values[column.field] = found
            return None
        if cell is None:
            return cleaning.MISSING_NAME if column.field == "name" else None
        value = self._understand(column, cell, text)
        if isinstance(value, Problem):
            return value
        if value is not None:
            values[column.field] = value
            return None
        return cleaning.MISSING_NAME if column.field == "name" else None

    def _understand(self, column: HeaderColumn, cell: Cell, text: str) -> Value | Problem | None:
        """Return what a cell is read as; the same words in the same column are read once."""
        if not isinstance(cell, str):
            rule = self.layout.columns[column.field]
            return cleaning.read_cell(rule, cell, text, today=self.today, in_ten_thousands=column.in_ten_thousands)
        key = (self.layout.kind + column.field, text, column.in_ten_thousands)
        if key not in self.understood:
            rule = self.layout.columns[column.field]
            self.understood[key] = cleaning.read_cell(
                rule, cell, text, today=self.today, in_ten_thousands=column.in_ten_thousands
            )
        return self.understood[key]

    def _judge(self, cells: Mapping[str, str], values: Mapping[str, Value], faults: list[Fault], line: int) -> str:
        """Return whether the row can be used; add what stands against it as a whole."""
        state = READ
        if not values.keys() & {"name", "id_number"}:
            message = "这一行既没有可用的姓名，也没有可用的身份证号，认不出是谁，已搁置；请补上后重新报送"
            faults.append(Fault("names_nobody", message, self.place(line)))
            state = SET_ASIDE
        headers = self.headers
        for name in self.layout.needed:
            if name not in values:
                if not any(fault.place.column == headers.get(name) for fault in faults):
                    faults.append(Fault("missing_value", "这一格没有填，请补上", self.place(line, headers.get(name, name))))
                state = SET_ASIDE
        faults.extend(self._contradictions(values, headers, line))
        sequence = headers.get("sequence")
        content = tuple(item for item in cells.items() if item[0] != sequence)
        first = self.seen.setdefault(content, line)
        if first != line:
            faults.append(Fault("duplicate_row", f"与第{first}行完全相同，已搁置；如确为两条，请写明区别", self.place(line)))
            state = SET_ASIDE
        return state

    def _contradictions(self, values: Mapping[str, Value], headers: Mapping[str, str], line: int) -> list[Fault]:
        """Return where birth date or sex contradict a sound id number; the number goes before."""
        number = values.get("id_number")
        if not isinstance(number, str):
            return []
        told = resident_id.ResidentId(number)
        faults = []
        if values.get("birth_on", told.birth_on) != told.birth_on:
            message = "出生日期与身份证号里的不一致，请核对"
            faults.append(Fault("birth_differs", message, self.place(line, headers.get("birth_on", ""))))
        if values.get("sex", told.sex) != told.sex:
            faults.append(Fault("sex_differs", "性别与身份证号里的不一致，请核对", self.place(line, headers.get("sex", ""))))
        return faults

    def _find_rounded(self) -> None:
        """Mark numbers that a spreadsheet has rounded and somebody stored as text: their neighbours give them away."""
        codes = {row.row: str(row.values.get("broken_id_code", "")) for row in self.rows}
        numbers = {row.row: str(row.values.get("broken_id") or row.values.get("id_number", "")) for row in self.rows}
        rounded = rounded_rows(numbers, codes)
        header = self.headers.get("id_number", "")
        if not rounded:
            return
        for index, row in enumerate(self.rows):
            if row.row in rounded:
                values = {name: value for name, value in row.values.items() if name != "id_number"}
                values |= {"broken_id": numbers[row.row], "broken_id_code": "id_rounded"}
                problem = cleaning.ID_PROBLEMS["rounded"]
                kept = tuple(fault for fault in row.faults if fault.place.column != header)
                faults = (*kept, Fault(problem.code, problem.message, self.place(row.row, header)))
                self.rows[index] = replace(row, values=values, faults=faults)


def rounded_rows(numbers: Mapping[int, str], codes: Mapping[int, str]) -> set[int]:
    """Return the rows whose 18-digit number lost its end in a spreadsheet, from all numbers of a sheet.

    15 significant digits leave `000` at the end, a binary number a multiple of 64. A number with a wrong check digit that ends
    in `000` is taken for rounded; where there are two, so are all that end so, even if a check digit fits by chance. Every
    64th slip is a multiple of 64 as well, so that only several of them are taken for rounded.
    """
    full = {row: number for row, number in numbers.items() if len(number) == 18 and number.isascii() and number.isdecimal()}
    broken = {row for row in full if codes.get(row) == "id_check_digit"}
    zeros = {row for row in full if full[row].endswith("000")}
    found = zeros if len(zeros & broken) > 1 else zeros & broken
    binary = {row for row in broken if int(full[row]) % 64 == 0}
    if len(binary) > 1 and len(binary) * 2 >= len(broken):
        found = found | binary
    return found

"""Small lists that are received inside the test's own process, on the test database."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter

from fuqi.access.codes import IMPORT_LISTS
from fuqi.basics.dates import AsOf
from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
from fuqi.config.workspace import LAYOUT_LIBRARY, SCHEME_LIBRARY
from fuqi.intake.layouts import Layouts, load_layouts
from fuqi.scheme import find_scheme, load_scheme
from fuqi.scheme.model import Scheme

TODAY = date(2026, 11, 24)
COUNTY = "430611"
HOUSEHOLD = "户编号 乡镇 行政村 户主姓名 姓名 证件号码 与户主关系 性别 贫困户属性 建档时间".split()
BILLS = "结算单号 姓名 身份证号 就诊医院 医院级别 就医类别 入院日期 出院日期 结算日期 出院诊断 总费用 政策范围内费用".split()


@cache
def scheme() -> Scheme:
    """Return the sample county's scheme."""
    return load_scheme(find_scheme("junshan-2017", [SCHEME_LIBRARY]), bases=[SCHEME_LIBRARY])


@cache
def layouts() -> Layouts:
    """Return the layouts that come with the program."""
    return load_layouts(LAYOUT_LIBRARY)


def workbook(header: Sequence[str], *rows: Sequence[str], sheet: str = "名册") -> bytes:
    """Return a workbook of one sheet."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held)
    page = book.add_worksheet(sheet)
    page.write_row(0, 0, header)
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            page.write_string(number, column, text)
    book.close()
    return held.getvalue()


def sound(first_17: str) -> str:
    """Return an identity number of nobody with the check digit that it must have."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first_17 + "10X98765432"[sum(weight * int(digit) for weight, digit in zip(weights, first_17, strict=True)) % 11]


def number(person: int) -> str:
    """Return the invented identity number of a man of a test, numbered up to 499: the last sign but one of a man's is odd."""
    return sound(f"43061119700307{2 * person + 1:03d}")


def household(person: int, name: str, village: str = "新堤村", group: str = "一般建档立卡户") -> list[str]:
    """Return a row of the list of households."""
    return [f"4306119900{person:05d}", "新堤镇", village, name, name, number(person), "户主", "男", group, "2015-01-01"]


def bill(label: str, person: int, name: str, illness: str = "肺炎", total: str = "1000.00") -> list[str]:
    """Return a row of the list of bills."""
    stay = ["君山区人民医院", "区级", "住院", "2017-03-01", "2017-03-05", "2017-03-05"]
    return [label, name, number(person), *stay, illness, total, "900.00"]


@dataclass
class Office:
    """Somebody who receives lists in a county of the test's own; each action takes place a second after the one before."""

    folder: Path
    now: datetime = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    viewer: Viewer = Viewer("张三", (COUNTY,), frozenset({IMPORT_LISTS}))
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        from fuqi.places.actions import lay_out

        lay_out(list(scheme().divisions), by="程序", at=self.at())

    def at(self) -> datetime:
        """Return the next second."""
        self.now += timedelta(seconds=1)
        return self.now

    def receive(self, name: str, data: bytes, *, again: bool = False) -> Any:
        """Receive a file and return its receipt."""
        from fuqi.flows.receive import Arrival, Receiver

        with Receiver(viewer=self.viewer, folder=self.folder, layouts=layouts(), today=TODAY, at=self.at) as receiver:
            return receiver.receive(Arrival(name, lambda: data), again=again)

    def file(self, name: str) -> Any:
        """Return the file of a name that is in force, or the last one that was."""
        from fuqi.flows.undo import effective_file

        return effective_file(self.viewer, name)

    def undo(self, name: str, reason: str = "名单发错了") -> Any:
        """Undo the import that is in force."""
        return self.undo_file(self.file(name), reason)

    def undo_file(self, file: Any, reason: str = "名单发错了") -> Any:
        """Undo a file's import."""
        from fuqi.flows.undo import undo

        return undo(file, viewer=self.viewer, reason=reason, folder=self.folder, layouts=layouts(), today=TODAY, at=self.at)

    def names(self) -> list[str]:
        """Return the names that the lists in force say, sorted."""
        from fuqi.intake.queries import rows

        return sorted(str(row.values.get("name")) for row in rows(self.viewer))

    def make_register(self) -> None:
        """Match and verify what was received."""
        from fuqi.flows.match import ReceivedRows, match
        from fuqi.flows.verify import verify_people

        received = ReceivedRows(self.viewer)
        match(viewer=self.viewer, received=received, at=self.at, progress=self.said.append)
        verify_people(
            viewer=self.viewer, scheme=scheme(), received=received, today=TODAY, at=self.at, progress=self.said.append
        )

    def asking(self, *, sees_restricted: bool = False) -> Any:
        """Return what opening anything needs."""
        from fuqi.flows.opened import Asking

        more = {RESTRICTED_ILLNESS} if sees_restricted else set()
        viewer = Viewer(self.viewer.name, self.viewer.places, self.viewer.permissions | more)
        return Asking(viewer, scheme(), layouts(), AsOf(date(2017, 12, 31)))

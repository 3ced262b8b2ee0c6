"""All rows into workbooks, each in its own form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from fuqi.basics.money import format_yuan
from fuqi.sample import forms
from fuqi.sample.claims import Claims, Stay
from fuqi.sample.forms import Paper
from fuqi.sample.people import Area
from fuqi.sample.plan import Plan
from fuqi.sample.sheets import Book
from fuqi.sample.spelling import Row, spell_day, spell_number

_LEVELS = {"township": "乡镇级", "county": "区级", "city": "市级", "province": "省级"}
_VISIT_LEVELS = {"township": "一级", "county": "二级", "city": "市级", "province": "省级"}

Rows = Sequence[Row]


@dataclass(slots=True)
class Writer:
    """Writes workbooks into one folder; `draw` gives a source of chance for each file."""

    folder: Path
    draw: Callable[[str], Random]
    progress: Callable[[str], None]

    def write(
        self, paper: Paper, sheets: Mapping[str, Sequence[Rows]], *, without_id: Rows = (), explained: bool = False
    ) -> Path:
        """Write one workbook with the given sheets (blocks of rows by sheet name).

        `without_id`: rows for a further sheet that has no column for the number; `explained`: a sheet of notes stands in front.
        """
        self.progress(paper.file)
        random, book = self.draw(f"days/{paper.file}"), Book(self.folder / paper.file)
        if explained:
            book.notes("说明", forms.NOTES)
        for name, blocks in sheets.items():
            book.sheet(name, paper.form, [[_spelled(row, paper, random) for row in block] for block in blocks])
        if without_id:
            book.sheet("无证件号码", paper.form_without_id, [[_spelled(row, paper, random) for row in without_id]])
        return book.close()


def _spelled(row: Row, paper: Paper, random: Random) -> Row:
    return {
        name: spell_day(value, random.choice(paper.days)) if isinstance(value, date) else value for name, value in row.items()
    }


def by_township(rows: Iterable[Row], townships: Sequence[str]) -> dict[str, list[Row]]:
    """Return the rows by township, in the townships' order."""
    found: dict[str, list[Row]] = {township: [] for township in townships}
    for row in rows:
        found[str(row["township"])].append(row)
    return found


def halves(rows: Rows, names: tuple[str, str]) -> dict[str, list[Rows]]:
    """Return the rows in two sheets of about the same length."""
    middle = len(rows) // 2
    return {names[0]: [rows[:middle]], names[1]: [rows[middle:]]}


def with_numeric_ids(rows: Rows, every: int) -> list[Row]:
    """Return the rows with some of the 15-digit numbers as real numbers, as a spreadsheet makes them when typed."""
    found, seen = [], 0
    for row in rows:
        number = str(row["id_number"])
        if len(number) == 15 and number.isdecimal():
            seen += 1
            if seen % every == 0:
                row = row | {"id_number": int(number)}
        found.append(row)
    return found


def _claim_row(stay: Stay, area: Area, random: Random) -> Row:
    hospital = area.hospital(stay.hospital)
    amounts: Row
    if stay.is_inpatient:
        amounts = {"total": stay.total / 100, "in_scope": None if stay.in_scope is None else stay.in_scope / 100}
    else:
        amounts = {"total": format_yuan(stay.total), "in_scope": format_yuan(stay.in_scope or 0)}
    return {
        "settlement_number": stay.number,
        "name": stay.person.name,
        "id_number": spell_number(stay.person, random, old_share=0.02, odd_share=0.02),
        "hospital": stay.hospital,
        "hospital_level": (_LEVELS if stay.is_inpatient else _VISIT_LEVELS)[hospital.level],
        "care": stay.care,
        "admitted": stay.admitted,
        "discharged": stay.discharged,
        "settled_on": stay.settled_on,
        "illness": stay.illness.words,
        "icd10": stay.illness.icd10,
        **amounts,
        "referred": "是" if stay.referred else "否",
    }


def write_claims(writer: Writer, claims: Claims, area: Area, plan: Plan) -> list[Path]:
    """Write the stays in three sheets by the time of settlement, and the visits."""
    of_stays, of_visits = writer.draw("stays"), writer.draw("visits")
    sheets: dict[str, list[Rows]] = {"1-6月": [[]], "7月-10月20日": [[]], "10月20日后": [[]]}
    names = list(sheets)
    visits: list[Row] = []
    parts: dict[str, list[Row]] = {name: [] for name in names}
    for stay in claims.all:
        if not stay.is_inpatient:
            visits.append(_claim_row(stay, area, of_visits))
        else:
            late = 2 if stay.settled_on > plan.cut_off else 1 if stay.settled_on >= date(plan.year, 7, 1) else 0
            parts[names[late]].append(_claim_row(stay, area, of_stays))
    return [
        writer.write(forms.STAYS, {name: [rows] for name, rows in parts.items()}),
        writer.write(forms.VISITS, {"门诊": [visits]}, explained=bool(claims.faulty)),
    ]


def write_checks(writer: Writer, rows: Mapping[str, Rows], without_id: Mapping[str, Rows]) -> list[Path]:
    """Write the field checks, one workbook for each township; the third one has its rows in two sheets."""
    paths = []
    for at, (township, found) in enumerate(rows.items()):
        paper = forms.check_paper(township, at)
        sheets = halves(found, ("上片", "下片")) if at == 2 else {"核查表": [found]}
        paths.append(writer.write(paper, sheets, without_id=without_id[township]))
    return paths

"""The sample county: everything its health office would have received for one year, written as workbooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from fuqi.sample import forms, lists, papers
from fuqi.sample.candidates import Cast, make_cast
from fuqi.sample.claims import Stay, plan_claims
from fuqi.sample.faults import find_broken_doubles, scattered, spoiled_rows
from fuqi.sample.money import Books, Payer, close_majors, close_one_stop
from fuqi.sample.payer import check_illnesses, make_payer
from fuqi.sample.people import Area, Hospital, Maker, Town, Village, make_town
from fuqi.sample.plan import LISTS, Plan, read_plan
from fuqi.sample.workbooks import Writer, by_township, halves, with_numeric_ids, write_checks, write_claims
from fuqi.scheme import Scheme

PLAN = Path(__file__).with_name("junshan.yaml")
"""The table of the totals."""


def write_sample(
    folder: Path, *, seed: int, scheme: Scheme, progress: Callable[[str], None], faults: bool = False
) -> list[Path]:
    """Write the sample county's workbooks into the folder and return their paths; the same seed gives the same bytes.

    With `faults` the same county sends rows that must be set aside or complained of as well; the totals stay.
    `progress` gets the name of each file before it is written. Raises SampleError when the published totals cannot be reached
    with this scheme.
    """
    plan = read_plan(PLAN)
    check_illnesses(scheme, plan)
    area = read_area(scheme)
    folder.mkdir(parents=True, exist_ok=True)
    payer = make_payer(scheme, area)
    return write_county(folder, seed=seed, plan=plan, area=area, payer=payer, progress=progress, faults=faults)


def read_area(scheme: Scheme) -> Area:
    """Return the divisions and institutions that the scheme names."""
    names = {row.code: row.name for row in scheme.divisions}
    full = len(scheme.place)
    townships = {code: name for code, name in names.items() if len(code) == full + 3}
    villages = tuple(Village(code, name, townships[code[: full + 3]]) for code, name in names.items() if len(code) == full + 6)
    hospitals = tuple(
        Hospital(row.name, row.level, row.in_county, townships.get(row.place, "") if row.level == "township" else "")
        for row in scheme.institutions
    )
    return Area(scheme.place, tuple(townships.values()), villages, hospitals)


def write_county(
    folder: Path, *, seed: int, plan: Plan, area: Area, payer: Payer, progress: Callable[[str], None], faults: bool
) -> list[Path]:
    """Draw the people, close the sums and write everything."""

    def draw(topic: str) -> Random:
        return Random(f"{seed}/{topic}")

    maker = Maker(plan, area, draw("people"))
    town = make_town(plan, area, maker, draw("town"))
    cast = make_cast(plan, town, maker, draw("cast"))
    claims = plan_claims(plan, town, cast, maker, draw("claims"), faults=faults)
    books = Books(claims.sound, payer)
    close_majors(plan, books)
    close_one_stop(plan, books)
    writer = Writer(folder, draw, progress)
    return [
        *_write_people(writer, plan, town, cast),
        *_write_lists(writer, plan, area, cast, faults=faults),
        *write_claims(writer, claims, area, plan),
        *_write_care(writer, plan, town, cast, claims.sound),
    ]


def _write_people(writer: Writer, plan: Plan, town: Town, cast: Cast) -> list[Path]:
    townships, draw = town.area.townships, writer.draw
    blocks = papers.household_rows(town.households, draw("households"))
    sheets = {township: [block for block in blocks if block[0]["township"] == township] for township in townships}
    insured = by_township(papers.insurance_rows(town, cast, plan, draw("insurance")), townships)
    parts = {
        "东片": [row for township in townships[:4] for row in insured[township]],
        "西片": [row for township in townships[4:] for row in insured[township]],
    }
    moves = papers.move_rows(town, cast, plan, draw("moves"))
    return [
        writer.write(forms.HOUSEHOLD, sheets),
        writer.write(forms.INSURANCE, {name: [rows] for name, rows in parts.items()}),
        writer.write(forms.MOVE, {"变动": [moves]}),
    ]


def _write_lists(writer: Writer, plan: Plan, area: Area, cast: Cast, *, faults: bool) -> list[Path]:
    draw = writer.draw
    doubles = lists.find_doubles(cast, plan, draw("doubles"))
    broken = find_broken_doubles(cast, doubles, plan, draw("broken")) if faults else []
    found = {name: lists.list_rows(name, cast, doubles, plan, draw(name)) for name in LISTS}
    provincial, national, office = (
        spoiled_rows(name, one, broken, plan, draw(f"faults/{name}")) if faults else one.rows for name, one in found.items()
    )
    offices = by_township(with_numeric_ids(office, 25), area.townships)
    checkers = lists.draw_checkers(area, plan, draw("checkers"))
    checks = lists.check_rows(cast, checkers, area, plan, draw("checks"))
    second = lists.double_check_rows(doubles, checkers, plan, draw("second"))
    spoilt = lists.double_check_rows(broken, checkers, plan, draw("spoilt"))
    checks = {township: scattered(rows, spoilt[township], draw(f"faults/{township}")) for township, rows in checks.items()}
    return [
        writer.write(forms.PROVINCIAL, {"导出": [provincial]}, without_id=found["provincial_system"].without_id),
        writer.write(forms.NATIONAL, halves(national, ("第1页", "第2页"))),
        writer.write(
            forms.OFFICE,
            {township: [rows] for township, rows in offices.items()},
            without_id=found["poverty_office"].without_id,
        ),
        *write_checks(writer, checks, second),
    ]


def _write_care(writer: Writer, plan: Plan, town: Town, cast: Cast, stays: list[Stay]) -> list[Path]:
    draw = writer.draw
    return [
        writer.write(forms.TREAT_FIRST, {"台账": [papers.treat_first_rows(stays, town.area, plan, draw("agreements"))]}),
        writer.write(forms.CONTRACT, {"签约": [papers.contract_rows(town, plan, draw("contracts"))]}),
        writer.write(forms.HEALTH_CHECK, {"体检": [papers.health_check_rows(town, cast, plan, draw("checkups"))]}),
        writer.write(forms.UNTREATED, {"未救治": [papers.untreated_rows(cast, draw("untreated"))]}),
        writer.write(forms.SURVEY, {"调查": [papers.survey_rows(town, cast, plan, draw("survey"))]}),
    ]

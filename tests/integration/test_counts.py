"""Counts that are kept: numbered, proved, replaced when something changed, and shown through the same masks as live ones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from fuqi.access.sealed import SealBrokenError
from fuqi.basics.errors import Fault
from fuqi.basics.ids import new_id
from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
from fuqi.flows import counts
from fuqi.flows.figures import MASK, UnknownIndicatorError, WholeCountyOnlyError
from fuqi.indicators.actions import counted_figures, counted_lists
from fuqi.indicators.figures import Figure
from fuqi.indicators.lists import Member, MemberList
from fuqi.indicators.models import CountedFigure, CountedList
from fuqi.indicators.queries import kept_list
from fuqi.journal import codes, queries
from fuqi.journal.actions import make_effective, recording, start_run
from fuqi.journal.models import Run
from fuqi.places.actions import lay_out
from fuqi.places.queries import UnknownPlaceError
from fuqi.scheme import load_scheme
from fuqi.scheme.model import Scheme
from tests.support.tampering import change

pytestmark = pytest.mark.django_db

SCHEMES = Path(__file__).parents[2] / "schemes"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
COUNTY = Viewer("县里", ("430611",))
CLINIC = Viewer("疾控", ("430611",), frozenset({RESTRICTED_ILLNESS}))
HERE, NEXT = "430611101201", "430611101202"
RESTRICTED = "public_health_treatment_rate"
ROWS = [new_id() for _ in range(3)]
PEOPLE = [new_id() for _ in range(3)]


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(SCHEMES / "junshan-2017", bases=[SCHEMES])


@pytest.fixture
def county(scheme: Scheme) -> Scheme:
    lay_out(list(scheme.divisions), by="张三", at=NOW)
    return scheme


def count(scheme: Scheme, day: date = date(2017, 12, 31)) -> counts.CountReport:
    return counts.count_day(viewer=COUNTY, scheme=scheme, day=day, at=lambda: NOW, progress=lambda _: None)


def settle_again() -> None:
    run = start_run(codes.SETTLE, fingerprint="another", by="张三", at=NOW)
    make_effective(run, by="张三", at=NOW)


def member(number: int, place: str, *, restricted: bool = False) -> Member:
    return Member(number, PEOPLE[number].hex, place, "", f"理由{number}", restricted, (ROWS[number].hex,))


def keep(*members: Member, shows_illness: bool) -> counts.CountView:
    """Keep a list made by hand, as one count of one indicator."""
    run = start_run(codes.COUNT, subject="2017-12-31", fingerprint="x", by="张三", at=NOW)
    with recording(by="张三", at=NOW, action="test") as record:
        record.add(list(counted_lists(run, "x", [MemberList("numerator", shows_illness, False, members)])))
        record.add(list(counted_figures(run, [Figure("x", "某指标", "430611", "3", "", "3")])))
    make_effective(run, by="张三", at=NOW, summary={"number": 1, "scheme_hash": "h"})
    return counts.CountView(run.id, 1, date(2017, 12, 31), NOW, "h", True)


def test_counting_again_is_up_to_date_and_after_a_change_a_new_number(county: Scheme) -> None:
    assert counts.latest_count(COUNTY, county) is None
    first = count(county)
    assert (first.up_to_date, first.number, first.indicators) == (False, 1, len(county.indicators))
    assert (count(county).up_to_date, count(county).number) == (True, 1)
    settle_again()
    second = count(county)
    assert (second.up_to_date, second.number) == (False, 2)
    kept = Run.objects.filter(kind=codes.COUNT).order_by("started_at", "id")
    assert [run.state for run in kept] == [codes.SUPERSEDED, codes.EFFECTIVE]
    divisions = len(county.divisions)
    for run in kept:
        assert CountedFigure.objects.filter(run=run).count() == divisions * len(county.indicators)
        assert CountedList.objects.filter(run=run).count() == 3 * len(county.indicators)


def test_every_day_of_the_trend_is_counted_under_a_number_of_its_own(county: Scheme) -> None:
    count(county)
    reports = [
        counts.count_day(viewer=COUNTY, scheme=county, day=day, at=lambda: NOW, progress=lambda _: None)
        for day in county.trend_days
    ]
    assert [(report.day, report.number) for report in reports] == [
        (day, number) for number, day in enumerate(county.trend_days, 2)
    ]
    shown = counts.trend(COUNTY, county, "insured_rate", "430611")
    assert [day for day, _ in shown] == list(counts.count_days(county))
    assert counts.trend(Viewer("村医", (HERE,)), county, "insured_rate", "430611") == []


def test_figures_of_places_outside_the_scope_are_not_there(county: Scheme) -> None:
    count(county)
    view = counts.latest_count(COUNTY, county)
    assert view is not None
    doctor = Viewer("村医", (HERE,))
    shown = counts.figures_at(doctor, county, view, ["430611", HERE, NEXT])
    assert {place for _, place in shown} == {HERE}
    assert [code for code, _ in shown] == [item.id for item in county.indicators if item.id != RESTRICTED]
    control = Viewer("疾控", (HERE,), frozenset({RESTRICTED_ILLNESS}))
    assert [code for code, _ in counts.figures_at(control, county, view, [HERE])] == [item.id for item in county.indicators]
    with pytest.raises(UnknownPlaceError):
        counts.open_list(doctor, county, view, "insured_rate", NEXT)
    with pytest.raises(UnknownIndicatorError):
        counts.open_list(doctor, county, view, "nothing", HERE)


def test_a_figure_that_names_restricted_illnesses_is_there_for_the_whole_county_only(county: Scheme) -> None:
    assert county.whole_county_only == {RESTRICTED}
    count(county)
    view = counts.latest_count(COUNTY, county)
    assert view is not None
    assert (RESTRICTED, "430611") in counts.figures_at(COUNTY, county, view, ["430611"])
    assert len(counts.open_list(COUNTY, county, view, RESTRICTED, "430611")) == 0
    for place in (HERE, HERE[:9]):
        assert (RESTRICTED, place) not in counts.figures_at(COUNTY, county, view, [place])
        assert counts.trend(COUNTY, county, RESTRICTED, place) == []
        assert counts.trend(CLINIC, county, RESTRICTED, place) != []
        with pytest.raises(WholeCountyOnlyError):
            counts.open_list(COUNTY, county, view, RESTRICTED, place)


def test_hidden_members_stand_last_and_say_nothing(county: Scheme) -> None:
    view = keep(member(0, HERE, restricted=True), member(1, HERE), member(2, NEXT), shows_illness=True)
    lines = counts.open_list(COUNTY, county, view, "x", "430611")
    assert [(line.person, line.name, line.reason) for line in lines] == [
        ("000001", "", "理由1"),
        ("000002", "", "理由2"),
        ("", MASK, MASK),
    ]
    assert (lines[-1].place, lines[2].record, lines[2].sources, lines[2].source_ids) == ("君山区", "", (), ())
    assert (lines.parts(), lines.reasons()) == ({"numerator": 3}, {"理由1": 1, "理由2": 1, MASK: 1})
    assert [line.name for line in lines.where(reason=MASK)] == [MASK]
    assert [line.person for line in lines.where(reason="理由2")] == ["000002"]
    assert list(lines.where(part="excluded")) == []
    assert [line.person for line in lines[1:]] == ["000002", ""]
    assert [line.person for line in counts.open_list(CLINIC, county, view, "x", "430611")] == ["000000", "000001", "000002"]


def test_a_list_that_shows_no_illness_hides_nobody(county: Scheme) -> None:
    view = keep(member(0, HERE, restricted=True), member(1, HERE), shows_illness=False)
    assert [line.person for line in counts.open_list(COUNTY, county, view, "x", HERE)] == ["000000", "000001"]


@pytest.mark.parametrize(("viewer", "sees"), [(COUNTY, False), (CLINIC, True), (Viewer("村医", (HERE,)), False)])
def test_a_row_and_a_person_show_no_more_figures_than_the_lists(county: Scheme, viewer: Viewer, sees: bool) -> None:
    view = keep(member(0, HERE, restricted=True), member(1, HERE), member(2, NEXT), shows_illness=True)

    def of(number: int) -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
        return (
            counts.figures_of_row(viewer, county, view, ROWS[number]),
            counts.figures_of_person(viewer, county, view, PEOPLE[number]),
        )

    nothing: tuple[list[Any], list[Any]] = ([], [])
    assert of(0) == (([("x", "numerator")], [("x", "numerator", "理由0")]) if sees else nothing)
    assert of(1) == ([("x", "numerator")], [("x", "numerator", "理由1")])
    assert (of(2) == nothing) == (not viewer.covers(NEXT))
    assert counts.figures_of_row(viewer, county, view, UUID(int=1)) == []


def prove() -> list[Fault]:
    return list(queries.prove(COUNTY, key=settings.JOURNAL_KEY, receipts=None))


def test_a_kept_list_that_was_changed_is_found_by_the_audit(county: Scheme) -> None:
    keep(member(0, HERE), shows_illness=False)
    assert prove() == []
    change("UPDATE indicators_countedlist SET rows = 2")
    assert [fault.code for fault in prove()] == ["rows_changed"]


def test_a_kept_figure_that_was_changed_is_found_by_the_audit(county: Scheme) -> None:
    keep(member(0, HERE), shows_illness=False)
    change("UPDATE indicators_countedfigure SET value = '4'")
    assert [fault.code for fault in prove()] == ["rows_changed"]


def test_a_list_put_in_the_place_of_another_does_not_open_and_is_found(county: Scheme) -> None:
    views = [keep(member(number, HERE), shows_illness=False) for number in (0, 1)]
    first, second = (CountedList.objects.get(run_id=view.run_id) for view in views)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM indicators_countedlist WHERE run_id = %s", [spelled(views[0].run_id)])
        content = bytes(cursor.fetchone()[0])
    change("UPDATE indicators_countedlist SET content = %s WHERE run_id = %s", content, spelled(views[1].run_id))
    assert first.content != second.content
    with pytest.raises(SealBrokenError):
        kept_list(COUNTY, views[1].run_id, "x", "numerator")
    assert [fault.code for fault in prove()] == ["rows_changed"]


def spelled(run_id: UUID) -> UUID | str:
    """Return an id as the database keeps it."""
    return run_id.hex if connection.vendor == "sqlite" else run_id


def test_what_is_kept_of_a_list_lies_sealed(county: Scheme) -> None:
    keep(member(0, HERE), shows_illness=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM indicators_countedlist")
        assert PEOPLE[0].hex.encode() not in bytes(cursor.fetchone()[0])

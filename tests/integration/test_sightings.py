"""Who was shown whose sealed words: kept before the answer leaves, counted by person and day, found again by the auditor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps

import fuqi
from fuqi.access.codes import APPROVE_READING, PEOPLE_A_DAY
from fuqi.access.reading import Reading, covered, reading_as
from fuqi.basics.viewer import Viewer
from fuqi.flows import bulk_reading, sightings, trail
from fuqi.flows.bulk_reading import DecidedError, NotYoursToDecideError, WrongRequestError
from fuqi.flows.opened import NoStandings, open_person, people_of_place
from fuqi.flows.received import take_back
from fuqi.flows.sightings import TooManyPeopleError
from fuqi.flows.trail_words import FIELDS, action_words
from fuqi.intake.models import ReceivedRow
from fuqi.journal.models import Entry
from fuqi.registry.models import Identity, Person, Sighting
from fuqi.registry.queries import names
from tests.support.desk import COUNTY, HOUSEHOLD, TODAY, Office, household, number, workbook

pytestmark = pytest.mark.django_db

VILLAGE = "新堤村"
LISTS = "户信息.xlsx"
CHIEF = Viewer("李四", (COUNTY,), frozenset({APPROVE_READING}))
MANY = PEOPLE_A_DAY + 5


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def receive(office: Office, people: int) -> None:
    """Receive a list of so many people, each a household, and make the register."""
    rows = [household(person, f"王{chr(0x4E00 + person)}") for person in range(1, people + 1)]
    office.receive(LISTS, workbook(HOUSEHOLD, *rows))
    office.make_register()


@contextmanager
def visit(office: Office, viewer: Viewer | None = None, door: str = "page") -> Iterator[Reading]:
    """Let somebody in; what was shown is kept at the end."""
    with reading_as(viewer or office.viewer, door) as reading:
        yield reading
        sightings.keep_sightings(reading, at=office.at())


def with_purpose(office: Office) -> Viewer:
    return replace(office.viewer, purpose="入户核对")


def show_names(office: Office, viewer: Viewer, serials: range) -> dict[UUID, str]:
    """Read names through a door."""
    persons = Person.objects.filter(serial__in=serials).values_list("id", flat=True)
    with visit(office, viewer):
        return dict(names(viewer, office.asking().as_of, persons))


def who_saw(office: Office, said: str) -> list[trail.WhoSaw]:
    return trail.who_saw(office.viewer, said, today=TODAY, at=office.at())


def seen_by(name: str) -> set[int]:
    return set(Sighting.objects.filter(by=name).values_list("person__serial", flat=True))


def test_a_person_who_was_opened_is_kept_with_who_when_why_and_what(office: Office) -> None:
    receive(office, 3)
    asking = replace(office.asking(), viewer=with_purpose(office))
    with visit(office, asking.viewer):
        open_person(asking, NoStandings(), 2)
    (found,) = who_saw(office, "2")
    (seen,) = found.seen
    assert (found.code, seen.by, seen.why, seen.door) == ("000002", "张三", "入户核对", "网页")
    assert seen.what == "姓名、个人档案"
    assert seen.at <= office.now
    assert who_saw(office, number(2)) == [found]
    assert who_saw(office, "3")[0].seen == ()
    with pytest.raises(trail.NobodyMeantError):
        who_saw(office, "999")


def test_the_entry_is_there_before_the_answer_leaves_and_stands_for_the_whole_visit(office: Office) -> None:
    receive(office, 5)
    before = Entry.objects.count()
    show_names(office, with_purpose(office), range(1, 6))
    assert seen_by("张三") == {1, 2, 3, 4, 5}
    assert Entry.objects.count() == before + 1
    assert Entry.objects.get(action=sightings.READ).why == "入户核对"


def test_covered_names_are_no_sighting(office: Office) -> None:
    receive(office, 5)
    before = Entry.objects.count()
    shown = show_names(office, office.viewer, range(1, 6))
    assert set(shown.values()) == {"王*"}
    asking = office.asking()
    with visit(office):
        assert people_of_place(asking, VILLAGE, 1).total == 5
    assert (Sighting.objects.count(), Entry.objects.count()) == (0, before)


def test_what_is_opened_to_be_compared_is_no_sighting(office: Office) -> None:
    receive(office, 2)
    with visit(office), covered():
        assert [row.name for row in Identity.objects.order_by("id")]
    assert Sighting.objects.count() == 0


def test_more_people_than_one_may_read_alone_are_not_shown_by_whatever_mix_of_doors(office: Office) -> None:
    receive(office, MANY)
    viewer = with_purpose(office)
    show_names(office, viewer, range(1, 101))
    asking = replace(office.asking(), viewer=viewer)
    with visit(office, viewer, "command"):
        open_person(asking, NoStandings(), 101)
    show_names(office, viewer, range(1, PEOPLE_A_DAY + 1))
    assert len(seen_by("张三")) == PEOPLE_A_DAY
    with pytest.raises(TooManyPeopleError, match=f"已经看过{PEOPLE_A_DAY}人.*{PEOPLE_A_DAY + 1}人.*由另一个人批准"):
        show_names(office, viewer, range(PEOPLE_A_DAY + 1, PEOPLE_A_DAY + 2))
    assert len(seen_by("张三")) == PEOPLE_A_DAY
    assert Entry.objects.filter(action=sightings.REFUSED).count() == 1
    show_names(office, viewer, range(1, 51))
    show_names(office, replace(viewer, name="王五"), range(150, MANY + 1))


def test_the_number_is_of_one_day_in_china(office: Office) -> None:
    receive(office, MANY)
    viewer = with_purpose(office)
    show_names(office, viewer, range(1, PEOPLE_A_DAY + 1))
    office.now += timedelta(hours=16)
    show_names(office, viewer, range(PEOPLE_A_DAY + 1, MANY + 1))
    assert len(seen_by("张三")) == MANY


def test_a_second_person_allows_more_and_only_as_many_and_only_that_day(office: Office) -> None:
    receive(office, MANY)
    viewer, day = with_purpose(office), bulk_reading.day_of(office.now)
    request = bulk_reading.ask(office.viewer, MANY - 1, "复核全村的户主姓名", day=day, at=office.at())
    with pytest.raises(TooManyPeopleError):
        show_names(office, viewer, range(1, MANY))
    (waiting,) = bulk_reading.open_requests(CHIEF)
    assert (waiting.id, waiting.people, waiting.reason, waiting.own) == (request, MANY - 1, "复核全村的户主姓名", False)
    bulk_reading.decide(CHIEF, request, True, "年底复核", at=office.at())
    assert bulk_reading.open_requests(CHIEF) == []
    assert bulk_reading.allowed_people(viewer, day=day) == MANY - 1
    assert bulk_reading.allowed_people(viewer, day=day + timedelta(days=1)) == PEOPLE_A_DAY
    assert bulk_reading.allowed_people(CHIEF, day=day) == PEOPLE_A_DAY
    show_names(office, viewer, range(1, MANY))
    with pytest.raises(TooManyPeopleError):
        show_names(office, viewer, range(1, MANY + 1))


def test_nobody_decides_his_own_request_and_nobody_decides_twice(office: Office) -> None:
    day = bulk_reading.day_of(office.now)
    both = replace(office.viewer, permissions=office.viewer.permissions | {APPROVE_READING})
    request = bulk_reading.ask(both, MANY, "复核全村的户主姓名", day=day, at=office.at())
    with pytest.raises(NotYoursToDecideError, match="不能自己批"):
        bulk_reading.decide(both, request, True, "", at=office.at())
    with pytest.raises(NotYoursToDecideError):
        bulk_reading.decide(Viewer("王五", (COUNTY,)), request, True, "", at=office.at())
    with pytest.raises(WrongRequestError, match="理由"):
        bulk_reading.decide(CHIEF, request, False, " ", at=office.at())
    bulk_reading.decide(CHIEF, request, False, "用不着这么多", at=office.at())
    with pytest.raises(DecidedError):
        bulk_reading.decide(replace(CHIEF, name="赵六"), request, True, "", at=office.at())
    assert bulk_reading.allowed_people(both, day=day) == PEOPLE_A_DAY
    assert bulk_reading.own_requests(both)[0].state_words == "未批准"


@pytest.mark.parametrize(
    ("people", "reason", "days"),
    [(PEOPLE_A_DAY, "复核全村", 0), (MANY, "看看", 0), (MANY, "看" * 201, 0), (MANY, "复核全村", -1)],
)
def test_a_request_says_how_many_what_for_and_when(office: Office, people: int, reason: str, days: int) -> None:
    day = bulk_reading.day_of(office.now) + timedelta(days=days)
    with pytest.raises(WrongRequestError):
        bulk_reading.ask(office.viewer, people, reason, day=day, at=office.at())


def test_a_request_for_a_day_that_is_over_is_not_decided_any_more(office: Office) -> None:
    request = bulk_reading.ask(office.viewer, MANY, "复核全村", day=bulk_reading.day_of(office.now), at=office.at())
    office.now += timedelta(days=1)
    with pytest.raises(WrongRequestError, match="已经过去"):
        bulk_reading.decide(CHIEF, request, True, "", at=office.at())


def test_an_original_that_was_taken_back_shows_everybody_on_it(office: Office) -> None:
    receive(office, 7)
    viewer = with_purpose(office)
    with visit(office, viewer, "command"):
        assert take_back(viewer, office.folder, LISTS, at=office.at())
    assert seen_by("张三") == set(range(1, 8))
    (seen,) = who_saw(office, "7")[0].seen
    assert (seen.what, seen.door) == ("收到的原件", "命令行")


def test_a_row_that_was_nobodys_when_it_was_shown_is_found_once_it_is_somebodys(office: Office) -> None:
    office.receive(LISTS, workbook(HOUSEHOLD, household(1, "王一"), household(2, "王二")))
    row = ReceivedRow.objects.order_by("row")[1]
    with visit(office):
        assert row.cells
    assert Sighting.objects.count() == 0
    office.make_register()
    assert [one.what for one in who_saw(office, "2")[0].seen] == ["收到的一行"]
    assert who_saw(office, "1")[0].seen == ()


def test_rows_of_nobody_count_as_people(office: Office) -> None:
    rows = [household(person, f"王{chr(0x4E00 + person)}") for person in range(1, MANY + 1)]
    office.receive(LISTS, workbook(HOUSEHOLD, *rows))
    every = list(ReceivedRow.objects.order_by("row"))

    def show(chosen: list[ReceivedRow]) -> None:
        with visit(office):
            assert all(row.cells for row in chosen)

    show(every[:PEOPLE_A_DAY])
    show(every[:10])
    with pytest.raises(TooManyPeopleError):
        show(every[PEOPLE_A_DAY:])


def test_entries_are_found_by_day_by_person_and_by_action(office: Office) -> None:
    receive(office, 2)
    show_names(office, with_purpose(office), range(1, 3))
    show_names(office, replace(with_purpose(office), name="王五"), range(1, 2))
    every, more = trail.journal_entries(office.viewer, trail.Wanted())
    assert (len(every), more) == (Entry.objects.count(), False)
    assert [line.at for line in every] == sorted((line.at for line in every), reverse=True)
    (one,), _ = trail.journal_entries(office.viewer, trail.Wanted(by="王五"))
    assert (one.words, one.content, one.why) == ("看了密封的内容", "查看记录1行", "入户核对")
    reads, _ = trail.journal_entries(office.viewer, trail.Wanted(action=sightings.READ))
    assert {line.by for line in reads} == {"张三", "王五"}
    after, _ = trail.journal_entries(office.viewer, trail.Wanted(before=reads[0].id))
    assert after == every[every.index(reads[0]) + 1 :]
    assert trail.journal_entries(office.viewer, trail.Wanted(day=TODAY + timedelta(days=1)))[0] == []


def sealed_fields() -> list[tuple[str, str]]:
    """Return table and column of every sealed field there is."""
    return sorted(
        (model._meta.db_table, str(one.column))
        for model in apps.get_models()
        for one in model._meta.concrete_fields
        if hasattr(one, "bound_to")
    )


def test_of_every_sealed_field_it_is_known_whose_it_is_and_what_it_is_called() -> None:
    assert sealed_fields()
    for table, column in sealed_fields():
        if table in sightings.NOBODYS | sightings.LISTS:
            continue
        assert f"{table.partition('_')[2]}.{column}" in FIELDS, (table, column)
        if table not in (sightings.ROWS, sightings.FILES):
            assert sightings.path_to_person(table)


def test_every_action_of_the_journal_has_words() -> None:
    source = "\n".join(path.read_text("utf-8") for path in Path(fuqi.__file__).parent.rglob("*.py"))
    actions = set(re.findall(r'action="([a-z_]+\.[a-z_]+)"', source))
    assert len(actions) > 20
    assert sorted(action for action in actions if action_words(action) == action) == []
    assert action_words("match.effective") == "比对：生效"

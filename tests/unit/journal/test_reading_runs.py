"""Runs and entries as others read them."""

from __future__ import annotations

from uuid import uuid4

import pytest

from fuqi.intake.models import ReceivedFile
from fuqi.journal import codes, entries, queries
from fuqi.journal.actions import make_effective, recording, refuse, start_run, withdraw
from fuqi.journal.models import Run
from fuqi.journal.tables import NewRow
from fuqi.journal.validity import known
from tests.unit.journal.written import ANYBODY, NOW, later, noted, people

pytestmark = pytest.mark.django_db


def run(kind: str, subject: str = "", *, print_: str = "1", starts: int = 0, effective: int | None = None) -> Run:
    made = start_run(kind, subject=subject, fingerprint=print_, by="张三", at=later(starts))
    if effective is not None:
        make_effective(made, by="张三", at=later(effective))
    return made


def test_readers_see_the_effective_run_of_a_kind_and_subject() -> None:
    first = run("import", "a", effective=1)
    other = run("import", "b", starts=2, effective=3)
    match = run("match", starts=4, effective=5)
    run("import", "c", starts=6)
    assert queries.effective_run(ANYBODY, "import", "a") == first
    assert queries.effective_run(ANYBODY, "import", "c") is None
    assert queries.effective_run(ANYBODY, "import") is None
    assert queries.effective_run(ANYBODY, "match") == match
    assert queries.effective_runs(ANYBODY, "import") == [first, other]
    second = run("import", "a", starts=7, effective=8)
    assert queries.effective_run(ANYBODY, "import", "a") == second
    assert queries.effective_runs(ANYBODY, "import") == [second, other]


def test_runs_that_were_ever_in_force_are_told_in_that_order() -> None:
    late = run("count", starts=0, effective=9)
    staged = run("count", starts=1)
    make_effective(staged, by="张三", at=later(9))
    left = run("count", print_="2", starts=10)
    other = run("verify", effective=1)
    assert queries.runs_in_force(ANYBODY, "count") == [late, staged]
    assert queries.number_of_runs(ANYBODY, "count") == 2
    assert queries.number_of_runs(ANYBODY, "settle") == 0
    assert queries.find_run(ANYBODY, left.id) == left
    assert queries.find_run(ANYBODY, uuid4()) is None
    assert queries.runs_with_fingerprint(ANYBODY, "count", "1") == [late, staged]
    assert queries.runs_with_fingerprint(ANYBODY, "verify", "1") == [other]


def test_the_run_before_is_the_one_that_was_superseded_then() -> None:
    first = run("import", "a", effective=1)
    run("import", "b", effective=1)
    second = run("import", "a", starts=2, effective=3)
    third = run("import", "a", starts=4, effective=5)
    staged = run("import", "a", starts=6)
    find = {one.id: queries.run_before(ANYBODY, one) for one in Run.objects.all()}
    assert [find[one.id] for one in (first, second, third, staged)] == [None, first, second, None]
    withdraw(third, by="张三", at=later(7), why="错了")
    fresh = run("import", "a", starts=8)
    make_effective(fresh, by="张三", at=later(9))
    assert queries.run_before(ANYBODY, Run.objects.get(id=fresh.id)) is None


def test_the_states_of_a_run_and_what_is_kept_of_them() -> None:
    first = run("import", "a", effective=1)
    staged = run("import", "b", starts=2)
    refuse(staged, by="张三", at=later(3), summary={"b": 1, "a": "湖"})
    assert Run.objects.get(id=staged.id).summary == '{"a":"湖","b":1}'
    last = entries.entries(ANYBODY, most=1)[0]
    assert (last.action, last.by, last.at) == ("import.refused", "张三", later(3))
    assert (Run.objects.get(id=staged.id).state, Run.objects.get(id=staged.id).effective_at) == (codes.REFUSED, None)
    second = run("import", "a", starts=4)
    make_effective(second, by="李四", at=later(5), withdrawn=first, why="重" * 300, summary={"n": 1})
    assert Run.objects.get(id=first.id).state == codes.WITHDRAWN
    assert Run.objects.get(id=first.id).closed_at == later(5)
    assert Run.objects.get(id=second.id).summary == '{"n":1}'
    last = entries.entries(ANYBODY, most=1)[0]
    assert (last.by, last.action, last.why, last.at) == ("李四", "import.effective", "重" * 200, later(5))
    third = run("import", "a", starts=6, effective=7)
    assert Run.objects.get(id=second.id).state == codes.SUPERSEDED
    assert Run.objects.get(id=third.id).summary == "{}"
    assert entries.entries(ANYBODY, most=1)[0].why == ""
    withdraw(third, by="王五", at=later(8), why="x" * 300)
    last = entries.entries(ANYBODY, most=1)[0]
    assert (last.by, last.action, last.why) == ("王五", "import.withdraw", "x" * 200)


def test_a_run_supersedes_none_of_another_kind_or_subject() -> None:
    kept = [run("match", effective=1), run("import", "a", effective=1), run("import", "b", effective=1)]
    run("verify", starts=2, effective=3)
    run("import", "c", starts=2, effective=3)
    assert {Run.objects.get(id=one.id).state for one in kept} == {codes.EFFECTIVE}


def test_what_is_known_at_an_instant() -> None:
    made = []
    for number in range(2):
        one = start_run("import", subject="a", fingerprint=str(number), by="张三", at=later(10 * number))
        with recording(by="张三", at=later(10 * number), action="x") as record:
            record.add([NewRow(ReceivedFile, run_id=one.id, name=str(number), sha256="0", size=1, received_at=NOW)])
        make_effective(one, by="张三", at=later(10 * number + 5))
        made.append(one)

    def names(minute: int | None) -> list[str]:
        found = ReceivedFile.objects.filter(known(None if minute is None else later(minute)))
        return list(found.order_by("name").values_list("name", flat=True))

    assert [names(minute) for minute in (4, 5, 14, 15, 99, None)] == [[], ["0"], ["0"], ["1"], ["1"], ["1"]]


def test_entries_are_read_the_latest_first_within_their_time_of_whom_and_of_what() -> None:
    first = people(1, by="甲", at=NOW, action="a", why="因为")
    second = people(2, by="乙", at=later(1), action="a")
    third = people(3, by="甲", at=later(1), action="b")
    fourth = people(4, by="甲", at=later(2), action="a")
    every = [fourth.id, third.id, second.id, first.id]

    def ids(*given: object, **asked: object) -> list[object]:
        return [view.id for view in entries.entries(ANYBODY, *given, **{"most": 9, **asked})]  # type: ignore[arg-type]

    assert ids() == every
    assert ids(most=2) == every[:2]
    assert ids(later(1)) == every[:3]
    assert ids(None, later(1)) == every[3:]
    assert ids(NOW, later(2)) == every[1:]
    assert ids(by="甲") == [fourth.id, third.id, first.id]
    assert ids(action="a", by="甲") == [fourth.id, first.id]
    for position, view in enumerate(entries.entries(ANYBODY, most=9)):
        assert ids(before=view) == every[position + 1 :]
    assert entries.find_entry(ANYBODY, first.id) == entries.EntryView(first.id, None, NOW, "甲", "a", "因为", first.content)
    assert entries.find_entry(ANYBODY, uuid4()) is None


def test_changes_by_one_person_under_one_action_within_their_time() -> None:
    for count, (by, action, minute, what) in enumerate(
        [
            ("甲", "a", 0, "k"),
            ("甲", "a", 1, "k"),
            ("甲", "a", 2, "k"),
            ("乙", "a", 1, "k"),
            ("甲", "b", 1, "k"),
            ("甲", "a", 1, "m"),
        ]
    ):
        noted(what, by=by, at=later(minute), action=action, count=count)
    with recording(by="甲", at=later(1), action="a") as record:
        record.note("m", count=98)
        record.note("k", count=99)

    def counts(start: int, until: int) -> list[int]:
        return [one["count"] for one in entries.changes_by(ANYBODY, "甲", "a", later(start), later(until), "k")]

    assert counts(0, 9) == [0, 1, 99, 2]
    assert counts(1, 2) == [1, 99]
    under = [(view.by, one["count"]) for view, one in entries.changes_under(ANYBODY, "a", "k")]
    assert under == [("甲", 2), ("甲", 99), ("乙", 3), ("甲", 1), ("甲", 0)]

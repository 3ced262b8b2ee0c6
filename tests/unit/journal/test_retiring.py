"""Which runs are over their time, and removing whole groups of rows so that the journal still proves them."""

from __future__ import annotations

import json

import pytest

from fuqi.indicators.models import CountedList
from fuqi.journal.actions import make_effective, recording, start_run, withdraw
from fuqi.journal.models import Entry, Run
from fuqi.journal.retiring import Group, NotAsRecordedError, abandoned_runs, groups_of, retire, superseded_runs
from fuqi.journal.tables import NewRow
from tests.support.tampering import change
from tests.unit.journal.written import NOW, codes_of, later, prove, seal

pytestmark = pytest.mark.django_db


def effective(kind: str, minute: int, subject: str = "") -> Run:
    run = start_run(kind, subject=subject, fingerprint="1", by="x", at=later(minute))
    make_effective(run, by="x", at=later(minute))
    return run


def lists(run: Run, *numbers: int, other: Run | None = None) -> Entry:
    """Write lists under one entry; the last of them is of another run, if one is given."""
    runs = [run.id] * len(numbers)
    runs[-1] = other.id if other else run.id
    with recording(by="x", at=NOW, action="count.rows") as record:
        record.add(
            [
                NewRow(CountedList, run_id=run_id, code=f"c{number}", part="numerator", rows=1, content=b"people")
                for run_id, number in zip(runs, numbers, strict=True)
            ]
        )
    return record.entry


def test_superseded_runs_but_for_the_last_ones_closed_before_an_instant_the_oldest_first() -> None:
    runs = [effective("count", minute) for minute in range(5)]
    other = effective("match", 0)
    effective("match", 1)
    undone = effective("verify", 0)
    withdraw(undone, by="x", at=later(1), why="")

    def found(before: int, keep_last: int, kind: str = "count") -> list[Run]:
        return superseded_runs(kind, before=later(before), keep_last=keep_last)

    assert found(99, 0) == runs[:4]
    assert found(99, 1) == runs[:3]
    assert found(99, 9) == []
    assert found(3, 0) == runs[:2], "closed at that very instant is not before it"
    assert found(99, 0, "match") == [other]
    assert found(99, 0, "verify") == []


def test_runs_that_were_left_are_told_the_oldest_first() -> None:
    left = [start_run("count", fingerprint="1", by="x", at=later(minute)) for minute in range(3)]
    assert abandoned_runs(before=later(9)) == left[:2]
    assert abandoned_runs(before=later(1)) == left[:1]
    assert abandoned_runs(before=later(0)) == []


def test_a_group_is_all_that_one_entry_wrote_and_of_these_runs_only() -> None:
    first, second = effective("count", 0), effective("count", 1)
    own, more = lists(first, 1, 2), lists(first, 3)
    mixed = lists(first, 4, 5, other=second)
    lists(second, 6)
    assert sorted(groups_of(CountedList, [first.id]), key=lambda group: group.rows) == [Group(more.id, 1), Group(own.id, 2)]
    both = {group.entry_id: group.rows for group in groups_of(CountedList, [first.id, second.id])}
    assert both[mixed.id] == 2
    assert len(both) == 4
    assert [group.entry_id for group in groups_of(CountedList, [first.id, second.id])] == sorted(both)
    assert list(groups_of(CountedList, [])) == []


def go(*groups: Group) -> int:
    with recording(by="x", at=NOW, action="retention.remove") as record:
        return retire(record, CountedList, groups, rule="r1")


def test_groups_go_with_a_note_of_their_entries_and_the_journal_stays_sound() -> None:
    run = effective("count", 0)
    first, second, kept = lists(run, 1, 2), lists(run, 3), lists(run, 4)
    assert go(Group(second.id, 1), Group(first.id, 2)) == 3
    assert set(CountedList.objects.values_list("entry_id", flat=True)) == {kept.id}
    note = json.loads(Entry.objects.get(action="retention.remove").content)["changes"]
    assert note == [
        {
            "what": "retire",
            "table": "indicators.countedlist",
            "rule": "r1",
            "rows": 3,
            "entries": sorted([first.id.hex, second.id.hex]),
        }
    ]
    seal()
    assert prove() == []
    change("DELETE FROM indicators_countedlist")
    assert codes_of(prove()) == ["rows_missing"]


def test_no_groups_leave_no_note() -> None:
    assert go() == 0
    assert json.loads(Entry.objects.get().content)["changes"] == []


@pytest.mark.parametrize("sql", ["UPDATE indicators_countedlist SET rows = 9", "DELETE FROM indicators_countedlist"])
def test_what_was_tampered_with_does_not_go(sql: str) -> None:
    run = effective("count", 0)
    entry = lists(run, 1, 2)
    seal()
    change(f"{sql} WHERE code = 'c1'")
    with pytest.raises(NotAsRecordedError, match=r"indicators\.countedlist") as refused:
        go(Group(entry.id, 2))
    number = Entry.objects.get(id=entry.id).number
    assert f"日志第{number}条不符" in refused.value.message
    assert CountedList.objects.exists()


def test_rows_of_no_entry_or_of_one_that_wrote_none_do_not_go() -> None:
    effective("count", 0)
    stranger = Entry.objects.order_by("id")[0]
    with pytest.raises(NotAsRecordedError, match="与日志第"):
        go(Group(stranger.id, 1))
    with pytest.raises(NotAsRecordedError, match="没有日志条目"):
        go(Group(Run.objects.get().id, 1))

"""What the proof says of a journal that was tampered with: exactly this, and nothing of what was not touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, models

from fuqi.basics.errors import Place
from fuqi.journal import queries, rules
from fuqi.journal.actions import make_effective, recording, start_run
from fuqi.journal.contents import contents
from fuqi.journal.models import Entry, Run
from fuqi.journal.tables import NewRow
from fuqi.registry.models import Person
from tests.support.tampering import as_owner, change
from tests.unit.journal.written import ANYBODY, NOW, codes_of, later, noted, people, prove, seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipts(tmp_path: Path) -> Path:
    path = tmp_path / "receipts.csv"
    path.touch()
    return path


@pytest.fixture
def five(receipts: Path) -> Path:
    """Five sealed entries with a person each; return their receipts."""
    for serial in range(5):
        people(serial)
    assert seal(receipts) == 5
    assert prove(receipts) == []
    return receipts


def lines_of(receipts: Path) -> list[str]:
    return receipts.read_text().splitlines()


def write_lines(receipts: Path, lines: list[str]) -> None:
    receipts.write_text("".join(f"{line}\n" for line in lines))


def drop(*numbers: int) -> None:
    for number in numbers:
        change("DELETE FROM registry_person WHERE entry_id IN (SELECT id FROM journal_entry WHERE number = %s)", number)
        change("DELETE FROM journal_entry WHERE number = %s", number)


def test_a_gap_is_one_fault_that_names_all_that_is_missing(five: Path) -> None:
    drop(2, 3)
    found = prove()
    assert codes_of(found) == ["entry_missing"]
    assert found[0].message == "日志缺少第2条到第3条：有条目被删除。"
    assert found[0].place == Place()
    assert codes_of(prove(five)) == ["entry_missing", "tail_cut"]
    assert "第2条到第3条" in prove(five)[1].message


def test_two_gaps_are_two_faults(five: Path) -> None:
    drop(1, 4)
    assert [fault.message for fault in prove()] == [
        "日志缺少第1条到第1条：有条目被删除。",
        "日志缺少第4条到第4条：有条目被删除。",
    ]
    assert [fault.message for fault in prove(five)][2:] == [
        "回执文件里有第1条，日志里没有：日志被截断，或者放回了旧的数据库。",
        "回执文件里有第4条，日志里没有：日志被截断，或者放回了旧的数据库。",
    ]


def test_a_changed_word_is_told_by_whoever_covers_it(five: Path) -> None:
    change("UPDATE journal_entry SET why = 'x' WHERE number = 3")
    found = prove(five)
    assert [(fault.code, fault.message) for fault in found] == [
        ("entry_changed", "日志第3条的内容被改动过（指纹不符）。"),
        ("entry_forged", "日志第3条不是本程序写入的，或者写入后被改动过。"),
    ]


def test_an_entry_that_was_hashed_anew_breaks_the_chain_and_lacks_the_seal(five: Path) -> None:
    entry = Entry.objects.get(number=3)
    new = rules.link_hash(entry.previous_hash, 3, {**_fields(entry), "why": "x"})
    change("UPDATE journal_entry SET why = 'x', hash = %s WHERE number = 3", new)
    assert codes_of(prove(five)) == ["seal_broken", "chain_broken", "entry_forged", "receipt_differs"]
    assert [fault.message for fault in prove(five)][:2] == [
        "日志第3条的封印不符：不是本工作区的密钥所封。",
        "日志第4条与前一条对不上：其中一条被替换过。",
    ]
    assert prove(five)[3].message == "日志第3条与回执文件第3行不符：日志或回执被改动过。"


def _fields(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in ("id", "at", "by", "action", "why", "content")}


def test_a_value_that_no_speller_knows_is_a_change_not_a_crash(five: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_spelling(*given: object) -> str:
        raise KeyError(given)

    monkeypatch.setattr(rules, "link_hash", no_spelling)
    found = codes_of([fault for fault in prove(five) if fault.code in ("entry_changed", "entry_forged")])
    assert found == ["entry_changed"] * 5 + ["entry_forged"] * 5


def test_entries_that_cannot_be_read_at_all_are_one_fault(five: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreadable:
        def order_by(self, *_: str) -> Any:
            raise ValueError

    monkeypatch.setattr(Entry, "objects", Unreadable())
    found = prove(five)
    assert [(fault.code, fault.message) for fault in found] == [
        ("journal_unreadable", r"日志表里有读不出来的内容(ValueError)：被改动过。")
    ]


def test_a_forged_entry_without_a_number_is_told_as_such(five: Path) -> None:
    with as_owner():
        Entry(at=NOW, by="x", action="x", content="{}", mac="").save(force_insert=True)
    assert seal(five) == 0
    assert [fault.message for fault in prove(five)] == ["日志里一条没有编号的条目不是本程序写入的，或者写入后被改动过。"]


def test_receipts_that_are_missing_are_named_by_their_spans(five: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(queries, "sleep", waits.append)
    lines = lines_of(five)
    write_lines(five, [lines[0], lines[2]])
    more = "。若上次运行被强行中断，再运行一次任何命令即可补上。"
    assert [(fault.code, fault.message) for fault in prove(five)] == [
        ("receipt_missing", f"回执文件缺少第2条{more}"),
        ("receipt_missing", f"回执文件缺少第4条到第5条{more}"),
    ]
    assert waits == [0.1] * 20


def test_a_receipt_that_is_written_a_moment_later_is_no_fault(five: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = five.read_text()
    write_lines(five, lines_of(five)[:4])
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            five.write_text(whole)

    monkeypatch.setattr(queries, "sleep", wait)
    assert prove(five) == []
    assert len(waits) == 3


def test_receipts_are_read_before_the_journal_and_a_torn_line_does_not_count(five: Path) -> None:
    own = queries.Receipts(five)
    people(10)
    with five.open("a") as file:
        file.write("6,torn")
    assert own.lines == own.read() == lines_of(five)[:5]
    assert own.there
    five.unlink()
    assert own.read() == []
    assert not queries.Receipts(five).there


def test_a_receipt_twice_or_changed_is_named_by_its_line(five: Path) -> None:
    lines = lines_of(five)
    write_lines(five, [*lines, lines[1]])
    assert [(fault.code, fault.message) for fault in prove(five)] == [
        ("receipt_changed", "回执文件第6行多出来：第2条已经有回执。")
    ]
    number, hash_, mark = lines[1].split(",")
    for wrong in (f"{number},{hash_},{mark[:-1]}x", f"x,{hash_},{mark}", "", f"{number},{hash_}"):
        write_lines(five, [*lines, wrong])
        assert [(fault.code, fault.message) for fault in prove(five)] == [
            ("receipt_changed", "回执文件第6行被改动过（封印不符）。")
        ]


def test_a_receipt_of_another_entry_differs(five: Path) -> None:
    lines = lines_of(five)
    write_lines(five, [*lines[:3], "4," + lines[2].split(",", 1)[1], lines[4]])
    assert [fault.message for fault in prove(five)] == ["日志第4条与回执文件第4行不符：日志或回执被改动过。"]


def test_without_receipts_they_are_not_asked_for_and_lost_ones_are_told(five: Path, tmp_path: Path) -> None:
    five.unlink()
    assert prove() == []
    assert codes_of(prove(five)) == ["receipts_lost"]
    assert prove(five)[0].message.startswith("回执文件不见了")
    gone = tmp_path / "gone.csv"
    assert [fault.message for fault in prove(None, gone)] == [
        f"另存的回执“{gone}”读不到。请接上那块盘，或者用 audit --receipts 另存的文件 再核对一次。"
    ]


def test_receipts_kept_elsewhere_may_end_earlier_and_have_no_holes(five: Path, tmp_path: Path) -> None:
    kept, lines = tmp_path / "kept.csv", lines_of(five)
    for sound in ([], lines[:1], lines[:3], lines):
        write_lines(kept, sound)
        assert prove(five, kept) == []
    write_lines(kept, [lines[1], lines[4]])
    assert [(fault.code, fault.message) for fault in prove(five, kept)] == [
        ("receipt_missing", f"另存的回执“{kept}”缺少第1条：被人删掉过。"),
        ("receipt_missing", f"另存的回执“{kept}”缺少第3条到第4条：被人删掉过。"),
    ]
    drop(5)
    write_lines(five, lines[:4])
    write_lines(kept, lines)
    assert codes_of(prove(five, kept)) == ["tail_cut"]


def test_entries_that_are_not_sealed_yet_need_no_receipt(five: Path) -> None:
    people(10)
    assert prove(five) == []


def test_rows_are_told_with_their_entry_their_table_and_how_many(five: Path) -> None:
    people(20, 21)
    seal(five)
    change("DELETE FROM registry_person WHERE serial = 20")
    assert [(fault.code, fault.message) for fault in prove(five)] == [
        ("rows_missing", "日志第6条写入表 registry.person 的2行，现在有1行：有行被删除或加入。")
    ]
    change("DELETE FROM registry_person WHERE serial = 21")
    assert [fault.message for fault in prove(five)] == ["日志第6条写入表 registry.person 的2行，现在有0行：有行被删除或加入。"]
    change("UPDATE registry_person SET key_index = 'x' WHERE serial = 3")
    assert ("rows_changed", "日志第4条写入表 registry.person 的行被改动过。") in [
        (fault.code, fault.message) for fault in prove(five)
    ]


def test_rows_of_an_entry_that_is_not_sealed_yet_are_vouched_for_too(five: Path) -> None:
    people(30)
    change("UPDATE registry_person SET key_index = 'x' WHERE serial = 30")
    assert [fault.message for fault in prove(five)] == ["日志第0条写入表 registry.person 的行被改动过。"]


def test_rows_without_an_entry_are_counted(five: Path) -> None:
    note = noted("nothing")
    seal(five)
    every: models.QuerySet[Person] = models.QuerySet(Person)
    with as_owner():
        every.bulk_create([Person(serial=serial, key_index=str(serial), entry=note) for serial in (50, 51)])
    assert [(fault.code, fault.message) for fault in prove(five)] == [
        ("rows_unrecorded", "表 registry.person 有2行没有日志条目：是绕过程序写入的。")
    ]


def test_a_table_that_is_gone_is_missed_only_if_something_was_written(five: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "has_table", lambda model: not model._meta.db_table.startswith("registry_"))
    found = prove(five)
    assert [(fault.code, fault.message) for fault in found] == [
        ("rows_missing", "表 registry.person 不见了：日志里有写入它的行。")
    ]
    assert queries.size(ANYBODY) == (5, 0)


def test_what_was_retired_is_not_missed_and_is_found_if_it_is_put_back(five: Path) -> None:
    entry = Entry.objects.get(number=2)
    noted("retire", table="registry.person", entries=[entry.id.hex], rule="x", rows=1)
    seal(five)
    assert codes_of(prove(five)) == ["rows_unrecorded"]
    change("DELETE FROM registry_person WHERE serial = 1")
    assert prove(five) == []
    noted("retire", table="registry.household", entries=["00"])
    noted("retire")
    seal(five)
    assert prove(five) == []


def test_every_run_is_replayed(five: Path) -> None:
    run = start_run("match", fingerprint="1", by="张三", at=NOW)
    assert prove(None) == []
    make_effective(run, by="张三", at=later(1), summary={"rows": 1})
    seal(five)
    assert prove(five) == []
    other = Run(kind="match", subject="x", fingerprint="2", started_at=NOW, by="x")
    with as_owner():
        other.save(force_insert=True)
    assert [(fault.code, fault.message) for fault in prove(five)] == [
        ("run_changed", f"批次 {other.id} 与日志不符：被改动、删除或加入过。")
    ]
    change("DELETE FROM journal_run")
    assert [fault.message for fault in prove(five)] == [f"批次 {run.id} 与日志不符：被改动、删除或加入过。"]


def test_an_entry_that_is_not_sealed_yet_is_the_newest_word_on_a_run(five: Path) -> None:
    """As an audit sees it that begins between a commit and its sealing."""
    run = start_run("match", fingerprint="1", by="张三", at=NOW)
    seal(five)
    make_effective(run, by="张三", at=later(1))
    assert prove(five) == []


def test_contents_that_are_no_entries_of_ours_are_left_out(five: Path) -> None:
    spoilt = ["{", "[]", "{}", '{"tables":[],"changes":[]}', '{"tables":{},"changes":{}}', '{"tables":{},"changes":["x",1]}']
    with as_owner():
        for content in spoilt:
            Entry(at=NOW, by="x", action="x", content=content, mac="").save(force_insert=True)
    assert codes_of(prove(five)) == ["entry_forged"] * len(spoilt)
    found = [entry.content for entry, _ in contents(Entry.objects.filter(by="x"))]
    assert found == spoilt[-1:]


def test_changes_of_one_sort_come_in_the_order_of_the_chain() -> None:
    noted("kind", count=1)
    noted("other", count=2)
    seal()
    noted("kind", count=3, at=later(-9))
    assert [change["count"] for change in queries.changes_of(ANYBODY, "kind")] == [1, 3]


def test_how_much_there_is_is_counted(five: Path) -> None:
    people(60, 61)
    with recording(by="x", at=NOW, action="x") as record:
        record.add(list[NewRow]())
    assert queries.size(ANYBODY) == (7, 7)


def test_what_is_read_at_one_instant_is_read_where_a_transaction_is_open_as_it_is() -> None:
    assert connection.in_atomic_block
    with queries.one_instant(ANYBODY):
        people(70)
    assert Person.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_instant_is_a_transaction_that_ends_whatever_happens(five: Path) -> None:
    def read_and_fail() -> None:
        with queries.one_instant(ANYBODY):
            assert Entry.objects.count() == 5
            begin = "BEGIN"
            with pytest.raises(DatabaseError), connection.cursor() as cursor:
                cursor.execute(begin if connection.vendor == "sqlite" else "CREATE TABLE x (id int)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read_and_fail()
    people(80)
    assert Person.objects.count() == 6

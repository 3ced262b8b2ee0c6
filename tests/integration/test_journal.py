"""The journal: nothing is written beside it, and what was tampered with is found and located."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest
from django.conf import settings
from django.db import connection, models

from fuqi.basics.errors import Fault
from fuqi.basics.viewer import Viewer
from fuqi.intake.models import ReceivedFile, ReceivedRow
from fuqi.journal import codes, queries
from fuqi.journal.actions import make_effective, recording, seal_entries, start_run
from fuqi.journal.errors import RunStateError, UnrecordedWriteError
from fuqi.journal.models import Entry, Run
from fuqi.journal.tables import NewRow
from fuqi.registry.models import GroupSpell, Household, Person
from tests.support.tampering import as_owner, change

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ANYBODY = Viewer("test", ("",))


@pytest.fixture
def receipts(tmp_path: Path) -> Path:
    path = tmp_path / "receipts.csv"
    path.touch()
    return path


def write_people(first: int, number: int) -> None:
    with recording(by="张三", at=NOW, action="test.people") as record:
        record.add([NewRow(Person, serial=serial, key_index=str(serial)) for serial in range(first, first + number)])


def seal(receipts: Path) -> int:
    return seal_entries(key=settings.JOURNAL_KEY, receipts=receipts)


def prove(receipts: Path, *elsewhere: Path) -> list[Fault]:
    kept = [queries.Receipts(path) for path in elsewhere]
    return list(queries.prove(ANYBODY, key=settings.JOURNAL_KEY, receipts=queries.Receipts(receipts), elsewhere=kept))


def test_a_row_cannot_be_written_changed_or_deleted_beside_the_journal() -> None:
    with pytest.raises(UnrecordedWriteError):
        Person(serial=1, key_index="1").save()
    for attempt in (
        lambda: Person.objects.create(serial=1, key_index="1"),
        lambda: Person.objects.bulk_create([Person(serial=1, key_index="1")]),
        lambda: Person.objects.filter(serial=1).update(serial=2),
        lambda: Person.objects.all().delete(),
    ):
        with pytest.raises(UnrecordedWriteError):
            attempt()
    assert Person.objects.count() == 0


def test_rows_and_their_entry_are_kept_together_or_not_at_all() -> None:
    def write_and_fail() -> None:
        with recording(by="张三", at=NOW, action="test.people") as record:
            record.add([NewRow(Person, serial=1, key_index="1")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert (Person.objects.count(), Entry.objects.count()) == (0, 0)


def test_entries_are_numbered_without_gaps_after_they_are_committed(receipts: Path) -> None:
    write_people(1, 3)
    assert seal(receipts) == 1
    write_people(10, 3)
    write_people(20, 3)
    assert seal(receipts) == 2
    assert {entry.number for entry in Entry.objects.all()} == {1, 2, 3}
    assert prove(receipts) == []


def test_a_receipt_torn_by_a_kill_is_written_again(receipts: Path) -> None:
    write_people(1, 3)
    write_people(10, 3)
    seal(receipts)
    receipts.write_bytes(receipts.read_bytes()[:-20])
    assert prove(receipts)
    seal(receipts)
    assert prove(receipts) == []


def test_one_flipped_bit_in_the_receipts_is_found_and_located(receipts: Path) -> None:
    for number in range(5):
        write_people(number * 10, 3)
    seal(receipts)
    whole = receipts.read_bytes()
    chance = random.Random(7)
    for _ in range(60):
        position = chance.randrange(len(whole) - 1)
        mutated = bytearray(whole)
        mutated[position] ^= 1 << chance.randrange(7)
        receipts.write_bytes(bytes(mutated))
        line = whole[:position].count(b"\n") + 1
        assert any(f"第{line}行" in fault.message or f"第{line}条" in fault.message for fault in prove(receipts)), position


@pytest.mark.parametrize("column", ["by", "why", "action", "content", "hash", "previous_hash", "seal"])
def test_a_changed_entry_is_found_and_named(receipts: Path, column: str) -> None:
    for number in range(5):
        write_people(number * 10, 3)
    seal(receipts)
    entry = Entry.objects.get(number=3)
    old = getattr(entry, column)
    new = ("1" if old[:1] != "1" else "2") + old[1:]
    change(f'UPDATE journal_entry SET "{column}" = %s WHERE number = 3', new)
    assert any("第3条" in fault.message for fault in prove(receipts))


def test_a_deleted_entry_is_found(receipts: Path) -> None:
    for number in range(5):
        write_people(number * 10, 3)
    seal(receipts)
    change("DELETE FROM registry_person WHERE entry_id IN (SELECT id FROM journal_entry WHERE number = 3)")
    change("DELETE FROM journal_entry WHERE number = 3")
    assert any("第3条" in fault.message for fault in prove(receipts))


def test_a_cut_tail_is_found_by_the_receipts(receipts: Path) -> None:
    for number in range(5):
        write_people(number * 10, 3)
    seal(receipts)
    change("DELETE FROM registry_person WHERE entry_id IN (SELECT id FROM journal_entry WHERE number = 5)")
    change("DELETE FROM journal_entry WHERE number = 5")
    assert [fault.code for fault in prove(receipts)] == ["tail_cut"]


def test_a_row_changed_added_or_removed_behind_the_journal_is_found(receipts: Path) -> None:
    write_people(1, 3)
    write_people(10, 3)
    seal(receipts)
    change("UPDATE registry_person SET serial = 77 WHERE serial = 11")
    assert any("第2条" in fault.message and "registry.person" in fault.message for fault in prove(receipts))
    change("UPDATE registry_person SET serial = 11 WHERE serial = 77")
    assert prove(receipts) == []
    change("DELETE FROM registry_person WHERE serial = 2")
    assert any(fault.code == "rows_missing" and "第1条" in fault.message for fault in prove(receipts))


def test_a_row_smuggled_in_under_another_entry_is_found(receipts: Path) -> None:
    write_people(1, 3)
    seal(receipts)
    row = Household(number="H1", entry=Entry.objects.get(number=1))
    table: models.QuerySet[Household] = models.QuerySet(Household)
    with as_owner():
        table.bulk_create([row])
    assert any(fault.code == "rows_unrecorded" for fault in prove(receipts))


@pytest.mark.parametrize("mark", ["0" * 64, "", "不是标记"])
def test_an_entry_that_the_program_did_not_write_is_never_numbered_and_is_found(receipts: Path, mark: str) -> None:
    write_people(1, 3)
    forged = Entry(at=NOW, by="张三", action="access.grant", content='{"changes":[],"tables":{}}', mac=mark)
    with as_owner():
        forged.save(force_insert=True)
    seal(receipts)
    assert Entry.objects.get(id=forged.id).number is None
    assert [fault.code for fault in prove(receipts)] == ["entry_forged"]


@pytest.mark.sqlite
def test_a_value_that_reads_as_nothing_is_found_where_the_database_lets_it_in(receipts: Path) -> None:
    run = start_run("import", subject="a.xlsx", fingerprint="1", by="张三", at=NOW)
    with recording(by="张三", at=NOW, action="test") as record:
        record.add([NewRow(ReceivedFile, run_id=run.id, name="a.xlsx", sha256="0", size=1, received_at=NOW)])
    seal(receipts)
    assert prove(receipts) == []
    change("UPDATE intake_receivedfile SET received_at = '1'")
    assert [fault.code for fault in prove(receipts)] == ["rows_changed"]


def test_receipts_kept_elsewhere_show_a_workspace_put_back_to_an_earlier_moment(receipts: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.touch()
    for number in range(5):
        write_people(number * 10, 3)
        seal_entries(key=settings.JOURNAL_KEY, receipts=receipts, elsewhere=elsewhere)
    assert elsewhere.read_bytes() == receipts.read_bytes()
    change("DELETE FROM registry_person WHERE entry_id IN (SELECT id FROM journal_entry WHERE number > 3)")
    change("DELETE FROM journal_entry WHERE number > 3")
    receipts.write_bytes(b"".join(receipts.read_bytes().splitlines(keepends=True)[:3]))
    assert prove(receipts) == []
    (fault,) = prove(receipts, elsewhere)
    assert fault.code == "tail_cut"
    assert "第4条到第5条" in fault.message
    assert str(elsewhere) in fault.message


def test_a_copy_that_ends_earlier_is_sound_and_one_with_a_hole_is_not(receipts: Path, tmp_path: Path) -> None:
    for number in range(5):
        write_people(number * 10, 3)
    seal(receipts)
    lines = receipts.read_bytes().splitlines(keepends=True)
    kept = tmp_path / "kept.csv"
    kept.write_bytes(b"".join(lines[:2]))
    assert prove(receipts, kept) == []
    kept.write_bytes(b"".join([lines[0], lines[2]]))
    assert [(fault.code, "第2条" in fault.message) for fault in prove(receipts, kept)] == [("receipt_missing", True)]
    assert [fault.code for fault in prove(receipts, tmp_path / "gone.csv")] == ["receipts_lost"]


def test_a_copy_out_of_reach_holds_up_nobody_and_is_continued_later(receipts: Path, tmp_path: Path) -> None:
    away = tmp_path / "away" / "receipts.csv"
    write_people(1, 3)
    seal_entries(key=settings.JOURNAL_KEY, receipts=receipts, elsewhere=away)
    assert not away.exists()
    away.parent.mkdir()
    away.touch()
    write_people(10, 3)
    seal_entries(key=settings.JOURNAL_KEY, receipts=receipts, elsewhere=away)
    assert away.read_bytes() == receipts.read_bytes()


def test_lost_receipts_are_not_made_up_again(receipts: Path) -> None:
    write_people(1, 3)
    seal(receipts)
    receipts.unlink()
    write_people(10, 3)
    seal(receipts)
    assert not receipts.exists()
    assert [fault.code for fault in prove(receipts)] == ["receipts_lost"]


@pytest.mark.parametrize("column", ["kind", "subject", "fingerprint", "by", "summary"])
def test_every_column_of_a_run_is_vouched_for(receipts: Path, column: str) -> None:
    start_run("import", subject="a.xlsx", fingerprint="1", by="张三", at=NOW)
    seal(receipts)
    change(f'UPDATE journal_run SET "{column}" = %s', "x")
    assert [fault.code for fault in prove(receipts)] == ["run_changed"]


def test_a_retraction_behind_the_journal_is_found(receipts: Path) -> None:
    run = start_run("verify", fingerprint="1", by="张三", at=NOW)
    file = NewRow(ReceivedFile, run_id=run.id, name="a.xlsx", sha256="0", size=1, received_at=NOW)
    row = NewRow(ReceivedRow, file_id=file.id, sheet="1", row=1, kind="x", state="read", cells="{}", reading="{}")
    people = [NewRow(Person, serial=serial, key_index=str(serial)) for serial in (1, 2)]
    facts = [
        NewRow(GroupSpell, run_id=run.id, source_id=row.id, recorded_at=NOW, person_id=person.id, group="registered_poor")
        for person in people
    ]
    with recording(by="张三", at=NOW, action="test") as record:
        for rows in ([file], [row], people, facts):
            record.add(rows)
    with recording(by="张三", at=NOW, action="test.retract") as record:
        record.retract([GroupSpell.objects.get(id=facts[0].id)])
    seal(receipts)
    assert prove(receipts) == []
    change("UPDATE registry_groupspell SET retracted_at = NULL")
    assert [fault.code for fault in prove(receipts)] == ["retraction_differs"]


def test_an_abandoned_run_stays_abandoned_whatever_a_slow_process_remembers() -> None:
    slow = start_run("import", subject="a.xlsx", fingerprint="1", by="张三", at=NOW)
    start_run("import", subject="a.xlsx", fingerprint="2", by="张三", at=NOW)
    with pytest.raises(RunStateError):
        make_effective(slow, by="张三", at=NOW)


def test_an_effective_run_supersedes_the_former_of_its_subject_and_abandons_what_a_kill_left() -> None:
    left = start_run("import", subject="a.xlsx", fingerprint="1", by="张三", at=NOW)
    first = start_run("import", subject="a.xlsx", fingerprint="2", by="张三", at=NOW)
    make_effective(first, by="张三", at=NOW)
    second = start_run("import", subject="a.xlsx", fingerprint="3", by="张三", at=NOW)
    make_effective(second, by="张三", at=NOW)
    states = {run.fingerprint: run.state for run in Run.objects.all()}
    assert states == {"1": codes.ABANDONED, "2": codes.SUPERSEDED, "3": codes.EFFECTIVE}
    with pytest.raises(RunStateError):
        make_effective(Run.objects.get(id=left.id), by="张三", at=NOW)


def test_a_run_made_effective_behind_the_journal_is_found(receipts: Path) -> None:
    start_run("import", subject="a.xlsx", fingerprint="1", by="张三", at=NOW)
    seal(receipts)
    change("UPDATE journal_run SET state = 'effective'")
    assert [fault.code for fault in prove(receipts)] == ["run_changed"]


def test_a_proof_while_others_write_and_seal_finds_nothing_wrong(receipts: Path) -> None:
    stop = Event()

    def keep_writing() -> None:
        try:
            for first in count(1, 5):
                if stop.is_set():
                    return
                write_people(first, 5)
                seal(receipts)
        finally:
            connection.close()

    writer = Thread(target=keep_writing)
    writer.start()
    try:
        while Entry.objects.count() < 5:
            sleep(0.01)
        for _ in range(10):
            kept = queries.Receipts(receipts)
            with queries.one_instant(ANYBODY):
                found = list(queries.prove(ANYBODY, key=settings.JOURNAL_KEY, receipts=kept))
                assert found == []
    finally:
        stop.set()
        writer.join()
    assert prove(receipts) == []

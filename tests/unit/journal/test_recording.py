"""Recording, sealing and receipts: what exactly is written."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from fuqi.basics.ids import new_id
from fuqi.intake.models import ReceivedFile
from fuqi.journal import actions, rules
from fuqi.journal.actions import CHUNK, add_in_chunks, entry_fields, recording, run_columns, start_run
from fuqi.journal.errors import RunStateError, UnrecordedWriteError
from fuqi.journal.models import Entry, Run
from fuqi.journal.tables import NewRow, Table, has_table, table_of
from fuqi.registry.models import GroupSpell, Household, Person
from tests.support.tampering import as_owner
from tests.unit.journal.written import NOW, later, people, prove, seal

pytestmark = pytest.mark.django_db


def test_an_entry_says_what_was_written_by_whom_when_and_why_under_its_own_mark() -> None:
    first, second = (NewRow(Person, serial=serial, key_index=str(serial)) for serial in (2, 1))
    house = NewRow(Household, number="H1")
    with recording(by="张三", at=NOW, action="test", why="试") as record:
        record.add([second, first])
        record.add([house])
        record.add([])
        record.note("kind", more=1)
    entry = Entry.objects.get()
    assert (entry.by, entry.at, entry.action, entry.why) == ("张三", NOW, "test", "试")
    assert (entry.number, entry.hash, entry.previous_hash, entry.seal) == (None, "", "", "")
    own = {model: [table_of(model).digest(values) for _, values in table_of(model).stored()] for model in (Person, Household)}
    assert first.id < second.id
    assert entry.content == rules.canonical(
        {
            "tables": {
                "registry.person": {"rows": 2, "digest": rules.digest([[digest] for digest in own[Person]])},
                "registry.household": {"rows": 1, "digest": rules.digest([[digest] for digest in own[Household]])},
            },
            "changes": [{"what": "kind", "more": 1}],
        }
    )
    assert entry.mac == rules.seal(settings.JOURNAL_KEY, rules.link_hash("", 0, entry_fields(entry)))
    assert set(entry_fields(entry)) == {"id", "at", "by", "action", "why", "content"}


def test_rows_are_written_in_chunks_and_counted() -> None:
    rows = [NewRow(Person, serial=serial, key_index=str(serial)) for serial in range(5)]
    houses = [NewRow(Household, number=str(number)) for number in range(2)]
    assert list(add_in_chunks([*rows, *houses], by="甲", at=NOW, action="x", chunk=3)) == [3, 6, 7]
    assert (Person.objects.count(), Household.objects.count(), Entry.objects.filter(by="甲", action="x").count()) == (5, 2, 3)
    assert list(add_in_chunks(rows[:0], by="甲", at=NOW, action="x")) == []
    more = [NewRow(Person, serial=serial, key_index=str(serial)) for serial in range(10, 14)]
    assert list(add_in_chunks(more, by="甲", at=NOW, action="x", chunk=2)) == [2, 4]
    assert CHUNK == 1000


def test_a_new_row_has_an_id_of_its_own_or_the_given_one_and_no_holder() -> None:
    given = new_id()
    assert NewRow(Person, given).id == given
    assert NewRow(Person).id != NewRow(Person).id
    assert NewRow(Person, serial=1).columns == {"serial": 1}
    assert NewRow(Person).holder is None


def test_a_column_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"registry\.person has no column \['colour', 'size'\]"):
        table_of(Person).new_values(NewRow(Person, serial=1, key_index="", size=2, colour=1), uuid4(), None)


def test_a_row_without_sealed_columns_needs_no_key() -> None:
    rows = [NewRow(Person), NewRow(Person)]
    assert table_of(Person).keys_for(rows) == ([], [None, None])


def test_stored_rows_are_read_by_id_all_or_those_of_some_entries() -> None:
    first, second, third = people(3, 2), people(1), people(4)
    table = Table(Person)
    assert table.name == "registry.person"

    def entries_of(found: list[tuple[object, list[object]]]) -> list[str]:
        return [str(entry_id).replace("-", "") for entry_id, _ in found]

    stored = list(table.stored())
    assert entries_of(stored) == [first.id.hex, first.id.hex, second.id.hex, third.id.hex]
    some = list(table.stored_under([third.id, first.id]))
    assert entries_of(some) == [first.id.hex, first.id.hex, third.id.hex]
    assert [values for _, values in some] == [
        values for entry_id, values in stored if entries_of([(entry_id, [])]) != [second.id.hex]
    ]


def test_many_stored_rows_are_all_read() -> None:
    people(*range(2001))
    table = table_of(Person)
    assert len(list(table.stored())) == 2001
    assert len(list(table.stored_under([Entry.objects.get().id]))) == 2001


def test_a_digest_leaves_out_what_may_change_later() -> None:
    table = table_of(GroupSpell)
    columns = [field.attname for field in GroupSpell._meta.concrete_fields]
    values: list[object] = [1] * len(columns)
    before = table.digest(values)
    for position, name in enumerate(columns):
        changed = [*values[:position], 2, *values[position + 1 :]]
        assert (table.digest(changed) == before) == (name == "retracted_at")


def test_a_model_has_its_table() -> None:
    class Meta:
        db_table = "nowhere"

    assert has_table(Person)
    assert not has_table(type("Nowhere", (), {"_meta": Meta}))


def test_nothing_is_stored_or_removed_past_a_recording_even_by_hand() -> None:
    people(1)
    person = Person.objects.get()
    for attempt in (
        person.save,
        person.delete,
        lambda: Person.objects.get_or_create(serial=2),
        lambda: Person.objects.update_or_create(serial=2),
        lambda: Person.objects.bulk_update([person], ["serial"]),
    ):
        with pytest.raises(UnrecordedWriteError):
            attempt()


def test_starting_a_run_abandons_only_what_was_left_of_its_kind_and_subject() -> None:
    left = start_run("import", subject="a", fingerprint="1", by="张三", at=NOW)
    other = start_run("import", subject="b", fingerprint="1", by="张三", at=NOW)
    match = start_run("match", subject="a", fingerprint="1", by="张三", at=NOW)
    new = start_run("import", subject="a", fingerprint="2", by="李四", at=later(1))
    states = {run.id: run.state for run in Run.objects.all()}
    assert states == {left.id: "abandoned", other.id: "staged", match.id: "staged", new.id: "staged"}
    assert (new.by, new.started_at, new.subject, new.fingerprint) == ("李四", later(1), "a", "2")
    assert start_run("count", fingerprint="1", by="张三", at=NOW).subject == ""
    assert set(Entry.objects.values_list("why", flat=True)) == {""}
    assert Entry.objects.get(by="李四").action == "import.start"
    columns = run_columns(Run.objects.get(id=new.id))
    assert columns == {
        "id": new.id.hex,
        "kind": "6:import",
        "subject": "1:a",
        "fingerprint": "1:2",
        "state": "6:staged",
        "started_at": rules.spell(later(1)),
        "effective_at": "~",
        "closed_at": "~",
        "by": r"2:李四",
        "summary": "0:",
    }


def test_a_way_that_a_run_may_not_go_is_told_in_words() -> None:
    from fuqi.journal.actions import withdraw

    run = start_run("import", fingerprint="1", by="张三", at=NOW)
    with pytest.raises(RunStateError) as refused:
        withdraw(run, by="张三", at=NOW, why="")
    assert refused.value.message == "“接收名单”不能从“写入中”变为“已撤销”。"


def test_retracting_nothing_says_nothing_and_marks_only_the_named() -> None:
    with recording(by="张三", at=NOW, action="x") as record:
        record.retract([])
    assert '"changes":[]' in Entry.objects.get().content


def test_sealing_numbers_chains_and_leaves_a_receipt_for_each(tmp_path: Path) -> None:
    receipts, elsewhere = tmp_path / "receipts.csv", tmp_path / "elsewhere.csv"
    receipts.touch()
    people(1)
    assert seal(receipts, elsewhere) == 1
    assert not elsewhere.exists()
    people(2)
    people(3)
    assert seal(receipts, elsewhere) == 2
    assert seal(receipts, elsewhere) == 0
    entries = list(Entry.objects.order_by("number"))
    assert [entry.number for entry in entries] == [1, 2, 3]
    previous = rules.FIRST_HASH
    for entry in entries:
        assert entry.previous_hash == previous
        assert entry.hash == rules.link_hash(previous, entry.number or 0, entry_fields(entry))
        assert entry.seal == rules.seal(settings.JOURNAL_KEY, entry.hash)
        previous = entry.hash
    assert receipts.read_text() == "".join(f"{entry.number},{entry.hash},{entry.seal}\n" for entry in entries)
    elsewhere.touch()
    assert seal(receipts, elsewhere) == 0
    assert elsewhere.read_bytes() == receipts.read_bytes()


@pytest.mark.parametrize("entries", [1, 40])
def test_receipts_are_gone_on_with_wherever_they_were_torn(tmp_path: Path, entries: int) -> None:
    """Forty receipts are longer than the end that is looked at."""
    receipts = tmp_path / "receipts.csv"
    receipts.touch()
    for serial in range(entries):
        people(serial)
    seal(receipts)
    whole = receipts.read_bytes()
    for cut in (1, 20, 140, len(whole)):
        receipts.write_bytes(whole[:-cut])
        seal(receipts)
        assert receipts.read_bytes() == whole
    touched = receipts.stat().st_mtime_ns
    seal(receipts)
    assert receipts.stat().st_mtime_ns == touched
    assert prove(receipts) == []


def test_a_foreign_last_line_makes_all_receipts_new(tmp_path: Path) -> None:
    receipts = tmp_path / "receipts.csv"
    receipts.write_text("x,y\n")
    people(1)
    seal(receipts)
    assert receipts.read_text().splitlines()[0] == "x,y"
    assert len(receipts.read_text().splitlines()) == 2


def test_a_copy_on_a_disk_that_fails_holds_up_nobody(tmp_path: Path) -> None:
    people(1)
    assert seal(None, tmp_path) == 1  # a folder cannot be opened as a file


def test_a_sealed_column_is_kept_closed(tmp_path: Path) -> None:
    run = start_run("import", fingerprint="1", by="张三", at=NOW)
    with recording(by="张三", at=NOW, action="x") as record:
        record.add([NewRow(ReceivedFile, run_id=run.id, name="a.xlsx", sha256="0", size=1, received_at=later(2))])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM intake_receivedfile")
        assert cursor.fetchone() == (1,)
    assert ReceivedFile.objects.get().received_at == later(2)


def test_entries_are_numbered_in_the_order_of_their_ids_and_a_forged_one_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [new_id() for _ in range(4)]
    rest = iter([ids[3], ids[1], ids[0]])
    monkeypatch.setattr(actions, "new_id", lambda: next(rest))
    made = [people(serial) for serial in (1, 2, 3)]
    with as_owner():
        Entry(id=ids[2], at=NOW, by="x", action="x", content="{}", mac="").save(force_insert=True)
    assert [entry.id for entry in made] == [ids[3], ids[1], ids[0]]
    assert seal() == 3
    assert list(Entry.objects.order_by("id").values_list("number", flat=True)) == [1, 2, None, 3]


def test_what_was_torn_goes_even_if_there_is_nothing_new(tmp_path: Path) -> None:
    receipts = tmp_path / "receipts.csv"
    receipts.touch()
    people(1)
    seal(receipts)
    whole = receipts.read_bytes()
    receipts.write_bytes(whole + b"2,torn by a kill")
    seal(receipts)
    assert receipts.read_bytes() == whole


def test_receipts_are_on_the_disk_before_anybody_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    receipts = tmp_path / "receipts.csv"
    receipts.touch()
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(Path(f"/proc/self/fd/{handle}").read_text()))
    people(1)
    seal(receipts)
    assert synced == [receipts.read_text()]
    assert synced[0].startswith("1,")

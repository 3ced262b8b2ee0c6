"""Data keys: one a person and one a received row, fetched in bulk, destroyed for ever, proven by the audit."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from fuqi.access import ciphers, keys, wrapped
from fuqi.access.envelope import HEAD, Key, Sealed, in_bundle, key_named_in, seal
from fuqi.access.erasure import destroy_key, is_destroyed
from fuqi.access.keys import KeyLostError, in_bulk
from fuqi.access.models import DataKey
from fuqi.access.sealed import ERASED, SealBrokenError, blind_index, open_bytes
from fuqi.basics.dates import AsOf
from fuqi.basics.viewer import Viewer
from fuqi.flows.key_proof import prove_keys
from fuqi.intake.models import ReceivedFile, ReceivedRow
from fuqi.intake.queries import cells_of, readings, rows
from fuqi.journal.actions import make_effective, recording, start_run
from fuqi.journal.models import Run
from fuqi.journal.net import writing
from fuqi.journal.queries import prove
from fuqi.journal.tables import NewRow
from fuqi.places.models import Division
from fuqi.registry.actions import part_indexes
from fuqi.registry.damaged import people_with_damaged_number
from fuqi.registry.models import Condition, Identity, Person, Residence

NOW = datetime(2026, 1, 2, tzinfo=UTC)
COUNTY = Viewer("张三", places=("",))
NUMBERS = ("110101194910010015", "110101194910010023", "430611195203040011")


@pytest.fixture
def people(db: None) -> Iterator[list[UUID]]:
    """Three synthetic people with names, numbers and illnesses, each from a received row."""
    keys.forget()
    run = start_run("import", subject="a.xlsx", fingerprint="1", by="张三", at=NOW)
    file = NewRow(ReceivedFile, run_id=run.id, name="a.xlsx", sha256="0", size=1, received_at=NOW)
    received = [
        NewRow(
            ReceivedRow, file_id=file.id, sheet="1", row=row, kind="x", state="read", cells='{"姓名":"甲"}', reading='{"a":1}'
        )
        for row in range(3)
    ]
    persons = [NewRow(Person, serial=number, key_index=str(number)) for number in range(3)]
    with recording(by="张三", at=NOW, action="test") as record:
        for one in ([file], received, persons):
            record.add(one)
    make_effective(run, by="张三", at=NOW)
    facts(start_run("verify", fingerprint="1", by="张三", at=NOW), persons, received)
    yield [person.id for person in persons]
    keys.forget()


def facts(run: Run, persons: list[NewRow], received: list[NewRow]) -> None:
    identities, conditions = [], []
    for person, row, number in zip(persons, received, NUMBERS, strict=True):
        same: dict[str, Any] = {"run_id": run.id, "source_id": row.id, "recorded_at": NOW, "person_id": person.id}
        identities.append(NewRow(Identity, name="同名", id_number=number, id_index=blind_index("id_number", number), **same))
        conditions.append(NewRow(Condition, words="同病", icd10="I10", basis="", **same))
    with recording(by="张三", at=NOW, action="test") as record:
        record.add(identities)
        record.add(conditions)
        record.add(list(part_indexes(identities)))
    make_effective(run, by="张三", at=NOW)


def stored(table: str, column: str) -> dict[str, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {column} FROM {table}")
        return {str(row_id): bytes(value) for row_id, value in cursor.fetchall()}


def test_a_person_has_one_key_for_all_that_is_known_of_them(people: list[UUID]) -> None:
    names = {key_named_in(value) for value in stored("registry_identity", "name").values()}
    words = {key_named_in(value) for value in stored("registry_condition", "words").values()}
    assert names == words
    assert len(names) == len(people)
    assert keys.numbers() == {"person": 3, "row": 3, "destroyed": 0}


def test_each_received_row_has_a_key_of_its_own_in_a_bundle_with_others(people: list[UUID]) -> None:
    cells, reading = stored("intake_receivedrow", "cells"), stored("intake_receivedrow", "reading")
    named = {row_id: key_named_in(value) for row_id, value in cells.items()}
    assert named == {row_id: key_named_in(value) for row_id, value in reading.items()}
    bundle = DataKey.objects.get(kind=keys.ROWS)
    assert sorted(named.values()) == [in_bundle(bundle.id.bytes, position) for position in range(3)]
    assert len({keys.find(key_id) for key_id in named.values()}) == 3


def test_many_rows_come_in_several_bundles(people: list[UUID]) -> None:
    received = [
        NewRow(ReceivedRow, file_id=ReceivedFile.objects.get().id, sheet="2", row=row, kind="x", state="read", cells=str(row))
        for row in range(2 * keys.BUNDLE + 1)
    ]
    for row in received:
        row.columns["reading"] = "{}"
    with recording(by="张三", at=NOW, action="test") as record:
        record.add(received)
    keys.forget()
    assert {row.row: row.cells for row in ReceivedRow.objects.filter(sheet="2")} == {
        row: str(row) for row in range(len(received))
    }
    assert DataKey.objects.filter(kind=keys.ROWS).count() == 1 + 3
    assert keys.numbers() == {"person": 3, "row": 3 + len(received), "destroyed": 0}


def row_ids() -> list[UUID]:
    return list(ReceivedRow.objects.order_by("row").values_list("id", flat=True))


def test_destroying_one_rows_key_leaves_the_others_of_its_bundle(people: list[UUID]) -> None:
    first, second, third = row_ids()
    bundle = DataKey.objects.get(kind=keys.ROWS)
    assert destroy_key({second}, by="张三", at=NOW, why="本人申请删除") == 1
    assert [row.cells for row in ReceivedRow.objects.order_by("row")] == ['{"姓名":"甲"}', ERASED, '{"姓名":"甲"}']
    assert [is_destroyed(row_id) for row_id in (first, second, third)] == [False, True, False]
    after = DataKey.objects.get(id=bundle.id)
    assert (after.generation, len(after.wrapped)) == (bundle.generation, len(bundle.wrapped))
    assert bytes(after.wrapped) != bytes(bundle.wrapped)
    assert keys.numbers() == {"person": 3, "row": 3, "destroyed": 1}
    assert list(prove_keys(COUNTY)) == []
    assert list(prove(COUNTY, key=settings.JOURNAL_KEY, receipts=None)) == []
    assert destroy_key({second}, by="张三", at=NOW, why="再一次") == 0


def test_the_audit_names_a_row_whose_bundle_was_put_back_or_blanked(people: list[UUID]) -> None:
    first = row_ids()[0]
    before = DataKey.objects.get(kind=keys.ROWS)
    destroy_key({first}, by="张三", at=NOW, why="本人申请删除")
    data_keys: Any = models.QuerySet(DataKey)
    with transaction.atomic(), writing():
        data_keys.filter(id=before.id).update(wrapped=bytes(before.wrapped))
    keys.forget()
    (said,) = prove_keys(COUNTY)
    assert f"{before.id}/0 " in str(said)
    assert "已经销毁，现在又有了" in str(said)
    destroy_key({first}, by="张三", at=NOW, why="再一次")
    assert list(prove_keys(COUNTY)) == []
    secrets = wrapped.unwrap(before.id.bytes, bytes(before.wrapped), before.generation)
    blank = wrapped.wrap(before.id.bytes, bytes(64) + secrets[64:], before.generation)
    with transaction.atomic(), writing():
        data_keys.filter(id=before.id).update(wrapped=blank)
    assert ["没有销毁它的条目" in str(fault) for fault in prove_keys(COUNTY)] == [True]
    with transaction.atomic(), writing():
        data_keys.filter(id=before.id).update(wrapped=bytes(len(before.wrapped)), generation=0)
    assert len(list(prove_keys(COUNTY))) >= 1


def test_a_row_sealed_before_bundles_opens_and_is_erased(people: list[UUID]) -> None:
    """Until bundles, a row's key was a row of the table with the received row's own id."""
    row_id = row_ids()[0]
    secret = bytes(range(32))
    old = NewRow(DataKey, row_id, kind=keys.ROW, holder=None, generation=1, wrapped=wrapped.wrap(row_id.bytes, secret, 1))
    with recording(by="张三", at=NOW, action="test") as record:
        record.add([old])
    field: Any = ReceivedRow._meta.get_field("cells")
    value = seal(ciphers.AES, Key(row_id.bytes, secret), b"{}", field.bound_to(row_id).encode())
    assert field.open_value(row_id, Sealed(value)) == "{}"
    assert destroy_key({row_id}, by="张三", at=NOW, why="本人申请删除") == 2
    assert field.open_value(row_id, Sealed(value)) == ERASED
    assert is_destroyed(row_id)
    assert list(prove_keys(COUNTY)) == []


def test_a_process_forgets_old_keys_but_none_that_it_was_just_asked_for(people: list[UUID], monkeypatch: Any) -> None:
    monkeypatch.setattr(keys, "_KEPT", 1)
    monkeypatch.setattr(keys, "_KEPT_BUNDLES", 1)
    keys.forget()
    with CaptureQueriesContext(connection) as asked:
        assert [identity.name for identity in in_bulk(Identity.objects.all())] == ["同名"] * 3
        assert [row.cells for row in in_bulk(ReceivedRow.objects.all())] == ['{"姓名":"甲"}'] * 3
    assert len(asked) == 4


def test_a_cut_value_is_told_as_broken(people: list[UUID]) -> None:
    for table, column in (("registry_identity", "name"), ("intake_receivedrow", "cells")):
        row_id, value = next(iter(stored(table, column).items()))
        model: Any = Identity if column == "name" else ReceivedRow
        field = model._meta.get_field(column)
        for length in range(len(value)):
            with pytest.raises(SealBrokenError):
                open_bytes(value[:length], field.bound_to(UUID(row_id)))


def test_no_two_stored_values_are_equal_and_none_opens_in_the_place_of_another(people: list[UUID]) -> None:
    """Every pair of stored values swapped between rows, columns, tables and persons."""
    sealed = [field for model in (Identity, Condition, ReceivedRow) for field in model._meta.concrete_fields if bound(field)]
    places: list[tuple[Any, UUID, bytes]] = []
    for field in sealed:
        values = stored(field.model._meta.db_table, field.column)
        places += [(field, UUID(row_id), value) for row_id, value in values.items()]
    assert len({value for _, _, value in places}) == len(places) == 3 * 7
    for (field, row_id, value), (other, other_id, _) in itertools.permutations(places, 2):
        assert open_bytes(value, field.bound_to(row_id)) is not None
        with pytest.raises(SealBrokenError):
            open_bytes(value, other.bound_to(other_id))


def bound(field: Any) -> bool:
    return hasattr(field, "bound_to")


@pytest.mark.parametrize(("model", "column"), [(Identity, "name"), (ReceivedRow, "reading")])
def test_a_flipped_bit_anywhere_in_a_stored_value_is_noticed(people: list[UUID], model: Any, column: str) -> None:
    field = model._meta.get_field(column)
    row_id, value = next(iter(stored(model._meta.db_table, column).items()))
    for position in range(8 * len(value)):
        mutated = bytearray(value)
        mutated[position // 8] ^= 1 << position % 8
        with pytest.raises(SealBrokenError):
            open_bytes(bytes(mutated), field.bound_to(UUID(row_id)))


def test_a_value_from_before_data_keys_still_opens(db: None) -> None:
    old = ciphers.encrypt(ciphers.AES, settings.SEAL_KEY, "从前".encode(), b"table.column:1")
    assert open_bytes(old, "table.column:1") == "从前".encode()
    assert key_named_in(old) == b""


def test_a_value_that_names_a_key_which_is_gone_does_not_open(db: None) -> None:
    lost = seal(ciphers.AES, Key(bytes(16), bytes(32)), b"words", b"table.column:1")
    with pytest.raises(SealBrokenError):
        open_bytes(lost, "table.column:1")


def test_both_profiles_read_each_other(people: list[UUID], settings: Any) -> None:
    settings.SEAL_CIPHER = "sm"
    assert {identity.name for identity in Identity.objects.all()} == {"同名"}
    facts(start_run("verify", fingerprint="2", by="张三", at=NOW), *again(people))
    assert {value[3] for value in stored("registry_identity", "name").values()} == {ciphers.AES, ciphers.SM}
    settings.SEAL_CIPHER = "aes"
    keys.forget()
    assert {identity.name for identity in Identity.objects.all()} == {"同名"}


def test_the_index_keeps_the_family_of_the_first_received_row(people: list[UUID], settings: Any) -> None:
    settings.SEAL_CIPHER = "sm"
    facts(start_run("verify", fingerprint="2", by="张三", at=NOW), *again(people))
    assert keys.first_cipher() == ciphers.AES
    destroy_key(list(ReceivedRow.objects.values_list("id", flat=True)), by="张三", at=NOW, why="全部删除")
    assert keys.first_cipher() == ciphers.AES


def again(people: list[UUID]) -> tuple[list[NewRow], list[NewRow]]:
    received = ReceivedRow.objects.order_by("row").values_list("id", flat=True)
    return [NewRow(Person, person) for person in people], [NewRow(ReceivedRow, row_id) for row_id in received]


def test_bulk_reading_fetches_the_keys_of_a_thousand_rows_at_once(people: list[UUID]) -> None:
    keys.forget()
    with CaptureQueriesContext(connection) as asked:
        assert len(list(rows(COUNTY))) == 3
    assert len(asked) == 2
    keys.forget()
    with CaptureQueriesContext(connection) as asked:
        assert [identity.name for identity in in_bulk(Identity.objects.all())] == ["同名"] * 3
    assert len(asked) == 2


def test_destroying_a_persons_key_closes_their_words_and_leaves_everybody_elses(people: list[UUID]) -> None:
    gone = people[1]
    assert destroy_key({gone}, by="张三", at=NOW, why="本人申请删除") == 1
    assert {identity.name for identity in Identity.objects.filter(person_id=gone)} == {ERASED}
    assert {condition.words for condition in Condition.objects.filter(person_id=gone)} == {ERASED}
    assert {identity.name for identity in Identity.objects.exclude(person_id=gone)} == {"同名"}
    assert is_destroyed(gone)
    assert not is_destroyed(people[0])
    assert list(prove_keys(COUNTY)) == []
    assert list(prove(COUNTY, key=settings.JOURNAL_KEY, receipts=None)) == []
    assert destroy_key({gone}, by="张三", at=NOW, why="再一次") == 0


def test_a_destroyed_key_leaves_no_trace_of_its_secret(people: list[UUID]) -> None:
    gone = DataKey.objects.get(holder=people[0])
    destroy_key({people[0]}, by="张三", at=NOW, why="本人申请删除")
    after = DataKey.objects.get(id=gone.id)
    assert (bytes(after.wrapped), after.generation) == (bytes(len(gone.wrapped)), 0)
    assert keys.find(gone.id.bytes) == keys.DESTROYED


def test_an_erased_row_is_left_out_of_the_main_job_and_says_so_on_its_page(people: list[UUID]) -> None:
    row_id = ReceivedRow.objects.order_by("row").values_list("id", flat=True)[0]
    destroy_key({row_id}, by="张三", at=NOW, why="本人申请删除")
    assert row_id not in {row.id for row in rows(COUNTY)}
    assert cells_of(COUNTY, row_id) == {"本行": ERASED}
    assert readings(COUNTY, [row_id])[row_id].values == {}


def test_facts_that_come_after_an_erasure_get_a_new_key(people: list[UUID]) -> None:
    destroy_key({people[0]}, by="张三", at=NOW, why="本人申请删除")
    facts(start_run("verify", fingerprint="2", by="张三", at=NOW), *again(people))
    assert sorted(identity.name for identity in Identity.objects.filter(person_id=people[0])) == sorted([ERASED, "同名"])
    assert not is_destroyed(people[0])


def test_the_audit_names_a_key_that_was_changed_blanked_or_put_back(people: list[UUID]) -> None:
    first, second, third = (DataKey.objects.get(holder=person) for person in people)
    destroy_key({people[2]}, by="张三", at=NOW, why="本人申请删除")
    data_keys: Any = models.QuerySet(DataKey)
    with transaction.atomic(), writing():
        data_keys.filter(id=first.id).update(wrapped=bytes(second.wrapped))
        data_keys.filter(id=second.id).update(wrapped=bytes(61), generation=0)
        data_keys.filter(id=third.id).update(wrapped=bytes(third.wrapped), generation=third.generation)
    keys.forget()
    said = sorted(str(fault) for fault in prove_keys(COUNTY))
    assert len(said) == 3
    for key, words in ((first, "打不开"), (second, "没有销毁它的条目"), (third, "已经销毁，现在又有了")):
        assert any(str(key.id) in fault and words in fault for fault in said)
    with pytest.raises(KeyLostError):
        _ = Identity.objects.get(person_id=people[0]).name


def test_keys_that_were_made_in_a_transaction_that_failed_are_never_used(people: list[UUID]) -> None:
    class Failed(Exception):
        pass

    new = NewRow(Person, serial=9, key_index="9")
    same: dict[str, Any] = {"recorded_at": NOW, "person_id": new.id, "name": "丙", "id_number": "", "id_index": ""}
    run_id, source_id = Run.objects.filter(kind="verify")[0].id, ReceivedRow.objects.all()[0].id
    for fails in (True, False):
        try:
            with recording(by="张三", at=NOW, action="test") as record:
                record.add([new])
                record.add([NewRow(Identity, run_id=run_id, source_id=source_id, **same)])
                if fails:
                    raise Failed
        except Failed:
            assert not DataKey.objects.filter(holder=new.id).exists()
    keys.forget()
    assert Identity.objects.get(person_id=new.id).name == "丙"


@pytest.mark.parametrize(
    ("number", "who"),
    [
        ("110101194910010015", {0: "出生日期和顺序码、地区和出生日期", 1: "地区和出生日期"}),
        ("??????194910010015", {0: "出生日期和顺序码"}),
        ("999999194910010029", {1: "出生日期和顺序码"}),
        ("11010119491001****", {0: "地区和出生日期", 1: "地区和出生日期"}),
        ("1101011949100100", {}),
        ("??????19491001????", {}),
    ],
)
def test_a_damaged_number_finds_who_may_be_meant(people: list[UUID], number: str, who: dict[int, str]) -> None:
    live(people)
    found = people_with_damaged_number(COUNTY, AsOf(date(2026, 1, 2)), number)
    assert found == {people[position]: fits for position, fits in who.items()}


def live(people: list[UUID]) -> None:
    place = NewRow(Division, code="999999001", name="某镇", full_name="某县某镇", level="township")
    run_id, source_id = Run.objects.filter(kind="verify")[0].id, ReceivedRow.objects.all()[0].id
    same: dict[str, Any] = {"run_id": run_id, "source_id": source_id, "recorded_at": NOW, "place_id": place.id}
    with recording(by="张三", at=NOW, action="test") as record:
        record.add([place])
        record.add([NewRow(Residence, person_id=person, **same) for person in people])


def test_the_header_is_as_long_as_it_says(people: list[UUID]) -> None:
    value = next(iter(stored("registry_identity", "name").values()))
    assert value[:3] == b"FQ\x01"
    assert len(value) == HEAD + 12 + len("同名".encode()) + 16

"""Sealed fields and data keys, asked directly: who holds a key, when it is made, what opens and what does not."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from fuqi.access import ciphers, envelope, keys, sealed, wrapped
from fuqi.access.models import DataKey
from fuqi.access.reading import covered, reading_as
from fuqi.access.scope import UnscopedReadError
from fuqi.access.sealed import ERASED, SealBrokenError, blind_index, open_bytes, seal_bytes
from fuqi.basics.ids import new_id
from fuqi.basics.viewer import Viewer
from fuqi.intake.models import ReceivedFile, ReceivedRow
from fuqi.journal.actions import recording, start_run
from fuqi.journal.models import Entry
from fuqi.journal.net import writing
from fuqi.journal.tables import NewRow
from fuqi.registry.models import Condition, Identity, Person

pytestmark = pytest.mark.django_db

AT = datetime(2031, 5, 6, 2, 0, tzinfo=UTC)
BOUND = "table.column:1"


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    keys.forget()


def test_the_workspaces_own_key_is_made_once_and_recorded() -> None:
    own = keys.workspace_key()
    assert keys.workspace_key() == own
    entry = Entry.objects.get()
    assert (entry.by, entry.action) == ("程序", "keys.make")
    row = DataKey.objects.get()
    assert (row.id.bytes, row.kind, row.holder, row.generation) == (own.id, "workspace", keys.NOBODY, 1)
    assert wrapped.unwrap(own.id, bytes(row.wrapped), 1) == own.secret
    keys.forget()
    assert keys.workspace_key() == own


def test_words_are_sealed_with_the_given_key_or_the_workspaces(settings: Any) -> None:
    given = envelope.Key(new_id().bytes, bytes(range(32)))
    assert envelope.key_named_in(seal_bytes(b"words", BOUND, given)) == given.id
    own = seal_bytes(b"words", BOUND)
    assert envelope.key_named_in(own) == keys.workspace_key().id
    assert open_bytes(own, BOUND) == b"words"
    settings.SEAL_CIPHER = "sm"
    assert envelope.cipher_of(seal_bytes(b"words", BOUND)) == ciphers.SM


def test_what_does_not_open_says_where_and_what_was_erased_says_so() -> None:
    stored = seal_bytes(b"words", BOUND)
    with pytest.raises(SealBrokenError, match=r"密封内容（table\.column）打不开"):
        open_bytes(stored, "table.column:2")
    for broken in (b"", b"x", b"x" * 40):
        with pytest.raises(SealBrokenError):
            open_bytes(broken, BOUND)
    with transaction.atomic(), writing():
        every: models.QuerySet[DataKey] = models.QuerySet(DataKey)
        every.update(wrapped=bytes(61), generation=0)
    keys.forget()
    with pytest.raises(keys.KeyDestroyedError):
        open_bytes(stored, BOUND)


def test_a_blind_index_is_by_column_and_by_the_ciphers_family(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def index(cipher: int) -> str:
        return ciphers.mark(cipher, settings.INDEX_KEY, b"id_number\x1f1")

    assert blind_index("id_number", "") == ""
    assert blind_index("id_number", "1") == index(ciphers.AES)
    settings.SEAL_CIPHER = "sm"
    assert blind_index("id_number", "1") == index(ciphers.SM)
    assert index(ciphers.AES) != index(ciphers.SM)


class SomeKeys:
    """Keys of a workspace that has a file."""

    path = "master.key"
    stamp = (1, 1, 1)


def test_a_workspaces_index_keeps_to_the_family_of_its_first_row(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEYS = SomeKeys()
    first: list[int] = []
    monkeypatch.setattr(sealed, "_first_cipher", first)
    asked: list[int | None] = [None]

    def first_cipher() -> int | None:
        asked.append(None)
        return asked[0]

    monkeypatch.setattr(keys, "first_cipher", first_cipher)
    by = {family: ciphers.mark(family, settings.INDEX_KEY, b"c\x1fw") for family in (ciphers.AES, ciphers.SM)}
    assert blind_index("c", "w") == by[ciphers.AES], "no row yet: by the profile"
    assert first == []
    asked[0] = ciphers.SM
    assert blind_index("c", "w") == by[ciphers.SM]
    assert first == [ciphers.SM]
    looked = len(asked)
    assert blind_index("c", "w") == by[ciphers.SM]
    assert len(asked) == looked, "found once"
    first.clear()

    def refused() -> int:
        raise UnscopedReadError("nobody reads")

    monkeypatch.setattr(keys, "first_cipher", refused)
    assert blind_index("c", "w") == by[ciphers.AES]
    assert first == []


def people() -> tuple[list[NewRow], list[NewRow]]:
    """Write two synthetic people and their received rows."""
    run = start_run("import", subject="a.xlsx", fingerprint="1", by="张三", at=AT)
    file = NewRow(ReceivedFile, run_id=run.id, name="a.xlsx", sha256="0", size=1, received_at=AT)
    received = [
        NewRow(ReceivedRow, file_id=file.id, sheet="1", row=row, kind="x", state="read", cells="字", reading="{}")
        for row in range(2)
    ]
    persons = [NewRow(Person, serial=number, key_index=str(number)) for number in range(2)]
    verify = start_run("verify", fingerprint="1", by="张三", at=AT)
    told = [
        NewRow(
            Condition, run_id=verify.id, source_id=row.id, recorded_at=AT, person_id=person.id, words="病", icd10="", basis=""
        )
        for person, row in zip(persons, received, strict=True)
    ]
    with recording(by="张三", at=AT, action="test") as record:
        for rows in ([file], received, persons, told):
            record.add(rows)
    return persons, received


def test_whose_key_a_rows_words_are_sealed_with() -> None:
    person, row_id, other = new_id(), new_id(), new_id()
    held = NewRow(Person, other)
    held.holder = person
    assert keys.holder_of(held) == ("person", person)
    held.holder = keys.NOBODY
    assert keys.holder_of(held) == ("workspace", keys.NOBODY)
    assert keys.holder_of(NewRow(ReceivedRow, row_id)) == ("row", row_id)
    assert keys.holder_of(NewRow(Identity, person_id=person)) == ("person", person)
    assert keys.holder_of(NewRow(Person, other)) == ("workspace", keys.NOBODY)
    assert keys.holder_of(NewRow(Identity, person_id="x")) == ("workspace", keys.NOBODY)


def test_one_key_a_person_in_the_order_of_the_rows_and_none_made_twice() -> None:
    one, two = UUID(int=1), UUID(int=2)
    rows = [NewRow(Identity, person_id=person) for person in (two, one, two)]
    with transaction.atomic():
        new, found = keys.keys_for(rows)
        assert [row.columns["holder"] for row in new] == [two, one]
        assert [key.id for key in found] == [new[0].id.bytes, new[1].id.bytes, new[0].id.bytes]
        assert len({key.secret for key in found}) == 2
        with recording(by="x", at=AT, action="test") as record:
            record.add(new)
        again, same = keys.keys_for([*rows, NewRow(Identity, person_id=UUID(int=3))])
    assert same[:3] == found
    assert [row.columns["holder"] for row in again] == [UUID(int=3)]


@pytest.mark.django_db(transaction=True)
def test_keys_are_made_within_a_transaction_only() -> None:
    with pytest.raises(AssertionError):
        keys.make("person", [UUID(int=1)])
    with transaction.atomic():
        ((row, key),) = keys.make("person", [UUID(int=1)])
    assert (row.columns["kind"], row.columns["holder"], row.columns["generation"]) == ("person", UUID(int=1), 1)
    assert len(key.secret) == 32


def test_what_is_opened_is_noted_by_table_column_and_row_unless_it_is_covered() -> None:
    persons, received = people()
    with reading_as(Viewer("x", ("",)), "page") as reading:
        condition = Condition.objects.get(person_id=persons[0].id)
        assert not reading.opened, "nothing is opened before it is asked for"
        assert condition.words == "病"
        with covered():
            assert ReceivedRow.objects.get(id=received[0].id).cells == "字"
    assert reading.opened == {("registry_condition", "words"): {str(condition.id)}}


def test_a_field_keeps_what_is_set_and_stores_what_was_stored() -> None:
    field: Any = Condition._meta.get_field("words")
    condition = Condition(id=UUID(int=5), words="新")
    assert condition.words == "新"
    assert Condition.words.field is field
    assert field.to_python("x") == "x"
    assert field.from_db_value(None, None, None) is None
    closed: Any = field.from_db_value(memoryview(b"x"), None, None)
    assert closed.stored == b"x"
    stored = field.pre_save(condition, True)
    assert field.open_value(condition.id, envelope.Sealed(stored)) == "新"
    condition.words = envelope.Sealed(b"as it was")
    assert field.pre_save(condition, True) == b"as it was"
    for nothing in (None, ""):
        assert field.open_value(1, envelope.Sealed(field.seal_value(1, nothing))) == ""
    assert field.bound_to(7) == "registry_condition.words:7"
    raw: Any = sealed.SealedBytesField()
    raw.model, raw.column = Condition, "raw"
    assert raw.open_value(1, envelope.Sealed(raw.seal_value(1, None))) == b""
    assert raw.open_value(1, envelope.Sealed(raw.seal_value(1, b"x"))) == b"x"
    assert ERASED == "已删除"


def test_a_thousand_rows_come_with_one_look_at_their_keys() -> None:
    people()
    for rows in (Condition.objects.all(), Condition.objects.values("words"), Condition.objects.values_list("words", "icd10")):
        keys.forget()
        with CaptureQueriesContext(connection) as asked:
            found = list(keys.in_bulk(rows))
            assert len(asked) == 2
        with CaptureQueriesContext(connection) as asked:
            first = found[0]
            value = first[0] if isinstance(first, tuple) else first["words"] if isinstance(first, dict) else first.words
            assert isinstance(value, str | envelope.Sealed)
        assert len(asked) == 0
    keys.forget()
    with CaptureQueriesContext(connection) as asked:
        list(keys.in_bulk(Condition.objects.all(), 1))
    assert len(asked) == 3
    assert list(keys.in_bulk([])) == []


def test_how_many_keys_there_are_and_how_many_are_of_a_former_generation() -> None:
    people()
    counted = keys.numbers()
    assert (counted["person"], counted["row"], counted["destroyed"]) == (2, 2, 0)
    assert keys.former_keys() == 0
    assert keys.rewrap(UUID(int=0), by="x", at=AT) is None
    assert list(keys.unsound_keys([])) == []
    assert settings.KEYS.now().generation == 1


class Cursor:
    """A cursor that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def __enter__(self) -> Cursor:
        return self

    def __exit__(self, *_: object) -> None: ...

    def execute(self, *given: object) -> None:
        self.told.append(given)


@pytest.mark.parametrize("vendor", ["postgresql", "sqlite"])
def test_on_postgresql_who_makes_keys_shares_a_lock_that_a_rotation_takes_alone(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = Cursor()
    fake = SimpleNamespace(vendor=vendor, cursor=lambda: cursor, in_atomic_block=True)
    monkeypatch.setattr(keys, "connection", fake)
    number = int.from_bytes(b"fuqq", "big")
    keys.wait_for_writers()
    keys.make("person", [UUID(int=1)])
    told = [("SELECT pg_advisory_xact_lock(%s)", [number]), ("SELECT pg_advisory_xact_lock_shared(%s)", [number])]
    assert cursor.told == (told if vendor == "postgresql" else [])


def test_a_value_from_before_data_keys_opens_with_the_key_of_that_time() -> None:
    old = ciphers.encrypt(ciphers.AES, settings.SEAL_KEY, b"words", BOUND.encode())
    assert open_bytes(old, BOUND) == b"words"
    with pytest.raises(SealBrokenError):
        open_bytes(old, "table.column:2")

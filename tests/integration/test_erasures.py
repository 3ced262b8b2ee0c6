"""The list of destroyed keys beside the receipts: what it says after kills and forgeries, and what is destroyed again by it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from fuqi.access import keys
from fuqi.access.erasure import destroy_key, destroy_named, is_destroyed
from fuqi.access.models import DataKey
from fuqi.basics.viewer import Viewer
from fuqi.flows.erasures import erased_after, keep_list, list_beside
from fuqi.flows.key_proof import prove_keys
from fuqi.journal.actions import recording, seal_entries
from fuqi.journal.models import Entry
from fuqi.journal.tables import NewRow
from fuqi.registry.models import Person

NOW = datetime(2026, 1, 2, tzinfo=UTC)
KEY = b"k" * 32


def people(count: int = 3) -> list[UUID]:
    """Make keys of synthetic people."""
    persons = [NewRow(Person, serial=number, key_index=str(number)) for number in range(count)]
    with recording(by="张三", at=NOW, action="test") as record:
        record.add(persons)
        record.add([row for row, _ in keys.make(keys.PERSON, [person.id for person in persons])])
    return [person.id for person in persons]


def erase(person: UUID) -> str:
    destroy_key({person}, by="张三", at=NOW, why="本人申请删除")
    seal_entries(key=settings.JOURNAL_KEY, receipts=None)
    return str(DataKey.objects.get(holder=person).id)


def test_the_list_grows_by_what_was_destroyed_since(db: None, tmp_path: Path) -> None:
    path = list_beside(tmp_path / "receipts.csv")
    first, second, _ = people()
    assert erased_after(path, 0, key=KEY) is None
    gone = {erase(first)}
    assert keep_list(path, key=KEY) == 1
    assert keep_list(path, key=KEY) == 0
    number = Entry.objects.filter(action="keys.destroy").values_list("number", flat=True)[0]
    assert number is not None
    later = {erase(second)}
    assert keep_list(path, key=KEY) == 1
    assert erased_after(path, 0, key=KEY) == gone | later
    assert erased_after(path, number, key=KEY) == later
    assert path.stat().st_mode & 0o077 == 0


def test_a_torn_line_is_written_again_and_a_forged_one_does_not_count(db: None, tmp_path: Path) -> None:
    path = tmp_path / "erasures.csv"
    first, second, third = people()
    gone = {erase(first)}
    keep_list(path, key=KEY)
    whole = path.read_bytes()
    gone |= {erase(second)}
    keep_list(path, key=KEY)
    for length in range(len(whole), path.stat().st_size):
        path.write_bytes(path.read_bytes()[:length])
        keep_list(path, key=KEY)
        assert erased_after(path, 0, key=KEY) == gone
    other = str(DataKey.objects.get(holder=third).id)
    with path.open("a") as file:
        file.write(f"9,{other},{'0' * 64}\nwords\n\x00,\n")
    assert erased_after(path, 0, key=KEY) == gone
    assert erased_after(path, 0, key=b"another") == set()


def test_keys_are_destroyed_again_by_the_names_that_the_journal_gave_them(db: None) -> None:
    first, second, _ = people()
    names = [str(DataKey.objects.get(holder=person).id) for person in (first, second)]
    unknown = ["0190aaaa-0000-7000-8000-000000000000", "0190aaaa-0000-7000-8000-000000000000/3"]
    assert destroy_named([*names, *unknown], by="张三", at=NOW, why="恢复旧备份以后再次删除") == 2
    assert is_destroyed(first)
    assert is_destroyed(second)
    assert destroy_named(names, by="张三", at=NOW, why="再一次") == 0
    assert list(prove_keys(Viewer("张三", ("",)))) == []


def test_the_workspaces_own_key_is_never_destroyed_by_a_list(db: None) -> None:
    keys.workspace_key(at=NOW)
    own = DataKey.objects.get(kind=keys.WORKSPACE)
    assert destroy_named([str(own.id)], by="张三", at=NOW, why="x") == 0
    assert destroy_key({keys.NOBODY}, by="张三", at=NOW, why="x") == 0
    assert keys.find(own.id.bytes) != keys.DESTROYED


def test_the_workspaces_key_is_made_when_its_maker_says(db: None) -> None:
    keys.workspace_key(at=NOW)
    assert list(Entry.objects.filter(action="keys.make").values_list("at", flat=True)) == [NOW]
    keys.workspace_key(at=datetime(2026, 2, 2, tzinfo=UTC))
    assert Entry.objects.filter(action="keys.make").count() == 1

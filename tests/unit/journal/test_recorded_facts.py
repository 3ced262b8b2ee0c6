"""Sealed facts and their retraction: the key comes with them, the mark goes to the named ones only."""

from __future__ import annotations

import pytest

from fuqi.access.models import DataKey
from fuqi.intake.models import ReceivedFile, ReceivedRow
from fuqi.journal import rules
from fuqi.journal.actions import recording, start_run
from fuqi.journal.models import Entry
from fuqi.journal.tables import NewRow, table_of
from fuqi.registry.models import Condition, Person
from tests.support.tampering import change
from tests.unit.journal.written import NOW, codes_of, later, prove, seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts() -> list[NewRow]:
    """Write three conditions of three synthetic people."""
    run = start_run("verify", fingerprint="1", by="张三", at=NOW)
    file = NewRow(ReceivedFile, run_id=run.id, name="a.xlsx", sha256="0", size=1, received_at=NOW)
    row = NewRow(ReceivedRow, file_id=file.id, sheet="1", row=1, kind="x", state="read", cells="{}", reading="{}")
    people = [NewRow(Person, serial=serial, key_index=str(serial)) for serial in range(3)]
    made = [
        NewRow(Condition, run_id=run.id, source_id=row.id, recorded_at=NOW, person_id=one.id, words="病", icd10="", basis="")
        for one in people
    ]
    with recording(by="张三", at=NOW, action="test") as record:
        for rows in ([file], [row], people, made):
            record.add(rows)
    return made


def test_the_keys_of_sealed_rows_are_written_under_the_same_entry(facts: list[NewRow]) -> None:
    entry = Entry.objects.get(action="test")
    assert DataKey.objects.filter(entry=entry, kind="person").count() == 3
    assert {condition.words for condition in Condition.objects.all()} == {"病"}
    assert '"access.datakey":{"digest":' in entry.content
    table = table_of(Condition)
    assert table.keys_for(facts)[0] == []
    assert [len(set(map(str, table.keys_for(facts)[1])))] == [3]


def test_a_retraction_marks_the_named_facts_at_its_instant_and_names_them_in_order(facts: list[NewRow]) -> None:
    first, second, third = sorted(facts, key=lambda row: row.id)
    chosen = [Condition.objects.get(id=row.id) for row in (third, first)]
    with recording(by="李四", at=later(5), action="test.retract") as record:
        record.retract(chosen)
    marks = dict(Condition.objects.values_list("id", "retracted_at"))
    assert marks == {first.id: later(5), second.id: None, third.id: later(5)}
    assert Entry.objects.get(by="李四").content == rules.canonical(
        {"tables": {}, "changes": [{"what": "retract", "table": "registry.condition", "rows": [str(first.id), str(third.id)]}]}
    )
    seal()
    assert prove() == []
    for sql in (
        "UPDATE registry_condition SET retracted_at = recorded_at WHERE retracted_at IS NULL",
        "UPDATE registry_condition SET retracted_at = NULL",
    ):
        change(sql)
        found = prove()
        assert codes_of(found) == ["retraction_differs"]
        assert found[0].message == "表 registry.condition 中被撤回的行与日志不符。"


def test_two_retractions_of_a_table_count_together(facts: list[NewRow]) -> None:
    for row in facts[:2]:
        with recording(by="李四", at=later(5), action="test.retract") as record:
            record.retract([Condition.objects.get(id=row.id)])
    seal()
    assert prove() == []

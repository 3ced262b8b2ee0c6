"""What the database's owner does to a workspace is found, and the audit says where; nothing is written past the journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from fuqi.journal.errors import UnrecordedWriteError
from fuqi.journal.models import Entry, Run
from tests.support.full_county import County, recorded_models
from tests.support.tampered import tamper
from tests.support.tampering import as_owner

pytestmark = pytest.mark.django_db

FEW = 40
SEED = 20261124


@pytest.fixture
def county(tmp_path: Path) -> County:
    made = County(tmp_path / "county")
    made.build()
    return made


def test_every_tampering_is_found_and_named(county: County) -> None:
    assert tamper(county, FEW, SEED).total() == FEW


def test_every_table_has_rows_to_tamper_with(county: County) -> None:
    assert [model._meta.label_lower for model in recorded_models() if not models.QuerySet(model).exists()] == []


def ways_past_the_journal(model: Any) -> dict[str, Any]:
    """Return everything that Django offers to write a row with, by name."""
    row = model()
    table: models.QuerySet[Any] = models.QuerySet(model)
    name = next(one.name for one in model._meta.concrete_fields if one.name != "id")
    quoted = connection.ops.quote_name(model._meta.db_table)
    ways: dict[str, Any] = {
        "save": row.save,
        "save_base": lambda: row.save_base(force_insert=True),
        "delete": row.delete,
        "base manager": lambda: model._base_manager.all().update(id=row.id),
        "base manager delete": lambda: model._base_manager.all()._raw_delete("default"),
        "queryset update": lambda: table.all().update(id=row.id),
        "queryset bulk_create": lambda: table.bulk_create([row]),
        "queryset raw delete": lambda: table.all()._raw_delete("default"),
        "update statement": lambda: statement(f"UPDATE {quoted} SET id = id"),
        "delete statement": lambda: statement(f"DELETE FROM {quoted}"),
        "insert statement": lambda: statement(f"INSERT INTO {quoted} SELECT * FROM {quoted}"),
        "hidden statement": lambda: statement(f"WITH x AS (SELECT 1) DELETE FROM {quoted}"),
    }
    every = model.objects
    ways |= {
        "objects.create": lambda: every.create(),
        "objects.bulk_create": lambda: every.bulk_create([row]),
        "objects.bulk_update": lambda: every.bulk_update([row], [name]),
        "objects.update": lambda: every.update(**{name: None}),
        "objects.delete": lambda: every.all().delete(),
        "objects.get_or_create": lambda: every.get_or_create(id=row.id),
        "objects.update_or_create": lambda: every.update_or_create(id=row.id),
    }
    return ways


def statement(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def is_refused(write: Any) -> bool:
    try:
        with transaction.atomic():
            write()
    except UnrecordedWriteError:
        return True
    return False


@pytest.mark.parametrize("model", recorded_models(), ids=lambda model: str(model._meta.label_lower))
def test_nothing_is_written_changed_or_deleted_without_an_entry(model: Any) -> None:
    open_ways = [way for way, write in ways_past_the_journal(model).items() if not is_refused(write)]
    assert open_ways == []
    assert models.QuerySet(model).count() == 0


@pytest.mark.parametrize("model", [Entry, Run])
def test_entries_and_runs_are_written_by_recordings_only(model: Any) -> None:
    quoted = connection.ops.quote_name(model._meta.db_table)
    for write in (
        lambda: model.objects.all().update(by="x"),
        lambda: model.objects.all()._raw_delete("default"),
        lambda: statement(f"DELETE FROM {quoted}"),
    ):
        assert is_refused(write)


def test_the_database_itself_takes_no_row_without_an_entry() -> None:
    for model in recorded_models():
        entry: Any = model._meta.get_field("entry")
        assert (entry.null, entry.db_constraint) == (False, True)
    every: Any = apps.get_model("registry", "Household")
    with as_owner(), pytest.raises(Exception, match=r"(?i)null|constraint"):
        statement(f"INSERT INTO {every._meta.db_table} (id, number) VALUES ('{'0' * 32}', 'H1')")

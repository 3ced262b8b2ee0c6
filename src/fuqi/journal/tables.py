"""Rows on their way into the database: how each column is spelled for the digest and stored, decided once a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from fuqi.basics.ids import new_id
from fuqi.journal import rules

_FEW = 4096
"""How many prepared values of a column are remembered: days and instants repeat from row to row."""


class NewRow:
    """A row that is to be written: its model, a new id and its columns by name. Lighter than a model's instance.

    `holder` is the person whose key seals it, where no column of the row names that person.
    """

    __slots__ = ("columns", "holder", "id", "model")

    def __init__(self, model: type[models.Model], row_id: UUID | None = None, /, **columns: object) -> None:
        self.model = model
        self.id: UUID = row_id or new_id()
        self.holder: UUID | None = None
        self.columns = columns


def _sealed(field: Any) -> bool:
    return hasattr(field, "bound_to")


def _prepare(field: models.Field[Any, Any]) -> Callable[[Any], object] | None:
    """Return what turns a value into what the database driver takes; None where it takes it as it is."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(target, models.UUIDField) and connection.vendor == "sqlite":
        return lambda value: None if value is None else value.hex
    plain = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.BinaryField)
    if isinstance(target, plain):
        return None
    return lru_cache(_FEW)(lambda value: target.get_db_prep_save(value, connection))


class Table:
    """The columns of a model."""

    def __init__(self, model: type[models.Model]) -> None:
        self.name = model._meta.label_lower
        left_out = getattr(model, "digest_leaves_out", frozenset[str]())
        self._fields: list[Any] = list(model._meta.concrete_fields)
        self._names = [field.attname for field in self._fields]
        self._defaults = {field.attname: None if field.primary_key else field.get_default() for field in self._fields}
        self._sealed = [(position, field) for position, field in enumerate(self._fields) if _sealed(field)]
        self._covered = [position for position, field in enumerate(self._fields) if field.name not in left_out]
        self._prepared = [(position, work) for position, field in enumerate(self._fields) if (work := _prepare(field))]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in self._fields)
        places = ", ".join(["%s"] * len(self._fields))
        bare = "+" if connection.vendor == "sqlite" else ""  # an expression: SQLite's driver converts declared columns only
        plain = ", ".join(f"{bare}{quote(str(field.column))}" for field in self._fields)
        self._select = f"SELECT {plain} FROM {quote(model._meta.db_table)} ORDER BY {quote('id')}"
        self._entry = self._names.index("entry_id")
        self._insert = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"

    def keys_for(self, rows: Sequence[NewRow]) -> tuple[list[NewRow], Sequence[Any]]:
        """Return the data keys that seal new rows, one for each, and the rows of keys that must be written before them."""
        if not self._sealed:
            return [], [None] * len(rows)
        found: tuple[list[NewRow], Sequence[Any]] = self._sealed[0][1].keys_for(rows)
        return found

    def new_values(self, row: NewRow, entry_id: UUID, key: Any) -> list[Any]:
        """Return a new row's values in the order of the columns, words sealed. Raises TypeError for an unknown column."""
        columns = {**self._defaults, **row.columns, "id": row.id, "entry_id": entry_id}
        if len(columns) != len(self._names):
            raise TypeError(f"{self.name} has no column {sorted(columns.keys() - set(self._names))}")
        values: list[Any] = [columns[name] for name in self._names]
        for position, field in self._sealed:
            values[position] = field.seal_value(row.id, values[position], key)
        return values

    def prepare(self, values: list[Any]) -> list[Any]:
        """Return the values as the database driver takes them and keeps them."""
        for position, work in self._prepared:
            values[position] = work(values[position])
        return values

    def stored(self) -> Iterator[tuple[Any, list[Any]]]:
        """Yield every stored row as entry id and values, by id, read without any conversion that could hide a change."""
        with connection.cursor() as cursor:
            cursor.execute(self._select)
            while rows := cursor.fetchmany(2000):
                for values in rows:
                    yield values[self._entry], list(values)

    def stored_under(self, entry_ids: Sequence[UUID]) -> Iterator[tuple[Any, list[Any]]]:
        """Yield the stored rows of some entries as `stored` does."""
        places = ", ".join(["%s"] * len(entry_ids))
        select = self._select.replace(" ORDER BY ", f" WHERE {connection.ops.quote_name('entry_id')} IN ({places}) ORDER BY ")
        ids = [entry_id.hex if connection.vendor == "sqlite" else entry_id for entry_id in entry_ids]
        with connection.cursor() as cursor:
            cursor.execute(select, ids)
            while rows := cursor.fetchmany(2000):
                for values in rows:
                    yield values[self._entry], list(values)

    def digest(self, values: Sequence[object]) -> str:
        """Return the digest of a row's stored values, without the columns that may change later."""
        return rules.digest([[values[position] for position in self._covered]])

    def insert(self, rows: Sequence[list[Any]]) -> None:
        """Insert rows of prepared values."""
        with connection.cursor() as cursor:
            cursor.executemany(self._insert, rows)


@lru_cache
def table_of(model: type[models.Model]) -> Table:
    """Return the table of a model."""
    return Table(model)


def has_table(model: type[models.Model]) -> bool:
    """Return whether the database has a model's table: an audit right after an upgrade comes before the new tables."""
    return model._meta.db_table in connection.introspection.table_names()

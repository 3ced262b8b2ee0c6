"""How rows of a model are spelled for the digest and put into the database: each column's work decided once, not once a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models

from fuqi.journal import rules

Row = list[object]


def _read(field: models.Field[Any, Any]) -> Callable[[Any], object]:
    """Return what gives a row's value of a column as it is stored; a sealed column seals its words here."""
    if hasattr(field, "bound_to"):
        return lambda row: field.pre_save(row, False)
    name = field.attname
    return lambda row: row.__dict__[name]


def _prepare(field: models.Field[Any, Any]) -> Callable[[Any], object] | None:
    """Return what turns a value into what the database driver takes; None where it takes it as it is."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(target, models.UUIDField) and connection.vendor == "sqlite":
        return lambda value: None if value is None else value.hex
    if isinstance(target, models.CharField | models.TextField | models.IntegerField | models.BooleanField):
        return None
    return lambda value: target.get_db_prep_save(value, connection)


class Table:
    """The columns of a model."""

    def __init__(self, model: type[models.Model]) -> None:
        self.name = model._meta.label_lower
        left_out = getattr(model, "digest_leaves_out", frozenset[str]())
        fields = model._meta.concrete_fields
        self._readers = [_read(field) for field in fields]
        self._covered = [position for position, field in enumerate(fields) if field.name not in left_out]
        self._prepared = [(position, work) for position, field in enumerate(fields) if (work := _prepare(field))]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in fields)
        places = ", ".join(["%s"] * len(fields))
        self._insert = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"

    def values(self, row: models.Model) -> Row:
        """Return a row's values in the order of the columns."""
        return [read(row) for read in self._readers]

    def digest(self, values: Sequence[object]) -> str:
        """Return the digest of a row's values, without the columns that may change later."""
        return rules.digest([[values[position] for position in self._covered]])

    def insert(self, rows: Iterable[Row]) -> None:
        """Insert rows of values."""
        prepared = []
        for values in rows:
            for position, work in self._prepared:
                values[position] = work(values[position])
            prepared.append(values)
        with connection.cursor() as cursor:
            cursor.executemany(self._insert, prepared)


@lru_cache
def table_of(model: type[models.Model]) -> Table:
    """Return the table of a model."""
    return Table(model)

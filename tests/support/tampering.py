"""The database's owner, who needs no program: statements past the net, and the end of a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations

from fuqi.journal.net import writing


@contextmanager
def as_owner() -> Iterator[None]:
    """Write to the database as its owner may: past the journal."""
    with writing():
        yield


def change(sql: str, *values: Any) -> int:
    """Run a statement as the database's owner; return how many rows it met."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        met: int = cursor.rowcount
        return met


def let_tests_empty_tables() -> None:
    """Let Django empty the tables after a test that committed."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def as_the_owner(self: Any, sql_list: Any) -> Any:
        with as_owner():
            return flush(self, sql_list)

    BaseDatabaseOperations.execute_sql_flush = as_the_owner  # type: ignore[method-assign]

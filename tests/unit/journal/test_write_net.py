"""The net under every write: each way in which a statement can write is seen, whatever its spelling."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db.backends.signals import connection_created

from fuqi.journal import net
from fuqi.journal.errors import UnrecordedWriteError


@pytest.mark.parametrize(
    "statement",
    [
        'INSERT INTO "journal_entry" ("id") VALUES (%s)',
        "insert into journal_entry values (1)",
        "INSERT OR REPLACE INTO journal_run VALUES (1)",
        "INSERT\n  INTO\n  [journal_run] VALUES (1)",
        "REPLACE INTO `registry_person` VALUES (1)",
        'UPDATE "registry_person" SET "serial" = 1',
        "UPDATE OR IGNORE registry_person SET serial = 1",
        "UPDATE ONLY registry_person SET serial = 1",
        "DELETE FROM registry_person",
        "DELETE FROM ONLY registry_person",
        "TRUNCATE registry_person",
        "TRUNCATE TABLE registry_person",
        "WITH gone AS (DELETE FROM access_grant RETURNING id) SELECT * FROM gone",
        "CREATE TABLE x (id int); DELETE FROM REGISTRY_PERSON",
        "UPDATE sessions SET a = 1; UPDATE access_datakey SET wrapped = ''",
    ],
)
def test_a_statement_that_writes_what_is_vouched_for_is_seen(statement: str) -> None:
    assert net.written_table(statement)


@pytest.mark.parametrize(
    "statement",
    [
        'SELECT * FROM "journal_entry" FOR UPDATE OF "journal_entry"',
        "SELECT 'DELETE FROM journal_entry'",
        "INSERT INTO django_session VALUES (1)",
        "UPDATE access_user SET last_login = 1",
        "CREATE INDEX deleted ON journal_entry (id)",
        "",
    ],
)
def test_a_statement_that_reads_or_writes_something_else_goes_through(statement: str) -> None:
    assert net.written_table(statement) == ""


def test_what_is_vouched_for_are_entries_runs_and_what_they_record() -> None:
    assert {"journal_entry", "journal_run", "registry_person", "access_grant", "access_datakey"} <= net.vouched_for()
    assert not {"access_user", "django_session", "places_county"} & net.vouched_for()


class Spoken:
    """Text of a statement that is not a str, as psycopg composes them."""

    def __str__(self) -> str:
        return "DELETE FROM journal_entry"


@pytest.mark.parametrize("sql", ["DELETE FROM journal_entry", Spoken()])
def test_such_a_statement_runs_only_while_something_is_being_recorded(sql: Any) -> None:
    ran: list[tuple[object, ...]] = []

    def execute(*given: object) -> str:
        ran.append(given)
        return "done"

    with pytest.raises(UnrecordedWriteError):
        net.net(execute, sql, (1,), False, {"connection": None})
    assert not ran
    with net.writing():
        assert net.net(execute, sql, (1,), False, {"connection": None}) == "done"
    assert ran == [(sql, (1,), False, {"connection": None})]
    with pytest.raises(UnrecordedWriteError):
        net.net(execute, sql, (1,), False, {})
    assert net.net(execute, "SELECT 1", None, True, {}) == "done"


def test_after_a_failure_nothing_is_written_either() -> None:
    with pytest.raises(ZeroDivisionError), net.writing():
        raise ZeroDivisionError
    with pytest.raises(UnrecordedWriteError):
        net.net(lambda *_: None, "DELETE FROM journal_entry", (), False, {})


def test_every_new_connection_has_the_net_once() -> None:
    connection_created.disconnect(dispatch_uid="fuqi.journal.net")
    net.hang_the_net()
    net.hang_the_net()
    other = SimpleNamespace(execute_wrappers=[len], vendor="sqlite")
    for _ in range(2):
        connection_created.send(SimpleNamespace, connection=other)
    assert other.execute_wrappers[-1] is net.net
    assert other.execute_wrappers.count(net.net) == 1
    assert len(connection_created.receivers) == len({key for key, *_ in connection_created.receivers})

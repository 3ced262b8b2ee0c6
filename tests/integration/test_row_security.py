"""Row-level security on PostgreSQL: what the application's role may read and do, and that the program works with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.support import postgres
from tests.support.row_security import TwoRoles, prepare, roles_of, url_of
from tests.support.workspaces import NewWorkspace, WorkspaceUnderTest, own_environment

TOWN, VILLAGE, HOSPITAL = "430611100", "430611100200", "君山区中医医院"
SAFE = "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user"

pytestmark = [pytest.mark.database, pytest.mark.postgresql]


@pytest.fixture(scope="module")
def prepared(counted_county: WorkspaceUnderTest) -> TwoRoles:
    """Return the counted county's database, prepared; the county's own tests go on as its owner."""
    roles = roles_of(url_of(counted_county.folder))
    prepare(roles)
    return roles


def counts(connection: psycopg.Connection, places: str, institutions: str = "[]") -> dict[str, int]:
    """Return how many rows of each table of persons a session with these settings reads."""
    connection.execute("SELECT set_config('fuqi.places', %s, false)", (places,))
    connection.execute("SELECT set_config('fuqi.institutions', %s, false)", (institutions,))
    tables = connection.execute("SELECT relname FROM pg_class WHERE relrowsecurity ORDER BY relname").fetchall()
    found = {}
    for (table,) in tables:
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        assert row is not None
        found[table] = row[0]
    return found


def of_persons(owner: psycopg.Connection, table: str, place: str) -> int:
    """Return how many rows of a table are of persons who ever lived at a place, as the owner counts them."""
    row = owner.execute(
        sql.SQL(
            "SELECT count(*) FROM {} WHERE person_id IN (SELECT person_id FROM registry_residence JOIN places_division"
            " ON places_division.id = place_id WHERE code LIKE %s)"
        ).format(sql.Identifier(table)),
        (f"{place}%",),
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_session_reads_what_its_settings_say_and_nobody_by_default(prepared: TwoRoles) -> None:
    with (
        psycopg.connect(prepared.application, autocommit=True) as app,
        psycopg.connect(prepared.owner, autocommit=True) as owner,
    ):
        everything = counts(app, "*")
        assert everything["registry_person"] > 8_000
        assert counts(app, "430611") == everything, "the county is everything there is"
        assert not any(counts(app, "").values()), "nothing by default"
        assert not any(counts(app, "430612").values()), "another county"
        town = counts(app, TOWN)
        assert 0 < town["registry_person"] < everything["registry_person"] // 2
        for table in ("registry_identity", "registry_condition", "settlement_claim", "determination_restrictedmark"):
            assert town[table] == of_persons(owner, table, TOWN), table
        assert town["settlement_settlementline"] == 5 * town["settlement_settlement"] == 5 * town["settlement_claim"]
        assert town["indicators_countedlist"] == town["matching_doubt"] == 0, "whole lists are the county's"
        counter = counts(app, "", f'["{HOSPITAL}"]')
        assert 0 < counter["settlement_claim"] < everything["settlement_claim"]
        assert counter["registry_residence"] == counter["registry_condition"] == counter["registry_household"] == 0


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM registry_person",
        "UPDATE registry_identity SET sex = ''",
        "UPDATE registry_identity SET name = ''",
        "TRUNCATE registry_person",
        "ALTER TABLE registry_person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY fuqi_scope ON registry_person",
        "CREATE TABLE mine (id integer)",
        "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
    ],
)
def test_the_role_owns_nothing_and_bypasses_nothing(prepared: TwoRoles, statement: str) -> None:
    with psycopg.connect(prepared.application, autocommit=True) as app:
        assert app.execute(SAFE).fetchone() == (False,)
        app.execute("SELECT set_config('fuqi.places', '*', false)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(statement)


def test_the_program_works_with_the_role(
    new_workspace: NewWorkspace, database_server: str, sample_county: Path, tmp_path: Path
) -> None:
    roles = roles_of(postgres.create_database(database_server))
    try:
        prepare(roles)
        workspace = new_workspace(database=roles.application)
        lists = tmp_path / "lists"
        lists.mkdir()
        for name in sorted(path.name for path in sample_county.glob("01*.xlsx")):
            shutil.copy(sample_county / name, lists / name)
        done = workspace.fuqi("run", lists)
        assert done.returncode == 0, done.stdout + done.stderr
        assert workspace.fuqi("audit").returncode == 0
        with psycopg.connect(roles.application, autocommit=True) as app:
            assert counts(app, "*")["registry_person"] > 0
    finally:
        postgres.drop_database(roles.owner, database_server)


OLD_COUNTS = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from fuqi.flows.workspaces import open_up
now = datetime.now(UTC)
open_up(Path(sys.argv[1]), today=now.date(), at=now)
from fuqi.indicators.models import CountedList
from fuqi.journal.actions import add_in_chunks, make_effective, start_run
from fuqi.journal.tables import NewRow
for days in (800, 799, 798, 797, 796, 0):
    at = now - timedelta(days=days)
    run = start_run("count", fingerprint=str(days), by="program", at=at)
    rows = [NewRow(CountedList, run_id=run.id, code="c", part="numerator", rows=1, content=b"people")]
    assert list(add_in_chunks(rows, by="program", at=at, action="count.rows"))
    make_effective(run, by="program", at=at)
"""


def test_the_role_removes_nothing_and_the_owner_carries_retention_out(
    new_workspace: NewWorkspace, database_server: str
) -> None:
    roles = roles_of(postgres.create_database(database_server))
    try:
        prepare(roles)
        workspace = new_workspace(database=roles.application)
        subprocess.run([sys.executable, "-c", OLD_COUNTS, workspace.folder], check=True, env=own_environment())
        refused = workspace.fuqi("retention", "--do")
        assert refused.returncode == 2
        assert "应用的账号不能删除" in refused.stderr
        assert "--owner" in refused.stderr
        elsewhere = workspace.fuqi("retention", "--do", "--owner", f"{roles.owner}x")
        assert "要指工作区自己的" in elsewhere.stderr
        removed = workspace.fuqi("retention", "--do", "--owner", roles.owner)
        assert removed.returncode == 0, removed.stderr
        with psycopg.connect(roles.owner, autocommit=True) as owner:
            left = owner.execute("SELECT count(*) FROM indicators_countedlist").fetchone()
        assert left is not None
        assert left[0] == 4, "the one in force and the last three before it"
        audit = workspace.fuqi("audit")
        assert audit.returncode == 0, audit.stdout + audit.stderr
    finally:
        postgres.drop_database(roles.owner, database_server)

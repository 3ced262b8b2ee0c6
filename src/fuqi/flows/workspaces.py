"""Laying out a workspace and opening it: the database brought up to date, places and the operator in place."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from fuqi.access.rules import check_name
from fuqi.basics.errors import FuqiError
from fuqi.basics.failures import disk_full
from fuqi.basics.viewer import Viewer
from fuqi.config import start
from fuqi.config.clock import now
from fuqi.config.synced import sync_folder
from fuqi.config.workspace import Workspace, confirm_workspace, lay_workspace, open_workspace
from fuqi.scheme import find_scheme, load_scheme

if TYPE_CHECKING:
    from fuqi.scheme.model import Scheme

PROGRAM = Viewer("程序", places=("",))
"""The program itself, for work that is nobody's in particular."""

_SEALING_SECONDS = 0.5


class NoDatabaseError(FuqiError):
    """The database server cannot be reached."""

    code = "no_database"


class BusyError(FuqiError):
    """Another process is writing in the workspace."""

    code = "busy"


@dataclass(frozen=True)
class Opened:
    """An open workspace: its folder, scheme and who works in it."""

    workspace: Workspace
    scheme: Scheme
    viewer: Viewer


def load_workspace_scheme(workspace: Workspace) -> Scheme:
    """Return the scheme that a workspace names. Raises SchemeError with all faults."""
    folders = workspace.scheme_folders
    return load_scheme(find_scheme(workspace.scheme, folders), bases=folders)


def init_workspace(
    folder: Path,
    *,
    scheme: str,
    operator: str,
    database_url: str,
    today: date,
    at: datetime,
    profile: str = Workspace.profile,
    second_factor: str = Workspace.second_factor,
) -> Opened:
    """Lay out a new workspace. The scheme is loaded first: a faulty one makes none."""
    check_name(operator)
    draft = Workspace(folder, scheme, operator)
    path = find_scheme(scheme, draft.scheme_folders)
    load_scheme(path, bases=draft.scheme_folders)
    if database_url:
        _try_database(database_url)
    named = scheme if path.parent in draft.scheme_folders else str(path.resolve())
    workspace = lay_workspace(
        folder, scheme=named, operator=operator, database_url=database_url, profile=profile, second_factor=second_factor
    )
    confirm_workspace(workspace)
    return open_up(folder, today=today, at=at)


def _try_database(url: str) -> None:
    """Raise NoDatabaseError, without the address and its password, if the server does not let us in."""
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.Error as error:
        raise NoDatabaseError(
            f"数据库连不上({type(error).__name__})。请核对 --database 的地址、账号和密码；工作区没有建立。"
        ) from None


def open_up(
    folder: Path,
    *,
    today: date,
    at: datetime,
    name: str = "",
    purpose: str = "",
    any_clock: bool = False,
    as_program: bool = False,
) -> Opened:
    """Open a workspace for a person (the operator, if none is named); what a killed `init` left undone is done now.

    Refuses a disk without room, a database that would lose acknowledged writes, and (unless `any_clock`) a false clock.
    `as_program`: it is opened for nobody in particular, to be served or worked on, whatever became of the operator.
    """
    workspace = open_workspace(folder)
    scheme = load_workspace_scheme(workspace)
    start.check_room(workspace.folder, start.TO_OPEN)
    _set_up(workspace)
    start.check_databases()
    _check_role()
    _bring_up_to_date()
    if not any_clock:
        start.check_clock(at)
    from fuqi.access.keys import workspace_key
    from fuqi.access.queries import viewer_for
    from fuqi.places.actions import lay_out

    lay_out(list(scheme.divisions), by=PROGRAM.name, at=at)
    workspace_key(at=at)
    _let_somebody_in(workspace, scheme, today=today, at=at)
    if as_program:
        return Opened(workspace, scheme, PROGRAM)
    viewer = viewer_for(PROGRAM, name or workspace.operator, on=today, purpose=purpose)
    return Opened(workspace, scheme, viewer)


def _let_somebody_in(workspace: Workspace, scheme: Scheme, *, today: date, at: datetime) -> None:
    """Give the operator the first roles; in a workspace from before there were founders, give that role once."""
    from fuqi.access.actions import grant
    from fuqi.access.queries import has_grants, is_founded

    roles = () if is_founded(PROGRAM) else ("founder",) if has_grants(PROGRAM) else ("county_officer", "founder")
    for role in roles:
        grant(workspace.operator, role, scheme.place, valid_from=today, by=PROGRAM.name, at=at)


def open_for_proof(folder: Path) -> Workspace:
    """Open a workspace's record only to prove it: whoever holds the key may, and nothing is written first."""
    workspace = open_workspace(folder)
    _set_up(workspace)
    return workspace


def _set_up(workspace: Workspace) -> None:
    os.environ["FUQI_WORKSPACE"] = str(workspace.folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fuqi.config.settings")
    import django

    django.setup()


def damaged_pages(folder: Path) -> list[int]:
    """Return the pages of a workspace's encrypted database that were changed or damaged; none where it has no file."""
    from fuqi.config.sqlcipher import integrity

    workspace = open_workspace(folder)
    if workspace.database_url or not workspace.database_file.exists():
        return []
    for key in workspace.keys.of("database"):  # two while a rotation is under way
        found = integrity.damaged_pages(workspace.database_file, key)
        if found != [1]:
            return found
    return [1]


def _check_role() -> None:
    """Refuse a PostgreSQL role that could read past row-level security, before anything is read or made with it."""
    from django.db import connection

    from fuqi.access.database_role import check_role

    check_role(connection)


def _bring_up_to_date() -> None:
    """Apply migrations that the database does not have yet."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    from fuqi.access.database_role import check_may_migrate

    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            check_may_migrate(connections[alias])
            call_command("migrate", database=alias, verbosity=0, interactive=False)
            if name := connections[alias].settings_dict["NAME"] if connections[alias].vendor == "sqlite" else "":
                sync_folder(Path(name).parent)  # SQLite syncs a new file, not its name


@contextmanager
def working_alone(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace for one writing command; a killed one lets go by itself. Raises BusyError, NoRoomError."""
    start.check_room(workspace.folder, start.TO_WRITE)
    with (workspace.folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError("另一个程序正在处理这个工作区。请等它做完再试，已收到的内容都在。") from None
        yield


@contextmanager
def sealing(workspace: Workspace) -> Iterator[None]:
    """Seal committed journal entries twice a second while the body works, and once more at its end."""
    from django.conf import settings
    from django.db import connection

    from fuqi.flows.erasures import keep_list, list_beside
    from fuqi.journal.actions import seal_entries

    def seal() -> None:
        kept = [path for path in (workspace.receipts, workspace.receipts_elsewhere) if path is not None]
        if seal_entries(key=settings.JOURNAL_KEY, receipts=workspace.receipts, elsewhere=workspace.receipts_elsewhere):
            with suppress(FileNotFoundError):
                for path in kept:
                    keep_list(list_beside(path), key=settings.JOURNAL_KEY)

    stop = Event()

    def keep_sealing() -> None:
        try:
            while not stop.wait(_SEALING_SECONDS):
                _unless_full(seal)
        finally:
            connection.close()

    thread = Thread(target=keep_sealing, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        _unless_full(seal)


def _unless_full(seal: Callable[[], None]) -> None:
    """Seal; where the disk has no room, leave it for the next time: entries wait, and nobody is refused for it."""
    try:
        seal()
    except Exception as error:
        if not disk_full(error):
            raise


def clock() -> Callable[[], datetime]:
    """Return the clock of the edge: the instant now, in UTC. It refuses to tell the time after it was moved."""
    return now

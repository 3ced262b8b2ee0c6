"""Laying out a workspace and opening it: the database brought up to date, places and the operator in place."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
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


def init_workspace(folder: Path, *, scheme: str, operator: str, database_url: str, today: date, at: datetime) -> Opened:
    """Lay out a new workspace. The scheme is loaded first: a faulty one makes none."""
    draft = Workspace(folder, scheme, operator)
    path = find_scheme(scheme, draft.scheme_folders)
    load_scheme(path, bases=draft.scheme_folders)
    if database_url:
        _try_database(database_url)
    named = scheme if path.parent in draft.scheme_folders else str(path.resolve())
    workspace = lay_workspace(folder, scheme=named, operator=operator, database_url=database_url)
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


def open_up(folder: Path, *, today: date, at: datetime, name: str = "", purpose: str = "") -> Opened:
    """Open a workspace for a person (the operator, if none is named); what a killed `init` left undone is done now."""
    workspace = open_workspace(folder)
    scheme = load_workspace_scheme(workspace)
    _set_up(workspace)
    _bring_up_to_date()
    from fuqi.access.actions import grant
    from fuqi.access.queries import has_grants, viewer_for
    from fuqi.places.actions import lay_out

    lay_out(list(scheme.divisions), by=PROGRAM.name, at=at)
    if not has_grants(PROGRAM):
        for role in ("county_officer", "founder"):
            grant(workspace.operator, role, scheme.place, valid_from=today, by=PROGRAM.name, at=at)
    viewer = viewer_for(PROGRAM, name or workspace.operator, on=today, purpose=purpose)
    return Opened(workspace, scheme, viewer)


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
    return integrity.damaged_pages(workspace.database_file, workspace.key("database"))


def _bring_up_to_date() -> None:
    """Apply migrations that the database does not have yet."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", database=alias, verbosity=0, interactive=False)


@contextmanager
def working_alone(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace for one writing command; a killed one lets go by itself. Raises BusyError."""
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

    from fuqi.journal.actions import seal_entries

    def seal() -> None:
        seal_entries(key=settings.JOURNAL_KEY, receipts=workspace.receipts)

    stop = Event()

    def keep_sealing() -> None:
        try:
            while not stop.wait(_SEALING_SECONDS):
                seal()
        finally:
            connection.close()

    thread = Thread(target=keep_sealing, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        seal()


def clock() -> Callable[[], datetime]:
    """Return the clock of the edge: the instant now, in UTC."""
    from datetime import UTC

    return lambda: datetime.now(UTC)

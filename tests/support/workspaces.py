"""Workspaces under test, driven as a user drives them: through the `fuqi` command."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.support.forking import ready

COMMAND = Path(sys.executable).with_name("fuqi")
TIMEOUT_SECONDS = 600


def own_environment() -> dict[str, str]:
    """Return an environment that names no workspace and no database."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("FUQI_", "DJANGO_", "PYTEST_"))}
    return {**own, "PYTHONUTF8": "1"}


def run_fuqi(*arguments: str | Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run `fuqi` in a process of its own and return what it said; its environment names no workspace and no database.

    With an environment of its own the installed command is started; without one, a process that has it loaded forks.
    Fails if a traceback reaches the user, whatever the command was given.
    """
    words = [str(argument) for argument in arguments]
    result = _started(words, environment) if environment else ready().run(words, own_environment(), TIMEOUT_SECONDS)
    said = result.stdout + result.stderr
    assert "Traceback (most recent call last)" not in said, f"fuqi {arguments} showed a traceback:\n{said}"
    return result


def _started(words: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *words],
        env={**own_environment(), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT_SECONDS,
    )


@dataclass(frozen=True)
class WorkspaceUnderTest:
    """A workspace's folder and the address of its database (empty: the encrypted SQLite file in the folder)."""

    folder: Path
    database_url: str

    def fuqi(self, *arguments: str | Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run `fuqi -w FOLDER …` and return what it said."""
        return run_fuqi("-w", self.folder, *arguments, environment=environment)


class RunFuqi(Protocol):
    """The type of the fixture `fuqi`."""

    def __call__(
        self, *arguments: str | Path, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]: ...


class NewWorkspace(Protocol):
    """The type of the fixture `new_workspace`."""

    def __call__(self, scheme: str | Path = ..., *, database: str | None = None) -> WorkspaceUnderTest: ...

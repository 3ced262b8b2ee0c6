"""Canaries through everything: lists, main job, pages and API by everybody, papers, exports, backup, keys; then the search."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.canaries import RESTRICTED, Canary, needles, write_lists
from tests.support.plain_copy import plain_copy
from tests.support.searching import Needle, Search
from tests.support.watching import Watch
from tests.support.workspaces import COMMAND, own_environment

ROOT = Path(__file__).parents[2]
KEEPER = "行系一"
"""The walk's system administrator."""


@dataclass
class CanaryRun:
    """One workspace with canaries in it, and all that was said and left while they went through it."""

    folder: Path
    people: Sequence[Canary]
    search: Search = field(default_factory=lambda: Search(needles()))

    def __post_init__(self) -> None:
        self.temp = self.folder / "temp"
        self.temp.mkdir(parents=True)
        self.watch = Watch(self.temp)
        self.exported = Search([Needle("restricted", RESTRICTED)])
        """What was asked for by who may not see restricted illnesses."""
        self.environment = {**own_environment(), "TMPDIR": str(self.temp), "SQLITE_TMPDIR": str(self.temp)}
        self.demo = self.folder / "demo"
        self.lists, self.workspace = self.demo / "收到的名单", self.demo / "工作区"

    def begin(self) -> None:
        """Write the lists and let the demonstration make a workspace of them."""
        write_lists(self.lists, self.people)
        (self.demo / ".sample-done").touch()
        done = self.say("demo", self.demo, "--no-serve")
        assert done.returncode in (0, 1), done.stderr

    def say(self, *arguments: str | Path, shows: bool = False, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `fuqi` and look through what it says; with `shows` its standard output is what somebody asked to see."""
        done = subprocess.run(
            [COMMAND, *map(str, arguments)],
            env=self.environment,
            input=given if given is not None else "",
            capture_output=True,
            encoding="utf-8",
        )
        what = " ".join(str(one) for one in arguments if isinstance(one, str))[:60]
        self.search.text("errors", done.stderr, what)
        (self.exported if shows else self.search).text("output", done.stdout, what)
        return done

    def fuqi(
        self, *arguments: str | Path, by: str = KEEPER, shows: bool = False, given: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `fuqi` on the workspace as somebody."""
        return self.say("-w", self.workspace, "--as", by, *arguments, shows=shows, given=given)

    def walk(self, extent: str) -> dict[str, Any]:
        """Let everybody ask for everything; what the program logs meanwhile is looked through."""
        command = [sys.executable, "-m", "tests.support.canary_walk", str(self.workspace), str(len(self.people)), extent]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, encoding="utf-8")
        self.search.text("log", done.stderr, "walk")
        assert done.returncode == 0, done.stderr[-4000:]
        found: dict[str, Any] = json.loads(done.stdout)
        assert "RuntimeError" in done.stderr, "no failure was logged"
        return found

    def look(self) -> None:
        """Look through everything that was left: temporary files, the workspace as it lies there, the databases in plain."""
        for path, data in self.watch.files():
            self.search.data("temp", data, Path(path).name)
        self.search.files("left_in_temp", self.temp.rglob("*"))
        self.search.files("receipts", (self.workspace / "journal").rglob("*"))
        left = [path for path in self.demo.rglob("*") if self.lists not in path.parents]
        self.search.files("workspace", left)
        plain = plain_copy(self.workspace, self.folder / "plain")
        self.search.files("desk", [path for path in plain if path.stem in ("desk", "sessions")])
        self.search.files("database", [path for path in plain if path.stem == "default"])

    @property
    def hits(self) -> list[str]:
        """Return everything that was found where nothing may be."""
        return [str(hit) for hit in self.search.hits]

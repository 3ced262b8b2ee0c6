"""Running tests against mutants: a pytest session that collects once, and a forked process for each mutant."""

from __future__ import annotations

import gc
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import hypothesis
import pytest

from tests.proofs.mutants.operators import Mutant, mutants_of
from tests.proofs.mutants.swapping import NotSwappedError, Source, find_caches, forget_cached

KILLED, SURVIVED, NOT_SWAPPED, NOT_RUN = "killed", "survived", "not swapped", "no test runs it"
_PASSED, _FAILED, _UNSWAPPED, _TOO_LONG = 0, 1, 3, -1


@dataclass
class Seen:
    """What was found out about a module."""

    module: str
    results: list[tuple[Mutant, str]] = field(default_factory=list)

    def number(self, what: str) -> int:
        """Return how many mutants came out so."""
        return sum(result == what for _, result in self.results)


@dataclass
class Trace:
    """Which lines of the modules a test runs, and how long it takes."""

    seconds: float
    lines: dict[str, set[int]]


class Mutating:
    """A pytest plugin that runs the collected tests against every mutant instead of once."""

    def __init__(self, tests_of: Mapping[str, Collection[str]], *, only: str = "", say: Callable[[str], None] = print) -> None:
        self.tests_of, self.only, self.say = tests_of, only, say
        self.seen: list[Seen] = []
        self.broken: list[str] = []
        """Tests that fail without any mutant: they are left out."""
        self._folder = tempfile.mkdtemp(prefix="fuqi-mutants-")
        self._failed = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Draw the same examples for each mutant, and do not look for the smallest one that fails."""
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile("mutants", deadline=None, derandomize=True, database=None, phases=phases)
        hypothesis.settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> bool | None:
        """Keep whether anything failed, and say nothing."""
        self._failed = self._failed or report.failed
        return None

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run everything once to see what runs what, then run the mutants."""
        try:
            self._loop(session.items)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
        return True

    def _loop(self, items: list[pytest.Item]) -> None:
        self._make_databases(items)
        sources = {name: Source(importlib.import_module(name)) for name in self.tests_of}
        find_caches()
        gc.collect()
        gc.freeze()
        traces = self._trace(items, {source.path for source in sources.values()})
        for name, source in sources.items():
            self._run_module(name, source, items, traces)

    def _make_databases(self, items: list[pytest.Item]) -> None:
        """Run one test with a database, so that every forked process finds the tables made."""
        with_database = [item for item in items if item.get_closest_marker("database")]
        if with_database:
            nothing_alike = next((item for item in items if item.path != with_database[0].path), None)
            with_database[0].config.hook.pytest_runtest_protocol(item=with_database[0], nextitem=nothing_alike)
        from django.db import connections

        connections.close_all()
        self._failed = False

    def _run_module(self, name: str, source: Source, items: list[pytest.Item], traces: dict[str, Trace]) -> None:
        seen = Seen(name)
        self.seen.append(seen)
        started = time.monotonic()
        mine = [item for item in items if _is_of(item, self.tests_of[name]) and item.nodeid in traces]
        mine.sort(key=lambda item: traces[item.nodeid].seconds)
        self._control(name, mine, traces)
        for mutant in mutants_of(source.tree):
            if self.only and self.only not in mutant.name:
                continue
            result = self._run_mutant(source, mutant, _covering(mutant, source, mine, traces), traces)
            seen.results.append((mutant, result))
            if result != KILLED:
                self.say(f"  {result}: {name} line {mutant.lines[0]} {mutant.name}")
        self._control(name, mine, traces)
        took = time.monotonic() - started
        self.say(f"{name}: {seen.number(KILLED)} of {len(seen.results)} killed, {took:.0f} s")

    def _control(self, name: str, items: list[pytest.Item], traces: dict[str, Trace]) -> None:
        """Run the tests without a mutant, as one is run. Raises RuntimeError where they fail: no result counts then."""
        patience = 60 + 10 * sum(traces[item.nodeid].seconds for item in items)
        status = self._fork(lambda: self._run_tests(items), patience)
        if status != _PASSED:
            raise RuntimeError(f"{name}: its tests fail without a mutant (status {status}); their result is worth nothing")

    def _run_mutant(self, source: Source, mutant: Mutant, items: list[pytest.Item], traces: dict[str, Trace]) -> str:
        if not items:
            return NOT_RUN
        patience = 20 + 10 * sum(traces[item.nodeid].seconds for item in items)

        def work() -> int:
            try:
                source.swap(mutant)
            except NotSwappedError:
                return _UNSWAPPED
            except Exception:  # noqa: BLE001
                return _FAILED  # the module does not even come to be
            return self._run_tests(items)

        status = self._fork(work, patience)
        if status == _TOO_LONG:  # a loop without an end, or a machine with much else to do
            status = self._fork(work, 4 * patience)
        return {_PASSED: SURVIVED, _UNSWAPPED: NOT_SWAPPED}.get(status, KILLED)

    def _run_tests(self, items: list[pytest.Item]) -> int:
        """Run tests until one fails."""
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                return _FAILED
        return _PASSED

    def _fork(self, work: Callable[[], int], patience: float) -> int:
        """Do some work in a forked process with databases of its own; return its status, _TOO_LONG where it did not end."""
        own = tempfile.mkdtemp(dir=self._folder)
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            status = _FAILED
            try:
                os.setsid()
                _be_quiet()
                _own_databases(own)
                status = work()
            finally:
                os._exit(status)
        try:
            return _wait(child, patience)
        finally:
            shutil.rmtree(own, ignore_errors=True)

    def _trace(self, items: list[pytest.Item], paths: Collection[str]) -> dict[str, Trace]:
        """Run every test once in a forked process; return what passed, with the lines that it ran."""
        kept = Path(self._folder, "traces.jsonl")

        def work() -> int:
            with kept.open("w") as out:
                for item, following in zip(items, [*items[1:], None], strict=True):
                    self._failed = False
                    trace = _traced(item, following, paths)
                    lines = {path: sorted(numbers) for path, numbers in trace.lines.items()}
                    out.write(json.dumps([item.nodeid, self._failed, trace.seconds, lines]) + "\n")
                    out.flush()
            return _PASSED

        status = self._fork(work, 3600)
        rows = [json.loads(line) for line in kept.read_text().splitlines()]
        self.broken = [nodeid for nodeid, failed, *_ in rows if failed]
        self.say(f"{len(rows)} of {len(items)} tests ran without a mutant (status {status}); failed: {self.broken}")
        return {
            nodeid: Trace(seconds, {path: set(numbers) for path, numbers in lines.items()})
            for nodeid, failed, seconds, lines in rows
            if not failed
        }


def _is_of(item: pytest.Item, files: Iterable[str]) -> bool:
    path = item.nodeid.partition("::")[0]
    return any(path.startswith(file) for file in files)


def _covering(mutant: Mutant, source: Source, items: list[pytest.Item], traces: dict[str, Trace]) -> list[pytest.Item]:
    """Return the tests that run a mutant's statement; for what is worked out on import, all that run anything of the module."""
    first, last = mutant.lines
    every = mutant.kind in ("module", "class", "default")
    found = []
    for item in items:
        lines = traces[item.nodeid].lines.get(source.path, set())
        if any(first <= line <= last for line in lines) or every:
            found.append(item)
    return found


def _traced(item: pytest.Item, following: pytest.Item | None, paths: Collection[str]) -> Trace:
    lines: dict[str, set[int]] = {path: set() for path in paths}

    def inside(frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            lines[frame.f_code.co_filename].add(frame.f_lineno)
        return inside

    def enter(frame: FrameType, event: str, arg: Any) -> Any:
        return inside if frame.f_code.co_filename in lines else None

    import threading

    forget_cached()
    threading.settrace(enter)
    sys.settrace(enter)
    started = time.monotonic()
    try:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    finally:
        sys.settrace(None)
        threading.settrace(None)
    return Trace(time.monotonic() - started, {path: numbers for path, numbers in lines.items() if numbers})


def _be_quiet() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def _own_databases(folder: str) -> None:
    """Give this process copies of the databases."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        name = str(connection.settings_dict["NAME"])
        if connection.vendor == "sqlite" and Path(name).is_file():
            copy = shutil.copy(name, folder)
            connection.settings_dict["NAME"] = str(copy)


def _wait(child: int, patience: float) -> int:
    end = time.monotonic() + patience
    pause = 0.002
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return _TOO_LONG

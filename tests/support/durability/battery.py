"""Kill after kill, power cut after power cut: what was acknowledged, and what is there afterwards."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.durability.power_cut import Disk, put_in_place
from tests.support.workspaces import own_environment, run_fuqi

_WRITER = Path(__file__).with_name("writer.py")
_ANEW = 25
"""After so many rounds the workspace is laid out anew, so that each start is also one with little in it."""

_OUTSIDE = 25
"""One in so many starts is timed from outside."""


@dataclass
class Tally:
    """What a battery counted."""

    rounds: int = 0
    acknowledged: int = 0
    lost: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    starts: int = 0
    slowest_start: float = 0.0
    """Of the starts by a command of its own: seconds of processor time, which do not depend on what else the machine does."""
    longest_wait: float = 0.0
    """The same in seconds by the clock."""
    unsynced: int = 0
    """How many records of the log were played."""

    def told(self, kind: str) -> str:
        """Return the result in a sentence for the kept file."""
        return (
            f"{self.rounds} {kind}: {self.acknowledged} writes acknowledged, {len(self.lost)} lost, "
            f"{len(self.faults)} faults found afterwards; {self.starts} starts by a command, the slowest "
            f"{self.slowest_start:.2f} s of processor time ({self.longest_wait:.1f} s by the clock, beside other work)"
        )


class Writers:
    """The process that sends out writers, for one folder."""

    def __init__(self, folder: Path, **environment: str) -> None:
        own = {**own_environment(), "FUQI_WORKSPACE": str(folder), "DJANGO_SETTINGS_MODULE": "fuqi.config.settings"}
        self._process = subprocess.Popen(
            [sys.executable, _WRITER, folder],
            env={**own, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self._said() == "ready"

    def _said(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process that sends out writers has ended"
        return line.rstrip("\n")

    def _order(self, *words: object) -> None:
        assert self._process.stdin is not None
        print(*words, file=self._process.stdin, flush=True)

    def killed_while_writing(self, log: Path | str, first: int, seconds: float) -> list[int]:
        """Let a child write, kill it so many seconds after its first acknowledgement; returns what it had acknowledged."""
        self._order("write", log, first)
        said = self._said()
        pid = int(said.removeprefix("pid "))
        done, ends = [], 0.0
        while (said := self._said()) != "dead":
            assert said.startswith("done "), said
            done.append(int(said.removeprefix("done ")))
            ends = ends or time.monotonic() + seconds
            if ends and time.monotonic() >= ends:
                os.kill(pid, signal.SIGKILL)
                ends = float("inf")
        return done

    def look(self) -> dict[str, Any]:
        """Return what a child finds that opens the workspace."""
        self._order("look")
        said = self._said()
        assert self._said() == "dead"
        return dict(json.loads(said.removeprefix("found "))) if said.startswith("found ") else {"failed": said}

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def writers(folder: Path, **environment: str) -> Iterator[Writers]:
    """Have writers for a folder."""
    ready = Writers(folder, **environment)
    try:
        yield ready
    finally:
        ready.stop()


def count(tally: Tally, done: list[int], expected: set[int], found: dict[str, Any]) -> None:
    """Add one round: what was acknowledged since the workspace was laid out must be there, and nothing torn or untrue."""
    tally.rounds += 1
    tally.acknowledged += len(done)
    if "failed" in found:
        tally.faults.append(found["failed"])
        return
    tally.lost += sorted(expected - set(found["numbers"]))
    tally.faults += found["faults"]
    tally.faults += [f"{kind} {found[kind]}" for kind in ("torn", "files_gone") if found[kind]]


def kill_often(times: int, folder: Path, fresh: Path, *, seed: int, longest: float = 0.25) -> Tally:
    """Kill a writer so many times at random moments, and look after each kill; `fresh` is the workspace to begin anew from."""
    chance, tally = random.Random(seed), Tally()
    shutil.copytree(fresh, folder)
    expected: set[int] = set()
    with writers(folder) as ready:
        for number in range(times):
            if number % _ANEW == 0:
                _begin_anew(folder, fresh)
                expected = set()
            done = ready.killed_while_writing("-", 1000 * (number + 1), chance.uniform(0, longest))
            expected |= set(done)
            count(tally, done, expected, ready.look())
            if number % _OUTSIDE == 0:
                look_from_outside(tally, folder)
            folder.with_name("progress").write_text(tally.told("kills"))
    return tally


def cut_often(
    times: int, folder: Path, fresh: Path, layer: Path, *, seed: int, synchronous: str = "", longest: float = 0.25
) -> Tally:
    """Cut the power under a writer so many times at random moments; each next round goes on with the disk that was left."""
    chance, tally = random.Random(seed), Tally()
    shutil.copytree(fresh, folder)
    log, found_folder = folder.with_name("log"), folder.with_name("found")
    expected: set[int] = set()
    environment = {"LD_PRELOAD": str(layer), "FORGETFUL_ROOT": str(folder), "PROOF_SYNCHRONOUS": synchronous}
    with writers(folder, **environment) as ready:
        for number in range(times):
            if number % _ANEW == 0 or synchronous:
                _begin_anew(folder, fresh)
                expected = set()
            disk = Disk(folder)
            done = ready.killed_while_writing(log, 1000 * (number + 1), chance.uniform(0, longest))
            expected |= set(done)
            tally.unsynced += disk.play(log)
            assert not disk.unseen, "something was written in a way that the layer does not follow"
            found_folder.mkdir()
            disk.leave(found_folder, chance)
            put_in_place(found_folder, folder)
            found_folder.rmdir()
            count(tally, done, expected, ready.look())
            if number % _OUTSIDE == 0:
                look_from_outside(tally, folder)
            folder.with_name("progress").write_text(tally.told("power cuts"))
    return tally


def look_from_outside(tally: Tally, folder: Path) -> None:
    """Time a whole start by a command of its own, which needs no hand."""
    started, used = time.monotonic(), _processor()
    said = run_fuqi("-w", folder, "received")
    tally.longest_wait = max(tally.longest_wait, time.monotonic() - started)
    tally.slowest_start = max(tally.slowest_start, _processor() - used)
    tally.starts += 1
    if said.returncode:
        tally.faults.append(f"the next start failed: {said.stderr}")


def _processor() -> float:
    """Return the processor time of the commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _begin_anew(folder: Path, fresh: Path) -> None:
    copy = folder.with_name("copy")
    shutil.copytree(fresh, copy)
    put_in_place(copy, folder)
    copy.rmdir()

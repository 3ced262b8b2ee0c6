"""The worker: takes one job after the other, shows that it is alive, does what is due when nobody waits."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType

from django.db import Error as DatabaseError
from django.db import connections

from fuqi.basics.errors import FuqiError
from fuqi.basics.failures import disk_full
from fuqi.config.clock import ClockMovedError
from fuqi.config.workspace import Workspace
from fuqi.flows.desk import ask_to_catch_up, count_one_day, do_job, due_fingerprint
from fuqi.flows.workspaces import BusyError, working_alone
from fuqi.jobs.actions import Lease, beat, fail, finish, give_back, keep_result, take, try_again

_LOOK = 0.5
"""Seconds between two looks into an empty queue."""
_BEAT = 2.0
"""Seconds after which a worker shows that it is alive, even if nothing moved; a fifth of a lease."""
_SHOW = 0.3
"""Seconds after which what moved is shown."""
_IDLE = 5.0
"""Seconds between two looks for work that nobody asked for."""
_BETWEEN = 1.0
"""Seconds between two pieces of such work, so that a command can come in between."""
BUSY = "本机另有命令正在处理这个工作区，等它做完就开始。"


class Stopped(BaseException):
    """The worker was told to stop: its job goes back to the queue."""


class LeaseLost(Exception):
    """The job is no longer this worker's."""


class Pulse:
    """Keeps a lease alive from a thread of its own, and shows where the work is."""

    def __init__(self, lease: Lease, at: Callable[[], datetime]) -> None:
        self.lease, self._at = lease, at
        self._step = self._progress = ""
        self._lock, self._end = Lock(), Event()
        self._lost = self._moved = False
        self._thread = Thread(target=self._keep, daemon=True)

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end.set()
        self._thread.join()

    def step(self, name: str) -> None:
        """Say which step begins. Raises LeaseLost."""
        self._say(name, "")

    def tell(self, text: str) -> None:
        """Say what is being done now. Raises LeaseLost."""
        self._say(self._step, text)

    def keep(self, result: dict[str, object]) -> None:
        """Keep what was done so far. Raises LeaseLost."""
        if not keep_result(self.lease, result):
            raise LeaseLost

    def _say(self, step: str, progress: str) -> None:
        if self._lost:
            raise LeaseLost
        with self._lock:
            self._step, self._progress, self._moved = step, progress, True

    def _keep(self) -> None:
        last = 0.0
        try:
            while not self._end.wait(_SHOW):
                if self._moved or time.monotonic() - last >= _BEAT:
                    self._show()
                    last = time.monotonic()
        finally:
            connections["desk"].close()

    def _show(self) -> None:
        with self._lock:
            step, progress, self._moved = self._step, self._progress, False
        try:
            self._lost = not beat(self.lease, at=self._at(), step=step, progress=progress)
        except DatabaseError:
            self._moved = True  # busy: shown with the next beat


class Worker:
    """Works off the queue of one workspace."""

    def __init__(self, workspace: Workspace, layouts: Path, *, today: Callable[[], date], at: Callable[[], datetime]) -> None:
        self.workspace, self.layouts, self.today, self.at = workspace, layouts, today, at
        self._look_again = 0.0
        self._asked_for = ""

    def work_for_ever(self) -> None:
        """Take jobs until told to stop. Where the disk has no room or the clock is false, wait for better times."""
        while True:
            try:
                if not self.work_once():
                    self._be_idle()
                    time.sleep(_LOOK)
            except Exception as error:
                if not (disk_full(error) or isinstance(error, ClockMovedError)):
                    raise
                _say_where(error)
                time.sleep(_IDLE)

    def work_once(self) -> bool:
        """Do the next job; returns False if there is none."""
        lease = take(at=self.at())
        if lease is None:
            return False
        try:
            with Pulse(lease, self.at) as pulse:
                result = self._do(lease, pulse)
        except Stopped:
            give_back(lease)
            raise
        except LeaseLost:
            return True
        except FuqiError as error:
            fail(lease, "；".join([error.message, *map(str, error.faults[:5])]), at=self.at())
        except Exception as error:  # noqa: BLE001 - a door: what nobody foresaw ends one attempt, not the worker
            _say_where(error)
            try_again(lease)
        else:
            finish(lease, result, at=self.at())
        return True

    def _do(self, lease: Lease, pulse: Pulse) -> dict[str, object]:
        with _alone(self.workspace, pulse.tell):
            return do_job(lease, pulse, workspace=self.workspace, layouts=self.layouts, today=self.today(), at=self.at)

    def _be_idle(self) -> None:
        """Do what is due though nobody asked, a little at a time, if no other command is at work."""
        if time.monotonic() < self._look_again:
            return
        more = False
        try:
            more = self._do_what_is_due()
        except FuqiError:
            pass  # another command is at work, or the scheme is being edited: its page says what is wrong
        except Exception as error:  # noqa: BLE001 - nobody waits for it, and it is tried again
            _say_where(error)
        self._look_again = time.monotonic() + (_BETWEEN if more else _IDLE)

    def _do_what_is_due(self) -> bool:
        """Ask for the main job if lists or scheme changed in another way than through a page; else count an earlier day.

        Returns whether there may be more to do.
        """
        due = due_fingerprint(self.workspace)
        if due and due != self._asked_for:
            self._asked_for = due
            ask_to_catch_up(at=self.at())
        elif not due:
            with working_alone(self.workspace):
                return count_one_day(self.workspace, at=self.at)
        return False


@contextmanager
def _alone(workspace: Workspace, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the workspace; while another command does, wait and say so."""
    while True:
        hold = working_alone(workspace)
        try:
            hold.__enter__()
            break
        except BusyError:
            tell(BUSY)
            time.sleep(1)
    try:
        yield
    finally:
        hold.__exit__(None, None, None)


def _say_where(error: Exception) -> None:
    """Print the kind of a failure and its places in our code: no value, which might be personal."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "fuqi" in frame.filename]
    where = ",".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-3:])
    print(f"后台处理出错（{type(error).__name__}，{where}）。", file=sys.stderr, flush=True)  # noqa: T201 - the terminal of `serve`

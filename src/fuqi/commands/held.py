"""What a command prints is held back until it is known that it may leave, and the journal has it."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TextIO

from fuqi.flows.workspaces import clock


class _Held(io.StringIO):
    """Text on its way to a terminal or a file; whoever lays out tables asks which of the two."""

    def __init__(self, target: TextIO) -> None:
        super().__init__()
        self._target = target

    def isatty(self) -> bool:
        """Return whether the text will stand on a terminal."""
        return self._target.isatty()

    def fileno(self) -> int:
        """Return the number of the file that the text will be written to."""
        return self._target.fileno()


@contextmanager
def held_back() -> Iterator[None]:
    """Print what the body prints at its end; if it fails, nothing."""
    target = sys.stdout
    held = _Held(target)
    with redirect_stdout(held):
        yield
    target.write(held.getvalue())
    target.flush()


def before_leaving() -> None:
    """Keep what was shown so far, before a file is written that cannot be taken back. Raises TooManyPeopleError."""
    from fuqi.flows.sightings import keep_current

    keep_current(at=clock()())

"""Who is reading just now: set at each door, asked by the database net, by sealed fields and by the trail of what was seen.

A door opens `reading_as(viewer, door)`. Inside, rows of persons are the viewer's scope; `beyond_scope(why)` widens it, visibly,
for working something out that is not shown. A sealed value that is opened is noted, unless it is opened `covered()`: to be
masked, compared or counted, and never shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from fuqi.basics.viewer import Viewer


@dataclass(frozen=True)
class Reading:
    """One visit of one viewer through one door."""

    viewer: Viewer
    door: str
    places: tuple[str, ...]
    """Division codes whose persons may be read now; ("",) is everywhere."""
    institutions: tuple[str, ...] = ()
    shown: bool = True
    """Whether what is opened now is shown to the viewer."""
    opened: dict[tuple[str, str], set[str]] = field(default_factory=dict, compare=False)
    """Ids of rows whose sealed values were opened to be shown, by table and column."""


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


def current() -> Reading | None:
    """Return who reads now; None outside all doors, where the program works for nobody."""
    return _reading.get()


@contextmanager
def _set(reading: Reading) -> Iterator[Reading]:
    token = _reading.set(reading)
    try:
        yield reading
    finally:
        _reading.reset(token)


@contextmanager
def reading_as(viewer: Viewer, door: str) -> Iterator[Reading]:
    """Read as a viewer, within the viewer's places and institutions."""
    with _set(Reading(viewer, door, viewer.places, viewer.institutions)) as reading:
        yield reading


@contextmanager
def beyond_scope(why: str) -> Iterator[None]:
    """Let rows outside the viewer's scope be read to work something out; what is found so is never shown. Say why."""
    assert why, "say why"
    reading = _reading.get()
    if reading is None:
        yield
        return
    with _set(replace(reading, places=("",), opened=reading.opened)):
        yield


@contextmanager
def covered() -> Iterator[None]:
    """Open sealed values only to mask, compare or count them."""
    reading = _reading.get()
    if reading is None:
        yield
        return
    with _set(replace(reading, shown=False, opened=reading.opened)):
        yield


@contextmanager
def shown_if(shown: bool) -> Iterator[None]:
    """Open sealed values to show them, or only to mask them."""
    with nullcontext() if shown else covered():
        yield


def note_shown(table: str, column: str, row: object) -> None:
    """Keep that something of a row is shown that no sealed value stands for: a whole file, a list, a person's file."""
    note_opened(f"{table}.{column}:{row}")


def note_opened(bound_to: str) -> None:
    """Keep that a sealed value was opened; `bound_to` is `table.column:row`."""
    reading = _reading.get()
    if reading is None or not reading.shown:
        return
    where, _, row = bound_to.partition(":")
    table, _, column = where.rpartition(".")
    reading.opened.setdefault((table, column), set()).add(row)

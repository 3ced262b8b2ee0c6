"""On PostgreSQL whoever makes a run effective, or seals, waits for the one before: the lock is asked for where it must be."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from fuqi.journal import actions
from fuqi.journal.actions import make_effective, start_run, withdraw
from tests.unit.journal.written import NOW, seal


class Cursor:
    """A cursor that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def __enter__(self) -> Cursor:
        return self

    def __exit__(self, *_: object) -> None: ...

    def execute(self, *given: object) -> None:
        self.told.append(given)


@pytest.mark.parametrize(("vendor", "asks"), [("postgresql", True), ("sqlite", False)])
def test_the_lock_is_one_number_and_asked_for_on_postgresql_only(
    vendor: str, asks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = Cursor()
    monkeypatch.setattr(actions, "connection", SimpleNamespace(vendor=vendor, cursor=lambda: cursor))
    actions.one_at_a_time()
    said = ("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(b"fuqi", "big")])
    assert cursor.told == ([said] if asks else [])


@pytest.mark.django_db
def test_starting_making_effective_withdrawing_and_sealing_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[str] = []
    monkeypatch.setattr(actions, "one_at_a_time", lambda: waits.append("wait"))
    run = start_run("import", fingerprint="1", by="张三", at=NOW)
    assert len(waits) == 1
    make_effective(run, by="张三", at=NOW)
    assert len(waits) == 2
    withdraw(run, by="张三", at=NOW, why="")
    assert len(waits) == 3
    seal()
    assert len(waits) == 4

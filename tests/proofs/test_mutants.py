"""The mutation score of what guards people, and the runner that finds it."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.proofs.mutants.operators import mutants_of
from tests.proofs.mutants.score import LEFT_OUT, ROOT, equivalents, files_of
from tests.proofs.mutants.swapping import NotSwappedError, Source
from tests.support.workspaces import own_environment

KEPT = ROOT / "docs" / "proofs" / "mutants.md"
ROOMS = ("access", "journal", "entrance")

SOURCE = '''\
"""A module to put faults into."""

from dataclasses import dataclass

MOST = 3
TWICE = MOST * 2
KINDS = {"a", "b"}


@dataclass(frozen=True)
class Box:
    """A value with a default and a method."""

    size: int = 1

    def fits(self, other: int, least: int = 0) -> bool:
        """Return whether it fits."""
        return least <= other < self.size and not other == MOST


def refuse(words: str) -> None:
    """Refuse what is not there."""
    if not words:
        raise ValueError("nothing")


def told(count: int) -> str:
    """Words for people are not mutated."""
    return f"有{count}个"
'''


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module, imported anew."""
    path = tmp_path / "mutated_box.py"
    path.write_text(SOURCE, "utf-8")
    spec = importlib.util.spec_from_file_location("tests.mutated_box", path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "tests.mutated_box", made)
    spec.loader.exec_module(made)
    return made


def test_each_kind_of_fault_is_made_and_named() -> None:
    assert [mutant.name for mutant in mutants_of(ast.parse(SOURCE))] == [
        "MOST: 3 → 4",
        "TWICE: MOST * 2 → MOST // 2",
        "TWICE: 2 → 3",
        "KINDS: {'a', 'b'} → {'b'}",
        "KINDS: {'a', 'b'} → {'a'}",
        "KINDS: 'a' → 'xa'",
        "KINDS: 'b' → 'xb'",
        "Box.size: 1 → 2",
        "Box.fits: 0 → 1",
        "Box.fits: return least <= other < self.size and (not other == MOST) → return None",
        "Box.fits: least <= other < self.size and (not other == MOST) → least <= other < self.size or not other == MOST",
        "Box.fits: least <= other < self.size and (not other == MOST) → not other == MOST",
        "Box.fits: least <= other < self.size and (not other == MOST) → least <= other < self.size",
        "Box.fits: least <= other < self.size → least < other < self.size",
        "Box.fits: least <= other < self.size → least > other < self.size",
        "Box.fits: least <= other < self.size → least <= other <= self.size",
        "Box.fits: least <= other < self.size → least <= other >= self.size",
        "Box.fits: not other == MOST → other == MOST",
        "Box.fits: other == MOST → other != MOST",
        "refuse: not words → words",
        "refuse: raise ValueError('nothing') → pass",
        "refuse: 'nothing' → 'xnothing'",
        "told: return f'有{count}个' → return None",
    ]


def test_a_fault_is_in_what_others_have_imported_already(module: ModuleType) -> None:
    box, fits, refuse = module.Box(), module.Box.fits, module.refuse

    def refuses(words: str) -> bool:
        try:
            refuse(words)
        except ValueError:
            return True
        return False

    source = Source(module)
    seen = {}
    for mutant in mutants_of(source.tree):
        source.swap(mutant)
        seen[mutant.name.partition(":")[0], mutant.words.partition("→")[2].strip()] = (
            *(module.MOST, module.TWICE, set(module.KINDS), module.Box().size, fits(box, 0)),
            (refuses(""), refuses("words")),
        )
        _restore(source)
    assert seen["MOST", "4"][:2] == (4, 8)
    assert seen["TWICE", "3"][:2] == (3, 9)
    assert seen["KINDS", "{'b'}"][2] == {"b"}
    assert seen["Box.size", "2"][3] == 2
    assert seen["Box.fits", "1"][4] is False
    assert seen["Box.fits", "return None"][4] is None
    assert seen["Box.fits", "least < other < self.size"][4] is False
    assert [seen["refuse", new][5] for new in ("words", "pass")] == [(False, True), (False, False)]
    assert seen["told", "return None"] == (3, 6, {"a", "b"}, 1, True, (True, False))


def _restore(source: Source) -> None:
    """Put everything back: swap a tree without a fault, as a process that is not forked must."""
    for mutant in mutants_of(source.tree):
        object.__setattr__(mutant, "new", mutant.old)
        source.swap(mutant)


def test_what_cannot_be_swapped_is_told_and_never_counts_as_killed(module: ModuleType) -> None:
    source = Source(module)
    del source._made[:]
    with pytest.raises(NotSwappedError):
        source.swap(next(mutant for mutant in mutants_of(source.tree) if mutant.kind == "code"))


def test_every_module_of_the_rooms_is_mutated_or_it_is_said_why_not() -> None:
    there = {f"{room}.{path.stem}" for room in ROOMS for path in (ROOT / "src" / "fuqi" / room).glob("[a-z]*.py")}
    wanted = {name.removeprefix("fuqi.") for name in files_of()}
    assert wanted | set(LEFT_OUT) == there
    assert not wanted & set(LEFT_OUT)
    assert not [file for files in files_of().values() for file in files if not (ROOT / file).exists()]
    assert set(equivalents()) <= set(files_of())
    assert all(reason.strip() for rows in equivalents().values() for reason in rows.values())


@pytest.mark.proof
def test_every_fault_in_what_guards_people_is_caught() -> None:
    """About half an hour on two idle cores; the score is kept in docs/proofs/mutants.md."""
    command = [sys.executable, "-m", "tests.proofs.mutants", "--keep", str(KEPT)]
    done = subprocess.run(command, cwd=ROOT, env=own_environment(), capture_output=True, encoding="utf-8")
    sys.stdout.write(done.stdout[-20_000:])
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]

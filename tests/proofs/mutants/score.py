"""The score: what was killed, what survived, and what is known to be no fault at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.proofs.mutants.operators import Mutant
from tests.proofs.mutants.running import KILLED, Mutating, Seen

LEFT_OUT = {
    "access.apps": "runs once, when Django starts; what it calls is mutated",
    "access.database_role": "asks PostgreSQL; these runs are on the embedded database",
    "access.personal_data": "reads a register that tests/repo compares with every table",
    "entrance.apps": "only names",
    "entrance.codes": "only names",
    "entrance.models": "only columns",
    "journal.apps": "runs once, when Django starts; what it calls is mutated",
    "journal.errors": "only names; their codes are tested",
}
"""Modules of the three rooms that are not mutated, and why."""

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@dataclass(frozen=True)
class Score:
    """What came out."""

    seen: list[Seen]
    equivalents: dict[str, dict[str, str]]
    """Module -> name of a mutant -> why it is no fault."""
    broken: list[str]

    @property
    def left(self) -> list[tuple[str, Mutant, str]]:
        """Return the mutants that nothing killed and that are not listed as equivalent."""
        return [
            (seen.module, mutant, result)
            for seen in self.seen
            for mutant, result in seen.results
            if result != KILLED and mutant.name not in self.equivalents.get(seen.module, {})
        ]

    @property
    def unknown(self) -> list[str]:
        """Return what the list of equivalents names though it was killed or is no mutant (any more)."""
        found = []
        for seen in self.seen:
            alive = {mutant.name for mutant, result in seen.results if result != KILLED}
            found += [f"{seen.module} {name}" for name in self.equivalents.get(seen.module, {}) if name not in alive]
        return found


def _read(name: str) -> Any:
    return YAML(typ="safe").load((HERE / name).read_text("utf-8")) or {}


def files_of(modules: Sequence[str] = (), *, quick: bool = False) -> dict[str, list[str]]:
    """Return modules and their tests; of all, if none is named. `quick`: only the unit tests."""
    found = {}
    for room, rows in _read("tests_of.yaml").items():
        for name, files in rows.items():
            if not modules or f"{room}.{name}" in modules or room in modules:
                more = [] if quick else files.get("more", [])
                found[f"fuqi.{room}.{name}"] = [
                    *(f"tests/unit/{file}" for file in files["unit"]),
                    *(f"tests/{file}" for file in more),
                ]
    return found


def equivalents() -> dict[str, dict[str, str]]:
    """Return the reviewed list: module -> mutant -> reason."""
    return {f"fuqi.{module}": dict(rows or {}) for module, rows in _read("equivalents.yaml").items()}


def run(modules: Sequence[str] = (), *, only: str = "", quick: bool = False) -> Score:
    """Run the mutants of some modules, or of all."""
    wanted = files_of(modules, quick=quick)
    files = sorted({file for files in wanted.values() for file in files if (ROOT / file).exists()})
    plugin = Mutating(wanted, only=only)
    os.chdir(ROOT)
    pytest.main([*files, "-n", "0", "-q", "-p", "no:cacheprovider", "-s"], plugins=[plugin])
    return Score(plugin.seen, equivalents(), plugin.broken)


def told(score: Score) -> str:
    """Return the score as a table."""
    lines = ["| module | mutants | killed | equivalent | left |", "|---|---:|---:|---:|---:|"]
    left = [module for module, *_ in score.left]
    sums = [0, 0, 0, 0]
    for seen in score.seen:
        killed, open_ = seen.number(KILLED), left.count(seen.module)
        row = [len(seen.results), killed, len(seen.results) - killed - open_, open_]
        sums = [one + other for one, other in zip(sums, row, strict=True)]
        lines.append(f"| {seen.module.removeprefix('fuqi.')} | " + " | ".join(map(str, row)) + " |")
    lines.append("| all | " + " | ".join(map(str, sums)) + " |")
    real = sums[0] - sums[2]
    lines += ["", f"Score: {sums[1]} of {real} mutants that are faults killed, {100 * sums[1] / real if real else 100:.1f} %."]
    lines += [f"- {module} line {mutant.lines[0]}: {mutant.name} ({result})" for module, mutant, result in score.left]
    lines += [f"- listed as equivalent, but killed or gone: {name}" for name in score.unknown]
    lines += [f"- fails without a mutant: {nodeid}" for nodeid in score.broken]
    return "\n".join(lines)

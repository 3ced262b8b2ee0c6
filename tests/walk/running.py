"""Starts the walk's steps in processes of their own: each opens one workspace."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.workspaces import own_environment

ROOT = Path(__file__).parents[2]


def step(module: str, *arguments: object) -> str:
    """Run a step of the walk and return what it printed."""
    command = [sys.executable, "-m", f"tests.walk.{module}", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=own_environment(), capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def probed(folder: Path, seed: int, number: int) -> dict[str, Any]:
    """Probe a workspace and return the report."""
    found: dict[str, Any] = json.loads(step("probing", folder, seed, number))
    return found


def told_apart(
    base: Path, work: Path, walkers: Sequence[str], scope: Sequence[str], *, seed: int, some: int
) -> tuple[list[str], int]:
    """Return for what walkers are answered otherwise in a world that differs outside their scope; and of how many answers."""
    one, other = work / "one", work / "other"
    shutil.copytree(base, one)
    shutil.copytree(base, other)
    changed = int(step("worlds", "alter", other, seed, *scope))
    assert changed > 20_000, "the other world is the same"
    asked = work / "asked.json"
    asked.write_text(step("worlds", "addresses", one, seed, some, *walkers), encoding="utf-8")
    first = json.loads(step("worlds", "answers", one, asked))
    second = json.loads(step("worlds", "answers", other, asked))
    assert set(first) == set(second) == set(walkers)
    different, number = [], 0
    for walker, told in first.items():
        number += len(told)
        answered = sum(said.startswith("200") for _, said in told)
        assert answered > len(told) // 5, f"{walker}: hardly anything was answered"
        pairs = zip(told, second[walker], strict=True)
        different += [f"{walker} {url}" for (url, said), (_, otherwise) in pairs if said != otherwise]
    return different, number


@dataclass(frozen=True)
class ToldApart:
    """What two worlds of a level answered: for which addresses otherwise, of how many, and what the first one said."""

    different: list[str]
    asked: int
    answered: int
    turned: int
    """How many pairs of neighbours the other world turned round."""
    text: str


def levels_told_apart(base: Path, work: Path, walker: str, level: str, place: str, *, seed: int, some: int) -> ToldApart:
    """Return for which addresses a walker is answered otherwise in a world that differs above a level, at a place."""
    one, other = work / "one", work / "other"
    shutil.copytree(base, one)
    shutil.copytree(base, other)
    turned = int(step("levels", "alter", other, level, seed, place))
    asked = json.loads(step("levels", "addresses", one, walker, seed, some))
    for world in (one, other):
        for number in json.loads(step("levels", "numbers", world, walker, some)):
            asked += [("POST", "/people/", {"words": number}), ("POST", "/api/v1/people/find", {"id_number": number})]
    kept = work / "asked.json"
    kept.write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
    first, second = (json.loads(step("levels", "answers", world, walker, kept)) for world in (one, other))
    different = [url for (url, said), (_, otherwise) in zip(first, second, strict=True) if said != otherwise]
    answered = sum(said.startswith("200") for _, said in first)
    return ToldApart(different, len(first), answered, turned, "\n".join(said for _, said in first))

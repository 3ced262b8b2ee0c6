"""Starts the walk's steps in processes of their own: each opens one workspace."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
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


def told_apart(base: Path, work: Path, walker: str, *places: str, seed: int, some: int) -> tuple[list[str], int]:
    """Return for which addresses a walker is answered otherwise in a world that differs outside the places; and of how many."""
    one, other = work / "one", work / "other"
    shutil.copytree(base, one)
    shutil.copytree(base, other)
    changed = int(step("worlds", "alter", other, seed, *places))
    assert changed > 20_000, "the other world is the same"
    asked = work / "asked.json"
    asked.write_text(step("worlds", "addresses", one, walker, seed, some), encoding="utf-8")
    first = json.loads(step("worlds", "answers", one, walker, asked))
    second = json.loads(step("worlds", "answers", other, walker, asked))
    answered = sum(said.startswith("200") for _, said in first)
    assert answered > len(first) // 4, "hardly anything was answered"
    return [url for (url, said), (_, otherwise) in zip(first, second, strict=True) if said != otherwise], len(first)

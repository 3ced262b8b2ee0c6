"""The repository as these tests read it: its files, its syntax trees, its rooms."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "fuqi"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def project() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@cache
def files() -> tuple[Path, ...]:
    """Return every file that is in git or would be added to it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return tuple(path for name in sorted(set(listed.split("\0"))) if name and (path := ROOT / name).is_file())


@cache
def python_files() -> tuple[Path, ...]:
    """Return every Python file that people write; migrations are written by Django."""
    return tuple(path for path in files() if path.suffix == ".py" and "migrations" not in path.parts)


def package_files() -> Iterator[Path]:
    """Return the Python files of the package."""
    return (path for path in python_files() if path.is_relative_to(PACKAGE))


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def functions(path: Path) -> Iterator[Function]:
    """Return every function and method of a file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def where(path: Path, node: ast.expr | ast.stmt | ast.arg | None = None) -> str:
    """Return a place that an editor can jump to."""
    return f"{path.relative_to(ROOT)}:{node.lineno}" if node else str(path.relative_to(ROOT))


@cache
def room_ranks() -> dict[str, int]:
    """Return each room's height in the layers contract, 0 at the bottom; siblings share one."""
    contracts = project()["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return {
        room.strip(" ()"): height
        for height, layer in enumerate(reversed(layers))
        for room in layer.replace(":", "|").split("|")
    }

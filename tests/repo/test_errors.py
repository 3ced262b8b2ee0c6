from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repo.sources import package_files, tree, where

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _error_classes() -> dict[str, tuple[Path, ast.ClassDef]]:
    """Return every class that descends from FuqiError, by name."""
    classes = [(path, node) for path in package_files() for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    found: dict[str, tuple[Path, ast.ClassDef]] = {}
    known = {"FuqiError"}
    while True:
        new = {
            node.name: (path, node)
            for path, node in classes
            if node.name not in known and known & {ast.unparse(base).rsplit(".", 1)[-1] for base in node.bases}
        }
        if not new:
            return found
        found.update(new)
        known |= set(new)


def _code(node: ast.ClassDef) -> str | None:
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))):
                return code
            case ast.AnnAssign(target=ast.Name(id="code"), value=ast.Constant(value=str(code))):
                return code
    return None


def test_every_error_has_a_code_of_its_own() -> None:
    codes = {f"{where(path, node)} {name}": _code(node) for name, (path, node) in _error_classes().items()}
    assert codes
    assert not [name for name, code in codes.items() if not re.fullmatch(r"[a-z][a-z0-9_]*", code or "")]
    assert not [code for code, count in Counter(codes.values()).items() if count > 1 or code == "error"]


def _messages(path: Path, names: set[str]) -> Iterator[tuple[ast.Call, str]]:
    """Yield the literal text of each message that a user may read: an error's first argument, a fault's second."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func).rsplit(".", 1)[-1]
        position = 1 if called == "Fault" else 0
        if (called not in names and called != "Fault") or len(node.args) <= position:
            continue
        literal = "".join(
            part.value
            for part in ast.walk(node.args[position])
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        )
        if literal:
            yield node, literal


def test_what_an_error_says_is_chinese() -> None:
    names = set(_error_classes()) | {"FuqiError"}
    wrong = [
        f"{where(path, node)}: {text}"
        for path in package_files()
        for node, text in _messages(path, names)
        if not CHINESE.search(text)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("source", ["raise FuqiError('no such file')", "Fault('code', f'row {row} is wrong')"])
def test_an_english_message_would_be_seen(tmp_path: Path, source: str) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(source)
    assert [text for _, text in _messages(planted, {"FuqiError"}) if not CHINESE.search(text)]

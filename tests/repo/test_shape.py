from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.repo.sources import PACKAGE, functions, package_files, python_files, tree, where

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
LONGEST_LINE = 128

LONG_FOR_A_REASON: dict[str, str] = {}
"""File, or file::function, and why it may be longer."""

PINYIN = frozenset(
    "baoxiao bingzhong dibao fupin hecha hezuo hukou hushu jiandang jiankang jiesuan jiuzhu jiuzhi leixing manbing menzhen "
    "mingdan nianling pinkun qianyue renkou shenfenzheng suifang tekun tijian tuopin xiangzhen xingming yibao yiliao yiyuan "
    "zhibiao zhuyuan".split()
)
"""Words that a Chinese programmer might write for want of an English one; the glossary has the English ones."""


def test_files_and_functions_stay_short_enough_to_read() -> None:
    long = []
    for path in python_files():
        lines = len(path.read_text("utf-8").splitlines())
        if lines > LONGEST_FILE and where(path) not in LONG_FOR_A_REASON:
            long.append(f"{where(path)}: {lines} lines")
        for function in functions(path):
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            if length > LONGEST_FUNCTION and f"{where(path)}::{function.name}" not in LONG_FOR_A_REASON:
                long.append(f"{where(path, function)}: {function.name} has {length} lines")
    assert not long, "\n".join(long)


def test_lines_stay_short_enough_to_read() -> None:
    lines = [
        (path, number, line) for path in python_files() for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
    ]
    long = [f"{where(path)}:{number}: {len(line)}" for path, number, line in lines if len(line) > LONGEST_LINE]
    assert not long, "\n".join(long)


def test_every_query_takes_the_viewer_first() -> None:
    seen, wrong = 0, []
    for path in package_files():
        if path.name != "queries.py" and path.parent.name != "queries":
            continue
        for function in tree(path).body:
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or function.name.startswith("_"):
                continue
            seen += 1
            arguments = [*function.args.posonlyargs, *function.args.args]
            first = arguments[0] if arguments else None
            if first is None or first.arg != "viewer" or not (first.annotation and ast.unparse(first.annotation) == "Viewer"):
                wrong.append(f"{where(path, function)}: {function.name}")
    assert not wrong, "nobody reads without a scope; `viewer: Viewer` comes first:\n" + "\n".join(wrong)
    assert seen, "no query was found: has the convention of the file name changed?"


def _is_money(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id.endswith("_fen")) or (
        isinstance(node, ast.Attribute) and node.attr.endswith("_fen")
    )


def _makes_a_float(node: ast.AST) -> bool:
    """Return whether the node makes a float of money: by annotation, by float() or by true division."""
    match node:
        case ast.arg(arg=name, annotation=ast.expr() as kind) | ast.FunctionDef(name=name, returns=ast.expr() as kind):
            return name.endswith("_fen") and "float" in ast.unparse(kind)
        case ast.AnnAssign(target=target, annotation=kind):
            return _is_money(target) and "float" in ast.unparse(kind)
        case ast.Call(func=ast.Name(id="float"), args=arguments):
            return any(map(_is_money, arguments))
        case ast.BinOp(op=ast.Div(), left=left, right=right):
            return _is_money(left) or _is_money(right)
    return False


def _floating_money(path: Path) -> list[int]:
    return sorted(getattr(node, "lineno", 0) for node in ast.walk(tree(path)) if _makes_a_float(node))


def test_money_is_never_a_float() -> None:
    wrong = [f"{where(path)}:{line}" for path in package_files() for line in _floating_money(path)]
    assert not wrong, "whole fen only: " + ", ".join(wrong)


def test_a_float_of_money_would_be_seen(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("paid_fen: float = 1\nhalf = row.paid_fen / 2\nfloat(paid_fen)\ndef f(due_fen: float) -> None: ...\n")
    assert _floating_money(planted) == [1, 2, 3, 4]


def _names(path: Path) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.walk(tree(path)):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                yield name, node
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, node


def test_identifiers_are_english_not_pinyin() -> None:
    wrong = []
    for path in package_files():
        for name, node in [(part, None) for part in path.relative_to(PACKAGE).with_suffix("").parts] + list(_names(path)):
            words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)
            if PINYIN & {word.lower() for word in words}:
                wrong.append(f"{where(path)}:{getattr(node, 'lineno', 1)}: {name}")
    assert not wrong, "the glossary has the English word:\n" + "\n".join(wrong)


def test_every_room_says_what_it_owns_and_refuses() -> None:
    rooms = [path for path in package_files() if path.name == "__init__.py" and path.parent.parent == PACKAGE]
    silent = [where(path) for path in rooms if not ast.get_docstring(tree(path))]
    folders = {path.relative_to(PACKAGE).parts[0] for path in package_files() if path.parent != PACKAGE}
    assert not silent
    assert folders == {path.parent.name for path in rooms}, "a room without __init__.py"

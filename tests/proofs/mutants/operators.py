"""Small faults in a module's syntax tree: which ones there are, and the tree with one of them in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

_OTHER: dict[type[ast.AST], tuple[Any, ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,),
    ast.FloorDiv: (ast.Mult,),
    ast.Div: (ast.Mult,),
    ast.Mod: (ast.Mult,),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
_OTHER_CALL = {"any": "all", "all": "any", "min": "max", "max": "min"}
_IN_ANY_ORDER = {"min", "max", "compare_digest", "same"}
_QUERY = {"filter", "exclude"}
_DROPPED_CALLS = {"filter", "exclude", "order_by", "distinct", "lower", "strip", "casefold"}
_NOT_LOOKED_AT = {"annotation", "returns", "decorator_list", "bases", "ctx", "type_comment"}
_ONLY_WORDS = {(ast.Assert, "msg"), (ast.ClassDef, "keywords")}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Spot:
    """Where a node hangs: its parent, the parent's field, and the position where that field is a list."""

    parent: ast.AST
    name: str
    position: int | None

    def put(self, node: ast.AST) -> None:
        """Hang a node there."""
        if self.position is None:
            setattr(self.parent, self.name, node)
        else:
            getattr(self.parent, self.name)[self.position] = node


@dataclass(frozen=True)
class Mutant:
    """One fault: what stands at a spot, and what is put there instead."""

    where: str
    """The outermost function or method with its class, or the name that is assigned to."""
    kind: str
    """`code`, `default` (of an argument), `class` or `module`: how it is put into a program that runs."""
    lines: tuple[int, int]
    """First and last line of the statement."""
    spot: Spot = field(compare=False, repr=False)
    old: ast.AST = field(compare=False, repr=False)
    new: ast.AST = field(compare=False, repr=False)
    statement: ast.stmt = field(compare=False, repr=False)
    words: str = ""
    """Old and new text: what a reviewed list knows it by, together with `where` and `nth`."""
    nth: int = 1

    @property
    def name(self) -> str:
        """Return what tells it from all others of its module."""
        return f"{self.where}: {self.words}" + (f" #{self.nth}" if self.nth > 1 else "")

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the tree have the fault."""
        self.spot.put(self.new)
        try:
            yield
        finally:
            self.spot.put(self.old)


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 110 else f"{text[:85]} … {text[-22:]}"


def mutants_of(tree: ast.Module) -> list[Mutant]:
    """Return every mutant of a module, in the order of its lines."""
    ast.fix_missing_locations(tree)
    found: list[Mutant] = []
    seen: dict[tuple[str, str], int] = {}
    for where, kind, statement, spot, node in _spots(tree, "", "module", None):
        for new in _instead_of(node, spot):
            ast.copy_location(new, node)
            ast.fix_missing_locations(new)
            words = f"{_text(node)} → {_text(new)}"
            nth = seen[where, words] = seen.get((where, words), 0) + 1
            lines = (statement.lineno, statement.end_lineno or statement.lineno)
            found.append(Mutant(where, kind, lines, spot, node, new, statement, words, nth))
    return found


_Found = tuple[str, str, ast.stmt, Spot, ast.AST]


def _spots(node: ast.AST, where: str, kind: str, statement: ast.stmt | None) -> Iterator[_Found]:
    for name, value in ast.iter_fields(node):
        if name in _NOT_LOOKED_AT or (type(node), name) in _ONLY_WORDS:
            continue
        for position, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not _is_idle(child):
                spot = Spot(node, name, position)
                yield from _below(child, spot, *_where(child, spot, where, kind, statement))


def _below(child: ast.AST, spot: Spot, where: str, kind: str, statement: ast.stmt | None) -> Iterator[_Found]:
    if statement is not None:
        yield where, kind, statement, spot, child
    if not (isinstance(child, ast.JoinedStr) and not _is_plain(child)):
        yield from _spots(child, where, kind, statement)


def _where(child: ast.AST, spot: Spot, where: str, kind: str, statement: ast.stmt | None) -> tuple[str, str, ast.stmt | None]:
    """Return in what a node stands: name, way of putting a fault in, and statement."""
    if kind == "code":
        return where, kind, child if isinstance(child, ast.stmt) and not _is_large(child) else statement
    if isinstance(child, ast.ClassDef):
        return f"{where}{child.name}.", "class", None
    if isinstance(child, _FUNCTIONS):
        return f"{where}{child.name}", "def", child
    if kind == "def":
        if spot.name == "body":
            return where, "code", child if isinstance(child, ast.stmt) else statement
        return where, "default" if isinstance(spot.parent, ast.arguments) else "def", statement
    if isinstance(child, ast.stmt):
        assigned = child.targets[0] if isinstance(child, ast.Assign) else getattr(child, "target", None)
        return where + (_text(assigned) if assigned is not None else type(child).__name__), kind, child
    return where, kind, statement


def _is_large(node: ast.stmt) -> bool:
    return isinstance(node, ast.If | ast.For | ast.While | ast.With | ast.Try)


def _is_idle(node: ast.AST) -> bool:
    """Return whether a node does nothing that a test could see: docstrings, imports, names that are let go, tables' options."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Delete):
        return all(isinstance(target, ast.Name) for target in node.targets)
    if isinstance(node, ast.ClassDef):
        return node.name == "Meta"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ContextVar":
        return True
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return True  # two lists that are as long as each other by the line above
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id == "__slots__" or _is_column(node.value)
    return isinstance(node, ast.Import | ast.ImportFrom)


def _is_column(value: ast.expr) -> bool:
    """Return whether it declares a table's column: that a migration was made of it is tested elsewhere."""
    return isinstance(value, ast.Call) and ast.unparse(value.func).endswith(("Field", "ForeignKey"))


def _is_plain(node: ast.AST) -> bool:
    """Return whether a text is for the program; words for people are not mutated."""
    return all(
        part.value.isascii() for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def _instead_of(node: ast.AST, spot: Spot) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            yield from _boolean(node)
        case ast.BinOp() | ast.UnaryOp():
            yield from _operations(node)
        case ast.Constant():
            yield from _constants(node, spot)
        case ast.Call():
            yield from _calls(node)
        case ast.IfExp():
            yield ast.IfExp(node.test, node.orelse, node.body)
            yield from _decisions(node.test, lambda test: ast.IfExp(test, node.body, node.orelse))
        case ast.comprehension():
            yield from _comprehensions(node)
        case ast.Set() if len(node.elts) > 1:
            yield from (ast.Set([*node.elts[:at], *node.elts[at + 1 :]]) for at in range(len(node.elts)))
        case ast.stmt():
            yield from _statements(node)


def _operations(node: ast.BinOp | ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp):
        yield from (ast.BinOp(node.left, other(), node.right) for other in _OTHER.get(type(node.op), ()))
    elif isinstance(node.op, ast.Not | ast.USub):
        yield node.operand


def _comparisons(node: ast.Compare) -> Iterator[ast.AST]:
    for at, op in enumerate(node.ops):
        for other in _OTHER.get(type(op), ()):
            yield ast.Compare(node.left, [*node.ops[:at], other(), *node.ops[at + 1 :]], node.comparators)


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(_OTHER[type(node.op)][0](), node.values)
    for at in range(len(node.values)):
        left = [*node.values[:at], *node.values[at + 1 :]]
        yield left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


def _constants(node: ast.Constant, spot: Spot) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, float):
        yield ast.Constant(value * 2 if value else 1.0)
    elif isinstance(value, bytes):
        yield ast.Constant(b"x" + value)
    elif isinstance(value, str) and value.isascii():
        if isinstance(spot.parent, ast.JoinedStr) and not value.strip(" {}"):
            return
        yield ast.Constant(f"x{value}")


def _decisions(test: ast.expr, build: object) -> Iterator[ast.AST]:
    """Yield the node with the opposite decision, where no comparison inside gives one."""
    if not isinstance(test, ast.Compare | ast.BoolOp) and not (isinstance(test, ast.UnaryOp)):
        yield build(ast.UnaryOp(ast.Not(), test))  # type: ignore[operator]


def _comprehensions(node: ast.comprehension) -> Iterator[ast.AST]:
    for at, test in enumerate(node.ifs):
        others = node.ifs[:at], node.ifs[at + 1 :]
        yield ast.comprehension(node.target, node.iter, [*others[0], *others[1]], node.is_async)
        yield from _decisions(
            test,
            lambda other, kept=others: ast.comprehension(node.target, node.iter, [*kept[0], other, *kept[1]], node.is_async),
        )


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    plain = [argument for argument in node.args if not isinstance(argument, ast.Starred)]
    if len(plain) == len(node.args) >= 2 and ast.unparse(node.func).rpartition(".")[2] not in _IN_ANY_ORDER:
        yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
    if isinstance(node.func, ast.Name):
        if node.func.id in _OTHER_CALL:
            yield ast.Call(ast.Name(_OTHER_CALL[node.func.id], ast.Load()), node.args, node.keywords)
        if node.func.id in ("sorted", "reversed") and node.args:
            yield node.args[0]
        if node.func.id == "_role":
            yield from (
                ast.Call(node.func, [*node.args[:at], *node.args[at + 1 :]], node.keywords) for at in range(2, len(node.args))
            )
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in _DROPPED_CALLS:
            yield node.func.value
        if node.func.attr in _QUERY and len(node.args) + len(node.keywords) > 1:
            yield from (
                ast.Call(node.func, node.args, [*node.keywords[:at], *node.keywords[at + 1 :]])
                for at in range(len(node.keywords))
            )


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.If() | ast.While():
            yield from _decisions(node.test, lambda test: type(node)(test, node.body, node.orelse))
        case ast.Assign() if not isinstance(node.targets[0], ast.Name | ast.Tuple):
            yield ast.Pass()
        case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Assert() | ast.Delete():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
            yield ast.Pass()
        case ast.Break():
            yield ast.Pass()
        case ast.With() if all(item.optional_vars is None for item in node.items):
            yield ast.If(ast.Constant(True), node.body, [])
        case _:
            return

"""Putting one fault into modules that are imported: functions get another body, tables another content."""

from __future__ import annotations

import ast
import functools
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tests.proofs.mutants.operators import Mutant

ROOTS = ("fuqi", "tests")


class NotSwappedError(Exception):
    """The fault cannot be put into a program that runs already."""


class Source:
    """A module's tree, and the functions that were made of it."""

    def __init__(self, module: ModuleType) -> None:
        assert module.__file__ is not None
        self.module = module
        self.path = str(Path(module.__file__))
        self.tree = ast.parse(Path(self.path).read_text("utf-8"), self.path)
        self._made = [
            found for found in gc.get_objects() if type(found) is FunctionType and found.__code__.co_filename == self.path
        ]

    def functions(self, name: str, line: int) -> list[FunctionType]:
        """Return the functions made of one definition, however they are wrapped."""
        return [found for found in self._made if (found.__code__.co_qualname, found.__code__.co_firstlineno) == (name, line)]

    def swap(self, mutant: Mutant) -> None:
        """Put the fault in; for the rest of this process. Raises NotSwappedError, or whatever the module raises with it."""
        with mutant.in_place():
            if mutant.kind == "code":
                self._swap_code(mutant)
            elif mutant.kind == "default":
                self._swap_defaults(mutant)
            elif mutant.kind == "class":
                self._swap_of_class(mutant)
            elif mutant.kind == "module":
                self._swap_of_module(mutant)
            else:
                raise NotSwappedError(mutant.kind)
        forget_cached()

    def _swap_code(self, mutant: Mutant) -> None:
        codes = [
            code
            for code in _codes(compile(self.tree, self.path, "exec", dont_inherit=True))
            if code.co_qualname == mutant.where and code.co_firstlineno <= mutant.lines[0]
        ]
        code = max(codes, key=lambda code: code.co_firstlineno)
        functions = self.functions(code.co_qualname, code.co_firstlineno)
        if not functions:
            raise NotSwappedError("no such function")
        for function in functions:
            try:
                function.__code__ = code
            except ValueError as error:
                raise NotSwappedError(str(error)) from None

    def _swap_defaults(self, mutant: Mutant) -> None:
        node = mutant.statement
        assert isinstance(node, ast.FunctionDef)
        line = node.decorator_list[0].lineno if node.decorator_list else node.lineno
        found = self.functions(mutant.where, line)
        if not found:
            raise NotSwappedError("no such function")
        for function in found:
            names = vars(self.module)
            function.__defaults__ = tuple(_value(default, names) for default in node.args.defaults) or None
            pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            function.__kwdefaults__ = {arg.arg: _value(default, names) for arg, default in pairs if default is not None}

    def _swap_of_class(self, mutant: Mutant) -> None:
        *outer, name = mutant.where.split(".")
        owner: Any = self.module
        for part in outer:
            owner = getattr(owner, part)
        statement = mutant.statement
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None or hasattr(owner, "_meta"):
            raise NotSwappedError("a class that is made already")
        value = _value(statement.value, vars(self.module))
        init = owner.__dict__.get("__init__")
        if hasattr(owner, "__dataclass_fields__") and name in owner.__dataclass_fields__:
            _set_default(init, name, value)
        else:
            setattr(owner, name, value)

    def _swap_of_module(self, mutant: Mutant) -> None:
        """Run the assignment and all that follow it; each name that changes is changed wherever it was imported."""
        if not isinstance(mutant.statement, ast.Assign | ast.AnnAssign):
            raise NotSwappedError("no assignment")
        names = dict(vars(self.module))
        begin = self.tree.body.index(mutant.statement)
        for statement in self.tree.body[begin:]:
            if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
                continue
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            if statement is not mutant.statement and "ContextVar" in ast.unparse(statement.value):
                continue
            exec(compile(ast.Module([statement], []), self.path, "exec"), names)
            for part in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(part, ast.Name):
                    self._set(part.id, names[part.id], is_own=statement is mutant.statement)

    def _set(self, name: str, value: Any, *, is_own: bool) -> None:
        old = vars(self.module)[name]
        if not is_own and (old == value or callable(old)):
            return
        if isinstance(old, dict):
            old.clear()
            old.update(value)
            return
        for module in _our_modules():
            for known, held in list(vars(module).items()):
                if held is old and (known == name or type(held) not in (int, str, bytes, bool)):
                    setattr(module, known, value)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _value(node: ast.expr, names: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "<mutant>", "eval"), names)


def _set_default(init: Any, name: str, value: Any) -> None:
    """Change a field's default in the `__init__` that a dataclass has."""
    code, defaults = init.__code__, list(init.__defaults__ or ())
    names = code.co_varnames[: code.co_argcount][-len(defaults) :] if defaults else ()
    if name not in names:
        raise NotSwappedError("no default")
    defaults[names.index(name)] = value
    init.__defaults__ = tuple(defaults)


def _our_modules() -> list[ModuleType]:
    return [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in ROOTS]


_caches: list[Any] = []


def find_caches() -> None:
    """Remember every cached function of ours, so that what was worked out before a fault is forgotten."""
    kind = type(functools.lru_cache(lambda: None))
    _caches[:] = [
        found for found in gc.get_objects() if type(found) is kind and (found.__module__ or "").partition(".")[0] in ROOTS
    ]


def forget_cached() -> None:
    """Forget what cached functions remember."""
    for found in _caches:
        found.cache_clear()

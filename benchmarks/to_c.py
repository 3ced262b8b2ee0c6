"""Generated C: the compiled scheme's restricted Python text, statement by statement, through `gcc -O3`; called with ctypes.

Same algorithm, same arrays. Two liberties are taken in favour of C: `//` becomes C's division (right for what is never
negative, and the result is compared on every claim), and no index is checked or wrapped.
"""

from __future__ import annotations

import ast
import ctypes
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

C_TYPES = {"int64": "int64_t", "int32": "int32_t", "int16": "int16_t", "int8": "int8_t", "uint8": "uint8_t", "bool": "uint8_t"}
OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.FloorDiv: "/",
    ast.Mod: "%",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.And: "&&",
    ast.Or: "||",
    ast.USub: "-",
    ast.Not: "!",
    ast.LShift: "<<",
    ast.RShift: ">>",
}
HEAD = """#include <stdint.h>
#define MIN(a, b) ({ int64_t _a = (a), _b = (b); _a < _b ? _a : _b; })
#define MAX(a, b) ({ int64_t _a = (a), _b = (b); _a > _b ? _a : _b; })
"""


class NotRestrictedError(Exception):
    """The text holds something that this translation does not know."""


def compiler() -> str | None:
    """Return the path of gcc, None where there is none."""
    return shutil.which("gcc")


def built(c_source: str, name: str, folder: Path, *options: str) -> Any:
    """Return the C function `name` of a source, compiled with `-O3` and further options."""
    gcc = compiler()
    if gcc is None:
        raise FileNotFoundError("gcc")
    source, library = folder / f"{name}.c", folder / f"{name}{'-'.join(options)}.so"
    source.write_text(c_source, "utf-8")
    subprocess.run([gcc, "-O3", "-shared", "-fPIC", "-w", *options, "-o", library, source], check=True)
    return getattr(ctypes.CDLL(str(library)), name)


def caller(function: Any, arguments: Sequence[Any]) -> Callable[[], Any]:
    """Return a call of a C function with whole numbers and arrays, as `translated` expects them; it returns a whole number."""
    function.restype = ctypes.c_int64
    given: list[Any] = []
    for argument in arguments:
        if isinstance(argument, int):
            given.append(ctypes.c_int64(argument))
            continue
        given.append(ctypes.c_void_p(argument.ctypes.data))
        given += [ctypes.c_int64(size) for size in argument.shape]
    return lambda: function(*given)


def translated(source: str, name: str, arguments: Sequence[Any]) -> str:
    """Return a function of restricted Python as C for arguments of these types; arrays must be contiguous, row by row.

    Other functions of the text become static functions over whole numbers. Raises NotRestrictedError.
    """
    module = ast.parse(source)
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    main = next(node for node in functions if node.name == name)
    parts = [HEAD]
    for node in functions:
        if node is not main:
            parts.append(_Function({}).define(node, "static inline "))
    kinds = {argument.arg: value for argument, value in zip(main.args.args, arguments, strict=True)}
    parts.append(_Function(kinds).define(main, ""))
    return "".join(parts)


class _Function:
    """One function on its way to C; `arrays` are the arguments that are not whole numbers, by name."""

    def __init__(self, kinds: dict[str, Any]) -> None:
        self.arrays = {name: value for name, value in kinds.items() if not isinstance(value, int)}
        self.lines: list[str] = []
        self.names: set[str] = set()

    def define(self, node: ast.FunctionDef, lead: str) -> str:
        """Return the function's definition in C."""
        self.block(node.body, 1)
        own = {argument.arg for argument in node.args.args}
        local = "".join(f"    int64_t {name} = 0;\n" for name in sorted(self.names - own))
        heading = ", ".join(self._argument(argument.arg) for argument in node.args.args)
        return f"{lead}int64_t {node.name}({heading}) {{\n{local}{''.join(self.lines)}    return 0;\n}}\n"

    def _argument(self, name: str) -> str:
        if name not in self.arrays:
            return f"int64_t {name}"
        array = self.arrays[name]
        if not array.flags.c_contiguous:
            raise NotRestrictedError(f"{name} is not contiguous")
        sizes = "".join(f", int64_t {name}_{axis}" for axis in range(array.ndim))
        return f"{C_TYPES[array.dtype.name]} *restrict {name}{sizes}"

    def block(self, body: Sequence[ast.stmt], depth: int) -> None:
        """Write the statements of a block."""
        for statement in body:
            self.statement(statement, depth)

    def _is_table(self, name: str) -> bool:
        return name in self.arrays and self.arrays[name].ndim == 2

    def _say(self, text: str, depth: int) -> None:
        self.lines.append("    " * depth + text + "\n")

    def statement(self, node: ast.stmt, depth: int) -> None:
        """Write one statement."""
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                return
            case ast.Assign(targets=[ast.Name(id=row)], value=ast.Subscript(value=ast.Name(id=name), slice=index)) if (
                self._is_table(name)
            ):
                kind = C_TYPES[self.arrays[name].dtype.name]
                self._say(f"{kind} *restrict {row} = {name} + {self.expression(index)} * {name}_1;", depth)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._say(f"{self.target(target)} = {self.expression(value)};", depth)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._say(f"{self.target(target)} = {self.expression(value)};", depth)
            case ast.AugAssign(target=target, op=op, value=value):
                self._say(f"{self.target(target)} {OPERATORS[type(op)]}= {self.expression(value)};", depth)
            case ast.Return(value=value):
                self._say(f"return {self.expression(value) if value else '0'};", depth)
            case ast.Continue() | ast.Break():
                self._say(f"{'continue' if isinstance(node, ast.Continue) else 'break'};", depth)
            case ast.If() | ast.While() | ast.For():
                self._compound(node, depth)
            case _:
                raise NotRestrictedError(ast.unparse(node))

    def _compound(self, node: ast.If | ast.While | ast.For, depth: int) -> None:
        match node:
            case ast.If(test=test):
                self._say(f"if ({self.expression(test)}) {{", depth)
            case ast.While(test=test):
                self._say(f"while ({self.expression(test)}) {{", depth)
            case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=bounds)):
                self.names.add(name)
                first, last = (["0"] * (2 - len(bounds)) + [self.expression(bound) for bound in bounds])[:2]
                self._say(f"for ({name} = {first}; {name} < {last}; {name}++) {{", depth)
            case _:
                raise NotRestrictedError(ast.unparse(node))
        self.block(node.body, depth + 1)
        if node.orelse and isinstance(node, ast.If):
            self._say("} else {", depth)
            self.block(node.orelse, depth + 1)
        self._say("}", depth)

    def target(self, node: ast.expr) -> str:
        """Return what is assigned to."""
        if isinstance(node, ast.Name):
            self.names.add(node.id)
        return self.expression(node)

    def expression(self, node: ast.expr) -> str:
        """Return an expression, every operation in brackets."""
        match node:
            case ast.Constant(value=int() as value):
                return str(int(value)) if abs(value) < 2**31 else f"{value}LL"
            case ast.Name(id=name):
                return name
            case ast.BinOp(left=left, op=op, right=right):
                return f"({self.expression(left)} {OPERATORS[type(op)]} {self.expression(right)})"
            case ast.UnaryOp(op=op, operand=operand):
                return f"({OPERATORS[type(op)]}{self.expression(operand)})"
            case ast.BoolOp(op=op, values=values):
                return f"({f' {OPERATORS[type(op)]} '.join(map(self.expression, values))})"
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return f"({self.expression(test)} ? {self.expression(body)} : {self.expression(orelse)})"
            case ast.Subscript() | ast.Call():
                return self._reference(node)
        raise NotRestrictedError(ast.unparse(node))

    def _comparison(self, node: ast.Compare) -> str:
        sides = [self.expression(side) for side in (node.left, *node.comparators)]
        pairs = zip(sides, node.ops, sides[1:], strict=False)
        return f"({' && '.join(f'({left} {OPERATORS[type(op)]} {right})' for left, op, right in pairs)})"

    def _reference(self, node: ast.Subscript | ast.Call) -> str:
        match node:
            case ast.Subscript(
                value=ast.Attribute(value=ast.Name(id=name), attr="shape"), slice=ast.Constant(value=int() as axis)
            ):
                return f"{name}_{axis}"
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=[row, column])):
                return f"{name}[{self.expression(row)} * {name}_1 + {self.expression(column)}]"
            case ast.Subscript(value=ast.Subscript(value=ast.Name(id=name), slice=row), slice=column):
                return f"{name}[{self.expression(row)} * {name}_1 + {self.expression(column)}]"
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                return f"{name}[{self.expression(index)}]"
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
                return f"{name}_0"
            case ast.Call(func=ast.Name(id="min" | "max"), args=[first, *others]):
                text, which = self.expression(first), ast.unparse(node.func).upper()
                for other in others:
                    text = f"{which}({text}, {self.expression(other)})"
                return text
            case ast.Call(func=ast.Name(id=name), args=given, keywords=[]):
                return f"{name}({', '.join(map(self.expression, given))})"
        raise NotRestrictedError(ast.unparse(node))

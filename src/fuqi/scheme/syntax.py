"""The tree of a condition or expression: what it is made of, how its text is read, what it gives for given values.

Truth is three-valued (Kleene): True, False, or None where a needed value is unknown. Money is fen, rates are basis points.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError

from fuqi.basics.money import parse_yuan
from fuqi.scheme.errors import ConditionError, TextFault

Values = Mapping[str, object]
LONGEST_TEXT = 4000
DEEPEST_TEXT = 60

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a text; `at` is where it begins and takes no part in comparison."""

    at: int = field(compare=False, kw_only=True, default=0)

    def parts(self) -> tuple[Node, ...]:
        """Return the nodes that this one is made of."""
        return ()

    def evaluate(self, values: Values) -> Any:
        """Return the value for these values, None where it is unknown."""
        raise NotImplementedError

    def unknown(self, values: Values) -> frozenset[str]:
        """Return the names that keep the value from being known; empty if it is known."""
        if self.evaluate(values) is not None:
            return frozenset()
        return frozenset().union(*(part.unknown(values) for part in self.parts()))

    def names(self) -> frozenset[str]:
        """Return all names that are read."""
        return frozenset().union(*(part.names() for part in self.parts()))


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A written value: kind is money, rate, number, text, date or flag; `decimal` marks a number with a fraction."""

    kind: str
    value: Any
    written: str = field(compare=False, default="")

    def evaluate(self, values: Values) -> Any:
        return self.value


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name whose value is looked up; an absent one is unknown."""

    name: str

    def evaluate(self, values: Values) -> Any:
        return values.get(self.name)

    def unknown(self, values: Values) -> frozenset[str]:
        return frozenset() if values.get(self.name) is not None else frozenset({self.name})

    def names(self) -> frozenset[str]:
        return frozenset({self.name})


@dataclass(frozen=True, slots=True)
class Minus(Node):
    """The negative of a value."""

    item: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.item,)

    def evaluate(self, values: Values) -> Any:
        value = self.item.evaluate(values)
        return None if value is None else -value


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """Two values joined by + - * (or /, which the check refuses)."""

    sign: str
    left: Node
    right: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)

    def evaluate(self, values: Values) -> Any:
        left, right = self.left.evaluate(values), self.right.evaluate(values)
        if left is None or right is None:
            return None
        if self.sign == "+":
            return left + right
        return left - right if self.sign == "-" else left * right


@dataclass(frozen=True, slots=True)
class Extreme(Node):
    """The largest or smallest of several values."""

    which: str
    items: tuple[Node, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.items

    def evaluate(self, values: Values) -> Any:
        found = [item.evaluate(values) for item in self.items]
        if any(value is None for value in found):
            return None
        return max(found) if self.which == "max" else min(found)


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """Two values compared."""

    sign: str
    left: Node
    right: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)

    def evaluate(self, values: Values) -> bool | None:
        left, right = self.left.evaluate(values), self.right.evaluate(values)
        return None if left is None or right is None else _COMPARISONS[self.sign](left, right)


@dataclass(frozen=True, slots=True)
class InSet(Node):
    """Whether a text is in a set that a name holds."""

    item: Node
    container: Name

    def parts(self) -> tuple[Node, ...]:
        return (self.item, self.container)

    def evaluate(self, values: Values) -> bool | None:
        item, container = self.item.evaluate(values), self.container.evaluate(values)
        return None if item is None or container is None else item in container


@dataclass(frozen=True, slots=True)
class InList(Node):
    """Whether a value is one of a written list."""

    item: Node
    choices: tuple[Node, ...]

    def parts(self) -> tuple[Node, ...]:
        return (self.item, *self.choices)

    def evaluate(self, values: Values) -> bool | None:
        item = self.item.evaluate(values)
        if item is None:
            return None
        found = [choice.evaluate(values) for choice in self.choices]
        if item in [value for value in found if value is not None]:
            return True
        return None if None in found else False


@dataclass(frozen=True, slots=True)
class Not(Node):
    """The opposite; the opposite of unknown is unknown."""

    item: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.item,)

    def evaluate(self, values: Values) -> bool | None:
        value = self.item.evaluate(values)
        return None if value is None else not value


@dataclass(frozen=True, slots=True)
class All(Node):
    """True if all are true, false if one is false, else unknown."""

    items: tuple[Node, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.items

    def evaluate(self, values: Values) -> bool | None:
        unknown = False
        for item in self.items:
            value = item.evaluate(values)
            if value is None:
                unknown = True
            elif not value:
                return False
        return None if unknown else True


@dataclass(frozen=True, slots=True)
class Some(Node):
    """True if one is true, false if all are false, else unknown."""

    items: tuple[Node, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.items

    def evaluate(self, values: Values) -> bool | None:
        unknown = False
        for item in self.items:
            value = item.evaluate(values)
            if value is None:
                unknown = True
            elif value:
                return True
        return None if unknown else False


class _BadNumber(Exception):
    """A number in a form that no amount has."""

    def __init__(self, fault: TextFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@v_args(inline=True)
class _Builder(Transformer[Token, Node]):
    """Makes nodes of the grammar's rules."""

    def disjunction(self, *items: Node) -> Node:
        return Some(items, at=items[0].at)

    def conjunction(self, *items: Node) -> Node:
        return All(items, at=items[0].at)

    def negated(self, word: Token, item: Node) -> Node:
        return Not(item, at=_at(word))

    def compared(self, left: Node, sign: Token, right: Node) -> Node:
        return Comparison(str(sign), left, right, at=left.at)

    def in_set(self, item: Node, _in: Token, container: Token) -> Node:
        return InSet(item, Name(str(container), at=_at(container)), at=item.at)

    def not_in_set(self, item: Node, _not: Token, _in: Token, container: Token) -> Node:
        return Not(self.in_set(item, _in, container), at=item.at)

    def in_list(self, item: Node, _in: Token, *choices: Node) -> Node:
        return InList(item, choices, at=item.at)

    def not_in_list(self, item: Node, _not: Token, _in: Token, *choices: Node) -> Node:
        return Not(InList(item, choices, at=item.at), at=item.at)

    def arithmetic(self, left: Node, sign: Token, right: Node) -> Node:
        return Arithmetic(str(sign), left, right, at=left.at)

    def minus(self, sign: Token, item: Node) -> Node:
        return Minus(item, at=_at(sign))

    def extreme(self, which: Token, *items: Node) -> Node:
        return Extreme(which.lower(), items, at=_at(which))

    def money(self, token: Token) -> Node:
        return Constant("money", _fen(token), str(token), at=_at(token))

    def rate(self, token: Token) -> Node:
        try:
            basis_points = parse_yuan(token[:-1])
        except ValueError:
            raise _BadNumber(TextFault("number", f"“{token}”写不成百分比：最多两位小数", _at(token))) from None
        return Constant("rate", basis_points, str(token), at=_at(token))

    def number(self, token: Token) -> Node:
        if "." in token or len(token) > 15:
            message = f"“{token}”没有单位：金额写成“{token}元”，比例写成“{token}%”，不带单位的只能是整数"
            raise _BadNumber(TextFault("number", message, _at(token)))
        return Constant("number", int(token), str(token), at=_at(token))

    def text(self, token: Token) -> Node:
        return Constant("text", token[1:-1].replace("''", "'"), str(token), at=_at(token))

    def true(self, token: Token) -> Node:
        return Constant("flag", True, str(token), at=_at(token))

    def false(self, token: Token) -> Node:
        return Constant("flag", False, str(token), at=_at(token))

    def name(self, token: Token) -> Node:
        return Name(str(token), at=_at(token))


def _at(token: Token) -> int:
    return token.start_pos or 0


def _fen(token: Token) -> int:
    digits, unit = token[:-1], token[-1]
    if unit == "分":
        if digits.isdecimal() and len(digits) <= 17:
            return int(digits)
        raise _BadNumber(TextFault("number", f"“{token}”写不成金额：分只能是整数", _at(token)))
    try:
        return parse_yuan(digits)
    except ValueError:
        raise _BadNumber(TextFault("number", f"“{token}”写不成金额：元最多两位小数", _at(token))) from None


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = Path(__file__).with_name("conditions.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=None, propagate_positions=False)


@lru_cache(maxsize=4096)
def read_text(text: str) -> Node:
    """Return the tree of a condition or expression, names and kinds not yet checked. Raises ConditionError."""
    if len(text) > LONGEST_TEXT:
        raise ConditionError(text[:20], (TextFault("syntax", f"太长：最多{LONGEST_TEXT}个字符", 0),))
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as problem:
        raise ConditionError(text, (_syntax_fault(text, problem),)) from None
    node = _build(text, tree)
    if _depth(node) > DEEPEST_TEXT:
        raise ConditionError(text[:20], (TextFault("syntax", "层次套得太深，请拆开写", 0),))
    return node


def _depth(node: Node) -> int:
    """Return how many nodes stand one within the other."""
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(part, depth + 1) for part in one.parts()]
    return deepest


def _build(text: str, tree: Any) -> Node:
    try:
        return _Builder().transform(tree)
    except VisitError as problem:
        if isinstance(problem.orig_exc, _BadNumber):
            raise ConditionError(text, (problem.orig_exc.fault,)) from None
        raise
    except RecursionError:
        raise ConditionError(text[:20], (TextFault("syntax", "括号套得太深", 0),)) from None


def _syntax_fault(text: str, problem: UnexpectedInput) -> TextFault:
    if isinstance(problem, UnexpectedToken) and problem.token.type == "$END":
        return TextFault("syntax", "话没有说完", len(text.rstrip()))
    at = int(getattr(problem, "pos_in_stream", 0) or 0)
    if isinstance(problem, UnexpectedCharacters):
        return TextFault("syntax", f"“{text[at]}”在这里看不懂（可用的符号：= <> < <= > >= in and or not + - * max min）", at)
    return TextFault("syntax", f"“{text[at : at + 12]}”在这里看不懂", at)

"""Conditions and expressions in a kernel: what depends on words alone is looked up by profile, the rest is written out.

Truth is three-valued. A condition is written as two: when it surely holds, and when it surely does not; where neither is so,
it is unknown. An amount is written as its expression and the names whose absence leaves it open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from fuqi.scheme.mechanisms.own_share import emit_own
from fuqi.scheme.syntax import (
    All,
    Arithmetic,
    Comparison,
    Constant,
    Extreme,
    InList,
    Minus,
    Name,
    Node,
    Not,
    Some,
)
from fuqi.scheme.writer import UNKNOWN, KernelWriter, Slot, joined

WORDS = frozenset(
    "claim_id person_id household_id stay_id care hospital_level away icd10 sex groups disease_lists in_county referred "
    "insured in_pool in_province hospital_grade".split()
)
"""What conditions by profile read: words, sets, flags, and the grade of a hospital, which has four values."""

ALWAYS_KNOWN = frozenset({"total", "settle_total", "in_scope", "settled_at", "discharged", "month", "year", "ytd_own_in_scope"})

_SIGNS = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True)
class Truth:
    """When a condition surely holds and when it surely does not; `sure` says that one of the two is always so."""

    holds: str
    fails: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Amount:
    """An expression, the local names whose UNKNOWN leaves it open, and whether it can be below 0."""

    text: str
    nullable: frozenset[str] = frozenset()
    never_negative: bool = True

    @property
    def known(self) -> list[str]:
        """Return the conditions under which the amount is known."""
        return [f"{name} != {UNKNOWN}" for name in sorted(self.nullable)]

    @property
    def unknown(self) -> str:
        """Return the condition under which it is not."""
        return " or ".join(f"{name} == {UNKNOWN}" for name in sorted(self.nullable))


def by_profile(node: Node) -> bool:
    """Return whether what a node gives depends on words alone."""
    return node.names() <= WORDS


@dataclass(slots=True)
class NodeWriter:
    """Writes the conditions and expressions of one layer."""

    kernel: KernelWriter
    layer_id: str
    who: str
    atom: Callable[[Node], str]
    """Returns where a claim's profile says whether a condition over words holds: 0 false, 1 unknown, 2 true."""

    def truth(self, node: Node) -> Truth:
        """Return a condition; lines that it needs before it are written."""
        if by_profile(node):
            place = self.atom(node)
            return Truth(f"{place} == 2", f"{place} == 0", False)
        match node:
            case Not(item=item):
                inner = self.truth(item)
                return Truth(inner.fails, inner.holds, inner.sure)
            case All(items=items):
                parts = [self.truth(item) for item in _words_together(items, All)]
                return Truth(_all(part.holds for part in parts), _some(part.fails for part in parts), _sure(parts))
            case Some(items=items):
                parts = [self.truth(item) for item in _words_together(items, Some)]
                return Truth(_some(part.holds for part in parts), _all(part.fails for part in parts), _sure(parts))
            case Comparison():
                return self._comparison(node)
            case InList():
                return self._in_list(node)
        raise AssertionError(node)

    def three_valued(self, node: Node, wish: str) -> str:
        """Return a name or place that holds 2, 1 or 0: true, unknown, false."""
        if by_profile(node):
            return self.atom(node)
        found = self.truth(node)
        name = self.kernel.name(wish)
        other = "0" if found.sure else f"0 if {found.fails} else 1"
        self.kernel.line(f"{name} = 2 if {found.holds} else {other}")
        return name

    def _comparison(self, node: Comparison) -> Truth:
        if _is_flag(node.left) or _is_flag(node.right):
            left, right = (self.three_valued(item, f"{self.layer_id}_flag") for item in (node.left, node.right))
            known = f"{left} != 1 and {right} != 1 and {left}"
            same, other = (f"{known} == {right}", f"{known} != {right}")
            return Truth(same, other, False) if node.sign == "=" else Truth(other, same, False)
        left_amount, right_amount = self.amount(node.left), self.amount(node.right)
        text = f"{left_amount.text} {_SIGNS[node.sign]} {right_amount.text}"
        return _when_known(text, left_amount.nullable | right_amount.nullable)

    def _in_list(self, node: InList) -> Truth:
        """Return whether an amount or flag is in a list: surely if it equals one, surely not if it differs from all."""
        parts = [self._comparison(Comparison("=", node.item, choice)) for choice in node.choices]
        return Truth(_some(part.holds for part in parts), _all(part.fails for part in parts), _sure(parts))

    def amount(self, node: Node) -> Amount:
        """Return an expression over amounts, numbers or days."""
        match node:
            case Constant(value=value):
                number = value.toordinal() if isinstance(value, date) else int(value)
                return Amount(self.kernel.param(number, f"{self.layer_id}_{node.kind}"))
            case Name(name=name):
                return self._name(name)
            case Minus(item=item):
                inner = self.amount(item)
                return Amount(f"-{_bracketed(inner.text)}", inner.nullable, never_negative=False)
            case Arithmetic(sign=sign, left=left, right=right):
                one, other = self.amount(left), self.amount(right)
                second = _bracketed(other.text) if sign != "+" else other.text
                first = _bracketed(one.text) if sign == "*" else one.text
                never = one.never_negative and other.never_negative and sign != "-"
                return Amount(f"{first} {sign} {second}", one.nullable | other.nullable, never)
            case Extreme(which=which, items=items):
                return self._extreme(which, [self.amount(item) for item in items])
        raise AssertionError(node)

    def _extreme(self, which: str, items: list[Amount]) -> Amount:
        nullable = frozenset().union(*(item.nullable for item in items))
        signs = [item.never_negative for item in items]
        text = items[0].text if len(items) == 1 else f"{which}({', '.join(item.text for item in items)})"
        return Amount(text, nullable, any(signs) if which == "max" else all(signs))

    def _name(self, name: str) -> Amount:
        lead, _, end = name.partition(".")
        if lead in ("paid", "over"):
            return Amount(self.kernel.named[f"{lead}.{end}"])
        if lead == "ytd_paid":
            return Amount(self.kernel.sum(Slot("paid", end, self.kernel.who[end], "year")))
        if name == "ytd_own_in_scope":
            return Amount(self.kernel.sum(Slot("own_in_scope", "all", self.who, "year")))
        if lead == "own":
            local = self.kernel.named[name]
        elif name == "admission_no":
            local = self.kernel.name_of(name, name)
        else:
            local = self.kernel.fact(name)
        return Amount(local, frozenset() if name in ALWAYS_KNOWN else frozenset({local}))

    def own_shares(self, names: frozenset[str]) -> None:
        """Write the own shares that a layer reads, as they are before it."""
        for name in sorted(names):
            if name.startswith("own."):
                emit_own(self.kernel, name.removeprefix("own."))


def _is_flag(node: Node) -> bool:
    match node:
        case Constant(kind=kind):
            return kind == "flag"
        case Name(name=name):
            return name in WORDS and name != "hospital_grade"
        case Comparison() | InList() | Not() | All() | Some():
            return True
    return type(node).__name__ == "InSet"


def _words_together(items: tuple[Node, ...], kind: type[All] | type[Some]) -> list[Node]:
    """Return the items with those over words alone as one."""
    words = tuple(item for item in items if by_profile(item))
    rest = [item for item in items if not by_profile(item)]
    return [words[0] if len(words) == 1 else kind(words), *rest] if words else rest


def _when_known(text: str, nullable: frozenset[str]) -> Truth:
    known = " and ".join(f"{name} != {UNKNOWN}" for name in sorted(nullable))
    if not known:
        return Truth(text, f"not ({text})", True)
    return Truth(f"{known} and {text}", f"{known} and not ({text})", False)


def _all(parts: Iterable[str]) -> str:
    return joined(list(parts), "and")


def _some(parts: Iterable[str]) -> str:
    return joined(list(parts), "or")


def _sure(parts: list[Truth]) -> bool:
    return all(part.sure for part in parts)


def _bracketed(text: str) -> str:
    return text if re.fullmatch(r"\w+(\[\w+\])?", text) else f"({text})"

"""What a set of assumptions says of each name: flags, members of sets, texts, and ranges of sums of numbers.

Money is fen, rates are basis points, days are their ordinals; all are whole numbers, so that `> 5` is `>= 6`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import gcd

from fuqi.scheme.names import Names
from fuqi.scheme.syntax import Arithmetic, Constant, Extreme, Minus, Name, Node

NUMBERS = ("money", "rate", "number", "date")
Term = str | Node
"""A name, or a part that is looked at as a whole because it is no sum."""
Form = tuple[tuple[tuple[Term, int], ...], int]
"""A sum of terms with their factors, and a constant: compared with 0."""
_AT_LEAST = {"bed_days": 1}
_MAY_BE_NEGATIVE = ("amount", "household_income")
"""A payment that is taken back; an income after costs."""


def linear(left: Node, right: Node, names: Names) -> Form | None:
    """Return `left - right` as a sum, None where it is no comparison of numbers."""
    one, other = _sum(left, names), _sum(right, names)
    if one is None or other is None:
        return None
    terms = dict(one[0])
    for term, factor in other[0].items():
        terms[term] = terms.get(term, 0) - factor
    ordered = sorted(((term, factor) for term, factor in terms.items() if factor), key=lambda item: repr(item[0]))
    return tuple(ordered), one[1] - other[1]


def _sum(node: Node, names: Names) -> tuple[dict[Term, int], int] | None:
    match node:
        case Constant(value=date() as day):
            return {}, day.toordinal()
        case Constant(value=int() as number) if not isinstance(number, bool):
            return {}, number
        case Name(name=name):
            info = names.find(name)
            return ({name: 1}, 0) if info is not None and info.kind in NUMBERS else None
        case Minus(item=item):
            return _times(_sum(item, names), -1)
        case Arithmetic(sign=("+" | "-") as sign, left=left, right=right):
            return _added(_sum(left, names), _times(_sum(right, names), 1 if sign == "+" else -1))
        case Arithmetic(sign="*", left=left, right=right):
            return _product(node, _sum(left, names), _sum(right, names))
        case Extreme():
            return {node: 1}, 0
    return None


def _times(one: tuple[dict[Term, int], int] | None, factor: int) -> tuple[dict[Term, int], int] | None:
    return None if one is None else ({term: number * factor for term, number in one[0].items()}, one[1] * factor)


def _added(
    one: tuple[dict[Term, int], int] | None, other: tuple[dict[Term, int], int] | None
) -> tuple[dict[Term, int], int] | None:
    if one is None or other is None:
        return None
    terms = dict(one[0])
    for term, factor in other[0].items():
        terms[term] = terms.get(term, 0) + factor
    return terms, one[1] + other[1]


def _product(
    node: Node, left: tuple[dict[Term, int], int] | None, right: tuple[dict[Term, int], int] | None
) -> tuple[dict[Term, int], int] | None:
    if left is None or right is None:
        return None
    if not left[0]:
        return _times(right, left[1])
    return _times(left, right[1]) if not right[0] else ({node: 1}, 0)


@dataclass(slots=True)
class Range:
    """Whole numbers from `low` to `high` (None: no end), of which some are ruled out, or only some are left."""

    low: int | None = None
    high: int | None = None
    ruled_out: frozenset[int] = frozenset()
    left: frozenset[int] | None = None

    def copy(self) -> Range:
        """Return the same."""
        return Range(self.low, self.high, self.ruled_out, self.left)

    def at_least(self, number: int) -> None:
        """Cut off what is lower."""
        self.low = number if self.low is None else max(self.low, number)

    def at_most(self, number: int) -> None:
        """Cut off what is higher."""
        self.high = number if self.high is None else min(self.high, number)

    def tidy(self) -> bool:
        """Move the ends inwards over what is ruled out; return whether anything is left."""
        if self.left is not None:
            fits = {one for one in self.left if self._holds(one)}
            self.left = frozenset(fits)
            if fits:
                self.low, self.high = min(fits), max(fits)
            return bool(fits)
        while self.low is not None and self.low in self.ruled_out:
            self.low += 1
        while self.high is not None and self.high in self.ruled_out:
            self.high -= 1
        return self.low is None or self.high is None or self.low <= self.high

    def _holds(self, number: int) -> bool:
        fits = (self.low is None or number >= self.low) and (self.high is None or number <= self.high)
        return fits and number not in self.ruled_out


@dataclass(slots=True)
class Facts:
    """What has been assumed so far; every method returns False once the assumptions contradict each other."""

    names: Names
    flags: dict[Node, bool] = field(default_factory=dict)
    members: dict[tuple[str, str], bool] = field(default_factory=dict)
    texts: dict[str, tuple[frozenset[str] | None, frozenset[str]]] = field(default_factory=dict)
    """By name: the texts that are left (None: any) and those that are ruled out."""
    terms: dict[Term, Range] = field(default_factory=dict)
    sums: dict[tuple[tuple[Term, int], ...], Range] = field(default_factory=dict)

    def copy(self) -> Facts:
        """Return the same, to go on from."""
        terms = {term: found.copy() for term, found in self.terms.items()}
        sums = {form: found.copy() for form, found in self.sums.items()}
        return Facts(self.names, dict(self.flags), dict(self.members), dict(self.texts), terms, sums)

    def flag(self, node: Node, truth: bool) -> bool:
        """Assume that a condition of which nothing more is known holds, or not."""
        return self.flags.setdefault(node, truth) is truth

    def member(self, name: str, text: str, truth: bool) -> bool:
        """Assume that a text is in a set, or not."""
        info = self.names.find(name)
        if truth and info is not None and info.choices is not None and text not in info.choices:
            return False
        return self.members.setdefault((name, text), truth) is truth

    def one_of(self, name: str, values: Sequence[object], truth: bool) -> bool:
        """Assume that a name has one of the values, or none of them."""
        info = self.names.find(name)
        if info is not None and info.kind in NUMBERS:
            return self._number_of(name, values, truth)
        allowed, ruled_out = self.texts.get(name, (None if info is None else info.choices, frozenset[str]()))
        said = frozenset(str(value) for value in values)
        if truth:
            allowed = said if allowed is None else allowed & said
        else:
            ruled_out |= said
        allowed = None if allowed is None else allowed - ruled_out
        self.texts[name] = (allowed, ruled_out)
        return allowed is None or bool(allowed)

    def _number_of(self, name: str, values: Sequence[object], truth: bool) -> bool:
        numbers = frozenset(found for value in values if (found := _whole(value)) is not None)
        known = self.term(name)
        if truth:
            known.left = numbers if known.left is None else known.left & numbers
        else:
            known.ruled_out |= numbers
        return self._still()

    def term(self, term: Term) -> Range:
        """Return the range of a name; what a name can be by itself is known."""
        if term not in self.terms:
            self.terms[term] = _own_range(term, self.names)
        return self.terms[term]

    def compare(self, form: Form, sign: str) -> bool:
        """Assume how a sum compares with 0."""
        terms, constant = form
        if not terms:
            return _holds(constant, sign)
        divisor = gcd(*(factor for _, factor in terms)) * (-1 if terms[0][1] < 0 else 1)
        reduced = tuple((term, factor // divisor) for term, factor in terms)
        if divisor < 0:
            sign = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(sign, sign)
        size = abs(divisor)
        bound = -constant if divisor > 0 else constant
        single = len(reduced) == 1 and reduced[0][1] == 1
        known = self.term(reduced[0][0]) if single else self.sums.setdefault(reduced, Range())
        self._bind(known, sign, bound, size)
        return self._still()

    def _bind(self, known: Range, sign: str, bound: int, size: int) -> None:
        """Narrow a range by `size × sum sign bound`."""
        exact = bound % size == 0
        if sign in ("<", "<="):
            known.at_most((bound - 1) // size if sign == "<" else bound // size)
        elif sign in (">", ">="):
            known.at_least(bound // size + 1 if sign == ">" else -(-bound // size))
        elif sign == "=" and exact:
            known.at_least(bound // size)
            known.at_most(bound // size)
        elif sign == "=":
            known.left = frozenset()
        elif exact:
            known.ruled_out |= {bound // size}

    def _still(self) -> bool:
        """Return whether every range, and every sum of ranges, still has something left."""
        if not all(found.tidy() for found in self.terms.values()):
            return False
        for form, found in self.sums.items():
            low, high = self._ends(form)
            if low is not None:
                found.at_least(low)
            if high is not None:
                found.at_most(high)
            if not found.tidy():
                return False
        return True

    def _ends(self, form: Iterable[tuple[Term, int]]) -> tuple[int | None, int | None]:
        """Return the lowest and highest value that a sum of terms can have."""
        low: int | None = 0
        high: int | None = 0
        for term, factor in form:
            known = self.term(term)
            first, last = (known.low, known.high) if factor > 0 else (known.high, known.low)
            low = None if low is None or first is None else low + factor * first
            high = None if high is None or last is None else high + factor * last
        return low, high


def _own_range(term: Term, names: Names) -> Range:
    """Return what a name can be by itself: sums and numbers are never negative."""
    info = names.find(term) if isinstance(term, str) else None
    if info is None:
        return Range()
    if info.bounds is not None:
        return Range(*info.bounds)
    if info.name in _MAY_BE_NEGATIVE:
        return Range()
    if info.kind == "date":
        return Range(date.min.toordinal(), date.max.toordinal())
    return Range(_AT_LEAST.get(info.name, 0))


def _whole(value: object) -> int | None:
    if isinstance(value, date):
        return value.toordinal()
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _holds(number: int, sign: str) -> bool:
    table: Mapping[str, bool] = {
        "=": number == 0,
        "<>": number != 0,
        "<": number < 0,
        "<=": number <= 0,
        ">": number > 0,
        ">=": number >= 0,
    }
    return table[sign]

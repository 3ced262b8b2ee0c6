"""How large the numbers of a scheme can become: the argument, worked out for each scheme, that nothing leaves 64 bits.

Every amount of a claim is at most 10^9 fen, so every expression over them lies between two numbers. What is multiplied by a
rate is a base, a sum of bases, or an amount of a floor, a ratio or a lump; each must stay within LARGEST_SUM.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from fuqi.basics.money import MAX_CLAIM_FEN
from fuqi.scheme.benefits import Benefits, Layer
from fuqi.scheme.compiled.plan import LARGEST_SUM, LARGEST_YEAR
from fuqi.scheme.syntax import Arithmetic, Constant, Extreme, Minus, Name, Node
from fuqi.scheme.values import Row, Value

LARGEST_NUMBER = 2**61
"""What an expression may reach: two of them can still be added."""

LARGEST_GIVEN = 10**11
"""What a given amount may reach in a column of 64 bits; in plain Python there is no such limit."""

_NUMBERS = {
    "age": 10_000,
    "bed_days": 4_000_000,
    "month": 12,
    "year": 10_000,
    "hospital_grade": 3,
    "admission_no": 10**7,
    "discharged": 4_000_000,
    "admitted": 4_000_000,
    "settled_at": 4_000_000,
    "birth_on": 4_000_000,
    "ytd_own_in_scope": LARGEST_YEAR,
}
Range = tuple[int, int]


@dataclass(slots=True)
class Bounds:
    """The bounds of a scheme: `fault` says what could leave 64 bits, `largest_step` is the most that a claim adds to a sum."""

    benefits: Benefits
    fault: str = ""
    largest_step: int = MAX_CLAIM_FEN
    over: dict[str, int] = field(default_factory=dict)
    """The most that a layer's cap can cut off."""

    def __post_init__(self) -> None:
        for layer in self.benefits.layers:
            self._layer(layer)

    def _layer(self, layer: Layer) -> None:
        for condition in (row.when for _, row in layer.rows()):
            if condition is not None:
                self._conditions(condition.node, layer)
        if layer.when is not None:
            self._conditions(layer.when.node, layer)
        highest = {value.key: self._highest(value, layer) for value in layer.values()}
        base, of = highest.get("base", 0), highest.get("fill.of", 0)
        for what, amount in (("base", base), ("fill.of", of), ("at_least.of", highest.get("at_least.of", 0))):
            self._check(amount, LARGEST_SUM, layer, what)
        lump = highest.get("lump", 0)
        if layer.times is not None:
            self._check(lump, LARGEST_SUM, layer, "lump")
        if layer.period != "claim":
            self.largest_step = max(self.largest_step, base, of)
        self.over[layer.id] = max(base, lump, highest.get("at_least.of", 0))

    def _check(self, amount: int, limit: int, layer: Layer, what: str) -> None:
        if amount > limit and not self.fault:
            self.fault = f"{layer.id}: {what} can reach {amount}, more than {limit}"

    def _conditions(self, node: Node, layer: Layer) -> None:
        """Check every expression within a condition."""
        if isinstance(node, Constant | Name | Minus | Arithmetic | Extreme):
            self._range(node, layer)
            return
        for part in node.parts():
            self._conditions(part, layer)

    def _highest(self, value: Value, layer: Layer) -> int:
        """Return the most that a value can come to, points included; of a schedule the most of a step or bound."""
        points = sum(self._size(row, layer) for row in value.add)
        found = [abs(value.absent or 0)]
        for row in value.rows:
            own = points + sum(self._size(one, layer) for one in row.add)
            for bound, inner in row.content.schedule or ():
                found.append(self._highest(inner, layer) + own)
                self._check(bound or 0, LARGEST_NUMBER, layer, value.key)
            found.append(self._size(row, layer) + own)
        self._check(max(found), LARGEST_NUMBER, layer, value.key)
        return max(found)

    def _size(self, row: Row, layer: Layer) -> int:
        if row.content.expression is None:
            return 0
        low, high = self._range(row.content.expression.node, layer)
        return max(abs(low), abs(high))

    def _range(self, node: Node, layer: Layer) -> Range:
        found = self._range_of(node, layer)
        self._check(max(abs(found[0]), abs(found[1])), LARGEST_NUMBER, layer, "expression")
        return found

    def _range_of(self, node: Node, layer: Layer) -> Range:
        match node:
            case Constant(value=value):
                number = value.toordinal() if isinstance(value, date) else value if isinstance(value, int) else 0
                return (number, number)
            case Name(name=name):
                return (0, self._most(name))
            case Minus(item=item):
                low, high = self._range(item, layer)
                return (-high, -low)
            case Arithmetic(sign=sign, left=left, right=right):
                return _joined(sign, self._range(left, layer), self._range(right, layer))
            case Extreme(which=which, items=items):
                ranges = [self._range(item, layer) for item in items]
                pick = max if which == "max" else min
                return (pick(low for low, _ in ranges), pick(high for _, high in ranges))
        return (0, 1)

    def _most(self, name: str) -> int:
        lead, _, end = name.partition(".")
        if lead == "over":
            return self.over.get(end, MAX_CLAIM_FEN)
        if lead == "ytd_paid":
            return LARGEST_YEAR
        return LARGEST_GIVEN if name.startswith("paid_") else _NUMBERS.get(name, MAX_CLAIM_FEN)


def _joined(sign: str, left: Range, right: Range) -> Range:
    if sign == "+":
        return (left[0] + right[0], left[1] + right[1])
    if sign == "-":
        return (left[0] - right[1], left[1] - right[0])
    products = [one * other for one in left for other in right]
    return (min(products), max(products))

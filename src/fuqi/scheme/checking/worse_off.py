"""A person worse off by an extra fen: bills around every place where payments change their way, tried by the reference.

For each representative person the amount in scope runs over the scheme's own sums and a grid; wherever rows, brackets or
conditions change between two of them, the fen at which they do is found by halving, and the bills on both sides are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from fuqi.basics.money import MAX_CLAIM_FEN, format_yuan
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.checking.cases import in_words
from fuqi.scheme.checking.looking import names_of_layers
from fuqi.scheme.checking.people import Person, conditions_of, people
from fuqi.scheme.claims import Settled
from fuqi.scheme.model import Scheme
from fuqi.scheme.settle import settle
from fuqi.scheme.syntax import Constant, Node

_MOST_BILLS = 1_200
_GRID = 12
_OUTSIDE_FEN = (0, 10_000_00)


@dataclass(frozen=True, slots=True)
class WorseOff:
    """A bill on which one more fen in scope lowers what is paid, at the layer that loses most."""

    layer: str
    in_scope: int
    paid: int
    paid_after: int
    told: str


@dataclass(frozen=True, slots=True)
class _Paid:
    """What a bill got, and in which way: the rows used and the layers that applied."""

    total: int
    by_layer: dict[str, int]
    way: tuple[object, ...]


@dataclass(slots=True)
class _Bills:
    """Bills of one person, each settled once."""

    benefits: Benefits
    person: Person
    outside: int
    left: int
    known: dict[int, _Paid | None] = field(default_factory=dict)

    def paid(self, in_scope: int) -> _Paid | None:
        """Return what a bill gets; None where it cannot be settled."""
        if in_scope not in self.known:
            self.left -= 1
            result = settle(self.benefits, self.person.claims(in_scope, self.outside))[-1]
            self.known[in_scope] = _paid(result) if isinstance(result, Settled) else None
        return self.known[in_scope]

    def turns(self, low: int, high: int) -> Iterator[int]:
        """Yield the last amount of each stretch between two amounts in which the way stays the same."""
        while low < high and self.left > 0:
            first, last = self.paid(low), self.paid(high)
            if first is None or last is None or first.way == last.way:
                return
            start, end = low, high
            while end - start > 1 and self.left > 0:
                middle = (start + end) // 2
                found = self.paid(middle)
                if found is not None and found.way == first.way:
                    start = middle
                else:
                    end = middle
            yield start
            low = end


def worse_off(scheme: Scheme) -> list[WorseOff]:
    """Return the worst case for each layer that makes somebody lose by one fen more; nothing where none was found."""
    names = names_of_layers(scheme)
    sums = sorted({value for node in conditions_of(scheme.benefits) for value in _sums(node)} | set(_bounds(scheme.benefits)))
    largest = max(sums, default=0) or 10_000_00
    found: dict[str, WorseOff] = {}
    left = _MOST_BILLS
    outsides = _OUTSIDE_FEN if _tells_scope_from_total(scheme.benefits) else _OUTSIDE_FEN[:1]
    everybody = [(person, outside) for outside in outsides for person in people(scheme, names, largest)]
    for place, (person, outside) in enumerate(everybody):
        share = left // (len(everybody) - place)
        bills = _Bills(scheme.benefits, person, outside, share)
        for in_scope in _amounts_to_try(bills, sums, largest):
            one = _compared(bills, in_scope)
            if one is not None:
                layer, before, after = one
                known = found.get(layer)
                if known is None or before - after > known.paid - known.paid_after:
                    told = _told(in_scope, outside, before, after, in_words(person.facts, names, scheme.words), person)
                    found[layer] = WorseOff(layer, in_scope, before, after, told)
        left -= share - max(0, bills.left)
    return list(found.values())


def _tells_scope_from_total(benefits: Benefits) -> bool:
    """Return whether what lies outside the scope can matter."""
    read = frozenset().union(*(node.names() for node in conditions_of(benefits)))
    return "total" in read or "settle_total" in read or any(layer.scope == "total" for layer in benefits.layers)


def _amounts_to_try(bills: _Bills, sums: list[int], largest: int) -> Iterator[int]:
    grid = [largest * 2 * step // _GRID for step in range(1, _GRID + 1)]
    points = sorted({0, *sums, *(one + 1 for one in sums), *grid})
    points = [one for one in points if 0 <= one < MAX_CLAIM_FEN - max(_OUTSIDE_FEN)]
    yield from (one for one in sums if one < MAX_CLAIM_FEN)
    for low, high in pairwise(points):
        if bills.left <= 0:
            return
        yield from bills.turns(low, high)


def _compared(bills: _Bills, in_scope: int) -> tuple[str, int, int] | None:
    """Return the layer that loses most and both totals, where one more fen in scope lowers the total."""
    before, after = bills.paid(in_scope), bills.paid(in_scope + 1)
    if before is None or after is None or after.total >= before.total:
        return None
    loss = {layer: paid - after.by_layer[layer] for layer, paid in before.by_layer.items()}
    return max(loss, key=lambda layer: loss[layer]), before.total, after.total


def _paid(settled: Settled) -> _Paid:
    by_layer = {line.layer: line.pay_fen for line in settled.lines}
    way = tuple(
        (
            line.trace.applies,
            line.trace.lump,
            line.trace.over > 0,
            tuple((used.key, used.line, used.text) for used in line.trace.used),
        )
        for line in settled.lines
    )
    return _Paid(sum(by_layer.values()), by_layer, way)


def _told(in_scope: int, outside: int, before: int, after: int, person_words: str, person: Person) -> str:
    bill = "政策范围内费用" if outside else "费用"
    more = f"（另有政策范围外{format_yuan(outside)}元）" if outside else ""
    history = f"，本年此前住院一次、费用{format_yuan(person.earlier_fen)}元" if person.earlier_fen else ""
    who = f"（{person_words}{history}）" if person_words else ""
    return (
        f"多花一分反而少得：{bill}{format_yuan(in_scope)}元时共付{format_yuan(before)}元，"
        f"{format_yuan(in_scope + 1)}元时共付{format_yuan(after)}元，少{format_yuan(before - after)}元{more}{who}"
    )


def _sums(node: Node) -> Iterator[int]:
    if isinstance(node, Constant) and node.kind == "money" and node.value > 0:
        yield node.value
    for part in node.parts():
        yield from _sums(part)


def _bounds(benefits: Benefits) -> Iterator[int]:
    for layer in benefits.layers:
        for _, row in layer.rows():
            yield from (bound for bound, _ in row.content.schedule or () if bound)

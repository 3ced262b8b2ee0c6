"""Closing the sums: what stays cost and what of it is in scope, so that the scheme pays exactly what was published.

The scheme's own reference evaluator says what is paid; nothing here knows a rate. Paying never falls when more is in scope, so
a few closing claims are found by bisection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from fuqi.basics.errors import FuqiError
from fuqi.basics.money import format_yuan
from fuqi.sample.claims import Stay
from fuqi.sample.plan import Plan

Paid = Mapping[str, Mapping[str, int]]
"""What each layer pays, in fen, by the number of the claim; a claim that cannot be settled is not there."""

_State = tuple[tuple[int, int | None], ...]
Payer = Callable[[Sequence[Stay]], Paid]
Measure = Callable[[Sequence[Stay]], int]

_LEAST_SCOPE = 600_00
_PASSES, _NEARLY = 3, 100_00


class SampleError(FuqiError):
    """The published totals cannot be reached with this scheme."""

    code = "sample_totals"


@dataclass(slots=True)
class Books:
    """All claims of the year by household (or by person without one): those that can move each other's payments."""

    stays: Sequence[Stay]
    payer: Payer
    _of: dict[int, list[Stay]] = field(init=False, default_factory=dict)
    _known: dict[int, tuple[_State | None, Paid]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for stay in self.stays:
            self._of.setdefault(self._key(stay), []).append(stay)

    @staticmethod
    def _key(stay: Stay) -> int:
        return id(stay.person.household or stay.person)

    def paid(self, stays: Sequence[Stay]) -> dict[str, Mapping[str, int]]:
        """Return what the scheme pays on all claims of the households that the given ones belong to, as the sums stand now."""
        keys = dict.fromkeys(self._key(stay) for stay in stays)
        states = {key: tuple((one.total, one.in_scope) for one in self._of[key]) for key in keys}
        changed = [key for key in keys if self._known.get(key, (None, {}))[0] != states[key]]
        found = self.payer([stay for key in changed for stay in self._of[key]])
        for key in changed:
            numbers = [stay.number for stay in self._of[key]]
            self._known[key] = (states[key], {number: found[number] for number in numbers if number in found})
        return {number: layers for key in keys for number, layers in self._known[key][1].items()}

    def alone(self, stay: Stay) -> bool:
        """Return whether the claim is the only one of its person."""
        return sum(other.person is stay.person for other in self._of[self._key(stay)]) == 1


def _set_scope(stay: Stay, fen: int, *, keep_total: bool) -> None:
    if not keep_total and stay.in_scope:
        stay.total = stay.total * fen // stay.in_scope
    stay.in_scope = min(fen, stay.total) if keep_total else fen
    stay.total = max(stay.total, stay.in_scope)


def _largest(stay: Stay, measure: Measure, wanted: int, low: int, high: int, *, keep_total: bool) -> int:
    """Give the claim the largest sum in scope whose payment is not above the wanted one; return that payment."""
    while low < high:
        middle = (low + high + 1) // 2
        _set_scope(stay, middle, keep_total=keep_total)
        if measure([stay]) <= wanted:
            low = middle
        else:
            high = middle - 1
    _set_scope(stay, low, keep_total=keep_total)
    return measure([stay])


@dataclass(slots=True)
class Closing:
    """One sum that is to be reached: over `stays`, by changing `closers`."""

    what: str
    target: int
    stays: Sequence[Stay]
    closers: Sequence[Stay]
    measure: Measure
    keep_total: bool

    def _bounds(self, stay: Stay, ceiling: int) -> tuple[int, int]:
        return (stay.total // 3, stay.total) if self.keep_total else (_LEAST_SCOPE, ceiling)

    def close(self) -> None:
        """Change the closing claims until the sum is reached to the fen."""
        missing = self.target - self.measure(self.stays)
        ceiling = 2 * max(stay.in_scope or 0 for stay in self.closers)
        for _ in range(_PASSES):
            missing = self._spread(missing, ceiling)
        if 0 < abs(missing) < _NEARLY:
            self._last_fen(missing, ceiling)
        found = self.measure(self.stays)
        if found != self.target:
            raise SampleError(
                f"按这个方案，“{self.what}”凑不出 {format_yuan(self.target)} 元（最接近 {format_yuan(found)} 元）；"
                "请检查方案的起付线、比例和封顶线是否改动过，或者调整示例的参数表"
            )

    def _spread(self, missing: int, ceiling: int) -> int:
        """Let each closing claim take its part of what is missing, the later ones what is left; return what remains."""
        for at, stay in enumerate(self.closers):
            if missing == 0:
                break
            before = self.measure([stay])
            wanted = max(0, before + missing // (len(self.closers) - at))
            low, high = self._bounds(stay, ceiling)
            missing -= _largest(stay, self.measure, wanted, low, high, keep_total=self.keep_total) - before
        return missing

    def _last_fen(self, missing: int, ceiling: int) -> None:
        """Shift one closing claim by a few fen so that the last one can meet the rest exactly."""
        last, other = self.closers[-1], self.closers[-2]
        low, high = self._bounds(last, ceiling)
        begin = other.in_scope or 0
        for shift in range(1, 400):
            before = self.measure([other]) + self.measure([last])
            _set_scope(other, begin - shift, keep_total=self.keep_total)
            wanted = before + missing - self.measure([other])
            paid = _largest(last, self.measure, wanted, low, high, keep_total=self.keep_total)
            missing = wanted - paid
            if missing == 0:
                return


def _scale_totals(stays: Sequence[Stay], target: int) -> None:
    """Change the totals so that they add up to the target, each keeping its share in scope."""
    drawn = sum(stay.total for stay in stays)
    for stay in stays:
        share = 10000 * (stay.in_scope or 0) // stay.total
        stay.total = stay.total * target // drawn
        stay.in_scope = stay.total * share // 10000
    stays[0].total += target - sum(stay.total for stay in stays)


def _near(
    stays: Sequence[Stay], measure: Measure, target: int, change: Callable[[Stay, int], None], what: str, near: int
) -> None:
    """Change all claims by a common factor, found by a few trials, so that the sum comes near the target.

    `change` gives a claim so many ten-thousandths of what it was drawn with; `near`: one such part may be missing.
    """
    tried: list[tuple[int, int]] = []
    factor = 10000
    for _ in range(4):
        for stay in stays:
            change(stay, factor)
        tried.append((factor, measure(stays)))
        if abs(tried[-1][1] - target) * near < target:
            return
        if len(tried) == 1:
            factor = max(9000, min(11000, 10000 * target // max(1, tried[0][1])))
            continue
        (first, at_first), (second, at_second) = tried[-2:]
        if at_first == at_second:
            break
        factor = second + (target - at_second) * (second - first) // (at_second - at_first)
        if not 4000 <= factor <= 25000:
            break
    raise SampleError(
        f"按这个方案，“{what}”离 {format_yuan(target)} 元太远（试算得 {format_yuan(tried[-1][1])} 元）；"
        "请检查方案的起付线、比例和封顶线是否改动过，或者调整示例的参数表"
    )


def close_majors(plan: Plan, books: Books) -> None:
    """Make the stays of the treated patients of the four kinds cost and be paid exactly what was published."""
    stays = [stay for stay in books.stays if stay.role == "major"]
    _scale_totals(stays, plan.fen("major_total"))
    closers = [stay for stay in stays if books.alone(stay)]

    def measure(some: Sequence[Stay]) -> int:
        numbers = {stay.number for stay in some}
        paid = books.paid(some)
        return sum(sum(layers.values()) for number, layers in paid.items() if number in numbers)

    drawn = {stay.number: stay.in_scope or 0 for stay in stays}

    def change(stay: Stay, factor: int) -> None:
        stay.in_scope = min(stay.total, drawn[stay.number] * factor // 10000)

    _near(stays, measure, plan.fen("major_paid"), change, "四类九种大病补偿", 500)
    Closing("四类九种大病补偿", plan.fen("major_paid"), stays, closers, measure, keep_total=True).close()


def close_one_stop(plan: Plan, books: Books) -> None:
    """Make the layers beside the basic one, posted in time to registered people, add up to what was published."""
    until: date = plan.cut_off
    counted = [stay for stay in books.stays if stay.settled_on <= until and stay.person.household is not None]
    movable = [stay for stay in counted if stay.role in ("one_stop", "closing")]
    closers = [stay for stay in movable if stay.role == "closing" and books.alone(stay)]

    def measure(some: Sequence[Stay]) -> int:
        return sum(one_stop_payments(plan, books, some).values())

    drawn = {stay.number: (stay.total, stay.in_scope or 0) for stay in movable}
    fixed = measure(counted) - measure(movable)
    target = plan.fen("one_stop_paid")

    def change(stay: Stay, factor: int) -> None:
        total, scope = drawn[stay.number]
        stay.total, stay.in_scope = total * factor // 10000, scope * factor // 10000

    _near(movable, measure, target - fixed, change, "一站式补助", 300)
    Closing("一站式补助", target, counted, closers, measure, keep_total=False).close()
    people = {number: amount for number, amount in one_stop_payments(plan, books, counted).items() if amount > 0}
    if len(people) != plan.published["one_stop_people"]:
        raise SampleError(
            f"按这个方案，得到一站式补助的是 {len(people)} 人，不是 {plan.published['one_stop_people']} 人；请检查各层补助的适用条件"
        )


def one_stop_payments(plan: Plan, books: Books, stays: Sequence[Stay]) -> dict[str, int]:
    """Return what the layers beside the first paid to each person, by id number, for the given claims posted in time."""
    people = {stay.number: stay.person for stay in stays if stay.settled_on <= plan.cut_off and stay.person.household}
    sums: dict[str, int] = {}
    for number, layers in books.paid(stays).items():
        person = people.get(number)
        if person is not None:
            paid = sum(amount for layer, amount in layers.items() if layer != plan.shape["first_layer"])
            sums[person.number] = sums.get(person.number, 0) + paid
    return sums

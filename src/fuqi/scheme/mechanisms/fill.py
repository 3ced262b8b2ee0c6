"""fill: brings the person's own share (the base) down to a ratio of another amount."""

from __future__ import annotations

from fuqi.basics.money import share
from fuqi.scheme.writer import LayerWriter


def fill(base: int, bases: int, amounts: int, at_most: int, paid_before: int) -> int:
    """Return what brings the sum of bases down to `at_most` of the sum of amounts, never more than this claim's base."""
    return min(base, max(0, bases - share(amounts, at_most) - paid_before))


def emit_fill(to: LayerWriter) -> None:
    """Write what brings the base, or the period's sum of bases, down to its ratio."""
    of, at_most, period = to.values["fill_of"], to.values["fill_at_most"], to.layer.period
    if to.longer:
        to.set("fill_of", of)
        kept = f"(({to.past('of', period)} + {of}) * {at_most} + 5000) // 10000"
        to.set_at_least_zero("pay", f"{to.local('after')} - {kept} - {to.past('paid', period)}")
        to.lower_to("pay", to.local("base"))
    else:
        to.set_at_least_zero("pay", f"{to.local('base')} - ({of} * {at_most} + 5000) // 10000")
    to.trace("fill_of", of)
    to.trace("fill_of_before", to.past("of", period))
    to.trace("fill_at_most", at_most)

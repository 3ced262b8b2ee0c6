"""A figure as pages show it: number and unit, what it was counted from, its target, and whether that is reached, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from fuqi.indicators.figures import Figure
from fuqi.scheme.indicators import Indicator
from fuqi.scheme.model import Scheme

GOOD, SHORT, PLAIN, UNKNOWN = "good", "short", "plain", "unknown"
"""States of a figure: target reached, not reached, no target set, nothing to count it over."""

NO_BASE = "没有分母，不计算"


def grouped(number: str) -> str:
    """Return a printed number with its thousands set apart from five digits on; anything else as it is."""
    if not re.fullmatch(r"-?[0-9]{5,}(\.[0-9]+)?", number):
        return number
    whole, point, rest = number.partition(".")
    return f"{int(whole):,}{point}{rest}"


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure with the indicator that it is one of."""

    indicator: Indicator
    figure: Figure

    @property
    def rated(self) -> bool:
        """Return whether the value is a share in percent."""
        return self.indicator.measure in ("rate", "ratio")

    @property
    def unit(self) -> str:
        """Return the value's unit."""
        return "%" if self.rated else self.indicator.unit

    @property
    def number(self) -> float | None:
        """Return the value for drawing; None where there is none."""
        return float(self.figure.value) if self.figure.value else None

    @property
    def words(self) -> str:
        """Return value and unit, or why there is no value."""
        return f"{grouped(self.figure.value)}{self.unit}" if self.figure.value else NO_BASE

    @property
    def target_words(self) -> str:
        """Return the target as printed, '' where none is set."""
        target = self.indicator.target
        return f"{Decimal(target) / 100:f}%" if target is not None else ""

    @property
    def state(self) -> str:
        """Return the state, decided on the exact counts, not on the rounded share."""
        if self.rated and not self.figure.value:
            return UNKNOWN
        if self.indicator.target is None or not self.rated:
            return PLAIN
        return GOOD if self._short_of() <= 0 else SHORT

    @property
    def state_words(self) -> str:
        """Return the state in words, with what is still missing where that can be counted."""
        if self.state == SHORT:
            more = (self._short_of() / 10_000).to_integral_value(ROUND_CEILING)
            return f"未达到，还差{more:f}{self.indicator.unit}" if self.indicator.measure == "rate" else "未达到"
        return {GOOD: "已达到", UNKNOWN: NO_BASE}.get(self.state, "")

    def _short_of(self) -> Decimal:
        """Return by how much the numerator falls short of the target, in ten-thousandths."""
        target = self.indicator.target or 0
        return Decimal(self.figure.denominator) * target - Decimal(self.figure.numerator) * 10_000

    @property
    def is_long(self) -> bool:
        """Return whether the number needs smaller type."""
        return len(self.figure.value) > 7


def shown(scheme: Scheme, figures: Iterable[Figure]) -> list[ShownFigure]:
    """Return the figures whose indicators the scheme has, in the order given."""
    known = {item.id: item for item in scheme.indicators}
    return [ShownFigure(known[figure.code], figure) for figure in figures if figure.code in known]


def trend_words(days: Sequence[tuple[date, ShownFigure]]) -> str:
    """Return a trend as a sentence, for those who do not see the line."""
    return "，".join(f"{day.month}月{day.day}日{item.words}" for day, item in days)

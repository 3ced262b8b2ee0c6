"""Indicators that can count nothing, and reasons that can never be given."""

from __future__ import annotations

from collections.abc import Iterator

from fuqi.basics.errors import Fault, Place
from fuqi.scheme.checking.looking import wanted
from fuqi.scheme.checking.possible import Wanted, impossible
from fuqi.scheme.indicators import Indicator
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import COUNTING_TABLES, Names


def indicator_faults(scheme: Scheme) -> Iterator[Fault]:
    """Yield indicators whose conditions contradict themselves or each other."""
    for item, names in _tables(scheme):
        base = _base(item)
        if impossible((*base, *wanted(item.numerator)), names):
            which = "分母或范围" if impossible(base, names) else "分子（在分母或范围以内）"
            message = f"“{item.name}”的{which}自相矛盾，一条也数不到，请改正条件"
            yield Fault("never_holds", message, Place(file=f"{scheme.folder}/indicators.yaml", line=item.line, key=item.id))


def indicator_remarks(scheme: Scheme) -> Iterator[Fault]:
    """Yield reasons that no row can have which was considered and not counted."""
    for item, names in _tables(scheme):
        needs = (*_base(item), *wanted(item.numerator, truth=False))
        if item.numerator is None or impossible(needs, names):
            continue
        for reason in item.reasons:
            if reason.when is not None and impossible((*needs, *wanted(reason.when)), names):
                message = f"“{item.name}”未计入的原因“{reason.text or reason.column}”永远用不上；请改正条件或删去"
                yield Fault("never_holds", message, Place(file=f"{scheme.folder}/indicators.yaml", line=item.line, key=item.id))
            if reason.when is not None:
                needs = (*needs, *wanted(reason.when, truth=False))


def _tables(scheme: Scheme) -> Iterator[tuple[Indicator, Names]]:
    for item in scheme.indicators:
        if item.over in COUNTING_TABLES:
            yield item, COUNTING_TABLES[item.over]


def _base(item: Indicator) -> tuple[Wanted, ...]:
    return (*wanted(item.denominator), *wanted(item.considered))

"""Dated values: versions that are never in force within the scheme's period, and days before the first version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fuqi.basics.dates import Span
from fuqi.basics.errors import Fault
from fuqi.scheme.checking.looking import Look, looks, wanted
from fuqi.scheme.checking.possible import Wanted, impossible
from fuqi.scheme.model import Scheme
from fuqi.scheme.syntax import Comparison, Constant, Name
from fuqi.scheme.values import Row

_DAY = "discharged"


def date_remarks(scheme: Scheme) -> Iterator[Fault]:
    """Yield what is never in force, and from when on nothing is."""
    for look in looks(scheme):
        yield from _versions(look, look.value.rows, scheme.period)
        for row in (*look.value.rows, *look.value.add):
            yield from _outside(look, row, scheme.period)
        yield from _versions(look, look.value.add, scheme.period)
        for row in look.value.rows:
            yield from _versions(look, row.add, scheme.period)


def _versions(look: Look, rows: tuple[Row, ...], period: Span) -> Iterator[Fault]:
    starts = sorted({row.since for row in rows if row.since is not None})
    if not starts:
        return
    first = {start: next(row for row in rows if row.since == start) for start in starts}
    if period.start is not None:
        in_force = [start for start in starts if start <= period.start]
        for start in in_force[:-1]:
            message = f"{look.word}：{start}起的这一版在方案开始（{period.start}）以前就被{in_force[-1]}起的一版代替，用不上"
            yield look.fault("never_in_force", message, first[start])
        if not in_force:
            until = starts[0]
            message = (
                f"{look.word}：从方案开始（{period.start}）到{until}以前没有一版有效，那时的费用不能结算；请补上这一段的规定"
            )
            yield look.fault("date_gap", message, first[until])
    if period.until is not None:
        for start in starts:
            if start >= period.until:
                message = f"{look.word}：{start}起的这一版在方案结束（{period.until}）以后才开始，用不上"
                yield look.fault("never_in_force", message, first[start])


def _outside(look: Look, row: Row, period: Span) -> Iterator[Fault]:
    """Yield a row that holds only for days outside the scheme's period."""
    if row.when is None or _DAY not in row.when.names:
        return
    needs = (*look.under, *wanted(row.when))
    if impossible((*needs, *_within(period)), look.names) and not impossible(needs, look.names):
        yield look.fault("never_in_force", f"{look.word}：这一行只管方案期以外的日子，用不上", row)


def _within(period: Span) -> tuple[Wanted, ...]:
    def compared(sign: str, day: date) -> Wanted:
        return Comparison(sign, Name(_DAY), Constant("date", day)), True

    start = () if period.start is None else (compared(">=", period.start),)
    return start if period.until is None else (*start, compared("<", period.until))

"""Stipends: an amount per person and period while a condition holds, once on entry, or per event.

Full periods only, unless the scheme says `prorate: days`. A period's amount is the one in force on its first day; where days
are prorated, each day has the amount in force on it. A period belongs to the window in which its last day lies, so that
windows that follow each other give every period once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from fuqi.basics.dates import Span
from fuqi.scheme.conditions import Expression
from fuqi.scheme.payers import Payer, largest_remainder, shares
from fuqi.scheme.person_facts import EVENT_FACTS
from fuqi.scheme.persons import DAY, Event, History
from fuqi.scheme.promises import NOTHING, Promise, facts_behind, names_of, open_names, resolved, truth
from fuqi.scheme.syntax import Name, Values
from fuqi.scheme.values import Source, Used, Value

LENGTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""Months of the periods."""
ONCE, EVENT = "once", "event"
STIPEND_PERIODS = (*LENGTHS, ONCE, EVENT)
DUE, NOT_DUE, UNDECIDED = "due", "not_due", "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stipend(Promise):
    """A stipend. `quantity` and `most` belong to events: how many units, and how many at most in a period."""

    period: str = "month"
    amount: Value | None = None
    """Absent where it is the sum of what the payers pay."""
    quantity: Expression | None = None
    most: int | None = None
    most_per: str = "year"
    prorate: bool = False
    payers: tuple[Payer, ...] = ()

    def values(self) -> Iterator[Value]:
        """Yield every value of the stipend."""
        own = (self.amount, *(payer.amount for payer in self.payers))
        yield from (value for value in own if value is not None)

    @property
    def unit(self) -> str:
        """Return what the quantity of an event counts, in Chinese."""
        node = None if self.quantity is None else self.quantity.node
        info = EVENT_FACTS.exact.get(node.name) if isinstance(node, Name) else None
        return info.unit if info is not None else "次" if self.quantity is None else "份"

    def names(self) -> frozenset[str]:
        """Return every name that the stipend reads."""
        condition = NOTHING if self.when is None else self.when.names
        quantity = NOTHING if self.quantity is None else self.quantity.names
        return condition.union(quantity, *map(names_of, self.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class StipendLine:
    """What a stipend gives for one period, entry or event. Money in fen; `span` are the days of the period."""

    stipend: str
    name: str
    period: str
    span: Span
    state: str
    amount_fen: int = 0
    full_fen: int = 0
    """The amount of the whole period, or of one unit of an event; where days are prorated, that of the last day."""
    days: int = 0
    """On how many days the condition held."""
    of_days: int = 0
    event: str = ""
    quantity: int = 0
    unit: str = ""
    """What the quantity counts, in Chinese."""
    counted: int = 0
    """How much of the quantity the limit let through."""
    payers: tuple[tuple[str, int], ...] = ()
    provisional: bool = False
    """Whether an earlier event under the same limit is undecided."""
    prorated: bool = False
    when: str = ""
    used: tuple[Used, ...] = ()
    missing: tuple[str, ...] = ()
    source: Source = Source()
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class _Full:
    """The amount of a whole period or unit, with the parts of its payers."""

    amount: int = 0
    parts: tuple[int, ...] = ()
    used: tuple[Used, ...] = ()
    missing: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Days on which nothing changes."""

    span: Span
    values: Values = field(repr=False)
    holds: bool | None
    missing: frozenset[str] = NOTHING

    @property
    def days(self) -> int:
        return 0 if self.span.start is None or self.span.until is None else (self.span.until - self.span.start).days


def stipend_lines(stipend: Stipend, history: History, window: Span, events: Sequence[Event] = ()) -> list[StipendLine]:
    """Return what a stipend gives within a window: periods that end in it, an entry or events on a day of it.

    Periods on no day of which the condition holds or may hold have no line. `events` are all of the person's, earlier ones of
    the year too, since they use up the limit. Raises ValueError for an open window or an event id that occurs twice.
    """
    if window.start is None or window.until is None:
        raise ValueError("a window has a first and a last day")
    if stipend.period == EVENT:
        return list(_event_lines(stipend, history, window, events))
    if stipend.period == ONCE:
        return list(_entry(stipend, history, window, window.start, window.until))
    found = (_period_line(stipend, history, span) for span in periods(stipend.period, window.start, window.until))
    return [line for line in found if line is not None]


def periods(kind: str, start: date, until: date) -> Iterator[Span]:
    """Yield the calendar periods whose last day lies within `[start, until)`."""
    length = LENGTHS[kind]
    month = start.year * 12 + (start.month - 1) // length * length
    while True:
        first, after = _month(month), _month(month + length)
        if after - DAY >= until:
            return
        if after - DAY >= start:
            yield Span(first, after)
        month += length


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _stretches(stipend: Stipend, history: History, first: date, until: date) -> Iterator[_Stretch]:
    """Yield the days from the first on in stretches on which neither facts nor amounts change."""
    span = Span(first, until)
    cuts = set(history.turns(span, stipend.names()))
    since = (row.since for _, row in stipend.rows())
    cuts |= {day for day in (stipend.since, stipend.until, *since) if day is not None and span.holds(day)}
    days = sorted({first, *cuts})
    for day, after in zip(days, [*days[1:], until], strict=True):
        values = history.on(day)
        holds, missing = _holds(stipend, history, values, day)
        yield _Stretch(Span(day, after), values, holds, missing)


def _holds(stipend: Stipend, history: History, values: Values, day: date) -> tuple[bool | None, frozenset[str]]:
    if not stipend.in_force.holds(day) or not history.lives(day):
        return False, NOTHING
    holds = truth(stipend.when, values)
    return holds, open_names(stipend.when, values) if holds is None else NOTHING


def _full(stipend: Stipend, values: Values, day: date) -> _Full:
    amount = resolved(stipend.amount, values, day, None)
    if amount.missing:
        return _Full(missing=amount.missing)
    split = shares(stipend.payers, amount.value, values, day)
    return _Full(sum(split.parts), split.parts, (*amount.used, *split.used), split.missing)


def _line(stipend: Stipend, span: Span, state: str, **more: object) -> StipendLine:
    missing = more.pop("missing", NOTHING)
    used = more.pop("used", ())
    assert isinstance(missing, frozenset)
    assert isinstance(used, tuple)
    return StipendLine(
        stipend=stipend.id,
        name=stipend.name,
        period=stipend.period,
        span=span,
        state=state,
        prorated=stipend.prorate,
        when="" if stipend.when is None else stipend.when.text,
        used=tuple(dict.fromkeys(used)),
        missing=facts_behind(missing),
        source=stipend.source,
        confirmed=stipend.confirmed and all(one.confirmed for one in used),
        **more,  # type: ignore[arg-type]
    )


def _named(stipend: Stipend, parts: Sequence[int]) -> tuple[tuple[str, int], ...]:
    return tuple((payer.fund, part) for payer, part in zip(stipend.payers, parts, strict=True))


def _period_line(stipend: Stipend, history: History, span: Span) -> StipendLine | None:
    assert span.start is not None
    assert span.until is not None
    stretches = list(_stretches(stipend, history, span.start, span.until))
    held = sum(one.days for one in stretches if one.holds)
    of_days = (span.until - span.start).days
    unknown = NOTHING.union(*(one.missing for one in stretches))
    broken = any(one.holds is False for one in stretches)
    if held == 0 and (not unknown or (broken and not stipend.prorate)):
        return None
    if stipend.prorate:
        return _prorated(stipend, span, stretches, held, of_days)
    if broken:
        return _line(stipend, span, NOT_DUE, days=held, of_days=of_days)
    full = _full(stipend, stretches[0].values, span.start)
    if unknown or full.missing:
        return _line(stipend, span, UNDECIDED, days=held, of_days=of_days, missing=unknown | full.missing)
    parts = _named(stipend, full.parts)
    return _line(
        stipend,
        span,
        DUE,
        amount_fen=full.amount,
        full_fen=full.amount,
        days=held,
        of_days=of_days,
        payers=parts,
        used=full.used,
    )


def _prorated(stipend: Stipend, span: Span, stretches: Sequence[_Stretch], held: int, of_days: int) -> StipendLine:
    """Return a period's line by days: the exact sum over all days, rounded half up once, then shared."""
    missing, used = NOTHING, list[Used]()
    exact, weights, last = 0, [0] * len(stipend.payers), 0
    for one in stretches:
        if one.holds is False or one.span.start is None:
            continue
        full = _full(stipend, one.values, one.span.start)
        missing |= one.missing | full.missing
        exact += full.amount * one.days
        weights = [weight + part * one.days for weight, part in zip(weights, full.parts or [0] * len(weights), strict=True)]
        used += full.used
        last = full.amount
    if missing:
        return _line(stipend, span, UNDECIDED, days=held, of_days=of_days, missing=missing)
    amount = (2 * exact + of_days) // (2 * of_days)
    return _line(
        stipend,
        span,
        DUE,
        amount_fen=amount,
        full_fen=last,
        days=held,
        of_days=of_days,
        payers=_named(stipend, largest_remainder(amount, weights)),
        used=tuple(used),
    )


def _entry(stipend: Stipend, history: History, window: Span, start: date, until: date) -> Iterator[StipendLine]:
    """Yield the one line of a stipend that is paid once, on the first day on which it is in force and the condition holds.

    Who was within it before the first day that is known of entered on an unknown earlier day, not in the window.
    """
    first = stipend.since
    if first is None:
        first = min([start, *_known_days(history)]) - DAY
    if first >= until:
        return
    missing, possible = NOTHING, list[date]()
    for one in _stretches(stipend, history, first, until):
        if one.holds is False or one.span.start is None or one.span.until is None:
            continue
        if one.holds is None:
            missing |= one.missing
            if one.span.until > start:
                possible.append(max(start, one.span.start))
            continue
        if window.holds(one.span.start):
            yield from _entered(stipend, one, missing)
            return
        break
    if possible:
        yield _line(stipend, Span(possible[0], possible[0] + DAY), UNDECIDED, missing=missing)


def _entered(stipend: Stipend, one: _Stretch, missing: frozenset[str]) -> Iterator[StipendLine]:
    assert one.span.start is not None
    full = _full(stipend, one.values, one.span.start)
    span = Span(one.span.start, one.span.start + DAY)
    if missing or full.missing:
        yield _line(stipend, span, UNDECIDED, missing=missing | full.missing)
        return
    parts = _named(stipend, full.parts)
    yield _line(stipend, span, DUE, amount_fen=full.amount, full_fen=full.amount, payers=parts, used=full.used)


def _known_days(history: History) -> Iterator[date]:
    birth_on = history.facts.get("birth_on")
    if isinstance(birth_on, date):
        yield birth_on
    for spell in history.spells:
        yield from (day for day in (spell.span.start, spell.span.until) if day is not None)


def _event_lines(stipend: Stipend, history: History, window: Span, events: Sequence[Event]) -> Iterator[StipendLine]:
    """Yield a line for every event of the window to which the condition applies, by day and id."""
    if len({event.id for event in events}) < len(events):
        raise ValueError("an event id occurs twice")
    counted: dict[object, int] = {}
    doubtful: set[object] = set()
    for event in sorted(events, key=lambda event: (event.day, event.id)):
        limit = _limit_key(stipend, event.day)
        line = _event_line(stipend, history, event, counted.get(limit, 0))
        if line is None:
            continue
        line = replace(line, provisional=limit is not None and limit in doubtful)
        counted[limit] = counted.get(limit, 0) + line.counted
        if line.state == UNDECIDED:
            doubtful.add(limit)
        if window.holds(event.day):
            yield line


def _limit_key(stipend: Stipend, day: date) -> object:
    """Return what events under one limit have in common; without a limit nothing."""
    if stipend.most is None:
        return None
    return (day.year, (day.month - 1) // LENGTHS[stipend.most_per])


def _event_line(stipend: Stipend, history: History, event: Event, before: int) -> StipendLine | None:
    values = {**history.on(event.day), **event.facts}
    holds, missing = _holds(stipend, history, values, event.day)
    if holds is False:
        return None
    quantity = 1 if stipend.quantity is None else stipend.quantity.evaluate(values)
    if stipend.quantity is not None and quantity is None:
        missing |= stipend.quantity.unknown(values)
    full = _full(stipend, values, event.day)
    missing |= full.missing
    span = Span(event.day, event.day + DAY)
    if missing:
        return _line(stipend, span, UNDECIDED, event=event.id, missing=missing)
    asked = max(0, quantity or 0)
    counted = asked if stipend.most is None else min(asked, max(0, stipend.most - before))
    parts = _named(stipend, [part * counted for part in full.parts])
    return _line(
        stipend,
        span,
        DUE,
        amount_fen=full.amount * counted,
        full_fen=full.amount,
        event=event.id,
        quantity=asked,
        unit=stipend.unit,
        counted=counted,
        payers=parts,
        used=full.used,
    )

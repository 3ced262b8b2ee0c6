"""Deposits: what is due on admission, a normal amount less a rate （先诊疗后付费: all of it; 低保 at some places: 80%）.

Several rules may reach one admission: the least is due. What is unknown leaves the deposit undecided unless it cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from fuqi.basics.money import share
from fuqi.scheme.conditions import WHOLE_RATE, Condition
from fuqi.scheme.person_facts import ADMISSION_FACTS
from fuqi.scheme.persons import Facts, known_names, values_on
from fuqi.scheme.promises import NOTHING, Promise, facts_behind, open_names, resolved, truth
from fuqi.scheme.syntax import Values
from fuqi.scheme.values import Source, Used, Value

DUE, UNDECIDED, NO_RULE = "due", "undecided", "no_rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit(Promise):
    """A deposit rule: the normal amount, the rate that is waived, and who is excluded from the waiver."""

    normal: Value | None = None
    """What the hospital asks of everybody; absent: the fact `normal_deposit`."""
    waived: Value | None = None
    excluded: Condition | None = None

    def values(self) -> Iterator[Value]:
        """Yield every value of the rule."""
        yield from (value for value in (self.normal, self.waived) if value is not None)

    def conditions(self) -> Iterator[Condition]:
        """Yield every condition that stands outside the values."""
        yield from (condition for condition in (self.when, self.excluded) if condition is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositLine:
    """What one rule says of an admission: due, or undecided with what is missing. Money in fen, None where not needed."""

    deposit: str
    name: str
    state: str
    when: str = ""
    normal_fen: int | None = None
    waived_rate: int = 0
    waived_fen: int | None = None
    due_fen: int | None = None
    excluded: str = ""
    """The text of the exclusion, where it holds."""
    used: tuple[Used, ...] = ()
    missing: tuple[str, ...] = ()
    source: Source = Source()
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class DepositDue:
    """What is due on admission by all rules together: `due`, `undecided`, or `no_rule` where the scheme says nothing."""

    state: str
    due_fen: int | None = None
    line: DepositLine | None = None
    """The rule that decides."""
    lines: tuple[DepositLine, ...] = ()
    """Every rule that applies or may apply."""
    missing: tuple[str, ...] = ()


def deposit_due(rules: Sequence[Deposit], facts: Facts, day: date) -> DepositDue:
    """Return the deposit of an admission on a day. Raises ValueError for a fact that is not in ADMISSION_FACTS."""
    known_names(facts, ADMISSION_FACTS)
    values = values_on(facts, day) | {"admitted": day}
    lines = tuple(line for rule in rules if rule.in_force.holds(day) for line in _line(rule, values, day))
    decided = [line for line in lines if line.due_fen is not None]
    least = min(decided, key=lambda line: line.due_fen or 0, default=None)
    open_lines = [line for line in lines if line.state == UNDECIDED]
    if least is not None and (least.due_fen == 0 or not open_lines):
        return DepositDue(DUE, least.due_fen, least, lines)
    if open_lines:
        missing = sorted({name for line in open_lines for name in line.missing})
        return DepositDue(UNDECIDED, None, None, lines, tuple(missing))
    return DepositDue(NO_RULE)


def _line(rule: Deposit, values: Values, day: date) -> Iterator[DepositLine]:
    """Yield what a rule says; nothing where it does not apply."""
    applies = truth(rule.when, values)
    if applies is False:
        return
    missing = open_names(rule.when, values)
    outside = False if rule.excluded is None else truth(rule.excluded, values)
    rate = resolved(rule.waived, values, day)
    normal = resolved(rule.normal, values, day)
    waived_rate = 0 if outside else rate.value or 0
    missing |= NOTHING if outside else rate.missing
    if outside is None and rate.value != 0:
        missing |= open_names(rule.excluded, values)
    if missing or waived_rate != WHOLE_RATE:
        missing |= normal.missing
    used = (*normal.used, *(() if outside else rate.used))
    text = "" if rule.when is None else rule.when.text
    if missing:
        yield DepositLine(
            deposit=rule.id,
            name=rule.name,
            state=UNDECIDED,
            when=text,
            missing=facts_behind(missing),
            source=rule.source,
            confirmed=rule.confirmed,
        )
        return
    normal_fen = None if normal.missing else normal.value or 0
    waived_fen = None if normal_fen is None else share(normal_fen, waived_rate)
    yield DepositLine(
        deposit=rule.id,
        name=rule.name,
        state=DUE,
        when=text,
        normal_fen=normal_fen,
        waived_rate=waived_rate,
        waived_fen=waived_fen,
        due_fen=0 if normal_fen is None or waived_fen is None else normal_fen - waived_fen,
        excluded=rule.excluded.text if outside and rule.excluded is not None else "",
        used=used,
        source=rule.source,
        confirmed=rule.confirmed and all(one.confirmed for one in used),
    )

"""Worked cases of what is promised beside the layers: deposits, stipends and premium subsidies, with what must come of them.

Read from the keys `deposits`, `stipends` and `premiums` of a case; sums are written as arithmetic, as everywhere in cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from fuqi.basics.dates import Span
from fuqi.basics.money import format_rate, format_yuan
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.deposits import NO_RULE, deposit_due
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import Names
from fuqi.scheme.person_facts import ADMISSION_FACTS, EVENT_FACTS, PERSON_FACTS
from fuqi.scheme.persons import Event, History, Spell
from fuqi.scheme.premiums import premium_of
from fuqi.scheme.promises import Promise
from fuqi.scheme.reading.marks import Marked, Table
from fuqi.scheme.reading.reader import Reader
from fuqi.scheme.stipends import stipend_lines

PROMISE_CASES = ("deposits", "stipends", "premiums")
"""The keys of a worked case that this file reads."""
_DEPOSIT = ("on", "facts", "due", "no_rule", "undecided")
_STIPEND = ("stipend", "from", "until", "facts", "spells", "events", "total", "payers", "undecided")
_PREMIUM = ("premium", "year", "on", "facts", "amount", "subsidy", "own", "share", "payers", "undecided")
Sums = Callable[[Marked, str], int | None]
"""Returns what arithmetic gives in fen; None after collecting a fault."""
Named = TypeVar("Named", bound=Promise)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    """What must come out: sums in fen by their key, and what must be missing."""

    sums: Mapping[str, int] = field(default_factory=dict)
    payers: Mapping[str, int] = field(default_factory=dict)
    undecided: frozenset[str] = frozenset()

    def compare(
        self, found: Mapping[str, int | None], payers: Mapping[str, int | None], missing: tuple[str, ...]
    ) -> Iterator[str]:
        """Yield what came out otherwise."""
        if set(missing) != self.undecided:
            yield f"缺少的应是{_list(self.undecided)}，得到{_list(missing)}"
        for name, expected in self.sums.items():
            if found.get(name) != expected:
                yield f"{name} 应为{_yuan(expected)}，得到{_yuan(found.get(name))}"
        for fund, expected in self.payers.items():
            if payers.get(fund) != expected:
                yield f"{fund} 应付{_yuan(expected)}，得到{_yuan(payers.get(fund))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositCase:
    """An admission with the deposit that must be due."""

    on: date
    facts: Mapping[str, object]
    expected: _Expected
    no_rule: bool = False

    def differences(self, benefits: Benefits) -> Iterator[str]:
        """Yield what came out otherwise."""
        found = deposit_due(benefits.deposits, self.facts, self.on)
        if (found.state == NO_RULE) != self.no_rule:
            yield "押金：方案" + ("没有规定，应当有" if found.state == NO_RULE else "有规定，应当没有")
        yield from (f"押金：{text}" for text in self.expected.compare({"due": found.due_fen}, {}, found.missing))


@dataclass(frozen=True, slots=True, kw_only=True)
class StipendCase:
    """A person's history with what a stipend must give within a window."""

    stipend: str
    window: Span
    history: History
    events: tuple[Event, ...]
    expected: _Expected

    def differences(self, benefits: Benefits) -> Iterator[str]:
        """Yield what came out otherwise."""
        rule = next(rule for rule in benefits.stipends if rule.id == self.stipend)
        lines = stipend_lines(rule, self.history, self.window, self.events)
        payers: dict[str, int | None] = {}
        for fund, part in (pair for line in lines for pair in line.payers):
            payers[fund] = (payers.get(fund) or 0) + part
        missing = tuple(sorted({name for line in lines for name in line.missing}))
        total = {"total": sum(line.amount_fen for line in lines)}
        yield from (f"{rule.name}：{text}" for text in self.expected.compare(total, payers, missing))


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumCase:
    """A person with what must come of a year's premium."""

    premium: str
    year: int
    on: date
    facts: Mapping[str, object]
    expected: _Expected
    share: int | None = None

    def differences(self, benefits: Benefits) -> Iterator[str]:
        """Yield what came out otherwise."""
        rule = next(rule for rule in benefits.premiums if rule.id == self.premium)
        found = premium_of(rule, self.facts, self.year, self.on)
        sums = {"amount": found.premium_fen, "subsidy": found.subsidy_fen, "own": found.own_fen}
        yield from (f"{rule.name}：{text}" for text in self.expected.compare(sums, dict(found.payers), found.missing))
        if self.share is not None and found.share != self.share:
            got = "没有" if found.share is None else format_rate(found.share)
            yield f"{rule.name}：补贴比例应为{format_rate(self.share)}，得到{got}"


PromiseCase = DepositCase | StipendCase | PremiumCase


@dataclass(slots=True)
class PromiseCases:
    """Reads the promises of one worked case."""

    reader: Reader
    scheme: Scheme
    sums: Sums

    @property
    def benefits(self) -> Benefits:
        """Return what the scheme promises."""
        return self.scheme.benefits

    def names(self, table: Names) -> Names:
        """Return a table of names with the scheme's own groups, lists and kinds of care as their possible values."""
        groups, lists = [one.id for one in self.scheme.groups], [one.id for one in self.scheme.disease_lists]
        return table.with_choices({"groups": groups, "disease_lists": lists, "care": self.benefits.care_kinds})

    def read(self, table: Table) -> list[PromiseCase]:
        """Return what a case says; faults are collected."""
        kinds: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], Callable[[Table], PromiseCase | None]]] = {
            "deposits": (_DEPOSIT, ("on",), self._deposit),
            "stipends": (_STIPEND, ("stipend", "from", "until"), self._stipend),
            "premiums": (_PREMIUM, ("premium", "year", "on"), self._premium),
        }
        found = []
        for key, (allowed, required, read) in kinds.items():
            for item in self.reader.rows(table.items.get(key), key):
                row = self.reader.table(item, key, allowed, required)
                if row is not None and all(name in row.items for name in required):
                    found.append(read(row))
        return [case for case in found if case is not None]

    def _deposit(self, row: Table) -> PromiseCase | None:
        on = self.reader.day(row, "on")
        facts = self._facts(row.items.get("facts"), "facts", ADMISSION_FACTS)
        expected, no_rule = self._expected(row, "due"), self.reader.flag(row, "no_rule")
        return None if on is None else DepositCase(on=on, facts=facts, expected=expected, no_rule=no_rule)

    def _stipend(self, row: Table) -> PromiseCase | None:
        rule = self._rule(row, "stipend", self.benefits.stipends)
        window = Span(self.reader.day(row, "from"), self.reader.day(row, "until"))
        spells = [self._spell(item) for item in self.reader.rows(row.items.get("spells"), "spells")]
        events = [self._event(item) for item in self.reader.rows(row.items.get("events"), "events")]
        facts, expected = self._facts(row.items.get("facts"), "facts", PERSON_FACTS), self._expected(row, "total")
        history = History(facts=facts, spells=tuple(spell for spell in spells if spell is not None))
        if rule is None or window.start is None or window.until is None:
            return None
        happened = tuple(event for event in events if event is not None)
        return StipendCase(stipend=rule, window=window, history=history, events=happened, expected=expected)

    def _premium(self, row: Table) -> PromiseCase | None:
        rule, on = self._rule(row, "premium", self.benefits.premiums), self.reader.day(row, "on")
        year, facts = self.reader.number(row, "year"), self._facts(row.items.get("facts"), "facts", PERSON_FACTS)
        expected = self._expected(row, "amount", "subsidy", "own")
        share = None
        if "share" in row.items:
            rate = self.reader.expression(row.items["share"], "share", PERSON_FACTS, "rate")
            share = None if rate is None else rate.evaluate({})
        if rule is None or on is None or year is None:
            return None
        return PremiumCase(premium=rule, year=year, on=on, facts=facts, expected=expected, share=share)

    def _rule(self, row: Table, key: str, rules: tuple[Named, ...]) -> str | None:
        found = self.reader.text(row, key)
        if found in [rule.id for rule in rules]:
            return found
        self.reader.fault("unknown_rule", f"benefits.yaml 里没有“{found}”", row.lines[key], key)
        return None

    def _expected(self, row: Table, *names: str) -> _Expected:
        payers = row.items.get("payers")
        if payers is not None and not isinstance(payers, Table):
            self.reader.fault("form", "“payers”要写成 {资金: 金额}", payers.line, "payers")
        paid = payers.items if isinstance(payers, Table) else {}
        return _Expected(
            sums=self._sums({name: row.items[name] for name in names if name in row.items}),
            payers=self._sums(paid),
            undecided=frozenset(self.reader.texts(row, "undecided")),
        )

    def _sums(self, written: Mapping[str, Marked]) -> dict[str, int]:
        found = {name: self.sums(node, name) for name, node in written.items()}
        return {name: amount for name, amount in found.items() if amount is not None}

    def _spell(self, item: Marked) -> Spell | None:
        row = self.reader.table(item, "spells", ("fact", "is", "from", "until"), ("fact", "is"))
        if row is None or "fact" not in row.items or "is" not in row.items:
            return None
        name = self.reader.text(row, "fact")
        written = Table({name: row.items["is"]}, {name: row.lines["is"]}, row.line)
        value = self._facts(written, "spells", PERSON_FACTS, single=True).get(name)
        span = Span(self.reader.day(row, "from"), self.reader.day(row, "until"))
        return None if value is None else Spell(name, value, span)

    def _event(self, item: Marked) -> Event | None:
        table = self.names(EVENT_FACTS)
        row = self.reader.table(item, "events", ("id", "on", *table.exact), ("id", "on"))
        on = None if row is None else self.reader.day(row, "on")
        if row is None or on is None:
            return None
        own = {name: node for name, node in row.items.items() if name in table.exact}
        return Event(self.reader.text(row, "id"), on, self._facts(Table(own, row.lines, row.line), "events", EVENT_FACTS))

    def _facts(self, node: Marked | None, key: str, names: Names, *, single: bool = False) -> dict[str, object]:
        """Return written facts by name. `single`: of a set one member."""
        known = self.names(names)
        table = self.reader.table(node, key, tuple(known.exact))
        found: dict[str, object] = {}
        for name in table.items if table is not None else ():
            if table is not None and name in known.exact:
                found[name] = self._fact(table, name, known, single)
        return found

    def _fact(self, table: Table, name: str, names: Names, single: bool) -> object:
        info, reader = names.exact[name], self.reader
        plain: dict[str, Callable[[], Any]] = {
            "money": lambda: self.sums(table.items[name], name),
            "number": lambda: reader.number(table, name),
            "flag": lambda: reader.flag(table, name),
            "date": lambda: reader.day(table, name),
        }
        if info.kind in plain:
            return plain[info.kind]()
        words = reader.texts(table, name) if info.kind == "set" and not single else (reader.text(table, name),)
        for word in words:
            if info.choices is not None and word not in info.choices:
                reader.fault("value", f"{info.meaning}（{name}）没有“{word}”", table.lines[name], name)
        return frozenset(words) if info.kind == "set" and not single else words[0]


def _list(names: frozenset[str] | tuple[str, ...]) -> str:
    return "、".join(sorted(names)) or "（无）"


def _yuan(fen: int | None) -> str:
    return "（不知道）" if fen is None else f"{format_yuan(fen)}元"

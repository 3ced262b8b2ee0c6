"""Examples of what is promised beside the layers: asserted where they stand, printed from what was computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from textwrap import dedent

from fuqi.basics.dates import Span
from fuqi.basics.money import format_yuan
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.deposits import DepositDue, deposit_due
from fuqi.scheme.explain_promises import deposit_sentences, premium_sentences, stipend_sentences
from fuqi.scheme.names import Names
from fuqi.scheme.person_facts import ADMISSION_FACTS, EVENT_FACTS, PERSON_FACTS
from fuqi.scheme.persons import Event, History, Spell
from fuqi.scheme.premiums import PremiumResult, premium_of
from fuqi.scheme.stipends import StipendLine, stipend_lines
from tests.spec.book import benefits_of, faults_of
from tests.spec.page import GAP, shown, words

NO_LAYERS = "layers: [{id: basic, base: in_scope, rate: 0}]\n"
"""A file has layers; examples of other things leave them out of print."""
PEOPLE_WORDS = {"disabled_child": "独生子女伤残家庭", "bereaved": "独生子女死亡家庭", "carer": "互助护理员", "orphan": "孤儿"}
FUNDS = {"province": "省财政", "city": "市财政", "county": "县财政", "district_fiscal": "区财政", "assistance": "医疗救助资金"}
Facts = Mapping[str, object]


def promises_of(text: str) -> Benefits:
    """Return the promises of a text, with the words of the glossary."""
    found = benefits_of(NO_LAYERS + dedent(text))
    return replace(found, words={**words(), **PEOPLE_WORDS}, funds=FUNDS)


def known(facts: Facts) -> dict[str, object]:
    """Return facts as the engine takes them: days from texts, sets from lists."""
    days = {name: date.fromisoformat(str(facts[name])) for name in ("birth_on", "died_on") if name in facts}
    sets = {name: frozenset(value) for name, value in facts.items() if isinstance(value, list)}
    return {**facts, **days, **sets}


def told(facts: Facts, names: Names, named: Mapping[str, str]) -> str:
    """Return facts in one line of Chinese."""
    return (
        "，".join(f"{names.exact[name].meaning}：{_value(name, value, names, named)}" for name, value in facts.items())
        or "（没有）"
    )


def _value(name: str, value: object, names: Names, named: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | frozenset):
        return "、".join(named.get(str(one), str(one)) for one in sorted(value)) or "无"
    if names.exact[name].kind == "money" and isinstance(value, int):
        return f"{format_yuan(value)}元"
    return named.get(str(value), str(value))


def deposits(
    text: str,
    *admissions: tuple[Facts, int | None],
    on: str = "2018-03-01",
    plan: str = "",
    why: str = "",
    missing: Mapping[int, Sequence[str]] | None = None,
) -> list[DepositDue]:
    """Ask what is due on admissions; each with the fen expected (None: undecided or no rule; what is missing by place)."""
    benefits, rows, found = promises_of(text), [], []
    for place, (facts, expected) in enumerate(admissions, 1):
        due = deposit_due(benefits.deposits, known(facts), date.fromisoformat(on))
        assert due.due_fen == expected, (place, due)
        assert due.missing == tuple(sorted((missing or {}).get(place, ()))), (place, due.missing)
        found.append(due)
        cell = "—" if due.due_fen is None else f"**{format_yuan(due.due_fen)}**"
        rows.append([told(facts, ADMISSION_FACTS, benefits.words), cell, "".join(deposit_sentences(due, benefits.words))])
    shown(yaml=dedent(text), columns=["入院时的情况", "应交押金（元）", "怎样说"], rows=rows, plan=plan, why=why)
    return found


def stipends(
    text: str,
    facts: Facts | None = None,
    *,
    spells: Iterable[tuple[str, object, str, str]] = (),
    events: Iterable[tuple[str, str, Facts]] = (),
    window: tuple[str, str],
    gives: Sequence[int],
    payers: Mapping[str, int] | None = None,
    plan: str = "",
    why: str = "",
) -> list[StipendLine]:
    """Ask what the one stipend of a text gives in a window: the fen of each line, and what each payer bears in all.

    Spells are (fact, value, first day, first day after; empty: open); events are (id, day, facts).
    """
    benefits = promises_of(text)
    rule = benefits.stipends[0]
    history = History(
        facts=known(facts or {}), spells=tuple(Spell(name, value, span(start, until)) for name, value, start, until in spells)
    )
    happened = [Event(name, date.fromisoformat(day), known(its)) for name, day, its in events]
    lines = stipend_lines(rule, history, span(*window), happened)
    assert [line.amount_fen for line in lines] == list(gives), lines
    if payers is not None:
        assert {fund: sum(dict(line.payers).get(fund, 0) for line in lines) for fund in payers} == dict(payers)
    told_lines = stipend_sentences(lines, benefits.words, FUNDS)
    who = [_spell(one, benefits.words) for one in history.spells]
    who += [f"{event.day.isoformat()}，{told(event.facts, EVENT_FACTS, benefits.words)}" for event in happened]
    who += [told(facts, PERSON_FACTS, benefits.words)] if facts else []
    rows = [["<br>".join(who) or "（没有）", "<br>".join(told_lines) or "这段时间里没有"]]
    shown(yaml=dedent(text), columns=["情况", "怎样发"], rows=rows, plan=plan, why=why)
    return lines


def _spell(one: Spell, named: Mapping[str, str]) -> str:
    meaning, value = PERSON_FACTS.exact[one.name].meaning, named.get(str(one.value), str(one.value))
    start = "此前起" if one.span.start is None else f"{one.span.start.isoformat()}起"
    end = "" if one.span.until is None else f"，到{one.span.until.isoformat()}不再是"
    return f"{meaning}：{value}，{start}{end}"


def span(start: str, until: str) -> Span:
    """Return a span of two ISO days; empty is open."""
    return Span(date.fromisoformat(start) if start else None, date.fromisoformat(until) if until else None)


def premiums(
    text: str, *people: tuple[Facts, int | None, int | None], year: int = 2018, plan: str = "", why: str = ""
) -> list[PremiumResult]:
    """Ask who pays a year's premium; each person with the fen expected: subsidised, left to the person (None: unknown)."""
    benefits, rows, found = promises_of(text), [], []
    for place, (facts, subsidy, own) in enumerate(people, 1):
        result = premium_of(benefits.premiums[0], known(facts), year, date(year, 1, 1))
        assert (result.subsidy_fen, result.own_fen) == (subsidy, own), (place, result)
        found.append(result)
        cells = ["不知道" if fen is None else f"**{format_yuan(fen)}**" for fen in (result.subsidy_fen, result.own_fen)]
        sentence = "".join(premium_sentences(result, benefits.words, FUNDS))
        rows.append([told(facts, PERSON_FACTS, benefits.words), *cells, sentence])
    shown(yaml=dedent(text), columns=["人", "补贴（元）", "本人交（元）", "怎样说"], rows=rows, plan=plan, why=why)
    return found


def refused_promises(text: str, codes: Mapping[str, str], *, why: str = "") -> None:
    """Check promises with each way of writing in the gap □; `codes` maps it to the codes of all its faults."""
    rows = []
    for written, code in codes.items():
        faults = faults_of(NO_LAYERS + dedent(text).replace(GAP, written))
        assert [fault.code for fault in faults] == code.split(), (written, [str(fault) for fault in faults])
        rows.append([f"`{written}`", "<br>".join(dict.fromkeys(fault.message for fault in faults))])
    shown(yaml=dedent(text), columns=[f"{GAP}写成", "检查时会说"], rows=rows, why=why)

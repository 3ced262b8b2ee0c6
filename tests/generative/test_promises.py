"""Deposits, stipends and premiums on random schemes and histories: a slow judge agrees, and what must always hold does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as draw

from fuqi.basics.dates import Span
from fuqi.scheme.deposits import deposit_due
from fuqi.scheme.payers import largest_remainder
from fuqi.scheme.persons import Event, History, Spell
from fuqi.scheme.premiums import premium_of
from fuqi.scheme.stipends import Stipend, StipendLine, stipend_lines
from tests.spec.promises import promises_of
from tests.support.slow_promises import CONDITIONS, Person, Rule, entered, judged

FIRST, LAST = date(2016, 1, 1), date(2018, 12, 31)
edges = [
    date(year, month, 1) - timedelta(days=before) for year in (2016, 2017, 2018) for month in range(2, 13) for before in (0, 1)
]
a_day = draw.dates(FIRST, LAST) | draw.sampled_from(edges)
fen = draw.integers(0, 500_00)


@draw.composite
def people(random: draw.DrawFn) -> Person:
    spells = []
    for _ in range(random(draw.integers(0, 4))):
        start = random(a_day)
        length = random(draw.none() | draw.integers(1, 500))
        spells.append((random(draw.sampled_from("ab")), start, None if length is None else start + timedelta(days=length)))
    births = draw.none() | draw.dates(date(1955, 6, 1), date(1959, 1, 1)) | draw.just(date(1956, 2, 29))
    return Person(tuple(spells), random(births), random(draw.none() | a_day))


@draw.composite
def rules(random: draw.DrawFn) -> Rule:
    starts = sorted({date(2010, 1, 1), *random(draw.lists(a_day, max_size=2))})
    payers: list[tuple[str, int | None, int]] = [("c", None, 10_000)]
    if random(draw.booleans()):
        share = random(draw.integers(0, 10_000))
        payers = [("p", random(fen), 0), ("c", None, share), ("x", None, 10_000 - share)]
    return Rule(
        condition=random(draw.sampled_from(sorted(CONDITIONS))),
        period=random(draw.sampled_from(("month", "quarter", "half_year", "year"))),
        prorate=random(draw.booleans()),
        amounts=tuple((start, random(fen), random(fen)) for start in starts),
        payers=tuple(payers),
        since=random(draw.none() | a_day),
    )


def stipend_of(rule: Rule, period: str = "") -> Stipend:
    rows = [
        f"{{from: {start}, when: \"'a' in groups\", value: {of_a}分}}, {{from: {start}, value: {other}分}}"
        for start, of_a, other in rule.amounts
    ]
    payers = [
        f"{{fund: {fund}, amount: {fixed}分}}" if fixed is not None else f"{{fund: {fund}, share: {share / 100:.2f}%}}"
        for fund, fixed, share in rule.payers
    ]
    lines = [
        "stipends:",
        "  - id: s",
        f'    when: "{rule.condition}"',
        f"    period: {period or rule.period}",
        f"    amount: [{', '.join(rows)}]",
        f"    payers: [{', '.join(payers)}]",
        *([f"    from: {rule.since}"] if rule.since else []),
        *(["    prorate: days"] if rule.prorate and not period else []),
    ]
    return promises_of("\n".join(lines)).stipends[0]


def history_of(person: Person) -> History:
    facts = {"groups": frozenset[str](), "birth_on": person.birth_on, "died_on": person.died_on}
    spells = tuple(Spell("groups", group, Span(start, until)) for group, start, until in person.spells)
    return History(facts=facts, spells=spells)


def told(lines: list[StipendLine]) -> list[tuple[date | None, str, int, tuple[int, ...]]]:
    return [(line.span.start, line.state, line.amount_fen, tuple(part for _, part in line.payers)) for line in lines]


def windows() -> draw.SearchStrategy[tuple[date, date]]:
    return draw.tuples(a_day, draw.integers(1, 800)).map(lambda found: (found[0], found[0] + timedelta(days=found[1])))


@given(rule=rules(), person=people(), window=windows())
def test_the_engine_pays_what_the_slow_judge_pays(rule: Rule, person: Person, window: tuple[date, date]) -> None:
    lines = stipend_lines(stipend_of(rule), history_of(person), Span(*window))
    assert told(lines) == judged(rule, person, *window)
    assert all(sum(part for _, part in line.payers) == line.amount_fen for line in lines)
    assert all(line.missing for line in lines if line.state == "undecided")


@given(rule=rules(), person=people(), window=windows(), random=draw.data())
def test_order_and_cuts_change_nothing_and_gaps_never_pay_more(
    rule: Rule, person: Person, window: tuple[date, date], random: draw.DataObject
) -> None:
    stipend, span = stipend_of(rule), Span(*window)
    lines = stipend_lines(stipend, history_of(person), span)
    at = random.draw(a_day)
    halves = [
        part
        for group, start, until in person.spells
        for part in (
            ((group, start, at), (group, at, until))
            if start < at and (until is None or at < until)
            else ((group, start, until),)
        )
    ]
    mixed = replace(person, spells=tuple(random.draw(draw.permutations(halves))))
    assert stipend_lines(stipend, history_of(mixed), span) == lines
    if "not in" in rule.condition or any(of_a < other for _, of_a, other in rule.amounts):
        return
    gap = at + timedelta(days=1)
    holed = [
        (group, gap if start == at else start, until) for group, start, until in halves if not (start == at and until == gap)
    ]
    less = stipend_lines(stipend, history_of(replace(person, spells=tuple(holed))), span)
    assert sum(line.amount_fen for line in less) <= sum(line.amount_fen for line in lines)


@given(rule=rules(), person=people(), window=windows(), random=draw.data())
def test_windows_that_follow_each_other_give_every_period_once(
    rule: Rule, person: Person, window: tuple[date, date], random: draw.DataObject
) -> None:
    stipend, history, (start, until) = stipend_of(rule), history_of(person), window
    cut = random.draw(draw.dates(start, until))
    parts = [Span(start, cut), Span(cut, until)]
    together = [line for part in parts for line in stipend_lines(stipend, history, part)]
    assert together == stipend_lines(stipend, history, Span(start, until))


@given(rule=rules(), person=people(), window=windows())
def test_an_entry_is_the_first_day_that_the_slow_judge_finds(rule: Rule, person: Person, window: tuple[date, date]) -> None:
    lines = stipend_lines(stipend_of(rule, "once"), history_of(person), Span(*window))
    expected = entered(rule, person, *window)
    assert len(lines) == (expected is not None)
    for line in lines:
        assert ("undecided" if line.state == "undecided" else line.span.start) == expected


@given(
    days=draw.lists(draw.tuples(a_day, draw.none() | draw.integers(0, 40)), max_size=8),
    unit=fen,
    most=draw.integers(1, 60),
    random=draw.data(),
)
def test_events_never_exceed_the_limit_of_a_year(
    days: list[tuple[date, int | None]], unit: int, most: int, random: draw.DataObject
) -> None:
    text = (
        f"stipends: [{{id: s, period: event, amount: {unit}分, quantity: bed_days, at_most: {{quantity: {most}, per: year}}}}]"
    )
    stipend = promises_of(text).stipends[0]
    events = [Event(f"e{place}", day, {"bed_days": beds}) for place, (day, beds) in enumerate(days)]
    lines = stipend_lines(stipend, History(), Span(FIRST, LAST + timedelta(days=1)), random.draw(draw.permutations(events)))
    expected, used = [], dict[int, int]()
    for event in sorted(events, key=lambda event: (event.day, event.id)):
        beds = event.facts["bed_days"]
        counted = 0
        while isinstance(beds, int) and counted < beds and used.get(event.day.year, 0) < most:
            counted += 1
            used[event.day.year] = used.get(event.day.year, 0) + 1
        expected.append((event.id, None if beds is None else unit * counted))
    assert [(line.event, None if line.state == "undecided" else line.amount_fen) for line in lines] == expected


@given(amount=draw.integers(0, 10**9), weights=draw.lists(draw.integers(0, 10_000), min_size=1, max_size=6))
def test_parts_add_up_and_none_is_a_fen_from_its_quota(amount: int, weights: list[int]) -> None:
    parts = largest_remainder(amount, weights)
    if sum(weights) == 0:
        assert parts == [0] * len(weights)
        return
    assert sum(parts) == amount
    assert all(abs(part * sum(weights) - amount * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True))


FACTS = {"insured": (True, False), "in_county": (True, False), "care": ("inpatient", "outpatient"), "age": (10, 70)}
SIMPLE = ("insured", "in_county", "care = 'inpatient'", "age >= 60", "insured and age >= 60", "in_county or not insured")
rate = draw.integers(0, 100).map(lambda percent: f"{percent}%") | draw.sampled_from(("0%", "100%"))


@draw.composite
def known_facts(random: draw.DrawFn, names: tuple[str, ...]) -> dict[str, object]:
    return {name: random(draw.none() | draw.sampled_from(FACTS[name])) for name in names}


def completions(facts: dict[str, object]) -> list[dict[str, object]]:
    """Return every way in which the unknown facts may turn out."""
    choices = [FACTS[name] if value is None else (value,) for name, value in facts.items()]
    return [dict(zip(facts, values, strict=True)) for values in product(*choices)]


@draw.composite
def deposit_rules(random: draw.DrawFn) -> str:
    rows = []
    for place in range(random(draw.integers(1, 3))):
        condition, excluded = random(draw.sampled_from(SIMPLE)), random(draw.sampled_from(SIMPLE))
        inner = f'[{{when: "{random(draw.sampled_from(SIMPLE))}", value: {random(rate)}}}, {{value: {random(rate)}}}]'
        waived = random(draw.sampled_from((random(rate), inner)))
        rows.append(
            f'  - {{id: d{place}, when: "{condition}", except: "{excluded}", normal: {random(fen)}分, waived: {waived}}}'
        )
    return "\n".join(["deposits:", *rows])


@given(text=deposit_rules(), facts=known_facts(tuple(FACTS)))
def test_a_deposit_that_is_decided_stays_so_whatever_turns_out(text: str, facts: dict[str, object]) -> None:
    rules = promises_of(text).deposits
    on = date(2018, 1, 1)
    found = deposit_due(rules, facts, on)
    for full in completions(facts):
        then = deposit_due(rules, full, on)
        assert then.state != "undecided"
        assert found.state == "undecided" or (found.state, found.due_fen) == (then.state, then.due_fen)
    assert bool(found.missing) == (found.state == "undecided")


@draw.composite
def premium_rules(random: draw.DrawFn) -> str:
    rows = []
    for _ in range(random(draw.integers(0, 4))):
        gives = random(rate.map(lambda text: f"share: {text}") | fen.map(lambda amount: f"sum: {amount}分"))
        condition = random(draw.sampled_from([text for text in SIMPLE if "care" not in text and "in_county" not in text]))
        rows.append(
            f'      - {{when: "{condition}", {gives}, payers: [{{fund: p, share: 33.33%}}, {{fund: c, share: 66.67%}}]}}'
        )
    amount = random(fen.map(lambda found: f"{found}分") | draw.just("unknown"))
    return "\n".join(["premiums:", "  - id: m", f"    amount: {amount}", *(["    subsidies:", *rows] if rows else [])])


@given(text=premium_rules(), facts=known_facts(("insured", "age")))
def test_a_premium_that_is_decided_stays_so_and_adds_up(text: str, facts: dict[str, object]) -> None:
    rule = promises_of(text).premiums[0]
    found = premium_of(rule, facts, 2018, date(2018, 1, 1))
    for full in completions(facts):
        then = premium_of(rule, full, 2018, date(2018, 1, 1))
        if rule.amount is not None:
            assert then.state == "decided"
            assert then.premium_fen == (then.subsidy_fen or 0) + (then.own_fen or 0)
            assert then.subsidy is None or sum(part or 0 for _, part in then.payers) == then.subsidy_fen
        if found.state == "decided":
            assert (found.subsidy_fen, found.own_fen) == (then.subsidy_fen, then.own_fen)

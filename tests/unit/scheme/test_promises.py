"""What reading and worked cases of deposits, stipends and premiums refuse, and what is said of unconfirmed ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fuqi.basics.dates import Span
from fuqi.scheme import check_scheme, load_scheme, test_scheme
from fuqi.scheme.persons import DAY, Event, History, Spell
from fuqi.scheme.reading.benefits import read_benefits
from fuqi.scheme.reading.reader import Library, Reader
from fuqi.scheme.stipends import stipend_lines
from tests.spec.promises import NO_LAYERS, promises_of

SMALL = """\
language: 1
id: small
name: 小县方案
place: "430611"
period: {start: 2018-01-01, until: 2019-01-01}
documents: [{id: plan, name: 方案}]
"""
BENEFITS = """\
layers:
  - {id: basic, name: 基本医保, base: in_scope, rate: 50%, fund: basic, source: {document: plan}}
deposits:
  - {id: deposit, name: 押金, normal: {value: 1000元, confidence: unconfirmed}, waived: 80%, source: {document: plan}}
stipends:
  - {id: carer, name: 护理补贴, when: "'carer' in groups", period: month, amount: 300元, fund: county, source: {document: plan}}
  - {id: nursing, name: 护理费, when: "care = 'inpatient'", period: event, amount: 30元, quantity: bed_days, fund: county,
     source: {document: plan}}
premiums:
  - id: premium
    name: 参保
    amount: unknown
    source: {document: plan}
    subsidies: [{when: "'carer' in groups", share: 100%, fund: county}]
"""
GROUPS = "groups:\n  - {id: carer, name: 互助护理员}\n"
CASES = """\
cases:
  - name: 层以外
    deposits: [{on: 2018-01-01, facts: {groups: []}, due: 1000元 - 1000元 * 80%}]
    stipends:
      - {stipend: carer, from: 2018-01-01, until: 2018-04-01, total: 300元 * 2, payers: {county: 600元},
         spells: [{fact: groups, is: carer, from: 2018-02-01}]}
      - {stipend: nursing, from: 2018-01-01, until: 2019-01-01, total: 30元 * 3,
         events: [{id: a, on: 2018-02-01, care: inpatient, bed_days: 3}]}
    premiums:
      - {premium: premium, year: 2018, on: 2018-01-01, facts: {groups: [carer]}, own: 0元, share: 100%, undecided: [premium]}
"""
FILES = {"scheme.yaml": SMALL, "benefits.yaml": BENEFITS, "groups.yaml": GROUPS, "cases/a.yaml": CASES}


def laid(folder: Path, **changed: str) -> Path:
    root = folder / "small"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.get(path.stem, text), encoding="utf-8")
    return root


def test_worked_cases_of_every_kind_come_out(tmp_path: Path) -> None:
    assert [str(fault) for fault in check_scheme(laid(tmp_path))] == []
    assert [result.differences for result in test_scheme(laid(tmp_path))] == [()]


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("1000元 * 80%", "1000元 * 70%", "押金：due 应为300.00元，得到200.00元"),
        ("300元 * 2", "300元", "护理补贴：total 应为300.00元，得到600.00元"),
        ("county: 600元", "city: 600元", "护理补贴：city 应付600.00元，得到（不知道）"),
        ("share: 100%", "share: 50%", "参保：补贴比例应为50%，得到100%"),
        (", undecided: [premium]", "", "参保：缺少的应是（无），得到premium"),
        ("due: 1000元 - 1000元 * 80%", "no_rule: true", "押金：方案有规定，应当没有"),
    ],
)
def test_a_case_that_comes_out_otherwise_says_how(tmp_path: Path, written: str, instead: str, said: str) -> None:
    found = test_scheme(laid(tmp_path, a=CASES.replace(written, instead)))
    assert [result.differences for result in found] == [(said,)]


@pytest.mark.parametrize(
    ("written", "instead", "code"),
    [
        ("groups: [carer]", "groups: [rich]", "value"),
        ("facts: {groups: []}", "facts: {bed_days: 3}", "unknown_key"),
        ("stipend: carer", "stipend: caring", "unknown_rule"),
        ("own: 0元", "own: 0元 / 2", "arithmetic"),
        ("payers: {county: 600元}", "payers: 600元", "form"),
        ("on: 2018-02-01,", "", "missing_key"),
        ("is: carer", "is: rich", "value"),
        ("year: 2018", "year: soon", "number"),
    ],
)
def test_a_faulty_case_is_named(tmp_path: Path, written: str, instead: str, code: str) -> None:
    assert written in CASES
    found = check_scheme(laid(tmp_path, a=CASES.replace(written, instead)))
    assert [(fault.place.file, fault.code) for fault in found] == [("small/cases/a.yaml", code)]


def test_what_is_unconfirmed_is_told(tmp_path: Path) -> None:
    scheme = load_scheme(laid(tmp_path), bases=[tmp_path])
    assert [what for what, _ in scheme.unconfirmed] == ["押金的通常的押金1000.00元", "参保的标准（文件里没有写）"]
    assert scheme.word("carer") == "互助护理员"


def test_a_public_scheme_must_name_source_and_fund() -> None:
    text = NO_LAYERS.replace("rate: 0}", "rate: 0, name: 甲, fund: a, source: {document: plan}}")
    text += "deposits: [{id: a, waived: 80%}]\n"
    text += "stipends: [{id: b, name: 乙, period: month, amount: 1元, source: {document: plan}}]\n"
    reader = Reader("benefits.yaml", strict=True, library=Library(documents={"plan": "方案"}))
    read_benefits(text, reader)
    assert [(fault.code, fault.place.line) for fault in reader.faults] == [("missing_key", 2)] * 2 + [("missing_key", 3)]


def test_an_id_stands_for_one_thing_in_the_whole_file() -> None:
    reader = Reader("benefits.yaml")
    read_benefits(NO_LAYERS + "deposits: [{id: basic, waived: 80%}, {id: a, waived: 80%}, {id: a, waived: 70%}]\n", reader)
    assert [fault.code for fault in reader.faults] == ["duplicate_id", "duplicate_id"]


def test_spells_that_contradict_each_other_leave_the_fact_unknown() -> None:
    text = "stipends: [{id: s, when: can_work, period: month, amount: 1元}]"
    stipend = promises_of(text).stipends[0]
    window = Span(date(2018, 1, 1), date(2018, 3, 1))
    yes = Spell("can_work", True)
    no = Spell("can_work", False, Span(date(2018, 2, 10), None))
    lines = stipend_lines(stipend, History(spells=(yes, no)), window)
    assert [(line.state, line.missing) for line in lines] == [("due", ()), ("undecided", ("can_work",))]


def test_what_no_caller_may_ask() -> None:
    stipend = promises_of("stipends: [{id: s, period: event, amount: 1元}]").stipends[0]
    twice = [Event("a", date(2018, 1, 1)), Event("a", date(2018, 1, 2))]
    with pytest.raises(ValueError, match="twice"):
        stipend_lines(stipend, History(), Span(date(2018, 1, 1), date(2019, 1, 1)), twice)
    with pytest.raises(ValueError, match="window"):
        stipend_lines(stipend, History(), Span(date(2018, 1, 1)))
    with pytest.raises(ValueError, match="shoe_size"):
        History(facts={"shoe_size": 42})


def test_an_event_that_is_undecided_makes_later_ones_under_the_limit_provisional() -> None:
    text = "stipends: [{id: s, period: event, amount: 30元, quantity: bed_days, at_most: {quantity: 30, per: year}}]"
    stipend = promises_of(text).stipends[0]
    events = [
        Event("a", date(2018, 1, 1)),
        Event("b", date(2018, 2, 1), {"bed_days": 3}),
        Event("c", date(2019, 2, 1), {"bed_days": 3}),
    ]
    lines = stipend_lines(stipend, History(), Span(date(2018, 1, 1), date(2020, 1, 1)), events)
    assert [(line.state, line.provisional) for line in lines] == [("undecided", False), ("due", True), ("due", False)]


def test_promises_of_a_scheme_are_told_apart_from_its_layers() -> None:
    benefits = promises_of("deposits: [{id: a, waived: 80%}]\npremiums: [{id: b, amount: 1元}]")
    assert [promise.id for promise in benefits.promises] == ["a", "b"]
    assert replace(benefits, deposits=()).promises == benefits.premiums


def test_a_period_belongs_to_the_window_of_its_last_day() -> None:
    stipend = promises_of("stipends: [{id: s, period: quarter, amount: 1元}]").stipends[0]
    last = date(2018, 3, 31)
    found = {
        start: [line.span.start for line in stipend_lines(stipend, History(), Span(start, start + DAY))]
        for start in (last - DAY, last, last + DAY)
    }
    assert found == {last - DAY: [], last: [date(2018, 1, 1)], last + DAY: []}


def test_an_age_of_29_february_is_completed_on_1_march() -> None:
    stipend = promises_of("stipends: [{id: s, when: age >= 61, period: month, amount: 1元, prorate: days}]").stipends[0]
    lines = stipend_lines(stipend, History(facts={"birth_on": date(1956, 2, 29)}), Span(date(2017, 2, 1), date(2017, 4, 1)))
    assert [(line.span.start, line.days) for line in lines] == [(date(2017, 3, 1), 31)]

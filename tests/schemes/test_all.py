"""Every scheme of the repository: no faults, its worked cases come out, of each clause something is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuqi.scheme import load_scheme, remarks
from fuqi.scheme.cases import check_scheme, test_scheme
from fuqi.scheme.clauses import STATE_WORDS, UNSTATED, register
from fuqi.scheme.names import CLAIM, COUNTING_TABLES, layer_names
from fuqi.scheme.person_facts import PROMISE_TABLES

SCHEMES = Path(__file__).parents[2] / "schemes"
PLACES = sorted(path.parent for path in SCHEMES.glob("*/scheme.yaml") if "\nplace:" in path.read_text("utf-8"))
NAMES = [folder.name for folder in PLACES]
SAID = {"may_fall", "falls"}
"""What a scheme may have because its plan really says so."""


def test_there_are_schemes_of_places() -> None:
    assert "junshan-2017" in NAMES


@pytest.mark.parametrize("folder", PLACES, ids=NAMES)
def test_it_has_no_faults_and_its_worked_cases_come_out(folder: Path) -> None:
    assert [str(fault) for fault in check_scheme(folder, bases=[SCHEMES])] == []
    results = test_scheme(folder, bases=[SCHEMES])
    assert results
    assert [(result.name, result.differences) for result in results if not result.passed] == []


@pytest.mark.parametrize("folder", PLACES, ids=NAMES)
def test_of_every_clause_something_is_said(folder: Path) -> None:
    entries = register(load_scheme(folder, bases=[SCHEMES]))
    assert entries
    assert [entry.clause.anchor for entry in entries if entry.state == UNSTATED] == []
    assert all(entry.state_word == STATE_WORDS[entry.state] for entry in entries)


@pytest.mark.parametrize("folder", PLACES, ids=NAMES)
def test_nothing_is_remarked_but_what_the_plan_really_says(folder: Path) -> None:
    found = remarks(load_scheme(folder, bases=[SCHEMES]))
    assert [str(remark) for remark in found if remark.code not in SAID] == []


def test_a_base_is_some_places_base() -> None:
    bases = {load_scheme(folder, bases=[SCHEMES]).base for folder in PLACES}
    folders = {path.parent.name for path in SCHEMES.glob("*/scheme.yaml")}
    assert folders == {*NAMES, *(base for base in bases if base)}


def test_every_name_of_a_condition_says_what_it_means_and_where_it_comes_from() -> None:
    tables = [CLAIM, *COUNTING_TABLES.values(), *PROMISE_TABLES.values()]
    silent = [name for table in tables for name, info in table.exact.items() if not (info.meaning and info.comes_from)]
    assert not silent
    assert all(family.meaning and family.comes_from for family in layer_names(CLAIM, "x", ["a"], ["a", "x"]).families)
    kinds = {info.kind for table in tables for info in table.exact.values()}
    assert kinds <= {"money", "rate", "number", "text", "date", "flag", "set"}
    assert all(info.unit == "元" for table in tables for info in table.exact.values() if info.kind == "money")

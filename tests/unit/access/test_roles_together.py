"""Which grants meet, cover and lend: each bound by itself, over roles made up for it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fuqi.access import rules
from fuqi.access.codes import INTERNAL, NO_GROUP, OPEN, ROLES, SECURITY, SYSTEM, Role
from fuqi.access.rules import Held, clash, in_force, lends, together

DAYS = [date(2031, 1, day) for day in range(1, 8)]
COUNTY, TOWN, OTHER = "990101", "990101001", "990101002"


def held(start: int, until: int | None, role: str = "inspector") -> Held:
    return Held(role, COUNTY, "", DAYS[start], None if until is None else DAYS[until])


SPANS = [(start, until) for start in range(4) for until in [*range(5), None]]


@pytest.mark.parametrize("one", SPANS)
def test_two_grants_meet_if_there_is_a_day_on_which_both_hold(one: tuple[int, int | None]) -> None:
    for other in SPANS:
        first, second = held(*one), held(*other)
        meet = any(first.holds(day) and second.holds(day) for day in DAYS)
        assert bool(together([first, second])) == meet, (one, other)


def test_every_pair_is_looked_at_once_in_order() -> None:
    first, second, third = held(0, None), held(1, 2), held(1, None)
    assert together([first, second, third]) == [(first, second), (first, third), (second, third)]


def at(role: str, place: str = "", institution: str = "") -> Held:
    return Held(role, place, institution, DAYS[0])


@pytest.fixture
def roles(monkeypatch: pytest.MonkeyPatch) -> dict[str, Role]:
    """Four roles of nobody: few and many actions, at two levels, and two administrators."""
    made = {
        "few": Role("", frozenset({"a"}), INTERNAL),
        "many": Role("", frozenset({"a", "b"}), INTERNAL),
        "high": Role("", frozenset({"a"}), INTERNAL + 1),
        "open": Role("", frozenset({"a"}), OPEN),
        "system": Role("", frozenset({"a"}), OPEN, SYSTEM),
        "security": Role("", frozenset({"a"}), OPEN, SECURITY),
        "founder": Role("", frozenset({"a"}), OPEN),
    }
    monkeypatch.setattr(rules, "ROLES", made)
    return made


@pytest.mark.parametrize(
    ("one", "other", "covers"),
    [
        (("few", COUNTY), ("few", TOWN), True),
        (("few", TOWN), ("few", TOWN), True),
        (("few", TOWN), ("few", COUNTY), False),
        (("few", TOWN), ("few", OTHER), False),
        (("few", "", "东乡医院"), ("few", "", "东乡医院"), True),
        (("few", "", "东乡医院"), ("few", "", "西乡医院"), False),
        (("few", "", "东乡医院"), ("few", TOWN), False),
        (("few", COUNTY), ("few", "", "东乡医院"), False),
        (("few", ""), ("few", "", "东乡医院"), False),
        (("few", "", "东乡医院"), ("few", ""), False),
    ],
)
def test_a_place_covers_what_lies_within_it_and_an_institution_itself(one: Any, other: Any, covers: bool) -> None:
    assert at(*one).covers(at(*other)) is covers


@pytest.mark.usefixtures("roles")
def test_more_actions_or_a_higher_level_are_lent_where_the_place_is_not_covered() -> None:
    for more in ("many", "high"):
        assert lends(at(more, TOWN), at("few", OTHER)) is True
        assert lends(at(more, TOWN), at("few", COUNTY)) is True
        assert lends(at(more, COUNTY), at("few", TOWN)) is False
        assert lends(at("few", TOWN), at(more, OTHER)) is False
        assert lends(at(more, TOWN), at(more, OTHER)) is False
    assert lends(at("many", TOWN), at("high", OTHER)) is True
    assert lends(at("high", TOWN), at("many", OTHER)) is True


@pytest.mark.usefixtures("roles")
def test_an_administrator_goes_with_nothing_but_a_role_that_reads_what_is_public() -> None:
    for administrator in ("system", "security"):
        for other, wrong in (("few", True), ("high", True), ("open", False), ("founder", True), (administrator, False)):
            assert clash(at(administrator, COUNTY), at(other, COUNTY)) is wrong
            assert clash(at(other, COUNTY), at(administrator, COUNTY)) is wrong
    assert clash(at("system", COUNTY), at("security", COUNTY)) is True
    assert clash(at("founder", COUNTY), at("high", COUNTY)) is False


def test_a_role_that_the_table_no_longer_knows_may_do_nothing_and_see_nothing() -> None:
    unknown = at("emperor", COUNTY).what
    assert (unknown.name, unknown.actions, unknown.level, unknown.administrator) == ("", frozenset(), 0, NO_GROUP)
    assert unknown.level < OPEN


def test_only_what_holds_that_day_is_in_force_and_the_founders_role_lapses() -> None:
    past, future, now = held(0, 1), held(3, None), held(1, 3)
    founder, unknown = held(0, None, "founder"), held(0, None, "emperor")
    every = [past, future, now, founder, unknown]
    assert in_force(every, DAYS[2], appointed=False) == [now, founder]
    assert in_force(every, DAYS[2], appointed=True) == [now]
    assert in_force(every, DAYS[3], appointed=True) == [future]
    assert ROLES[rules.FOUNDER].second_factor
    assert ROLES[rules.SECURITY_ADMINISTRATOR].administrator == SECURITY
    assert rules.ONE_TIME_HOLDS.days == 7


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "空的"),
        (" 甲", "空的"),
        ("甲\u200b", "看不见"),
        ("甲\ue000", "看不见"),
        ("甲\u2028乙", "看不见"),
        ("甲  乙", "看不见"),
        ("Ａ甲", "全角"),
        ("程序", "留给程序"),
    ],
)
def test_why_a_name_cannot_be_is_said(name: str, words: str) -> None:
    with pytest.raises(rules.BadNameError, match=words) as refused:
        rules.check_name(name)
    assert refused.value.message.endswith("账号没有建立。")
    rules.check_name("X C Z-甲")


@pytest.mark.parametrize(("password", "kinds"), [("1-", 2), ("1٣", 1), ("-ǅ~", 1), ("a1-", 3), ("Aǅ", 2), ("湖A1", 3)])
def test_digits_and_other_signs_are_two_kinds(password: str, kinds: int) -> None:
    assert rules.kinds_of_signs(password) == kinds

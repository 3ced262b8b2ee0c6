"""Which roles one person may hold together: the whole table, each pair."""

from __future__ import annotations

from datetime import date
from itertools import combinations, product

import pytest

from fuqi.access.codes import AUDIT, LEVELS, OPEN, ROLES, SECURITY, SYSTEM
from fuqi.access.profiles import ASVS, DENGBAO3
from fuqi.access.rules import BadNameError, Held, check_name, clash, in_force, kinds_of_signs, lends, together

DAY, NEXT, LATER = date(2031, 1, 1), date(2031, 1, 2), date(2031, 2, 1)
COUNTY, TOWN, OTHER = "990101", "990101001", "990101002"
ADMINISTRATORS = [code for code, role in ROLES.items() if role.administrator]


def held(role: str, place: str = COUNTY, start: date = DAY, until: date | None = None) -> Held:
    if ROLES[role].by_institution:
        return Held(role, "", "东乡医院", start, until)
    return Held(role, place, "", start, until)


def test_there_are_three_kinds_of_administrators_and_none_of_them_reads_data() -> None:
    assert {ROLES[code].administrator for code in ADMINISTRATORS} == {SYSTEM, SECURITY, AUDIT}
    assert {ROLES[code].level for code in ADMINISTRATORS} == {OPEN}
    assert all(ROLES[code].second_factor for code in ADMINISTRATORS)


@pytest.mark.parametrize(("one", "other"), list(combinations(ADMINISTRATORS, 2)))
def test_no_two_administrators_are_one_person(one: str, other: str) -> None:
    assert clash(held(one), held(other))
    assert clash(held(other), held(one))


@pytest.mark.parametrize(("administrator", "other"), list(product(ADMINISTRATORS, sorted(set(ROLES) - set(ADMINISTRATORS)))))
def test_an_administrator_holds_nothing_that_reads_data_nor_the_founders_role(administrator: str, other: str) -> None:
    assert clash(held(administrator), held(other)) == (ROLES[other].level > OPEN or other == "founder")


def test_the_same_office_twice_is_no_clash_and_neither_are_two_that_read_data() -> None:
    assert not any(clash(held(code, TOWN), held(code, OTHER)) for code in ROLES)
    plain = sorted(set(ROLES) - set(ADMINISTRATORS))
    assert not any(clash(held(one), held(other)) for one, other in combinations(plain, 2))


def test_roles_at_the_same_place_lend_nothing() -> None:
    by_place = [code for code, role in ROLES.items() if not role.by_institution]
    assert not any(lends(held(one), held(other)) for one, other in product(by_place, by_place))


def test_a_role_lends_to_a_place_that_it_does_not_cover_what_was_not_given_there() -> None:
    officer, doctor = held("county_officer", TOWN), held("village_doctor", OTHER)
    assert lends(officer, doctor)
    assert not lends(doctor, officer)
    assert not lends(held("county_officer", COUNTY), doctor)
    assert lends(held("disease_control_officer", TOWN), held("inspector", COUNTY))
    assert lends(held("inspector"), held("hospital_clerk"))
    assert not lends(held("hospital_clerk"), held("village_doctor"))


def test_a_higher_level_is_lent_too() -> None:
    same = ROLES["inspector"].actions <= ROLES["village_doctor"].actions
    assert same
    assert ROLES["village_doctor"].level > ROLES["inspector"].level
    assert lends(held("village_doctor", TOWN), held("inspector", COUNTY))
    assert set(LEVELS) >= {role.level for role in ROLES.values()}


def test_two_roles_are_held_together_only_where_their_days_meet() -> None:
    first, second = held("auditor", until=NEXT), held("system_administrator", start=NEXT)
    assert together([first, second]) == []
    assert together([first, held("system_administrator", start=DAY)])
    never = Held("auditor", COUNTY, "", NEXT, NEXT)
    assert together([never, second]) == []


def test_a_role_holds_from_its_first_day_until_before_its_last_one() -> None:
    one = held("inspector", start=NEXT, until=LATER)
    assert [one.holds(day) for day in (DAY, NEXT, date(2031, 1, 31), LATER)] == [False, True, True, False]


def test_the_founders_role_lapses_and_unknown_roles_may_do_nothing() -> None:
    officer, founder, unknown = held("county_officer"), held("founder"), Held("emperor", COUNTY, "", DAY)
    assert in_force([officer, founder, unknown], DAY, appointed=False) == [officer, founder]
    assert in_force([officer, founder, unknown], DAY, appointed=True) == [officer]
    assert not unknown.what.actions


@pytest.mark.parametrize("name", ["王春生", "阿依古丽·买买提", "Li Weimin", "欧阳 明"])
def test_a_persons_name_is_an_account(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    "name",
    ["", " 王春生", "王春生 ", "王\u200b春生", "王春生\u3000", "Ｌｉ", "王\u00a0春", "王  春", "程序", "王\n春", "\u2f2d川"],
)
def test_a_name_that_looks_like_another_is_none(name: str) -> None:
    with pytest.raises(BadNameError):
        check_name(name)


@pytest.mark.parametrize(
    ("password", "kinds"), [("", 0), ("abc", 1), ("aB", 2), ("aB3", 3), ("湖边", 1), ("湖边2026", 2), ("aB3湖-", 5), ("٣", 1)]
)
def test_kinds_of_signs_are_counted(password: str, kinds: int) -> None:
    assert kinds_of_signs(password) == kinds


def test_the_two_profiles_differ_where_the_standards_do() -> None:
    assert (ASVS.password_days, ASVS.password_history) == (0, 0)
    assert (DENGBAO3.password_days, DENGBAO3.password_history, DENGBAO3.password_kinds) == (90, 5, 3)
    assert ASVS.cipher != DENGBAO3.cipher

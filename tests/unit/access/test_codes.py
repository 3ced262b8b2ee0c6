"""The table of roles, written a second time: whoever changes what a role may do says so in two places."""

from __future__ import annotations

import pytest

from fuqi.access import codes
from fuqi.access.codes import ACTIONS, LEVELS, ROLES

FIGURES, PEOPLE, MONEY = "see_figures", "see_people", "see_money"

TABLE: dict[str, tuple[int, set[str], str, bool, bool]] = {
    "county_officer": (
        4,
        {
            *(FIGURES, PEOPLE, MONEY),
            *("import_lists", "settle_claims", "print_papers", "export_records", "approve_reading", "handle_requests"),
        },
        "",
        True,
        False,
    ),
    "township_clerk": (4, {FIGURES, PEOPLE, MONEY, "print_papers"}, "", False, False),
    "village_doctor": (4, {FIGURES, PEOPLE, MONEY, "print_papers"}, "", False, False),
    "disease_control_officer": (
        5,
        {FIGURES, PEOPLE, MONEY, "print_papers", "export_records", "restricted_illness"},
        "",
        True,
        False,
    ),
    "hospital_clerk": (4, {PEOPLE, MONEY}, "", False, True),
    "payer": (4, {FIGURES, PEOPLE, MONEY, "export_records"}, "", True, False),
    "inspector": (3, {FIGURES, PEOPLE, "print_papers"}, "", False, False),
    "system_administrator": (1, {"keep_system"}, "system", True, False),
    "security_administrator": (1, {"grant_roles", "approve_reading"}, "security", True, False),
    "auditor": (1, {"read_journal"}, "audit", True, False),
    "founder": (1, {"grant_roles", "keep_system", "read_journal"}, "", True, False),
}
"""Level, actions, group of administrators, second factor, by institution."""


@pytest.mark.parametrize("code", sorted({*TABLE, *ROLES}))
def test_a_role_may_do_this_and_no_more(code: str) -> None:
    role = ROLES[code]
    said = (role.level, set(role.actions), role.administrator, role.second_factor, role.by_institution)
    assert said == TABLE[code]


def test_every_action_and_level_is_in_the_table() -> None:
    assert set(ACTIONS) == set[str]().union(*(actions for _, actions, *_ in TABLE.values()))
    assert list(LEVELS) == [codes.OPEN, codes.INTERNAL, codes.PERSONAL, codes.SENSITIVE, codes.RESTRICTED] == [1, 2, 3, 4, 5]
    assert codes.PEOPLE_A_DAY == 200


def test_what_may_be_read_below_the_level_of_illness_and_money() -> None:
    """What is not named in these is hidden from an inspector."""
    assert {field for field, level in codes.FIELD_LEVELS.items() if level == codes.PERSONAL} == set(
        "name head_name relation sex birth_on township village village_group from_village to_village to_township group "
        "registered_poor registered_on identity_confirmed change changed_on signed_on until institution items team called_on "
        "answered satisfied aware category insured insured_from premium_paid".split()
    )
    assert {field for field, level in codes.FIELD_LEVELS.items() if level == codes.SENSITIVE} == set(
        "id_number head_id_number phone address cause illness icd10 illness_basis reason remark lists outcome treated "
        "treated_where checked_on admitted discharged settled_on hospital hospital_level care referred total in_scope "
        "income_per_head broken_id bank_account".split()
    )
    assert set(codes.FIELD_LEVELS.values()) == {codes.PERSONAL, codes.SENSITIVE}


def test_a_role_is_of_no_group_asks_for_no_second_factor_and_is_held_at_a_place_unless_it_says_so() -> None:
    plain = codes.Role("村医", frozenset({"a", "b"}), 3)
    assert (plain.administrator, plain.second_factor, plain.by_institution) == ("", False, False)
    assert codes._role("村医", 3, "a", "b") == plain
    assert codes._role("村医", 3, by_institution=True) == codes.Role("村医", frozenset(), 3, by_institution=True)
    assert (codes.NO_GROUP, codes.SYSTEM, codes.SECURITY, codes.AUDIT) == ("", "system", "security", "audit")


def test_which_columns_and_tables_of_counting_say_no_more_than_a_name_does() -> None:
    assert set("age answered aware contracted groups health_checks insured members person_groups satisfied sex".split()) == set(
        codes.PERSONAL_COLUMNS
    )
    assert set(codes.PERSONAL_TABLES) == {"household", "person", "survey"}
    assert set(codes.ILLNESS_KINDS) == set(
        "field_check national_platform poverty_office provincial_system settlement treat_first untreated_reason".split()
    )

"""What a viewer may read by level: the rule alone, and that the table of roles and the lists of fields hold to it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from fuqi.access import masks
from fuqi.access.codes import (
    APPROVE_READING,
    EXPORT_RECORDS,
    FIELD_LEVELS,
    HANDLE_REQUESTS,
    ILLNESS_KINDS,
    IMPORT_LISTS,
    INTERNAL,
    OPEN,
    PERSONAL,
    PERSONAL_COLUMNS,
    PERSONAL_TABLES,
    RESTRICTED,
    ROLES,
    SEE_MONEY,
    SEE_PEOPLE,
    SENSITIVE,
    SETTLE_CLAIMS,
)
from fuqi.access.credential_queries import CredentialView
from fuqi.access.rules import Held, levels_of
from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
from fuqi.flows.credentials import narrowed
from fuqi.indicators.lists import ILLNESS_NAMES, ILLNESS_TABLES
from fuqi.intake.layouts import FOLDER, load_layouts
from fuqi.scheme.names import COUNTING_TABLES

COUNTY, TOWN, VILLAGE, OTHER = "430611", "430611100", "430611100200", "430611101"
INSPECTOR = Viewer("督", (COUNTY,), levels=((COUNTY, PERSONAL),))
OFFICER = Viewer("县", (COUNTY,), levels=((COUNTY, SENSITIVE),))
MIXED = Viewer("混", (COUNTY, TOWN), levels=((COUNTY, PERSONAL), (TOWN, SENSITIVE)))
COUNTER = Viewer("窗", institutions=("甲医院",), levels=(("甲医院", SENSITIVE),))


def test_a_level_holds_where_it_was_given_and_below() -> None:
    assert [MIXED.level_at(place) for place in (COUNTY, OTHER, TOWN, VILLAGE)] == [PERSONAL, PERSONAL, SENSITIVE, SENSITIVE]
    assert masks.reads_sensitive(MIXED, VILLAGE)
    assert not masks.reads_sensitive(MIXED, OTHER)
    assert not masks.reads_sensitive_everywhere(MIXED)
    assert not masks.reads_sensitive_nowhere(MIXED)


def test_where_nobody_knows_the_place_the_least_holds() -> None:
    assert MIXED.level_at(None) == PERSONAL
    assert MIXED.level_at("999999") == PERSONAL
    assert OFFICER.level_at(None) == SENSITIVE


def test_a_level_at_an_institution_is_not_one_at_a_place() -> None:
    both = replace(COUNTER, levels=(("甲医院", SENSITIVE), (TOWN, PERSONAL)))
    assert both.level_at(None, "甲医院") == SENSITIVE
    assert both.level_at(VILLAGE) == PERSONAL
    assert both.level_at(None, "乙医院") == PERSONAL
    assert COUNTER.level_at(TOWN) == SENSITIVE


def test_who_has_no_level_at_all_reads_nothing_and_the_program_everything() -> None:
    nobody, program = Viewer("无", (COUNTY,), levels=()), Viewer("程序", ("",))
    assert not masks.reaches(nobody, OPEN, COUNTY)
    assert masks.reaches(program, RESTRICTED, None)
    assert program.level_at(TOWN) is None
    assert masks.reads_sensitive_everywhere(program)
    assert not masks.reads_sensitive_nowhere(program)


@pytest.mark.parametrize(
    ("level", "reads"), [(OPEN, False), (INTERNAL, False), (PERSONAL, False), (SENSITIVE, True), (RESTRICTED, True)]
)
def test_sensitive_begins_at_its_own_level(level: int, reads: bool) -> None:
    viewer = Viewer("某", (TOWN,), levels=((TOWN, level),))
    assert masks.reads_sensitive(viewer, TOWN) is reads
    assert masks.reads_sensitive_everywhere(viewer) is reads
    assert masks.reads_sensitive_nowhere(viewer) is not reads


def test_a_mask_is_the_same_whatever_it_stands_for() -> None:
    said = {masks.shown(INSPECTOR, field, text) for field in ("id_number", "illness", "") for text in ("", "肺癌", "4306" * 9)}
    assert said == {masks.MASK}
    assert masks.shown(INSPECTOR, "village", "许家岭村") == "许家岭村"
    assert masks.shown(OFFICER, "illness", "肺癌") == "肺癌"


def test_a_column_that_nobody_knows_is_sensitive_and_a_number_of_a_paper_is_not() -> None:
    assert masks.level_of_field("") == SENSITIVE
    assert masks.level_of_field("settlement_number") == INTERNAL
    assert masks.level_of_field("illness") == SENSITIVE


def test_who_reads_nothing_sensitive_is_told_so_and_nobody_else() -> None:
    with pytest.raises(masks.AboveLevelError, match=r"明白纸上有病情。.*由看得到的人"):
        masks.must_read_sensitive(INSPECTOR, "明白纸上有病情。")
    for viewer in (OFFICER, MIXED, COUNTER):
        masks.must_read_sensitive(viewer, "")


def test_roles_that_work_with_lists_money_or_requests_read_what_is_sensitive() -> None:
    """Their pages show it; a role without the level would find masks where its work is."""
    for code, role in ROLES.items():
        if role.actions & {SEE_MONEY, IMPORT_LISTS, SETTLE_CLAIMS, HANDLE_REQUESTS, EXPORT_RECORDS}:
            assert role.level >= SENSITIVE, code
        assert (role.level == RESTRICTED) == (RESTRICTED_ILLNESS in role.actions), code
        assert role.level >= PERSONAL or SEE_PEOPLE not in role.actions, code
    assert APPROVE_READING in ROLES["security_administrator"].actions


def test_every_kind_of_list_that_has_an_illness_is_one_of_the_ill() -> None:
    told = {"illness", "icd10", "outcome", "treated", "total", "reason"}
    layouts = load_layouts(FOLDER).by_kind
    assert {kind for kind, layout in layouts.items() if told & set(layout.columns)} - {"person"} <= ILLNESS_KINDS
    assert set(layouts) >= ILLNESS_KINDS


def test_columns_that_show_an_illness_are_sensitive_and_the_others_exist() -> None:
    assert not PERSONAL_COLUMNS & ILLNESS_NAMES
    assert not PERSONAL_TABLES & ILLNESS_TABLES
    known = {name for table in PERSONAL_TABLES for name in COUNTING_TABLES[table].exact}
    assert set(COUNTING_TABLES) >= PERSONAL_TABLES
    assert known | {"person_groups"} >= PERSONAL_COLUMNS
    for column in PERSONAL_COLUMNS & set(FIELD_LEVELS):
        assert FIELD_LEVELS[column] <= PERSONAL, column


@pytest.mark.parametrize(
    ("table", "columns", "sensitive"),
    [
        ("person", {"groups", "insured"}, False),
        ("person", {"groups", "visited"}, True),
        ("person", {"lists"}, True),
        ("household", {"contracted"}, False),
        ("survey", {"answered"}, False),
        ("claim", {"person_groups"}, True),
        ("payment", set(), True),
        ("agreement", {"person_groups"}, True),
    ],
)
def test_a_list_is_as_sensitive_as_what_it_was_counted_by(table: str, columns: set[str], sensitive: bool) -> None:
    assert masks.list_is_sensitive(table, columns) is sensitive


def held(role: str, place: str, institution: str = "") -> Held:
    return Held(role, place, institution, date(2026, 1, 1))


def test_the_highest_role_of_a_place_gives_its_level_and_no_other_place_takes_from_it() -> None:
    roles = [
        held("inspector", COUNTY),
        held("township_clerk", TOWN),
        held("inspector", TOWN),
        held("hospital_clerk", "", "甲医院"),
    ]
    assert levels_of(roles) == ((COUNTY, PERSONAL), (TOWN, SENSITIVE), ("甲医院", SENSITIVE))
    assert levels_of([]) == ()
    assert levels_of([held("no_such_role", COUNTY)]) == ((COUNTY, 0),)


def test_a_credential_never_reads_above_its_owner() -> None:
    credential = CredentialView(
        id=UUID(int=1),
        owner="督",
        owner_may=True,
        kind="service",
        name="某系统",
        actions=frozenset({SEE_PEOPLE}),
        place=VILLAGE,
        valid_from=date(2026, 1, 1),
        valid_until=date(2027, 1, 1),
        ended_at=None,
        issued_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    left = narrowed(replace(INSPECTOR, permissions=frozenset({SEE_PEOPLE})), credential)
    assert left.places == (VILLAGE,)
    assert not masks.reads_sensitive(left, VILLAGE)
    assert left.levels == INSPECTOR.levels


MAKE_VIEWERS = {
    "access/actions.py": "the program",
    "access/queries.py": "a person, with levels",
    "facts/queries.py": "whoever counts, of the whole county",
    "flows/counts.py": "whoever counts, of the whole county",
    "flows/opened/adjusted.py": "whether somebody lives anywhere",
    "flows/workspaces.py": "the program",
}


def test_only_one_place_makes_viewers_of_persons() -> None:
    """A viewer without levels masks nothing: doors take theirs from `viewer_for`, and who makes one elsewhere says why here."""
    source = Path(masks.__file__).parents[1]
    made = {
        str(path.relative_to(source)) for path in source.rglob("*.py") if re.search(r"(?<![\w.])Viewer\(\S", path.read_text())
    }
    assert made == set(MAKE_VIEWERS)

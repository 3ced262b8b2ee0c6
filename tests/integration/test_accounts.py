"""Managing accounts: who may, whose, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from fuqi.access.actions import (
    InstitutionNeededError,
    LastSecurityAdministratorError,
    MixedScopeError,
    NoAccountError,
    SecondAdministratorError,
    UnknownRoleError,
    grant,
)
from fuqi.access.codes import GRANT_ROLES, ROLES
from fuqi.access.models import User
from fuqi.access.queries import GrantView, NoSuchViewerError, prove_accounts, roles_of
from fuqi.access.rules import BadNameError
from fuqi.basics.viewer import Viewer
from fuqi.flows import accounts
from fuqi.flows.accounts import NoGrantError, NothingToChangeError, NotYoursToManageError, OwnAccountError
from fuqi.flows.entry import signed_in
from fuqi.flows.granting import SelfGrantError, TemporaryAdministratorError, UnknownInstitutionError, give_role
from fuqi.flows.workspaces import PROGRAM
from fuqi.journal.models import Entry
from fuqi.journal.queries import prove
from fuqi.places.queries import UnknownPlaceError
from tests.support.small_county import AT, COUNTY, EAST, EAST_VILLAGES, FOUNDER, HOSPITALS, ON, WEST, acting, lay_county

pytestmark = pytest.mark.django_db(databases=["default", "desk"])

DOCTOR, CLERK, SECURITY = "王春生", "李卫民", "赵安全"
TOMORROW = ON + timedelta(days=1)


@pytest.fixture(autouse=True)
def _county() -> None:
    lay_county()


def give(name: str, role: str, place: str = COUNTY, *, by: str = FOUNDER, on: date = ON, **more: object) -> str:
    return give_role(acting(by), name, role, place, on=on, at=AT, **more)  # type: ignore[arg-type]


def appoint() -> Viewer:
    give(SECURITY, "security_administrator")
    return acting(SECURITY)


def grant_of(name: str, role: str) -> GrantView:
    return next(one for one in accounts.account(acting(FOUNDER), name, on=ON).grants if one.role == role)


def test_a_role_holds_at_its_place_on_its_days() -> None:
    assert give(DOCTOR, "village_doctor", EAST_VILLAGES[0], until=ON + timedelta(days=2)) == "地方县地方001地方001001"
    viewer = acting(DOCTOR)
    assert (viewer.places, viewer.institutions) == ((EAST_VILLAGES[0],), ())
    assert viewer.permissions == ROLES["village_doctor"].actions
    assert acting(DOCTOR, TOMORROW) == viewer
    for day in (ON - timedelta(days=1), ON + timedelta(days=2)):
        with pytest.raises(NoSuchViewerError):
            acting(DOCTOR, day)


def test_a_counter_clerk_sees_an_institution_and_no_place() -> None:
    assert give(CLERK, "hospital_clerk", "", institution=HOSPITALS[0], known=HOSPITALS) == HOSPITALS[0]
    viewer = acting(CLERK)
    assert (viewer.places, viewer.institutions) == ((), (HOSPITALS[0],))
    assert not viewer.covers(EAST)


@pytest.mark.parametrize(
    ("role", "place", "institution", "error"),
    [
        ("hospital_clerk", "", "", InstitutionNeededError),
        ("hospital_clerk", COUNTY, HOSPITALS[0], InstitutionNeededError),
        ("hospital_clerk", "", "没有的医院", UnknownInstitutionError),
        ("village_doctor", EAST, HOSPITALS[0], InstitutionNeededError),
        ("village_doctor", "990199", "", UnknownPlaceError),
        ("village_doctor", "", "", UnknownPlaceError),
        ("emperor", COUNTY, "", UnknownRoleError),
    ],
)
def test_a_role_is_given_where_it_is_held(role: str, place: str, institution: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        give(CLERK, role, place, institution=institution, known=HOSPITALS)
    assert not User.objects.filter(name=CLERK).exists()


def test_nobody_gives_a_role_to_himself_nor_to_a_name_that_looks_like_his() -> None:
    with pytest.raises(SelfGrantError):
        give(FOUNDER, "auditor")
    for name in (f" {FOUNDER}", f"{FOUNDER}\u200b", "程序"):
        with pytest.raises(BadNameError):
            give(name, "auditor")


def test_who_does_not_manage_accounts_manages_none() -> None:
    give(DOCTOR, "village_doctor", EAST)
    give(CLERK, "county_officer")
    for name in (DOCTOR, CLERK):
        viewer = acting(name)
        with pytest.raises(NotYoursToManageError):
            accounts.accounts(viewer, on=ON)
        with pytest.raises(NotYoursToManageError):
            give_role(viewer, "某人", "inspector", COUNTY, on=ON, at=AT)
        with pytest.raises(NotYoursToManageError):
            accounts.disable(viewer, FOUNDER, why="试", at=AT)
        with pytest.raises(NotYoursToManageError):
            accounts.take_role(viewer, grant_of(DOCTOR, "village_doctor").id, why="试", at=AT, on=ON)


def test_the_founders_power_ends_when_a_security_administrator_is_appointed() -> None:
    assert acting(FOUNDER).may(GRANT_ROLES)
    give(SECURITY, "security_administrator", on=TOMORROW)
    assert acting(FOUNDER).may(GRANT_ROLES)
    after = acting(FOUNDER, TOMORROW)
    assert after.permissions == ROLES["county_officer"].actions
    assert roles_of(PROGRAM, FOUNDER, on=TOMORROW) == ("county_officer",)
    assert acting(SECURITY, TOMORROW).may(GRANT_ROLES)


def test_a_security_administrator_is_not_appointed_for_a_time_and_the_last_one_stays() -> None:
    with pytest.raises(TemporaryAdministratorError):
        give(SECURITY, "security_administrator", until=TOMORROW)
    first = appoint()
    give("钱安全", "security_administrator", by=SECURITY)
    second = acting("钱安全")
    accounts.disable(second, SECURITY, why="调离", at=AT)
    with pytest.raises(NoSuchViewerError):
        acting(SECURITY)
    own = next(one for one in accounts.account(second, "钱安全", on=ON).grants)
    with pytest.raises(OwnAccountError):
        accounts.take_role(second, own.id, why="试", at=AT, on=ON)
    with pytest.raises(LastSecurityAdministratorError):
        accounts.take_role(first, own.id, why="试", at=AT, on=ON)
    with pytest.raises(LastSecurityAdministratorError):
        accounts.disable(first, "钱安全", why="试", at=AT)


def test_administrators_are_three_persons_and_read_no_data() -> None:
    give(CLERK, "auditor")
    for role in ("system_administrator", "security_administrator", "county_officer", "inspector"):
        with pytest.raises(SecondAdministratorError):
            give(CLERK, role)
    with pytest.raises(SecondAdministratorError):
        grant(FOUNDER, "auditor", COUNTY, valid_from=ON, by=PROGRAM.name, at=AT)
    accounts.take_role(acting(FOUNDER), grant_of(CLERK, "auditor").id, why="换人", at=AT, on=ON)
    give(CLERK, "system_administrator")
    assert roles_of(PROGRAM, CLERK, on=ON) == ("system_administrator",)


def test_two_roles_at_two_places_do_not_lend_each_other_what_they_may() -> None:
    give(DOCTOR, "village_doctor", EAST)
    with pytest.raises(MixedScopeError):
        give(DOCTOR, "inspector", COUNTY)
    give(DOCTOR, "village_doctor", WEST)
    give(DOCTOR, "township_clerk", EAST)
    assert acting(DOCTOR).places == (EAST, WEST)


def test_a_role_is_taken_back_from_a_day_on_once() -> None:
    give(DOCTOR, "village_doctor", EAST)
    found = grant_of(DOCTOR, "village_doctor")
    assert accounts.take_role(acting(FOUNDER), found.id, why="调离", at=AT, on=TOMORROW) == DOCTOR
    assert acting(DOCTOR).places == (EAST,)
    with pytest.raises(NoSuchViewerError):
        acting(DOCTOR, TOMORROW)
    assert grant_of(DOCTOR, "village_doctor").valid_until == TOMORROW
    for grant_id in (found.id, uuid4()):
        with pytest.raises(NoGrantError):
            accounts.take_role(acting(FOUNDER), grant_id, why="再来", at=AT, on=TOMORROW)


def test_a_role_at_an_institution_is_taken_back_too() -> None:
    give(CLERK, "hospital_clerk", "", institution=HOSPITALS[0])
    accounts.take_role(acting(FOUNDER), grant_of(CLERK, "hospital_clerk").id, why="调离", at=AT, on=ON)
    with pytest.raises(NoSuchViewerError):
        acting(CLERK)


def test_nobody_changes_his_own_account() -> None:
    for change in ("disable", "enable", "reset_factor"):
        with pytest.raises(OwnAccountError):
            getattr(accounts, change)(acting(FOUNDER), FOUNDER, why="试", at=AT)
    with pytest.raises(OwnAccountError):
        accounts.one_time_password(acting(FOUNDER), FOUNDER, at=AT)
    with pytest.raises(OwnAccountError):
        accounts.take_role(acting(FOUNDER), grant_of(FOUNDER, "founder").id, why="试", at=AT, on=ON)


def test_what_is_not_there_or_already_so_is_said() -> None:
    give(DOCTOR, "village_doctor", EAST)
    with pytest.raises(NoAccountError):
        accounts.disable(acting(FOUNDER), "没有这个人", why="试", at=AT)
    for change in ("enable", "reset_factor"):
        with pytest.raises(NothingToChangeError):
            getattr(accounts, change)(acting(FOUNDER), DOCTOR, why="试", at=AT)
    accounts.disable(acting(FOUNDER), DOCTOR, why="试", at=AT)
    with pytest.raises(NothingToChangeError):
        accounts.disable(acting(FOUNDER), DOCTOR, why="试", at=AT)


def test_a_disabled_person_is_nobody_and_comes_back_with_the_same_roles() -> None:
    give(DOCTOR, "village_doctor", EAST)
    before = acting(DOCTOR)
    accounts.disable(acting(FOUNDER), DOCTOR, why="停职", at=AT)
    with pytest.raises(NoSuchViewerError):
        acting(DOCTOR)
    accounts.enable(acting(FOUNDER), DOCTOR, why="复职", at=AT)
    assert acting(DOCTOR) == before
    assert [entry.why for entry in Entry.objects.filter(action__startswith="access.").order_by("id") if entry.why] == [
        "停职",
        "复职",
    ]


def test_who_manages_a_part_manages_only_accounts_within_it() -> None:
    """No role does so today; the rule holds whatever roles come."""
    give(DOCTOR, "village_doctor", EAST_VILLAGES[0])
    give(CLERK, "township_clerk", WEST)
    give("钱窗口", "hospital_clerk", "", institution=HOSPITALS[0])
    part = Viewer("孙镇长", (EAST,), frozenset({GRANT_ROLES}))
    assert [one.name for one in accounts.accounts(part, on=ON)] == [DOCTOR]
    accounts.disable(part, DOCTOR, why="试", at=AT)
    for name in (CLERK, FOUNDER, "钱窗口"):
        with pytest.raises(NoAccountError):
            accounts.disable(part, name, why="试", at=AT)
        with pytest.raises(NoAccountError):
            accounts.account(part, name, on=ON)
    with pytest.raises(UnknownPlaceError):
        give_role(part, "某人", "inspector", WEST, on=ON, at=AT)
    with pytest.raises(UnknownInstitutionError):
        give_role(part, "某人", "hospital_clerk", "", institution=HOSPITALS[0], on=ON, at=AT)


def test_accounts_are_listed_with_what_one_must_know_of_them() -> None:
    give(DOCTOR, "village_doctor", EAST)
    signed_in(DOCTOR, at=AT)
    signed_in(DOCTOR, at=AT + timedelta(hours=1))
    accounts.one_time_password(acting(FOUNDER), DOCTOR, at=AT)
    founder, doctor = sorted(accounts.accounts(acting(FOUNDER), on=ON), key=lambda one: one.name != FOUNDER)
    assert (founder.name, founder.yours, founder.made_by, founder.has_password) == (FOUNDER, False, PROGRAM.name, False)
    assert (doctor.made_by, doctor.yours, doctor.roles) == (FOUNDER, True, ("village_doctor",))
    assert (doctor.has_password, doctor.must_change_password, doctor.has_factor) == (True, True, False)
    assert doctor.last_sign_in == AT + timedelta(hours=1)
    only = doctor.grants[0]
    assert (only.role_name, only.where, only.given_by, only.holds(ON)) == ("村医", "地方县地方001", FOUNDER, True)


def test_all_that_was_changed_is_vouched_for() -> None:
    give(DOCTOR, "village_doctor", EAST)
    accounts.one_time_password(acting(FOUNDER), DOCTOR, at=AT)
    accounts.disable(acting(FOUNDER), DOCTOR, why="试", at=AT)
    accounts.take_role(acting(FOUNDER), grant_of(DOCTOR, "village_doctor").id, why="试", at=AT, on=ON)
    assert list(prove(PROGRAM, key=settings.JOURNAL_KEY, receipts=None)) == []
    assert list(prove_accounts(PROGRAM)) == []

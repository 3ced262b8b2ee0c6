"""Random histories of grants by everybody to everybody: what must hold after each step, whatever was tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuqi.access.codes import GRANT_ROLES, OPEN, ROLES
from fuqi.access.models import Grant, InstitutionGrant, User
from fuqi.access.queries import GrantView, NoSuchViewerError, grants, held_by, prove_accounts, security_administrators
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.flows import accounts
from fuqi.flows.granting import FounderRoleError, give_role
from fuqi.flows.workspaces import PROGRAM
from tests.support.small_county import AT, COUNTY, EAST, EAST_VILLAGES, FOUNDER, HOSPITALS, ON, WEST, acting, lay_county

pytestmark = pytest.mark.django_db(databases=["default", "desk"])

PEOPLE = [FOUNDER, "甲", "乙", "丙", "丁"]
NAMES = st.sampled_from([*PEOPLE, f"{FOUNDER} ", f"{FOUNDER}\u200b", " 甲"])
EXAMPLES = pytest.mark.parametrize("examples", [8, pytest.param(200, marks=pytest.mark.proof)])


def tried(examples: int) -> settings:
    """Return how many histories are drawn, and that drawing them may take its time."""
    return settings(max_examples=examples, suppress_health_check=list(HealthCheck), deadline=None)


Step = Callable[[date], None]


def _as(name: str, on: date) -> Viewer:
    """Return the person as the door makes one; who has no role has no permission either."""
    try:
        return acting(name, on)
    except NoSuchViewerError:
        return Viewer(name)


def _give(by: str, to: str, role: str, where: str, days: int | None) -> Step:
    def do(on: date) -> None:
        until = on + timedelta(days=days) if days is not None else None
        institution = where if where in HOSPITALS else ""
        give_role(_as(by, on), to, role, "" if institution else where, on=on, at=AT, institution=institution, until=until)

    return do


def _take(by: str, number: int) -> Step:
    def do(on: date) -> None:
        known = grants(PROGRAM)
        accounts.take_role(_as(by, on), known[number % len(known)].id, why="试", at=AT, on=on)

    return do


def _change(by: str, name: str, what: str) -> Step:
    def do(on: date) -> None:
        if what == "one_time_password":
            accounts.one_time_password(_as(by, on), name, at=AT + (on - ON))
        else:
            getattr(accounts, what)(_as(by, on), name, why="试", at=AT + (on - ON))

    return do


BY = st.sampled_from(PEOPLE)
PLACES = st.sampled_from([COUNTY, COUNTY, EAST, WEST, EAST_VILLAGES[0], *HOSPITALS])
CHANGES = st.sampled_from(["disable", "enable", "reset_factor", "one_time_password"])
STEPS = st.one_of(
    st.builds(_give, BY, NAMES, st.sampled_from(sorted(ROLES)), PLACES, st.sampled_from([None, None, 0, 1, 3])),
    st.builds(_give, BY, NAMES, st.sampled_from(["security_administrator", "auditor"]), st.just(COUNTY), st.none()),
    st.builds(_take, BY, st.integers(0, 30)),
    st.builds(_change, BY, NAMES, CHANGES),
)
HISTORIES = st.lists(st.tuples(STEPS, st.sampled_from([0, 0, 0, 1])), max_size=25)


@contextmanager
def rewound() -> Iterator[None]:
    """Leave both databases as they were."""
    with transaction.atomic(using="default"), transaction.atomic(using="desk"):
        yield
        transaction.set_rollback(True, using="default")
        transaction.set_rollback(True, using="desk")


def told(history: list[tuple[Step, int]]) -> Iterator[date]:
    """Try each step; yield the day after each. Refusals are part of it."""
    on = ON
    for step, days in history:
        on += timedelta(days=days)
        with suppress(FuqiError), transaction.atomic():
            step(on)
        yield on


@pytest.fixture(autouse=True)
def _county() -> None:
    lay_county()


@EXAMPLES
def test_nobody_ever_gave_himself_a_role_or_changed_his_own_account(examples: int) -> None:
    @tried(examples)
    @given(history=HISTORIES)
    def check(history: list[tuple[Step, int]]) -> None:
        with rewound():
            for _ in told(history):
                pass
            for row in [
                *Grant.objects.select_related("user", "entry"),
                *InstitutionGrant.objects.select_related("user", "entry"),
            ]:
                assert row.entry.by != row.user.name
            looks = {name.strip().replace("\u200b", "") for name in User.objects.values_list("name", flat=True)}
            assert len(looks) == User.objects.count(), "two accounts that look alike"
            assert list(prove_accounts(PROGRAM)) == []

    check()


@EXAMPLES
def test_nobody_ever_holds_two_administrators_offices_or_one_beside_data(examples: int) -> None:
    @tried(examples)
    @given(history=HISTORIES)
    def check(history: list[tuple[Step, int]]) -> None:
        with rewound():
            for on in told(history):
                for user in User.objects.all():
                    now = [one for one in held_by(PROGRAM, user.id) if one.holds(on)]
                    groups = {one.what.administrator for one in now} - {""}
                    assert len(groups) <= 1
                    assert not groups or max(one.what.level for one in now) == OPEN
                    assert not groups or all(one.role != "founder" for one in now)

    check()


@EXAMPLES
def test_two_roles_never_allow_more_than_each_of_them_says_on_any_day(examples: int) -> None:
    @tried(examples)
    @given(history=HISTORIES)
    def check(history: list[tuple[Step, int]]) -> None:
        with rewound():
            last = [ON, *told(history)][-1]
            for user in User.objects.all():
                held = held_by(PROGRAM, user.id)
                for on in (last, last + timedelta(days=1), last + timedelta(days=9)):
                    now = [one for one in held if one.holds(on)]
                    mixed = {(action, two.place, two.institution) for one in now for two in now for action in one.what.actions}
                    for action, place, institution in mixed:
                        assert any(
                            action in one.what.actions
                            and (
                                one.institution == institution
                                if institution
                                else not one.institution and place.startswith(one.place)
                            )
                            for one in now
                        )

    check()


@EXAMPLES
def test_somebody_can_always_manage_accounts_and_the_founder_never_beside_a_security_administrator(examples: int) -> None:
    @tried(examples)
    @given(history=HISTORIES)
    def check(history: list[tuple[Step, int]]) -> None:
        with rewound():
            appointed = False
            for on in told(history):
                holders = {name for name in PEOPLE if _as(name, on).may(GRANT_ROLES)}
                appointed = appointed or bool(security_administrators(PROGRAM, on=on))
                assert holders
                assert (
                    not appointed
                    or FOUNDER not in holders
                    or any(one.role == "security_administrator" for one in _held(FOUNDER, on))
                )
                assert not appointed or security_administrators(PROGRAM, on=on)

    check()


def _held(name: str, on: date) -> list[GrantView]:
    return [one for one in held_by(PROGRAM, User.objects.get(name=name).id) if one.holds(on)]


@EXAMPLES
def test_who_does_not_manage_accounts_changes_nothing(examples: int) -> None:
    @tried(examples)
    @given(history=HISTORIES, by=BY)
    def check(history: list[tuple[Step, int]], by: str) -> None:
        with rewound():
            last = [ON, *told(history)][-1]
            viewer = _as(by, last)
            if viewer.may(GRANT_ROLES):
                return
            before = [one.id for one in grants(PROGRAM)]
            for step in (
                _give(by, "戊", "inspector", COUNTY, None),
                _take(by, 0),
                *(_change(by, "甲", what) for what in ("disable", "enable")),
            ):
                with pytest.raises(FuqiError), transaction.atomic():
                    step(last)
            assert [one.id for one in grants(PROGRAM)] == before

    check()


def test_every_role_is_among_those_tried() -> None:
    """The generator reaches each role: a role that it cannot give would never be looked at."""
    for role in set(ROLES) - {"founder"}:
        with rewound():
            where = HOSPITALS[0] if ROLES[role].by_institution else COUNTY
            _give(FOUNDER, "甲", role, where, None)(ON)
            assert [one.role for one in _held("甲", ON)] == [role]


def test_nobody_is_made_founder_but_who_laid_out_the_workspace() -> None:
    with pytest.raises(FounderRoleError):
        _give(FOUNDER, "甲", "founder", COUNTY, None)(ON)

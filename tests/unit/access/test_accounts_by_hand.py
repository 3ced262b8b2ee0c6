"""Accounts, grants and what follows from them, asked directly and one bound at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from fuqi.access import actions, queries
from fuqi.access.codes import ROLES
from fuqi.access.factors import ONE_TIME, PASSWORD
from fuqi.access.models import Factor, Grant, GrantEnd, InstitutionGrant, User
from fuqi.access.profiles import ASVS, DENGBAO3
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.journal.models import Entry
from fuqi.places.actions import lay_out
from tests.support.small_county import Place
from tests.support.tampering import change

pytestmark = pytest.mark.django_db

ON = date(2031, 5, 6)
AT = datetime(2031, 5, 6, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PROGRAM = Viewer("程序", ("",))
COUNTY, TOWN = "990101", "990101001"
LONG = "长" * 300


@pytest.fixture(autouse=True)
def _places(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    lay_out([Place(COUNTY, "县"), Place(TOWN, "乡")], by="程序", at=AT)


def give(name: str, role: str, place: str = COUNTY, start: date = ON, *, at: datetime = AT, **more: Any) -> UUID:
    return actions.grant(name, role, place, valid_from=start, by="管理员", at=at, **more)


def last() -> Entry:
    return Entry.objects.order_by("-id")[0]


def said(error: type[FuqiError], work: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(error) as refused:
        work(*given, **more)
    return refused.value.message


def test_a_grant_is_one_row_at_a_place_or_an_institution_with_its_days() -> None:
    first = give("甲", "village_doctor", TOWN, ON, valid_until=ON + DAY)
    row = Grant.objects.get(id=first)
    assert (row.user.name, row.role, row.place.code) == ("甲", "village_doctor", TOWN)
    assert (row.valid_from, row.valid_until) == (ON, ON + DAY)
    assert not row.user.has_usable_password()
    assert (last().by, last().at, last().action) == ("管理员", AT, "access.grant")
    assert f'{{"id":"{row.user_id}","name":"甲","what":"account"}}' in last().content
    second = give("乙", "hospital_clerk", "", institution="东乡医院")
    other = InstitutionGrant.objects.get(id=second)
    assert (other.user.name, other.role, other.institution) == ("乙", "hospital_clerk", "东乡医院")
    assert (other.valid_from, other.valid_until) == (ON, None)
    assert '"what":"account"' in last().content
    give("甲", "inspector", TOWN)
    assert '"what":"account"' not in last().content
    assert (Grant.objects.count(), InstitutionGrant.objects.count(), User.objects.count()) == (2, 1, 2)


def test_an_unknown_role_is_answered_with_all_that_there_are() -> None:
    words = said(actions.UnknownRoleError, give, "甲", "emperor")
    assert all(f"{code}({role.name})" in words for code, role in ROLES.items())
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("role", "place", "institution", "words"),
    [
        ("hospital_clerk", COUNTY, "", "按机构授权"),
        ("hospital_clerk", COUNTY, "东乡医院", "按机构授权"),
        ("hospital_clerk", "", "", "按机构授权"),
        ("village_doctor", COUNTY, "东乡医院", "按地方授权"),
    ],
)
def test_a_role_is_held_where_its_kind_is_held(role: str, place: str, institution: str, words: str) -> None:
    assert words in said(actions.InstitutionNeededError, give, "甲", role, place, institution=institution)


def test_a_grant_is_weighed_against_every_other_one_of_that_person_and_of_nobody_else() -> None:
    give("乙", "auditor")
    give("甲", "village_doctor", TOWN)
    words = said(actions.SecondAdministratorError, give, "甲", "auditor")
    assert "甲" in words
    assert f"“{ROLES['auditor'].name}”和“{ROLES['village_doctor'].name}”" in words
    words = said(actions.MixedScopeError, give, "甲", "inspector", COUNTY)
    assert f"“{ROLES['inspector'].name}”和“{ROLES['village_doctor'].name}”" in words
    assert said(actions.MixedScopeError, give, "甲", "hospital_clerk", "", institution="东乡医院")
    give("甲", "inspector", TOWN)
    give("丙", "inspector", COUNTY)
    assert said(actions.MixedScopeError, give, "丙", "village_doctor", TOWN)


def test_old_grants_that_clash_do_not_stand_in_the_way_of_one_that_does_not() -> None:
    give("甲", "auditor", valid_until=ON + DAY)
    doctor = give("甲", "village_doctor", TOWN, ON + DAY)
    actions.end_grant(doctor, until=ON + DAY, why="", by="管理员", at=AT)
    give("甲", "system_administrator", COUNTY, ON + DAY)


def test_taking_back_is_one_row_and_never_the_last_security_administrators() -> None:
    doctor = give("甲", "village_doctor", TOWN)
    clerk = give("乙", "hospital_clerk", "", institution="东乡医院")
    for grant_id, by_place in ((doctor, True), (clerk, False)):
        actions.end_grant(grant_id, until=ON + DAY, why=LONG, by="管理员", at=AT)
        row = GrantEnd.objects.get(**{"grant_id" if by_place else "institution_grant_id": grant_id})
        assert (row.until, row.why) == (ON + DAY, LONG[:200])
        assert (last().action, last().why, last().by) == ("access.revoke", LONG[:200], "管理员")
    first = give("丙", "security_administrator")
    words = said(actions.LastSecurityAdministratorError, actions.end_grant, first, until=ON, why="", by="甲", at=AT)
    assert "最后一位" in words
    give("丁", "security_administrator", valid_until=ON + 9 * DAY)
    assert said(actions.LastSecurityAdministratorError, actions.end_grant, first, until=ON, why="", by="甲", at=AT)
    give("戊", "security_administrator", COUNTY, ON + 2 * DAY)
    assert said(actions.LastSecurityAdministratorError, actions.end_grant, first, until=ON + DAY, why="", by="甲", at=AT)
    actions.end_grant(first, until=ON + 2 * DAY, why="", by="甲", at=AT)


def test_an_account_is_closed_and_opened_but_not_the_last_security_administrators() -> None:
    give("甲", "security_administrator")
    give("乙", "village_doctor", TOWN)
    assert said(actions.LastSecurityAdministratorError, actions.set_active, "甲", active=False, on=ON, why="", by="x", at=AT)
    assert said(actions.NoAccountError, actions.set_active, "丁", active=False, on=ON, why="", by="x", at=AT).startswith(
        "没有“丁”"
    )
    actions.set_active("乙", active=False, on=ON, why=LONG, by="管理员", at=AT)
    user = User.objects.get(name="乙")
    assert not user.is_active
    assert (last().action, last().why, last().by) == ("access.disable", LONG[:200], "管理员")
    assert f'{{"active":false,"id":"{user.id}","what":"active"}}' in last().content
    actions.set_active("甲", active=True, on=ON, why="", by="x", at=AT)
    actions.set_active("乙", active=True, on=ON, why="", by="管理员", at=AT)
    assert User.objects.get(name="乙").is_active
    assert last().action == "access.enable"
    give("丙", "security_administrator")
    actions.set_active("丙", active=False, on=ON, why="", by="x", at=AT)
    assert said(actions.LastSecurityAdministratorError, actions.set_active, "甲", active=False, on=ON, why="", by="x", at=AT)
    assert list(queries.prove_accounts(PROGRAM)) == []


def test_a_password_is_kept_with_its_kind_and_moment() -> None:
    give("甲", "village_doctor", TOWN)
    words = actions.give_one_time_password("甲", by="管理员", at=AT)
    assert [len(group) for group in words.split("-")] == [4] * 4
    user = User.objects.get(name="甲")
    assert (user.check_password(words), user.must_change_password) == (True, True)
    assert (last().action, last().by, last().at) == ("access.password", "管理员", AT)
    assert words not in last().content
    actions.change_password("甲", "湖边的白鹭飞过2026", by="甲", at=AT + DAY)
    user = User.objects.get(name="甲")
    assert (user.check_password("湖边的白鹭飞过2026"), user.must_change_password) == (True, False)
    kinds = list(Factor.objects.order_by("made_at").values_list("kind", "made_at"))
    assert kinds == [(ONE_TIME, AT), (PASSWORD, AT + DAY)]
    assert said(actions.NoAccountError, actions.give_one_time_password, "丁", by="x", at=AT)
    assert list(queries.prove_accounts(PROGRAM)) == []


def test_a_choice_is_weighed_against_former_passwords_as_the_profile_wants() -> None:
    give("甲", "village_doctor", TOWN)
    assert said(actions.NoAccountError, actions.check_password_choice, "丁", "x", ASVS)
    for number in range(7):
        actions.change_password("甲", f"Hubian-bailu-{number}", by="甲", at=AT + number * DAY)
    for number, refused in ((0, False), (1, False), (2, True), (6, True), (7, False)):
        if refused:
            assert said(actions.WeakPasswordError, actions.check_password_choice, "甲", f"Hubian-bailu-{number}", DENGBAO3)
        else:
            actions.check_password_choice("甲", f"Hubian-bailu-{number}", DENGBAO3)
    assert "以前用过" in said(actions.WeakPasswordError, actions.check_password_choice, "甲", "Hubian-bailu-6", ASVS)
    actions.check_password_choice("甲", "Hubian-bailu-5", ASVS)
    with pytest.raises(actions.WeakPasswordError) as refused_twice:
        actions.check_password_choice("甲", "short", DENGBAO3)
    faults = refused_twice.value.faults
    assert len(faults) >= 2
    assert {fault.code for fault in faults} == {"weak_password"}
    assert refused_twice.value.message == "".join(fault.message for fault in faults)
    give("乙", "village_doctor", TOWN)
    actions.check_password_choice("乙", "Hubian-bailu-9", DENGBAO3)


# What is read of them


def test_a_viewer_is_all_that_holds_that_day() -> None:
    give("甲", "village_doctor", TOWN, valid_until=ON + 2 * DAY)
    give("甲", "inspector", TOWN, ON + DAY)
    give("乙", "hospital_clerk", "", institution="西乡医院")
    give("乙", "hospital_clerk", "", institution="东乡医院")
    viewer = queries.viewer_for(PROGRAM, "甲", on=ON, purpose="入户")
    assert viewer.name == "甲"
    assert (viewer.places, viewer.permissions, viewer.purpose) == ((TOWN,), ROLES["village_doctor"].actions, "入户")
    both = queries.viewer_for(PROGRAM, "甲", on=ON + DAY)
    assert both.permissions == ROLES["village_doctor"].actions | ROLES["inspector"].actions
    assert (both.places, both.purpose) == ((TOWN,), "")
    assert queries.roles_of(PROGRAM, "甲", on=ON + DAY) == ("inspector", "village_doctor")
    assert queries.roles_of(PROGRAM, "甲", on=ON + 2 * DAY) == ("inspector",)
    assert queries.roles_of(PROGRAM, "丁", on=ON) == ()
    clerk = queries.viewer_for(PROGRAM, "乙", on=ON)
    assert (clerk.places, clerk.institutions) == ((), ("东乡医院", "西乡医院"))
    for name, on in (("甲", ON - DAY), ("丁", ON)):
        assert f"“{name}”没有账号" in said(queries.NoSuchViewerError, queries.viewer_for, PROGRAM, name, on=on)
    actions.set_active("甲", active=False, on=ON, why="", by="x", at=AT)
    assert said(queries.NoSuchViewerError, queries.viewer_for, PROGRAM, "甲", on=ON)


def test_the_founders_role_lapses_on_the_first_day_of_a_security_administrator_for_good() -> None:
    give("甲", "founder")
    give("乙", "security_administrator", COUNTY, ON + DAY, valid_until=ON + 9 * DAY)
    assert queries.roles_of(PROGRAM, "甲", on=ON + DAY) == ("founder",)
    give("丙", "security_administrator", COUNTY, ON + 2 * DAY)
    assert queries.roles_of(PROGRAM, "甲", on=ON + DAY) == ("founder",)
    assert queries.roles_of(PROGRAM, "甲", on=ON + 2 * DAY) == ()
    assert not queries.is_appointed(PROGRAM, on=ON + DAY)
    assert queries.is_appointed(PROGRAM, on=ON + 2 * DAY)


def test_who_was_founded_and_whether_anybody_has_a_role() -> None:
    assert (queries.has_grants(PROGRAM), queries.is_founded(PROGRAM)) == (False, False)
    give("甲", "village_doctor", TOWN)
    assert (queries.has_grants(PROGRAM), queries.is_founded(PROGRAM)) == (True, False)
    give("乙", "founder")
    assert queries.is_founded(PROGRAM)


def test_a_security_administrator_alone_is_somebody_who_manages_accounts() -> None:
    give("乙", "security_administrator")
    assert queries.is_founded(PROGRAM)


def test_grants_are_told_the_oldest_first_with_place_maker_and_end() -> None:
    late = give("甲", "village_doctor", TOWN, ON + DAY, valid_until=ON + 9 * DAY)
    early = give("丙", "hospital_clerk", "", institution="东乡医院", at=AT + DAY, valid_until=ON + 4 * DAY)
    first = give("乙", "inspector", COUNTY, at=AT)
    assert [one.id for one in queries.grants(PROGRAM)] == [first, early, late]
    assert [one.id for one in queries.held_by(PROGRAM, User.objects.get(name="丙").id)] == [early]
    view = queries.find_grant(PROGRAM, late)
    assert view is not None
    assert (view.role, view.place, view.institution, view.valid_from) == ("village_doctor", TOWN, "", ON + DAY)
    assert (view.given_by, view.given_at, view.where, view.role_name) == ("管理员", AT, "县乡", "村医")
    assert (view.valid_until, view.user_id) == (ON + 9 * DAY, User.objects.get(name="甲").id)
    other = queries.find_grant(PROGRAM, early)
    assert other is not None
    assert (other.where, other.place, other.institution, other.place_name) == ("东乡医院", "", "东乡医院", "")
    actions.end_grant(late, until=ON + 3 * DAY, why="", by="x", at=AT)
    actions.end_grant(early, until=ON + 6 * DAY, why="", by="x", at=AT)
    assert [one.valid_until for one in queries.grants(PROGRAM)] == [None, ON + 4 * DAY, ON + 3 * DAY]
    assert queries.find_grant(PROGRAM, uuid4()) is None
    assert queries.GrantView("emperor", TOWN, "", ON).role_name == "emperor"
    assert queries.makers(PROGRAM) == {str(one.user_id): "管理员" for one in queries.grants(PROGRAM)}


def test_who_made_an_account_is_who_gave_its_first_role() -> None:
    actions.grant("甲", "village_doctor", TOWN, valid_from=ON + DAY, by="第一", at=AT)
    actions.grant("甲", "inspector", TOWN, valid_from=ON, by="第二", at=AT + DAY)
    assert list(queries.makers(PROGRAM).values()) == ["第一"]


def test_security_administrators_are_those_in_office_for_good_with_an_open_account() -> None:
    give("甲", "security_administrator")
    give("乙", "security_administrator", COUNTY, ON + DAY)
    give("丙", "security_administrator", valid_until=ON + 9 * DAY)
    give("丁", "security_administrator")
    give("戊", "auditor")
    actions.set_active("丁", active=False, on=ON, why="", by="x", at=AT)

    def names(on: date) -> list[str]:
        return [User.objects.get(id=one.user_id).name for one in queries.security_administrators(PROGRAM, on=on)]

    assert names(ON) == ["甲"]
    assert names(ON + DAY) == ["甲", "乙"]


def test_the_state_of_an_account_is_what_its_sign_in_depends_on() -> None:
    give("乙", "village_doctor", TOWN)
    give("甲", "village_doctor", TOWN)
    assert queries.account_state(PROGRAM, "丁") is None
    assert [state.name for state in queries.account_states(PROGRAM)] == sorted(["乙", "甲"])
    empty = queries.account_state(PROGRAM, "甲")
    assert empty is not None
    assert (empty.active, empty.has_password, empty.one_time, empty.password_set_at, empty.factors) == (
        *(True, False, False, None),
        (),
    )
    assert queries.needs_password(PROGRAM, "甲")
    assert not queries.needs_password(PROGRAM, "丁")
    words = actions.give_one_time_password("甲", by="x", at=AT)
    state = queries.account_state(PROGRAM, "甲")
    assert state is not None
    assert (state.has_password, state.one_time, state.password_set_at) == (True, True, AT)
    assert [state.expired(AT + days * DAY) for days in (0, 6, 7, 8)] == [False, False, True, True]
    assert [queries.password_is(PROGRAM, "甲", words, at=AT + days * DAY) for days in (0, 6, 7)] == [True, True, False]
    assert not queries.needs_password(PROGRAM, "甲")
    assert not queries.needs_password(PROGRAM, "甲", at=AT)
    assert queries.needs_password(PROGRAM, "甲", at=AT + 7 * DAY)
    actions.change_password("甲", "湖边的白鹭飞过2026", by="甲", at=AT + DAY)
    state = queries.account_state(PROGRAM, "甲")
    assert state is not None
    assert (state.one_time, state.password_set_at, state.expired(AT + 99 * DAY)) == (False, AT + DAY, False)
    assert queries.password_is(PROGRAM, "甲", "湖边的白鹭飞过2026", at=AT + 99 * DAY)
    assert not queries.password_is(PROGRAM, "甲", "湖边的白鹭飞过2027", at=AT)
    assert not queries.password_is(PROGRAM, "丁", "湖边的白鹭飞过2026", at=AT)
    assert not queries.password_is(PROGRAM, "乙", "", at=AT)
    actions.set_active("甲", active=False, on=ON, why="", by="x", at=AT)
    assert not queries.password_is(PROGRAM, "甲", "湖边的白鹭飞过2026", at=AT)
    actions.set_active("乙", active=False, on=ON, why="", by="x", at=AT)
    assert not queries.needs_password(PROGRAM, "乙")


def test_former_passwords_are_those_that_the_owner_chose_the_newest_first() -> None:
    give("甲", "village_doctor", TOWN)
    give("乙", "village_doctor", TOWN)
    hashes = []
    for number in range(3):
        actions.change_password("甲", f"湖边的白鹭飞过{number}", by="甲", at=AT + number * DAY)
        hashes.append(User.objects.get(name="甲").password)
    actions.give_one_time_password("甲", by="x", at=AT + 9 * DAY)
    actions.change_password("乙", "别人的白鹭飞过", by="乙", at=AT)
    user_id = User.objects.get(name="甲").id
    assert queries.former_passwords(PROGRAM, user_id, 2) == [hashes[2], hashes[1]]
    assert queries.former_passwords(PROGRAM, user_id, 9) == hashes[::-1]
    assert queries.former_passwords(PROGRAM, user_id, 0) == []


def test_last_sign_ins_are_by_name() -> None:
    from fuqi.journal.actions import recording

    for by, action, day in (
        ("甲", "access.sign_in", 1),
        ("甲", "access.sign_in", 3),
        ("乙", "access.sign_in", 2),
        ("丙", "x", 2),
    ):
        with recording(by=by, at=AT + day * DAY, action=action):
            pass
    assert queries.last_sign_ins(PROGRAM) == {"甲": AT + 3 * DAY, "乙": AT + 2 * DAY}


# What was done to them past the program


def account_faults() -> list[str]:
    return [fault.message for fault in queries.prove_accounts(PROGRAM)]


def test_what_was_done_to_an_account_past_the_program_is_told() -> None:
    give("甲", "village_doctor", TOWN)
    give("乙", "village_doctor", TOWN)
    actions.change_password("甲", "湖边的白鹭飞过2026", by="甲", at=AT)
    assert account_faults() == []
    user, other = User.objects.get(name="甲"), User.objects.get(name="乙")
    for column, value, words in (
        ("name", "丙", "被改名、删除，或者绕过程序加入。"),
        ("password", "md5$x$y", "的密码与日志不符"),
        ("must_change_password", True, "的密码是否一次性与日志不符"),
        ("is_active", False, "被停用，日志里没有这件事。"),
    ):
        old = getattr(user, column)
        change(f"UPDATE access_user SET {column} = %s WHERE name = '甲'", value)
        (fault,) = queries.prove_accounts(PROGRAM)
        assert (fault.code, words in fault.message, str(user.id) in fault.message) == ("account_changed", True, True)
        change(f"UPDATE access_user SET {column} = %s WHERE name = %s", old, value if column == "name" else "甲")
    assert account_faults() == []
    change("UPDATE access_user SET password = 'md5$x$y' WHERE name = '乙'")
    assert account_faults() == [f"账号 {other.id} 的密码不是由程序设的。"]
    change("UPDATE access_user SET password = '!' WHERE name = '乙'")
    actions.set_active("乙", active=False, on=ON, why="", by="x", at=AT)
    change("UPDATE access_user SET is_active = %s WHERE name = '乙'", True)
    assert account_faults() == [f"账号 {other.id} 被启用，日志里没有这件事。"]
    added = User(name="外来")
    added.save(force_insert=True)
    assert f"账号 {added.id} 与日志不符：被改名、删除，或者绕过程序加入。" in account_faults()


def test_whoever_gives_takes_or_closes_waits_for_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at once could each take the other's office away: on PostgreSQL the lock is asked for in each of these."""
    waits: list[str] = []
    monkeypatch.setattr(actions, "one_at_a_time", lambda: waits.append("wait"))
    granted = give("甲", "village_doctor", TOWN)
    assert len(waits) == 1
    actions.set_active("甲", active=False, on=ON, why="", by="x", at=AT)
    assert len(waits) == 2
    actions.end_grant(granted, until=ON, why="", by="x", at=AT)
    assert len(waits) == 3

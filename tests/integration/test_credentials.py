"""Credentials of the API: less than their owner may, refused on the next request once any of it is gone, kept as a digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from fuqi.access.actions import grant
from fuqi.access.codes import GRANT_ROLES, READ_JOURNAL, SEE_FIGURES, SEE_MONEY, SEE_PEOPLE, SENSITIVE
from fuqi.access.models import Credential, Grant, GrantEnd, User
from fuqi.access.queries import viewer_for
from fuqi.access.tokens import LONGEST_DAYS, is_token, new_token, token_digest
from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
from fuqi.flows.credentials import (
    MOST_HELD,
    CredentialEndedError,
    NotACredentialError,
    WrongCredentialError,
    issue,
    known_credentials,
    narrowed,
    revoke,
    say_why,
    who_shows,
)
from fuqi.flows.workspaces import PROGRAM
from fuqi.journal.actions import recording
from fuqi.journal.models import Entry
from fuqi.journal.tables import NewRow
from fuqi.places.actions import DivisionRow, lay_out
from fuqi.places.queries import UnknownPlaceError
from fuqi.scheme.model import Division

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
PLACES: list[DivisionRow] = [
    Division(code="430611", name="君山区", level="county"),
    Division(code="430611100", name="望湖镇", level="township"),
    Division(code="430611100200", name="白鹭村", level="village"),
    Division(code="430611102", name="新堤镇", level="township"),
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Viewer:
    lay_out(PLACES, by="t", at=NOW)
    grant("李卫民", "township_clerk", "430611100", valid_from=TODAY, by="t", at=NOW)
    return viewer_for(PROGRAM, "李卫民", on=TODAY)


def test_what_the_owner_is_given_later_does_not_widen_a_credential(clerk: Viewer) -> None:
    token = ask(clerk, actions=[SEE_FIGURES])
    later = NOW + timedelta(hours=1)
    grant("李卫民", "township_clerk", "430611102", valid_from=TODAY, by="t", at=later)
    assert viewer_for(PROGRAM, "李卫民", on=TODAY).places == ("430611100", "430611102")
    assert who_shows(token, on=TODAY).viewer.places == ("430611100",)
    newer = issue(clerk, "service", "新系统", actions=[SEE_FIGURES], place="", days=30, on=TODAY, at=later)[0]
    assert who_shows(newer, on=TODAY).viewer.places == ("430611100", "430611102")


def ask(viewer: Viewer, **changed: Any) -> str:
    asked = {"actions": [SEE_FIGURES], "place": "", "days": 30, "on": TODAY, "at": NOW, **changed}
    kind, name = asked.pop("kind", "service"), asked.pop("name", "医院系统")
    return issue(viewer, kind, name, **asked)[0]


def test_a_token_is_kept_as_a_digest_and_its_journal_entry_says_nothing_of_it(clerk: Viewer) -> None:
    token = ask(clerk)
    assert is_token(token)
    assert Credential.objects.get().digest == token_digest(token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM access_credential")
        assert token not in repr(cursor.fetchall())
    entry = Entry.objects.get(action="access.credential")
    assert token not in entry.content
    assert entry.by == "李卫民"


def test_a_credential_does_what_was_given_where_it_was_given(clerk: Viewer) -> None:
    shown = who_shows(ask(clerk, actions=[SEE_PEOPLE, SEE_FIGURES], place="白鹭村"), on=TODAY, purpose="核对")
    level = (("430611100", SENSITIVE),)
    assert shown.viewer == Viewer("李卫民", ("430611100200",), frozenset({SEE_PEOPLE, SEE_FIGURES}), "核对", (), level)
    whole = who_shows(ask(clerk, name="另一个"), on=TODAY).viewer
    assert whole == Viewer("李卫民", ("430611100",), frozenset({SEE_FIGURES}), levels=level)


@pytest.mark.parametrize(
    "changed",
    [
        {"actions": []},
        {"actions": [SEE_FIGURES, RESTRICTED_ILLNESS]},
        {"actions": [READ_JOURNAL]},
        {"actions": ["nothing"]},
        {"kind": "person"},
        {"name": " "},
        {"name": "x" * 41},
        {"name": "a\nb"},
        {"days": 0},
        {"days": LONGEST_DAYS["service"] + 1},
        {"kind": "device", "days": LONGEST_DAYS["device"] + 1},
    ],
)
def test_what_the_owner_may_not_give_is_not_issued(clerk: Viewer, changed: dict[str, Any]) -> None:
    with pytest.raises(WrongCredentialError):
        ask(clerk, **changed)
    assert not Credential.objects.exists()


@pytest.mark.parametrize("place", ["新堤镇", "430611", "430699"])
def test_a_place_that_is_not_the_owners_reads_like_none(clerk: Viewer, place: str) -> None:
    with pytest.raises(UnknownPlaceError):
        ask(clerk, place=place)


def test_administrators_work_cannot_be_done_by_a_credential() -> None:
    lay_out(PLACES, by="t", at=NOW)
    for role in ("system_administrator", "security_administrator", "auditor"):
        grant(role, role, "430611", valid_from=TODAY, by="t", at=NOW)
        viewer = viewer_for(PROGRAM, role, on=TODAY)
        for action in viewer.permissions:
            with pytest.raises(WrongCredentialError):
                ask(viewer, actions=[action])


def test_a_name_is_used_once_and_only_so_many_hold(clerk: Viewer) -> None:
    ask(clerk)
    with pytest.raises(WrongCredentialError, match="已经有一个"):
        ask(clerk)
    for number in range(MOST_HELD - 1):
        ask(clerk, name=str(number))
    with pytest.raises(WrongCredentialError, match=str(MOST_HELD)):
        ask(clerk, name="再一个")


def refused(token: str, on: date = TODAY) -> str:
    with pytest.raises(NotACredentialError) as error:
        who_shows(token, on=on)
    return error.value.message


def test_it_holds_from_its_first_day_until_its_last(clerk: Viewer) -> None:
    token = ask(clerk, days=30)
    assert who_shows(token, on=TODAY + timedelta(days=29)).viewer == who_shows(token, on=TODAY).viewer
    assert (
        refused(token, TODAY - timedelta(days=1)) == refused(token, TODAY + timedelta(days=30)) == refused(new_token("device"))
    )


def test_it_is_refused_once_taken_back(clerk: Viewer) -> None:
    token = ask(clerk)
    (view,) = known_credentials(clerk)
    revoke(clerk, view.id.hex[-12:], why="设备遗失", at=NOW)
    refused(token)
    assert known_credentials(clerk)[0].state_words(TODAY) == "已收回"
    with pytest.raises(CredentialEndedError):
        revoke(clerk, str(view.id), why="设备遗失", at=NOW)


def test_only_the_owner_and_who_manages_accounts_see_it_and_take_it_back(clerk: Viewer) -> None:
    token = ask(clerk)
    (view,) = known_credentials(clerk)
    other, manager = (
        Viewer("别人", ("430611",), frozenset({SEE_FIGURES})),
        Viewer("管理员", ("430611",), frozenset({GRANT_ROLES})),
    )
    assert known_credentials(other) == []
    with pytest.raises(WrongCredentialError):
        revoke(other, str(view.id), why="不是我的", at=NOW)
    with pytest.raises(WrongCredentialError):
        revoke(manager, str(view.id), why="", at=NOW)
    with pytest.raises(WrongCredentialError):
        revoke(manager, "", why="没有编号", at=NOW)
    assert who_shows(token, on=TODAY).viewer.name == "李卫民"
    assert [item.id for item in known_credentials(manager)] == [view.id]
    revoke(manager, str(view.id), why="离职", at=NOW)
    refused(token)
    assert Entry.objects.get(action="access.credential_end").by == "管理员"


@pytest.mark.parametrize("changed", [{"is_active": False}, {"must_change_password": True}])
def test_it_is_refused_once_its_owner_may_not_come_in(clerk: Viewer, changed: dict[str, bool]) -> None:
    token = ask(clerk)
    User.objects.filter(name="李卫民").update(**changed)
    refused(token)
    assert known_credentials(clerk)[0].state_words(TODAY) == "所属账号停用或待改密码"


def test_it_is_refused_once_its_owner_has_no_role(clerk: Viewer) -> None:
    token = ask(clerk)
    with recording(by="t", at=NOW, action="access.revoke") as record:
        record.add([NewRow(GrantEnd, grant_id=Grant.objects.get().id, until=TODAY, why="调走")])
    refused(token)


def test_what_the_owner_lost_the_credential_lost(clerk: Viewer) -> None:
    ask(clerk, actions=[SEE_FIGURES, SEE_MONEY])
    (view,) = known_credentials(clerk)
    less = replace(clerk, permissions=clerk.permissions - {SEE_MONEY})
    assert narrowed(less, view).permissions == {SEE_FIGURES}
    assert narrowed(replace(clerk, places=("430611102",)), view).places == ("430611102",)


@pytest.mark.parametrize(
    ("given", "owners", "left"),
    [
        ("", ("430611100", "430611102"), ("430611100", "430611102")),
        ("430611100", ("430611",), ("430611100",)),
        ("430611100", ("430611100", "430611102"), ("430611100",)),
        ("430611100", ("430611100200", "430611102"), ("430611100200",)),
        ("430611100200", ("430611102",), ()),
    ],
)
def test_places_are_what_both_have(clerk: Viewer, given: str, owners: tuple[str, ...], left: tuple[str, ...]) -> None:
    ask(clerk)
    (view,) = known_credentials(clerk)
    owner = replace(clerk, places=owners, institutions=("君山区人民医院",))
    found = narrowed(owner, replace(view, place=given))
    assert found.places == left
    assert found.institutions == (() if given else owner.institutions)


def test_why_names_are_wanted_is_kept_with_the_credentials_name(clerk: Viewer) -> None:
    shown = who_shows(ask(clerk), on=TODAY, purpose="入户核对")
    say_why(shown, at=NOW)
    entry = Entry.objects.get(action="access.reveal_names")
    assert (entry.by, entry.why) == ("李卫民", "入户核对（接口凭据：医院系统）")

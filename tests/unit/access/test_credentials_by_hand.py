"""Credentials of the API and requests to read many, asked directly and one bound at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from fuqi.access import credential_queries, credentials, reading_actions, reading_queries
from fuqi.access.actions import grant, set_active
from fuqi.access.codes import APPROVE_READING, GRANT_ROLES, PEOPLE_A_DAY, SEE_FIGURES, SEE_PEOPLE
from fuqi.access.models import Credential, CredentialEnd, ReadingDecision, ReadingRequest, User
from fuqi.access.tokens import token_digest
from fuqi.basics.viewer import Viewer
from fuqi.journal.models import Entry
from fuqi.places.actions import lay_out
from tests.support.small_county import Place
from tests.support.tampering import change

pytestmark = pytest.mark.django_db

ON = date(2031, 5, 6)
AT = datetime(2031, 5, 6, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
COUNTY = "990101"
OWN, OTHER = Viewer("甲", (COUNTY,)), Viewer("乙", (COUNTY,))
MANAGER = Viewer("管", (COUNTY,), frozenset({GRANT_ROLES}))
CHIEF = Viewer("批", (COUNTY,), frozenset({APPROVE_READING}))
LONG = "长" * 300


@pytest.fixture(autouse=True)
def _people() -> None:
    lay_out([Place(COUNTY, "县")], by="程序", at=AT)
    for name in ("甲", "乙"):
        grant(name, "inspector", COUNTY, valid_from=ON, by="程序", at=AT)


def issue(owner: str = "甲", name: str = "一", **changed: Any) -> str:
    given = {"actions": [SEE_PEOPLE, SEE_FIGURES], "place": COUNTY, "valid_from": ON, "valid_until": ON + 30 * DAY, **changed}
    return credentials.add_credential(owner, "device", name, by="甲", at=AT, **given)


def last() -> Entry:
    return Entry.objects.order_by("-id")[0]


def test_a_credential_is_one_row_that_keeps_no_token() -> None:
    token = issue()
    row = Credential.objects.get()
    assert token.startswith("fuqi_device_")
    assert (row.owner.name, row.kind, row.name, row.digest) == ("甲", "device", "一", token_digest(token))
    assert (row.actions, row.place and row.place.code) == (f"{SEE_FIGURES},{SEE_PEOPLE}", COUNTY)
    assert (row.valid_from, row.valid_until) == (ON, ON + 30 * DAY)
    assert (last().action, last().by, last().at) == ("access.credential", "甲", AT)
    issue(name="二", place="")
    assert Credential.objects.get(name="二").place is None


def test_a_credential_ends_once_with_its_reason() -> None:
    issue()
    issue(name="二")
    row = Credential.objects.get(name="一")
    credentials.end_credential(row.id, why=LONG, by="管", at=AT)
    end = CredentialEnd.objects.get()
    assert (end.credential_id, end.why, end.ended_at) == (row.id, LONG[:200], AT)
    assert (last().action, last().by, last().why) == ("access.credential_end", "管", LONG[:200])
    with pytest.raises(credentials.CredentialEndedError):
        credentials.end_credential(row.id, why="", by="管", at=AT)
    credentials.end_credential(Credential.objects.get(name="二").id, why="", by="管", at=AT)


def the_one(viewer: Viewer = OWN) -> credential_queries.CredentialView:
    (found,) = credential_queries.credentials(viewer)
    return found


def test_what_others_see_of_a_credential() -> None:
    token = issue()
    view = the_one()
    assert (view.owner, view.owner_may, view.kind, view.kind_words, view.name) == ("甲", True, "device", "设备", "一")
    assert (view.actions, view.place) == (frozenset({SEE_PEOPLE, SEE_FIGURES}), COUNTY)
    assert (view.valid_from, view.valid_until, view.ended_at) == (ON, ON + 30 * DAY, None)
    assert view.action_words == "看数字和方案、打开个人档案"
    assert credential_queries.credential_of_token(OWN, token) == view
    assert credential_queries.credential_of_token(OWN, token + "x") is None
    issue("乙", "二", place="", actions=[])
    other = the_one(OTHER)
    assert (other.place, other.actions, other.action_words) == ("", frozenset(), "")


def test_one_sees_ones_own_and_who_manages_accounts_sees_all_the_newest_first() -> None:
    issue()
    issue("乙", "二")
    issue(name="三")
    assert [view.name for view in credential_queries.credentials(OWN)] == ["三", "一"]
    assert [view.name for view in credential_queries.credentials(OTHER)] == ["二"]
    assert [view.name for view in credential_queries.credentials(MANAGER)] == ["三", "二", "一"]
    theirs = the_one(OTHER)
    assert credential_queries.find_credential(OTHER, theirs.id) == theirs
    assert credential_queries.find_credential(MANAGER, theirs.id) == theirs
    assert credential_queries.find_credential(OWN, theirs.id) is None
    assert credential_queries.find_credential(OWN, uuid4()) is None


def test_how_a_credential_stands_day_by_day() -> None:
    issue()
    days = (ON - DAY, ON, ON + 29 * DAY, ON + 30 * DAY)
    assert [the_one().holds(day) for day in days] == [False, True, True, False]
    assert [the_one().state_words(day) for day in days] == ["还没有开始", "有效", "有效", "已过期"]
    set_active("甲", active=False, on=ON, why="", by="x", at=AT)
    assert not the_one().owner_may
    assert {the_one().state_words(day) for day in days} == {"所属账号停用或待改密码"}
    set_active("甲", active=True, on=ON, why="", by="x", at=AT)
    change("UPDATE access_user SET must_change_password = %s WHERE name = '甲'", True)
    assert not the_one().owner_may
    credentials.end_credential(the_one().id, why="", by="x", at=AT + DAY)
    assert the_one().ended_at == AT + DAY
    assert {the_one().state_words(day) for day in days} == {"已收回"}
    assert not any(the_one().holds(day) for day in days)
    assert User.objects.get(name="甲").must_change_password


# Reading many people


def ask(by: str = "甲", people: int = 500, *, days: int = 0, minutes: int = 0) -> UUID:
    at = AT + timedelta(minutes=minutes)
    return reading_actions.add_request(people, "督查", day=ON + days * DAY, by=by, at=at)


def decide(request_id: UUID, approved: bool = True, by: str = "批") -> None:
    reading_actions.add_decision(request_id, approved, "可以" if approved else "不必", by=by, at=AT + DAY)


def test_a_request_and_its_decision_are_rows_with_entries_of_their_own() -> None:
    request_id = ask()
    row = ReadingRequest.objects.get()
    assert (row.id, row.asked_by, row.asked_at, row.day, row.people, row.reason) == (request_id, "甲", AT, ON, 500, "督查")
    assert (last().action, last().why, last().by) == ("access.ask_to_read", "督查", "甲")
    decide(request_id)
    said = ReadingDecision.objects.get()
    assert (said.request_id, said.approved, said.by, said.decided_at, said.why) == (request_id, True, "批", AT + DAY, "可以")
    assert (last().action, last().why, last().by) == ("access.allow_to_read", "可以", "批")
    other = ask(minutes=1)
    decide(other, approved=False)
    assert (last().action, last().why) == ("access.refuse_to_read", "不必")
    with pytest.raises(reading_actions.DecidedError):
        decide(other)


def test_what_is_seen_of_a_request() -> None:
    waiting, allowed, refused = ask(), ask(minutes=1), ask(minutes=2)
    decide(allowed)
    decide(refused, approved=False)
    views = reading_queries.requests(OWN)
    assert [(view.id, view.state, view.state_words) for view in views] == [
        (refused, "refused", "未批准"),
        (allowed, "approved", "已批准"),
        (waiting, "waiting", "待批准"),
    ]
    first, second = views[2], views[1]
    assert (first.asked_by, first.asked_at, first.day, first.people, first.reason, first.own) == (
        *("甲", AT, ON, 500, "督查", True),
    )
    assert (first.decided_by, first.decided_at, first.why) == ("", None, "")
    assert (second.decided_by, second.decided_at, second.why) == ("批", AT + DAY, "可以")
    assert [view.own for view in reading_queries.requests(CHIEF)] == [False] * 3
    assert set(reading_queries.STATES) == {"waiting", "approved", "refused"}


def test_requests_are_ones_own_or_all_for_who_may_approve_from_a_day_on() -> None:
    mine, later, theirs = ask(), ask(days=2, minutes=5), ask("乙", minutes=3)
    assert [view.id for view in reading_queries.requests(OWN)] == [later, mine]
    assert [view.id for view in reading_queries.requests(CHIEF)] == [later, theirs, mine]
    assert [view.id for view in reading_queries.requests(OWN, since=ON + DAY)] == [later]
    assert [view.id for view in reading_queries.requests(OWN, since=ON + 2 * DAY)] == [later]
    assert reading_queries.requests(OWN, since=ON + 3 * DAY) == []
    for viewer, request_id, seen in ((OWN, mine, True), (OWN, theirs, False), (CHIEF, theirs, True), (OWN, uuid4(), False)):
        found = reading_queries.find_request(viewer, request_id)
        assert (found is not None and found.id == request_id) == seen


def test_how_many_may_be_read_is_what_another_person_approved_for_that_day() -> None:
    def most(days: int = 0, viewer: Viewer = OWN) -> int:
        return reading_queries.approved_people(viewer, day=ON + days * DAY)

    assert most() == PEOPLE_A_DAY
    decide(ask(people=500))
    decide(ask(people=300, minutes=1))
    decide(ask(people=900, minutes=2), approved=False)
    decide(ask(people=900, minutes=3), by="甲")
    decide(ask("乙", people=900, minutes=4))
    decide(ask(people=700, days=1))
    ask(people=900, minutes=6)
    assert [most(), most(1), most(2), most(0, OTHER)] == [500, 700, PEOPLE_A_DAY, 900]
    decide(ask("丙", people=10))
    assert most(0, Viewer("丙")) == PEOPLE_A_DAY

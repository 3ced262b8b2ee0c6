"""The pages of people's requests: received, edited by two, decided by another person; no text is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from fuqi.journal.models import Entry
from tests.support.accounts import AUDITOR, COUNTY_OFFICER, VILLAGE_DOCTOR, Account
from tests.support.desk import HOUSEHOLD, Office, household, number, workbook
from tests.support.here import browser, make, place, sign_in, text

pytestmark = [pytest.mark.django_db(databases=["default", "desk"]), pytest.mark.usefixtures("served_here")]

SECOND = Account("吴敏", "county_officer", "430611")
SAID = {"applicant": "张山水", "standing": "self", "proof": "看了身份证", "words": "要看关于我的全部内容"}
NASTY = '"><script>alert(1)</script>{{ 7*7 }}'


@pytest.fixture
def register(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.receive("户.xlsx", workbook(HOUSEHOLD, household(1, "张山水")))
    office.make_register()
    return office


@pytest.fixture
def officer(register: Office) -> Client:
    del register
    return sign_in(make(COUNTY_OFFICER))


def received(client: Client, kind: str = "access", **more: str) -> str:
    sent = {"serial": "1", "kind": kind, "received_on": "2026-11-20", **SAID, **more}
    answer = client.post("/requests/new/", sent)
    assert answer.status_code == 302, text(answer)
    return place(answer)


def test_a_request_goes_its_way_through_the_pages(officer: Client) -> None:
    where = received(officer)
    page = text(officer.get(where))
    assert "要由另一个人审批" in page
    assert "看了身份证" in page
    listed = text(officer.get("/requests/"))
    assert "2026-000001" in listed
    assert "张山水" not in listed, "the list says no name"
    assert officer.post(f"{where}decide/", {"position": "1", "granted": "yes"}).status_code == 409
    other = sign_in(make(SECOND))
    assert other.post(f"{where}decide/", {"position": "1", "granted": "yes"}).status_code == 302
    given = officer.post(f"{where}file.json")
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert number(1) in given.content.decode()
    seen = Entry.objects.filter(action__startswith="reading.open", by=COUNTY_OFFICER.name)
    assert set(seen.values_list("why", flat=True)) == {"办理个人信息申请2026-000001"}
    assert "办结" in text(officer.get(where))


def test_what_was_written_is_there_again_after_a_refusal(officer: Client) -> None:
    sent = {"serial": "1", "kind": "access", "received_on": "2026-11-20", **SAID, "applicant": NASTY, "proof": ""}
    answer = officer.post("/requests/new/", sent)
    page = text(answer)
    assert answer.status_code == 409
    assert "怎样核对的身份”没有写" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "要看关于我的全部内容" in page


def test_two_editors_of_one_field_see_both_values_and_who_wrote_the_other(officer: Client) -> None:
    where = received(officer, "correction", name="章山水")
    other = sign_in(make(SECOND))
    said = {**SAID, "name": "章山水"}
    assert other.post(f"{where}edit/", {"base": "1", **said, "name": "张杉水"}).status_code == 302
    answer = officer.post(f"{where}edit/", {"base": "1", **said, "name": "张三水", "sex": "女"})
    page = text(answer)
    assert answer.status_code == 409
    for words in ("张杉水", "张三水", "吴敏", 'name="base" value="2"'):
        assert words in page
    assert re.search(r'name="sex"[^>]*value="女"', page), "what else was written is not lost"
    merged = officer.post(f"{where}edit/", {"base": "1", **said, "sex": "女"}, follow=True)
    assert "姓名" in text(merged)
    assert "张杉水" in text(merged)


def test_other_roles_do_not_open_the_room() -> None:
    for account in (VILLAGE_DOCTOR, AUDITOR):
        client = sign_in(make(account))
        assert client.get("/requests/").status_code == 403, account.role
        assert client.get("/requests/2026-000001/").status_code == 403, account.role
        assert client.post("/requests/2026-000001/decide/", {"position": "1", "granted": "yes"}).status_code == 403


def test_nobody_comes_in_without_signing_in() -> None:
    assert place(browser().get("/requests/")).startswith("/sign-in/")


def test_what_is_not_there_reads_as_what_is_not_yours(officer: Client) -> None:
    received(officer)
    elsewhere = sign_in(make(Account("李四", "county_officer", "430611200")))
    pages = [text(elsewhere.get(f"/requests/{number}/")) for number in ("2026-000001", "2026-000002")]
    assert elsewhere.get("/requests/2026-000001/").status_code == 404
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    first, second = (token.sub("", page).replace(f"2026-00000{number}", "") for number, page in enumerate(pages, 1))
    assert first == second


def test_a_decision_on_words_that_were_changed_meanwhile_is_refused(officer: Client) -> None:
    where = received(officer)
    other = sign_in(make(SECOND))
    officer.post(f"{where}edit/", {"base": "1", **SAID, "words": "只看费用"})
    answer = other.post(f"{where}decide/", {"position": "1", "granted": "yes"})
    assert answer.status_code == 409
    assert "后来有人改过" in text(answer)

"""The auditor's pages in the browser: who saw a person, and entries by day, person and action; no word of anybody."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import urlencode

import pytest

from tests.support.accounts import AUDITOR, COUNTY_OFFICER, SYSTEM_ADMINISTRATOR, VILLAGE_DOCTOR
from tests.support.server import Client, CountyServer
from tests.support.workspaces import WorkspaceUnderTest

PURPOSE = "核对谁看过谁"


@pytest.fixture(scope="module")
def auditor(county_server: CountyServer) -> Client:
    return county_server.sign_in(AUDITOR)


@pytest.fixture(scope="module")
def someone(counted_county: WorkspaceUnderTest) -> str:
    """Return the number of somebody who is on a list."""
    listed = counted_county.fuqi("figures", "--code", "one_stop_paid", "--list")
    return next(row["person"] for row in csv.DictReader(io.StringIO(listed.stdout)) if row["person"])


@pytest.fixture(scope="module")
def opened(county_server: CountyServer, someone: str) -> str:
    """Let the officer open the person's file with a purpose; return the name that the page showed."""
    officer = county_server.sign_in(COUNTY_OFFICER)
    path = f"/people/{int(someone)}/"
    officer.post("/purpose/", purpose=PURPOSE, next=path)
    answer = officer.get(path)
    officer.post("/purpose/", cover="1", next=path)
    assert answer.status == 200
    found = re.search(rf"<h1>人员 {someone} ([^<]+)</h1>", answer.html)
    assert found, answer.text[:300]
    return found[1]


def test_the_auditor_sees_who_saw_a_person_and_why_and_no_name(auditor: Client, someone: str, opened: str) -> None:
    answer = auditor.post("/journal/who-saw/", words=someone)
    assert COUNTY_OFFICER.name in answer.main
    assert PURPOSE in answer.main
    assert "个人档案" in answer.main
    assert someone not in answer.url
    assert f"人员 {someone}" in answer.text
    assert opened not in answer.html


def test_the_command_says_the_same(counted_county: WorkspaceUnderTest, someone: str, opened: str) -> None:
    told = counted_county.fuqi("--as", AUDITOR.name, "who-saw", someone)
    assert told.returncode == 0, told.stderr
    assert COUNTY_OFFICER.name in told.stdout
    assert opened not in told.stdout


def test_an_identity_number_is_no_argument(counted_county: WorkspaceUnderTest) -> None:
    assert counted_county.fuqi("--as", AUDITOR.name, "who-saw", "430611197003070033").returncode == 2


def test_nobody_of_that_number_is_a_sentence(auditor: Client) -> None:
    answer = auditor.post("/journal/who-saw/", words="999999")
    assert "台账里没有这个人" in answer.text


def test_entries_are_listed_and_narrowed(auditor: Client, opened: str) -> None:
    every = auditor.get("/journal/")
    assert "看了密封的内容" in every.main
    assert opened not in every.html
    narrowed = auditor.get(f"/journal/?{urlencode({'action': 'reading.open', 'by': COUNTY_OFFICER.name})}")
    rows = re.findall(r'<td class="who">([^<]*)<', narrowed.main)
    assert rows
    assert set(rows) == {COUNTY_OFFICER.name}
    assert "没有这样的条目" in auditor.get("/journal/?day=2001-01-01").text
    assert auditor.get("/journal/?day=yesterday").status == 404


def test_older_entries_are_a_page_away(auditor: Client) -> None:
    first = auditor.get("/journal/")
    older = next(link for link in first.links if "before=" in link)
    numbers = [
        [int(number) for number in re.findall(r'<th scope="row">(\d+)<', page.main)]
        for page in (first, auditor.get(f"/journal/{older}"))
    ]
    assert min(numbers[0]) > max(numbers[1])


@pytest.mark.parametrize("account", [COUNTY_OFFICER, VILLAGE_DOCTOR, SYSTEM_ADMINISTRATOR], ids=lambda one: one.role)
def test_others_do_not_read_the_journal(county_server: CountyServer, account: object) -> None:
    from tests.support.accounts import Account

    assert isinstance(account, Account)
    client = county_server.sign_in(account)
    assert client.get("/journal/").status == 403
    assert client.post("/journal/who-saw/", words="1").status == 403

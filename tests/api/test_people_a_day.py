"""How many people somebody may read on a day, through pages, the API and the command line together, and at a counter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from fuqi.access.codes import PEOPLE_A_DAY
from fuqi.access.queries import viewer_for
from fuqi.access.reading import reading_as
from fuqi.config.workspace import Workspace
from fuqi.flows import credentials, sightings
from fuqi.flows.opened import NoStandings, open_person
from fuqi.flows.sightings import TooManyPeopleError
from fuqi.flows.workspaces import PROGRAM
from fuqi.journal.models import Entry
from fuqi.registry.models import Sighting
from fuqi.web.clock import now, today
from tests.support.accounts import HOSPITAL_CLERK, Account
from tests.support.desk import BILLS, HOUSEHOLD, Office, bill, household, number, workbook
from tests.support.here import make, sign_in, text

pytestmark = pytest.mark.django_db(databases=["default", "desk"])

PURPOSE = "入户核对"
MORE = 4
"""How many people there are more than one may read on a day."""
EVERYBODY = range(1, PEOPLE_A_DAY + MORE + 1)
TOWN = "430611103"
CLERK = Account("钱小芳", "township_clerk", TOWN)
PAGE = 50
"""How many people the list of a place shows at once."""


@pytest.fixture
def register(settings: Settings, tmp_path: Path) -> Office:
    """Serve a register of a few more people than one may read, each with a bill of the counter's hospital."""
    (tmp_path / "journal").mkdir()
    settings.WORKSPACE = Workspace(tmp_path, "junshan-2017", "经办人")
    office = Office(tmp_path, now=datetime.now(UTC))
    people = [(person, f"王{chr(0x4E00 + person)}") for person in EVERYBODY]
    office.receive("户.xlsx", workbook(HOUSEHOLD, *(household(person, name) for person, name in people)))
    office.receive("结算.xlsx", workbook(BILLS, *(bill(f"ZY{person:010d}", person, name) for person, name in people)))
    office.make_register()
    return office


class Api:
    """A program that asks with a credential of somebody who may read people."""

    def __init__(self, account: Account) -> None:
        viewer = viewer_for(PROGRAM, account.name, on=today())
        may = sorted(viewer.permissions & set(credentials.OFFERED))
        about: dict[str, Any] = {"actions": may, "place": "", "days": 1, "on": today(), "at": now()}
        token = credentials.issue(viewer, credentials.SERVICE, "读人的程序", **about)[0]
        self.headers = {"Authorization": f"Bearer {token}", "Fuqi-Purpose": quote(PURPOSE)}
        self.client = Client()

    def person(self, serial: int) -> Any:
        """Ask for somebody's file."""
        return self.client.get(f"/api/v1/people/{serial}", headers=self.headers)

    def find(self, id_number: str) -> Any:
        """Ask who goes by an identity number."""
        body = {"id_number": id_number}
        return self.client.post("/api/v1/people/find", body, content_type="application/json", headers=self.headers)


def people_seen(account: Account) -> set[int]:
    """Return whom somebody has been shown."""
    return set(Sighting.objects.filter(by=account.name).values_list("person__serial", flat=True))


def by_command(office: Office, account: Account, serials: Iterable[int]) -> None:
    """Read people as the command line does for somebody."""
    viewer = replace(viewer_for(PROGRAM, account.name, on=today()), purpose=PURPOSE)
    asking = replace(office.asking(), viewer=viewer)
    with reading_as(viewer, "command") as reading:
        for serial in serials:
            open_person(asking, NoStandings(), serial)
        sightings.keep_sightings(reading, at=now())


def test_pages_the_api_and_commands_count_together(register: Office) -> None:
    page, api = sign_in(make(CLERK)), Api(CLERK)
    page.post("/purpose/", {"purpose": PURPOSE, "next": "/people/"})
    for sheet in (1, 2):
        assert page.get(f"/people/?place={TOWN}&page={sheet}").status_code == 200
    assert len(people_seen(CLERK)) == 2 * PAGE
    left = [serial for serial in EVERYBODY if serial not in people_seen(CLERK)]
    for serial in left[:20]:
        assert api.person(serial).status_code == 200
    by_command(register, CLERK, left[20:100])
    seen = people_seen(CLERK)
    assert len(seen) == PEOPLE_A_DAY

    for serial in left[100:]:
        refused = api.person(serial)
        assert refused.status_code == 403
        assert "由另一个人批准" in refused.json()["detail"]
        shown = page.get(f"/people/{serial}/")
        assert shown.status_code == 409
        assert "由另一个人批准" in text(shown)
        for answer in (refused, shown):
            assert f"王{chr(0x4E00 + serial)}" not in text(answer)
        with pytest.raises(TooManyPeopleError):
            by_command(register, CLERK, [serial])
        assert api.find(number(serial)).status_code == 403
    assert page.get(f"/people/?place={TOWN}&page=5").status_code == 409
    assert people_seen(CLERK) == seen
    assert Entry.objects.filter(by=CLERK.name, action=sightings.REFUSED).count() == 4 * MORE + 1

    for serial in sorted(seen)[::40]:
        assert api.person(serial).status_code == page.get(f"/people/{serial}/").status_code == 200
        by_command(register, CLERK, [serial])


def test_a_counters_credential_reads_so_many_patients_and_no_more(register: Office) -> None:
    api = Api(make(HOSPITAL_CLERK))
    by_command(register, HOSPITAL_CLERK, EVERYBODY[: PEOPLE_A_DAY - 20])
    for serial in EVERYBODY[PEOPLE_A_DAY - 20 : PEOPLE_A_DAY]:
        assert api.person(serial).status_code == 200
    seen = people_seen(HOSPITAL_CLERK)
    assert len(seen) == PEOPLE_A_DAY
    page = sign_in(HOSPITAL_CLERK)
    page.post("/purpose/", {"purpose": PURPOSE, "next": "/people/"})
    for serial in EVERYBODY[PEOPLE_A_DAY:]:
        refused = api.person(serial)
        assert refused.status_code == 403
        assert "由另一个人批准" in refused.json()["detail"]
        assert page.get(f"/people/{serial}/").status_code == 409
        assert api.find(number(serial)).status_code == 403
    assert people_seen(HOSPITAL_CLERK) == seen
    other = Api(make(replace(HOSPITAL_CLERK, name="何小梅")))
    assert other.person(EVERYBODY[-1]).status_code == 200

"""Words that no page expects, at every address of the URL table: each is answered in words, none makes the program fail."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.accounts import AUDITOR, COUNTY_OFFICER, SECURITY_ADMINISTRATOR, Account
from tests.support.here import browser, make, sign_in
from tests.walk.routes import Route, routes

pytestmark = [pytest.mark.django_db(databases=["default", "desk"]), pytest.mark.usefixtures("served_here")]

ODD = ("a\0b", "9999-12-31")
NAMES = (
    "action again all amount answer approved base before by cover day ended file for form found fund granted ground in_force "
    "institution kind layer name next number on page part people person place position print problems purpose reason "
    "received_on replaces role rows seen serial since text until why words household"
).split()
"""Every parameter and field of the pages, and some that there are not."""
OF_NOBODY = {"code": "insured_rate", "serial": "25", "form": "pdf"}
NOBODY = "00000000-0000-7000-8000-000000000000"


def address(route: Route, odd: str) -> str:
    """Return an address of the route; words stand where the table takes words."""
    values = {name: OF_NOBODY.get(name, NOBODY if name.endswith("_id") else odd) for name in route.arguments}
    return route.url(values)


def asked(client: Client, *, sends: bool) -> list[tuple[str, str, int]]:
    """Return every page, asked with each odd word in all its parameters, that the program failed at."""
    found = []
    for route in routes():
        for odd in () if route.is_api or route.name == "sign_out" else ODD:
            fields = dict.fromkeys(NAMES, odd)
            path = address(route, odd)
            answer = client.post(path, fields) if sends else client.get(path, fields)
            found.append((route.name, odd, answer.status_code))
    return found


@pytest.mark.database
@pytest.mark.parametrize("sends", [False, True], ids=["in the address", "in a form"])
@pytest.mark.parametrize(
    "account", [None, COUNTY_OFFICER, AUDITOR, SECURITY_ADMINISTRATOR], ids=lambda one: getattr(one, "role", "nobody")
)
def test_odd_words_are_answered_in_words(account: Account | None, sends: bool) -> None:
    client = sign_in(make(account)) if account else browser()
    client.raise_request_exception = False
    answers = asked(client, sends=sends)
    assert [one for one in answers if one[2] >= 500] == []
    assert len(answers) > 90
    if account and not sends:
        assert sum(status == 200 for _, _, status in answers) > 8, "hardly any page was opened"

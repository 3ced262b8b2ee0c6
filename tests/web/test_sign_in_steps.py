"""Signing in step by step, and how a visit ends: by itself, after a day's work, or because the account changed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from django.test import Client

from fuqi.access.codes import ROLES
from fuqi.access.profiles import ASVS
from fuqi.flows.accounts import accounts, disable, one_time_password, reset_factor, take_role
from fuqi.flows.granting import give_role
from fuqi.flows.workspaces import PROGRAM
from fuqi.web import halfway, visits
from tests.support.accounts import COUNTY_OFFICER, PASSWORD, SECURITY_ADMINISTRATOR, VILLAGE_DOCTOR, Account
from tests.support.codes import SECRET
from tests.support.here import browser, make, place, sign_in, text

pytestmark = [pytest.mark.django_db(databases=["default", "desk"]), pytest.mark.usefixtures("served_here")]

OWN = "芦苇荡里的小船2026"


def give_password(client: Client, name: str, password: str) -> str:
    return place(client.post("/sign-in/", {"name": name, "password": password}))


def newcomer(account: Account) -> str:
    now = datetime.now(UTC)
    give_role(PROGRAM, account.name, account.role, account.place, on=now.date(), at=now)
    return one_time_password(PROGRAM, account.name, at=now)


def test_the_first_time_a_second_factor_is_set_up_with_recovery_codes_shown_once_and_then_a_password_chosen() -> None:
    password, client = newcomer(COUNTY_OFFICER), browser()
    assert give_password(client, COUNTY_OFFICER.name, password) == "/sign-in/set-up/"
    for path in ("/", "/me/", "/password/", "/sign-in/code/"):
        assert place(client.get(path)) == "/sign-in/set-up/", path
    page = text(client.get("/sign-in/set-up/"))
    assert 'src="data:image/svg+xml;' in page
    secret = re.findall(r'<code class="secret">([A-Z2-7 ]+)</code>', page)[0].replace(" ", "")
    assert secret == re.findall(r'<code class="secret">([A-Z2-7 ]+)</code>', text(client.get("/sign-in/set-up/")))[0].replace(
        " ", ""
    )
    assert "动态口令不对" in text(client.post("/sign-in/set-up/", {"code": "000000"}))
    shown = text(client.post("/sign-in/set-up/", {"code": pyotp.TOTP(secret).now()}))
    codes = re.findall(r"<li><code>([a-z2-9-]+)</code>", shown)
    assert len(set(codes)) == 10
    assert 'href="/password/"' in shown
    assert place(client.get("/me/")) == "/password/"
    assert place(client.post("/password/", {"password": OWN, "again": OWN})) == "/"
    assert client.get("/me/").status_code == 200
    again = text(client.get("/sign-in/set-up/", follow=True))
    assert not [code for code in codes if code in again]
    other = browser()
    assert give_password(other, COUNTY_OFFICER.name, OWN) == "/sign-in/code/"
    assert place(other.post("/sign-in/code/", {"code": codes[3]})) == "/"


def test_a_right_password_alone_opens_nothing_but_the_page_that_asks_for_the_code() -> None:
    make(COUNTY_OFFICER)
    client = browser()
    assert give_password(client, COUNTY_OFFICER.name, PASSWORD) == "/sign-in/code/"
    for path in ("/", "/me/", "/people/", "/password/", "/sign-in/set-up/"):
        assert place(client.get(path)) == "/sign-in/code/", path
    assert client.post("/password/", {"password": OWN, "again": OWN}).status_code == 302
    assert give_password(browser(), COUNTY_OFFICER.name, PASSWORD) == "/sign-in/code/", "the password was not changed"


def test_a_code_opens_once() -> None:
    make(COUNTY_OFFICER)
    code = pyotp.TOTP(SECRET).at(datetime.now(UTC) + timedelta(seconds=30))
    answers = []
    for _ in range(2):
        client = browser()
        give_password(client, COUNTY_OFFICER.name, PASSWORD)
        answers.append(client.post("/sign-in/code/", {"code": code}))
    assert [answer.status_code for answer in answers] == [302, 422], text(answers[1])
    assert "已经用过" in text(answers[1])


def test_a_right_password_is_forgotten_after_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    make(COUNTY_OFFICER)
    client = browser()
    give_password(client, COUNTY_OFFICER.name, PASSWORD)
    later = datetime.now(UTC) + timedelta(minutes=10)
    monkeypatch.setattr(halfway, "now", lambda: later)
    assert place(client.get("/sign-in/code/")) == "/sign-in/"


@pytest.mark.parametrize("change", ["disabled", "password", "second factor"])
def test_a_right_password_is_forgotten_when_the_account_changes_meanwhile(change: str) -> None:
    make(COUNTY_OFFICER)
    client = browser()
    give_password(client, COUNTY_OFFICER.name, PASSWORD)
    changes()[change]()  # type: ignore[operator]
    for path, fields in (("/sign-in/code/", {"code": "123456"}), ("/password/", {"password": OWN, "again": OWN})):
        assert place(client.post(path, fields)) == "/sign-in/", path
    assert place(client.get("/me/")).startswith("/sign-in/")


def test_who_tries_too_often_is_told_how_long_to_wait_and_a_known_device_is_not_held_up() -> None:
    make(VILLAGE_DOCTOR)
    known = sign_in(VILLAGE_DOCTOR)
    stranger = browser()
    answers = [stranger.post("/sign-in/", {"name": VILLAGE_DOCTOR.name, "password": "猜一猜猜一猜"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * ASVS.failures_before_pause + [429]
    wait = int(answers[-1].headers["Retry-After"])
    assert 0 < wait <= 30
    assert f"请等{wait}秒再试" in text(answers[-1])
    assert stranger.post("/sign-in/", {"name": VILLAGE_DOCTOR.name, "password": PASSWORD}).status_code == 429
    known.post("/sign-out/")
    assert give_password(known, VILLAGE_DOCTOR.name, PASSWORD) == "/"


def test_the_cookie_of_a_device_opens_nothing_and_goes_nowhere_else() -> None:
    make(VILLAGE_DOCTOR)
    cookie = sign_in(VILLAGE_DOCTOR).cookies["device"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/sign-in/", True, "Strict")
    client = browser()
    client.cookies["device"] = cookie.value
    assert place(client.get("/me/")).startswith("/sign-in/")


@pytest.mark.parametrize(("after", "said"), [(ASVS.idle, "没有操作"), (ASVS.longest_session, "最长时间")], ids=["idle", "long"])
def test_a_visit_ends_by_itself(monkeypatch: pytest.MonkeyPatch, after: timedelta, said: str) -> None:
    client, begun = sign_in(make(VILLAGE_DOCTOR)), datetime.now(UTC)
    clock = [begun]
    monkeypatch.setattr(visits, "now", lambda: clock[0])
    while clock[0] + timedelta(minutes=20) < begun + after:
        clock[0] += timedelta(minutes=20)
        assert client.get("/me/").status_code == 200, clock
    clock[0] += after if after == ASVS.idle else timedelta(minutes=21)
    answer = client.get("/me/")
    assert place(answer).startswith("/sign-in/?next=%2Fme%2F&ended=")
    assert said in text(client.get(place(answer)))
    monkeypatch.undo()
    assert place(client.get("/me/")).startswith("/sign-in/"), "a visit that has ended does not come back"


def changes() -> dict[str, object]:
    officer = COUNTY_OFFICER.name
    now = datetime.now(UTC)

    def held() -> object:
        return next(item for item in accounts(PROGRAM, on=now.date()) if item.name == officer).grants[0].id

    return {
        "disabled": lambda: disable(PROGRAM, officer, why="离岗", at=now),
        "role taken": lambda: take_role(PROGRAM, held(), why="调离", at=now, on=now.date()),  # type: ignore[arg-type]
        "role given": lambda: give_role(PROGRAM, officer, "inspector", "430611", on=now.date(), at=now),
        "password": lambda: one_time_password(PROGRAM, officer, at=now),
        "second factor": lambda: reset_factor(PROGRAM, officer, why="手机丢了", at=now),
    }


@pytest.mark.parametrize("change", ["disabled", "role taken", "role given", "password", "second factor"])
def test_the_next_request_is_refused_after_the_account_changed(change: str) -> None:
    make(COUNTY_OFFICER)
    client = sign_in(COUNTY_OFFICER)
    assert client.get("/me/").status_code == 200
    changes()[change]()  # type: ignore[operator]
    assert place(client.get("/me/")).startswith("/sign-in/")


def test_whoever_is_in_shows_the_present_password_before_choosing_a_new_one() -> None:
    client = sign_in(make(VILLAGE_DOCTOR))
    other = sign_in(VILLAGE_DOCTOR)
    wrong = client.post("/password/", {"present_password": "不是这个", "password": OWN, "again": OWN})
    assert (wrong.status_code, "现在的密码不对" in text(wrong)) == (422, True)
    assert client.post("/password/", {"password": OWN, "again": OWN}).status_code == 422
    assert place(client.post("/password/", {"present_password": PASSWORD, "password": OWN, "again": OWN})) == "/me/"
    assert client.get("/me/").status_code == 200
    assert place(other.get("/me/")).startswith("/sign-in/")


def test_an_open_page_is_no_place_to_guess_the_present_password() -> None:
    client = sign_in(make(VILLAGE_DOCTOR))
    for _ in range(5):
        client.post("/password/", {"present_password": "不是这个", "password": OWN, "again": OWN})
    assert place(client.get("/me/")).startswith("/sign-in/")


def test_an_administrator_sees_no_figures_and_begins_where_the_own_work_is() -> None:
    client = sign_in(make(SECURITY_ADMINISTRATOR))
    assert place(client.get("/")) == "/accounts/"
    page = text(client.get("/accounts/"))
    navigation = page.partition('aria-label="主导航"')[2].partition("</nav>")[0]
    assert re.findall(r">([^<>]+)</a>", navigation) == ["账号", "大批查看"]
    assert "显示全名" not in page
    for path in ("/people/", "/lists/", "/figures/insured_rate/", "/scheme/", "/papers/", "/adjustments/", "/system/"):
        assert client.get(path).status_code == 403, path
    assert not ROLES["security_administrator"].actions & ROLES["county_officer"].actions - {"approve_reading"}


def test_what_is_kept_of_a_visit_tells_no_secret(served_here: Path) -> None:
    del served_here
    client = sign_in(make(COUNTY_OFFICER))
    kept = str(dict(client.session))
    assert SECRET not in kept
    assert PASSWORD not in kept

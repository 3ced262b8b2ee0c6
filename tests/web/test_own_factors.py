"""What persons change about their own sign-in: only after the password and a code again, and all other visits end."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pyotp
import pytest
from django.test import Client

from fuqi.access.profiles import ASVS
from fuqi.access.queries import account_state
from fuqi.flows.own_factors import new_recovery_codes
from fuqi.flows.workspaces import PROGRAM
from fuqi.web.own import factors, proof
from tests.support.accounts import COUNTY_OFFICER, PASSWORD, TOWNSHIP_CLERK, VILLAGE_DOCTOR, Account
from tests.support.codes import SECRET
from tests.support.here import browser, make, place, sign_in, text

pytestmark = [pytest.mark.django_db(databases=["default", "desk"]), pytest.mark.usefixtures("served_here")]

CHANGES = ("/me/factor/", "/me/recovery-codes/", "/me/passkeys/")


@pytest.fixture(autouse=True)
def _cheap_hashes(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


def recovery_codes(page: str) -> list[str]:
    return re.findall(r"<li><code>([a-z2-9-]+)</code>", page)


def secret_on(page: str) -> str:
    return str(re.findall(r'<code class="secret">([A-Z2-7 ]+)</code>', page)[0]).replace(" ", "")


def prove(client: Client, code: str = "", password: str = PASSWORD) -> str:
    answer = client.post("/me/prove/", {"present_password": password, "code": code, "next": "/me/"})
    return place(answer) or text(answer)


def with_recovery_code(account: Account, client: Client | None = None) -> tuple[Client, list[str]]:
    """Return a signed-in browser that has proven itself with a new recovery code, and those that are left."""
    codes = list(new_recovery_codes(account.name, at=datetime.now(UTC)))
    client = client or sign_in(account)
    assert prove(client, codes.pop()) == "/me/"
    return client, codes


def code_of(secret: str) -> str:
    return pyotp.TOTP(secret).at(datetime.now(UTC))


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_is_changed_before_the_password_was_shown_again(path: str, method: str) -> None:
    client = sign_in(make(VILLAGE_DOCTOR))
    before = account_state(PROGRAM, VILLAGE_DOCTOR.name)
    answer = getattr(client, method)(path, {"code": code_of(SECRET), "label": "甲", "passkey": "{}"})
    if (path, method) == ("/me/passkeys/", "get"):
        assert "先设置" in text(answer) or "HTTPS" in text(answer)
    else:
        assert place(answer) == f"/me/prove/?next={quote(path, safe='')}"
    assert account_state(PROGRAM, VILLAGE_DOCTOR.name) == before


def test_the_proof_wants_the_password_and_a_code_and_lasts_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    make(COUNTY_OFFICER)
    client = sign_in(COUNTY_OFFICER)
    assert "动态口令或恢复码" in text(client.get("/me/prove/"))
    assert "密码不对" in prove(client, code_of(SECRET), "不是这个密码")
    assert "这个动态口令不对" in prove(client, "000000")
    assert "请填写动态口令" in prove(client)
    assert place(client.get("/me/factor/")).startswith("/me/prove/")
    with_recovery_code(COUNTY_OFFICER, client)
    assert client.get("/me/factor/").status_code == 200
    later = datetime.now(UTC) + proof.PROOF_HOLDS
    monkeypatch.setattr(proof, "now", lambda: later)
    assert place(client.get("/me/factor/")).startswith("/me/prove/")


def test_an_open_page_is_no_place_to_guess_the_password() -> None:
    make(VILLAGE_DOCTOR)
    make(TOWNSHIP_CLERK)
    owner, guesser, stranger = sign_in(VILLAGE_DOCTOR), sign_in(VILLAGE_DOCTOR), browser()
    for _ in range(4 * ASVS.failures_before_pause):
        stranger.post("/sign-in/", {"name": VILLAGE_DOCTOR.name, "password": "猜一猜猜一猜"})
    said = [prove(guesser, password="猜一猜猜一猜") for _ in range(ASVS.failures_before_pause + 1)]
    assert "密码不对" in said[-2]
    assert "次数太多" in said[-1]
    assert "次数太多" in prove(guesser)
    assert "次数太多" in prove(owner), "however many visits it is tried from"
    assert owner.get("/me/").status_code == 200, "nobody is put out of a visit by it"
    assert prove(sign_in(TOWNSHIP_CLERK)) == "/me/"


def test_somebody_without_a_second_factor_sets_one_up_and_is_asked_for_it_from_then_on() -> None:
    make(VILLAGE_DOCTOR)
    client, other = sign_in(VILLAGE_DOCTOR), sign_in(VILLAGE_DOCTOR)
    assert prove(client) == "/me/"
    secret = secret_on(text(client.get("/me/factor/")))
    assert secret == secret_on(text(client.get("/me/factor/"))), "a page that is loaded again shows the same"
    assert "动态口令不对" in text(client.post("/me/factor/", {"code": "000000"}))
    codes = recovery_codes(text(client.post("/me/factor/", {"code": code_of(secret)})))
    assert len(set(codes)) == 10
    assert client.get("/me/").status_code == 200
    assert place(other.get("/me/")).startswith("/sign-in/")
    assert secret_on(text(client.get("/me/factor/"))) != secret
    came = browser().post("/sign-in/", {"name": VILLAGE_DOCTOR.name, "password": PASSWORD})
    assert place(came) == "/sign-in/code/"


def test_a_new_phone_takes_the_place_of_the_former_one_and_of_its_recovery_codes() -> None:
    make(COUNTY_OFFICER)
    client, old_codes = with_recovery_code(COUNTY_OFFICER)
    page = text(client.get("/me/factor/"))
    assert "换动态口令" in page
    codes = recovery_codes(text(client.post("/me/factor/", {"code": code_of(secret_on(page))})))
    for code, opens in ((pyotp.TOTP(SECRET).now(), False), (old_codes[0], False), (codes[0], True)):
        comer = browser()
        comer.post("/sign-in/", {"name": COUNTY_OFFICER.name, "password": PASSWORD})
        assert (place(comer.post("/sign-in/code/", {"code": code})) == "/") is opens, code


def test_new_recovery_codes_end_the_old_ones_and_the_own_page_tells_how_many_are_left() -> None:
    make(COUNTY_OFFICER)
    client, old_codes = with_recovery_code(COUNTY_OFFICER)
    assert "还有 9 个没用过" in text(client.get("/me/"))
    codes = recovery_codes(text(client.post("/me/recovery-codes/")))
    assert len(set(codes) - set(old_codes)) == 10
    assert "还有 10 个没用过" in text(client.get("/me/"))
    for code, opens in ((old_codes[0], False), (codes[0], True)):
        comer = browser()
        comer.post("/sign-in/", {"name": COUNTY_OFFICER.name, "password": PASSWORD})
        assert (place(comer.post("/sign-in/code/", {"code": code})) == "/") is opens, code


def test_recovery_codes_stand_in_for_an_app_and_for_nothing_else() -> None:
    client = sign_in(make(VILLAGE_DOCTOR))
    assert prove(client) == "/me/"
    answer = client.post("/me/recovery-codes/")
    assert (answer.status_code, "先设置动态口令" in text(answer)) == (409, True)


def test_the_proof_leads_to_no_other_host_and_does_not_outlive_the_visit() -> None:
    make(VILLAGE_DOCTOR)
    client = sign_in(VILLAGE_DOCTOR)
    answer = client.post("/me/prove/", {"present_password": PASSWORD, "next": "https://elsewhere.example/"})
    assert place(answer) == "/"
    client.post("/sign-out/")
    sign_in(VILLAGE_DOCTOR, client)
    assert place(client.get("/me/factor/")).startswith("/me/prove/")


def test_an_app_that_was_shown_too_long_ago_is_not_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_in(make(VILLAGE_DOCTOR))
    prove(client)
    secret = secret_on(text(client.get("/me/factor/")))
    later = datetime.now(UTC) + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(factors, "now", lambda: later)
    answer = client.post("/me/factor/", {"code": pyotp.TOTP(secret).at(later)})
    assert answer.status_code == 422
    assert secret_on(text(answer)) != secret

"""Passkeys in place of a code: asked for once, signed by the right device for the right page, counted, ended with a reset."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from fuqi.access import passkeys as access_passkeys
from fuqi.access.models import Factor
from fuqi.access.queries import account_state
from fuqi.config.workspace import Workspace
from fuqi.entrance.models import Tries
from fuqi.flows import passkeys
from fuqi.flows.accounts import reset_factor
from fuqi.flows.own_factors import new_recovery_codes
from fuqi.flows.workspaces import PROGRAM
from fuqi.journal.models import Entry
from tests.support.accounts import COUNTY_OFFICER, PASSWORD, VILLAGE_DOCTOR
from tests.support.authenticator import PRESENT, VERIFIED, Authenticator
from tests.support.here import browser, make, place, sign_in, text

pytestmark = [pytest.mark.django_db(databases=["default", "desk"]), pytest.mark.usefixtures("at_localhost")]

NAME = COUNTY_OFFICER.name
ORIGIN = "http://localhost"
OPTIONS = '{"user": {"id": "AAAA"}, "challenge": "AAAA"}'
"""A question that no page asked."""


@pytest.fixture
def at_localhost(settings: Any, served_here: Path) -> None:
    del served_here
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WORKSPACE = replace(settings.WORKSPACE, address=ORIGIN)


def options_on(page: str) -> str:
    return unescape(re.findall(r'data-options="([^"]*)"', page)[0])


def prove(client: Client) -> None:
    code = new_recovery_codes(NAME, at=datetime.now(UTC))[0]
    answer = client.post("/me/prove/", {"present_password": PASSWORD, "code": code, "next": "/me/passkeys/"})
    assert place(answer) == "/me/passkeys/", text(answer)


def added(**about: Any) -> tuple[Client, Authenticator]:
    """Return a signed-in browser whose owner has just added a passkey."""
    client, device = sign_in(make(COUNTY_OFFICER)), Authenticator(ORIGIN, "localhost", **about)
    prove(client)
    answer = add(client, device)
    assert place(answer) == "/me/passkeys/", text(answer)
    return client, device


def add(client: Client, device: Authenticator, **spoilt: Any) -> Any:
    options = options_on(text(client.get("/me/passkeys/")))
    return client.post("/me/passkeys/", {"label": "办公室电脑", "passkey": device.make(options, **spoilt)})


def at_the_code() -> tuple[Client, str]:
    """Return a browser in which the password was right, and the question that the page asks passkeys."""
    client = browser()
    client.post("/sign-in/", {"name": NAME, "password": PASSWORD})
    return client, options_on(text(client.get("/sign-in/code/")))


def shows(client: Client, answer: str) -> bool:
    """Return whether a passkey's answer lets the person in."""
    return place(client.post("/sign-in/passkey/", {"passkey": answer})) == "/"


def test_a_passkey_is_added_and_opens_in_place_of_a_code_and_other_visits_end() -> None:
    client, device = added()
    assert "办公室电脑" in text(client.get("/me/passkeys/"))
    assert "1 个" in text(client.get("/me/"))
    comer, question = at_the_code()
    assert shows(comer, device.sign(question))
    assert comer.get("/me/").status_code == 200
    actions = list(Entry.objects.values_list("action", flat=True))
    assert actions.count("access.passkey") == 1


def test_adding_one_ends_the_accounts_other_visits() -> None:
    client = sign_in(make(COUNTY_OFFICER))
    prove(client)
    other = browser()
    other.post("/sign-in/", {"name": NAME, "password": PASSWORD})
    other.post("/sign-in/code/", {"code": new_recovery_codes(NAME, at=datetime.now(UTC))[0]})
    assert other.get("/me/").status_code == 200
    add(client, Authenticator(ORIGIN, "localhost"))
    assert client.get("/me/").status_code == 200
    assert place(other.get("/me/")).startswith("/sign-in/")


SPOILT: dict[str, Callable[[Authenticator, str], str]] = {
    "another page": lambda device, asked: device.sign(asked, origin="https://localhost"),
    "another port": lambda device, asked: device.sign(asked, origin="http://localhost:81"),
    "another host": lambda device, asked: device.sign(asked, host="elsewhere.example"),
    "another question": lambda device, asked: device.sign(asked, challenge="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    "another kind": lambda device, asked: device.sign(asked, type="webauthn.create"),
    "nobody present": lambda device, asked: device.sign(asked, flags=VERIFIED),
    "another key": lambda device, asked: device.sign(asked, key=ec.generate_private_key(ec.SECP256R1())),
    "no signature": lambda device, asked: device.sign(asked, signature=b""),
    "another passkey": lambda device, asked: device.sign(asked, credential=b"x" * 32),
    "another person": lambda device, asked: device.sign(asked, user="AAAAAAAAAAAAAAAAAAAAAA"),
    "nothing": lambda device, asked: "",
    "no object": lambda device, asked: "[1, 2]",
    "a number": lambda device, asked: "7",
    "words": lambda device, asked: "通行密钥",
    "too long": lambda device, asked: device.sign(asked) + " " * 20_000,
    "a deep one": lambda device, asked: "[" * 19_000,
    "parts missing": lambda device, asked: '{"id":"AA","rawId":"AA","type":"public-key","response":{}}',
    "numbers for words": lambda device, asked: device.sign(asked).replace('"signature": "', '"signature": 1, "x": "'),
    "words that are no bytes": lambda device, asked: re.sub(r'"rawId": "[^"]*"', '"rawId": "通行"', device.sign(asked)),
}


def test_whatever_is_spoilt_opens_nothing_and_an_honest_answer_still_does() -> None:
    _, device = added()
    for what, spoil in SPOILT.items():
        client, question = at_the_code()
        answer = client.post("/sign-in/passkey/", {"passkey": spoil(device, question)})
        assert answer.status_code in (422, 429), what
        assert place(client.get("/me/")) == "/sign-in/code/", what
        waits_are_over()
    client, question = at_the_code()
    assert shows(client, device.sign(question, flags=PRESENT)), "a key without a finger or a number is a second factor, too"


def waits_are_over() -> None:
    Tries.objects.all().delete()


def test_a_question_is_answered_once_and_an_answer_opens_nothing_elsewhere() -> None:
    _, device = added(counts=False)
    client, question = at_the_code()
    answer = device.sign(question)
    assert not shows(at_the_code()[0], answer), "another visit was asked another question"
    assert shows(client, answer)
    client.post("/sign-out/")
    assert not shows(client, answer)
    again, asked = at_the_code()
    assert not shows(again, device.sign(asked, signature=b"x"))
    assert not shows(again, device.sign(asked)), "a question that was answered wrongly is gone"
    new = options_on(text(again.get("/sign-in/code/")))
    assert shows(again, device.sign(new))


def test_a_passkey_that_counts_must_count_on_and_one_that_does_not_opens_each_time() -> None:
    _, device = added()
    for counter, opens in ((1, True), (1, False), (0, False), (5, True), (4, False), (6, True)):
        client, question = at_the_code()
        assert shows(client, device.sign(question, counter=counter)) is opens, counter
        waits_are_over()


def test_a_passkey_that_never_counts_opens_each_time() -> None:
    _, device = added(counts=False)
    for _ in range(3):
        client, question = at_the_code()
        assert shows(client, device.sign(question))


def test_wrong_answers_count_as_wrong_codes_do() -> None:
    _, device = added()
    client, _ = at_the_code()
    said = [client.post("/sign-in/passkey/", {"passkey": "{}"}).status_code for _ in range(6)]
    assert said == [422] * 5 + [429]
    assert not shows(client, device.sign(options_on(text(client.get("/sign-in/code/")))))


@pytest.mark.parametrize(
    "spoilt",
    [{"origin": "https://localhost"}, {"host": "x"}, {"challenge": "AAAA"}, {"type": "webauthn.get"}, {"flags": 0}],
    ids=str,
)
def test_a_spoilt_new_passkey_is_not_added(spoilt: dict[str, Any]) -> None:
    client = sign_in(make(COUNTY_OFFICER))
    prove(client)
    answer = add(client, Authenticator(ORIGIN, "localhost"), **spoilt)
    assert answer.status_code == 422
    assert "没有通过核对" in text(answer)
    assert not passkeys.own(NAME)


def test_a_new_passkey_answers_its_question_once_and_is_added_once() -> None:
    client, device = added()
    options = options_on(text(client.get("/me/passkeys/")))
    said = device.make(options)
    assert "已经添加过了" in text(client.post("/me/passkeys/", {"label": "又一次", "passkey": said}))
    other = Authenticator(ORIGIN, "localhost").make(options)
    assert "没有添加" in text(client.post("/me/passkeys/", {"label": "又一次", "passkey": other}))
    assert len(passkeys.own(NAME)) == 1


def test_a_new_passkey_that_nobody_asked_for_is_not_added() -> None:
    client, _ = added()
    said = Authenticator(ORIGIN, "localhost").make(OPTIONS)
    assert "放得太久" in text(client.post("/me/passkeys/", {"label": "又一次", "passkey": said}))


def test_nobody_adds_more_than_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_passkeys, "MOST_PASSKEYS", 2)
    client, _ = added()
    assert place(add(client, Authenticator(ORIGIN, "localhost"))) == "/me/passkeys/"
    assert "最多添加" in text(add(client, Authenticator(ORIGIN, "localhost")))


def test_an_ended_passkey_opens_nothing_and_only_ones_own_are_ended() -> None:
    client, device = added()
    kept = passkeys.own(NAME)[0].id
    waiting, question = at_the_code()
    answer = client.post("/me/passkeys/", {"end": "00000000-0000-7000-8000-000000000000"})
    assert answer.status_code == 409
    assert place(client.post("/me/passkeys/", {"end": str(kept)})) == "/me/passkeys/"
    assert not passkeys.own(NAME)
    assert place(waiting.post("/sign-in/passkey/", {"passkey": device.sign(question)})) == "/sign-in/"
    comer = browser()
    comer.post("/sign-in/", {"name": NAME, "password": PASSWORD})
    assert "data-passkey" not in text(comer.get("/sign-in/code/"))


def test_a_reset_by_the_administrator_ends_passkeys_too() -> None:
    client, _ = added()
    reset_factor(PROGRAM, NAME, why="手机和电脑都丢了", at=datetime.now(UTC))
    state = account_state(PROGRAM, NAME)
    assert state is not None
    assert (state.factors, state.passkeys, state.recovery_codes) == ((), (), 0)
    assert place(client.get("/me/")).startswith("/sign-in/")


def test_what_is_kept_is_sealed_and_a_new_phone_leaves_passkeys_as_they_are() -> None:
    _, device = added()
    stored = str(list(Factor.objects.filter(kind="passkey").values_list("user_id", "kind", "made_at")))
    raw = raw_secrets()
    for word in ("办公室电脑", device.user, device.credential.hex()):
        assert word not in stored + raw
    state = account_state(PROGRAM, NAME)
    assert state is not None
    assert len(state.passkeys) == 1


def raw_secrets() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM access_factor WHERE kind = 'passkey'")
        return str([bytes(row[0]) if isinstance(row[0], memoryview) else row[0] for row in cursor.fetchall()])


def test_there_is_none_without_an_app_and_the_page_says_so() -> None:
    client = sign_in(make(VILLAGE_DOCTOR))
    assert '请先<a href="/me/factor/">设置动态口令' in text(client.get("/me/passkeys/"))


@pytest.mark.parametrize(
    ("address", "host", "origin"),
    [
        ("https://fuqi.junshan.example", "fuqi.junshan.example", "https://fuqi.junshan.example"),
        ("https://FUQI.junshan.example:8443", "fuqi.junshan.example", "https://fuqi.junshan.example:8443"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
        ("http://fuqi.junshan.example", "", ""),
        ("https://10.1.2.3", "", ""),
        ("https://[fd00::1]", "", ""),
        ("http://127.0.0.1:8000", "", ""),
        ("https://", "", ""),
    ],
)
def test_for_whom_passkeys_are(tmp_path: Path, address: str, host: str, origin: str) -> None:
    workspace = Workspace(tmp_path, "junshan-2017", "经办人", address=address)
    party = passkeys.relying_party(workspace)
    assert (party.id, party.origin) == (host, origin) if party else not host
    said = passkeys.why_none(workspace, opened_at=origin.partition("//")[2])
    assert bool(said) is not bool(host)
    assert "HTTPS" in passkeys.why_none(workspace, opened_at="x") or "请从这个地址打开" in passkeys.why_none(
        workspace, opened_at="x"
    )


def test_where_browsers_allow_none_the_pages_offer_none(settings: Any) -> None:
    _, device = added()
    _, question = at_the_code()
    settings.WORKSPACE = replace(settings.WORKSPACE, address="https://10.1.2.3")
    client = browser()
    client.post("/sign-in/", {"name": NAME, "password": PASSWORD})
    assert "data-passkey" not in text(client.get("/sign-in/code/"))
    assert place(client.post("/sign-in/passkey/", {"passkey": device.sign(question)})) == "/sign-in/code/"

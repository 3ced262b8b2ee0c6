"""Pages that came too late lose no text: it is given back as it was written, and never a password."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from fuqi.access.profiles import ASVS
from fuqi.flows.accounts import disable
from fuqi.flows.workspaces import PROGRAM
from fuqi.web import visits
from tests.support.accounts import PASSWORD, VILLAGE_DOCTOR
from tests.support.here import browser, make, place, sign_in, text

pytestmark = [pytest.mark.django_db(databases=["default", "desk"]), pytest.mark.usefixtures("served_here")]

NASTY = (
    '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}{% load x %}',
    "'; DROP TABLE people; --",
    "=cmd|' /C calc'!A0",
    "\u202e倒着写的\u2066字\u2069，\u200b零宽，\ufeff标记，\U0001f9d1\u200d\U0001f33e，𠮷，é́́́",
    "一行\r\n\r\n又一行\r\n　　缩进\t制表",
    "   前后有空格   ",
    "</textarea></form></html>",
    "慢" * 60_000,
)


def given_back(page: str) -> dict[str, str]:
    """Return name and value of the form that the page gives back, but for its mark."""
    form = page.partition('<ol class="steps">')[2].partition("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return {unescape(name): unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}


@pytest.fixture
def doctor() -> Client:
    return sign_in(make(VILLAGE_DOCTOR))


@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
def test_text_of_an_ended_visit_is_given_back_as_it_was_written(
    doctor: Client, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = datetime.now(UTC) + ASVS.idle + timedelta(minutes=1)
    monkeypatch.setattr(visits, "now", lambda: later)
    answer = doctor.post("/reading/ask/", {"people": "350", "day": "2026-12-01", "reason": words})
    page = text(answer)
    assert answer.status_code == 403
    assert "没有操作" in page
    assert given_back(page) == {"people": "350", "day": "2026-12-01", "reason": words}
    assert "<script>alert" not in page
    assert 'action="/reading/ask/"' in page


def test_text_is_given_back_when_the_page_is_older_than_the_sign_in() -> None:
    make(VILLAGE_DOCTOR)
    client = sign_in(VILLAGE_DOCTOR, browser())
    client.handler.enforce_csrf_checks = True
    answer = client.post("/reading/ask/", {"reason": "年终自评逐人核对", "csrfmiddlewaretoken": "a" * 64})
    assert answer.status_code == 403
    assert given_back(text(answer)) == {"reason": "年终自评逐人核对"}
    assert "在新窗口登录" not in text(answer)
    mark = re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', text(answer))[-1]
    sent = client.post("/reading/ask/", {**given_back(text(answer)), "csrfmiddlewaretoken": mark})
    assert sent.status_code == 422, "it is sent again, and read"
    assert "年终自评逐人核对" in text(sent)


def test_after_signing_in_again_the_text_is_sent_and_taken(doctor: Client) -> None:
    fields = {"people": "350", "day": f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}", "reason": "年终自评，逐人核对"}
    doctor.post("/sign-out/")
    kept = given_back(text(doctor.post("/reading/ask/", fields)))
    assert kept == fields
    sign_in(VILLAGE_DOCTOR, doctor)
    assert doctor.get("/sign-in/done/").status_code == 200
    assert place(doctor.post("/reading/ask/", kept)) == "/reading/ask/"
    assert "年终自评，逐人核对" in text(doctor.get("/reading/ask/"))


def test_files_are_asked_for_again_and_the_text_beside_them_is_kept(doctor: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    doctor.post("/sign-out/")
    zipped = SimpleUploadedFile("草案.zip", b"PK" + bytes(5000))
    page = text(doctor.post("/scheme/try/", {"text": "layers: []\r\n# 70% → 75%", "archive": zipped}))
    assert given_back(page) == {"text": "layers: []\r\n# 70% → 75%"}
    assert 'enctype="multipart/form-data"' in page
    assert "选过的文件要重新选" in page


def test_passwords_and_codes_are_never_given_back(doctor: Client) -> None:
    client = browser(checks=True)
    for path in ("/sign-in/", "/password/", "/sign-in/code/", "/sign-out/"):
        page = text(client.post(path, {"name": VILLAGE_DOCTOR.name, "password": PASSWORD, "code": "123456", "words": "别的"}))
        assert PASSWORD not in page
        assert "别的" not in page
    doctor.post("/sign-out/")
    sent = {"own_password": PASSWORD, "recovery_code": "abcd-efgh", "token": "t0ken", "Secret": "s3cret", "reason": "理由在"}
    page = text(doctor.post("/reading/ask/", sent))
    assert given_back(page) == {"reason": "理由在"}
    for word in (PASSWORD, "abcd-efgh", "t0ken", "s3cret"):
        assert word not in page


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": "http://localhost", "sec-fetch-site": "cross-site"},
        {"origin": ""},
    ],
    ids=["another host", "a sandbox", "another site", "nobody"],
)
def test_what_another_site_sends_is_not_shown_as_the_readers_own(headers: dict[str, str]) -> None:
    client = Client(headers={"host": "localhost", **headers})
    answer = client.post("/reading/ask/", {"reason": "请把密码告诉我"})
    assert "请把密码告诉我" not in text(answer)


def test_what_was_written_lies_nowhere_but_in_the_page(doctor: Client) -> None:
    disable(PROGRAM, VILLAGE_DOCTOR.name, why="离岗", at=datetime.now(UTC))
    page = text(doctor.post("/people/", {"words": "430611197003071234"}))
    assert given_back(page) == {"words": "430611197003071234"}
    assert "430611197003071234" not in str(dict(doctor.session))


def test_a_form_of_too_much_text_is_refused_in_words_and_its_text_given_back(doctor: Client) -> None:
    words = '<b>慢</b>"' * 60_000
    sent = {"people": "350", "reason": words, "own_password": PASSWORD, "csrfmiddlewaretoken": "a" * 64}
    answer = doctor.post("/reading/ask/", urlencode(sent), content_type="application/x-www-form-urlencoded")
    page = unescape(text(answer))
    assert answer.status_code == 413
    assert "写的文字太多，没有提交" in page
    assert words in page
    assert "<b>慢</b>" not in text(answer)
    assert PASSWORD not in page
    assert "再提交一次" not in page


@pytest.mark.parametrize("path", ["/sign-in/", "/password/", "/no/such/page/"])
def test_too_much_text_for_the_entrance_or_for_nothing_is_not_given_back(doctor: Client, path: str) -> None:
    answer = doctor.post(path, urlencode({"name": "慢" * 300_000}), content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (404, 413)
    assert "慢慢慢" not in text(answer)


def test_another_sites_long_form_is_not_given_back() -> None:
    client = Client(headers={"host": "localhost", "origin": "https://elsewhere.example"})
    sent = urlencode({"reason": "请把密码告诉我" * 50_000})
    answer = client.post("/reading/ask/", sent, content_type="application/x-www-form-urlencoded")
    assert "请把密码告诉我" not in text(answer)


def test_pages_say_that_it_is_too_much_before_they_send_it() -> None:
    script = (Path(__file__).parents[2] / "frontend" / "fuqi.js").read_text("utf-8")
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == 1024 * 1024
    assert "const MOST_BYTES = 1024 * 1024;" in script

"""The door of every page: what each answer carries, and failures as sentences that tell nothing else."""

from __future__ import annotations

import logging
import sys

import pytest
from django.test import Client

from fuqi.config.logs import FramesOnly
from fuqi.web.entry import views

pytestmark = pytest.mark.django_db(databases=["default", "desk"])


@pytest.fixture
def browser() -> Client:
    return Client(headers={"host": "localhost"}, raise_request_exception=False)


def test_every_answer_keeps_strangers_out_and_is_kept_nowhere(browser: Client) -> None:
    headers = browser.get("/sign-in/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (headers["Cache-Control"], headers["X-Frame-Options"]) == ("no-store", "DENY")


def test_an_address_that_takes_forms_only_says_so(browser: Client) -> None:
    answer = browser.get("/sign-out/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "只接收表单" in answer.content.decode()


def test_an_address_that_leads_nowhere_says_so(browser: Client) -> None:
    answer = browser.get("/没有这一页/")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()


def test_another_hosts_name_is_refused(browser: Client) -> None:
    assert browser.get("/sign-in/", headers={"host": "elsewhere.example"}).status_code == 400


def test_what_nobody_foresaw_is_a_sentence_without_the_value(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise ValueError("李桂芳 430611197003071234")

    monkeypatch.setattr(views, "where_to", fail)
    answer = browser.get("/sign-in/")
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "数据没有损失" in page
    assert "李桂芳" not in page


def test_the_log_says_where_it_failed_and_not_with_what() -> None:
    try:
        raise ValueError("李桂芳 430611197003071234")
    except ValueError:
        record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())
    written = FramesOnly("{message}", style="{").format(record)
    assert "ValueError" in written
    assert "test_door.py" in written
    assert "李桂芳" not in written

"""Who is let in: a credential and nothing else; never a session; and each endpoint by its rule."""

from __future__ import annotations

import pytest

from fuqi.api.door import rule_of
from fuqi.api.urls import ENDPOINTS
from tests.support.accounts import COUNTY_OFFICER, VILLAGE_DOCTOR
from tests.support.api import EXAMPLES, Program, Reply
from tests.support.credentials import DEVICE, key, without
from tests.support.server import CountyServer

pytestmark = pytest.mark.database

RULES = {(method, path): rule_of(operation) for method, path, operation in ENDPOINTS}
EACH = pytest.mark.parametrize(("method", "path"), list(EXAMPLES), ids=lambda one: one)
WITH_ACTIONS = [(*name, action) for name, rule in RULES.items() for action in rule.actions]


def is_problem(reply: Reply, status: int) -> bool:
    """Return whether an answer is a refusal of that status, told as such, setting no cookie and kept by no cache."""
    assert reply.status == status, reply.content
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Set-Cookie"] is None
    assert reply.headers["Cache-Control"] == "no-store"
    assert set(reply.said) == {"type", "title", "status", "detail", "errors"}
    assert reply.said["status"] == status
    assert any("\u4e00" <= sign <= "\u9fff" for sign in reply.said["detail"])
    return True


@EACH
def test_each_endpoint_answers_who_may_and_sets_no_cookie(method: str, path: str, officer: Program) -> None:
    example = EXAMPLES[method, path]
    if example.writes:
        assert (method, path) in {("POST", "/lists"), ("POST", "/papers/self-assessment")}  # in test_writing.py
        return
    reply = example.sent_by(officer, method)
    assert reply.status == example.status, reply.content
    assert reply.headers["Set-Cookie"] is None
    assert reply.headers["Cache-Control"] == "no-store"
    assert "Cookie" not in (reply.headers["Vary"] or "")


@EACH
def test_each_endpoint_refuses_who_shows_nothing(method: str, path: str, nobody: Program) -> None:
    reply = EXAMPLES[method, path].sent_by(nobody, method)
    assert is_problem(reply, 401)
    assert reply.headers["WWW-Authenticate"] == "Bearer"


@EACH
def test_a_session_is_nothing_at_any_endpoint(method: str, path: str, signed_in: str, nobody: Program) -> None:
    assert is_problem(EXAMPLES[method, path].sent_by(nobody, method, Cookie=signed_in), 401)


@pytest.fixture(scope="module")
def signed_in(api_server: CountyServer) -> str:
    """Return the cookies of somebody who has signed in to the pages."""
    jar = api_server.sign_in(VILLAGE_DOCTOR).jar
    assert any(cookie.name == "sessionid" for cookie in jar)
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


@pytest.mark.parametrize(("method", "path", "action"), WITH_ACTIONS)
def test_each_endpoint_refuses_a_credential_without_its_action(
    method: str, path: str, action: str, api_server: CountyServer, tokens: dict[str, str]
) -> None:
    lacking = Program(api_server.base, tokens[key(COUNTY_OFFICER, without(action))])
    assert is_problem(EXAMPLES[method, path].sent_by(lacking, method), 403)


@pytest.mark.parametrize(("method", "path"), [name for name, rule in RULES.items() if rule.whole_county])
def test_what_is_the_countys_is_refused_to_a_credential_of_a_township(
    method: str, path: str, officer_of_a_township: Program
) -> None:
    assert is_problem(EXAMPLES[method, path].sent_by(officer_of_a_township, method), 403)


@pytest.mark.parametrize("page", ["/", "/people/", "/people/3/", "/lists/", "/papers/", "/adjustments/list.xlsx"])
def test_a_credential_opens_no_page(page: str, officer: Program) -> None:
    reply = officer.get("/" + page)
    assert reply.status == 302
    assert "/sign-in/" in reply.headers["Location"]


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer x",
        "Bearer fuqi_service_" + "a" * 43 + "00000000",
        "Token {token}",
        "{token}",
    ],
)
def test_what_is_no_credential_that_holds_reads_the_same(shown: str, officer: Program, nobody: Program) -> None:
    reply = nobody.get("/me", Authorization=shown.format(token=officer.token))
    assert is_problem(reply, 401)
    assert reply.content == nobody.get("/me").content


@pytest.mark.parametrize("sign", [5, 20, 55])
def test_a_changed_token_is_none(sign: int, officer: Program, nobody: Program) -> None:
    token = officer.token
    other = token[:sign] + ("a" if token[sign] != "a" else "b") + token[sign + 1 :]
    assert is_problem(Program(nobody.base, other).get("/me"), 401)


def test_a_token_in_the_address_is_nothing(officer: Program, nobody: Program) -> None:
    assert is_problem(nobody.get(f"/me?token={officer.token}"), 401)


@EACH
def test_words_in_the_address_that_nobody_knows_are_refused(method: str, path: str, officer: Program) -> None:
    example = EXAMPLES[method, path]
    more = f"{example.path}{'&' if '?' in example.path else '?'}nowhere=1"
    reply = officer.ask(method, more, b"{}" if method == "POST" else None, **{"Content-Type": "application/json"})
    assert is_problem(reply, 422)


@EACH
def test_another_method_is_refused_with_those_there_are(method: str, path: str, officer: Program) -> None:
    reply = officer.ask("DELETE", EXAMPLES[method, path].path)
    assert is_problem(reply, 405)
    assert method in reply.headers["Allow"]
    assert officer.ask("HEAD", EXAMPLES[method, path].path).status == 405


def test_what_is_no_address_of_the_api_is_a_problem_and_no_page(officer: Program, nobody: Program) -> None:
    for program in (officer, nobody):
        assert is_problem(program.get("/nowhere"), 404)
        assert is_problem(program.get("/docs"), 404)
        assert is_problem(program.get("//api/"), 404)


def test_anybody_may_read_the_description(nobody: Program) -> None:
    reply = nobody.get("/openapi.json")
    assert reply.status == 200
    assert reply.headers["Set-Cookie"] is None
    assert reply.said["openapi"].startswith("3.1")


def test_who_asks_too_often_is_told_how_long_to_wait(api_server: CountyServer, tokens: dict[str, str]) -> None:
    device = Program(api_server.base, tokens[key(VILLAGE_DOCTOR, DEVICE)])
    replies = [device.get("/me") for _ in range(150)]
    assert [reply.status for reply in replies[:100]] == [200] * 100
    refused = next(reply for reply in replies if reply.status != 200)
    assert is_problem(refused, 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60

"""A new address without a rule, or without example arguments for the walk, fails here."""

from __future__ import annotations

from fuqi.api.door import Rule as ApiRule
from fuqi.api.door import endpoints
from fuqi.api.urls import api
from fuqi.web.rules import Public, Rule, rule_of
from tests.walk.routes import ARGUMENTS, SENT_TO_THE_API, routes

OPEN_PAGES = {
    "check_paper",
    "change_password",
    "sign_in",
    "sign_in_code",
    "sign_in_passkey",
    "sign_in_set_up",
    "sign_out",
}
"""Pages that need nobody signed in: a longer list is a decision."""
FOR_EVERY_ROLE = {"own_account", "own_factor", "own_passkeys", "own_recovery_codes", "prove_again", "welcome_back"}
"""Pages about nobody but the reader."""


def test_every_page_has_a_rule() -> None:
    pages = [route for route in routes() if not route.is_api]
    bare = [route.path for route in pages if rule_of(route.callback) is None]
    assert not bare, f"mark the view with @page or @public: {bare}"
    public = {route.name for route in pages if isinstance(rule_of(route.callback), Public)}
    assert public <= OPEN_PAGES, f"open to everybody: {sorted(public - OPEN_PAGES)}"


def test_every_endpoint_of_the_api_has_a_rule() -> None:
    found = list(endpoints(api))
    assert found
    bare = [f"{method} {path}" for method, path, one in found if not isinstance(getattr(one.view_func, "rule", None), ApiRule)]
    assert not bare, f"add them with Room.endpoint: {bare}"


def test_every_address_has_example_arguments() -> None:
    missing = [f"{route.name}: {route.path}" for route in routes() if route.kinds is None]
    assert not missing, f"say in tests/walk/routes.py what their arguments are: {missing}"
    stale = set(ARGUMENTS) - {route.name for route in routes() if not route.is_api}
    assert not stale, f"there is no such page any more: {sorted(stale)}"
    assert set(SENT_TO_THE_API) <= {route.path for route in routes()}


def test_pages_that_are_not_open_ask_for_an_action_or_a_role() -> None:
    rules = {route.name: rule_of(route.callback) for route in routes() if not route.is_api}
    for_all = {name for name, rule in rules.items() if isinstance(rule, Rule) and not rule.actions}
    assert for_all <= FOR_EVERY_ROLE, f"any role opens them: {sorted(for_all)}"

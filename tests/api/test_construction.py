"""No endpoint without a rule: it cannot be mounted. And every endpoint has an example that the other tests walk."""

from __future__ import annotations

import json

import pytest
from django.http import HttpRequest
from ninja import Router

from fuqi.access.codes import ACTIONS
from fuqi.api.door import Room, Rule, UnruledEndpointError, rule_of
from fuqi.api.problems import _OURS, TITLES
from fuqi.api.urls import ENDPOINTS, Api, api, urlpatterns
from fuqi.basics.viewer import RESTRICTED_ILLNESS
from fuqi.flows.credentials import OFFERED
from tests.support.api import EXAMPLES


def _view(request: HttpRequest) -> None:
    """Do nothing."""


@pytest.mark.parametrize("way", ["get", "post", "put", "patch", "delete"])
def test_an_endpoint_cannot_be_added_without_a_rule(way: str) -> None:
    with pytest.raises(UnruledEndpointError):
        getattr(Room("x"), way)("/x")(_view)
    with pytest.raises(UnruledEndpointError):
        getattr(Api(urls_namespace="x", default_router=Room("")), way)("/x")(_view)


def test_what_is_no_room_cannot_be_mounted() -> None:
    plain = Router()
    plain.get("/x")(_view)
    with pytest.raises(UnruledEndpointError):
        Api(urls_namespace="x", default_router=Room("")).add_router("", plain)


def test_every_mounted_endpoint_has_a_rule_that_credentials_can_meet() -> None:
    assert len(ENDPOINTS) > 20
    for method, path, operation in ENDPOINTS:
        assert isinstance(rule_of(operation), Rule)
        assert set(rule_of(operation).actions) <= set(OFFERED), (method, path)
        assert operation.auth_callbacks, (method, path)


def test_a_credential_is_offered_nothing_that_no_endpoint_asks_for() -> None:
    asked = {action for _, _, operation in ENDPOINTS for action in rule_of(operation).actions}
    assert set(OFFERED) == asked | {RESTRICTED_ILLNESS}
    assert set(OFFERED) <= set(ACTIONS)


def test_every_address_tells_its_rules_for_the_walk() -> None:
    for pattern in urlpatterns:
        rules = getattr(pattern.callback, "rules", None)
        assert rules or pattern.callback.public  # type: ignore[attr-defined]
        assert not rules or all(isinstance(rule, Rule) for rule in rules.values())


def test_every_endpoint_has_an_example() -> None:
    assert {(method, path) for method, path, _ in ENDPOINTS} == set(EXAMPLES)


def test_a_refusal_names_only_parts_that_are_ours() -> None:
    taken = {
        name
        for _, _, operation in ENDPOINTS
        for model in operation.models
        for name in getattr(model, "__ninja_flatten_map__", {})
    }
    described = api.get_openapi_schema()
    bodies = {
        name
        for one in described["components"]["schemas"].values()
        if one.get("additionalProperties") is False
        for name in one["properties"]
    }
    assert (taken - {"wanted"}) | bodies == _OURS


def test_the_description_is_made_once_for_everybody_who_asks() -> None:
    assert api.get_openapi_schema() is api.get_openapi_schema()


def test_the_description_tells_each_refusal_as_a_problem() -> None:
    described = json.loads(json.dumps(api.get_openapi_schema()))
    for path, methods in described["paths"].items():
        for operation in methods.values():
            assert operation["security"], path
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"], path
                    assert answer["description"] == TITLES[int(status)]

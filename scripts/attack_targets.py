"""What there is to attack: each page of the URL table with the parameters a crawl found, each endpoint with its own.

The crawl signs in as one of each role. A page is attacked by the first who may open it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from tests.support.accounts import ACCOUNTS, COUNTY_OFFICER, Account
from tests.support.server import Client, CountyServer
from tests.walk.routes import Route, routes

LEAVES_THE_SESSION = frozenset({"sign_in", "sign_in_code", "sign_in_set_up", "sign_out", "change_password"})
"""Pages that end the visit they are asked in, or belong to nobody's: a visit of their own would be needed for each request."""
NOT_A_WORD = frozenset({"csrfmiddlewaretoken"})
MOST_VISITS = 4
"""Addresses of one page that the crawl opens for one person: another parameter may lead to another form."""
_FILE = re.compile(r"\.(pdf|docx|xlsx|csv)$")


@dataclass(frozen=True)
class Target:
    """One address with parameters: values stand in the address, or in the body of a form or of JSON."""

    name: str
    url: str
    body: str = ""
    account: Account | None = None
    """Who attacks it; nobody stands for a credential of the API."""
    is_json: bool = False


class _Forms(HTMLParser):
    """Reads links and forms off a page, whoever made them."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link, a form or one of its fields."""
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        elif tag == "form":
            self.forms.append((said.get("method", "get").upper(), said.get("action", ""), {}))
        elif self.forms and tag in ("input", "textarea", "button") and said.get("name") and said.get("type") != "file":
            self.forms[-1][2].setdefault(said["name"], said.get("value", "") or "1")
        elif self.forms and tag == "select" and said.get("name"):
            self._select = said["name"]
            self.forms[-1][2].setdefault(self._select, "")
        elif self.forms and tag == "option" and self._select and not self.forms[-1][2].get(self._select):
            self.forms[-1][2][self._select] = said.get("value", "")


@dataclass
class Found:
    """What is known of one way to ask for one page: an address of it, and the parameters it was seen with."""

    route: Route
    path: str
    account: Account
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class Crawl:
    """Every page that each role can reach, by the name of the page and the method."""

    server: CountyServer
    found: dict[tuple[str, str], Found] = field(default_factory=dict)
    opened: int = 0

    def by(self, account: Account) -> None:
        """Go wherever somebody's links lead, from every page without arguments on."""
        client, seen = self.server.sign_in(account), dict[str, set[frozenset[str]]]()
        open_now = [route.url({}) for route in routes() if not (route.is_api or route.arguments or _leaves(route.name))]
        while open_now:
            address = open_now.pop(0)
            for link in self._open(client, account, address, seen):
                open_now.append(link)

    def _open(self, client: Client, account: Account, address: str, seen: dict[str, set[frozenset[str]]]) -> Iterator[str]:
        route, parameters = route_of(address), _parameters(address)
        if route is None or _leaves(route.name):
            return
        if _FILE.search(urlsplit(address).path):
            self._note("GET", address, account, parameters)  # not opened: a file has no links
            return
        known = seen.setdefault(route.name, set())
        if frozenset(parameters) in known or len(known) >= MOST_VISITS:
            return
        known.add(frozenset(parameters))
        answer = client.get(address)
        self.opened += 1
        if answer.status != 200 or route_of(answer.url) != route:
            return
        self._note("GET", address, account, parameters)
        page = _Forms()
        page.feed(answer.html)
        for method, action, fields in page.forms:
            self._note(method, urljoin(address, action), account, fields)
        yield from (urljoin(address, link) for link in page.links if not urlsplit(link).netloc)

    def _note(self, method: str, address: str, account: Account, fields: dict[str, str]) -> None:
        route = route_of(address)
        if route is None or route.is_api or _leaves(route.name):
            return
        held = self.found.setdefault((route.name, method), Found(route, urlsplit(address).path, account))
        if held.account == account:
            for name, value in {**_parameters(address), **fields}.items():
                if not held.fields.get(name):
                    held.fields[name] = value


def _leaves(name: str) -> bool:
    return name in LEAVES_THE_SESSION


def _parameters(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))


def route_of(address: str) -> Route | None:
    """Return the route of an address, None where it leads nowhere."""
    from django.urls import Resolver404, resolve

    try:
        name = resolve(urlsplit(address).path).url_name
    except Resolver404:
        return None
    return next((route for route in routes() if route.name == name and not route.is_api), None)


def open_the_table() -> None:
    """Load the URL table; this process opens no workspace."""
    os.environ.pop("FUQI_WORKSPACE", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "fuqi.config.settings"
    import django

    django.setup()


def crawl(server: CountyServer) -> Crawl:
    """Crawl the pages as one of each role."""
    found = Crawl(server)
    for account in ACCOUNTS:
        found.by(account)
    return found


def of_pages(found: Crawl) -> list[Target]:
    """Return a target for each page and method with anything to put words into."""
    targets = []
    for (name, method), held in sorted(found.found.items()):
        free = [part for part in re.findall(r"<(?:(\w+):)?\w+>", held.route.path) if part in ("", "str", "path")]
        path = held.path.rstrip("/") + "*/" if free else held.path
        words = {key: value for key, value in held.fields.items() if key not in NOT_A_WORD}
        if method == "POST":
            targets.append(Target(f"POST {name}", found.server.base + path, urlencode(held.fields), held.account))
        elif words or free:
            query = f"?{urlencode(words)}" if words else ""
            targets.append(Target(f"GET {name}", found.server.base + path + query, "", held.account))
    return targets


def by_guess(found: Crawl) -> list[Target]:
    """Return a target for each page that no link and no form led to, where its address takes words."""
    targets = []
    for route in routes():
        if not route.is_api and route.name in unreached(found) and re.search(r"<(?:str:|path:)?\w+>", route.path):
            words = {name: f"{EXAMPLES.get(name, '1')}*" for name in route.arguments}
            targets.append(Target(f"GET {route.name}", found.server.base + route.url(words), "", COUNTY_OFFICER))
    return targets


def unreached(found: Crawl) -> list[str]:
    """Return the pages of the URL table that the crawl came to by no link and no form."""
    reached = {name for name, _ in found.found}
    return sorted({route.name for route in routes() if not route.is_api} - reached - LEAVES_THE_SESSION)


EXAMPLES: dict[str, Any] = {
    "code": "major_treatment_rate",
    "serial": 25,
    "number": "ZY2017001249",
    "place": "430611",
    "day": "2017-12-31",
    "part": "excluded",
    "page": 1,
    "size": 5,
    "since": 0,
    "kind": "back_payment",
    "layer": "basic",
    "fund": "basic",
    "state": "all",
    "name": "a.csv",
    "replaces": "a.csv",
    "again": "false",
    "id_number": "430611196901018999",
    "household": "1",
    "form": "pdf",
}
"""What the API's parameters are filled with where the description has nothing better."""


def of_the_api(base: str, description: dict[str, Any]) -> list[Target]:
    """Return a target for each endpoint that takes a parameter, with all that it describes."""
    targets = []
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            target = _endpoint(base, path, method.upper(), operation, description)
            if target is not None:
                targets.append(target)
    return targets


def _endpoint(base: str, path: str, method: str, operation: dict[str, Any], description: dict[str, Any]) -> Target | None:
    asked = operation.get("parameters", [])
    query = {one["name"]: EXAMPLES.get(one["name"], "1") for one in asked if one["in"] == "query"}
    of_path = [one for one in asked if one["in"] == "path"]
    free = False
    for one in of_path:
        is_id = one["schema"].get("format") == "uuid"
        free = free or not is_id
        value = "00000000-0000-7000-8000-000000000000" if is_id else f"{EXAMPLES.get(one['name'], '1')}*"
        path = path.replace("{" + one["name"] + "}", value)
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    body = _body(content["schema"], description) if content else {}
    if not (query or free or body):
        return None
    url = f"{base}{path}" + (f"?{urlencode(query)}" if query else "")
    return Target(f"{method} {path}", url, json.dumps(body) if body else "x" if method == "POST" else "", is_json=bool(body))


def _body(schema: dict[str, Any], description: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        schema = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return {name: EXAMPLES.get(name, "1") for name in schema.get("properties", {})}

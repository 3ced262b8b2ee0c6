"""Everything of canaries, asked for by everybody at every address: `python -m tests.support.canary_walk FOLDER N`.

What each answer may hold is decided by who asked and whether a purpose was said; what may never be in an address or an error
is looked for in all of them. Prints a report as JSON; what the program logs goes to standard error.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, unquote

from tests.support.canaries import Canary, canaries, needles
from tests.support.searching import Hit, Search
from tests.walk.routes import SENT_TO_THE_API, Route, routes
from tests.walk.visits import Visit, text_of
from tests.walk.world import WALKERS, Walker, let_in, open_world

NUMBERS = frozenset({"id_number", "phone", "account"})
"""Kinds that no page shows in full, whoever asks and whatever for."""
NAMES = frozenset({"name"})
"""Kinds that are shown for a purpose only."""
HANDED_OVER = frozenset({"subject_request", "edit_request", "subject_file", "new_request"})
"""Pages about what people ask for themselves: its words are shown to who handles it, the file holds everything about them."""
FEW = ("行县一", "行乡一", "行疾一")
"""Who looks in the short walk."""
_LINK = re.compile(r"""(?:href|action|src|content)\s*=\s*["']([^"']*)""")
_LINES = re.compile(r"<tr\b|\n(?=[^<]*,)|\r\n|<li\b|<w:tr\b|<row\b")
_EVER = re.compile(r"(?<![A-Z0-9])(?:A1[569]|A5[0-9]|A6[0-4]|B2[0-4]|F2[025]|F31)(?:\.[0-9])?(?![0-9A-Za-z])")


@dataclass
class Found:
    """What the walk saw."""

    answers: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)
    urls: int = 0
    looked: dict[str, int] = field(default_factory=dict)
    shown: Counter[str] = field(default_factory=Counter)
    """How often each kind was in an answer that may hold it: a walk that never sees anything shows nothing."""
    by_page: Counter[str] = field(default_factory=Counter)


class CanaryWalk:
    """One walk by everybody."""

    def __init__(self, people: list[Canary], words: list[str], *, everything: bool = True) -> None:
        self.people, self.words, self.found, self.everything = people, words, Found(), everything
        self.search = Search(needles())
        self.things = _things(people)
        self.usual: dict[tuple[str, str], set[str]] = {}
        self.restricted = {str(self.things["person"][one.number]) for one in people if one.kind}

    def run(self, walkers: list[Walker]) -> Found:
        """Let everybody ask for everything."""
        self.prepare()
        for walker in walkers:
            for purpose in (False, True) if self.everything else (walker is not WALKERS[1],):
                self.visit = Visit(walker, purpose=purpose)
                self.purpose, self.sees_restricted = purpose, _sees_restricted(walker)
                self.searches()
                for route in routes():
                    self.everything_at(route)
        self.fail()
        self.found.looked = dict(self.search.searched)
        return self.found

    def fail(self) -> None:
        """Let the program fail with a canary in its hands: in a search, behind a page and behind the API."""
        self.visit, self.purpose, self.sees_restricted = Visit(WALKERS[1], purpose=True), True, False
        one = self.people[1]
        with patch("fuqi.flows.opened.people.people_with_number", side_effect=RuntimeError(one.name + one.id_number)):
            self.ask("POST", Route("find_person", "people/", None), "/people/", {"words": one.id_number})
            route = Route("", "api/v1/people/find", None)
            self.ask("POST", route, "/api/v1/people/find", {"id_number": one.id_number})
        assert self.found.statuses[500] >= 2, self.found.statuses

    def prepare(self) -> None:
        """Let an officer receive a request of an ordinary canary and of one of each restricted kind, and print sheets."""
        self.visit = Visit(WALKERS[1], purpose=True)
        self.purpose, self.sees_restricted = True, False
        numbers = []
        for one in self.people[:10]:
            form = {"serial": str(self.things["person"][one.number]), "kind": "correction", "received_on": "2026-11-20"}
            form |= {"applicant": one.name, "standing": "self", "proof": "看了身份证", "contact": one.phone}
            form |= {"words": f"更正{one.name}的号码", "id_number": one.id_number, "name": one.name}
            answer = self.ask("POST", Route("new_request", "requests/new/", None), "/requests/new/", form)
            numbers.append(answer.headers.get("Location", "/").rstrip("/").rpartition("/")[2])
        self.things["subject_request"] = numbers
        for one in self.people[:10]:
            self.ask("POST", Route("plain_sheets", "papers/", None), "/papers/plain-sheets.pdf", {"household": one.household})

    def searches(self) -> None:
        """Look for canaries by everything that is known of them, in the form and in the address, as far as pages let."""
        route = Route("find_person", "people/", None)
        for one in self.people[:10] if self.everything else self.people[1:2]:
            for words in (one.name, one.id_number, one.phone, one.account, one.address, one.illness):
                answer = self.ask("POST", route, "/people/", {"words": words})
                if "found=" in (where := answer.headers.get("Location", "")):
                    self.ask("GET", route, where, {})
                self.ask("GET", route, f"/people/?words={quote(words)}", {}, told=words)

    def everything_at(self, route: Route) -> None:
        """Ask for each canary's things at an address, and send it forms that are full of canaries."""
        for one in self.asked_about(route):
            url = route.url({name: quote(str(self.thing(kind, one)), safe="") for name, kind in (route.kinds or {}).items()})
            for query in _queries(route, one):
                self.ask("GET", route, url + query, {}, about=one)
        for one in self.people[1:3] if self.everything else self.people[1:2] if self.visit.walker is WALKERS[1] else []:
            url = route.url({name: quote(str(self.thing(kind, one)), safe="") for name, kind in (route.kinds or {}).items()})
            if route.name not in ("new_request", "sign_out", "plain_sheets"):
                self.ask("POST", route, url, self.form_of(route, one), about=one)
            bad = route.url({name: quote(one.name + one.id_number) for name in route.arguments})
            if route.arguments:
                self.ask("GET", route, bad, {}, told=bad)
            if self.everything:
                self.ask("PUT", route, url, self.form_of(route, one), about=one)

    def asked_about(self, route: Route) -> list[Canary]:
        """Return of whom an address is asked: of everybody what is about persons, else of some."""
        if {"person", "settlement", "row"} & set((route.kinds or {}).values()):
            return self.people if self.everything else [one for one in self.people[:10] if one.kind or one.number == 0]
        return self.people[: 10 if route.arguments and self.everything else 1]

    def thing(self, kind: str, one: Canary) -> object:
        """Return what of a canary goes by a kind of name."""
        found = self.things.get(kind)
        return found[one.number % len(found)] if found else {"form": "pdf", "mark": "ABCD-EFGH"}.get(kind, "0" * 8)

    def form_of(self, route: Route, one: Canary) -> dict[str, str]:
        """Return a form in which every field holds something of a canary."""
        if sent := SENT_TO_THE_API.get(route.path):
            return {sent: one.id_number if sent == "id_number" else one.household}
        own = {"words": one.name, "household": one.household, "purpose": "核对", "next": "/people/", "name": one.name}
        more = {"reason": "核对", "why": "核对", "password": one.id_number, "code": one.id_number, "base": one.phone}
        return {**own, **more, "applicant": one.name, "people": one.phone, "person": one.id_number, "serial": one.id_number}

    def ask(
        self, method: str, route: Route, url: str, form: dict[str, str], *, about: Canary | None = None, told: str = ""
    ) -> Any:
        """Ask and judge the answer."""
        answer = self.visit.ask(method, url, form)
        where = f"{self.visit.walker.name or '未登录'}{'（用途）' if self.purpose else ''} {method} {route.name or route.path}"
        self.found.answers += 1
        self.found.statuses[answer.status_code] += 1
        self.found.by_page[route.name or route.path] += 1
        self._address(where, url if not told else "", answer, told)
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.streaming = False
        answer.content = data
        self._content(where, route, answer.status_code, data, form, told)
        if not self.sees_restricted:
            self._linked(where, route, text_of(answer), about)
        return answer

    def _address(self, where: str, url: str, answer: Any, told: str) -> None:
        """Look through the address, the headers, and the addresses that the answer leads to."""
        said = [url, *(f"{name}: {value}" for name, value in answer.headers.items())]
        if "html" in answer.headers.get("Content-Type", ""):
            said += [unescape(link) for link in _LINK.findall(answer.content.decode("utf-8", "replace"))]
        self.found.urls += len(said)
        for hit in self.search.text("addresses", "\n".join(said)):
            if not told:
                self._leak(where, f"address holds {hit}")

    def _content(self, where: str, route: Route, status: int, data: bytes, form: dict[str, str], told: str) -> None:
        place = "errors" if status >= 400 else "answers"
        for hit in self.search.data(place, data):
            given_back = any(_says(value, hit) for value in (*form.values(), unquote(told)))
            if hit.kind == "restricted" and not self.sees_restricted and not given_back:
                self._leak(where, f"shows a restricted illness: {hit}")
            elif status >= 400 and not given_back:
                self._leak(where, f"an error says {hit}")
            elif route.name in HANDED_OVER or given_back:
                continue
            elif hit.kind in NUMBERS or (hit.kind in NAMES and not self.purpose):
                self._leak(where, f"shows {hit}")
            else:
                self.found.shown[hit.kind] += 1

    def _linked(self, where: str, route: Route, said: str, about: Canary | None) -> None:
        """Look for the official words of restricted illnesses on pages about one canary, and beside canaries in lists."""
        if about is not None and route.arguments:
            words = self._restricted_words(said)
            key = (self.visit.walker.name, route.path)
            if not about.kind:
                self.usual.setdefault(key, set()).update(words)
            elif more := words - self.usual.get(key, words if route.name == "figure" else set()):
                self._leak(where, f"says {sorted(more)} about {about.kind} ({about.number})")
        for line in _LINES.split(said):
            if any(f"{int(serial):06d}" in line for serial in self.restricted) and (words := self._restricted_words(line)):
                self._leak(where, f"a line about somebody says {sorted(words)}: {line[:300]}")

    def _restricted_words(self, said: str) -> set[str]:
        return {word for word in self.words if word in said} | set(_EVER.findall(said))

    def _leak(self, where: str, what: str) -> None:
        self.found.leaks.append(f"{where}: {what}")


def _says(value: str, hit: Hit) -> bool:
    return any(needle.kind == hit.kind and needle.text in value for needle in needles())


def _sees_restricted(walker: Walker) -> bool:
    from fuqi.access.codes import ROLES
    from fuqi.basics.viewer import RESTRICTED_ILLNESS

    return any(RESTRICTED_ILLNESS in ROLES[role].actions for role, _ in walker.roles)


def _queries(route: Route, one: Canary) -> Iterator[str]:
    yield ""
    if route.name in ("figure", "figure_list") and one.number < 1:
        yield from (f"?part={part}" for part in ("numerator", "denominator", "excluded"))
    if route.name in ("find_person", "papers"):
        yield from ("?place=430611100200", "?place=430611100201", "?place=430611101200")
    if route.name == "lists":
        yield "?all=1"


def _things(people: list[Canary]) -> dict[str, list[Any]]:
    """Return how the canaries' things are called, by kind, each list in the canaries' order."""
    from fuqi.access.models import Grant, User
    from fuqi.flows.current import current_scheme
    from fuqi.intake.models import ReceivedFile
    from fuqi.matching.models import Link
    from fuqi.registry.models import Identity
    from fuqi.web.door import workspace

    serials = {item.name: (item.person.serial, item.person_id) for item in Identity.objects.select_related("person")}
    known = [serials.get(one.name, (999_999, None)) for one in people]
    rows = [Link.objects.filter(person=person).values_list("source", flat=True).first() for _, person in known]
    return {
        "person": [serial for serial, _ in known],
        "settlement": [one.bill for one in people],
        "household": [one.household for one in people],
        "id_number": [one.id_number for one in people],
        "row": rows,
        "file": list(ReceivedFile.objects.values_list("id", flat=True)),
        "indicator": [item.id for item in current_scheme(workspace()).indicators],
        "account": list(User.objects.values_list("id", flat=True)),
        "grant": list(Grant.objects.values_list("id", flat=True)),
    }


def restricted_words() -> list[str]:
    """Return the words by which the scheme knows restricted illnesses, and those of facts that are as private."""
    from fuqi.flows.current import current_scheme
    from fuqi.web.door import workspace

    every = [one for held in current_scheme(workspace()).disease_lists for one in held.diseases if one.restricted]
    return sorted({word for one in every for word in (one.name, *one.words)} | {"梅毒", "失独"})


def main(folder: str, number: str, extent: str) -> None:
    """Walk and print what was found as JSON."""
    open_world(Path(folder))
    let_in()
    from fuqi.api import limits

    limits.A_MINUTE.update(dict.fromkeys(limits.A_MINUTE, 10**9))
    walkers = [one for one in WALKERS if extent == "all" or one.name in FEW]
    found = CanaryWalk(canaries(int(number)), restricted_words(), everything=extent == "all").run(walkers)
    sys.stdout.write(json.dumps(vars(found), ensure_ascii=False, default=dict) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

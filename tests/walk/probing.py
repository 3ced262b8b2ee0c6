"""Random probes of every address by everybody, in this process: `python -m tests.walk.probing FOLDER SEED NUMBER`.

Each answer is held against two things. It must name nothing of a person outside the walker's places, but for what the request
said itself. And where the request asks for something outside, the answer must be the same, byte for byte, as for something that
is not there.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, unquote, urlencode
from uuid import UUID

from tests.walk.routes import METHODS, SENT_TO_THE_API, Route, routes
from tests.walk.steady import accounts_are_as_before, keep_who_asks, without_hurry
from tests.walk.visits import Visit, normal, text_of
from tests.walk.world import (
    ELSEWHERE,
    WALKERS,
    Things,
    Walker,
    in_sight,
    inside_of,
    let_in,
    nowhere,
    open_world,
    staff,
    things,
)

CALLED = {
    "row": re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    "settlement": re.compile(r"(?:ZY|MZ)[0-9]{10}"),
    "household": re.compile(r"(?<![0-9])43[0-9]{12}(?![0-9])"),
    "person": re.compile(r"(?<![0-9a-zA-Z.#-])00[0-9]{4}(?![0-9a-zA-Z])|(?<=/people/)[0-9]+|(?<=\"serial\": )[0-9]+"),
}
"""How things of persons are called on a page."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
WEIGHTS = (70, 4, 2, 16, 3, 2, 3)
"""How often each of METHODS is used."""


FORM_WEIGHTS = (4, 4, 2, 80, 3, 3, 4)
FORMS_ONLY = frozenset({"plain_sheets", "purpose", "receive_again", "sign_out", "upload", "decide_reading", "take_back"})
"""Pages that take nothing but a form; others are mostly looked at."""


TOLD_TO_AUDITORS = {"who_saw": "行审一"}
"""The page that answers about anybody in the county: an auditor who has a person's number is told who saw that person."""


@dataclass
class Report:
    """What probing found."""

    probes: int = 0
    asked_outside: int = 0
    """Probes that asked for something outside, each compared with asking for nothing."""
    statuses: Counter[int] = field(default_factory=Counter)
    by_walker: Counter[str] = field(default_factory=Counter)
    by_page: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Probing:
    """One run of probes by one seed."""

    def __init__(self, seed: int) -> None:
        from fuqi.access.models import User

        self.chance, self.report, self.things = Random(seed), Report(), things()
        self.routes = routes()
        self.visits = [Visit(walker, purpose=purpose) for walker in WALKERS for purpose in (False, True)][1:]
        self.sight = {walker.name: in_sight(walker) for walker in WALKERS}
        self.inside = {walker.name: inside_of(walker, self.things, self.sight[walker.name]) for walker in WALKERS}
        self.outside = {walker.name: _outside(self.things, self.inside[walker.name]) for walker in WALKERS}
        self.own = {name: {kind: sorted(called) for kind, called in found.items()} for name, found in self.inside.items()}
        self.known_outside = {walker.name: self._known(walker.name) for walker in WALKERS}
        self.own_words = _own_words() | {piece for name in staff() for piece in _pieces(name)}
        for name in User.objects.values_list("name", flat=True):
            self.own_words |= _pieces(name)
        self.names = {walker.name: self._names(self.sight[walker.name]) for walker in WALKERS}
        from fuqi.places.models import Division

        self.places = list(Division.objects.order_by("code").values_list("code", flat=True))
        from fuqi.flows.current import current_scheme
        from fuqi.web.door import workspace

        self.indicators = [item.id for item in current_scheme(workspace()).indicators]

    def _known(self, walker: str) -> dict[str, set[str]]:
        """Return, by kind as a page calls things, what lies outside and not inside; an adjustment's id looks like a row's."""
        outside = self.outside[walker]
        found = {kind: set(called) for kind, called in outside.items()}
        found["row"] |= found["adjustment"]
        return found

    def _names(self, sight: set[UUID]) -> set[str]:
        """Return the names that only persons outside have, but for those that are words of the pages themselves."""
        here = {piece for person, name in self.things.names.items() if person in sight for piece in _pieces(name)}
        return {name for person, name in self.things.names.items() if person not in sight} - here - self.own_words

    def run(self, number: int) -> Report:
        """Probe so many times."""
        while self.report.probes < number:
            self.probe()
        return self.report

    def probe(self) -> None:
        """Ask once for something, and where that lies outside, once more for something that is not there."""
        visit, route = self.chance.choice(self.visits), self.chance.choice(self.routes)
        forms = route.name in FORMS_ONLY or route.path in SENT_TO_THE_API
        method = self.chance.choices(METHODS, FORM_WEIGHTS if forms else WEIGHTS)[0]
        wanted = _Wanted(self, visit.walker, route, method)
        url, form = wanted.request()
        answer = visit.ask(method, url, form)
        self._count(visit, route, answer)
        said = text_of(answer)
        where = f"{visit.walker.name or '未登录'} {method} {url} {form or ''}"
        if answer.status_code >= 500:
            self.report.failures.append(f"{where}: {answer.status_code}")
        told = TOLD_TO_AUDITORS.get(route.name) == visit.walker.name
        for name in () if told else self._told(visit.walker, said, f"{unquote(url)} {' '.join(form.values())}"):
            self.report.leaks.append(f"{where}: tells {name}")
        if wanted.asks_outside and not told:
            self._compare(visit, method, wanted, answer, where)

    def _count(self, visit: Visit, route: Route, answer: Any) -> None:
        self.report.probes += 1
        self.report.statuses[answer.status_code] += 1
        self.report.by_walker[visit.walker.name or "未登录"] += 1
        self.report.by_page[route.name] += 1

    def _told(self, walker: Walker, said: str, request: str) -> list[str]:
        """Return what an answer names of persons outside that the request did not say."""
        found: list[str] = []
        for kind, spelled in CALLED.items():
            for word in set(spelled.findall(said)):
                called = word.lstrip("0") if kind == "person" else word
                if self._is_outside(walker, kind, called) and word not in request and called not in request:
                    found.append(f"{kind} {word}")
        names = self.names[walker.name]
        for run in _CHINESE.finditer(said):
            words = run[0]
            for start in range(len(words) - 1):
                found += [
                    "a name"
                    for end in (2, 3, 4)
                    if words[start : start + end] in names and words[start : start + end] not in request
                ]
        return found

    def _is_outside(self, walker: Walker, kind: str, called: str) -> bool:
        return called in self.known_outside[walker.name].get(kind, ())

    def _compare(self, visit: Visit, method: str, wanted: _Wanted, answer: Any, where: str) -> None:
        self.report.asked_outside += 1
        url, form = wanted.request(nowhere_instead=True)
        other = visit.ask(method, url, form)
        mine, theirs = wanted.normal(answer), wanted.normal(other)
        if mine != theirs:
            self.report.leaks.append(
                f"{where}: is not answered like {url} {form or ''} ({answer.status_code}/{other.status_code})"
            )


class _Wanted:
    """What one probe asks for: arguments of the address, parameters, a form; things outside by their kind and stand-ins."""

    def __init__(self, probing: Probing, walker: Walker, route: Route, method: str) -> None:
        self.probing, self.walker, self.route, self.chance = probing, walker, route, probing.chance
        self.swapped: dict[str, str] = {}
        """What lies outside, and what stands in for it that is not there."""
        kinds = route.kinds or {}
        self.values = {name: self._one(kinds.get(name, "")) for name in route.arguments}
        self.query = self._query()
        self.form = self._form() if method == "POST" else {}
        if sent := SENT_TO_THE_API.get(route.path):
            self.form = {sent: self._place() if sent == "place" else self._one(sent)}

    @property
    def asks_outside(self) -> bool:
        """Return whether anything that is asked for lies outside."""
        return bool(self.swapped)

    def request(self, *, nowhere_instead: bool = False) -> tuple[str, dict[str, str]]:
        """Return address and form."""

        def said(value: str) -> str:
            return self.swapped.get(value, value) if nowhere_instead else value

        url = self.route.url({name: quote(said(value), safe="") for name, value in self.values.items()})
        query = urlencode({name: said(value) for name, value in self.query.items()})
        return (f"{url}?{query}" if query else url), {name: said(value) for name, value in self.form.items()}

    def normal(self, answer: Any) -> str:
        """Return an answer without what it repeats of the request, and what differs at every request."""
        text = normal(answer)
        for outside, instead in self.swapped.items():
            for word in (outside, instead):
                for spelled in sorted({word, quote(word), quote(quote(word)), f"{word:>06}"}, key=len, reverse=True):
                    text = text.replace(spelled, "□")
        return text

    def _one(self, kind: str) -> str:
        chance, probing = self.chance, self.probing
        if kind in ("indicator", "form", "mark", ""):
            fixed = {"indicator": probing.indicators, "form": ["pdf", "docx", "exe"], "mark": ["ABCD-EFGH", "x"]}
            return chance.choice(fixed.get(kind, ["x"]))
        others, own = probing.outside[self.walker.name].get(kind), probing.own[self.walker.name].get(kind)
        drawn = chance.random()
        if others and drawn < 0.7:
            outside = chance.choice(others)
            self.swapped[outside] = nowhere(kind, chance)
            return outside
        return chance.choice(own) if own and drawn < 0.9 else nowhere(kind, chance)

    def _place(self) -> str:
        chosen: str = self.chance.choice([*self.probing.places, ELSEWHERE])
        mine = [where for _, where in self.walker.roles]
        if not any(chosen.startswith(where) for where in mine):
            self.swapped[chosen] = nowhere("place", self.chance)
        return chosen

    def _query(self) -> dict[str, str]:
        chance = self.chance
        pool: dict[str, Callable[[], str]] = {
            "place": self._place,
            "day": lambda: chance.choice(["2017-06-30", "2017-12-31", "2017-03-31", "2016-01-01", "x"]),
            "part": lambda: chance.choice(["numerator", "denominator", "excluded", "1"]),
            "reason": lambda: chance.choice(["专管病种", "x", "scheme"]),
            "page": lambda: str(chance.randint(0, 9)),
            "print": lambda: "1",
            "compare": lambda: self._one("indicator"),
            "found": lambda: "abcd1234",
            "since": lambda: str(chance.randint(0, 2)),
            "number": lambda: self._one("settlement"),
            "kind": lambda: chance.choice(["recovery", "back_payment"]),
            "from": lambda: f"/people/{chance.randint(1, 9)}/",
            "file": lambda: self._one("file"),
            "all": lambda: "",
            "person": lambda: self._one("person"),
        }
        return {name: pool[name]() for name in chance.sample(sorted(pool), chance.choice([0, 0, 0, 1, 2, 3]))}

    def _form(self) -> dict[str, str]:
        chance = self.chance
        pool: dict[str, Callable[[], str]] = {
            "words": self._words,
            "household": lambda: self._one("household"),
            "place": self._place,
            "purpose": lambda: "走查",
            "next": lambda: "/people/",
            "person": lambda: self._one("person"),
            "serial": lambda: self._one("person"),
            "reason": lambda: "走查走查",
            "people": lambda: "300",
        }
        return {name: pool[name]() for name in chance.sample(sorted(pool), chance.choice([1, 1, 2, 3]))}

    def _words(self) -> str:
        drawn = self.chance.random()
        if drawn < 0.7:
            return self._one("person" if drawn < 0.35 else "id_number")
        name = self.chance.choice(sorted(self.probing.names[self.walker.name]) or ["无名"])
        self.swapped[name] = "欧阳无此人"
        return name


def _outside(every: Things, inside: dict[str, set[str]]) -> dict[str, list[str]]:
    return {kind: sorted(found.keys() - inside[kind]) for kind, found in every.by_kind.items()}


def _pieces(words: str) -> set[str]:
    """Return every piece of two to four characters."""
    return {words[start : start + length] for start in range(len(words)) for length in (2, 3, 4)}


def _own_words() -> set[str]:
    """Return every piece of two to four characters that pages, papers and schemes say by themselves."""
    root, found = Path(__file__).parents[2], set[str]()
    for path in [
        *root.glob("src/fuqi/**/*.py"),
        *root.glob("src/fuqi/**/*.html"),
        *root.glob("schemes/**/*.*"),
        *root.glob("layouts/*"),
    ]:
        for run in _CHINESE.finditer(path.read_text("utf-8", errors="replace")):
            found |= _pieces(run[0])
    return found


def main(folder: str, seed: str, number: str) -> None:
    """Probe and print what was found as JSON."""
    open_world(Path(folder))
    let_in()
    without_hurry()
    keep_who_asks()
    report = Probing(int(seed)).run(int(number))
    if not accounts_are_as_before():
        report.failures.append("a probe changed an account")
    sys.stdout.write(json.dumps(vars(report), ensure_ascii=False, default=dict) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Two worlds that differ only in what is above a level: `python -m tests.walk.levels furnish|alter|addresses|answers …`.

In the other world, which of two neighbours is ill is turned round, with rows, findings, bills and payments, so that every
figure stays; and all words above the level are other ones. Whoever lacks the level must not be able to tell which it is.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from tests.walk.world import COUNTY, TOWN, VILLAGE, WALKERS, Things, Walker, in_sight, nowhere, open_world, things

INSPECTORS = tuple(
    Walker(name, (("inspector", where),)) for name, where in (("督县一", COUNTY), ("督乡一", TOWN), ("督村一", VILLAGE))
)
"""Whose level is PERSONAL: of the whole county, which prints its papers besides, of a township and of a village."""
LOOKERS = {one.name: one for one in (*WALKERS, *INSPECTORS)}
SENSITIVE, RESTRICTED = "sensitive", "restricted"

Key = tuple[object, ...]


def furnish(folder: Path) -> None:
    """Furnish a counted county as for the other worlds, and let the inspectors in."""
    from tests.walk import worlds

    worlds.furnish(folder)
    from fuqi.access.models import Grant, ReadingDecision, ReadingRequest, User
    from fuqi.journal.actions import recording
    from fuqi.journal.tables import NewRow
    from fuqi.places.models import Division
    from fuqi.web.door import today

    at = datetime.now(UTC)
    with recording(by="程序", at=at, action="access.grant") as record:
        for walker in INSPECTORS:
            user = User(name=walker.name)
            user.set_unusable_password()
            user.save()
            ((role, where),) = walker.roles
            place = Division.objects.get(code=where)
            record.add([NewRow(Grant, user_id=user.id, role=role, valid_from=today(), place_id=place.id)])
            asked = NewRow(ReadingRequest, asked_by=walker.name, asked_at=at, day=today(), people=1_000_000, reason="走查")
            record.add([asked])
            record.add([NewRow(ReadingDecision, request_id=asked.id, approved=True, by="程序", decided_at=at)])


class Turning:
    """Makes the other world of a level: of the persons of a place, and of what is nobody's."""

    def __init__(self, level: str, seed: int, place: str) -> None:
        from fuqi.access.codes import ILLNESS_KINDS
        from fuqi.access.keys import workspace_key
        from fuqi.determination.models import RestrictedMark
        from fuqi.matching.models import Link
        from fuqi.registry.models import Residence

        self.key: Any = workspace_key()
        homes = Residence.objects.values_list("person", "place__code")
        self.here = {person for person, code in homes if code.startswith(place)}
        self.level, self.chance, self.kinds = level, Random(seed), sorted(ILLNESS_KINDS)
        self.marked = set(RestrictedMark.objects.values_list("person", flat=True))
        self.ill = set(Link.objects.filter(kind__in=self.kinds).values_list("person", flat=True))

    def run(self) -> int:
        """Change everything above the level; returns how many pairs of neighbours were turned round."""
        pairs = list(self.pairs())
        for one, other in pairs:
            self.turn(one, other)
        self.words()
        return len(pairs)

    def pairs(self) -> Iterator[tuple[UUID, UUID]]:
        """Yield neighbours, one ill (of a restricted illness) and one not, alike in all that is below the level."""
        ill = self.marked if self.level == RESTRICTED else self.ill
        alike: dict[Key, tuple[list[UUID], list[UUID]]] = {}
        for person, key in self.neighbours().items():
            if person in ill or person not in self.ill:
                alike.setdefault(key, ([], []))[person not in ill].append(person)
        for sick, well in alike.values():
            yield from zip(sick, well, strict=False)

    def neighbours(self) -> dict[UUID, Key]:
        """Return what each person is below the level, of whom no list of the ill says it alone: place and groups, with days."""
        from fuqi.intake.models import ReceivedRow
        from fuqi.registry.models import Enrolment, GroupSpell, Identity, Membership, Residence

        told_by_illness: set[UUID] = set()
        for model in (Identity, Residence, Membership, GroupSpell, Enrolment):
            rows: Any = model.objects.filter(source__in=ReceivedRow.objects.filter(kind__in=self.kinds))
            told_by_illness |= set(rows.values_list("person", flat=True))
        found: dict[UUID, list[Key]] = {}
        for row in Residence.objects.order_by("id").values_list("person", "place", "valid_from", "valid_until"):
            found.setdefault(row[0], []).append(row[1:])
        for row in GroupSpell.objects.order_by("group").values_list("person", "group", "valid_from", "valid_until"):
            found.setdefault(row[0], []).append(row[1:])
        housed = (set(Membership.objects.values_list("person", flat=True)) - told_by_illness) & self.here
        return {person: tuple(sorted(key, key=str)) for person, key in sorted(found.items()) if person in housed}

    def turn(self, one: UUID, other: UUID) -> None:
        """Let two persons change places in everything that tells of an illness."""
        from fuqi.determination.models import DiseaseFinding, RestrictedMark, UndecidedCondition
        from fuqi.matching.models import Link
        from fuqi.registry.models import Condition, FieldCheck
        from fuqi.settlement.models import Adjustment, Claim
        from fuqi.treatment.models import TreatFirstAgreement, UntreatedReason
        from tests.support.tampering import change

        tables: list[Any] = [DiseaseFinding, RestrictedMark, UndecidedCondition, Condition, FieldCheck, Adjustment, Claim]
        for model in (*tables, TreatFirstAgreement, UntreatedReason, Link):
            where = f" AND kind IN ({', '.join('%s' for _ in self.kinds)})" if model is Link else ""
            kinds = self.kinds if model is Link else []
            change(
                f"UPDATE {model._meta.db_table} SET person_id = CASE person_id WHEN %s THEN %s ELSE %s END"
                f" WHERE person_id IN (%s, %s){where}",
                *(one.hex, other.hex, one.hex, one.hex, other.hex),
                *kinds,
            )

    def words(self) -> None:
        """Change words and numbers above the level, of everybody or of those with a restricted illness."""
        from fuqi.determination.models import DiseaseFinding, RestrictedMark, UndecidedCondition
        from fuqi.registry.models import Condition, Income
        from fuqi.settlement.models import Adjustment, Settlement
        from fuqi.treatment.models import UntreatedReason

        everybody = self.level == SENSITIVE
        self.marked = set(RestrictedMark.objects.values_list("person", flat=True))
        diseases = self.diseases()

        def other_illness(row: Any) -> dict[str, Any]:
            return {"words": self.chance.choice(["异病甲", "异病乙"]), "icd10": "Z99.9", "basis": "异"}

        def other_disease(row: Any) -> dict[str, Any]:
            return {"disease_id": self.chance.choice(diseases[row.list_id]), "rule": "异"}

        self.each(Condition, other_illness, everybody)
        self.each(DiseaseFinding, other_disease, everybody)
        self.each(UndecidedCondition, lambda _: {"reason": "异"}, everybody)
        self.each(UntreatedReason, lambda _: {"reason": "异因"}, everybody)
        for settlement in Settlement.objects.select_related("claim").order_by("id"):
            person = settlement.claim.person_id
            if person in self.here and (everybody or person in self.marked):
                self.store(settlement, {"explanation": "异\n另一句"})
        if everybody:
            for income in Income.objects.order_by("id"):
                self.store(income, {"per_head_fen": self.chance.randint(1, 9_999_999)})
            self.each(Adjustment, lambda _: {"after_fen": self.chance.randint(1, 9_999)}, everybody)
            self.numbers()
        self.received(everybody=everybody)

    def diseases(self) -> dict[str, list[str]]:
        """Return the ids of the diseases of each list: the restricted ones where only these may be taken for each other."""
        from fuqi.flows.current import current_scheme
        from fuqi.web.door import workspace

        every = current_scheme(workspace()).disease_lists
        chosen = {one.id: [item.id for item in one.diseases if self.level == SENSITIVE or item.restricted] for one in every}
        return {name: found or ["none"] for name, found in chosen.items()}

    def each(self, model: Any, work: Callable[[Any], dict[str, Any]], everybody: bool) -> None:
        """Change each row of a table, or those of persons with a restricted illness: all that is told of them is covered."""
        for row in list(model.objects.order_by("id")):
            if row.person_id in self.here and (everybody or row.person_id in self.marked):
                self.store(row, work(row))

    def store(self, row: Any, values: Mapping[str, Any]) -> None:
        """Write columns past the journal, sealed ones sealed."""
        from fuqi.access.sealed import SealedTextField
        from tests.support.tampering import change

        stored = []
        for name, value in values.items():
            field = row._meta.get_field(name)
            stored.append(field.seal_value(row.id, value, self.key) if isinstance(field, SealedTextField) else value)
        columns = ", ".join(f'"{name}" = %s' for name in values)
        change(f"UPDATE {row._meta.db_table} SET {columns} WHERE id = %s", *stored, row.id.hex)

    def numbers(self) -> None:
        """Give everybody another identity number of the same day of birth."""
        from fuqi.access.sealed import blind_index
        from fuqi.basics.resident_id import check_digit
        from fuqi.registry.models import Identity

        for identity in Identity.objects.filter(person__in=self.here).order_by("id"):
            if len(identity.id_number) == 18:
                first = f"430611{identity.id_number[6:14]}{900 + self.chance.randint(0, 99)}"
                number = first + check_digit(first)
                self.store(identity, {"id_number": number, "id_index": blind_index("id_number", number)})

    def received(self, *, everybody: bool) -> None:
        """Change the cells above the level, and what was read of them."""
        from fuqi.flows.current import known_layouts
        from fuqi.intake.models import ReceivedRow
        from fuqi.matching.models import Link

        layouts = known_layouts()
        owners = dict(Link.objects.values_list("source", "person"))
        for row_id, kind in list(ReceivedRow.objects.order_by("id").values_list("id", "kind")):
            owner = owners.get(row_id)
            if not (owner is None or owner in self.here) or not (everybody or (kind in self.kinds and owner in self.marked)):
                continue
            row = ReceivedRow.objects.get(id=row_id)
            layout = layouts[row.kind] if row.kind in layouts.by_kind else None
            cells = json.loads(row.cells)
            other = {head: self.cell(layout.field_of(head) if layout else "", text) for head, text in cells.items()}
            reading = json.loads(row.reading)
            read = {name: self.cell(name, value) if isinstance(value, str) else value for name, value in reading.items()}
            self.store(row, {"cells": json.dumps(other, ensure_ascii=False), "reading": json.dumps(read, ensure_ascii=False)})

    def cell(self, field: str, text: str) -> str:
        """Return other words for what is above the level; as many or more, or some where there were none."""
        from fuqi.access.codes import FIELD_LEVELS
        from fuqi.access.codes import SENSITIVE as LEVEL

        return f"异{text[::-1]}" if not field or FIELD_LEVELS.get(field, 0) >= LEVEL else text


def alter(folder: Path, level: str, seed: int, place: str) -> None:
    """Make the other world of a copy, and its counts anew: figures must come out as before, or the worlds prove nothing."""
    open_world(folder)
    from django.db import transaction

    from fuqi.indicators.models import CountedFigure
    from tests.walk.worlds import count_anew

    def figures() -> list[tuple[object, ...]]:
        columns = ("run", "code", "place", "numerator", "denominator", "value")
        return sorted(CountedFigure.objects.values_list(*columns), key=str)

    before = figures()
    with transaction.atomic():
        number = Turning(level, seed, place).run()
    count_anew()
    after = figures()
    assert before == after, [pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]][:5]
    sys.stdout.write(f"{number}\n")


def numbers(folder: Path, name: str, some: int) -> None:
    """Print identity numbers of persons in a walker's sight, to be asked for in both worlds."""
    open_world(folder)
    sight, every = in_sight(LOOKERS[name]), things()
    found = sorted(number for number, person in every.by_kind["id_number"].items() if person in sight)
    sys.stdout.write(json.dumps(Random(some).sample(found, min(some, len(found)))))


def addresses(folder: Path, name: str, seed: int, some: int) -> None:
    """Print what a walker asks for: every address of the URL table, with `some` things of each kind; and parts of pages."""
    open_world(folder)
    from fuqi.flows.current import current_scheme
    from fuqi.web.door import workspace
    from tests.walk.routes import routes

    walker = LOOKERS[name]
    values = _values(walker, things(), Random(seed), some)
    indicators = [item.id for item in current_scheme(workspace()).indicators]
    values["indicator"] = Random(seed).sample(indicators, min(3 * some, len(indicators)))
    asked: list[tuple[str, str, dict[str, str]]] = []
    for route in routes():
        kinds, names = route.kinds or {}, route.arguments
        most = max((len(values.get(kinds[one]) or [""]) for one in names), default=1)
        for number in range(most):
            filled = {one: _taken(values, kinds[one], number) for one in names}
            asked.append(("GET", route.url(filled), {}))
    asked += [("GET", url, {}) for url in _narrower(values)]
    asked += [("POST", "/people/", {"words": word}) for word in (*values["person"], *values["name"])]
    asked += [("POST", "/papers/plain-sheets.pdf", {"household": one}) for one in values["household"]]
    asked += [("POST", "/api/v1/papers/plain-sheet", {"household": one}) for one in values["household"][:2]]
    asked += [("POST", "/api/v1/papers/self-assessment", {"form": form}) for form in values["form"]]
    asked += [("EXPLAIN", target, {}) for target in (*values["person"], *values["settlement"], *values["indicator"][:3])]
    sys.stdout.write(json.dumps(asked, ensure_ascii=False))


def _taken(values: dict[str, list[str]], kind: str, number: int) -> str:
    found = values.get(kind)
    return found[number % len(found)] if found else nowhere(kind, Random(number))


def _values(walker: Walker, every: Things, chance: Random, some: int) -> dict[str, list[str]]:
    """Return things of each kind: in the walker's sight, and one outside of it."""
    sight, found = in_sight(walker), {"form": ["docx", "pdf"], "place": [COUNTY, TOWN, VILLAGE]}
    for kind, known in every.by_kind.items():
        mine = sorted(called for called, person in known.items() if person in sight)
        others = sorted(called for called, person in known.items() if person not in sight)
        found[kind] = [*chance.sample(mine, min(some, len(mine))), *others[:1]]
    ill = _ill(sight)
    for kind in ("person", "settlement", "row"):
        touched = sorted(called for called, person in every.by_kind[kind].items() if person in ill)
        found[kind] += chance.sample(touched, min(some, len(touched)))
    found["name"] = chance.sample(sorted(every.names[one] for one in sight if one in every.names), some)
    return found


def _ill(sight: set[UUID]) -> set[UUID]:
    """Return those of the persons in sight who have a restricted illness: what is asked of them matters most."""
    from fuqi.determination.models import RestrictedMark

    return sight & set(RestrictedMark.objects.values_list("person", flat=True))


def _narrower(values: dict[str, list[str]]) -> Iterator[str]:
    """Yield addresses that ask for a part: by place, part, reason, page, day."""
    for place in values["place"]:
        yield from (f"/?place={place}", f"/people/?place={place}", f"/people/?place={place}&page=2", f"/papers/?place={place}")
        yield f"/api/v1/figures?place={place}"
    for code in values["indicator"]:
        page, told = f"/figures/{code}/", f"/api/v1/figures/{code}"
        yield from (f"{page}?part={part}&print=1" for part in ("numerator", "denominator", "excluded"))
        yield from (f"{told}/list?part={part}&size=200" for part in ("numerator", "denominator", "excluded"))
        yield from (
            f"{page}list.csv?part=excluded",
            f"{page}?place={VILLAGE}&part=denominator",
            f"{page}?day=2017-03-31&print=1",
        )
        yield from (f"{page}?part=excluded&reason={reason}&print=1" for reason in ("异因", "外出打工", "专管病种", "无权查看"))
    yield from (f"/people/{serial}/?day=2017-06-30" for serial in values["person"])
    yield from (f"/api/v1/settlements?number={number}" for number in values["settlement"])


_PDF_TIMES = re.compile(rb"/(?:CreationDate|ModDate) ?\([^)]*\)|/ID ?\[[^\]]*\]|<xmp:\w+Date>[^<]*|<xmpMM:\w+ID>[^<]*")
_CALLED = re.compile(r"(?<=专管-)[0-9A-Z]+|(?<=走查)[0-9]{6,}|(?<=found=)[0-9a-f]{8}|(?<=\"issued_at\": \")[^\"]+")
"""Codes of persons on papers, names of credentials, marks of searches, instants of printing: of whom, or of when."""


def answers(folder: Path, name: str, asked: Path) -> None:
    """Print what a walker who said a purpose is answered, which is the most, for every address of a file."""
    open_world(folder)
    from tests.walk.steady import keep_who_asks, without_hurry
    from tests.walk.visits import Visit, normal

    keep_who_asks()
    without_hurry()
    walker, said = LOOKERS[name], []
    visit = Visit(walker, purpose=True)
    for method, url, form in json.loads(asked.read_text("utf-8")):
        if method == "EXPLAIN":
            text = _explained(walker, url)
        else:
            answer = visit.ask(method, url, form)
            text = normal(answer)
            if not answer.streaming and answer.content[:4] == b"%PDF":
                text += _PDF_TIMES.sub(b"", answer.content).hex()
        said.append((f"{method} {url} {form or ''}", _CALLED.sub("", text)))
    sys.stdout.write(json.dumps(said, ensure_ascii=False))


def _explained(walker: Walker, target: str) -> str:
    """Return what the command line explains of a target to a walker."""
    from dataclasses import replace

    from fuqi.access.reading import reading_as
    from fuqi.basics.dates import AsOf
    from fuqi.basics.errors import FuqiError
    from fuqi.flows.current import current_scheme, known_layouts
    from fuqi.flows.explain import Explainer
    from fuqi.flows.figures import default_day
    from fuqi.web.door import workspace
    from tests.walk.world import viewer_of

    scheme = current_scheme(workspace())
    viewer = replace(viewer_of(walker), purpose="走查核对")
    if target.isdecimal():
        target = f"{int(target):06d}"
    with ExitStack() as stack:
        stack.enter_context(reading_as(viewer, "command"))
        try:
            made = Explainer(viewer, scheme, known_layouts(), AsOf(default_day(scheme)))
            return "200\n" + "\n".join(made.explain(target, (*viewer.places, "")[0]))
        except FuqiError as error:
            return f"409\n{error.message}"


def main(verb: str, folder: str, *more: str) -> None:
    """Do what the command line says."""
    where = Path(folder)
    if verb == "furnish":
        furnish(where)
    elif verb == "alter":
        alter(where, more[0], int(more[1]), more[2])
    elif verb == "numbers":
        numbers(where, more[0], int(more[1]))
    elif verb == "addresses":
        addresses(where, more[0], int(more[1]), int(more[2]))
    elif verb == "answers":
        answers(where, more[0], Path(more[1]))


if __name__ == "__main__":
    main(*sys.argv[1:])

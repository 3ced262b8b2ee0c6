"""Making the counting tables from the rooms below, on a day, as known at an instant, within the viewer's scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from uuid import UUID

from fuqi.access.reading import beyond_scope
from fuqi.basics.dates import AsOf, completed_years
from fuqi.basics.viewer import Viewer
from fuqi.care.queries import contracts, health_checks
from fuqi.determination.queries import disease_findings, restricted_persons, undecided_persons
from fuqi.facts.tables import CountingTables, FactRow
from fuqi.matching.queries import list_entries
from fuqi.registry import queries as registry
from fuqi.scheme.model import Scheme
from fuqi.settlement.queries import SettlementView, settlements
from fuqi.supervision.queries import survey_calls
from fuqi.treatment.queries import agreements, untreated_reasons

CANDIDATE_LISTS = frozenset({"provincial_system", "national_platform", "poverty_office"})


Evidence = dict[str, tuple[UUID, ...]]


def counting_tables(viewer: Viewer, scheme: Scheme, as_of: AsOf) -> CountingTables:
    """Return every counting table, cut to the viewer's scope.

    Rows are made of the whole county first: a household that lives in two villages is the same row whoever asks.
    """
    with beyond_scope("rows are made of the whole county, then cut to the scope"):
        maker = _Maker(Viewer(viewer.name, ("",)), scheme, as_of)
        persons = maker.persons()
        by_id = {row.person_id: row for row in persons if row.person_id}
        tables = {
            "person": persons,
            "household": maker.households(by_id),
            "claim": maker.claims(by_id),
            "payment": maker.payments(by_id),
            "agreement": maker.agreements(by_id),
            "survey": maker.surveys(by_id),
        }
    return CountingTables({name: [row for row in rows if viewer.covers(row.place)] for name, rows in tables.items()})


def person_row(viewer: Viewer, scheme: Scheme, as_of: AsOf, person_id: UUID) -> FactRow | None:
    """Return one person's row of the counting table, None for who lives outside the viewer's scope."""
    return next(iter(_Maker(viewer, scheme, as_of, person_id).persons()), None)


class _Maker:
    """Everything known on the day, fetched once; of one person only, if one is named."""

    def __init__(self, viewer: Viewer, scheme: Scheme, as_of: AsOf, person_id: UUID | None = None) -> None:
        self.viewer, self.scheme, self.as_of = viewer, scheme, as_of
        self.persons_asked: Collection[UUID] | None = None if person_id is None else (person_id,)
        self.places = registry.places_of(viewer, as_of, self.persons_asked)
        self.serials = registry.serials(viewer, self.persons_asked)
        self.births = registry.births(viewer, as_of, self.persons_asked)
        self.groups = registry.group_spells(viewer, as_of, self.persons_asked)
        self.findings = disease_findings(viewer, as_of, self.persons_asked)
        self.settled: dict[UUID, list[SettlementView]] = {}
        for item in settlements(viewer, as_of, person_id=person_id):
            self.settled.setdefault(item.person_id, []).append(item)
        self.restricted = restricted_persons(viewer, self.persons_asked)
        self.with_implied = cache(scheme.with_implied)

    def persons(self) -> list[FactRow]:
        """Return a row for each person who lives within the viewer's scope."""
        asked = self.persons_asked
        lists = list_entries(self.viewer, asked, CANDIDATE_LISTS)
        checks = registry.field_checks(self.viewer, self.as_of, asked)
        undecided = undecided_persons(self.viewer, self.as_of, asked)
        reasons = untreated_reasons(self.viewer, self.as_of, asked)
        enrolled = registry.enrolments(self.viewer, self.as_of, asked)
        checkups = health_checks(self.viewer, self.as_of, self.scheme.period, asked)
        rows: list[FactRow] = []
        for person_id, place in self.places.items():
            serial = self.serials[person_id]
            row = FactRow((serial, ""), person_id, place, {}, label=f"{serial:06d}")
            entries = lists.get(person_id, {})
            outcome, treated, check_row = checks.get(person_id, ("unchecked", None, None))
            row.values["lists"] = frozenset(entries)
            row.evidence["lists"] = tuple(entries[kind] for kind in sorted(entries))
            row.values["checked"], row.values["check_outcome"] = check_row is not None, outcome
            row.evidence["checked"] = row.evidence["check_outcome"] = (check_row,) if check_row else ()
            self._groups(row, person_id)
            self._illness(row, person_id, treated, person_id in undecided)
            reason, reason_row = reasons.get(person_id, (None, None))
            row.values["untreated_reason"] = reason
            row.evidence["untreated_reason"] = (reason_row,) if reason_row else ()
            row.values["insured"] = person_id in enrolled
            row.evidence["insured"] = (enrolled[person_id],) if person_id in enrolled else ()
            row.evidence["health_checks"] = tuple(checkups.get(person_id, ()))
            row.values["health_checks"] = len(row.evidence["health_checks"])
            self._visits(row, person_id)
            self._age_and_sex(row, person_id)
            rows.append(row)
        return sorted(rows, key=lambda row: row.order)

    def _groups(self, row: FactRow, person_id: UUID) -> None:
        spells = self.groups.get(person_id, {})
        row.values["groups"] = self.with_implied(frozenset(spells))
        row.evidence["groups"] = tuple(sorted(set(spells.values())))

    def _illness(self, row: FactRow, person_id: UUID, check_treated: bool | None, undecided: bool) -> None:
        """Set disease lists, the one class they give, and the lists whose illness was treated."""
        findings = self.findings.get(person_id, [])
        on_lists = frozenset(list_id for list_id, _, _ in findings)
        leading = next((item for item in self.scheme.disease_lists if item.id in on_lists), None)
        row.values["disease_lists"] = on_lists
        row.values["leading_list"] = leading.id if leading else "none"
        row.values["disease_class"] = leading.disease_class if leading else "undecided" if undecided else "none"
        rows = tuple(dict.fromkeys(source for _, _, source in findings))
        for name in ("disease_lists", "leading_list", "disease_class"):
            row.evidence[name] = rows
        treated: set[str] = set()
        proofs: list[UUID] = []
        for item in self.scheme.disease_lists:
            if item.id not in on_lists:
                continue
            stays = [stay.source for stay in self.settled.get(person_id, []) if _treats(stay, item.id)]
            if "settled_stay" in item.treated_by and stays:
                treated.add(item.id)
                proofs += stays
            if "field_check" in item.treated_by and check_treated:
                treated.add(item.id)
                proofs += row.evidence["checked"]
        row.values["treated_lists"] = frozenset(treated)
        row.evidence["treated_lists"] = tuple(dict.fromkeys(proofs))
        row.restricted = person_id in self.restricted

    def _visits(self, row: FactRow, person_id: UUID) -> None:
        visits = [visit for visit in self.settled.get(person_id, []) if self.scheme.period.holds(visit.settled_on)]
        first = min(
            visits, key=lambda visit: (visit.admitted or visit.settled_on, visit.settled_on, visit.number), default=None
        )
        row.values["visited"] = first is not None
        row.values["first_visit_in_county"] = first.in_county if first else False
        row.evidence["visited"] = row.evidence["first_visit_in_county"] = (first.source,) if first else ()

    def _age_and_sex(self, row: FactRow, person_id: UUID) -> None:
        birth_on, sex, source = self.births.get(person_id, (None, "", None))
        row.values["age"] = completed_years(birth_on, self.as_of.on) if birth_on else None
        row.values["sex"] = sex or None
        row.evidence["age"] = row.evidence["sex"] = (source,) if source else ()

    def households(self, persons: dict[UUID, FactRow]) -> list[FactRow]:
        """Return a row for each household; it counts where its head lives, or its first member."""
        signed = contracts(self.viewer, self.as_of)
        rows: list[FactRow] = []
        for household, members in registry.memberships(self.viewer, self.as_of).items():
            here = [item for item in members if item[0] in persons]
            if not here:
                continue
            head = next((item for item in here if item[1] == "户主"), here[0])
            groups = frozenset[str]().union(*(_set(persons[item[0]], "groups") for item in here))
            row = FactRow((self.serials[head[0]], head[2]), head[0], persons[head[0]].place, {}, label=head[2])
            row.values = {"groups": groups, "members": len(here), "contracted": household in signed}
            row.evidence = {
                "groups": (head[3],),
                "members": tuple(item[3] for item in here),
                "contracted": (signed[household],) if household in signed else (),
            }
            rows.append(row)
        return sorted(rows, key=lambda row: row.order)

    def _settled_of(self, persons: dict[UUID, FactRow]) -> Iterable[tuple[SettlementView, FactRow]]:
        for person_id, items in self.settled.items():
            if person_id in persons:
                for item in items:
                    yield item, persons[person_id]

    @staticmethod
    def _restricted(item: SettlementView, person: FactRow) -> bool:
        return person.restricted or item.restricted

    def claims(self, persons: dict[UUID, FactRow]) -> list[FactRow]:
        """Return a row for each claim settled by the day."""
        verified = self.scheme.definition("person", "verified")
        rows: list[FactRow] = []
        for item, person in self._settled_of(persons):
            values: dict[str, object] = {
                "care": item.care,
                "hospital_level": item.hospital_level or None,
                "in_county": item.in_county,
                "total": item.total_fen,
                "in_scope": item.in_scope_fen,
                "paid": sum(line.pay_fen for line in item.lines) if item.state == "settled" else None,
                "self_pay": item.self_pay_fen if item.state == "settled" else None,
                "settled_on": item.settled_on,
                "discharged": item.discharged,
                "state": item.state,
                "disease_lists": item.disease_lists,
                "person_groups": person.values["groups"],
                "person_leading_list": person.values["leading_list"],
                "person_treated_lists": person.values["treated_lists"],
                "verified": verified.evaluate(person.values) if verified else None,
            }
            evidence: Evidence = dict.fromkeys(values, (item.source,))
            evidence["person_groups"] = person.evidence["groups"]
            evidence["person_leading_list"] = person.evidence["leading_list"]
            evidence["verified"] = person.evidence["checked"]
            order = (person.order[0], f"{item.settled_on} {item.number}")
            restricted = self._restricted(item, person)
            rows.append(FactRow(order, item.person_id, person.place, values, evidence, restricted, label=item.number))
        return sorted(rows, key=lambda row: row.order)

    def payments(self, persons: dict[UUID, FactRow]) -> list[FactRow]:
        """Return a row for each layer's payment above nothing."""
        rows: list[FactRow] = []
        for item, person in self._settled_of(persons):
            for line in item.lines:
                if line.pay_fen > 0:
                    values: dict[str, object] = {
                        "layer": line.layer,
                        "fund": line.fund,
                        "amount": line.pay_fen,
                        "posted_on": line.posted_on,
                        "person_groups": person.values["groups"],
                    }
                    evidence: Evidence = dict.fromkeys(values, (item.source,))
                    evidence["person_groups"] = person.evidence["groups"]
                    order = (person.order[0], f"{item.settled_on} {item.number} {line.layer}")
                    restricted = self._restricted(item, person)
                    label = f"{item.number} {line.layer}"
                    rows.append(FactRow(order, item.person_id, person.place, values, evidence, restricted, label))
        return sorted(rows, key=lambda row: row.order)

    def agreements(self, persons: dict[UUID, FactRow]) -> list[FactRow]:
        """Return a row for each treat-first agreement."""
        rows: list[FactRow] = []
        for person_id, signed_on, source in agreements(self.viewer, self.as_of):
            if person_id in persons:
                person = persons[person_id]
                values: dict[str, object] = {"signed_on": signed_on, "person_groups": person.values["groups"]}
                evidence: Evidence = {"signed_on": (source,), "person_groups": person.evidence["groups"]}
                order = (person.order[0], signed_on.isoformat())
                rows.append(FactRow(order, person_id, person.place, values, evidence, person.restricted, person.label))
        return sorted(rows, key=lambda row: row.order)

    def surveys(self, persons: dict[UUID, FactRow]) -> list[FactRow]:
        """Return a row for each telephone call."""
        rows: list[FactRow] = []
        for call in survey_calls(self.viewer, self.as_of):
            if call.person_id in persons:
                person = persons[call.person_id]
                values: dict[str, object] = {"answered": call.answered, "satisfied": call.satisfied, "aware": call.aware}
                evidence: Evidence = dict.fromkeys(values, (call.source,))
                rows.append(FactRow(person.order, call.person_id, person.place, values, evidence, label=person.label))
        return sorted(rows, key=lambda row: row.order)


def _treats(stay: SettlementView, list_id: str) -> bool:
    return stay.care == "inpatient" and stay.state == "settled" and list_id in stay.disease_lists


def _set(row: FactRow, name: str) -> frozenset[str]:
    value = row.values[name]
    return value if isinstance(value, frozenset) else frozenset()

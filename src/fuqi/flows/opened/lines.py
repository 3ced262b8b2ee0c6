"""The facts of a person's file as lines: what, since when and until when, by which row, known since when, recorded by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fuqi.access.reading import shown_if
from fuqi.basics.money import format_yuan
from fuqi.care.queries import care_of
from fuqi.determination.queries import findings_of
from fuqi.flows.opened.asking import Asking
from fuqi.flows.opened.sources import Sources, SourceView
from fuqi.intake.models import Fact
from fuqi.registry.models import Identity
from fuqi.registry.queries import PersonFacts
from fuqi.settlement.queries import SettlementView, claims_of
from fuqi.supervision.queries import calls_of
from fuqi.treatment.queries import treatment_of


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact in words."""

    section: str
    label: str
    words: str
    start: date | None
    until: date | None
    holds: bool
    """Whether it is true on the day; one that is not was true before."""
    source: SourceView | None
    recorded_at: datetime
    by: str
    note: str = ""
    settlement: str = ""
    """The number of the settlement that the line is about."""
    on: date | None = None
    """The day of what happened once, where that is not the beginning of a span."""

    @property
    def day(self) -> date | None:
        """Return the day on which the line stands among the others."""
        return self.on or self.start


def lines_of(
    asking: Asking,
    person_id: UUID,
    facts: PersonFacts,
    bills: Sequence[SettlementView],
    rows: Sequence[SourceView],
    *,
    hides: bool,
) -> Iterator[FactLine]:
    """Yield every fact that the viewer may see; with `hides` nothing that tells of an illness."""
    maker = _Lines(asking, rows, hides=hides)
    yield from maker.register(facts)
    household = next((item.household_id for item in reversed(facts.memberships)), None)
    yield from maker.care(person_id, household)
    yield from maker.survey(person_id)
    if not hides:
        yield from maker.illness(person_id, facts)
        yield from maker.treatment(person_id)
        yield from maker.bills(person_id, bills)


class _Lines:
    """Makes lines of fact rows."""

    def __init__(self, asking: Asking, rows: Sequence[SourceView], *, hides: bool) -> None:
        self.asking, self.sources = asking, Sources(asking, rows, hides=hides)
        self.word: Callable[[str], str] = asking.scheme.word

    def line(self, fact: Fact | Any, section: str, label: str, words: str, **more: Any) -> FactLine:
        """Return a fact's line."""
        holds = fact.valid_until is None or fact.valid_until > self.asking.as_of.on
        about = (fact.valid_from, fact.valid_until, holds, self.sources.of(fact.source_id), fact.recorded_at, fact.run.by)
        return FactLine(section, label, words, *about, **more)

    def register(self, facts: PersonFacts) -> Iterator[FactLine]:
        """Yield who somebody is, where they live, in which household and groups, whether insured."""
        for identity in facts.identities:
            sex = f"，{self.word(identity.sex)}" if identity.sex else ""
            yield self.line(identity, "identity", "姓名、性别", self._name(identity) + sex)
        for residence in facts.residences:
            yield self.line(residence, "identity", "住址", residence.place.full_name)
        for membership in facts.memberships:
            relation = f"，与户主的关系：{membership.relation}" if membership.relation else ""
            if membership.relation == "户主":
                relation = "，户主"
            yield self.line(membership, "household", "户", f"户编号{membership.household.number}{relation}")
        for spell in facts.group_spells:
            yield self.line(spell, "group", "身份类别", self.word(spell.group))
        for enrolment in facts.enrolments:
            yield self.line(enrolment, "identity", "参加医保", enrolment.category or "已参保")

    def _name(self, identity: Identity) -> str:
        with shown_if(bool(self.asking.viewer.purpose)):
            return self.asking.name(identity.name)

    def care(self, person_id: UUID, household: UUID | None) -> Iterator[FactLine]:
        """Yield contracts and health checks."""
        contracts, checks = care_of(self.asking.viewer, self.asking.as_of, person_id, household)
        for contract in contracts:
            yield self.line(contract, "care", "家庭医生签约", contract.team or "未写团队")
        for check in checks:
            yield self.line(check, "care", "健康体检", "已做", on=check.checked_on)

    def survey(self, person_id: UUID) -> Iterator[FactLine]:
        """Yield survey calls."""
        for call in calls_of(self.asking.viewer, self.asking.as_of, person_id):
            said = {True: "是", False: "否", None: "没有说"}
            answers = f"接通；满意：{said[call.satisfied]}；知晓政策：{said[call.aware]}"
            yield self.line(call, "survey", "电话调查", answers if call.answered else "没有接通", on=call.called_on)

    def illness(self, person_id: UUID, facts: PersonFacts) -> Iterator[FactLine]:
        """Yield what the field check found, the illnesses, and what the scheme makes of each."""
        said = {True: "，已救治", False: "，未救治", None: ""}
        for check in facts.field_checks:
            yield self.line(check, "check", "入户核查", self.word(check.outcome) + said[check.treated], on=check.checked_on)
        findings, undecided = findings_of(self.asking.viewer, self.asking.as_of, person_id)
        notes: dict[UUID, list[str]] = {}
        for finding in findings:
            found = f"列入{self.word(finding.list_id)}（{self.word(finding.disease_id)}）：{finding.rule}"
            notes.setdefault(finding.condition_id, []).append(found)
        for item in undecided:
            notes.setdefault(item.condition_id, []).append(f"待定：{item.reason}")
        for condition in facts.conditions:
            words = f"{condition.words} {condition.icd10}".strip()
            note = "；".join(notes.get(condition.id, ["不在方案的病种名录里"]))
            basis = f"诊断依据：{condition.basis}。" if condition.basis else ""
            yield self.line(condition, "illness", "病情", words, note=basis + note)

    def treatment(self, person_id: UUID) -> Iterator[FactLine]:
        """Yield agreements, and why somebody is not treated."""
        agreements, reasons = treatment_of(self.asking.viewer, self.asking.as_of, person_id)
        for agreement in agreements:
            yield self.line(agreement, "treatment", "先诊疗后付费协议", agreement.hospital or "已签", on=agreement.signed_on)
        for reason in reasons:
            yield self.line(reason, "treatment", "未救治原因", reason.reason)

    def bills(self, person_id: UUID, bills: Iterable[SettlementView]) -> Iterator[FactLine]:
        """Yield the bills with what was made of them."""
        claims = {
            (claim.number, claim.source_id): claim for claim in claims_of(self.asking.viewer, self.asking.as_of, person_id)
        }
        for bill in bills:
            claim = claims.get((bill.number, bill.source))
            if claim is None:
                continue
            total, own = format_yuan(bill.total_fen or 0), format_yuan(bill.self_pay_fen)
            words = f"{bill.hospital}，总费用{total}元"
            words += f"，个人负担{own}元" if bill.state == "settled" else f"，未结算：{bill.reason}"
            yield self.line(claim, "settlement", "医疗费用", words, settlement=bill.number, on=bill.settled_on)

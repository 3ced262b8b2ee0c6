"""Settle all claims under the scheme, one by one in the standard's order, and post every line with the reason for its fen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

from fuqi.basics.dates import AsOf, completed_years
from fuqi.basics.errors import Fault, Place
from fuqi.basics.viewer import Viewer
from fuqi.journal import codes
from fuqi.journal.actions import CHUNK, add_in_chunks, make_effective, start_run
from fuqi.journal.models import Run
from fuqi.journal.queries import effective_run
from fuqi.journal.tables import NewRow
from fuqi.registry.queries import births, group_histories, household_of
from fuqi.registry.rules import illnesses
from fuqi.scheme.claims import Claim as SchemeClaim
from fuqi.scheme.claims import Refused, Settled, Undecided
from fuqi.scheme.explain import sentences
from fuqi.scheme.illness import find_diseases
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import CLAIM
from fuqi.scheme.settle import settle
from fuqi.settlement.models import Claim, Settlement, SettlementLine
from fuqi.settlement.queries import claims


@dataclass
class SettleReport:
    """What settling did."""

    up_to_date: bool = False
    settled: int = 0
    provisional: int = 0
    faults: tuple[Fault, ...] = ()
    unconfirmed: bool = False
    paid_fen: dict[str, int] = field(default_factory=dict)


def settle_fingerprint(viewer: Viewer, scheme: Scheme) -> str:
    """Return the digest of what settlements depend on: the register's run and the scheme."""
    run = effective_run(viewer, codes.VERIFY)
    return hashlib.sha256(f"{run.id if run else ''}\n{scheme.hash}".encode()).hexdigest()


def settle_claims(
    *, viewer: Viewer, scheme: Scheme, at: Callable[[], datetime], progress: Callable[[str], None]
) -> SettleReport:
    """Settle every claim anew, if register or scheme changed since the last time; the former run stays as it was."""
    fingerprint = settle_fingerprint(viewer, scheme)
    former = effective_run(viewer, codes.SETTLE)
    if former and former.fingerprint == fingerprint:
        return SettleReport(up_to_date=True)
    kept = list(claims(viewer))
    progress(f"结算 {len(kept)} 笔费用")
    asked = _Asker(viewer, scheme)
    by_number: dict[str, Claim] = {}
    doubled: list[Claim] = []
    for claim in kept:
        claim_id = claim.number
        if claim_id in by_number and by_number[claim_id].hospital != claim.hospital:
            claim_id = f"{claim.number}({claim.hospital})"
        if by_number.setdefault(claim_id, claim) is not claim:
            doubled.append(claim)
    results = settle(scheme.benefits, [asked.ask(claim_id, claim) for claim_id, claim in by_number.items()])
    run = start_run(codes.SETTLE, fingerprint=fingerprint, by=viewer.name, at=at())
    poster = _Poster(run, scheme, asked)
    report = poster.post(results, by_number, doubled)
    for rows in (poster.settlements, poster.lines):
        for written in add_in_chunks(rows, by=viewer.name, at=at(), action="settle.post"):
            if written % (CHUNK * 10) == 0:
                progress(f"已记账 {written} 行")
    summary: dict[str, object] = {"settled": report.settled, "faults": len(report.faults), "paid_fen": report.paid_fen}
    make_effective(run, by=viewer.name, at=at(), summary=summary)
    return report


def trace_text(trace: object) -> str:
    """Return a trace as JSON, its parts by name."""
    return json.dumps(trace, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_named_parts)


def _named_parts(value: object) -> object:
    if is_dataclass(value):
        return {part.name: getattr(value, part.name) for part in fields(value)}
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _column(name: str) -> str:
    info = CLAIM.exact.get(name)
    return info.meaning if info else name


class _Asker:
    """Turns claims of the record into claims of the scheme: identities on the day, household, birth."""

    def __init__(self, viewer: Viewer, scheme: Scheme) -> None:
        self.scheme = scheme
        self.find = lru_cache(maxsize=None)(partial(find_diseases, scheme))
        self.groups = group_histories(viewer)
        last = scheme.period.until or date.max
        as_of = AsOf(date.fromordinal(last.toordinal() - 1))
        self.births = births(viewer, as_of)
        self.households = household_of(viewer, as_of)

    def groups_of(self, claim: Claim) -> frozenset[str]:
        """Return the identity groups that count for a claim, on the day that the scheme says, implied ones included."""
        last = claim.discharged or claim.settled_on
        days = {
            "discharged": (last, last),
            "admitted": (claim.admitted or last, claim.admitted or last),
            "settled_at": (claim.settled_on, claim.settled_on),
            "any_day_of_stay": (claim.admitted or last, last),
        }
        first, last = days[self.scheme.benefits.identity_on]
        spells = self.groups.get(claim.person_id, [])
        held = (group for group, start, until in spells if (not start or start <= last) and (not until or first < until))
        return self.scheme.with_implied(frozenset(held))

    def ask(self, claim_id: str, claim: Claim) -> SchemeClaim:
        """Return the claim as the scheme's evaluator takes it."""
        birth_on, sex, _ = self.births.get(claim.person_id, (None, "", None))
        household = self.households.get(claim.person_id)
        return SchemeClaim(
            claim_id=claim_id,
            person_id=f"{claim.person.serial:06d}",
            household_id=household,
            settled_at=claim.settled_on,
            admitted=claim.admitted,
            discharged=claim.discharged,
            care=claim.care or None,
            hospital_level=claim.hospital_level or None,
            in_county=claim.in_county,
            referred=claim.referred,
            icd10=claim.icd10 or None,
            birth_on=birth_on,
            sex=sex or None,
            groups=self.groups_of(claim),
            total=claim.total_fen,
            in_scope=claim.in_scope_fen,
        )

    def diseases(self, claim: Claim) -> tuple[frozenset[str], bool]:
        """Return the lists that the claim's diagnosis stands on, and whether one of its diseases is restricted."""
        birth_on = self.births.get(claim.person_id, (None,))[0]
        age = completed_years(birth_on, claim.admitted or claim.settled_on) if birth_on else None
        matches = [
            match
            for words, icd10 in illnesses(claim.words, claim.icd10)
            for match in self.find(words, icd10 or None, age).matches
        ]
        restricted = any(disease in self.scheme.restricted_diseases for _, disease, _ in matches)
        return frozenset(list_id for list_id, _, _ in matches), restricted


class _Poster:
    """Rows of settlements and lines made of results."""

    def __init__(self, run: Run, scheme: Scheme, asked: _Asker) -> None:
        self.run, self.scheme, self.asked = run, scheme, asked
        self.settlements: list[NewRow] = []
        self.lines: list[NewRow] = []

    def post(
        self, results: Sequence[Settled | Undecided | Refused], by_number: dict[str, Claim], doubled: Sequence[Claim]
    ) -> SettleReport:
        """Make the rows of every result; what was not settled is a fault that says why and what to do."""
        report = SettleReport()
        faults: list[Fault] = []
        for result in results:
            claim = by_number[result.claim.claim_id]
            match result:
                case Settled():
                    self._settled(result, claim)
                    report.settled += 1
                    report.provisional += result.provisional
                    report.unconfirmed |= not result.confirmed
                    for line in result.lines:
                        report.paid_fen[line.name] = report.paid_fen.get(line.name, 0) + line.pay_fen
                case Undecided():
                    reason = f"缺少{'、'.join(map(_column, result.missing))}，不能结算；请补齐后重新提交。"
                    faults.append(self._open(claim, "undecided", reason))
                case Refused():
                    reason = ";".join(problem.message for problem in result.problems)
                    faults.append(self._open(claim, "refused", f"费用单自相矛盾：{reason}。请向医院核对后重新报送。"))
        for claim in doubled:
            faults.append(self._open(claim, "refused", "结算单号重复，只结算第一笔。请核对是否同一笔费用报了两次。"))
        report.faults = tuple(faults)
        return report

    def _settlement(self, claim: Claim, state: str, **columns: Any) -> NewRow:
        lists, restricted = self.asked.diseases(claim)
        row = NewRow(
            Settlement,
            run_id=self.run.id,
            claim_id=claim.id,
            state=state,
            disease_lists=",".join(sorted(lists)),
            restricted=restricted,
            scheme_hash=self.scheme.hash,
            **columns,
        )
        self.settlements.append(row)
        return row

    def _open(self, claim: Claim, state: str, reason: str) -> Fault:
        self._settlement(claim, state, reason=reason[:300])
        source = claim.source
        return Fault(state, f"结算单 {claim.number}：{reason}", Place(source.file.name, source.sheet, source.row))

    def _settled(self, result: Settled, claim: Claim) -> None:
        row = self._settlement(
            claim,
            "settled",
            self_pay_fen=result.self_pay_fen,
            in_scope_self_pay_fen=result.in_scope_self_pay_fen,
            explanation="\n".join(sentences(result, self.scheme.benefits)),
        )
        self.lines.extend(self._line_rows(row, result, claim))

    def _line_rows(self, row: NewRow, result: Settled, claim: Claim) -> Iterator[NewRow]:
        for position, line in enumerate(result.lines):
            yield NewRow(
                SettlementLine,
                settlement_id=row.id,
                position=position,
                layer=line.layer,
                fund=line.fund,
                base_fen=line.base_fen,
                pay_fen=line.pay_fen,
                posted_on=claim.settled_on,
                trace=trace_text(line.trace),
                confirmed=line.confirmed,
            )

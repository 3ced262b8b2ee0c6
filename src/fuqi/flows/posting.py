"""Rows of settlements, lines and facts: made of what was settled now, or taken over from the run before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any
from uuid import UUID

from fuqi.basics.errors import Fault, Place
from fuqi.basics.viewer import Viewer
from fuqi.flows.erased import ErasedClaim, settlement_row
from fuqi.flows.settled_before import Key, Now, Past
from fuqi.journal.models import Run
from fuqi.journal.tables import NewRow
from fuqi.scheme.claims import Refused, Settled, Undecided
from fuqi.scheme.explain import sentences
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import CLAIM
from fuqi.scheme.settle import Result
from fuqi.settlement.models import Claim, Settlement, SettlementFacts, SettlementLine
from fuqi.settlement.queries import PastSettlement, explanations_of, line_columns_of
from fuqi.settlement.rules import claim_text

SETTLED, UNDECIDED, REFUSED = "settled", "undecided", "refused"
_AT_ONCE = 500
"""How many settlements are taken over at once."""


@dataclass
class SettleReport:
    """What settling did; amounts in fen."""

    up_to_date: bool = False
    settled: int = 0
    provisional: int = 0
    faults: tuple[Fault, ...] = ()
    unconfirmed: bool = False
    paid_fen: dict[str, int] = field(default_factory=dict)
    computed: int = 0
    """How many claims were settled anew; the others kept their result."""
    adjusted: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By kind of adjustment how many lines there are, and how much together."""


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


class Poster:
    """Makes the rows of one run."""

    def __init__(self, run: Run, scheme: Scheme, now: Now, past: Past) -> None:
        self.run, self.scheme, self.now, self.past = run, scheme, now, past
        self.report = SettleReport()
        self.paid: dict[Key, dict[tuple[str, str], int]] = {}
        """What each claim posts now, by layer and fund; nothing for one that is not settled."""
        self.ids: dict[Key, UUID] = {}
        """Each claim's settlement in this run."""
        self.restricted: dict[Key, bool] = {}
        self.open_reasons: dict[Key, str] = {}
        """Why a claim could not be settled."""
        self._settlements: list[NewRow] = []
        self._lines: list[NewRow] = []
        self._facts: list[NewRow] = []
        self._taken: dict[UUID, tuple[NewRow, Claim]] = {}
        """Former settlements that hold still, by their id, with the new row and its claim."""
        self._faults: list[Fault] = []

    def post(self, results: Sequence[Result], keys: dict[str, Key]) -> None:
        """Make the rows of results; what was not settled is a fault that says why and what to do. `keys` are by claim id."""
        for result in results:
            key = keys[result.claim.claim_id]
            match result:
                case Settled():
                    self._settled(key, result)
                case Undecided():
                    reason = f"缺少{'、'.join(map(_column, result.missing))}，不能结算；请补齐后重新提交。"
                    self._open(key, UNDECIDED, reason)
                case Refused():
                    reason = "；".join(problem.message for problem in result.problems)
                    self._open(key, REFUSED, f"费用单自相矛盾：{reason}。请向医院核对后重新报送。")
        self.report.computed = len(results)

    def take_over(self, keys: Sequence[Key]) -> None:
        """Make the rows of claims whose former result holds still."""
        for key in keys:
            former, claim = self.past.settlements[key], self.now.claims[key].claim
            amounts = {"self_pay_fen": former.self_pay_fen, "in_scope_self_pay_fen": former.in_scope_self_pay_fen}
            row = self._settlement(key, former.state, former.provisional, reason=former.reason, **amounts)
            self._taken[former.id] = (row, claim)
            if former.state == SETTLED:
                self._count(key, former)
            else:
                self._fault(claim, former.state, former.reason)

    def _count(self, key: Key, former: PastSettlement) -> None:
        self.report.settled += 1
        self.report.provisional += former.provisional
        self.report.unconfirmed |= not former.confirmed
        self.paid[key] = former.paid
        for (layer, _), pay in former.paid.items():
            self._add(self.scheme.benefits.layer(layer).name, pay)

    def refuse_doubled(self) -> None:
        """Make the rows of bills that were sent in twice."""
        for claim in self.now.doubled:
            reason = "结算单号重复，只结算第一笔。请核对是否同一笔费用报了两次。"
            self._settlements.append(self._row(claim, REFUSED, reason=reason))
            self._fault(claim, REFUSED, reason)

    def keep_erased(self, erased: Sequence[ErasedClaim]) -> None:
        """Make the rows of bills of which only amounts are left, as they were: nothing can be worked out of them again."""
        names = {layer.id: layer.name for layer in self.scheme.benefits.layers}
        for one in erased:
            row = settlement_row(self.run, one, scheme_hash=self.scheme.hash, unsettled=REFUSED)
            self._settlements.append(row)
            if one.before is not None:
                self._taken[one.before.id] = (row, one.claim)
                self.report.settled += one.before.state == SETTLED
                for line in one.before.lines:
                    self._add(names.get(line.layer, line.layer), line.pay_fen)

    def rows(self, viewer: Viewer) -> Iterator[NewRow]:
        """Yield all rows, what others refer to first; long texts of the former run are read a few at a time."""
        self.report.faults = tuple(self._faults)
        former = {row.id: old for old, (row, _) in self._taken.items()}
        for start in range(0, len(self._settlements), _AT_ONCE):
            some = self._settlements[start : start + _AT_ONCE]
            told = explanations_of(viewer, [former[row.id] for row in some if row.id in former])
            for row in some:
                if row.id in former:
                    row.columns["explanation"] = told[former[row.id]]
                yield row
        yield from self._facts
        yield from self._lines
        taken = list(self._taken)
        for start in range(0, len(taken), _AT_ONCE):
            for columns in line_columns_of(viewer, taken[start : start + _AT_ONCE]):
                row, claim = self._taken[columns.pop("settlement_id")]
                yield NewRow(SettlementLine, settlement_id=row.id, posted_on=claim.settled_on, **columns)

    def _row(self, claim: Claim, state: str, **columns: Any) -> NewRow:
        lists, restricted = self.now.asker.diseases(claim)
        return NewRow(
            Settlement,
            run_id=self.run.id,
            claim_id=claim.id,
            state=state,
            disease_lists=",".join(sorted(lists)),
            restricted=restricted,
            scheme_hash=self.scheme.hash,
            **columns,
        )

    def _settlement(self, key: Key, state: str, provisional: bool, **columns: Any) -> NewRow:
        one = self.now.claims[key]
        row = self._row(one.claim, state, **columns)
        self.ids[key], self.restricted[key] = row.id, bool(row.columns["restricted"])
        self._settlements.append(row)
        facts = NewRow(SettlementFacts, settlement_id=row.id, facts=claim_text(one.asked), provisional=provisional)
        facts.holder = one.claim.person_id
        self._facts.append(facts)
        return row

    def _open(self, key: Key, state: str, reason: str) -> None:
        self._settlement(key, state, False, reason=reason[:300])
        self.open_reasons[key] = reason
        self._fault(self.now.claims[key].claim, state, reason)

    def _fault(self, claim: Claim, state: str, reason: str) -> None:
        source = claim.source
        place = Place(source.file.name, source.sheet, source.row)
        self._faults.append(Fault(state, f"结算单 {claim.number}：{reason}", place))

    def _add(self, name: str, pay_fen: int) -> None:
        self.report.paid_fen[name] = self.report.paid_fen.get(name, 0) + pay_fen

    def _settled(self, key: Key, result: Settled) -> None:
        row = self._settlement(
            key,
            SETTLED,
            result.provisional,
            self_pay_fen=result.self_pay_fen,
            in_scope_self_pay_fen=result.in_scope_self_pay_fen,
            explanation="\n".join(sentences(result, self.scheme.benefits)),
        )
        self.paid[key] = {(line.layer, line.fund): line.pay_fen for line in result.lines}
        self._lines.extend(self._line_rows(row, result, self.now.claims[key].claim))
        self.report.settled += 1
        self.report.provisional += result.provisional
        self.report.unconfirmed |= not result.confirmed
        for line in result.lines:
            self._add(line.name, line.pay_fen)

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

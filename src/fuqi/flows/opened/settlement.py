"""A settlement as sentences and arithmetic, each sentence with the clause that it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from fuqi.access.reading import note_shown
from fuqi.basics.money import percentage
from fuqi.basics.viewer import Viewer
from fuqi.flows.kept_schemes import words_of_version
from fuqi.flows.opened.adjusted import AdjustmentLine, changes_of_person
from fuqi.flows.opened.asking import Asking, NothingToOpenError
from fuqi.flows.opened.patients import patients_in_sight
from fuqi.flows.opened.sources import SourceView
from fuqi.flows.settled_proof import prove_line
from fuqi.intake.queries import source_places
from fuqi.registry.queries import names, serials
from fuqi.scheme.explain import UNCONFIRMED
from fuqi.scheme.model import Scheme
from fuqi.scheme.values import Source
from fuqi.settlement.queries import (
    LineView,
    SettlementView,
    line_columns_of,
    settlement_of_any_run,
    settlements,
    sources_of_lines,
)

SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence: plain words, a clause with the anchor that it has in the plan's text, or the mark 尚未核实."""

    text: str
    anchor: str = ""
    unconfirmed: bool = False


Sentence = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class SettledLine:
    """What one layer pays, and the sentence that says why."""

    layer: str
    name: str
    fund: str
    base_fen: int
    pay_fen: int
    posted_on: date
    confirmed: bool
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class SettlementFile:
    """A settlement, opened."""

    view: SettlementView
    person: str
    name: str
    care: str
    level: str
    source: SourceView | None
    opening: tuple[Sentence, ...]
    lines: tuple[SettledLine, ...]
    closing: tuple[Sentence, ...]
    version: str = ""
    """The scheme's version that gave it, where that is not the one in force."""
    changes: tuple[AdjustmentLine, ...] = ()
    """What stands otherwise than when the bill was first settled."""
    differs: tuple[str, ...] = ()
    """What does not come out when each layer is worked out again from its stored trace; nothing as a rule."""

    @property
    def settled(self) -> bool:
        """Return whether amounts were found; otherwise `view.reason` says why not."""
        return self.view.state == SETTLED

    @property
    def paid_fen(self) -> int:
        """Return what all layers pay together."""
        return sum(line.pay_fen for line in self.lines)

    @property
    def sum_fen(self) -> int:
        """Return what layers and patient pay together."""
        return self.paid_fen + self.view.self_pay_fen

    @property
    def rest_fen(self) -> int:
        """Return what the institution bears of the total, below 0 what it gains; 0 as a rule."""
        return (self.view.total_fen or 0) - self.sum_fen

    @property
    def confirmed(self) -> bool:
        """Return whether every number that was used was read in an official text."""
        return all(line.confirmed for line in self.lines)

    @property
    def share_of_total(self) -> str:
        """Return paid ÷ total in percent, '' where the total is 0."""
        total = self.view.total_fen
        return percentage(self.paid_fen, total) if total else ""

    @property
    def paid_in_scope_fen(self) -> int:
        """Return what was paid of what lies in scope."""
        return (self.view.in_scope_fen or 0) - self.view.in_scope_self_pay_fen

    @property
    def share_of_scope(self) -> str:
        """Return paid in scope ÷ in scope in percent, '' where nothing lies in scope."""
        in_scope = self.view.in_scope_fen
        return percentage(self.paid_in_scope_fen, in_scope) if in_scope else ""


def open_settlement(asking: Asking, number: str) -> list[SettlementFile]:
    """Return the settlements of a number: one, or more where several hospitals gave it. Raises NothingToOpenError."""
    found = settlements(asking.viewer, asking.as_of, number=number)
    found = [item for item in found if in_sight(asking, item)]
    if not found:
        raise NothingToOpenError("没有这笔结算，或者它不在您的范围和权限内。")
    return [replace(_opened(asking, item), changes=_changes(asking, item)) for item in found]


def _changes(asking: Asking, item: SettlementView) -> tuple[AdjustmentLine, ...]:
    """Return what of a settlement in force stands otherwise than when the bill was first settled."""
    changes = changes_of_person(asking, item.person_id, item.number)
    return tuple(change for change in changes if change.hospital == item.hospital)


def in_sight(asking: Asking, item: SettlementView) -> bool:
    """Return whether the viewer may see a settlement at all."""
    is_patient = item.hospital in asking.viewer.institutions and bool(patients_in_sight(asking, (item.person_id,)))
    lives_here = asking.place_of(item.person_id) is not None
    if not lives_here and not is_patient:
        return False
    if not asking.reads_bill(item.person_id, item.hospital):
        return False
    return not asking.hides_restricted(item.person_id) and not (item.restricted and not asking.sees_restricted)


def open_any_settlement(asking: Asking, settlement_id: UUID) -> SettlementFile | None:
    """Return a settlement of any run, in the words of the scheme that gave it. The caller has asked whether it may be seen."""
    found = settlement_of_any_run(asking.viewer, settlement_id)
    return None if found is None else _opened(asking, found)


def _opened(asking: Asking, item: SettlementView) -> SettlementFile:
    note_shown("registry_person", "settlement", item.person_id)
    viewer, scheme = asking.viewer, words_of_version(asking.viewer, asking.scheme, item.scheme_hash)
    places = source_places(viewer, {item.source})
    source = SourceView(item.source, places[item.source], "settlement", asking.kind_name("settlement")) if places else None
    told, count = item.explanation.split("\n") if item.explanation else [], len(item.lines)
    used = sources_of_lines(viewer, item.id)
    layers = {layer.id: layer.source for layer in scheme.benefits.layers}
    lines = [
        _line(scheme, line, words, [*sources, layers.get(line.layer, Source())])
        for line, words, sources in zip(item.lines, told[1 : count + 1], used, strict=True)
    ]
    return SettlementFile(
        view=item,
        person=f"{serials(viewer, (item.person_id,))[item.person_id]:06d}",
        name=names(viewer, asking.as_of, [item.person_id]).get(item.person_id, ""),
        care=scheme.word(item.care) if item.care else "",
        level=scheme.word(item.hospital_level) if item.hospital_level else "",
        source=source,
        opening=tuple(pieces(words, ()) for words in told[:1]),
        lines=tuple(lines),
        closing=tuple(pieces(words, ()) for words in told[count + 1 :]),
        differs=tuple(_differs(viewer, item)),
        version="" if item.scheme_hash == asking.scheme.hash else item.scheme_hash[:12],
    )


def _differs(viewer: Viewer, item: SettlementView) -> Iterator[str]:
    for line in line_columns_of(viewer, (item.id,)):
        fault, _ = prove_line(item.number, line["layer"], line["base_fen"], line["pay_fen"], line["trace"])
        if fault is not None:
            yield fault.message


def _line(scheme: Scheme, line: LineView, words: str, sources: Iterable[Source]) -> SettledLine:
    name, fund = scheme.word(line.layer), scheme.benefits.funds.get(line.fund, line.fund)
    amounts = (line.base_fen, line.pay_fen, line.posted_on, line.confirmed)
    return SettledLine(line.layer, name, fund, *amounts, pieces(words, sources))


def pieces(words: str, sources: Iterable[Source]) -> Sentence:
    """Return a sentence cut at the clauses and marks that stand in it, each clause with its anchor."""
    anchors = {str(source): source.anchor for source in sources if source.anchor}
    return tuple(_cut(words, anchors))


def _cut(words: str, anchors: dict[str, str]) -> Iterator[Piece]:
    marks = [*sorted(anchors, key=len, reverse=True), UNCONFIRMED]
    for text in re.split(f"({'|'.join(map(re.escape, marks))})", words):
        if text:
            yield Piece(text, anchors.get(text, ""), text == UNCONFIRMED)

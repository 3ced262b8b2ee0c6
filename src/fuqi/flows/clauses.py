"""The scheme as a text that is executed: each clause with the rules that rest on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fuqi.scheme.benefits import Layer
from fuqi.scheme.diseases import DiseaseList
from fuqi.scheme.model import Clause, Scheme
from fuqi.scheme.wording import KEY_WORDS

INDICATOR, LAYER, GROUP, DISEASES = "指标", "支付项目", "身份类别", "病种名录"


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule that rests on a clause. `code` is an indicator's, for opening its figure; '' for other rules."""

    kind: str
    name: str
    code: str = ""
    detail: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause with what executes it; nothing where no rule refers to it."""

    clause: Clause
    rules: tuple[RuleView, ...]


def clauses(scheme: Scheme) -> list[ClauseView]:
    """Return the plan's clauses in their order, each with its rules."""
    return [ClauseView(clause, tuple(_rules(scheme, anchor))) for anchor, clause in scheme.texts.items()]


def _rules(scheme: Scheme, anchor: str) -> Iterator[RuleView]:
    for layer in scheme.benefits.layers:
        yield from _layer(layer, anchor)
    for group in scheme.groups:
        if group.source.anchor == anchor:
            yield RuleView(GROUP, group.name, confirmed=group.confirmed)
    for disease_list in scheme.disease_lists:
        yield from _diseases(disease_list, anchor)
    for indicator in scheme.indicators:
        if indicator.source.anchor == anchor:
            yield RuleView(INDICATOR, indicator.name, indicator.id, confirmed=indicator.confirmed)


def _layer(layer: Layer, anchor: str) -> Iterator[RuleView]:
    rows = [(key, row) for key, row in layer.rows() if row.source.anchor == anchor]
    if rows or layer.source.anchor == anchor:
        keys = "、".join(dict.fromkeys(KEY_WORDS[key] for key, _ in rows))
        yield RuleView(LAYER, layer.name, detail=keys, confirmed=all(row.confirmed for _, row in rows))


def _diseases(disease_list: DiseaseList, anchor: str) -> Iterator[RuleView]:
    if disease_list.source.anchor == anchor:
        detail = f"{len(disease_list.diseases)}种"
        yield RuleView(DISEASES, disease_list.name, detail=detail, confirmed=disease_list.confirmed)
    for disease in disease_list.diseases:
        if disease.source.anchor == anchor and disease_list.source.anchor != anchor:
            yield RuleView(DISEASES, f"{disease_list.name}：{disease.name}", confirmed=disease.confirmed)

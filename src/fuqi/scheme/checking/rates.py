"""Rates that together leave 0–100%: a rate with its points, and layers on one base that together pay more than all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fuqi.basics.errors import Fault, Place
from fuqi.basics.money import format_rate
from fuqi.scheme.benefits import Layer
from fuqi.scheme.checking.cases import in_words
from fuqi.scheme.checking.looking import Look, benefits_file, looks, names_of_layers, wanted
from fuqi.scheme.checking.outcomes import outcomes
from fuqi.scheme.checking.possible import Wanted, impossible, together
from fuqi.scheme.conditions import WHOLE_RATE
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import Names
from fuqi.scheme.syntax import Node

_RATES = ("rate", "brackets", "first_share", "at_least.rate", "fill.at_most", "waived", "times")


def rate_remarks(scheme: Scheme) -> Iterator[Fault]:
    """Yield rates that are cut to 0 or 100%, each with a case."""
    for look in looks(scheme):
        if look.value.kind == "rate" and look.value.key in _RATES:
            yield from _one_rate(look, scheme)
    yield from _layers_together(scheme)


def _one_rate(look: Look, scheme: Scheme) -> Iterator[Fault]:
    """Yield the highest rate above 100%, and the lowest below 0, that a claim can come to."""
    every = [found for found in outcomes(look.value, look.under) if found.amount is not None and found.row is not None]
    above = sorted((found for found in every if (found.amount or 0) > WHOLE_RATE), key=lambda found: -(found.amount or 0))
    below = sorted((found for found in every if (found.amount or 0) < 0), key=lambda found: found.amount or 0)
    for found_ones, limit in ((above, "100%"), (below, "0")):
        for found in found_ones:
            answer = together(found.needs, look.names)
            if answer.possible and found.row is not None:
                case = in_words(answer.case, look.names, scheme.words)
                when = f"“{case}”时" if case else ""
                sign = "-" if (found.amount or 0) < 0 else ""
                rate = f"{sign}{format_rate(abs(found.amount or 0))}"
                yield look.fault("rate_sum", f"{look.word}：{when}加减以后是{rate}，只按{limit}算；请核对", found.row)
                break


@dataclass(frozen=True, slots=True)
class _Share:
    """What a layer pays of its base under some conditions, in basis points."""

    layer: Layer
    rate: int
    needs: tuple[Wanted, ...]


def _layers_together(scheme: Scheme) -> Iterator[Fault]:
    names = names_of_layers(scheme)
    by_base: dict[Node, list[list[_Share]]] = {}
    for layer in scheme.benefits.layers:
        base = _plain_base(layer)
        if base is not None and layer.rate is not None and layer.mode == "computed" and layer.first_share is None:
            shares = [
                _Share(layer, min(max(found.amount, 0), WHOLE_RATE), found.needs)
                for found in outcomes(layer.rate, wanted(layer.when))
                if found.amount is not None
            ]
            by_base.setdefault(base, []).append(sorted(shares, key=lambda share: -share.rate))
    for layers in by_base.values():
        for last in range(1, len(layers)):
            chosen = _above_whole(layers[: last + 1], (), names)
            if chosen:
                yield _told(chosen, scheme, names)
                break


def _plain_base(layer: Layer) -> Node | None:
    """Return the base of a layer whose base is one expression."""
    if layer.base is None or len(layer.base.rows) != 1 or layer.base.add or layer.times is not None:
        return None
    row = layer.base.rows[0]
    return row.content.expression.node if row.content.expression is not None and row.when is None else None


def _above_whole(layers: Sequence[list[_Share]], chosen: tuple[_Share, ...], names: Names) -> tuple[_Share, ...]:
    """Return shares, at most one of each layer, that hold together and make more than the whole; nothing if there are none."""
    needs = tuple(pair for share in chosen for pair in share.needs)
    total = sum(share.rate for share in chosen)
    if total + sum(max((share.rate for share in shares), default=0) for shares in layers) <= WHOLE_RATE:
        return ()
    if chosen and impossible(needs, names):
        return ()
    if not layers:
        return chosen if together(needs, names).possible else ()
    for share in layers[0]:
        found = _above_whole(layers[1:], (*chosen, share), names)
        if found:
            return found
    return _above_whole(layers[1:], chosen, names)


def _told(chosen: tuple[_Share, ...], scheme: Scheme, names: Names) -> Fault:
    answer = together(tuple(pair for share in chosen for pair in share.needs), names)
    case = in_words(answer.case, names, scheme.words)
    parts = "、".join(f"“{share.layer.name}”{format_rate(share.rate)}" for share in chosen)
    when = f"“{case}”时，" if case else ""
    last = chosen[-1].layer
    message = f"{when}{parts}都按同一个基数计算，合计{format_rate(sum(share.rate for share in chosen))}，超过100%；后面的会被截去，请核对"
    return Fault("rates_together", message, Place(file=benefits_file(scheme), line=last.line, key=last.id))

"""Parameters worse than what the base scheme demands: for some case every layer of the fund that applies falls short.

A later layer of the same fund that adds something to what is left is no breach, so one layer that keeps the demand is enough. A
parameter that depends on the claim is taken to keep it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fuqi.basics.errors import Fault, Place
from fuqi.basics.money import format_rate, format_yuan
from fuqi.scheme.benefits import Layer
from fuqi.scheme.checking.cases import in_words
from fuqi.scheme.checking.looking import benefits_file, names_of_layers, wanted
from fuqi.scheme.checking.outcomes import Possible, outcomes
from fuqi.scheme.checking.possible import Wanted, impossible, together
from fuqi.scheme.model import Floor, Scheme
from fuqi.scheme.names import Names
from fuqi.scheme.values import Value
from fuqi.scheme.wording import KEY_WORDS

BREACH = "below_floor"
"""The code of a breach; an official version with one says why."""


@dataclass(frozen=True, slots=True)
class _Short:
    """A layer that applies and falls short, or does not apply (`found` is None)."""

    layer: Layer
    needs: tuple[Wanted, ...]
    found: Possible | None = None


def floor_remarks(scheme: Scheme) -> Iterator[Fault]:
    """Yield demands that a case breaks, and demands that reach no layer."""
    names = names_of_layers(scheme)
    for floor in scheme.floors:
        layers = [layer for layer in scheme.benefits.layers if layer.fund == floor.fund and layer.mode == "computed"]
        if not layers:
            message = (
                f"“{floor.name}”的下限（{_bound(floor)}）没有管到任何一层：benefits.yaml 里没有由 {floor.fund} 支付的计算层"
            )
            yield Fault("floor_unused", message, Place(file=f"{scheme.base or scheme.folder}/floors.yaml", line=floor.line))
            continue
        breach = _breach(layers, floor, wanted(floor.when), (), names)
        if breach:
            yield _told(floor, breach, scheme, names)


def _breach(
    layers: list[Layer], floor: Floor, needs: tuple[Wanted, ...], chosen: tuple[_Short, ...], names: Names
) -> tuple[_Short, ...]:
    """Return how each layer falls short or does not apply in one case; nothing where there is no such case."""
    if needs and impossible(needs, names):
        return ()
    if not layers:
        applies = any(one.found is not None for one in chosen)
        return chosen if applies and (not needs or together(needs, names).possible) else ()
    layer, *rest = layers
    for short in _shorts(layer, floor):
        found = _breach(rest, floor, (*needs, *short.needs), (*chosen, short), names)
        if found:
            return found
    return ()


def _shorts(layer: Layer, floor: Floor) -> Iterator[_Short]:
    value = _value(layer, floor.key)
    if value is not None:
        for found in outcomes(value, wanted(layer.when)):
            if _falls_short(found, floor):
                yield _Short(layer, found.needs, found)
    if layer.when is not None:
        yield _Short(layer, wanted(layer.when, truth=False))


def _value(layer: Layer, key: str) -> Value | None:
    if key == "rate":
        return layer.rate or layer.brackets
    return layer.deductible if key == "deductible" else layer.cap


def _falls_short(found: Possible, floor: Floor) -> bool:
    if found.unlimited or found.amount is None:
        return found.unlimited and floor.at_most is not None and floor.key == "cap"
    below = floor.at_least is not None and found.amount < floor.at_least
    return below or (floor.at_most is not None and found.amount > floor.at_most)


def _bound(floor: Floor) -> str:
    amount = floor.at_least if floor.at_least is not None else floor.at_most or 0
    return f"{'不低于' if floor.at_least is not None else '不高于'}{_shown(amount, floor)}"


def _shown(amount: int, floor: Floor) -> str:
    return format_rate(max(0, amount)) if floor.key == "rate" else f"{format_yuan(amount)}元"


def _told(floor: Floor, breach: tuple[_Short, ...], scheme: Scheme, names: Names) -> Fault:
    needs = (*wanted(floor.when), *(pair for short in breach for pair in short.needs))
    case = in_words(together(needs, names).case, names, scheme.words)
    worst = next(short for short in breach if short.found is not None)
    assert worst.found is not None
    amount = _shown(worst.found.amount or 0, floor)
    line = worst.found.row.line if worst.found.row else worst.layer.line
    when = f"“{case}”时，" if case else ""
    message = (
        f"{when}“{worst.layer.name}”的{KEY_WORDS[floor.key]}是{amount}，{floor.source}要求{floor.name}{_bound(floor)}；请核对"
    )
    return Fault(BREACH, message, Place(file=benefits_file(scheme), line=line, key=floor.key))

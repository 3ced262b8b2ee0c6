"""Where one more fen in scope may lower what all layers pay (property 5 of the settlement standard), and where it does."""

from __future__ import annotations

from collections.abc import Iterator

from fuqi.basics.errors import Fault, Place
from fuqi.scheme.benefits import Layer
from fuqi.scheme.checking.looking import benefits_file
from fuqi.scheme.checking.worse_off import worse_off
from fuqi.scheme.model import Scheme

_FALLING = ("in_scope", "ytd_own_in_scope")
_FALLING_LEADS = ("paid.", "over.", "own.")


def falling_remarks(scheme: Scheme) -> Iterator[Fault]:
    """Yield the layers that may make a payment fall, and a bill for which it does."""
    layers = {layer.id: layer for layer in scheme.benefits.layers}
    reasons = {layer.id: _reason(layer) for layer in layers.values()}
    if not any(reasons.values()):
        return
    for layer_id, reason in reasons.items():
        if reason:
            message = f"{reason}：政策范围内费用多一分时，各项合计可能反而少付"
            yield Fault("may_fall", message, _place(scheme, layers[layer_id]))
    for found in worse_off(scheme):
        yield Fault("falls", found.told, _place(scheme, layers[found.layer]))


def _place(scheme: Scheme, layer: Layer) -> Place:
    return Place(file=benefits_file(scheme), line=layer.line, key=layer.id)


def _reason(layer: Layer) -> str:
    """Return why a layer may pay less for more: it is on the total, a lump, or reads in its conditions what grows."""
    if layer.scope == "total":
        return f"“{layer.name}”按总费用支付"
    if layer.lump is not None:
        return f"“{layer.name}”按档定额"
    read = sorted(name for name in _names_in_conditions(layer) if name in _FALLING or name.startswith(_FALLING_LEADS))
    return f"“{layer.name}”的条件或数额读了{'、'.join(read)}" if read else ""


def _names_in_conditions(layer: Layer) -> frozenset[str]:
    """Return the names that conditions read, and the amounts and rates other than base, fill and floor."""
    found = frozenset() if layer.when is None else layer.when.names
    amounts = ("base", "fill.of", "at_least.of")
    for key, row in layer.rows():
        found |= frozenset() if row.when is None else row.when.names
        if key not in amounts and row.content.expression is not None:
            found |= row.content.expression.names
    return found

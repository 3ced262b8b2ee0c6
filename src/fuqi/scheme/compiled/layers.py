"""A layer in a kernel: condition, keys, mechanism, floor, cap and remainder, in the order of the settlement standard."""

from __future__ import annotations

from collections.abc import Iterator

from fuqi.scheme.benefits import Layer
from fuqi.scheme.compiled.values import ValueWriter
from fuqi.scheme.mechanisms.at_least import emit_floor
from fuqi.scheme.mechanisms.brackets import emit_graduated
from fuqi.scheme.mechanisms.cap import cap_now, emit_capped
from fuqi.scheme.mechanisms.deductible import emit_charged, emit_charged_once
from fuqi.scheme.mechanisms.fill import emit_fill
from fuqi.scheme.mechanisms.first_share import emit_base_after_share
from fuqi.scheme.mechanisms.lump import emit_lump
from fuqi.scheme.mechanisms.remainder import emit_left
from fuqi.scheme.values import Value
from fuqi.scheme.writer import UNKNOWN, UNLIMITED, LayerWriter, Slot


def keys_of(layer: Layer) -> Iterator[tuple[str, Value]]:
    """Yield the keys of a layer with their values in the order in which the reference reads them."""
    keys = (
        ("base", layer.base),
        ("first_share", layer.first_share),
        ("deductible", layer.deductible),
        ("rate", layer.rate),
        ("brackets", layer.brackets),
        ("lump", layer.lump),
        ("fill_of", layer.fill_of),
        ("fill_at_most", layer.fill_at_most),
        ("floor_of", layer.floor_of),
        ("floor_rate", layer.floor_rate),
        ("factor", layer.times),
        ("cap", layer.cap),
    )
    yield from ((key, value) for key, value in keys if value is not None)


def write_layer(values: ValueWriter) -> None:
    """Write what a layer pays on a claim, and its sums' increase into local names that stand at 0 where it does not apply."""
    to, kernel = values.to, values.kernel
    layer = to.layer
    kernel.gap()
    kernel.note(f"{layer.id}: {layer.name} {layer.source}")
    values.nodes.own_shares(_own_names(layer))
    for what in _kept(to):
        to.set(what, "0")
    kernel.named[f"paid.{layer.id}"] = to.local("pay")
    kernel.named[f"over.{layer.id}"] = to.local("over")
    if layer.when is None:
        _write_applied(values)
        return
    truth = values.nodes.truth(layer.when.node)
    if not truth.sure:
        when = values.nodes.three_valued(layer.when.node, f"{layer.id}_when")
        with kernel.block(f"if {when} == 1:"):
            kernel.undecided()
        head = f"if {when} == 2:"
    else:
        head = f"if {truth.holds}:"
    with kernel.block(head):
        _write_applied(values)


def _own_names(layer: Layer) -> frozenset[str]:
    return frozenset(name for name in layer.names() if name.startswith("own."))


def _kept(to: LayerWriter) -> Iterator[str]:
    """Yield the local names that later layers, sums and results read."""
    layer = to.layer
    yield from ("base", "pay")
    if to.needs_over:
        yield "over"
    if layer.mechanism == "fill" and to.longer:
        yield "fill_of"
    if layer.once_highest:
        yield "charged"
    if layer.mode == "checked":
        yield "result"


def _write_applied(values: ValueWriter) -> None:
    to, layer = values.to, values.to.layer
    values.resolve(list(keys_of(layer)))
    given = _write_given(to)
    to.trace("applies", "1")
    emit_base_after_share(to)
    to.trace("base", to.local("base"))
    if layer.mode != "given" or to.kernel.tracing:
        _write_computed(to)
    if given is not None:
        to.trace("given", given)
        to.line(f"{to.local('pay')} = {given}")
        if to.needs_over:
            to.set("over", "0")
    to.trace("pay", to.local("pay"))
    to.line(f"paid = paid + {to.local('pay')}")
    if layer.scope == "in_scope":
        to.line(f"paid_in_scope = paid_in_scope + {to.local('pay')}")
    if layer.cap_shared:
        now = cap_now(to)
        to.line(f"{now} = {now} + {to.local('pay')}")


def _write_given(to: LayerWriter) -> str | None:
    """Write that an absent given amount leaves the claim undecided and one that is too high refuses it; return its name."""
    if to.layer.mode == "computed":
        emit_left(to)
        return None
    given = to.kernel.fact(f"paid_{to.layer.id}")
    with to.kernel.block(f"if {given} == {UNKNOWN}:"):
        to.kernel.undecided()
    left = emit_left(to)
    with to.kernel.block(f"if {given} > {left}:"):
        to.kernel.refused(to.number)
    return given


def _write_computed(to: LayerWriter) -> None:
    """Write the payment by computation: mechanism, floor, cap, remainder."""
    _trace_past(to)
    mechanism = to.layer.mechanism
    to.trace("factor", to.values.get("factor", "10000"))
    to.trace("deductible_amount", to.values.get("deductible", "0"))
    if to.longer and mechanism:
        to.set("before", to.past("base", to.layer.period))
        to.set("after", f"{to.local('before')} + {to.local('base')}")
    if mechanism in ("rate", "brackets"):
        if mechanism == "rate":
            to.schedules["brackets"] = [(str(UNLIMITED), to.values["rate"])]
        deductible = emit_charged_once(to) if to.layer.once_highest else emit_charged(to)
        emit_graduated(to, deductible)
    elif mechanism == "lump":
        emit_lump(to)
    elif mechanism == "fill":
        emit_fill(to)
    to.trace("computed", to.local("pay"))
    emit_floor(to)
    emit_capped(to)
    pay, left = to.local("pay"), to.local("left")
    if to.kernel.tracing:
        to.set("before_left", pay)
    to.lower_to("pay", left)
    to.trace("left", left)
    to.trace("cut_by_remainder", f"{to.local('before_left')} - {pay}" if to.kernel.tracing else "")
    to.trace("result", pay)
    if to.layer.mode == "checked":
        to.line(f"{to.local('result')} = {pay}")


def _trace_past(to: LayerWriter) -> None:
    """Write into the trace what the layer's unit had before this claim."""
    period = to.layer.period
    if to.kernel.tracing:
        for name, what, span in (
            ("base_before", "base", period),
            ("paid_before", "paid", period),
            ("year_base_before", "base", "year"),
            ("year_paid_before", "paid", "year"),
            ("charged_before", "charged", "year"),
        ):
            to.trace(name, to.past(what, span))


def write_sums(layers: list[LayerWriter]) -> None:
    """Write what a settled claim adds to the sums that are read anywhere."""
    kernel = layers[0].kernel
    for slot in list(kernel.slots):
        for to in layers:
            amount = _adds(to, slot)
            if amount is not None:
                place = kernel.sum(slot)
                kernel.line(f"{place} = {place} + {amount}")
        if slot.what == "own_in_scope":
            place = kernel.sum(slot)
            kernel.line(f"{place} = {place} + {kernel.fact('in_scope')} - paid_in_scope")


def _adds(to: LayerWriter, slot: Slot) -> str | None:
    """Return what a layer adds to a sum, None where it adds nothing."""
    if slot.what == "shared":
        return to.local("pay") if to.layer.cap_shared == slot.owner else None
    if slot.owner != to.layer.id:
        return None
    names = {"base": "base", "paid": "pay", "of": "fill_of", "charged": "charged"}
    if slot.what not in names or (slot.what == "of" and to.layer.mechanism != "fill"):
        return None
    if slot.what == "charged" and not to.layer.once_highest:
        return None
    return to.local(names[slot.what])

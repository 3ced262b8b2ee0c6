"""Writes the kernel of a scheme: one function over whole numbers that settles claims one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.compiled.bounds import Bounds
from fuqi.scheme.compiled.conditions import NodeWriter
from fuqi.scheme.compiled.layers import write_layer, write_sums
from fuqi.scheme.compiled.plan import Plan
from fuqi.scheme.compiled.profiles import Column, Columns
from fuqi.scheme.compiled.values import ValueWriter, every_row, profile_place
from fuqi.scheme.mechanisms.admissions import emit_admission_no
from fuqi.scheme.writer import KernelWriter, LayerWriter, Writer

ARGUMENTS = ("start", "stop", "facts", "keys", "profile", "profiles", "params", "sums", "status", "out")
Settle = Callable[..., None]


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A kernel: its text, its function in plain Python, the columns that it wants, and how its values are found again."""

    source: str
    shape: str
    """The digest of the code without comments: programs of one shape differ only in constants and profiles."""
    plan: Plan
    params: tuple[int, ...]
    columns: Columns
    by_profile: dict[str, dict[str, Column]]
    """For traces: by layer and path the columns of values that depend on words alone."""
    function: Settle


def write_kernels(benefits: Benefits) -> tuple[Program, Program]:
    """Return the kernels of a scheme, without and with traces; both are written by the same lines and share their profiles."""
    columns = Columns()
    written = [_write(benefits, columns, tracing=tracing) for tracing in (False, True)]
    plain, traced = (_program(one, benefits, columns) for one in written)
    return plain, traced


@dataclass(frozen=True, slots=True)
class _Written:
    """The lines of a kernel before its columns are known."""

    kernel: KernelWriter
    head: list[tuple[int, str, bool]]
    values: list[ValueWriter]


def _write(benefits: Benefits, columns: Columns, *, tracing: bool) -> _Written:
    kernel = KernelWriter(tracing=tracing, depth=2, taken={*ARGUMENTS, "trace", "seen", "i", "mine", "paid", "paid_in_scope"})
    for name in ("total", "settle_total", "in_scope"):
        kernel.fact(name)
    kernel.who = {layer.id: layer.who for layer in benefits.layers}
    names = frozenset[str]().union(*(layer.names() for layer in benefits.layers))
    if "admission_no" in names:
        emit_admission_no(kernel, any(layer.mode != "computed" for layer in benefits.layers))
    head = kernel.lines
    kernel.lines = []
    values = _write_layers(kernel, benefits, columns, names)
    kernel.gap()
    kernel.note("the claim is settled: what later claims read, and the results")
    write_sums([one.to for one in values])
    _write_results(kernel, [one.to for one in values])
    return _Written(kernel, head, values)


def _program(written: _Written, benefits: Benefits, columns: Columns) -> Program:
    kernel = written.kernel
    text = _assemble(kernel, written.head, columns)
    found = {one.to.layer.id: one.by_profile for one in written.values}
    space: dict[str, Settle] = {}
    exec(compile(text.source, "<kernel of a scheme>", "exec"), space)
    plan = _plan(kernel, benefits, columns)
    return Program(text.source, text.shape, plan, tuple(kernel.params), columns, found, space["settle_claims"])


def _write_layers(kernel: KernelWriter, benefits: Benefits, columns: Columns, names: frozenset[str]) -> list[ValueWriter]:
    written = []
    for number, layer in enumerate(benefits.layers):
        to = LayerWriter(kernel, layer, number, needs_over=f"over.{layer.id}" in names)
        nodes = NodeWriter(kernel, layer.id, layer.who, lambda node: profile_place(columns.atom(node)))
        values = ValueWriter(to, nodes, columns)
        write_layer(values)
        written.append(values)
    return written


def _write_results(kernel: KernelWriter, layers: list[LayerWriter]) -> None:
    for to in layers:
        kernel.line(f"{kernel.output(f'{to.layer.id}.base')} = {to.local('base')}")
        kernel.line(f"{kernel.output(f'{to.layer.id}.pay')} = {to.local('pay')}")
        if to.layer.mode == "checked":
            kernel.line(f"{kernel.output(f'{to.layer.id}.result')} = {to.local('result')}")
    kernel.line(f"{kernel.output('self_pay')} = {kernel.fact('settle_total')} - paid")
    kernel.line(f"{kernel.output('in_scope_self_pay')} = {kernel.fact('in_scope')} - paid_in_scope")


def _assemble(kernel: KernelWriter, head: list[tuple[int, str, bool]], columns: Columns) -> Writer:
    """Return the whole text: the columns by name, then for each claim its facts, admissions, layers, sums and results."""
    text = Writer()
    arguments = [*ARGUMENTS, "trace"] if kernel.tracing else list(ARGUMENTS)
    with text.block(f"def settle_claims({', '.join(arguments)}):"):
        _write_columns(text, kernel)
        with text.block("for i in range(start, stop):"):
            for name, column in kernel.column_names.items():
                text.line(f"{name} = {column}[i]")
            text.lines.extend(head)
            with text.block("if status[i] != 0:"):
                text.line("continue")
            if columns.width:
                text.line(f"mine = profile[i] * {columns.width}")
            if kernel.tracing:
                text.line("seen = trace[i]")
            text.line("paid = 0")
            text.line("paid_in_scope = 0")
            for what, name in kernel.named.items():
                if what.startswith("shared "):
                    text.line(f"{name} = 0")
            text.lines.extend(kernel.lines)
    return text


def _write_columns(text: Writer, kernel: KernelWriter) -> None:
    """Write the names of all columns, sums, constants and results."""
    text.note("columns of the claims, money in fen, days as ordinals")
    for place, name in enumerate(kernel.facts.values()):
        text.line(f"{kernel.column_names[name]} = facts[{place}]")
    for place, name in enumerate(kernel.keys.values()):
        text.line(f"{kernel.column_names[name]} = keys[{place}]")
    if kernel.slots:
        text.note("running sums in fen")
    for place, name in enumerate(kernel.slots.values()):
        text.line(f"{name} = sums[{place}]")
    if kernel.param_names:
        text.note("constants of the scheme: fen, basis points, whole numbers, days")
    for place, name in enumerate(kernel.param_names):
        text.line(f"{name} = params[{place}]")
    text.note("results in fen")
    for place, name in enumerate(kernel.outputs.values()):
        text.line(f"{name} = out[{place}]")


def _plan(kernel: KernelWriter, benefits: Benefits, columns: Columns) -> Plan:
    bounds = Bounds(benefits)
    return Plan(
        facts=tuple(kernel.facts),
        keys=tuple(kernel.keys),
        slots=tuple(kernel.slots),
        outputs=tuple(kernel.outputs),
        trace=tuple(kernel.trace_slots),
        profile=_profile_names(columns),
        version_starts=_version_starts(columns),
        profile_width=max(1, columns.width),
        shared={layer.id: layer.cap_shared for layer in benefits.layers if layer.cap_shared and layer.cap_per == "year"},
        largest_step=bounds.largest_step,
        fallback=bounds.fault,
    )


def _profile_names(columns: Columns) -> tuple[str, ...]:
    """Return the names that conditions and values over words read, and `version` where a value is dated."""
    names: set[str] = set()
    for column in columns.columns:
        if column.node is not None:
            names |= column.node.names()
        if column.value is not None:
            for row in every_row(column.value):
                names |= row.when.names if row.when else frozenset()
                names |= row.content.expression.names if row.content.expression else frozenset()
    return (*sorted(names), *(("version",) if _version_starts(columns) else ()))


def _version_starts(columns: Columns) -> tuple[int, ...]:
    days = {
        row.since.toordinal()
        for column in columns.columns
        if column.value is not None
        for row in every_row(column.value)
        if row.since is not None
    }
    return tuple(sorted(days))

"""Traces of a kernel as lines of a settlement: the very objects that the reference makes, so that its sentences serve both.

How a layer's line is put together is fixed by its plan, so each layer has a maker that is written once, as one expression that
names for each field of a trace where its number stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date

from fuqi.scheme.benefits import Layer
from fuqi.scheme.claims import Bracket, Line, Trace
from fuqi.scheme.compiled.layers import keys_of
from fuqi.scheme.compiled.profiles import Column
from fuqi.scheme.layer_payment import not_applied
from fuqi.scheme.values import Outcome, Row, Schedule, Used, Value
from fuqi.scheme.writer import UNLIMITED, TraceSlot

Seen = Sequence[int]
Outcomes = Mapping[int, Outcome]
MakeLine = Callable[[Seen, Outcomes], Line]

_OF_THE_LAYER = ("mode", "mechanism", "period", "once_highest", "measured_from", "cap_per", "cap_shared")


@dataclass(slots=True)
class LineMaker:
    """Writes the maker of one layer's lines."""

    layer: Layer
    slots: Mapping[TraceSlot, int]
    by_profile: Mapping[str, Column]
    space: dict[str, object] = field(default_factory=dict)
    """What the written maker names."""

    def make(self) -> MakeLine:
        """Return what makes the layer's line of a claim's trace and the outcomes of its profile."""
        layer = self.layer
        self.space |= {"Trace": Trace, "Line": Line, "Bracket": Bracket, "Used": Used, "nothing": not_applied(layer)}
        trace = ", ".join(f"{one.name}={self._field(one.name)}" for one in fields(Trace))
        confirmed = "all(one.confirmed for one in used)" if self._may_be_unconfirmed() else "True"
        head = f"{self._known(layer.id)}, {self._known(layer.name)}, {self._at('base')}, {self._at('pay')}"
        tail = f"{self._known(layer.fund)}, {self._known(layer.scope)}, Trace({trace}), {self._known(layer.source)}"
        line = f"Line({head}, {tail}, {layer.confirmed} and {confirmed})"
        text = (
            f"def make(seen, outcomes):\n"
            f"    if not {self._at('applies')}:\n"
            f"        return nothing\n"
            f"    used = {self._used()}\n"
            f"    return {line}\n"
        )
        exec(compile(text, "<lines of a layer>", "exec"), self.space)
        return self.space["make"]  # type: ignore[return-value]

    def _known(self, value: object) -> str:
        """Return the name of something that is the same for every claim."""
        name = f"known_{len(self.space)}"
        self.space[name] = value
        return name

    def _at(self, name: str) -> str:
        """Return where a number of the trace stands, 0 where the kernel never writes it."""
        place = self.slots.get(TraceSlot(self.layer.id, name))
        return "0" if place is None else f"seen[{place}]"

    def _field(self, name: str) -> str:
        """Return the expression of a field of a trace: what the layer says, what is put together, or a number as it stands."""
        layer = self.layer
        if name in _OF_THE_LAYER:
            return self._known(getattr(layer, name))
        made: dict[str, Callable[[], str]] = {
            "applies": lambda: "True",
            "when": lambda: self._known(layer.when.text if layer.when else ""),
            "brackets": self._brackets,
            "lump_steps": lambda: self._schedule("lump", "step", layer.lump) if layer.lump else "()",
            "floor": lambda: self._at("floor") if layer.floor_of else "None",
            "cap": self._cap,
            "over": lambda: self._at("over") if layer.mode == "computed" else "0",
            "result": lambda: self._at("given" if layer.mode == "given" else "result"),
            "used": lambda: "used",
        }
        return made[name]() if name in made else self._at(name)

    def _cap(self) -> str:
        return f"None if {self._at('cap')} == {UNLIMITED} else {self._at('cap')}" if self.layer.cap else "None"

    def _may_be_unconfirmed(self) -> bool:
        return not all(row.confirmed for _, row in self.layer.rows())

    def _brackets(self) -> str:
        layer = self.layer
        if layer.mechanism == "rate":
            return f"(Bracket(0, None, {self._at('rate_1')}, {self._at('part_1')}),)"
        if layer.mechanism != "brackets" or layer.brackets is None:
            return "()"
        parts = [self._at(f"part_{number}") for number in range(1, _longest(layer.brackets) + 1)]
        self.space["brackets_of"] = _brackets
        return f"brackets_of({self._schedule('brackets', 'rate', layer.brackets)}, {_tuple(parts)})"

    def _schedule(self, key: str, word: str, value: Value) -> str:
        """Return the expression of a schedule's bounds and values."""
        if value.fixed is not None:
            return self._known(value.resolve({}, date.min).schedule)
        if key in self.by_profile:
            return f"outcomes[{self.by_profile[key].first}].schedule"
        bounds = [()] + [tuple(bound for bound, _ in row.content.schedule or ()) for row in value.rows]
        values = [self._at(f"{word}_{number}") for number in range(1, _longest(value) + 1)]
        return f"tuple(zip({self._known(bounds)}[{self._at(f'{key}.row')}], {_tuple(values)}))"

    def _used(self) -> str:
        """Return the expression of the rows that were used, in the order in which the reference reads them."""
        parts = [self._used_of(value, key) for key, value in keys_of(self.layer)]
        return " + ".join(part for part in parts if part != "()") or "()"

    def _used_of(self, value: Value, path: str) -> str:
        if value.fixed is not None:
            return self._known(value.fixed.used)
        if path in self.by_profile:
            return f"outcomes[{self.by_profile[path].first}].used"
        row = value.rows[0]
        if len(value.rows) == 1 and row.when is None and row.since is None and not value.add:
            return self._used_row(value, 0, path)
        chosen = [f"{self._used_row(value, number, path)} if {{row}} == {number + 1}" for number in range(len(value.rows))]
        rows = " else ".join([*chosen, "()"]).replace("{row}", self._at(f"{path}.row"))
        points = self._points(value.add, f"{path}.add")
        return f"({rows})" if points == "()" else f"({rows}) + {points}"

    def _used_row(self, value: Value, number: int, path: str) -> str:
        row = value.rows[number]
        parts = []
        if row.content.schedule is not None:
            parts.append(self._known((row.used(value.key, None),)))
            steps = enumerate(row.content.schedule, start=1)
            parts += [self._used_of(inner, f"{path}.{number}.{place}") for place, (_, inner) in steps]
        elif row.content.expression is None:
            parts.append(self._known((row.used(value.key, value.absent),)))
        else:
            # rows of one version are told apart by their number, so all may share the place of the amount
            parts.append(f"({self._used_one(row, value.key, self._at(f'{path}.amount'))},)")
        parts.append(self._points(row.add, f"{path}.{number}.add"))
        return " + ".join(part for part in parts if part != "()")

    def _used_one(self, row: Row, key: str, amount: str) -> str:
        used = row.used(key, 0)
        known = [self._known(one) for one in (used.when, used.since, used.source, used.confirmed, used.line)]
        return f"Used({self._known(key)}, {self._known(used.text)}, {amount}, {', '.join(known)})"

    def _points(self, rows: tuple[Row, ...], path: str) -> str:
        return " + ".join(self._points_of(rows, path)) or "()"

    def _points_of(self, rows: tuple[Row, ...], path: str) -> Iterator[str]:
        for number, row in enumerate(rows):
            amount = self._at(f"{path}.{number}.amount")
            yield f"(({self._used_one(row, 'add', amount)},) if {self._at(f'{path}.{number}')} else ())"


def _tuple(parts: Sequence[str]) -> str:
    return f"({''.join(f'{part}, ' for part in parts)})"


def _longest(value: Value) -> int:
    return max(len(row.content.schedule or ()) for row in value.rows)


def _brackets(schedule: Schedule, parts: Sequence[int]) -> tuple[Bracket, ...]:
    """Return what came into each bracket of a schedule."""
    found: list[Bracket] = []
    lower = 0
    for (upper, rate), part in zip(schedule, parts, strict=False):
        found.append(Bracket(lower, upper, rate, part))
        lower = lower if upper is None else upper
    return tuple(found)

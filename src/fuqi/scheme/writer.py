"""Writes the kernel of a scheme: indented lines, names that do not clash, and what the lines read and keep.

A kernel is one function over whole numbers. `KernelWriter` collects its lines and the columns that they need; `LayerWriter` is
what the mechanisms write with: it knows a layer's local names. Notes are comments and take no part in the shape of a kernel.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from fuqi.scheme.benefits import Layer

UNKNOWN = -(2**62)
"""Stands in a column for a fact that is not known."""

UNLIMITED = 2**62
"""Stands for the end of a last bracket and for a cap that is none."""

SETTLED, UNDECIDED, REFUSED, GIVEN_TOO_HIGH = 0, 1, 2, 3
"""What became of a claim; a given amount of layer k that is too high is GIVEN_TOO_HIGH + k."""


class Slot(NamedTuple):
    """A running sum: what is summed, of which layer (or shared cap), for whom, over which period."""

    what: str
    owner: str
    who: str
    period: str

    @property
    def key(self) -> str:
        """Return the kind of the ids that its sums stand at."""
        return f"{self.who}.{self.period}"


class TraceSlot(NamedTuple):
    """A number of a claim's trace: which layer, and which number of it."""

    layer: str
    field: str


@dataclass(slots=True)
class Writer:
    """Collects lines of source at a depth."""

    lines: list[tuple[int, str, bool]] = field(default_factory=list)
    depth: int = 0

    def line(self, text: str) -> None:
        """Write a line of code."""
        self.lines.append((self.depth, text, True))

    def note(self, text: str) -> None:
        """Write a comment; what cannot stand in one is left out."""
        plain = " ".join("".join(one if one.isprintable() else " " for one in text).split())
        self.lines.append((self.depth, f"# {plain}" if plain else "", False))

    def gap(self) -> None:
        """Write an empty line."""
        self.lines.append((0, "", False))

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Write a head such as `if x > 0:` and, indented, what is written within."""
        self.line(head)
        self.depth += 1
        before = len(self.lines)
        yield
        if not any(code for _, _, code in self.lines[before:]):
            self.line("pass")
        self.depth -= 1

    @property
    def source(self) -> str:
        """Return the text."""
        return "\n".join(("    " * depth + text).rstrip() for depth, text, _ in self.lines) + "\n"

    @property
    def shape(self) -> str:
        """Return the digest of the code without its comments."""
        return sha256("\n".join(f"{depth} {text}" for depth, text, code in self.lines if code).encode()).hexdigest()


@dataclass(slots=True)
class KernelWriter(Writer):
    """Collects the body of a kernel and everything that it reads and keeps, in the order of first use."""

    tracing: bool = False
    facts: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    slots: dict[Slot, str] = field(default_factory=dict)
    params: list[int] = field(default_factory=list)
    param_names: list[str] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    trace_slots: dict[TraceSlot, int] = field(default_factory=dict)
    who: dict[str, str] = field(default_factory=dict)
    """Whose year each layer counts."""
    named: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    column_names: dict[str, str] = field(default_factory=dict)
    """The names of the columns that local names are read from."""
    ends: list[str] = field(default_factory=list)
    """Lines that take a claim back that turns out to be refused."""

    def name(self, wish: str) -> str:
        """Return a name that is free, as near to the wish as can be; nobody else gets it."""
        plain = "".join(one if one.isascii() and (one.isalnum() or one == "_") else "_" for one in wish)
        plain = f"x{plain}" if not plain or plain[0].isdigit() or plain[0] == "_" else plain
        plain = f"{plain}_" if keyword.iskeyword(plain) or plain in ("range", "min", "max") else plain
        free, number = plain, 1
        while free in self.taken:
            number += 1
            free = f"{plain}_{number}"
        self.taken.add(free)
        return free

    def name_of(self, what: str, wish: str) -> str:
        """Return the one name of something, made on first use."""
        if what not in self.named:
            self.named[what] = self.name(wish)
        return self.named[what]

    def fact(self, name: str) -> str:
        """Return the local name of a claim's fact."""
        if name not in self.facts:
            self.facts[name] = self._of_a_column(name)
        return self.facts[name]

    def _of_a_column(self, wish: str) -> str:
        """Return a local name whose column has a name too."""
        name = self.name(wish)
        self.column_names[name] = self.name(f"{name}_of")
        return name

    def param(self, value: int, wish: str) -> str:
        """Return the name of a constant of the scheme; every constant has a place of its own, so that a draft can change it."""
        self.params.append(value)
        self.param_names.append(self.name(wish))
        return self.param_names[-1]

    def key(self, kind: str) -> str:
        """Return the local name of a claim's id of a kind."""
        if kind not in self.keys:
            self.keys[kind] = self._of_a_column(kind)
        return self.keys[kind]

    def sum(self, slot: Slot) -> str:
        """Return the place of a running sum for the claim."""
        if slot not in self.slots:
            self.slots[slot] = self.name(f"{slot.owner}_{slot.what}_{slot.who}_{slot.period}")
        return f"{self.slots[slot]}[{self.key(slot.key)}]"

    def output(self, name: str) -> str:
        """Return the place of a result for the claim."""
        if name not in self.outputs:
            self.outputs[name] = self.name(f"{name.replace('.', '_')}_out")
        return f"{self.outputs[name]}[i]"

    def trace(self, layer: str, name: str, expression: str) -> None:
        """Write a number into the claim's trace."""
        place = self.trace_slots.setdefault(TraceSlot(layer, name), len(self.trace_slots))
        self.line(f"seen[{place}] = {expression}  # {layer}.{name}")

    def undecided(self) -> None:
        """Write that the claim is undecided, and go on with the next."""
        self.line(f"status[i] = {UNDECIDED}")
        self.line("continue")

    def refused(self, number: int) -> None:
        """Write that the given amount of a layer is too high, and go on with the next claim."""
        for text in self.ends:
            self.line(text)
        self.line(f"status[i] = {GIVEN_TOO_HIGH + number}")
        self.line("continue")


@dataclass(slots=True)
class LayerWriter:
    """What a mechanism writes with: one layer, its local names, its values, its sums and its trace."""

    kernel: KernelWriter
    layer: Layer
    number: int
    needs_over: bool = False
    """Whether a later layer reads what the cap cut off."""
    locals: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    """The resolved keys of the layer: a name or number by key; absent where the layer does not have the key."""
    schedules: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Brackets and lumps: names of bound and value."""

    def local(self, what: str) -> str:
        """Return the layer's local name for something."""
        if what not in self.locals:
            self.locals[what] = self.kernel.name(f"{self.layer.id}_{what}")
        return self.locals[what]

    def line(self, text: str) -> None:
        """Write a line of code."""
        self.kernel.line(text)

    def block(self, head: str) -> AbstractContextManager[None]:
        """Open a block; see Writer.block."""
        return self.kernel.block(head)

    def set(self, what: str, expression: str) -> str:
        """Write that a local name is now what an expression gives; return the name."""
        name = self.local(what)
        self.kernel.line(f"{name} = {expression}")
        return name

    def set_at_least_zero(self, what: str, expression: str) -> str:
        """Write a local name as an expression, 0 where that is below; return the name."""
        name = self.set(what, expression)
        with self.kernel.block(f"if {name} < 0:"):
            self.kernel.line(f"{name} = 0")
        return name

    def lower_to(self, what: str, limit: str) -> None:
        """Write that a local name is no more than a limit."""
        name = self.local(what)
        with self.kernel.block(f"if {name} > {limit}:"):
            self.kernel.line(f"{name} = {limit}")

    def past(self, what: str, period: str) -> str:
        """Return what the layer's unit had summed in a period before this claim; of a claim alone it is nothing."""
        if period == "claim":
            return "0"
        return self.kernel.sum(Slot(what, self.layer.id, self.layer.who, period))

    @property
    def longer(self) -> bool:
        """Return whether the layer's period is longer than a claim."""
        return self.layer.period != "claim"

    def trace(self, name: str, expression: str) -> None:
        """Write a number into the claim's trace, where traces are kept."""
        if self.kernel.tracing and (expression != "0" or name.endswith(".row")):
            self.kernel.trace(self.layer.id, name, expression)


def joined(parts: Sequence[str], word: str) -> str:
    """Return conditions joined by `and` or `or`, each in brackets where that is needed."""
    if len(parts) == 1:
        return parts[0]
    return f" {word} ".join(part if _is_plain(part) else f"({part})" for part in parts)


def _is_plain(part: str) -> bool:
    return not any(f" {word} " in part for word in ("and", "or", "if")) and not part.startswith("not ")

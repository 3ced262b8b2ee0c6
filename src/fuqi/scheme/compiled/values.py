"""Values in a kernel: what never changes is a constant, what depends on words is looked up by profile, the rest is written out.

Written out, a value is a chain of its rows. Where a row's condition may be unknown, the rows that could be reached must give
the same, as the settlement standard says; otherwise the claim is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from fuqi.scheme.compiled.conditions import WORDS, Amount, NodeWriter, Truth, by_profile
from fuqi.scheme.compiled.profiles import Column, Columns, longest, numbers_of_schedule
from fuqi.scheme.syntax import Node
from fuqi.scheme.values import Content, Row, Value
from fuqi.scheme.writer import UNKNOWN, UNLIMITED, KernelWriter, LayerWriter

WHOLE_RATE = 10_000
NumberedRows = list[tuple[int, Row]]
"""Rows with their places in the value."""


@dataclass(frozen=True, slots=True)
class Target:
    """A value and where its numbers go: an amount alone, or bounds and values of a schedule one after the other."""

    value: Value
    names: tuple[str, ...]
    wish: str
    path: str
    """Where the trace keeps which rows were chosen."""
    count: str = ""
    """For a schedule the name that holds how many steps the chosen row has."""
    points: str = "0"
    nested: bool = False
    """Whether the value is one step of a schedule, held within its limits only with that schedule's points."""

    @property
    def all_names(self) -> tuple[str, ...]:
        """Return everything in which two rows could differ."""
        return (self.count, *self.names) if self.count else self.names

    @property
    def amounts(self) -> tuple[str, ...]:
        """Return the names that hold sums or rates, not bounds."""
        return self.names[1::2] if self.count else self.names


@dataclass(slots=True)
class ValueWriter:
    """Writes the values of one layer."""

    to: LayerWriter
    nodes: NodeWriter
    columns: Columns
    by_profile: dict[str, Column] = field(default_factory=dict)
    """The columns of values that depend on words alone, by path."""

    @property
    def kernel(self) -> KernelWriter:
        """Return the kernel's writer."""
        return self.to.kernel

    def resolve(self, wanted: Sequence[tuple[str, Value]]) -> None:
        """Write all values of the layer; afterwards `to.values` and `to.schedules` say where they are."""
        by_words = [key for key, value in wanted if value.fixed is None and depends_on_words(value)]
        for key, value in wanted:
            if key in by_words:
                self.by_profile[key] = self.columns.value(value, nested=False)
        if by_words:
            known = self.columns.known(tuple(self.by_profile[key] for key in by_words))
            with self.kernel.block(f"if {profile_place(known)} == 0:"):
                self.kernel.undecided()
        for key, value in wanted:
            names = self._one(key, value, longest(value))
            if value.is_schedule:
                self.to.schedules[key] = list(zip(names[::2], names[1::2], strict=True))
            else:
                self.to.values[key] = names[0]

    def _one(self, key: str, value: Value, steps: int) -> list[str]:
        wishes = _wishes(key, steps)
        if value.fixed is not None:
            outcome = value.resolve({}, date.min)
            plain = [UNLIMITED if outcome.value is None else outcome.value]
            numbers = numbers_of_schedule(outcome, steps) if steps else plain
            return [self.kernel.param(one, f"{self.to.layer.id}_{wish}") for one, wish in zip(numbers, wishes, strict=True)]
        if key in self.by_profile:
            first = self.by_profile[key].first
            return [self.to.set(wish, profile_place(first + place)) for place, wish in enumerate(wishes)]
        plain_name = self._plain(value)
        if plain_name is not None:
            return [plain_name]
        names = [self.to.local(wish) for wish in wishes]
        self._value(Target(value, tuple(names), key, key, self.to.local(f"{key}_steps") if steps else ""))
        return names

    def _plain(self, value: Value) -> str | None:
        """Return the name of a value that is one amount of the claim, which needs no place of its own."""
        expression = value.rows[0].content.expression
        if expression is None or not _is_alone(value) or self.kernel.tracing:
            return None
        amount = self.nodes.amount(expression.node)
        return amount.text if amount.text.isidentifier() and not amount.nullable else None

    def _value(self, target: Target) -> None:
        """Write a value into its place."""
        if target.value.add:
            points = self._points(target.value.add, f"{target.wish}_points", f"{target.path}.add")
            target = replace(target, points=points)
        self._in_force(target.value.rows, lambda rows: self._rows(rows, target))

    def _in_force(self, rows: tuple[Row, ...], write: Callable[[NumberedRows], None]) -> None:
        """Write rows, with a branch for each dated version, the latest first; before the first the claim is undecided."""
        starts = sorted({row.since for row in rows if row.since is not None}, reverse=True)
        if not starts:
            write(list(enumerate(rows)))
            return
        day = self.kernel.fact("discharged")
        for number, since in enumerate(starts):
            start = self.kernel.param(since.toordinal(), f"{self.to.layer.id}_from")
            with self.kernel.block(f"{'if' if number == 0 else 'elif'} {day} >= {start}:"):
                write([(place, row) for place, row in enumerate(rows) if row.since == since])
        with self.kernel.block("else:"):
            self.kernel.undecided()

    def _rows(self, rows: NumberedRows, target: Target) -> None:
        """Write the rows of one version."""
        truths = [None if row.when is None else self._truth(row.when.node, target.wish) for _, row in rows]
        if all(truth is None or truth.sure for truth in truths):
            self._sure_rows(rows, truths, target)
        else:
            self._unsure_rows(rows, truths, target)

    def _truth(self, node: Node, wish: str) -> Truth:
        """Return a condition; one that may be unknown is worked out once."""
        truth = self.nodes.truth(node)
        if truth.sure or by_profile(node):
            return truth
        name = self.kernel.name(f"{self.to.layer.id}_{wish}_when")
        self.kernel.line(f"{name} = 2 if {truth.holds} else 0 if {truth.fails} else 1")
        return Truth(f"{name} == 2", f"{name} == 0", False)

    def _sure_rows(self, rows: NumberedRows, truths: Sequence[Truth | None], target: Target) -> None:
        """Write rows whose conditions are always known: the first that holds decides."""
        if truths[0] is None:
            self._row(*rows[0], target)
            return
        word = "if"
        for (number, row), truth in zip(rows, truths, strict=True):
            with self.kernel.block("else:" if truth is None else f"{word} {truth.holds}:"):
                self._row(number, row, target)
            if truth is None:
                return
            word = "elif"
        with self.kernel.block("else:"):
            self._no_row(target)

    def _unsure_rows(self, rows: NumberedRows, truths: Sequence[Truth | None], target: Target) -> None:
        """Write rows of which some may be unknown: all that could be reached must give the same."""
        state = self.kernel.name(f"{self.to.layer.id}_{target.wish}_state")
        kept = [self.kernel.name(f"{name}_other") for name in target.all_names]
        self.kernel.note(f"{state}: 0 no row reached, 1 one that is unsure, 2 decided")
        self.kernel.line(f"{state} = 0")
        for name in kept:
            self.kernel.line(f"{name} = 0")
        for (number, row), truth in zip(rows, truths, strict=True):
            head = f"if {state} != 2:" if truth is None else f"if {state} != 2 and not ({truth.fails}):"
            with self.kernel.block(head):
                self._row(number, row, target)
                self._compare(state, kept, target)
                self.kernel.line(f"{state} = 2" if truth is None else f"{state} = 2 if {truth.holds} else 1")
        with self.kernel.block(f"if {state} != 2:"):
            self._no_row(target)
            self._compare(state, kept, target)

    def _compare(self, state: str, kept: Sequence[str], target: Target) -> None:
        """Write that the claim is undecided if a reached row gives another value than the unsure one before it."""
        differ = " or ".join(f"{name} != {other}" for name, other in zip(target.all_names, kept, strict=True))
        with self.kernel.block(f"if {state} == 1 and ({differ}):"):
            self.kernel.undecided()
        for name, other in zip(target.all_names, kept, strict=True):
            self.kernel.line(f"{other} = {name}")

    def _no_row(self, target: Target) -> None:
        """Write what a value is where no row holds."""
        self.to.trace(f"{target.path}.row", "0")
        if target.count:
            self._fill_up(target, 0)
        else:
            self._absent(target)

    def _absent(self, target: Target) -> None:
        absent = target.value.absent
        if absent is None:
            self.kernel.line(f"{target.names[0]} = {UNLIMITED}")
        else:
            self._set(target, Amount(str(absent)), target.points)

    def _row(self, number: int, row: Row, target: Target) -> None:
        """Write what one row gives."""
        self.to.trace(f"{target.path}.row", str(number + 1))
        points = target.points
        if row.add:
            own = self._points(row.add, f"{target.wish}_points", f"{target.path}.{number}.add")
            points = own if points == "0" else f"{points} + {own}"
        if target.count:
            self._schedule(row.content, replace(target, path=f"{target.path}.{number}", points=points))
        elif row.content.expression is None:
            self._absent(replace(target, points=points))
        else:
            amount = self._known(row.content.expression.node)
            self.to.trace(f"{target.path}.amount", amount.text)
            self._set(target, amount, points)

    def _known(self, node: Node) -> Amount:
        """Return an amount after writing that the claim is undecided where it is unknown."""
        amount = self.nodes.amount(node)
        if amount.nullable:
            with self.kernel.block(f"if {amount.unknown}:"):
                self.kernel.undecided()
        return amount

    def _set(self, target: Target, amount: Amount, points: str) -> None:
        self.kernel.line(f"{target.names[0]} = {_sum(amount.text, points)}")
        if not target.nested and not (target.value.kind == "money" and points == "0" and amount.never_negative):
            self._hold(target)

    def _hold(self, target: Target) -> None:
        """Write that sums are not below 0 and rates within 0–100%."""
        for name in target.amounts:
            with self.kernel.block(f"if {name} < 0:"):
                self.kernel.line(f"{name} = 0")
            if target.value.kind == "rate":
                with self.kernel.block(f"elif {name} > {WHOLE_RATE}:"):
                    self.kernel.line(f"{name} = {WHOLE_RATE}")

    def _schedule(self, content: Content, target: Target) -> None:
        """Write bounds and values of a schedule; those that the row does not have never count."""
        steps = content.schedule or ()
        for number, (bound, inner) in enumerate(steps):
            bound_name, name = target.names[2 * number], target.names[2 * number + 1]
            limit = self.kernel.param(UNLIMITED if bound is None else bound, f"{self.to.layer.id}_bound")
            self.kernel.line(f"{bound_name} = {limit}")
            self._inner(Target(inner, (name,), f"{target.wish}_{number + 1}", f"{target.path}.{number + 1}", nested=True))
            if target.points != "0":
                self.kernel.line(f"{name} = {_sum(name, target.points)}")
        self._hold(replace(target, names=target.names[: 2 * len(steps)]))
        self._fill_up(target, len(steps))

    def _inner(self, target: Target) -> None:
        """Write the value of one bracket or step, not yet held."""
        value, name = target.value, target.names[0]
        if value.fixed is not None:
            self.kernel.line(f"{name} = {self.kernel.param(value.fixed.value or 0, f'{self.to.layer.id}_{target.wish}')}")
        elif depends_on_words(value):
            self.by_profile[target.path] = self.columns.value(value, nested=True)
            self.kernel.line(f"{name} = {profile_place(self.by_profile[target.path].first)}")
            with self.kernel.block(f"if {name} == {UNKNOWN}:"):
                self.kernel.undecided()
        else:
            self._value(target)

    def _fill_up(self, target: Target, used: int) -> None:
        """Write how many steps a schedule has, and steps that never count up to the number that it may have."""
        self.kernel.line(f"{target.count} = {used}")
        for number in range(used, len(target.names) // 2):
            self.kernel.line(f"{target.names[2 * number]} = {UNLIMITED}")
            self.kernel.line(f"{target.names[2 * number + 1]} = 0")

    def _points(self, rows: tuple[Row, ...], wish: str, path: str) -> str:
        """Write the sum of all points that hold; a claim for which points other than 0 are open is undecided."""
        name = self.kernel.name(f"{self.to.layer.id}_{wish}")
        self.kernel.line(f"{name} = 0")

        def write(chosen: NumberedRows) -> None:
            for number, row in chosen:
                self._point(number, row, name, path)

        self._in_force(rows, write)
        return name

    def _point(self, number: int, row: Row, name: str, path: str) -> None:
        if row.content.expression is None:
            return
        node = row.content.expression.node
        if row.when is None:
            self._add(node, number, name, path)
            return
        truth = self._truth(row.when.node, "points")
        with self.kernel.block(f"if {truth.holds}:"):
            self._add(node, number, name, path)
        if not truth.sure:
            amount = self.nodes.amount(node)
            open_points = " or ".join(filter(None, [amount.unknown, f"{amount.text} != 0"]))
            with self.kernel.block(f"elif not ({truth.fails}) and ({open_points}):"):
                self.kernel.undecided()

    def _add(self, node: Node, number: int, name: str, path: str) -> None:
        amount = self._known(node)
        self.kernel.line(f"{name} = {name} + {_sum(amount.text, '0', inner=True)}")
        self.to.trace(f"{path}.{number}", "1")
        self.to.trace(f"{path}.{number}.amount", amount.text)


def profile_place(column: int) -> str:
    """Return where a column of the claim's profile stands."""
    return f"profiles[mine + {column}]" if column else "profiles[mine]"


def depends_on_words(value: Value) -> bool:
    """Return whether all that a value reads are words, sets and flags (and the day, where it is dated)."""
    return all(names <= WORDS for row in every_row(value) for names in _names(row))


def every_row(value: Value) -> Iterator[Row]:
    """Yield every row of a value, those of its points and steps too."""
    yield from value.add
    for row in value.rows:
        yield row
        yield from row.add
        for _, inner in row.content.schedule or ():
            yield from every_row(inner)


def _names(row: Row) -> Iterator[frozenset[str]]:
    if row.when is not None:
        yield row.when.names
    if row.content.expression is not None:
        yield row.content.expression.names


def _is_alone(value: Value) -> bool:
    row = value.rows[0]
    return len(value.rows) == 1 and row.when is None and row.since is None and not row.add and not value.add


def _wishes(key: str, steps: int) -> list[str]:
    """Return the wished names of a value's numbers."""
    if not steps:
        return [key]
    words = ("to", "rate") if key == "brackets" else ("above", "step")
    return [f"{word}_{number}" for number in range(1, steps + 1) for word in words]


def _sum(text: str, points: str, *, inner: bool = False) -> str:
    if points != "0":
        return f"{text} + {points}"
    return f"({text})" if inner and " " in text else text

"""Our compiled kernel over an ordered book: its arguments from columns, as `fuqi.scheme.compiled` describes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.claims import LAYERS, LEVELS, POOR, Book, Whole, benefits
from benchmarks.paid import Paid
from fuqi.scheme.compiled import Compiled, compile_benefits

PROFILE: dict[str, Callable[[int, int], object]] = {
    "hospital_level": lambda level, poor: LEVELS[level],
    "groups": lambda level, poor: frozenset((POOR,)) if poor else frozenset(),
    "version": lambda level, poor: 0,
}


@dataclass(slots=True)
class Ready:
    """The kernel's arguments for a book; sums and results are used again in every run, cleared as its caller must."""

    facts: Whole
    keys: Whole
    profile: Whole
    profiles: Whole
    params: Whole
    sums: Whole
    status: Whole
    out: Whole
    outputs: tuple[str, ...]

    def arguments(self) -> tuple[Any, ...]:
        """Return them as the kernel takes them, first row and end before them."""
        tables = (self.facts, self.keys, self.profile, self.profiles, self.params, self.sums, self.status, self.out)
        return (0, len(self.profile), *tables)

    def clear(self) -> None:
        """Set sums and status back to nothing, as before the first claim."""
        self.sums[:] = 0
        self.status[:] = 0

    def paid(self) -> Paid:
        """Return what the last run paid."""
        return Paid(*(self.out[self.outputs.index(f"{layer}.pay")].copy() for layer in LAYERS))

    @property
    def bytes(self) -> int:
        """Return how many bytes the kernel reads and writes, each column once."""
        return sum(table.nbytes for table in (self.facts, self.keys, self.profile, self.status, self.out, self.sums))


def compiled() -> Compiled:
    """Return the compiled scheme of the benchmark."""
    return compile_benefits(benefits())


def ready(book: Book, program: Compiled) -> Ready:
    """Return the arguments for an ordered book. Raises KeyError where the scheme asks for what the book has not."""
    plan = program.kernel.plan
    units = book.units()
    known = {"total": book.total, "settle_total": book.total, "in_scope": book.in_scope, "discharged": book.discharged}
    known |= {"settled_at": book.settled, "year": book.year}
    keys = {"person.year": units}
    pairs = [(level, poor) for level in range(len(LEVELS)) for poor in range(2)]
    numbers = [program.profile_of(tuple(PROFILE[name](*pair) for name in plan.profile)) for pair in pairs]
    return Ready(
        facts=np.ascontiguousarray([known[name] for name in plan.facts]),
        keys=np.ascontiguousarray([keys[name] for name in plan.keys]),
        profile=np.array(numbers, np.int64)[book.level * 2 + book.poor],
        profiles=np.array(program.profiles.table, np.int64),
        params=np.array(program.params, np.int64),
        sums=np.zeros((len(plan.slots), int(units[-1]) + 1), np.int64),
        status=np.zeros(len(book), np.int64),
        out=np.zeros((len(plan.outputs), len(book)), np.int64),
        outputs=tuple(plan.outputs),
    )

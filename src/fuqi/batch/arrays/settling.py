"""Settles arrays of claims with the kernel as machine code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fuqi.batch.arrays.facts import ArrayFacts
from fuqi.batch.arrays.scan import UNKNOWN, Whole
from fuqi.batch.machine import kernel, machine
from fuqi.scheme.compiled import Compiled
from fuqi.scheme.compiled.bounds import LARGEST_GIVEN
from fuqi.scheme.compiled.plan import SETTLED, UNDECIDED
from fuqi.scheme.compiled.provisional import mark_provisional

_mark_provisional = machine(mark_provisional)


@dataclass(slots=True)
class ArraySettlement:
    """What became of claims: `order` are their places in the columns, in settlement order; the rest stands in that order."""

    order: Whole
    status: Whole
    out: Whole
    outputs: tuple[str, ...]
    provisional: Whole

    def amounts(self, name: str) -> Whole:
        """Return a result by name, in fen, 0 where a claim is not settled."""
        found: Whole = self.out[self.outputs.index(name)]
        return found


def settle_arrays(compiled: Compiled, facts: ArrayFacts, order: Whole) -> ArraySettlement:
    """Return what becomes of the claims at the places of `order`, which is in the order of settlement and splits no unit."""
    program = compiled.kernel
    plan = program.plan
    numbers, words = facts.profiles(plan.profile, plan.version_starts)
    own = np.array([compiled.profile_of(key) for key in words] or [0], np.int64)
    keys = [facts.key(kind) for kind in plan.keys]
    sizes = dict(zip(plan.keys, (count for _, count in keys), strict=True))
    status = np.where(facts.unknown[order] != 0, UNDECIDED, SETTLED).astype(np.int64)
    out = np.zeros((len(plan.outputs), len(order)), np.int64)
    kernel(program)(
        0,
        len(order),
        stacked([facts.number(name)[order] for name in plan.facts], len(order)),
        stacked([ids[order] for ids, _ in keys], len(order)),
        own[numbers][order],
        np.array(compiled.profiles.table or [0], np.int64),
        np.array(compiled.params or [0], np.int64),
        np.zeros((len(plan.slots), max([1, *(sizes[slot.key] for slot in plan.slots)])), np.int64),
        status,
        out,
    )
    provisional = np.zeros(len(order), np.int64)
    if (status == UNDECIDED).any():
        provisional = _provisional(compiled, facts, order, status)
    return ArraySettlement(order, status, out, plan.outputs, provisional)


def stacked(columns: list[Whole], length: int) -> Whole:
    """Return columns as one table, columns first."""
    return np.ascontiguousarray(columns) if columns else np.zeros((0, length), np.int64)


def _provisional(compiled: Compiled, facts: ArrayFacts, order: Whole, status: Whole) -> Whole:
    """Return which claims are settled though an earlier one of their unit is undecided; refused ones are as if not there."""
    there = np.flatnonzero(status <= UNDECIDED)
    rows = order[there]
    columns = [facts.unit("person")[rows]]
    for who in ("person", "household") if compiled.by_household else ("person",):
        years, stays = facts.key(f"{who}.year")[0], facts.key(f"{who}.stay")[0]
        columns += [np.where(facts.year == UNKNOWN, -1, years)[rows], stays[rows]]
    keys = np.ascontiguousarray(columns)
    marks = np.zeros((len(columns), int(keys.max(initial=0)) + 1), np.int64)
    marked = np.zeros(len(there), np.int64)
    _mark_provisional(0, len(there), len(columns), status[there], keys, marks, marked)
    found = np.zeros(len(order), np.int64)
    found[there] = marked
    return found


def fits(compiled: Compiled, facts: ArrayFacts) -> bool:
    """Return whether no sum and no given amount can leave 64 bits."""
    plan = compiled.kernel.plan
    if any(facts.number(name).max(initial=0) > LARGEST_GIVEN for name in plan.facts if name.startswith("paid_")):
        return False
    shared = np.maximum(facts.settle_total, 0)
    for who in ("person", "household") if compiled.by_household else ("person",):
        units = facts.unit(who)
        most = int(np.bincount(units).max(initial=0))
        if plan.fits(most, most * int(shared.max(initial=0))):
            continue
        sums = np.zeros(int(units.max(initial=0)) + 1, np.int64)
        np.add.at(sums, units, shared)
        if not plan.fits(most, int(sums.max())):
            return False
    return True


def sharing(compiled: Compiled, facts: ArrayFacts, places: Whole) -> Whole:
    """Return the places of all claims that may share a sum with those at some places, over all years, ascending."""
    persons = facts.unit("person")
    found = np.isin(persons, persons[places])
    if compiled.by_household:
        homes, before = facts.unit("household"), -1
        while before != (before := int(found.sum())):
            found |= np.isin(homes, homes[found])
            found |= np.isin(persons, persons[found])
    return np.flatnonzero(found)

"""The kernel of a scheme through numba, for holding it against the same text in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fuqi.batch.machine import kernel
from fuqi.scheme.claims import Claim, Opening
from fuqi.scheme.compiled import Compiled
from fuqi.scheme.compiled.encoding import Columns, Encoder
from fuqi.scheme.settle import refusals


def array(numbers: Any) -> Any:
    """Return numbers as an array of 64 bits; what does not fit is an error."""
    import numpy

    found = numpy.array(numbers, dtype=numpy.int64)
    return found.reshape(len(numbers), -1) if numbers and isinstance(numbers[0], list) else found


def ragged(columns: Sequence[Sequence[int]]) -> Any:
    """Return columns of different lengths as one array, filled up with 0."""
    import numpy

    found = numpy.zeros((max(1, len(columns)), max([1, *map(len, columns)])), dtype=numpy.int64)
    for place, column in enumerate(columns):
        found[place, : len(column)] = column
    return found


def columns_of(compiled: Compiled, ordered: Sequence[Claim], opening: Sequence[Opening] = ()) -> Columns:
    """Return the columns of claims in settlement order."""
    encoder = Encoder(compiled.benefits, compiled.kernel.plan)
    return encoder.encode(ordered, refusals(compiled.benefits, ordered), opening, compiled.profiles)


def run_python(compiled: Compiled, columns: Columns) -> None:
    """Settle with the text as plain Python; status and out are written in place."""
    count = len(columns.status)
    facts, keys, profile, table = columns.facts, columns.keys, columns.profile, compiled.profiles.table
    compiled.kernel.function(0, count, facts, keys, profile, table, compiled.params, columns.sums, columns.status, columns.out)


def run_numba(compiled: Compiled, columns: Columns) -> tuple[list[int], list[list[int]]]:
    """Settle with the text as machine code; return status and out."""
    count = len(columns.status)
    status, out = array(columns.status), ragged(columns.out)
    facts, keys, sums = ragged(columns.facts), ragged(columns.keys), ragged(columns.sums)
    table, params = array(compiled.profiles.table or [0]), array(list(compiled.params) or [0])
    kernel(compiled.kernel)(0, count, facts, keys, array(columns.profile), table, params, sums, status, out)
    return status.tolist(), out.tolist()

"""What every contender must give, to the fen: what each layer pays on each claim."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from benchmarks.claims import LAYERS, Book, Whole, benefits, claim_objects
from fuqi.scheme.claims import Settled
from fuqi.scheme.settle import settle


class Paid(NamedTuple):
    """Fen by claim, in the order of the claims."""

    basic: Whole
    critical: Whole
    backstop: Whole


def difference(found: Paid, right: Paid) -> str:
    """Return in words how two results differ, "" where they do not."""
    said = []
    for layer, own, its in zip(LAYERS, found, right, strict=True):
        if len(own) != len(its):
            return f"{len(own)} claims instead of {len(its)}"
        wrong = np.flatnonzero(own != its)
        if len(wrong):
            most = int(np.abs(own[wrong] - its[wrong]).max())
            said.append(f"{layer}: {len(wrong)} claims differ, by up to {most} fen")
    return "; ".join(said)


def by_reference(book: Book) -> Paid:
    """Return what the reference evaluator pays; the book must be ordered by person, year and order of settlement."""
    by_id = {
        result.claim.claim_id: tuple(line.pay_fen for line in result.lines)
        for result in settle(benefits(), claim_objects(book))
        if isinstance(result, Settled)
    }
    return _columns(by_id[claim.claim_id] for claim in claim_objects(book))


def _columns(rows: Iterable[tuple[int, ...]]) -> Paid:
    table = np.array(list(rows), np.int64).reshape(-1, len(LAYERS))
    return Paid(*(np.ascontiguousarray(table[:, place]) for place in range(len(LAYERS))))

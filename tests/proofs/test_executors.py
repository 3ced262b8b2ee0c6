"""Ten million claims through the same kernels as plain Python and as machine code: every status and every fen alike."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from random import Random

import pytest

from fuqi.scheme.compiled import Compiled
from fuqi.scheme.compiled.encoding import Columns
from fuqi.scheme.compiled.plan import SETTLED, UNDECIDED, UNKNOWN
from tests.support.kernels import columns_of, run_numba, run_python
from tests.support.random_schemes import random_claims, random_scheme

CLAIMS = int(os.environ.get("FUQI_PROOF_CLAIMS", "10000000"))
SCHEMES = 100
PEOPLE = 1_000
"""How many share the claims of a scheme, so that sums grow and caps are reached."""


@dataclass(frozen=True)
class Figures:
    """What was compared, and how long it took."""

    claims: int
    settled: int
    undecided: int
    paid_fen: int
    seconds_python: float
    seconds_numba: float
    fault: str = ""


@pytest.mark.proof
def test_ten_million_claims_as_plain_python_and_as_machine_code(capsys: pytest.CaptureFixture[str]) -> None:
    started = time.perf_counter()
    with ProcessPoolExecutor(max_workers=os.cpu_count(), mp_context=get_context("spawn")) as workers:
        found = list(workers.map(compare_one, range(SCHEMES)))
    claims = sum(one.claims for one in found)
    settled, undecided = sum(one.settled for one in found), sum(one.undecided for one in found)
    python, machine = sum(one.seconds_python for one in found), sum(one.seconds_numba for one in found)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{claims:,} claims under {SCHEMES} random schemes: {settled:,} settled, {undecided:,} undecided, "
            f"{claims - settled - undecided:,} refused; plain Python {python / claims * 1e6:.2f} µs a claim, machine code "
            f"with its making {machine / claims * 1e6:.2f} µs; all together {time.perf_counter() - started:.0f} s"
        )
    assert not [one.fault for one in found if one.fault]
    assert claims >= CLAIMS
    assert settled > claims // 10
    assert sum(one.paid_fen for one in found) > 0


def compare_one(number: int) -> Figures:
    """Return the figures of one scheme; `.fault` is the scheme's text where the two differ."""
    chance = Random(f"proof {number}")
    drawn = random_scheme(chance)
    compiled = Compiled(drawn.benefits)
    seed = columns_of(compiled, random_claims(chance, drawn.benefits, 500, whole=0.995))
    columns = many(chance, compiled, seed, -(-CLAIMS // SCHEMES))
    copy = replace(
        columns, status=columns.status[:], out=[one[:] for one in columns.out], sums=[one[:] for one in columns.sums]
    )
    before = time.perf_counter()
    run_python(compiled, copy)
    between = time.perf_counter()
    status, out = run_numba(compiled, columns)
    after = time.perf_counter()
    same = status == copy.status and out == copy.out
    pays = [compiled.kernel.plan.outputs.index(f"{layer.id}.pay") for layer in drawn.benefits.layers]
    return Figures(
        claims=len(status),
        settled=status.count(SETTLED),
        undecided=status.count(UNDECIDED),
        paid_fen=sum(sum(out[place]) for place in pays),
        seconds_python=between - before,
        seconds_numba=after - between,
        fault="" if same else drawn.text,
    )


def many(chance: Random, compiled: Compiled, seed: Columns, count: int) -> Columns:
    """Return columns of many claims: amounts drawn anew within those of other claims, words and days taken from them."""
    plan = compiled.kernel.plan
    rows = [chance.randrange(len(seed.status)) for _ in range(count)]
    totals = [chance.randrange(20_000_00) for _ in range(count)]
    in_scope = [chance.randrange(total + 1) for total in totals]
    facts = [_fact(chance, name, column, rows, totals, in_scope) for name, column in zip(plan.facts, seed.facts, strict=True)]
    ids = [chance.randrange(PEOPLE) for _ in range(count)]
    keys = [[one * 7 % PEOPLE if kind.startswith("household") else one for one in ids] for kind in plan.keys]
    return replace(
        seed,
        facts=facts,
        keys=keys,
        profile=[seed.profile[row] for row in rows],
        sums=[[0] * PEOPLE for _ in plan.slots],
        status=[SETTLED] * count,
        out=[[0] * count for _ in plan.outputs],
    )


def _fact(
    chance: Random, name: str, column: Sequence[int], rows: Sequence[int], totals: Sequence[int], in_scope: Sequence[int]
) -> list[int]:
    if name in ("total", "settle_total"):
        return list(totals)
    if name == "in_scope":
        return list(in_scope)
    if name.startswith(("fee_", "amount_", "paid_")):
        most = totals if name.startswith(("fee_", "amount_")) else [one // 8 for one in in_scope]
        return [UNKNOWN if chance.random() < 0.005 else chance.randrange(one // 2 + 1) for one in most]
    known = [column[row] for row in rows]
    return [0 if name == "discharged" and one == UNKNOWN else one for one in known]

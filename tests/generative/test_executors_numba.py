"""The same text of a kernel as plain Python and as machine code: all fen alike, at the limits of the standard too."""

from __future__ import annotations

from random import Random

import pytest

from fuqi.scheme.claims import Claim
from fuqi.scheme.compiled import Compiled
from fuqi.scheme.compiled.bounds import LARGEST_GIVEN
from tests.support.kernels import columns_of, run_numba, run_python
from tests.support.random_schemes import random_claims, random_openings, random_scheme
from tests.support.random_schemes.histories import rich_claims

SCHEMES = 5


def fits_64_bits(claim: Claim) -> bool:
    """Return whether no given amount is beyond all measure; such claims are settled in plain Python alone."""
    return all(amount is None or amount <= LARGEST_GIVEN for amount in claim.paid.values())


@pytest.mark.parametrize("block", range(6))
def test_machine_code_gives_what_plain_python_gives(block: int) -> None:
    for number in range(SCHEMES):
        chance = Random(f"numba {block} {number}")
        drawn = random_scheme(chance, most_layers=3)
        compiled = Compiled(drawn.benefits)
        for turn in range(3):
            claims = random_claims(chance, drawn.benefits, 300) + rich_claims(chance, drawn.benefits)
            ordered = sorted((one for one in claims if fits_64_bits(one)), key=lambda one: one.order)
            opening = random_openings(chance, drawn.benefits, ordered) if turn else []
            by_python, by_numba = (columns_of(compiled, ordered, opening) for _ in range(2))
            run_python(compiled, by_python)
            status, out = run_numba(compiled, by_numba)
            assert status == by_python.status, drawn.text
            assert out == by_python.out, drawn.text

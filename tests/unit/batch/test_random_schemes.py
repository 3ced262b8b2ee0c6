"""Files of claims under schemes that chance draws from the whole language: columns give what the reference gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from fuqi.flows.settle_file.by_columns import ByColumns
from fuqi.flows.settle_file.by_reference import ByReference
from fuqi.scheme.claims import Claim
from fuqi.scheme.compiled import compile_benefits
from fuqi.scheme.reading.claims_csv import DATES, FAMILIES, FLAGS, IDS, MONEY, WORDS
from tests.support.claims_files import text_of
from tests.support.random_schemes import random_claims, random_scheme

FAMILY = {"fee_": "fees", "amount_": "amounts", "paid_": "paid"}


def file_of(claims: Sequence[Claim]) -> bytes:
    """Return claims as a CSV file."""
    plain = [*IDS, *DATES, *FLAGS, *WORDS, *MONEY, "hospital_grade", "groups"]
    made = [
        f"{lead}{name}"
        for lead in FAMILIES
        for name in sorted({one for claim in claims for one in getattr(claim, FAMILY[lead])})
    ]
    return text_of([[*plain, *made], *([_cell(claim, name) for name in (*plain, *made)] for claim in claims)]).encode()


def _cell(claim: Claim, name: str) -> str:
    lead = next((lead for lead in FAMILIES if name.startswith(lead)), "")
    value: Any = getattr(claim, FAMILY[lead]).get(name.removeprefix(lead)) if lead else getattr(claim, name)
    if value is None:
        return ""
    if name == "groups":
        return ";".join(sorted(value))
    if lead or name in MONEY:
        return f"{value // 100}.{value % 100:02d}" if value >= 0 else f"-{-value}"
    return str(int(value)) if isinstance(value, bool) else str(value)


def outcome(found: Any) -> Any:
    """Return all that a way says of a file, but for the sentences."""
    found.settle()
    text = b"".join(piece if isinstance(piece, bytes) else piece.encode() for piece in found.lines())
    return text, sorted(found.problems), found.settled, found.undecided


@pytest.mark.parametrize("block", range(4))
def test_columns_give_what_the_reference_gives_under_any_scheme(block: int) -> None:
    seen: Counter[str] = Counter()
    for number in range(10):
        chance = Random(f"file {block} {number}")
        rules = random_scheme(chance).benefits
        claims = random_claims(chance, rules, 60, whole=0.985 if number % 2 else 0.9999)
        content = file_of(claims)
        judged = ByReference.of(content, rules)
        right = outcome(judged)
        compiled = compile_benefits(rules)
        ours = ByColumns.of(content, compiled)
        assert outcome(ours) == right
        for claim in claims[:3]:
            assert ours.sentences(claim.claim_id) == judged.sentences(claim.claim_id)
        seen.update({"settled": right[2], "undecided": right[3]})
        seen.update(problem.code for problem in right[1])
    assert seen["settled"] > 200
    assert seen["undecided"] > 5


@pytest.mark.parametrize("number", range(3))
def test_arrays_give_what_the_reference_gives_under_some(number: int) -> None:
    pytest.importorskip("numba")
    from fuqi.flows.settle_file.by_arrays import ByArrays

    chance = Random(f"arrays {number}")
    rules = random_scheme(chance).benefits
    content = file_of(random_claims(chance, rules, 300, whole=0.995))
    ours = ByArrays.of(content, compile_benefits(rules))
    assert ours is not None
    assert outcome(ours) == outcome(ByReference.of(content, rules))

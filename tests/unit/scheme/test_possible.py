"""Whether conditions can hold together, against trying every claim of a small world."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import pytest

from fuqi.scheme.checking.possible import together
from fuqi.scheme.conditions import parse
from fuqi.scheme.names import CLAIM, layer_names
from fuqi.scheme.syntax import Node

NAMES = layer_names(CLAIM.with_choices({"groups": ["a", "b"]}), "x", ["basic"], ["basic", "x"])
YUAN = 100
SUMS = [0, 1 * YUAN - 1, 1 * YUAN, 1 * YUAN + 1, 2 * YUAN, 2 * YUAN + 1, 3 * YUAN, 6 * YUAN + 1]
WORLD: dict[str, list[object]] = {
    "groups": [frozenset(), frozenset("a"), frozenset("b"), frozenset("ab")],
    "care": ["inpatient", "outpatient", "outpatient_chronic"],
    "insured": [True, False],
    "age": [0, 1, 2, 3, 4, 60],
    "in_scope": list(SUMS),
    "settle_total": list(SUMS),
}
ATOMS = [
    "'a' in groups",
    "'b' not in groups",
    "care = 'inpatient'",
    "care <> 'outpatient'",
    "care in ('inpatient', 'outpatient')",
    "care not in ('outpatient_chronic', 'outpatient')",
    "insured",
    "not insured",
    "insured = true",
    "insured <> true",
    "age < 2",
    "age >= 2",
    "age = 3",
    "age <> 3",
    "age in (1, 2)",
    "age not in (0, 1)",
    "in_scope > 1元",
    "in_scope >= 1元",
    "in_scope < 1元",
    "in_scope <= 2元",
    "in_scope = 2元",
    "settle_total < 2元",
    "settle_total >= 3元",
    "in_scope + 1元 < settle_total",
    "2 * in_scope > 3元",
    "settle_total - in_scope > 2元",
    "max（in_scope, 1元） > 1元",
    "1元 < in_scope",
    "in_scope > settle_total",
]


def grown(chance: random.Random, depth: int) -> str:
    if depth == 0 or chance.random() < 0.25:
        return chance.choice(ATOMS)
    kind = chance.choice(["and", "or", "and", "or", "not"])
    if kind == "not":
        return f"not ({grown(chance, depth - 1)})"
    parts = [grown(chance, depth - 1) for _ in range(chance.randint(2, 3))]
    return "(" + f" {kind} ".join(parts) + ")"


def claims_of(nodes: list[Node]) -> Iterator[dict[str, object]]:
    read = sorted(frozenset().union(*(node.names() for node in nodes)))
    for values in product(*(WORLD[name] for name in read)):
        case = dict(zip(read, values, strict=True))
        if case.get("in_scope", 0) <= case.get("settle_total", 10**9):  # type: ignore[operator]
            yield case


@pytest.mark.parametrize("seed", range(6))
def test_it_says_what_trying_every_claim_says(seed: int) -> None:
    chance = random.Random(seed)
    told = {True: 0, False: 0, None: 0}
    for _ in range(250):
        wanted = [(parse(grown(chance, 2), NAMES).node, chance.random() < 0.6) for _ in range(chance.randint(1, 3))]
        answer = together(wanted, NAMES)
        nodes = [node for node, _ in wanted]
        found = any(all(node.evaluate(case) is truth for node, truth in wanted) for case in claims_of(nodes))
        if answer.possible is False:
            assert not found, wanted
        if answer.possible:
            assert all(node.evaluate(answer.case) is truth for node, truth in wanted)
        if not found:
            assert not answer.possible or "in_scope" in answer.case or "age" in answer.case, "a case outside the small world"
        told[answer.possible] += 1
    assert told[True] > 100
    assert told[False] > 20
    assert told[None] < 25, told


@pytest.mark.parametrize(
    ("conditions", "possible"),
    [
        (["care = 'inpatient' and care = 'outpatient'"], False),
        (["hospital_level in ('county', 'city') and hospital_level not in ('county', 'city')"], False),
        (["in_scope > 5000元 and in_scope < 5000.01元"], False),
        (["in_scope > 5000元 and in_scope < 5000.02元"], True),
        (["in_scope > 5000元 and settle_total < 3000元"], False),
        (["discharged >= '2018-01-01' and discharged < '2018-01-01'"], False),
        (["month = 12 and month < 12"], False),
        (["hospital_grade > 3"], False),
        (["in_scope < 0"], False),
        (["2 * age = 3"], False),
        (["paid.basic > 5元 and paid.basic <= 5元"], False),
        (["paid.basic > 5元"], None),
        (["max(in_scope, total) > 5元 and max(in_scope, total) < 5元"], False),
        (["max（in_scope, 6元） < 5元"], None),
        (["month = 12 and discharged < '2017-06-01'"], None),
        (["sex = '男' and sex = '女'"], False),
        (["sex <> '男'"], True),
        (["true = false"], False),
        (["'a' in groups", "not ('a' in groups)"], False),
    ],
)
def test_what_is_certain_and_what_is_not(conditions: list[str], possible: bool | None) -> None:
    wanted = [(parse(text, NAMES).node, True) for text in conditions]
    assert together(wanted, NAMES).possible is possible


def test_an_endless_search_is_given_up() -> None:
    text = " and ".join(f"（fee_a{n} > {n}元 or fee_b{n} > {n}元）" for n in range(60))
    text += " and " + " and ".join(f"fee_a{n} <= {n}元" for n in range(60)) + " and fee_b59 <= 59元"
    assert together([(parse(text, NAMES).node, True)], NAMES).possible in (False, None)

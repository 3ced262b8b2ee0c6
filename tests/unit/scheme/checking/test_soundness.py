"""What the checks say of random values, against trying every claim of a small world: nothing untrue is ever reported."""

from __future__ import annotations

import random
from datetime import date
from itertools import product

import pytest

from fuqi.scheme.checking.dead_rules import dead_faults, dead_remarks
from fuqi.scheme.checking.gaps import gap_remarks
from fuqi.scheme.checking.outcomes import outcomes
from fuqi.scheme.values import Row, Value
from tests.spec.book import layer
from tests.unit.scheme.checking.test_one_layer import scheme_of

ATOMS = [
    "care = 'inpatient'", "care <> 'outpatient'", "care in ('outpatient', 'inpatient')", "insured", "not insured", "referred",
    "age < 2", "age >= 2", "age >= 4", "age = 3", "age in (1, 2)", "in_scope > 1元", "in_scope <= 1元", "in_scope > 2元",
]  # fmt: skip
WORLD: dict[str, list[object]] = {
    "care": ["inpatient", "outpatient", "outpatient_chronic"],
    "insured": [True, False],
    "referred": [True, False],
    "age": [0, 1, 2, 3, 4, 5],
    "in_scope": [0, 100, 101, 200, 201],
}
DAY = date(2020, 1, 1)
CASES = [dict(zip(WORLD, values, strict=True)) for values in product(*WORLD.values())]


def grown(chance: random.Random) -> str:
    one, other = chance.choice(ATOMS), chance.choice(ATOMS)
    return chance.choice([one, one, f"{one} and {other}", f"{one} or {other}", f"not ({one} and {other})"])


def rows(chance: random.Random, number: int, key: str) -> str:
    conditions = dict.fromkeys(grown(chance) for _ in range(number))
    return ", ".join(f'{{when: "{condition}", {key}: {chance.randint(1, 60)}%}}' for condition in conditions)


def drawn(chance: random.Random) -> str:
    value = rows(chance, chance.randint(1, 4), "value")
    last = ", {value: 5%}" if chance.random() < 0.4 else ""
    add = f", add: [{rows(chance, chance.randint(1, 2), 'points')}]" if chance.random() < 0.5 else ""
    return f'when: "{grown(chance)}"\nbase: in_scope\nrate: {{value: [{value}{last}]{add}}}'


def deciding(value: Value, case: dict[str, object]) -> Row | None:
    return next((row for row in value.rows if row.when is None or row.when.evaluate(case)), None)


@pytest.mark.parametrize("seed", range(5))
def test_nothing_untrue_is_reported_and_every_outcome_is_foreseen(seed: int) -> None:
    chance = random.Random(seed)
    told = {"dead": 0, "gap": 0}
    for _ in range(30):
        text = drawn(chance)
        benefits = layer(text)
        one = benefits.layers[0]
        value = one.rate
        assert value is not None
        assert one.when is not None
        covered = [case for case in CASES if one.when.evaluate(case)]
        used = [deciding(value, case) for case in covered]
        scheme = scheme_of(benefits)
        dead = [*dead_faults(scheme), *dead_remarks(scheme)]
        if any(fault.place.key == one.id for fault in dead):
            assert not covered, text
        rows_dead = [fault for fault in dead if fault.place.key == "rate" and "加减" not in fault.message]
        alive = {id(row) for row in used if row is not None}
        unused = [row for row in value.rows if id(row) not in alive]
        assert len(rows_dead) <= len(unused), (text, [str(fault) for fault in rows_dead])
        told["dead"] += len(rows_dead)
        if any(True for _ in gap_remarks(scheme)):
            told["gap"] += 1
            assert None in used or "age" in text or "in_scope" in text, text
        found = list(outcomes(value))
        for case in CASES:
            raw = value._raw(case, DAY).value
            fitting = [one for one in found if all(node.evaluate(case) is truth for node, truth in one.needs)]
            assert [one.amount for one in fitting] == [raw], (text, case)
    assert told["dead"]
    assert told["gap"]

"""The scheme of 重庆渝北 2023 （三重保障）: sound, its worked cases pass, what was read is told apart from what was not."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuqi.scheme import Scheme, load_scheme
from fuqi.scheme.cases import CaseResult, check_scheme, test_scheme
from fuqi.scheme.claims import Settled
from fuqi.scheme.settle import settle
from tests.spec.book import claim

SCHEMES = Path(__file__).parents[2] / "schemes"
FOLDER = SCHEMES / "chongqing-yubei-2023"


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(FOLDER, bases=[SCHEMES])


def test_it_is_sound() -> None:
    assert [str(fault) for fault in check_scheme(FOLDER, bases=[SCHEMES])] == []


@pytest.mark.parametrize("result", test_scheme(FOLDER, bases=[SCHEMES]), ids=lambda result: result.name)
def test_its_worked_cases_come_out(result: CaseResult) -> None:
    assert result.passed, result.differences


def test_the_published_example_comes_out_to_the_fen(scheme: Scheme) -> None:
    one = claim(
        settled_at="2023-06-20",
        hospital_level="county",
        groups=["near_subsistence_allowance"],
        total=52_000_00,
        in_scope=50_000_00,
    )
    (result,) = settle(scheme.benefits, [one])
    assert isinstance(result, Settled)
    paid = {line.layer: line.pay_fen for line in result.lines if line.pay_fen}
    assert paid == {"basic": 34_790_00, "assistance_large": 10_647_00, "tilt": 937_80}
    assert (result.in_scope_self_pay_fen, result.self_pay_fen) == (3_625_20, 5_625_20)


def test_what_was_read_is_told_apart_from_what_was_not(scheme: Scheme) -> None:
    confirmed = {
        (layer.id, key, row.content.text)
        for layer in scheme.benefits.layers
        for key, row in layer.rows()
        if row.confirmed and key != "base"
    }
    assert confirmed == {
        ("basic", "deductible", "300元"),
        ("basic", "rate", "70%"),
        ("assistance_ordinary", "cap", "6000元"),
        ("assistance_large", "rate", "75%"),
        ("assistance_large", "rate", "70%"),
        ("assistance_large", "cap", "60000元"),
        ("assistance_special", "cap", "100000元"),
        ("tilt", "deductible", "3000元"),
        ("tilt", "rate", "60%"),
    }


def test_every_rule_names_its_clause(scheme: Scheme) -> None:
    for layer in scheme.benefits.layers:
        assert layer.source.anchor in scheme.texts
        for key, row in layer.rows():
            assert row.source.anchor in scheme.texts, f"{layer.id} {key}"

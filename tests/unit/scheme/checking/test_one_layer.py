"""Remarks on schemes of one layer: gaps, and where more in scope may lower a payment."""

from __future__ import annotations

import pytest

from fuqi.basics.dates import Span
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.checking import FAULT_CHECKS, REMARK_CHECKS, remarks
from fuqi.scheme.model import Scheme
from fuqi.scheme.wording import KEY_WORDS
from tests.spec.book import EXAMPLE, benefits_of, layer


def scheme_of(benefits: Benefits) -> Scheme:
    return Scheme(id="s", name="方案", place="", period=Span(), hash="", benefits=benefits)


@pytest.mark.parametrize(
    ("keys", "codes"),
    [
        ("base: in_scope\nrate: [{when: in_county, value: 50%}, {when: not in_county, value: 40%}]", []),
        ("base: in_scope\nrate: [{when: in_county, value: 50%}, {when: referred, value: 40%}]", ["gap"]),
        ("base: in_scope\nrate: [{when: \"hospital_level in ('county', 'city', 'province')\", value: 50%}]", ["gap"]),
        ("base: in_scope\nrate: [{when: \"'poor' in groups\", value: 50%}]", ["gap"]),
        ("base: in_scope\nrate: [{when: age < 18, value: 50%}]", ["gap"]),
        ("base: in_scope\nrate: [{when: age < 18, value: 50%}, {when: age >= 18, value: 40%}]", []),
        (
            "base: in_scope\nrate: [{when: in_scope < 5元, value: 50%}, {when: in_scope > 5元, value: 40%}]",
            ["gap", "may_fall", "falls"],
        ),
        ("base: in_scope\nwhen: age < 18\nrate: [{when: age < 18, value: 50%}]", []),
        ("base: in_scope\nrate: 50%\nscope: total", ["may_fall"]),
        ("base: in_scope\nlump: [{above: 5元, pay: 1元}]", ["may_fall"]),
        ("base: in_scope\nrate: 50%\nwhen: in_scope > 5元", ["may_fall"]),
        ("base: in_scope\nrate: 50%\nwhen: in_scope < 5元", ["may_fall", "falls"]),
        ("base: in_scope\nrate: 50%\ndeductible: {amount: ytd_own_in_scope}", ["may_fall"]),
        ("base: in_scope\nlump: [{above: 1元, pay: 5元}, {above: 90元, pay: 2元}]", ["may_fall", "falls"]),
    ],
)
def test_what_is_remarked(keys: str, codes: list[str]) -> None:
    found = [note for note in remarks(scheme_of(layer(keys))) if note.code != "no_clause"]
    assert sorted(note.code for note in found) == sorted(codes)
    assert all(note.place.line for note in found)


def test_the_example_of_the_standard_has_nothing_to_remark() -> None:
    assert remarks(scheme_of(benefits_of(EXAMPLE))) == []


def test_no_check_stumbles_over_an_empty_scheme() -> None:
    empty = scheme_of(Benefits(layers=()))
    assert [finding for check in (*FAULT_CHECKS, *REMARK_CHECKS) for finding in check(empty)] == []


def test_every_key_of_a_layers_value_has_a_word() -> None:
    every = """
        layers:
          - {id: a, base: in_scope, rate: {value: 50%, add: [{points: 1%}]}, first_share: 1%, deductible: {amount: 5元},
             at_least: {of: total, rate: 1%}, times: [{factor: 50%}], cap: {amount: 5元, per: year}}
          - {id: b, base: in_scope, lump: [{above: 1元, pay: 5元}]}
          - {id: c, base: in_scope, fill: {of: total, at_most: 1%}}
          - {id: d, base: in_scope, brackets: [{rate: 1%}]}
    """
    keys = {key for one in benefits_of(every).layers for key, _ in one.rows()}
    assert keys <= set(KEY_WORDS)

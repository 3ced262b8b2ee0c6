"""Remarks on a sound scheme: gaps, and where more in scope may lower a payment."""

from __future__ import annotations

import pytest

from fuqi.scheme.notes import remarks
from fuqi.scheme.wording import KEY_WORDS
from tests.spec.book import EXAMPLE, benefits_of, layer


@pytest.mark.parametrize(
    ("keys", "codes"),
    [
        ("base: in_scope\nrate: [{when: in_county, value: 50%}, {when: not in_county, value: 40%}]", []),
        ("base: in_scope\nrate: [{when: in_county, value: 50%}, {when: referred, value: 40%}]", ["gap"]),
        ("base: in_scope\nrate: [{when: \"hospital_level in ('county', 'city', 'province')\", value: 50%}]", ["gap"]),
        ("base: in_scope\nrate: [{when: \"'poor' in groups\", value: 50%}]", ["gap"]),
        ("base: in_scope\nrate: [{when: age < 18, value: 50%}]", []),  # endless cases are not tried
        ("base: in_scope\nrate: 50%\nscope: total", ["may_fall"]),
        ("base: in_scope\nlump: [{above: 5元, pay: 1元}]", ["may_fall"]),
        ("base: in_scope\nrate: 50%\nwhen: in_scope > 5元", ["may_fall"]),
        ("base: in_scope\nrate: 50%\ndeductible: {amount: ytd_own_in_scope}", ["may_fall"]),
    ],
)
def test_what_is_remarked(keys: str, codes: list[str]) -> None:
    found = remarks(layer(keys))
    assert [note.code for note in found] == codes
    assert all(note.place.line for note in found)


def test_the_example_of_the_standard_has_nothing_to_remark() -> None:
    assert remarks(benefits_of(EXAMPLE)) == []


def test_every_key_of_a_value_has_a_word() -> None:
    every = """
        layers:
          - {id: a, base: in_scope, rate: {value: 50%, add: [{points: 1%}]}, first_share: 1%, deductible: {amount: 5元},
             at_least: {of: total, rate: 1%}, times: [{factor: 50%}], cap: {amount: 5元, per: year}}
          - {id: b, base: in_scope, lump: [{above: 1元, pay: 5元}]}
          - {id: c, base: in_scope, fill: {of: total, at_most: 1%}}
          - {id: d, base: in_scope, brackets: [{rate: 1%}]}
    """
    keys = {key for one in benefits_of(every).layers for key, _ in one.rows()}
    assert keys == set(KEY_WORDS)

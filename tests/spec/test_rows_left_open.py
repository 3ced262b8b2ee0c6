"""Chapter “How a scheme writes amounts”: rows whose condition is unknown, where brackets and lumps are concerned."""

from __future__ import annotations

import pytest

from fuqi.scheme.compiled import compile_benefits
from tests.spec.book import claim, layer, missing, pay


@pytest.mark.parametrize("key", ["brackets", "lump"])
def test_no_row_and_none_are_the_same_for_brackets_and_lumps(key: str) -> None:
    schemes = layer(f"base: in_scope\n{key}: [{{when: \"'poor' in groups\", value: none}}]")
    assert pay(schemes, claim(total=1_000_00, groups=None)) == 0
    assert compile_benefits(schemes).amounts([claim(total=1_000_00, groups=None)])[0].pays == (0,)


def test_rows_of_a_bracket_that_its_points_tell_apart_leave_the_claim_undecided() -> None:
    # 90% + 30% and 90% + 20% are both held at 100%, but the 15 points less make them 105% and 95%
    schemes = layer(
        """
        base: in_scope
        brackets:
          value: [{rate: [{when: "'poor' in groups", value: 90% + 30%}, {value: 90% + 20%}]}]
          add: [{points: -15%}]
        """
    )
    assert missing(schemes, claim(total=1_000_00, groups=None)) == ("groups",)
    assert pay(schemes, claim(total=1_000_00, groups=())) == 1_000_00 * 95 // 100
    assert pay(schemes, claim(total=1_000_00, groups={"poor"})) == 1_000_00

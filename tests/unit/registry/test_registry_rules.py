"""What a person's rows say together."""

from __future__ import annotations

import pytest

from fuqi.registry.rules import illnesses, masked


@pytest.mark.parametrize(
    ("words", "codes", "found"),
    [
        ("胃癌", "C16.9", [("胃癌", "C16.9")]),
        ("脑卒中后遗症、2型糖尿病", "I69.4;E11.9", [("脑卒中后遗症", "I69.4"), ("2型糖尿病", "E11.9")]),
        ("高血压\uff0c糖尿病", "", [("高血压", ""), ("糖尿病", "")]),
        ("高血压", "I10;E11.9", [("高血压", ""), ("", "I10"), ("", "E11.9")]),
        ("", "I10", [("", "I10")]),
        ("", "", []),
    ],
)
def test_illnesses_are_taken_apart_and_codes_are_paired_only_where_they_fit(
    words: str, codes: str, found: list[tuple[str, str]]
) -> None:
    assert illnesses(words, codes) == found


def test_a_masked_name_shows_its_first_character() -> None:
    assert [masked(name) for name in ("王", "王五", "欧阳大山")] == ["王", "王*", "欧***"]

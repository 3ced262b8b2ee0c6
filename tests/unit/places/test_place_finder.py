"""Finding divisions by the words that lists use."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from fuqi.places.rules import PlaceFinder, bare


@dataclass(frozen=True)
class Named:
    id: UUID
    code: str
    name: str


def named(code: str, name: str) -> Named:
    return Named(uuid4(), code, name)


FINDER = PlaceFinder(
    [
        named("430611", "君山区"),
        named("430611101", "荷塘镇"),
        named("430611102", "柳溪乡"),
        named("430611101201", "团结村"),
        named("430611102201", "团结村"),
        named("430611102202", "红星村"),
    ]
)


@pytest.mark.parametrize(
    ("township", "village", "code"),
    [
        ("荷塘镇", "团结村", "430611101201"),
        ("荷塘", "团结", "430611101201"),
        ("柳溪乡", "团结村民委员会", "430611102201"),
        ("柳溪乡", "柳溪乡红星村", "430611102202"),
        ("柳 溪 乡", "红星 村", "430611102202"),
        ("荷塘镇", "", "430611101"),
        ("", "红星村", "430611102202"),
        ("430611102", "红星村", "430611102202"),
        ("", "430611102202", "430611102202"),
    ],
)
def test_a_place_is_found_by_the_words_for_it(township: str, village: str, code: str) -> None:
    found = FINDER.find(township, village)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(("township", "village"), [("荷塘镇", "红星村"), ("山北镇", "团结村"), ("", "团结村"), ("", "")])
def test_what_is_not_there_or_fits_two_is_not_guessed(township: str, village: str) -> None:
    assert FINDER.find(township, village) is None


def test_a_name_that_is_only_its_kind_stays_as_it_is() -> None:
    assert bare("新村") == "新村"

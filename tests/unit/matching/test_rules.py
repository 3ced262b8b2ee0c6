from __future__ import annotations

from datetime import date

import pytest

from fuqi.matching.characters import one_form, taken_for_one_another
from fuqi.matching.rules import (
    NEW,
    REFUSED,
    REVIEW,
    RULES,
    SAME,
    agrees_in_part,
    birth_in,
    candidate_from,
    ids_near,
    name_key,
    same_village,
    village_key,
    within_one_edit,
)
from tests.unit.intake.books import number


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("abc", "abc", True),
        ("abc", "abd", True),
        ("abc", "ab", True),
        ("abc", "acb", True),
        ("abc", "bca", False),
        ("abc", "a", False),
        ("", "a", True),
        ("abcd", "badc", False),
    ],
)
def test_one_slip(one: str, other: str, near: bool) -> None:
    assert within_one_edit(one, other) is near
    assert within_one_edit(other, one) is near


def test_a_number_is_near_its_own_slips_and_its_old_form() -> None:
    sound = number("19800305", 12)
    assert ids_near(sound[:17], sound)
    assert ids_near(sound[:3] + sound[4:], sound)
    assert ids_near(sound[:9] + sound[10] + sound[9] + sound[11:], sound)
    assert ids_near(sound[:6] + sound[8:16], sound)
    assert not ids_near(number("19800305", 13), sound)


def test_names_are_compared_without_width_dots_and_forms_of_characters() -> None:
    assert name_key("買買提·阿卜杜拉") == name_key("买买提 • 阿卜杜拉") == name_key("买买提阿卜杜拉")
    assert name_key("張偉") == name_key("张伟")
    assert name_key("张伟") != name_key("张玮")
    assert taken_for_one_another("张伟", "张玮")
    assert not taken_for_one_another("李国强", "李国明")
    assert one_form("龍") == "龙"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("甲镇", "乙村"), ("甲镇", "乙村委会"), True),
        (("甲镇", "乙村"), (None, "甲镇乙村"), True),
        (("甲镇", "甲镇乙村"), ("甲", "乙"), True),
        (("甲镇", "乙村"), ("丙镇", "乙村"), False),
        (("甲镇", "乙村"), (None, "乙社区"), True),
        (("甲镇", "乙村"), ("甲镇", None), None),
        (("甲镇", "乙村"), ("甲镇", "丁村"), False),
    ],
)
def test_villages(one: tuple[str | None, str | None], other: tuple[str | None, str | None], same: bool | None) -> None:
    assert same_village(village_key(*one), village_key(*other)) is same


def test_a_candidate_is_what_the_row_says() -> None:
    values = {
        "name": "张三",
        "id_number": number("19800305", 2),
        "township": "甲镇",
        "village": "乙村",
        "birth_on": date(1980, 3, 6),
    }
    found = candidate_from(("f", "s", 1), values, {"甲/乙": "430611100200"})
    assert (found.birth_on, found.sex, found.village) == (date(1980, 3, 5), "female", "430611100200")
    assert found.told_birth_on == date(1980, 3, 6)


def test_a_broken_number_may_still_carry_its_birth_date() -> None:
    assert birth_in("430611198003050000") == date(1980, 3, 5)
    assert birth_in("430611800305000") == date(1980, 3, 5)
    assert birth_in("430611198013050000") is None
    assert birth_in("43061119800305") is None


def test_doubt_scores_below_every_link() -> None:
    links = [rule.score for rule in RULES.values() if rule.verdict in (SAME, NEW)]
    doubts = [rule.score for rule in RULES.values() if rule.verdict in (REVIEW, REFUSED)]
    assert max(doubts) < min(links)
    assert all(0 <= rule.score <= 1000 and rule.words for rule in RULES.values())


def test_what_is_legible_of_a_masked_or_cut_number_agrees_or_not() -> None:
    sound = number()
    assert agrees_in_part(sound[:6] + "*" * 8 + sound[14:], sound)
    assert agrees_in_part(sound[:12], sound)
    assert agrees_in_part(sound[6:], sound)
    assert not agrees_in_part(sound[:6] + "*" * 8 + "0000", sound)
    assert not agrees_in_part(sound[:6], sound)
    assert not agrees_in_part("*" * 18, sound)


@pytest.mark.parametrize("text", ["未办理", "000000000000000000", "123456789012345678", "1"])
def test_what_only_fills_the_place_of_a_number_is_no_number(text: str) -> None:
    assert candidate_from(1, {"name": "张三", "broken_id": text, "broken_id_code": "id_length"}).broken_id is None


def test_traditional_surnames_are_compared_in_one_form() -> None:
    assert name_key("歐陽婁") == name_key("欧阳娄")

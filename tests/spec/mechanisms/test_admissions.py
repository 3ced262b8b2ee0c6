"""今年第几次住院

`admission_no` 是一个人一个年度里第几次住院，常用来让起付线逐次降低。
"""

from __future__ import annotations

from typing import Any

from tests.spec.book import claim, layer, missing, pay_list
from tests.spec.page import Bill, bill, example

CHAPTER = 120

COUNTING = """
    base: admission_no * 1元
    rate: 100%
    """
SAME = "这一层付的元数就是第几次住院。"


def numbered(*bills: tuple[Bill, int]) -> list[Bill]:
    """Return bills that expect to be paid their admission number in yuan."""
    return [one.pays(number * 100) for one, number in bills]


def numbers(*claims: Any) -> list[int]:
    """Return the admission number that each claim carries, in the order of settlement."""
    return pay_list(layer("base: admission_no * 1分\nrate: 100%"), *claims)


def test_admissions_are_numbered_within_a_persons_year() -> None:
    """每个人每年从1数起；门诊不算一次，它看到的是此前的次数。"""
    example(
        COUNTING,
        *numbered(
            (bill(settled_at="2017-01-01", care="outpatient"), 0),
            (bill(settled_at="2017-01-02"), 1),
            (bill(settled_at="2017-01-03", care="outpatient"), 1),
            (bill(settled_at="2017-01-04"), 2),
            (bill(settled_at="2018-01-04"), 1),
            (bill(settled_at="2018-01-05", person_id="p2", care="outpatient"), 0),
        ),
        why=SAME,
    )


def test_claims_of_one_stay_keep_its_number() -> None:
    """同一次住院的几张费用单（同一个住院号）次数相同。"""
    example(
        COUNTING,
        *numbered(
            (bill(settled_at="2017-01-01", stay_id="s"), 1),
            (bill(settled_at="2017-01-02"), 2),
            (bill(settled_at="2017-01-03", stay_id="s"), 1),
            (bill(settled_at="2017-01-04", stay_id="s", care="outpatient"), 1),
            (bill(settled_at="2017-01-05", care="outpatient"), 2),
        ),
        why=SAME,
    )


def test_a_stay_over_the_new_year_is_an_admission_of_both_years() -> None:
    """跨年的一次住院，在新的年度里也算一次。"""
    example(
        COUNTING,
        *numbered(
            (bill(settled_at="2017-12-01"), 1),
            (bill(settled_at="2017-12-31", stay_id="s"), 2),
            (bill(settled_at="2018-01-05", stay_id="s"), 1),
            (bill(settled_at="2018-02-05"), 2),
        ),
        why=SAME,
    )


def test_undecided_claims_count_as_admissions() -> None:
    """不能决定的费用单也算一次住院：住院是事实，只是钱还没算定。"""
    example(
        """
        base: admission_no * 1元
        rate: [{when: "sex = 'male'", value: 100%}, {value: 99%}]
        """,
        bill(settled_at="2017-01-01", sex=None).misses("sex"),
        bill(settled_at="2017-01-02", sex="male").pays(2_00, base=2_00),
    )


def test_an_unknown_kind_of_care_leaves_later_numbers_open() -> None:
    """不知道是不是住院的，这一张和后面的次数都不知道。"""
    example(
        COUNTING,
        bill(settled_at="2017-03-01", care=None).misses("care"),
        bill(settled_at="2017-03-02").misses("admission_no"),
    )
    counting = layer("base: admission_no * 1分\nrate: 100%")
    assert missing(counting, claim("a", care=None)) == ("care",)
    assert missing(counting, claim("a", care=None), claim("b", settled_at="2017-03-02")) == ("admission_no",)


def test_numbers_with_bare_tools() -> None:
    assert numbers(
        claim("a", settled_at="2017-01-01", care="outpatient"), claim("b", settled_at="2017-01-02"), claim("c", stay_id="b")
    ) == [0, 1, 1]

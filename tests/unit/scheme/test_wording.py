"""Conditions on the rows that figures are counted from, as a clerk reads them."""

from __future__ import annotations

import pytest

from fuqi.scheme.names import COUNTING_TABLES
from fuqi.scheme.wording import row_condition_in_words

WORDS = {"registered_poor": "建档立卡贫困人口", "basic": "居民基本医保"}


@pytest.mark.parametrize(
    ("table", "text", "words"),
    [
        ("person", "insured", "已参保"),
        ("person", "verified and disease_class <> 'major'", "已核定，且病种类别不是大病"),
        ("person", "'registered_poor' not in groups", "身份类别里没有建档立卡贫困人口"),
        ("person", "'registered_poor' in groups or health_checks > 0", "身份类别里有建档立卡贫困人口，或本期体检次数大于0"),
        (
            "payment",
            "layer <> 'basic' and posted_on <= '2017-10-20'",
            "支付项目不是居民基本医保，且记账日期不晚于2017年10月20日",
        ),
        ("agreement", "true", "全部"),
    ],
)
def test_a_condition_is_told_in_words_that_need_no_formula(table: str, text: str, words: str) -> None:
    assert row_condition_in_words(text, WORDS, COUNTING_TABLES[table]) == words

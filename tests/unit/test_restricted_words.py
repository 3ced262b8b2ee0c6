"""Which words are restricted wherever they stand, and which words of a list a refusal may repeat."""

from __future__ import annotations

import pytest

from fuqi.config.workspace import SCHEME_LIBRARY
from fuqi.determination.rules import tells_restricted, tells_restricted_anywhere, touches_restricted
from fuqi.places.rules import spelled_like_a_place
from fuqi.scheme import load_scheme
from fuqi.scheme.model import Scheme


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(SCHEME_LIBRARY / "junshan-2017", bases=(SCHEME_LIBRARY,))


@pytest.mark.parametrize("words", ["梅毒", "疑似 HIV 感染", "艾 滋 病", "浸润型肺结核", "精神分裂症", "A53.9", "b20", "Z21"])
def test_restricted_illnesses_are_known_by_word_and_code(scheme: Scheme, words: str) -> None:
    assert touches_restricted(scheme, words, words)
    assert tells_restricted(scheme, f"因病（{words}）")
    assert tells_restricted_anywhere(f"因病（{words}）")


@pytest.mark.parametrize("words", ["失独家庭", "计划生育特殊家庭"])
def test_a_restricted_fact_is_covered_and_is_no_illness(scheme: Scheme, words: str) -> None:
    assert tells_restricted(scheme, words)
    assert tells_restricted_anywhere(words)
    assert not touches_restricted(scheme, words, "")


@pytest.mark.parametrize("words", ["", "高血压 I10", "独生子女户", "43061119391117001X", "6217009988776655000", "骨折 S72.0"])
def test_other_words_are_not_restricted(scheme: Scheme, words: str) -> None:
    assert not tells_restricted(scheme, words)
    assert not tells_restricted_anywhere(words)


@pytest.mark.parametrize("words", ["新堤镇", "荷花村民委员会", "430611100", "430611100200", " 白鹭 村 "])
def test_a_refusal_may_repeat_what_is_spelled_like_a_place(words: str) -> None:
    assert spelled_like_a_place(words)


@pytest.mark.parametrize(
    "words", ["麤龘灪甲", "43061119391117001X", "19999071700", "艾滋病（疑似）", "张三13800000000村", "新堤"]
)
def test_a_refusal_repeats_nothing_else(words: str) -> None:
    assert not spelled_like_a_place(words)

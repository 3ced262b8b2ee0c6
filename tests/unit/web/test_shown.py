"""What a figure's card says: state and gap from the exact counts, no value where there is no base."""

from __future__ import annotations

import pytest

from fuqi.indicators.figures import Figure
from fuqi.scheme.indicators import Indicator
from fuqi.web.shown import GOOD, PLAIN, SHORT, UNKNOWN, ShownFigure, grouped


def shown(numerator: str, denominator: str, value: str, *, target: int | None = 100_00, measure: str = "rate") -> ShownFigure:
    indicator = Indicator(id="i", name="指标", over="person", measure=measure, target=target, unit="人")
    return ShownFigure(indicator, Figure("i", "指标", "430611", numerator, denominator, value))


@pytest.mark.parametrize(
    ("figure", "state", "words"),
    [
        (shown("71", "71", "100.00"), GOOD, "已达到"),
        (shown("59", "71", "83.10"), SHORT, "未达到，还差12人"),
        (shown("0", "0", ""), UNKNOWN, "没有分母，不计算"),
        (shown("59", "71", "83.10", target=None), PLAIN, ""),
        (shown("1358", "", "1358", target=None, measure="count"), PLAIN, ""),
        (shown("19999", "20000", "100.00"), SHORT, "未达到，还差1人"),
        (shown("9", "10", "90.00", target=90_00), GOOD, "已达到"),
        (shown("7", "8", "87.50", target=90_00), SHORT, "未达到，还差1人"),
        (shown("10.00", "20.00", "50.00", target=90_00, measure="ratio"), SHORT, "未达到"),
    ],
)
def test_a_state_follows_from_the_exact_counts(figure: ShownFigure, state: str, words: str) -> None:
    assert (figure.state, figure.state_words) == (state, words)


def test_what_cannot_be_computed_is_not_zero() -> None:
    figure = shown("0", "0", "")
    assert figure.number is None
    assert figure.words == "没有分母，不计算"


def test_a_target_is_printed_as_the_scheme_has_it() -> None:
    assert shown("1", "2", "50.00", target=92_50).target_words == "92.5%"
    assert shown("1", "2", "50.00").target_words == "100%"


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("1358", "1358"),
        ("12345", "12,345"),
        ("1714600.00", "1,714,600.00"),
        ("-12345.60", "-12,345.60"),
        ("", ""),
        ("一万", "一万"),
    ],
)
def test_thousands_are_set_apart_where_there_are_many(printed: str, read: str) -> None:
    assert grouped(printed) == read

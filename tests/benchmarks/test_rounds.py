"""The harness itself: who is wrong by one fen gets no time; ratios are taken within a round."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.paid import Paid, difference
from benchmarks.report import markdown, text
from benchmarks.rounds import Contender, race
from benchmarks.to_c import NotRestrictedError, translated


def paid(*basic: int) -> Paid:
    column = np.array(basic, np.int64)
    return Paid(column, np.zeros_like(column), np.zeros_like(column))


def taking(name: str, *seconds: float, said: str = "") -> Contender:
    """Return a contender that says how long each of its runs took, the warming up first."""
    left = iter([0.0, *seconds])
    return Contender(name, lambda: next(left), lambda _: said, seconds_of=float)


def test_one_fen_of_difference_is_named() -> None:
    assert difference(paid(1, 2, 3), paid(1, 2, 3)) == ""
    assert difference(paid(1, 2, 4), paid(1, 2, 3)) == "basic: 1 claims differ, by up to 1 fen"
    assert difference(paid(1), paid(1, 2)) == "1 claims instead of 2"


def test_one_fen_of_difference_takes_the_time_away() -> None:
    table = race("t", 3, [taking("ours", 1, 1), Contender("off", lambda: paid(4), lambda found: difference(found, paid(3)))], 2)
    assert table.rows[1].seconds is None
    assert "by up to 1 fen" in table.rows[1].no_time
    assert "no time: basic" in text(table)
    assert "no time: basic" in markdown([table], {"cores": "2"}, "c")


def test_a_contender_that_goes_wrong_in_a_later_round_loses_its_time() -> None:
    found = iter([paid(3), paid(3), paid(4)])
    late = Contender("late", lambda: next(found), lambda result: difference(result, paid(3)))
    assert race("t", 1, [taking("ours", 1, 1), late], 2).rows[1].seconds is None


def test_ratios_are_taken_within_a_round() -> None:
    table = race("t", 1, [taking("ours", 1, 10, 2), taking("peer", 3, 20, 8)], 3)
    ratio = table.rows[1].ratio
    assert ratio is not None
    assert (ratio.least, ratio.median, ratio.most) == (2, 3, 4)
    assert table.rows[0].ratio is not None
    assert table.rows[0].ratio.most == 1


def test_a_ratio_can_be_turned() -> None:
    table = race("t", 1, [taking("ours", 3), taking("peer", 2)], 1, first_by_others=True)
    assert table.rows[1].ratio is not None
    assert table.rows[1].ratio.median == 1.5


def test_without_a_right_first_contender_there_is_no_ratio() -> None:
    table = race("t", 1, [taking("ours", 1, said="wrong"), taking("peer", 2)], 1)
    assert table.rows[0].seconds is None
    assert table.rows[1].seconds is not None
    assert table.rows[1].ratio is None


def test_what_is_not_restricted_python_is_not_translated() -> None:
    with pytest.raises(NotRestrictedError):
        translated("def f(a):\n    return [a]\n", "f", [1])


def test_restricted_python_becomes_c() -> None:
    source = (
        "def f(table, n):\n    for i in range(n):\n"
        "        if table[0][i] > 1 and i < n:\n            table[1][i] = table[0][i] // 2\n"
    )
    c_source = translated(source, "f", [np.zeros((2, 3), np.int64), 3])
    assert "for (i = 0; i < n; i++) {" in c_source
    assert "table[1 * table_1 + i] = (table[0 * table_1 + i] / 2);" in c_source

"""Sentences cut at their clauses, spans in words, and what a settlement's shares are."""

from __future__ import annotations

from datetime import date

from fuqi.flows.opened.settlement import pieces
from fuqi.scheme.values import Source
from fuqi.web.templatetags.files import span_from, yuan


def test_a_sentence_is_cut_at_clauses_and_marks_and_loses_nothing() -> None:
    clause = Source("方案", "一站式结算", "one-stop")
    words = "6841.90元按30%（尚未核实），得2052.57元。依据：《方案》“一站式结算”、《国家》“身份”。"
    cut = pieces(words, [clause, Source("国家", "身份")])
    assert "".join(piece.text for piece in cut) == words
    assert [piece.text for piece in cut if piece.anchor] == ["《方案》“一站式结算”"]
    assert [piece.text for piece in cut if piece.unconfirmed] == ["（尚未核实）"]


def test_the_longer_of_two_clauses_wins_where_one_begins_the_other() -> None:
    short, long = Source("方案", "", "a"), Source("方案", "补助", "b")
    assert [piece.anchor for piece in pieces("《方案》“补助”", [short, long])] == ["b"]


def test_a_sentence_without_sources_is_one_piece() -> None:
    assert [piece.text for piece in pieces("合计：1.00元", [])] == ["合计：1.00元"]


def test_a_span_names_its_last_day_not_the_one_after() -> None:
    assert span_from(date(2017, 1, 1), date(2018, 1, 1)) == "2017年1月1日至2017年12月31日"
    assert span_from(date(2017, 1, 1), None) == "2017年1月1日起"
    assert span_from(None, date(2018, 1, 1)) == "到2017年12月31日止"
    assert span_from(None, None) == "起止未写"


def test_an_unknown_amount_is_not_zero() -> None:
    assert yuan(None) == "不明"
    assert yuan(0) == "0.00"

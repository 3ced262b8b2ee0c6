"""The scheme's text is a county's own words: shown as text, never run."""

from __future__ import annotations

from fuqi.config.workspace import SCHEME_LIBRARY
from fuqi.flows.clauses import clauses
from fuqi.scheme import find_scheme, load_scheme
from fuqi.web.scheme.views import _text


def test_markup_and_pictures_in_a_clause_stay_text() -> None:
    shown = _text("<script>alert(1)</script> ![x](https://example.com/x.png) [y](javascript:alert(1)) **粗**\n\n- 一\n- 二")
    assert "<script" not in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown
    assert "<strong>粗</strong>" in shown
    assert "<li>一</li>" in shown


def test_every_indicator_and_layer_of_the_sample_stands_under_its_clause() -> None:
    scheme = load_scheme(find_scheme("junshan-2017", [SCHEME_LIBRARY]), bases=[SCHEME_LIBRARY])
    found = clauses(scheme)
    assert [item.clause.anchor for item in found] == list(scheme.texts)
    under = {(rule.kind, rule.name) for item in found for rule in item.rules}
    assert {("指标", item.name) for item in scheme.indicators if item.source.anchor} <= under
    assert {("支付项目", layer.name) for layer in scheme.benefits.layers} <= under
    unconfirmed = {rule.name for item in found for rule in item.rules if not rule.confirmed}
    assert "大病保险" in unconfirmed

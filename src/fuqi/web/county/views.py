"""The county on one screen: every figure with target and trend, the places below compared, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from fuqi.access.codes import IMPORT_LISTS, SEE_FIGURES
from fuqi.basics.viewer import Viewer
from fuqi.flows.counts import CountView, figures_at, latest_count, trend
from fuqi.flows.figures import is_shown
from fuqi.intake.queries import files
from fuqi.journal.codes import EFFECTIVE
from fuqi.matching.queries import doubts
from fuqi.places.queries import DivisionView, divisions, find_division
from fuqi.scheme.model import Scheme
from fuqi.web.charts import Trend, trend_line
from fuqi.web.compared import Comparison, compare, places_above, places_below
from fuqi.web.door import Asked, NotThereError, page
from fuqi.web.shown import GOOD, SHORT, UNKNOWN, ShownFigure, shown, trend_words

TREND_SIZE = (60, 30)
"""Width and height of a card's trend."""


@dataclass(frozen=True, slots=True)
class Card:
    """A figure on the county page, with its trend where it was counted on several days."""

    shown: ShownFigure
    trend: Trend | None
    trend_words: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The figures that rest on one chapter of the scheme."""

    title: str
    cards: tuple[Card, ...]


@require_GET
@page(SEE_FIGURES, home=True)
def county(request: Asked) -> HttpResponse:
    """Show the figures of the viewer's place, or of one within it."""
    viewer, scheme = request.viewer, request.county_scheme
    known = divisions(viewer)
    if not known:
        raise NotThereError("您还没有可以看的地方。请县里的管理员授权。")
    place = find_division(viewer, request.GET["place"]) if request.GET.get("place") else known[0]
    about = {"place": place, "above": places_above(place, known), "places": known}
    count = latest_count(viewer, scheme)
    if count is None:
        return render(request, "county/not_counted.html", {**about, "received": any(_effective_files(viewer))})
    figures = shown(scheme, figures_at(viewer, scheme, count, [place.code]).values())
    comparable = _comparable(request, place, figures, known)
    comparison = _comparison(request, count, place, comparable, known)
    context = {
        **about,
        "count": count,
        "summary": {state: sum(item.state == state for item in figures) for state in (GOOD, SHORT, UNKNOWN)},
        "figures": figures,
        "comparable": comparable,
        "chapters": list(_chapters(scheme, [_card(viewer, scheme, item) for item in figures])),
        "comparison": comparison,
        "missing": list(_missing(viewer, scheme, comparison)),
    }
    return render(request, "county/county.html", context)


def _card(viewer: Viewer, scheme: Scheme, item: ShownFigure) -> Card:
    days = [
        (day, ShownFigure(item.indicator, figure))
        for day, figure in trend(viewer, scheme, item.indicator.id, item.figure.place)
    ]
    if sum(one.number is not None for _, one in days) < 2:
        return Card(item, None, "")
    target = item.indicator.target if item.rated else None
    line = trend_line([one.number for _, one in days], *TREND_SIZE, target=None if target is None else target / 100)
    return Card(item, line, trend_words(days))


def _chapters(scheme: Scheme, cards: Sequence[Card]) -> Iterator[Chapter]:
    """Yield the cards by the chapter that their indicators cite, in the order of the scheme's text; without a chapter last."""
    cited = {card.shown.figure.code: scheme.texts.get(card.shown.indicator.source.anchor) for card in cards}
    titles = dict.fromkeys(clause.chapter for clause in scheme.texts.values() if clause.chapter)
    for title in [*titles, ""]:
        found = tuple(card for card in cards if (clause.chapter if (clause := cited[card.shown.figure.code]) else "") == title)
        if found:
            yield Chapter(title or "其他", found)


def _comparable(
    request: Asked, place: DivisionView, figures: Sequence[ShownFigure], known: Sequence[DivisionView]
) -> list[ShownFigure]:
    """Return the figures that are shown at the places below."""
    below = places_below(place, known)
    return [
        item for item in figures if below and is_shown(request.viewer, request.county_scheme, item.indicator.id, below[0].code)
    ]


def _comparison(
    request: Asked, count: CountView, place: DivisionView, figures: Sequence[ShownFigure], known: Sequence[DivisionView]
) -> Comparison | None:
    """Return the places below compared in the indicator asked for; None where there is nothing below, or nothing counted."""
    below = places_below(place, known)
    whole = next((item for item in figures if item.indicator.id == request.GET.get("compare")), None) or _default(figures)
    if not below or whole is None:
        return None
    scheme, code = request.county_scheme, whole.indicator.id
    counted = figures_at(request.viewer, scheme, count, [item.code for item in below])
    parts = [(item, ShownFigure(whole.indicator, counted[code, item.code])) for item in below if (code, item.code) in counted]
    shapes = [shape for shape in scheme.shapes if shape.code in {item.code for item, _ in parts}]
    return compare(whole, parts, shapes)


def _default(figures: Sequence[ShownFigure]) -> ShownFigure | None:
    """Return the first figure that has not reached its target, else the first share, else the first."""
    for wanted in (lambda item: item.state == SHORT, lambda item: item.rated, lambda item: True):
        if found := next(filter(wanted, figures), None):
            return found
    return None


def _effective_files(viewer: Viewer) -> Iterator[int]:
    """Yield, for each list in force, how many of its rows were set aside."""
    return (file.set_aside for file in files(viewer) if file.state == EFFECTIVE)


def _missing(viewer: Viewer, scheme: Scheme, comparison: Comparison | None) -> Iterator[tuple[str, str]]:
    """Yield what the figures rest on that is not settled, as a sentence and where to go."""
    if comparison and comparison.without_base:
        name = comparison.whole.indicator.name
        yield f"{name}：有{comparison.without_base}个地方没有分母，不计算，也不当作零。", ""
    if viewer.may(IMPORT_LISTS) and viewer.covers(scheme.place):
        if aside := sum(_effective_files(viewer)):
            yield f"收到的名单里有{aside}行没有读进来，不在任何数字里。", reverse("lists")
        if doubtful := len(doubts(viewer)):
            yield f"有{doubtful}处比对存疑，没有自动认作同一个人。", reverse("doubts")
    if scheme.unconfirmed:
        yield (
            f"方案里有{len(scheme.unconfirmed)}处数字或口径尚未核实，据此得出的结果不是最终口径。",
            reverse("scheme") + "#unconfirmed",
        )

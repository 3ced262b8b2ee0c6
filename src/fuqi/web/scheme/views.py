"""The scheme's text, clause by clause, with what becomes of each, its releases, and what nobody confirmed."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from fuqi.access.codes import SEE_FIGURES, SETTLE_CLAIMS
from fuqi.scheme.clauses import STATE_WORDS, register
from fuqi.scheme.releases import version_words
from fuqi.web.door import Asked, page
from fuqi.web.people.way_back import way_back

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "autolink"])
"""Tables and lists, but neither markup nor pictures: a county writes this text."""


@lru_cache(500)
def _text(body: str) -> SafeString:
    words: str = _MARKDOWN.render(body)
    return mark_safe(words)


@require_safe
@page(SEE_FIGURES)
def scheme(request: Asked) -> HttpResponse:
    """Show the scheme."""
    county = request.county_scheme
    entries = register(county)
    shown = {
        "clauses": [(entry, _text(entry.clause.body)) for entry in entries],
        "states": [
            (state, word, number)
            for state, word in STATE_WORDS.items()
            if (number := sum(one.state == state for one in entries))
        ],
        "version": version_words(county, county.hash),
        "releases": county.releases[::-1],
        "back": way_back(request),
        "may_try": request.viewer.may(SETTLE_CLAIMS) and request.viewer.covers(county.place),
        "places_are_invented": any(item.synthetic for item in county.divisions),
    }
    return render(request, "scheme/scheme.html", shown)

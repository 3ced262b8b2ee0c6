"""The scheme's text, clause by clause, with what executes each, and what nobody confirmed."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from fuqi.access.codes import SEE_FIGURES
from fuqi.flows.clauses import clauses
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
    found = [(item.clause, _text(item.clause.body), item.rules) for item in clauses(request.county_scheme)]
    synthetic = any(item.synthetic for item in request.county_scheme.divisions)
    shown = {"clauses": found, "back": way_back(request), "places_are_invented": synthetic}
    return render(request, "scheme/scheme.html", shown)

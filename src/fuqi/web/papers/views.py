"""The self-assessment, plain sheets, what was given out, and whether a paper is genuine."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from fuqi.access.codes import PRINT_PAPERS
from fuqi.access.masks import reads_sensitive_nowhere
from fuqi.flows.counts import latest_count
from fuqi.flows.papers import Product, own_template, print_self_assessment
from fuqi.flows.plain_sheets import PurposeMissingError, genuine, households_at, print_plain_sheets
from fuqi.places.queries import DivisionView, divisions, find_division
from fuqi.reports.codes import FORMS, PAPER_KINDS, PLAIN_SHEET
from fuqi.reports.papers import PaperView
from fuqi.reports.queries import issued_papers
from fuqi.web.door import Asked, NotThereError, failure, now, page
from fuqi.web.rules import public

MOST_SHOWN = 50
"""How many papers that were given out are listed."""


class Sheets(forms.Form):
    """Whose sheets are printed: one household's, or a village's."""

    household = forms.CharField(max_length=40, required=False, strip=True)
    place = forms.CharField(max_length=12, required=False, strip=True)

    def clean(self) -> dict[str, object]:
        """Refuse neither and both."""
        found = super().clean() or {}
        if bool(found.get("household")) == bool(found.get("place")):
            self.add_error(None, "请写户编号，或者选一个村。")
        return found


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper that was given out, as the list shows it."""

    paper: PaperView
    kind: str
    about: str
    place: str


@require_GET
@page(PRINT_PAPERS)
def papers(request: Asked) -> HttpResponse:
    """Show what can be printed and what was given out."""
    viewer, scheme = request.viewer, request.county_scheme
    every = divisions(viewer)
    wanted = request.GET.get("place", "")
    village = find_division(viewer, wanted) if wanted else None
    count = latest_count(viewer, scheme)
    issued, number = issued_papers(viewer, MOST_SHOWN)
    places = {item.code: item.full_name for item in every}
    shown = {
        "count": count,
        "whole_county": viewer.covers(scheme.place),
        "has_text": bool(scheme.reports),
        "unconfirmed": scheme.unconfirmed,
        "towns": _towns(every),
        "prints_sheets": not reads_sensitive_nowhere(viewer),
        "village": village,
        "households": households_at(viewer, scheme, village.code) if village and count else [],
        "issued": [Issued(item, PAPER_KINDS[item.kind], _about(item), places.get(item.place, "")) for item in issued],
        "issued_number": number,
        "local_address": request.workspace.address if request.workspace.is_local else "",
    }
    return render(request, "papers/papers.html", shown)


def _about(paper: PaperView) -> str:
    return f"户{paper.subject}" if paper.kind == PLAIN_SHEET else str(paper.summary.get("title", ""))


def _towns(every: list[DivisionView]) -> list[tuple[str, list[DivisionView]]]:
    """Return villages by township; those of a viewer who sees no township stand under ''."""
    names = {item.code: item.name for item in every if item.level == "township"}
    found: dict[str, list[DivisionView]] = {}
    for item in every:
        if item.level == "village":
            town = next((name for code, name in names.items() if item.code.startswith(code)), "")
            found.setdefault(town, []).append(item)
    return list(found.items())


@require_GET
@page(PRINT_PAPERS, whole_county=True)
def self_assessment(request: Asked, form: str) -> HttpResponse:
    """Give out the county's self-assessment."""
    if form not in FORMS:
        raise NotThereError("自评报告只有 Word（docx）和 PDF 两种。")
    template = own_template(request.workspace)
    product = print_self_assessment(
        viewer=request.viewer, scheme=request.county_scheme, form=form, own_template=template, at=now()
    )
    return _download(product)


@require_POST
@page(PRINT_PAPERS)
def plain_sheets(request: Asked) -> HttpResponse:
    """Give out the sheet of one household, or those of a village."""
    form = Sheets(request.POST)
    if not form.is_valid():
        return failure(request, "请写一个户编号，或者选一个村。", 400)
    try:
        product = print_plain_sheets(
            viewer=request.viewer,
            scheme=request.county_scheme,
            address=request.workspace.address,
            at=now(),
            **form.cleaned_data,
        )
    except PurposeMissingError:
        return render(request, "papers/purpose.html", {"next": "/papers/"}, status=403)
    return _download(product)


@public("whoever holds a paper may ask whether it is genuine; the answer names nobody")
@require_GET
def check_paper(request: HttpRequest, number: str, mark: str) -> HttpResponse:
    """Say to whoever holds a paper whether it is genuine, and what may be compared; no name, no illness."""
    paper = genuine(number, mark)
    shown = {
        "paper": paper,
        "kind": PAPER_KINDS[paper.kind] if paper else "",
        "is_sheet": bool(paper and paper.kind == PLAIN_SHEET),
    }
    return render(request, "papers/genuine.html", shown, status=200 if paper else 404)


def _download(product: Product) -> HttpResponse:
    """Return a file under its Chinese name (RFC 5987, by Django)."""
    response = HttpResponse(product.data, content_type=product.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, product.name) or "attachment"
    return response

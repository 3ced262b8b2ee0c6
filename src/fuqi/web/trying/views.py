"""Trying a draft: the present layers to change, the faults beside their lines, and whom the change hits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from fuqi.access.codes import SETTLE_CLAIMS
from fuqi.basics.errors import Fault, FuqiError
from fuqi.flows.trying.changes import changes_in_words
from fuqi.flows.trying.drafts import BENEFITS, Version, open_files, unpacked
from fuqi.flows.trying.files import WRITERS
from fuqi.flows.trying.pictures import spread_bars
from fuqi.flows.trying.record import try_on_record
from fuqi.flows.trying.run import TrialResult
from fuqi.flows.trying.tables import Table, lead, sentences, tables
from fuqi.reports.bars import picture
from fuqi.scheme import find_scheme
from fuqi.web.door import Asked, failure, page, today
from fuqi.web.lists.uploads import KeepInMemory
from fuqi.web.trying.forms import ON_PAGE, TOO_LARGE, TrialForm

_MOST_SENT = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ShownFault:
    """A fault with the line of the draft's text that it is about, where that is the text on the page."""

    fault: Fault
    line: int
    text: str


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@page(SETTLE_CLAIMS, whole_county=True)
def try_draft(request: Asked) -> HttpResponse:
    """Show the present layers to change, or try what was sent in; who may not is refused before the form is read."""
    if request.method == "POST":
        size = str(request.META.get("CONTENT_LENGTH") or "")
        if not size.isdecimal() or int(size) > _MOST_SENT:
            return failure(request, TOO_LARGE, 413)
        request.upload_handlers = [KeepInMemory(request)]
    answer: HttpResponse = _try(request)
    return answer


@csrf_protect
def _try(request: Asked) -> HttpResponse:
    start = request.county_scheme.period.start
    about: dict[str, Any] = {"today": today(), "period": start.year if start else None}
    if request.method != "POST":
        return _page(request, TrialForm(initial={"text": _present_text(request), "form": ON_PAGE}, **about))
    form = TrialForm(request.POST, request.FILES, **about)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        draft = _draft(request, form)
        result = try_on_record(
            request.viewer,
            request.county_scheme,
            draft,
            form.cleaned_data["on"],
            today=today(),
            in_force_on=form.cleaned_data["in_force"],
        )
    except FuqiError as error:
        return _page(request, form, status=422, message=error.message, faults=_shown(error, form))
    wanted = form.cleaned_data["form"] or ON_PAGE
    return _page(request, form, result=result) if wanted == ON_PAGE else _download(result, wanted)


def _folder(request: Asked) -> Path:
    return find_scheme(request.workspace.scheme, request.workspace.scheme_folders)


def _present_text(request: Asked) -> str:
    return (_folder(request) / BENEFITS).read_text("utf-8-sig")


def _draft(request: Asked, form: TrialForm) -> Version:
    """Return the draft. Raises SchemeError with all faults, and DraftError."""
    sent = form.files_of_draft()
    files = unpacked(sent, str(form.cleaned_data["archive"].name)) if isinstance(sent, bytes) else sent
    return open_files(files, over=_folder(request), folders=request.workspace.scheme_folders)


def _shown(error: FuqiError, form: TrialForm) -> list[ShownFault]:
    """Return the faults, each with its line of the text where it is about the text on the page."""
    written = form.cleaned_data.get("archive") is None
    lines = str(form.cleaned_data.get("text") or "").splitlines() if written else []
    found = []
    for fault in error.faults:
        line = fault.place.line if fault.place.file.endswith(BENEFITS) and written else 0
        found.append(ShownFault(fault, line, lines[line - 1].strip() if 0 < line <= len(lines) else ""))
    return found


def _page(
    request: Asked,
    form: TrialForm,
    *,
    status: int = 200,
    message: str = "",
    faults: list[ShownFault] | None = None,
    result: TrialResult | None = None,
) -> HttpResponse:
    shown: dict[str, Any] = {"form": form, "message": message, "faults": faults or [], "result": result}
    if result is not None:
        shown |= {
            "lead": lead(result),
            "sentences": sentences(result),
            "picture": _drawn(result),
            "tables": [_table(table) for table in tables(result)],
            "changes": changes_in_words(result.present, result.draft),
        }
    return render(request, "trying/try.html", shown, status=status)


def _table(table: Table) -> dict[str, object]:
    """Return a table for the template: heads and cells with their kinds, since a phone shows each cell under its own head."""
    heads = list(zip(table.heads, table.kinds, strict=True))
    rows = [
        {"total": total, "first": cells[0], "cells": list(zip(cells[1:], heads[1:], strict=True))}
        for total, cells in table.shown()
    ]
    return {"id": table.id, "title": table.title, "heads": heads, "rows": rows, "note": table.note}


def _drawn(result: TrialResult) -> SafeString | str:
    bars = spread_bars(result)
    return mark_safe(picture(bars, name="trial")) if bars.pairs else ""


def _download(result: TrialResult, form: str) -> HttpResponse:
    """Return a file under its Chinese name."""
    media_type, write = WRITERS[form]
    response = HttpResponse(write(result), content_type=media_type)
    name = f"方案试算-{result.years.words}-{result.draft.hash[:8]}.{form}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response

"""The lists of 补报 and 追回, their totals, and one claim with its settlement before and after."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from fuqi.access.codes import EXPORT_RECORDS, SEE_MONEY
from fuqi.basics.dates import AsOf
from fuqi.flows.adjustments import AdjustmentList, Wanted, adjustment_list, batches, open_adjustment
from fuqi.flows.adjustments_file import adjustments_workbook
from fuqi.flows.current import known_layouts
from fuqi.flows.figures import default_day, note
from fuqi.flows.opened import Asking, NothingToOpenError
from fuqi.flows.up_to_date import is_up_to_date
from fuqi.places.queries import divisions
from fuqi.settlement.rules import BACK_PAYMENT, RECOVERY
from fuqi.web.door import Asked, NotThereError, page
from fuqi.web.people.way_back import way_back

A_PAGE = 50
"""How many lines one page lists."""
FILE_NAME = "补报追回.xlsx"
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TOWNSHIP = 9
"""Digits of a township's division code: villages are not offered one by one."""


def _asking(request: Asked) -> Asking:
    return Asking(request.viewer, request.county_scheme, known_layouts(), AsOf(default_day(request.county_scheme)))


def _wanted(request: HttpRequest) -> Wanted:
    """Return what the address asks for. What is no batch counts as none."""
    words = {name: request.GET.get(name, "") for name in ("kind", "layer", "fund", "place", "reason")}
    since = request.GET.get("since", "")
    return Wanted(since=int(since) if since.isdecimal() and len(since) < 7 else 0, **words)


@require_GET
@page(SEE_MONEY)
def adjustments(request: Asked) -> HttpResponse:
    """Show the list, as far as it is asked for, with the totals of each fund."""
    wanted, asking = _wanted(request), _asking(request)
    found = adjustment_list(asking, wanted, named=False)
    shown = Paginator(found.lines, A_PAGE).get_page(request.GET.get("page"))
    shown.object_list = found.named(list(shown.object_list))
    asked = {name: value for name, value in asdict(wanted).items() if value}
    context = {
        "found": found,
        "may_export": request.viewer.may(EXPORT_RECORDS),
        "shown": shown,
        "pages": _near(shown),
        "more": f"&{urlencode(asked)}" if asked else "",
        "query": f"?{urlencode(asked)}" if asked else "",
        "wanted": wanted,
        "filtered": bool(asked),
        "filters": _filters(found, wanted),
        "batches": batches(request.viewer),
        "places": [item for item in divisions(request.viewer) if len(item.code) <= _TOWNSHIP],
        "sums": _sums(found),
        "up_to_date": is_up_to_date(request.viewer, request.county_scheme),
    }
    return render(request, "adjustments/adjustments.html", context)


def _filters(found: AdjustmentList, wanted: Wanted) -> list[dict[str, Any]]:
    """Return what can be chosen: name, label, choices, and what is chosen."""
    labels = {"kind": "类别", "layer": "层次", "fund": "由谁支付", "reason": "为什么"}
    return [
        {"name": name, "label": label, "choices": found.choices[name], "chosen": getattr(wanted, name)}
        for name, label in labels.items()
    ]


def _sums(found: AdjustmentList) -> dict[str, int]:
    return {
        "back": found.count(BACK_PAYMENT),
        "back_fen": found.sum_fen(BACK_PAYMENT),
        "recovery": found.count(RECOVERY),
        "recovery_fen": found.sum_fen(RECOVERY),
    }


def _near(shown: Any) -> list[int | str]:
    pages = shown.paginator
    return list(pages.get_elided_page_range(shown.number, on_each_side=2, on_ends=1)) if pages.num_pages > 1 else []


@require_GET
@page(SEE_MONEY, besides=(EXPORT_RECORDS,))
def workbook(request: Asked) -> HttpResponse:
    """Give the list, as far as it is asked for, as a workbook."""
    found = adjustment_list(_asking(request), _wanted(request))
    data = adjustments_workbook(found, note(request.county_scheme, FILE_NAME))
    response = HttpResponse(data, content_type=_WORKBOOK)
    response.headers["Content-Disposition"] = content_disposition_header(True, FILE_NAME) or "attachment"
    return response


@require_GET
@page(SEE_MONEY)
def adjustment(request: Asked, adjustment_id: UUID) -> HttpResponse:
    """Show one claim: what was posted, what is now, why, and the settlement before and after with its sentences."""
    try:
        found = open_adjustment(_asking(request), adjustment_id, _wanted(request).since)
    except NothingToOpenError as error:
        raise NotThereError(error.message) from None
    context = {"found": found, "head": found.head, "back": way_back(request)}
    return render(request, "adjustments/adjustment.html", context)

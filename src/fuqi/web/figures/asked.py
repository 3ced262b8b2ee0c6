"""What a figure's address asks for: which figure, where, on which day, which part of its list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from fuqi.flows.counts import CountView, count_days, latest_count, open_list
from fuqi.flows.figures import LineList, is_shown
from fuqi.indicators.figures import NUMERATOR, PARTS
from fuqi.places.queries import DivisionView, divisions, find_division
from fuqi.scheme.indicators import Indicator
from fuqi.web.door import Asked, NotAllowedError, NotThereError

PAGE_LENGTH = 50
"""Lines on a page of a list."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for, checked."""

    indicator: Indicator
    place: DivisionView
    known: tuple[DivisionView, ...]
    count: CountView | None
    day: date | None
    """None for the scheme's last day, which the address need not name."""
    part: str = NUMERATOR
    reason: str = ""
    page: int = 1
    whole: bool = False
    """Whether the whole list is wanted at once, for printing."""

    def address(self, **changes: object) -> str:
        """Return the query of this question, changed; what is usual stays out of it."""
        asked = replace(self, **changes)  # type: ignore[arg-type]
        parts = {
            "place": asked.place.code,
            "day": asked.day.isoformat() if asked.day else "",
            "part": asked.part if asked.part != NUMERATOR else "",
            "reason": asked.reason,
            "page": asked.page if asked.page > 1 else "",
            "print": 1 if asked.whole else "",
        }
        return "?" + urlencode({key: value for key, value in parts.items() if value})

    def lines(self, request: Asked) -> LineList:
        """Return the lines behind the figure, all parts of them."""
        assert self.count is not None
        return open_list(request.viewer, request.county_scheme, self.count, self.indicator.id, self.place.code)


def question(request: Asked, code: str) -> Question:
    """Return what the address asks for.

    Raises NotThereError and UnknownPlaceError; what is not the viewer's reads as what is not there.
    """
    viewer, scheme = request.viewer, request.county_scheme
    indicator = next((item for item in scheme.indicators if item.id == code), None)
    if indicator is None:
        raise NotThereError("方案里没有这项指标。请从县情页选一项。")
    known = tuple(divisions(viewer))
    if not known:
        raise NotThereError("您还没有可以看的地方。请县里的管理员授权。")
    place = find_division(viewer, request.GET["place"]) if request.GET.get("place") else known[0]
    if not is_shown(viewer, scheme, code, place.code):
        raise NotAllowedError(f"“{indicator.name}”涉及专管病种，只看全县的数字和名单，不分乡镇和村。")
    known = tuple(item for item in known if is_shown(viewer, scheme, code, item.code))
    day = _day(request.GET.get("day", ""))
    if day is not None and day not in count_days(scheme):
        raise NotThereError("方案没有安排在这一天计数。请从指标页的变化里选一天。")
    count = latest_count(viewer, scheme, day)
    if day is not None and count is None:
        raise NotThereError("这一天还没有计过数。没有计数不等于零。")
    part = request.GET.get("part", NUMERATOR)
    number = request.GET.get("page", "1")
    return Question(
        indicator=indicator,
        place=place,
        known=known,
        count=count,
        day=day,
        part=part if part in PARTS else NUMERATOR,
        reason=request.GET.get("reason", ""),
        page=int(number) if number.isdecimal() and len(number) < 7 else 1,
        whole=request.GET.get("print") == "1",
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotThereError("地址里的日期看不懂，要写成 2017-12-31。") from None

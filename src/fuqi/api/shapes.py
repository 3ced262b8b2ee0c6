"""Shapes that several endpoints share: what may be asked, and how a list is told page by page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil
from typing import Annotated, Any, TypeVar

from ninja import Field, Schema
from pydantic import ConfigDict, StringConstraints

from fuqi.api.limits import A_PAGE, LAST_PAGE, LONGEST_PAGE

T = TypeVar("T")

PlaceCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6,12}$")]
"""A division code (GB/T 2260, GB/T 10114)."""
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
"""An identifier of the scheme."""
Words = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z一-鿿（）()·、_/.-]{1,60}$")]
"""A short text without signs that nobody types."""


class Asks(Schema):
    """What a request says; what nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


class PageAsked(Schema):
    """Which page of a list, and how many lines are on one."""

    page: int = Field(1, ge=1, le=LAST_PAGE, description="第几页，从1开始；超过最后一页的，items 为空。")
    size: int = Field(A_PAGE, ge=1, le=LONGEST_PAGE, description="每页几条。")


class PageOf(Schema):
    """A page of a list: which, of how many, and how many lines there are in all."""

    page: int
    pages: int
    size: int
    total: int


class PlaceOut(Schema):
    """A division."""

    code: str
    name: str
    full_name: str
    level: str


class SourceOut(Schema):
    """A received row on which something rests."""

    row: str
    file: str
    sheet: str
    line: int


def page_of(asked: PageAsked, items: Sequence[T]) -> tuple[dict[str, Any], Sequence[T]]:
    """Return what is said of a page, and its lines."""
    start = (asked.page - 1) * asked.size
    about = {"page": asked.page, "pages": max(1, ceil(len(items) / asked.size)), "size": asked.size, "total": len(items)}
    return about, items[start : start + asked.size]


def day_in(words: date | None) -> str:
    """Return a day as it is written in answers, '' where there is none."""
    return words.isoformat() if words else ""

"""The frame of every page, and numbers and days as people read them."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fuqi.basics.dates import SHANGHAI
from fuqi.scheme.model import Scheme
from fuqi.scheme.releases import version_words
from fuqi.web.navigation import entrances, room_of
from fuqi.web.shown import grouped

register = template.Library()


@register.simple_tag
def built(name: str) -> str:
    """Return the address of a built file, with its digest, so that a new build is never mistaken for the old one."""
    return f"{static(f'built/{name}')}?v={_digest(name)}"


@lru_cache
def _digest(name: str) -> str:
    path = finders.find(f"built/{name}")
    if not path:
        return "0"
    with open(path, "rb") as file:  # noqa: PTH123 -- the finder answers with a text
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


@register.inclusion_tag("components/navigation.html", takes_context=True)
def navigation(context: Context) -> dict[str, object]:
    """Show the rooms that the viewer may enter."""
    request: HttpRequest = context["request"]
    match = request.resolver_match
    room = room_of(match.func.__module__) if match else ""
    shown = entrances(context["viewer"], context["scheme"].place)
    return {"entrances": [(item, room in item.rooms) for item in shown]}


@register.filter
def county_name(scheme: Scheme) -> str:
    """Return what the scheme's county is called."""
    return next((item.full_name or item.name for item in scheme.divisions if item.code == scheme.place), scheme.place)


@register.filter
def version(digest: str, scheme: Scheme) -> str:
    """Return a version of the scheme with its state: draft, tested or official."""
    return version_words(scheme, digest)


@register.filter
def synthetic(scheme: Scheme | None) -> bool:
    """Return whether the scheme's places are made up, and with them all persons."""
    return scheme is not None and any(item.synthetic for item in scheme.divisions)


@register.filter
def figure_number(text: str) -> SafeString | str:
    """Return a printed number with its thousands set apart; machines still read it as it was printed."""
    return format_html('<data value="{}">{}</data>', text, grouped(text)) if text else ""


@register.filter
def day_words(day: date | datetime | None) -> str:
    """Return a day, or an instant as the day it was in China, as people write it."""
    if isinstance(day, datetime):
        day = day.astimezone(SHANGHAI).date()
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


@register.filter
def instant_words(at: datetime | None) -> str:
    """Return an instant as people in China write it."""
    return f"{day_words(at)} {at.astimezone(SHANGHAI):%H:%M}" if at else ""

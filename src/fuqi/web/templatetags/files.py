"""What the pages of people, settlements and rows say: amounts, spans of days, and links that know the way back."""

from __future__ import annotations

from datetime import date

from django import template
from django.template.context import Context
from django.urls import reverse

from fuqi.basics.money import format_yuan
from fuqi.web.people.way_back import with_way_back
from fuqi.web.templatetags.look import day_words

register = template.Library()


@register.filter
def yuan(fen: int | None) -> str:
    """Return fen as yuan with two decimals, '不明' where the amount is unknown."""
    return "不明" if fen is None else format_yuan(fen)


@register.filter
def span_from(start: date | None, until: date | None) -> str:
    """Return from when until when something holds; the last day is the one before `until`."""
    last = date.fromordinal(until.toordinal() - 1) if until else None
    if start and last:
        return f"{day_words(start)}至{day_words(last)}"
    if start:
        return f"{day_words(start)}起"
    return f"到{day_words(last)}止" if last else "起止未写"


@register.simple_tag(takes_context=True)
def opened_since(context: Context, name: str, key: object, since: int) -> str:
    """Return the address of an adjustment compared with a batch, which leads back to this page."""
    return with_way_back(reverse(name, args=[key]), context["request"], since=str(since or ""))


@register.simple_tag(takes_context=True)
def opened(context: Context, name: str, key: object) -> str:
    """Return the address of a person, settlement or row, which leads back to this page; a chosen day goes along."""
    return with_way_back(reverse(name, args=[key]), context["request"], day=str(context.get("day_asked") or ""))

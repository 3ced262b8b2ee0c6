"""Layers as they stand on one day: dated values without dates, so that next year's numbers can be tried on last year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from typing import Any

from fuqi.scheme.benefits import Benefits, Layer
from fuqi.scheme.values import Content, Row, Value, in_force


def benefits_on(benefits: Benefits, day: date) -> Benefits:
    """Return the layers with each dated value as it is in force on a day; one that begins later stays dated."""
    return replace(benefits, layers=tuple(_layer(layer, day) for layer in benefits.layers))


def dates_after(benefits: Benefits, day: date) -> list[date]:
    """Return the days after a day from which some number of the layers changes, in order."""
    days = {since for layer in benefits.layers for value in layer.values() for since in _dates(value)}
    return sorted(since for since in days if since > day)


def _layer(layer: Layer, day: date) -> Layer:
    named = ((part.name, getattr(layer, part.name)) for part in fields(layer))
    changed: dict[str, Any] = {name: _value(value, day) for name, value in named if isinstance(value, Value)}
    return replace(layer, **changed)


def _value(value: Value, day: date) -> Value:
    return replace(value, rows=_rows(value.rows, day), add=_rows(value.add, day))


def _rows(rows: tuple[Row, ...], day: date) -> tuple[Row, ...]:
    chosen = in_force(rows, day)
    if chosen is None:
        return rows
    return tuple(replace(row, since=None, add=_rows(row.add, day), content=_content(row.content, day)) for row in chosen)


def _content(content: Content, day: date) -> Content:
    if content.schedule is None:
        return content
    return replace(content, schedule=tuple((bound, _value(value, day)) for bound, value in content.schedule))


def _dates(value: Value) -> Iterator[date]:
    for row in (*value.rows, *value.add):
        if row.since is not None:
            yield row.since
        yield from (point.since for point in row.add if point.since is not None)
        for _, inner in row.content.schedule or ():
            yield from _dates(inner)

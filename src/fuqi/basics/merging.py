"""Two people edit one thing: other fields merge, the same field is refused with both values and names. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody left a thing as, in whole: a field that is not named is empty."""

    by: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people changed from the same value to two others."""

    field: str
    base: str
    mine: str
    theirs: str
    by: str
    """Who wrote `theirs`."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What comes of both edits; where `clashes` is not empty, nothing may be kept of it."""

    values: dict[str, str]
    clashes: tuple[Clash, ...]
    taken: tuple[str, ...]
    """Fields that others changed meanwhile and that were merged in."""


def merge(base: Mapping[str, str], since: Sequence[Edit], mine: Mapping[str, str]) -> Merged:
    """Return what `mine`, made of `base`, comes to after the edits that others made `since`, the oldest first.

    Equal changes of both are no clash. A field that others changed and changed back is as if untouched.
    """
    theirs = since[-1].values if since else base
    values: dict[str, str] = {}
    clashes: list[Clash] = []
    taken: list[str] = []
    for field in sorted({*base, *theirs, *mine}):
        was, now, wanted = base.get(field, ""), theirs.get(field, ""), mine.get(field, "")
        if wanted in (was, now):
            values[field] = now
            if now not in (was, wanted):
                taken.append(field)
        elif now == was:
            values[field] = wanted
        else:
            clashes.append(Clash(field, was, wanted, now, _who_wrote(field, base, since)))
    return Merged({field: words for field, words in values.items() if words}, tuple(clashes), tuple(taken))


def _who_wrote(field: str, base: Mapping[str, str], since: Sequence[Edit]) -> str:
    """Return who changed the field last."""
    before, by = base.get(field, ""), ""
    for edit in since:
        now = edit.values.get(field, "")
        if now != before:
            before, by = now, edit.by
    return by

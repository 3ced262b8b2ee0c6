"""Which of many received rows a viewer must not be shown: those that touch a restricted illness, or whose persons ever did."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from fuqi.access import masks
from fuqi.determination.queries import ever_restricted_persons
from fuqi.determination.rules import in_free_words, tells_restricted_fact, touches_restricted
from fuqi.flows.opened.asking import ILLNESS_KINDS, Asking
from fuqi.intake.rows import RowView
from fuqi.matching.queries import persons_of_rows

Told = tuple[str, str, str]
"""What decides whether a row may be shown: its kind, and what it says of an illness in words and codes."""


def told_of(view: RowView) -> Told:
    """Return what of a row decides whether it may be shown."""
    words = f"{view.values.get('illness') or ''} {in_free_words(view.values)}"
    return view.kind, words, str(view.values.get("icd10") or "")


def hidden_rows(asking: Asking, told: Mapping[UUID, Told]) -> set[UUID]:
    """Return the rows that must stay covered for the viewer; former files and former owners are not forgotten."""
    if masks.reads_sensitive_everywhere(asking.viewer):
        return set() if asking.sees_restricted else _restricted(asking, told)
    persons = persons_of_rows(asking.viewer, told)
    hidden = set() if asking.sees_restricted else _restricted(asking, told)
    for row_id, (kind, *_) in told.items():
        owners: set[UUID | None] = {*persons.get(row_id, ())}
        if (kind in ILLNESS_KINDS or not owners) and any(map(asking.lacks_level, owners or {None})):
            hidden.add(row_id)
    return hidden


def _restricted(asking: Asking, told: Mapping[UUID, Told]) -> set[UUID]:
    persons, marked = persons_of_rows(asking.viewer, told), ever_restricted_persons(asking.viewer)
    hidden = set()
    for row_id, (kind, *said) in told.items():
        owners = persons.get(row_id, set())
        tells = touches_restricted(asking.scheme, *said) or tells_restricted_fact(said[0])
        if (kind in ILLNESS_KINDS or not owners) and (owners & marked or tells):
            hidden.add(row_id)
    return hidden

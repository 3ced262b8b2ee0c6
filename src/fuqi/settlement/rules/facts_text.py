"""What the evaluator was given of a claim, as text that is kept with the settlement and gives the same claim again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from fuqi.scheme.claims import Claim

_DAYS = ("settled_at", "discharged", "admitted", "birth_on")


def claim_text(claim: Claim) -> str:
    """Return a claim as canonical JSON: days in ISO form, groups sorted; what is unknown or empty is left out."""
    said = {item.name: _plain(getattr(claim, item.name)) for item in fields(claim)}
    kept = {name: value for name, value in said.items() if value is not None and value != {}}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def claim_of(text: str) -> Claim:
    """Return the claim that a text was made of."""
    said: dict[str, Any] = json.loads(text)
    for name in _DAYS:
        if name in said:
            said[name] = date.fromisoformat(said[name])
    if "groups" in said:
        said["groups"] = frozenset(said["groups"])
    absent = {item.name: None for item in fields(Claim) if item.name not in ("fees", "amounts", "paid")}
    return Claim(**{**absent, **said})


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return dict(value) if isinstance(value, Mapping) else value

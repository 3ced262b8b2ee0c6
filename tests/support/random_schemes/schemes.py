"""Random benefits files, and what they say once they are read."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from random import Random

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.names import CLAIM
from fuqi.scheme.reading.benefits import read_benefits
from fuqi.scheme.reading.reader import Reader
from tests.support.random_schemes.conditions import Texts
from tests.support.random_schemes.layers import Draft, random_layer
from tests.support.random_schemes.values import Values
from tests.support.random_schemes.words import DISEASE_LISTS, GROUPS, maybe

NAMES = CLAIM.with_choices({"groups": GROUPS, "disease_lists": [one.id for one in DISEASE_LISTS]})
MOST_TRIES = 20
"""How often a scheme is drawn again whose rows have one condition twice, written in two ways."""


@dataclass(frozen=True)
class RandomScheme:
    """A benefits file and what it says."""

    text: str
    benefits: Benefits


def random_scheme(chance: Random, most_layers: int = 5, *, plain: bool = False) -> RandomScheme:
    """Return a scheme over the whole language; it loads without a fault, or this fails.

    A plain one has only what keeps payments from falling when more is in scope (settlement standard, What always holds, 5).
    """
    for _ in range(MOST_TRIES):
        text = _text(chance, most_layers, plain)
        reader = Reader("benefits.yaml")
        benefits = read_benefits(text, reader, names=NAMES)
        if benefits is not None and not reader.faults:
            return RandomScheme(text, replace(benefits, disease_lists=DISEASE_LISTS))
        if any(fault.code != "same_row" for fault in reader.faults):
            raise AssertionError("\n".join([*map(str, reader.faults), text]))
    raise AssertionError("chance draws the same conditions again and again")


def _text(chance: Random, most_layers: int, plain: bool) -> str:
    ids = tuple(f"layer{number}" for number in range(1 + chance.randrange(most_layers)))
    shared: dict[str, tuple[str, str]] = {}
    lines = ["care: [day_surgery]"]
    if maybe(chance, 0.2):
        lines.append("year_of: settled_at")
    lines.append("layers:")
    for number, layer_id in enumerate(ids):
        texts = Texts(chance, earlier=ids[:number], every=ids, plain=plain)
        keys = random_layer(Draft(texts, Values(texts), shared=shared), layer_id, number)
        for place, (key, content) in enumerate(keys.items()):
            lines.append(f"{'  - ' if place == 0 else '    '}{key}: {json.dumps(content, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"

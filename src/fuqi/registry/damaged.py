"""Identity numbers of which a part is damaged, and who may be meant by one. Reads nothing that is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from fuqi.access.sealed import blind_index
from fuqi.basics.dates import AsOf
from fuqi.basics.viewer import Viewer
from fuqi.registry.models import Identity, IdentityIndex
from fuqi.registry.queries import places_of
from fuqi.registry.validity import holds

_DIGITS = 18
_AREA, _BIRTH, _SEQUENCE = slice(0, 6), slice(6, 14), slice(14, 17)
"""Where area, day of birth and sequence stand in a number （GB 11643）; the last sign checks the others."""


@dataclass(frozen=True, slots=True)
class NumberParts:
    """The two parts of a number that find it when the rest is damaged; '' where the part itself is."""

    birth_sequence: str
    area_birth: str


def number_parts(number: str) -> NumberParts | None:
    """Return the parts of a number of 18 signs, whole or damaged; None of any other length: nobody knows what stands where."""
    if len(number) != _DIGITS:
        return None
    return NumberParts(_whole(number[_BIRTH] + number[_SEQUENCE]), _whole(number[_AREA] + number[_BIRTH]))


def _whole(digits: str) -> str:
    return digits if digits.isascii() and digits.isdigit() else ""


def people_with_damaged_number(viewer: Viewer, as_of: AsOf, number: str) -> dict[UUID, str]:
    """Return who may be meant by a damaged number, within the viewer's scope: person -> which part fits, in Chinese.

    A sign that cannot be read is written as any sign that is no digit. Who fits in both parts comes with both.
    """
    parts = number_parts(number)
    if parts is None:
        return {}
    wanted = {
        "birth_sequence": blind_index("id_birth_sequence", parts.birth_sequence),
        "area_birth": blind_index("id_area_birth", parts.area_birth),
    }
    either = [Q(**{part: index}) for part, index in wanted.items() if index]
    if not either:
        return {}
    fits: dict[UUID, str] = {}
    for identity, *indexes in IdentityIndex.objects.filter(either[0] | either[-1]).values_list("identity", *wanted):
        fits[identity] = "、".join(_PARTS[part] for part, index in zip(wanted, indexes, strict=True) if index == wanted[part])
    held = Identity.objects.filter(holds(as_of), id__in=list(fits)).order_by("id").values_list("person", "id")
    found = {person: fits[identity] for person, identity in held}
    here = places_of(viewer, as_of, list(found))
    return {person: words for person, words in sorted(found.items()) if person in here}


_PARTS = {"birth_sequence": "出生日期和顺序码", "area_birth": "地区和出生日期"}

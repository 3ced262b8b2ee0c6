"""Who is asking: the first argument of every query, so that nobody reads without a scope."""

from __future__ import annotations

from dataclasses import dataclass, field

RESTRICTED_ILLNESS = "restricted_illness"
"""The permission to see illnesses that a scheme marks as restricted （专管病种）."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person or a job with the places it may see and what it may see there.

    `places` are division codes; a code covers itself and everything below it (codes of lower divisions begin with the code of
    the higher one, GB/T 2260 and GB/T 10114). `purpose` is why personal names are wanted; without one they stay masked.
    """

    name: str
    places: tuple[str, ...] = ()
    permissions: frozenset[str] = field(default_factory=frozenset)
    purpose: str = ""
    institutions: tuple[str, ...] = ()
    """Names of institutions whose patients it may see as patients there: a hospital's counter."""

    def covers(self, place_code: str) -> bool:
        """Return whether the division lies within this viewer's places."""
        return any(place_code.startswith(scope) for scope in self.places)

    def may(self, permission: str) -> bool:
        """Return whether the permission was granted."""
        return permission in self.permissions

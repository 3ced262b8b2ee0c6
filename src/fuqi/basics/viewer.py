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
    levels: tuple[tuple[str, int], ...] | None = None
    """Up to which level it may read, by division code or institution; None for the program itself, which masks nothing.

    What the levels are and who holds which is told in `access.codes`; what follows from it is asked of `access.masks`.
    """

    def covers(self, place_code: str) -> bool:
        """Return whether the division lies within this viewer's places."""
        return any(place_code.startswith(scope) for scope in self.places)

    def level_at(self, place_code: str | None = None, institution: str = "") -> int | None:
        """Return up to which level it may read at a place and at an institution; None without any bound.

        Of places the highest that covers counts. Where none does, or the place is not known, it is the least of all.
        """
        if self.levels is None:
            return None
        here = [level for where, level in self.levels if place_code is not None and place_code.startswith(where)]
        here += [level for where, level in self.levels if institution and where == institution]
        return max(here) if here else min((level for _, level in self.levels), default=0)

    def may(self, permission: str) -> bool:
        """Return whether the permission was granted."""
        return permission in self.permissions

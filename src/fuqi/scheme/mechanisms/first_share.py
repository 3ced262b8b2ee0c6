"""first_share: what the person bears first, before a layer counts （异地转诊先自付）."""

from __future__ import annotations

from fuqi.basics.money import share


def base_after_share(base: int, first_share: int) -> int:
    """Return the base less the share, in fen; the share is rounded half up."""
    return base - share(base, first_share)

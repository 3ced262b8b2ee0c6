"""first_share: what the person bears first, before a layer counts （异地转诊先自付）."""

from __future__ import annotations

from fuqi.basics.money import share
from fuqi.scheme.writer import LayerWriter


def base_after_share(base: int, first_share: int) -> int:
    """Return the base less the share, in fen; the share is rounded half up."""
    return base - share(base, first_share)


def emit_base_after_share(to: LayerWriter) -> None:
    """Write the base, less what the person bears first."""
    base = to.values.get("base", "0")
    to.trace("base_before_share", base)
    if "first_share" in to.values:
        first_share = to.values["first_share"]
        to.set("base", f"{base} - ({base} * {first_share} + 5000) // 10000")
        to.trace("first_share", first_share)
    elif base != to.local("base"):
        to.set("base", base)

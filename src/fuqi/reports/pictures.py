"""The code that is read with a telephone's camera."""

from __future__ import annotations

import io

import segno


def code_picture(address: str) -> str:
    """Return an address as an SVG of a QR code that survives a fold or a stain (error correction M)."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, svgns=True)
    return out.getvalue().decode()

"""Texts on their way into a file that a spreadsheet will open."""

from __future__ import annotations


def inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text

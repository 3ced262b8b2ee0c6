"""Marks that only this workspace can make: on a paper that it is ours, on a line in place of a person."""

from __future__ import annotations

import hmac
from uuid import UUID

from fuqi.access.sealed import blind_index

_MARK_BYTES = 10
"""80 bits: nobody guesses a mark."""
_CODE_CHARACTERS = 4
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 signs of 5 bits. Without 0, 1, I and O nobody misreads a code, and none spells an illness (HIV) or its code (A15, B20)."""


def paper_mark(number: str, digest: str) -> str:
    """Return the mark of a paper: 16 characters, keyed, bound to its number and content."""
    return _spelled(blind_index("paper.mark", f"{number}\x1f{digest}"))[:16]


def is_mark_of(mark: str, number: str, digest: str) -> bool:
    """Return whether a mark is the paper's own, in constant time; small letters are taken for large ones."""
    return hmac.compare_digest(mark.strip().upper().encode(), paper_mark(number, digest).encode())


def person_code(person_id: UUID) -> str:
    """Return the code that stands on a paper for a person whose illness is restricted; who has the record finds the person."""
    return f"专管-{_spelled(blind_index('paper.person', person_id.hex))[:_CODE_CHARACTERS]}"


def _spelled(hex_digest: str) -> str:
    bits = int.from_bytes(bytes.fromhex(hex_digest)[:_MARK_BYTES], "big")
    return "".join(_SIGNS[bits >> shift & 31] for shift in range(_MARK_BYTES * 8 - 5, -1, -5))

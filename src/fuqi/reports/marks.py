"""Marks that only this workspace can make: on a paper that it is ours, on a line in place of a person."""

from __future__ import annotations

import base64
import hmac
from uuid import UUID

from fuqi.access.sealed import blind_index

_MARK_BYTES = 10
"""80 bits: nobody guesses a mark."""
_CODE_CHARACTERS = 4


def paper_mark(number: str, digest: str) -> str:
    """Return the mark of a paper: 16 characters, keyed, bound to its number and content."""
    return _base32(blind_index("paper.mark", f"{number}\x1f{digest}"))[:16]


def is_mark_of(mark: str, number: str, digest: str) -> bool:
    """Return whether a mark is the paper's own, in constant time; small letters are taken for large ones."""
    return hmac.compare_digest(mark.strip().upper().encode(), paper_mark(number, digest).encode())


def person_code(person_id: UUID) -> str:
    """Return the code that stands on a paper for a person whose illness is restricted; who has the record finds the person."""
    return f"专管-{_base32(blind_index('paper.person', person_id.hex))[:_CODE_CHARACTERS]}"


def _base32(hex_digest: str) -> str:
    return base64.b32encode(bytes.fromhex(hex_digest)[:_MARK_BYTES]).decode("ascii")

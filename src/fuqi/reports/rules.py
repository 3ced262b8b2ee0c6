"""Papers as values: texts made safe, digests, numbers. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping

from fuqi.journal.rules import canonical

_NOT_PRINTED = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories that no printer shows: control and format characters, surrogates. Rare characters of names, some of them
newer than any table and some in private areas, are kept."""


def printable(text: str) -> str:
    """Return a text in one line without characters that are invisible, turn the line round or break a file."""
    return "".join(
        char for char in " ".join(text.split()) if unicodedata.category(char) not in _NOT_PRINTED and not _is_none(char)
    )


def _is_none(char: str) -> bool:
    """Return whether the code point is one of those that Unicode will never give to a character."""
    point = ord(char)
    return point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF


def all_printable(content: object) -> object:
    """Return content for a template with every text in it made printable."""
    if isinstance(content, str):
        return printable(content)
    if isinstance(content, Mapping):
        return {str(key): all_printable(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [all_printable(value) for value in content]
    return content


def content_digest(content: Mapping[str, object]) -> str:
    """Return the SHA-256 of a paper's content, hex."""
    return hashlib.sha256(canonical(dict(content)).encode()).hexdigest()


def paper_number(year: int, sequence: int) -> str:
    """Return a paper's number."""
    return f"{year}-{sequence:06d}"


def sequence_of(number: str) -> int:
    """Return the running number within a paper's number."""
    return int(number.partition("-")[2])

"""What a credential's token looks like. 256 bits by chance; the end is a check, so that a torn one costs no look-up. Pure."""

from __future__ import annotations

import hashlib
import re
import secrets
import zlib

DEVICE, SERVICE = "device", "service"
KINDS = {DEVICE: "设备", SERVICE: "服务"}
"""What may hold a credential: somebody's device, or another department's program."""
LONGEST_DAYS = {DEVICE: 90, SERVICE: 366}
"""How long a credential of a kind may hold before it must be issued anew."""

_FORM = re.compile(r"(fuqi_(?:device|service)_[A-Za-z0-9_-]{43})([0-9a-f]{8})")


def new_token(kind: str) -> str:
    """Return a new token; its beginning lets those who search for leaked secrets know it."""
    body = f"fuqi_{kind}_{secrets.token_urlsafe(32)}"
    return body + _check(body)


def is_token(text: str) -> bool:
    """Return whether a text has the form of a token and its check fits; that says nothing about whether it holds."""
    found = _FORM.fullmatch(text)
    return found is not None and found[2] == _check(found[1])


def token_digest(token: str) -> str:
    """Return what is kept of a token: SHA-256. Chance made it, so that no slow hash is needed (ASVS 5.0 11.4.2)."""
    return hashlib.sha256(token.encode()).hexdigest()


def _check(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"

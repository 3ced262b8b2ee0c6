"""The cookie by which a browser shows to which accounts it has signed in before (OWASP: device cookies). It opens nothing."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from django.conf import settings

from fuqi.entrance.codes import DEVICES_KEPT

_LENGTH = 32


def _mac(name: str, nonce: str) -> str:
    words = "\x1f".join(("entrance.device", name, nonce)).encode()
    return hmac.new(settings.SECRET_KEY.encode(), words, sha256).hexdigest()[:_LENGTH]


def _parts(cookie: str) -> list[tuple[str, str]]:
    found = []
    for part in cookie[: DEVICES_KEPT * (2 * _LENGTH + 2)].split("."):
        nonce, _, mac = part.partition("-")
        if len(nonce) == _LENGTH and len(mac) == _LENGTH and (nonce + mac).isalnum() and (nonce + mac).isascii():
            found.append((nonce, mac))
    return found[:DEVICES_KEPT]


def known_as(cookie: str, name: str) -> str:
    """Return the device's number if it has signed in to that account before, else ''."""
    return next((nonce for nonce, mac in _parts(cookie) if hmac.compare_digest(mac, _mac(name, nonce))), "")


def with_account(cookie: str, name: str) -> str:
    """Return the cookie with a new number for that account in front; those of other accounts on this device stay."""
    nonce = secrets.token_hex(_LENGTH // 2)
    others = [(old, mac) for old, mac in _parts(cookie) if not hmac.compare_digest(mac, _mac(name, old))]
    return ".".join(f"{number}-{mac}" for number, mac in [(nonce, _mac(name, nonce)), *others][:DEVICES_KEPT])

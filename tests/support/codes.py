"""One-time codes of the test accounts' second factors. No code opens twice: each sign-in waits for the next one."""

from __future__ import annotations

import time

import pyotp

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""What the phones of all test accounts hold."""
STEP = 30
TRIES = 6
"""Codes that a sign-in tries: another process may have used the first ones."""

_used: dict[tuple[str, str], int] = {}


def next_code(where: str, name: str, secret: str = SECRET) -> str:
    """Return a code of an account at a server that was not returned before; the one to come is good already."""
    now = int(time.time()) // STEP
    step = max(_used.get((where, name), now - 1) + 1, now)
    while step > int(time.time()) // STEP + 1:
        time.sleep(0.2)
    _used[where, name] = step
    return pyotp.TOTP(secret).generate_otp(step)

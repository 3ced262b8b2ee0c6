"""Numbers of sign-in and sessions by profile: OWASP ASVS 5.0 level 2, or 等保三级 where its assessors want other values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Profile:
    """What is asked of passwords, sessions and ciphers."""

    name: str
    password_length: int
    password_days: int
    """After how many days a password must be changed; 0 for never: ASVS 6.2.10 forbids rotation, 等保 wants it."""
    password_history: int
    """How many former passwords must not come back."""
    password_kinds: int
    """How many of the four kinds of signs a password must have; a Chinese character counts as one of its own."""
    idle: timedelta
    longest_session: timedelta
    failures_before_pause: int
    """Wrong passwords in a row, from devices that the account does not know, before the next try must wait."""
    cipher: str
    """`aes` (AES-256-GCM, HMAC-SHA256) or `sm` (SM4-GCM, HMAC-SM3)."""


ASVS = Profile("asvs", 10, 0, 0, 1, timedelta(minutes=30), timedelta(hours=10), 5, "aes")
DENGBAO3 = Profile("dengbao3", 10, 90, 5, 3, timedelta(minutes=15), timedelta(hours=8), 5, "sm")
PROFILES = {profile.name: profile for profile in (ASVS, DENGBAO3)}

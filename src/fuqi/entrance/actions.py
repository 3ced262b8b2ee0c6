"""Counting tries and used codes, ending sessions. A try counts as wrong until known to be right: many at once gain nothing."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction

from fuqi.entrance import rules
from fuqi.entrance.models import SessionsEnded, Tries, UsedCode
from fuqi.entrance.rules import Tally

_DATABASE = "desk"


@dataclass(frozen=True, slots=True)
class Tried:
    """One try: in which tallies it was counted, how long it must wait, and whether a wait begins with it."""

    keys: tuple[tuple[str, str], ...]
    wait: timedelta = timedelta(0)
    pauses: bool = False
    """Whether one more wrong try than this one has to wait."""

    @property
    def refused(self) -> bool:
        """Return whether the try may not be looked at yet."""
        return self.wait > timedelta(0)


def _key(*parts: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), "\x1f".join(("entrance.tries", *parts)).encode(), sha256).hexdigest()


def tallies(what: str, name: str, *, nonce: str, address: str) -> tuple[tuple[str, str], ...]:
    """Return kind and key of the tallies that a try counts in; `nonce` is a known device's, '' for a stranger."""
    if nonce:
        return ((rules.DEVICE, _key(what, rules.DEVICE, name, nonce)),)
    return (
        (rules.HERE, _key(what, rules.HERE, name, address)),
        (rules.STRANGERS, _key(what, rules.STRANGERS, name)),
        (rules.ADDRESS, _key(what, rules.ADDRESS, address)),
    )


def count_try(keys: tuple[tuple[str, str], ...], *, failures: int, at: datetime) -> Tried:
    """Count a try as wrong before it is looked at, unless it must wait; waits and counts in one transaction."""
    with transaction.atomic(using=_DATABASE):
        Tries.objects.filter(last_at__lt=at - 2 * rules.FORGOTTEN_AFTER).delete()
        stored = {row.key: Tally(row.count, row.last_at) for row in Tries.objects.filter(key__in=[key for _, key in keys])}
        now = {key: rules.current(stored.get(key), at) for _, key in keys}
        longest = max(rules.wait(kind, now[key], failures, at) for kind, key in keys)
        if longest:
            for _, key in keys:  # a clock that went back is told only once
                Tries.objects.filter(key=key, last_at__gt=at).update(last_at=at)
            return Tried(keys, longest)
        counted = [Tries(key=key, count=now[key].count + 1, last_at=at) for _, key in keys]
        Tries.objects.bulk_create(counted, update_conflicts=True, unique_fields=["key"], update_fields=["count", "last_at"])
        pauses = any(now[key].count + 1 == rules.limit(kind, failures) for kind, key in keys)
        return Tried(keys, pauses=pauses)


def was_right(tried: Tried) -> None:
    """Take back a try that was right: wrong tries of this device or from here are forgotten, others' tallies lose this one."""
    with transaction.atomic(using=_DATABASE):
        for kind, key in tried.keys:
            if kind in (rules.DEVICE, rules.HERE):
                Tries.objects.filter(key=key).delete()
            elif row := Tries.objects.filter(key=key, count__gt=0).first():
                Tries.objects.filter(key=key).update(count=row.count - 1)


def use_code(factor: UUID, step: int) -> bool:
    """Keep that a factor's code of a time step was taken; returns False if that one or a later one was taken before."""
    with transaction.atomic(using=_DATABASE):
        used = UsedCode.objects.filter(factor=factor).first()
        if used is not None and used.step >= step:
            return False
        UsedCode.objects.update_or_create(factor=factor, defaults={"step": step})
    return True


def use_counter(factor: UUID, counter: int) -> bool:
    """Keep a passkey's count of signatures; returns False if it had signed as often or more before: there are two of it.

    One that does not count says 0 each time (WebAuthn Level 2, 6.1.1): its answers open once, as each question is asked once.
    """
    return use_code(factor, counter) or counter == 0 == _highest(factor)


def _highest(factor: UUID) -> int:
    used = UsedCode.objects.filter(factor=factor).first()
    return used.step if used else 0


def end_sessions(account: UUID) -> None:
    """End every session of an account: they are refused on their next request."""
    with transaction.atomic(using=_DATABASE):
        row = SessionsEnded.objects.filter(account=account).first()
        SessionsEnded.objects.update_or_create(account=account, defaults={"times": (row.times if row else 0) + 1})

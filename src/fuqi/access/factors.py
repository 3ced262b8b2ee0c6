"""Second factors: a TOTP app's secret (RFC 6238, as any authenticator app reads it) and ten recovery codes, each good once.

Passkeys stand in `access.passkeys`.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import pyotp

from fuqi.access.models import Factor, FactorEnd, User
from fuqi.access.reading import covered
from fuqi.basics.errors import FuqiError
from fuqi.journal.actions import Recording, recording
from fuqi.journal.tables import NewRow

TOTP, RECOVERY, PASSKEY, PASSWORD, ONE_TIME = "totp", "recovery", "passkey", "password", "one_time"
"""Kinds: an app's secret, a recovery code's digest, a passkey, hashes of passwords that were chosen or given once."""

RECOVERY_CODES = 10
STEP_SECONDS = 30
_DRIFT = 1
"""Time steps before and after the present one whose codes are taken: a phone's clock may be half a minute off."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that two people read differently."""


class WrongCodeError(FuqiError):
    """The code is not the one that the app shows now."""

    code = "wrong_code"


@dataclass(frozen=True, slots=True)
class FactorSetup:
    """A secret that an authenticator app is to keep, and the address that a square code shows it by."""

    secret: str
    uri: str


def new_setup(name: str) -> FactorSetup:
    """Return a new secret for a person's app. Nothing is kept yet."""
    secret = pyotp.random_base32()
    return FactorSetup(secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="扶起"))


def random_code(groups: int) -> str:
    """Return groups of four signs with hyphens, about 20 bits each."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(groups))


def plain_code(code: str) -> str:
    """Return a code as it is compared: no blanks, no hyphens, lower case, full-width signs made plain."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", code).lower() if sign.isalnum())


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """Return the time step whose code it is, None where it is none of the present ones."""
    now = int(at.timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret)
    steps = range(now - _DRIFT, now + _DRIFT + 1)
    found = [step for step in steps if hmac.compare_digest(app.generate_otp(step).encode(), code.encode())]
    return max(found) if found else None


def open_factors(user_id: UUID, kind: str) -> list[Factor]:
    """Return the factors of an account that have not ended, the oldest first."""
    return list(Factor.objects.filter(user_id=user_id, kind=kind, end=None).order_by("made_at", "id"))


def totp_step(user_id: UUID, code: str, at: datetime) -> tuple[UUID, int] | None:
    """Return the factor and time step of a code that an app of the account shows now; whether it was used is not known here."""
    with covered():
        for factor in open_factors(user_id, TOTP):
            step = step_of(factor.secret, plain_code(code), at)
            if step is not None:
                return factor.id, step
    return None


def use_recovery_code(user_id: UUID, code: str, *, by: str, at: datetime) -> bool:
    """Use one of the account's recovery codes up; returns False if it is none of those that are left."""
    digest = _digest(code)
    with covered(), recording(by=by, at=at, action="access.recovery_code") as record:
        User.objects.select_for_update().get(id=user_id)
        found = next((one for one in open_factors(user_id, RECOVERY) if hmac.compare_digest(one.secret, digest)), None)
        if found is not None:
            end_factors(record, [found], at=at, why="用过一次")
    return found is not None


def add_totp(user_id: UUID, secret: str, *, by: str, at: datetime) -> tuple[UUID, tuple[str, ...]]:
    """Make it the account's second factor in place of any former one; return its id and ten new recovery codes."""
    with recording(by=by, at=at, action="access.factor") as record:
        User.objects.select_for_update().get(id=user_id)
        end_factors(record, _open(user_id, TOTP, RECOVERY), at=at, why="换了新的")
        factor = NewRow(Factor, user_id=user_id, kind=TOTP, secret=secret, made_at=at)
        record.add([factor])
        codes = _new_codes(record, user_id, at)
    return factor.id, codes


def renew_recovery_codes(user_id: UUID, *, by: str, at: datetime) -> tuple[str, ...]:
    """Return ten new recovery codes of the account; those that were left open nothing any more."""
    with recording(by=by, at=at, action="access.recovery_codes") as record:
        User.objects.select_for_update().get(id=user_id)
        end_factors(record, _open(user_id, RECOVERY), at=at, why="换了新的")
        return _new_codes(record, user_id, at)


def _new_codes(record: Recording, user_id: UUID, at: datetime) -> tuple[str, ...]:
    codes = tuple(random_code(4) for _ in range(RECOVERY_CODES))
    record.add([NewRow(Factor, user_id=user_id, kind=RECOVERY, secret=_digest(code), made_at=at) for code in codes])
    return codes


def take_factors(user_id: UUID, *, by: str, at: datetime, why: str) -> None:
    """End the account's second factor, recovery codes and passkeys: its owner sets up a new one."""
    with recording(by=by, at=at, action="access.factor_reset", why=why[:200]) as record:
        User.objects.select_for_update().get(id=user_id)
        end_factors(record, _open(user_id, TOTP, RECOVERY, PASSKEY), at=at, why=why)


def keep_password(record: Recording, user: User, *, one_time: bool, at: datetime) -> None:
    """Keep that a password was set and its hash, so that it is known how old it is and that it does not come back."""
    kind = ONE_TIME if one_time else PASSWORD
    record.add([NewRow(Factor, user_id=user.id, kind=kind, secret=user.password, made_at=at)])


def password_digest(user: User) -> str:
    """Return what the journal keeps of a stored password: a digest of its hash."""
    return sha256(user.password.encode()).hexdigest()


def end_factors(record: Recording, factors: Iterable[Factor], *, at: datetime, why: str) -> None:
    """End factors within an entry."""
    record.add([NewRow(FactorEnd, factor_id=factor.id, ended_at=at, why=why[:200]) for factor in factors])


def _open(user_id: UUID, *kinds: str) -> list[Factor]:
    return [factor for kind in kinds for factor in open_factors(user_id, kind)]


def _digest(code: str) -> str:
    """Return what is kept of a recovery code: it has about 79 bits of chance, so a plain digest tells nothing."""
    return sha256(plain_code(code).encode()).hexdigest()

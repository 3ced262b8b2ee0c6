"""Passkeys (WebAuthn Level 2): a key pair in somebody's phone, computer or security key, which signs a question asked once.

What is kept of one lies sealed with the account's other factors: the credential's id, its public key, its name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from fuqi.access.factors import PASSKEY, end_factors, open_factors
from fuqi.access.models import Factor, User
from fuqi.access.reading import covered
from fuqi.basics.errors import FuqiError
from fuqi.journal.actions import recording
from fuqi.journal.tables import NewRow

MOST_PASSKEYS = 10
LONGEST_ANSWER = 20_000
"""Signs in an authenticator's answer: an honest one has about 1,500."""
_UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)
"""What the library raises for an answer that is none, or not to this question."""


class PasskeyRefusedError(FuqiError):
    """The authenticator's answer is not one to this question, or not from this page."""

    code = "passkey_refused"


class NoPasskeyError(FuqiError):
    """The account has no such passkey."""

    code = "no_passkey"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """For whom a passkey is: the host's name, and the one origin whose pages may ask for it."""

    id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Question:
    """What an authenticator is asked, as the browser takes it, and the random part that its answer must sign."""

    options: str
    challenge: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey of an account."""

    id: UUID
    """Of the factor."""
    label: str
    made_at: datetime
    credential: bytes
    public_key: bytes
    counter: int
    """How often it had signed when it was added; the newest count is kept at the entrance."""


def passkeys_of(user_id: UUID) -> list[Passkey]:
    """Return the passkeys of an account that have not ended, the oldest first."""
    with covered():
        return [_opened(factor) for factor in open_factors(user_id, PASSKEY)]


def _opened(factor: Factor) -> Passkey:
    kept = json.loads(factor.secret)
    credential, public_key = base64url_to_bytes(kept["id"]), base64url_to_bytes(kept["key"])
    return Passkey(factor.id, kept["label"], factor.made_at, credential, public_key, int(kept["counter"]))


def ask_for_new(party: RelyingParty, user_id: UUID, name: str, known: Sequence[Passkey]) -> Question:
    """Return what makes an authenticator add a passkey for an account; one that holds one of the known ones already refuses."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name="扶起",
        user_id=user_id.bytes,
        user_name=name,
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_described(known),
    )
    return Question(options_to_json(options), bytes_to_base64url(options.challenge))


def ask_for_known(party: RelyingParty, known: Sequence[Passkey]) -> Question:
    """Return what makes an authenticator sign with one of the known passkeys."""
    options = generate_authentication_options(
        rp_id=party.id, allow_credentials=_described(known), user_verification=UserVerificationRequirement.PREFERRED
    )
    return Question(options_to_json(options), bytes_to_base64url(options.challenge))


def _described(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential) for one in known]


def add_passkey(party: RelyingParty, user_id: UUID, label: str, *, answer: str, challenge: str, by: str, at: datetime) -> UUID:
    """Add a passkey to an account if the answer is one to the question. Returns the factor's id. Raises PasskeyRefusedError."""
    try:
        found = verify_registration_response(
            credential=_read(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except _UNREADABLE:
        raise PasskeyRefusedError("这个通行密钥没有通过核对，没有添加。请刷新页面，再添加一次。") from None
    secret = {
        "id": bytes_to_base64url(found.credential_id),
        "key": bytes_to_base64url(found.credential_public_key),
        "counter": found.sign_count,
        "label": label,
    }
    with recording(by=by, at=at, action="access.passkey") as record:
        User.objects.select_for_update().get(id=user_id)
        known = passkeys_of(user_id)
        if any(one.credential == found.credential_id for one in known):
            raise PasskeyRefusedError("这个通行密钥已经添加过了，不用再添加。")
        if len(known) >= MOST_PASSKEYS:
            raise PasskeyRefusedError(f"最多添加{MOST_PASSKEYS}个通行密钥。请先移除不用的。")
        factor = NewRow(Factor, user_id=user_id, kind=PASSKEY, secret=json.dumps(secret, ensure_ascii=False), made_at=at)
        record.add([factor])
    return factor.id


def signed_with(
    party: RelyingParty, user_id: UUID, known: Sequence[Passkey], *, answer: str, challenge: str
) -> tuple[UUID, int] | None:
    """Return which of the account's passkeys signed the question and its count of signatures, None where none did."""
    try:
        said = _read(answer)
        credential, handle = base64url_to_bytes(said["rawId"]), said["response"].get("userHandle")
        passkey = next((one for one in known if one.credential == credential), None)
        if passkey is None or (handle and base64url_to_bytes(handle) != user_id.bytes):
            return None
        found = verify_authentication_response(
            credential=said,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.counter,
        )
    except _UNREADABLE:
        return None
    return passkey.id, found.new_sign_count


def _read(answer: str) -> Any:
    """Return the answer as JSON. Raises ValueError for one that is too long or none."""
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("too long")
    try:
        return json.loads(answer)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def end_passkey(user_id: UUID, passkey: UUID, *, by: str, at: datetime, why: str) -> None:
    """End one of an account's passkeys. Raises NoPasskeyError."""
    with recording(by=by, at=at, action="access.passkey_end") as record:
        User.objects.select_for_update().get(id=user_id)
        found = [factor for factor in open_factors(user_id, PASSKEY) if factor.id == passkey]
        if not found:
            raise NoPasskeyError("没有这个通行密钥，它可能已经移除了。请刷新页面再看。")
        end_factors(record, found, at=at, why=why)

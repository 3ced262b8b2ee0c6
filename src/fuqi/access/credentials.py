"""Making and ending credentials of the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from fuqi.access.models import Credential, CredentialEnd, User
from fuqi.access.tokens import new_token, token_digest
from fuqi.basics.errors import FuqiError
from fuqi.journal.actions import recording
from fuqi.journal.tables import NewRow
from fuqi.places.models import Division


class CredentialEndedError(FuqiError):
    """The credential has ended already."""

    code = "credential_ended"


def add_credential(
    owner: str,
    kind: str,
    name: str,
    *,
    actions: Iterable[str],
    place: str,
    valid_from: date,
    valid_until: date,
    by: str,
    at: datetime,
) -> str:
    """Make a credential and return its token, which is kept nowhere. `place`: a division code, '' for all of the owner's."""
    token = new_token(kind)
    with recording(by=by, at=at, action="access.credential") as record:
        row = NewRow(
            Credential,
            owner_id=User.objects.get(name=owner).id,
            kind=kind,
            name=name,
            digest=token_digest(token),
            actions=",".join(sorted(actions)),
            place_id=Division.objects.get(code=place).id if place else None,
            valid_from=valid_from,
            valid_until=valid_until,
        )
        record.add([row])
    return token


def end_credential(credential_id: UUID, *, why: str, by: str, at: datetime) -> None:
    """End a credential: the next request that shows it is refused. Raises CredentialEndedError."""
    with recording(by=by, at=at, action="access.credential_end", why=why[:200]) as record:
        Credential.objects.select_for_update().get(id=credential_id)
        if CredentialEnd.objects.filter(credential_id=credential_id).exists():
            raise CredentialEndedError("这个接口凭据已经收回过了，不用再收回。")
        record.add([NewRow(CredentialEnd, credential_id=credential_id, ended_at=at, why=why[:200])])

"""Reading credentials of the API: one's own, or everybody's for who manages accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fuqi.access.codes import ACTIONS, GRANT_ROLES
from fuqi.access.models import Credential
from fuqi.access.tokens import KINDS, token_digest
from fuqi.basics.viewer import Viewer


@dataclass(frozen=True, slots=True)
class CredentialView:
    """A credential as others see it; its token is kept nowhere."""

    id: UUID
    owner: str
    owner_may: bool
    """Whether the owner's account is active and has no one-time password."""
    kind: str
    name: str
    actions: frozenset[str]
    place: str
    valid_from: date
    valid_until: date
    ended_at: datetime | None
    issued_at: datetime

    @property
    def kind_words(self) -> str:
        """Return what holds it, in Chinese."""
        return KINDS[self.kind]

    @property
    def action_words(self) -> str:
        """Return what it may do at most, in Chinese."""
        return "、".join(words for action, words in ACTIONS.items() if action in self.actions)

    def holds(self, on: date) -> bool:
        """Return whether it may be shown on a day, whatever its owner may."""
        return self.ended_at is None and self.valid_from <= on < self.valid_until

    def state_words(self, on: date) -> str:
        """Return how it stands, in Chinese."""
        if self.ended_at is not None:
            return "已收回"
        if not self.owner_may:
            return "所属账号停用或待改密码"
        return "有效" if self.holds(on) else "还没有开始" if on < self.valid_from else "已过期"


def credentials(viewer: Viewer) -> list[CredentialView]:
    """Return the viewer's own credentials, or everybody's for who manages accounts: the newest first."""
    chosen = _all() if viewer.may(GRANT_ROLES) else _all().filter(owner__name=viewer.name)
    return [_view(row) for row in chosen.order_by("-id")]


def find_credential(viewer: Viewer, credential_id: UUID) -> CredentialView | None:
    """Return a credential that the viewer may see; None where there is none, or it is somebody else's."""
    return next((item for item in credentials(viewer) if item.id == credential_id), None)


def credential_of_token(viewer: Viewer, token: str) -> CredentialView | None:
    """Return the credential that a token is of, whether or not it still holds; asked by the program at the door."""
    del viewer
    row = _all().filter(digest=token_digest(token)).first()
    return None if row is None else _view(row)


def _all() -> Any:
    return Credential.objects.select_related("owner", "place", "end", "entry")


def _view(row: Credential) -> CredentialView:
    end = getattr(row, "end", None)
    return CredentialView(
        id=row.id,
        owner=row.owner.name,
        owner_may=row.owner.is_active and not row.owner.must_change_password,
        kind=row.kind,
        name=row.name,
        actions=frozenset(filter(None, row.actions.split(","))),
        place=row.place.code if row.place else "",
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        ended_at=end.ended_at if end else None,
        issued_at=row.entry.at,
    )

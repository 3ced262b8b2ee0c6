"""Credentials of the API: a person gives a device or a service less than the person may; each request asks who it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from fuqi.access.codes import (
    ACTIONS,
    GRANT_ROLES,
    IMPORT_LISTS,
    PRINT_PAPERS,
    SEE_FIGURES,
    SEE_MONEY,
    SEE_PEOPLE,
)
from fuqi.access.credential_queries import CredentialView, credential_of_token, credentials
from fuqi.access.credentials import CredentialEndedError, add_credential, end_credential
from fuqi.access.queries import NoSuchViewerError, viewer_for
from fuqi.access.tokens import DEVICE, KINDS, LONGEST_DAYS, SERVICE, is_token
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
from fuqi.flows.workspaces import PROGRAM
from fuqi.journal.actions import recording
from fuqi.places.queries import find_division

__all__ = [
    "DEVICE",
    "KINDS",
    "OFFERED",
    "SERVICE",
    "CredentialEndedError",
    "CredentialView",
    "NotACredentialError",
    "Shown",
    "WrongCredentialError",
    "issue",
    "known_credentials",
    "narrowed",
    "revoke",
    "say_why",
    "who_shows",
]

OFFERED = (SEE_FIGURES, SEE_PEOPLE, SEE_MONEY, IMPORT_LISTS, PRINT_PAPERS, RESTRICTED_ILLNESS)
"""What the API does: a credential may do nothing else. No administrator's work can be done with one."""
MOST_HELD = 20
"""How many credentials of one person may hold at a time."""
LONGEST_NAME = 40
SHORTEST_REASON = 2


class WrongCredentialError(FuqiError):
    """A credential that cannot be issued or ended as asked."""

    code = "wrong_credential"


class NotACredentialError(FuqiError):
    """What was shown is no credential that holds: whatever the reason, it reads the same."""

    code = "not_a_credential"


@dataclass(frozen=True, slots=True)
class Shown:
    """A credential that was shown and holds, with what may be seen by it now."""

    credential: CredentialView
    viewer: Viewer


def issue(
    viewer: Viewer, kind: str, name: str, *, actions: Collection[str], place: str, days: int, on: date, at: datetime
) -> tuple[str, CredentialView]:
    """Give one of the viewer's own devices or services a credential; return its token, shown only now, and what it is.

    Raises WrongCredentialError, UnknownPlaceError.
    """
    name = name.strip()
    _check_form(kind, name, days)
    _check_actions(viewer, actions)
    held = [item for item in credentials(viewer) if item.owner == viewer.name and item.holds(on)]
    if len(held) >= MOST_HELD:
        raise WrongCredentialError(f"“{viewer.name}”已经有{len(held)}个有效的接口凭据。请先收回不用的，再发新的。")
    if any(item.name == name for item in held):
        raise WrongCredentialError(f"已经有一个有效的接口凭据叫“{name}”。请换一个名称，或者先收回原来的。")
    code = find_division(viewer, place).code if place else ""
    until = on + timedelta(days=days)
    token = add_credential(
        viewer.name, kind, name, actions=actions, place=code, valid_from=on, valid_until=until, by=viewer.name, at=at
    )
    found = credential_of_token(viewer, token)
    assert found is not None
    return token, found


def _check_form(kind: str, name: str, days: int) -> None:
    if kind not in KINDS:
        kinds = "、".join(f"{code}（{words}）" for code, words in KINDS.items())
        raise WrongCredentialError(f"没有“{kind}”这种接口凭据。可用的：{kinds}。")
    if not (name and name.isprintable() and len(name) <= LONGEST_NAME):
        raise WrongCredentialError(f"请给接口凭据起个名称，{LONGEST_NAME}个字以内，写明是哪台设备或哪个系统。")
    if not 1 <= days <= LONGEST_DAYS[kind]:
        raise WrongCredentialError(f"{KINDS[kind]}凭据的期限是1到{LONGEST_DAYS[kind]}天，到期再发新的。")


def _check_actions(viewer: Viewer, actions: Collection[str]) -> None:
    offered = "、".join(f"{action}（{ACTIONS[action]}）" for action in OFFERED if viewer.may(action))
    if not offered:
        raise WrongCredentialError(f"“{viewer.name}”的角色没有接口能做的事，发不了接口凭据。")
    wrong = sorted(action for action in actions if action not in OFFERED or not viewer.may(action))
    if wrong or not actions:
        said = f"“{'、'.join(wrong)}”不能给" if wrong else "没有写明可以做什么"
        raise WrongCredentialError(f"{said}。接口凭据只能做本人能做、接口也提供的事：{offered}。")


def known_credentials(viewer: Viewer) -> list[CredentialView]:
    """Return the viewer's own credentials, or everybody's for who manages accounts."""
    return credentials(viewer)


def revoke(viewer: Viewer, mark: str, *, why: str, at: datetime) -> CredentialView:
    """End a credential, one's own or, for who manages accounts, anybody's; `mark` is its id or the end of it.

    Raises WrongCredentialError, CredentialEndedError.
    """
    if len(why.strip()) < SHORTEST_REASON:
        raise WrongCredentialError("请写明为什么收回，例如：设备遗失。理由记入日志。")
    wanted = mark.strip().replace("-", "").lower()
    found = [item for item in credentials(viewer) if wanted and item.id.hex.endswith(wanted)]
    if len(found) != 1:
        whose = "" if viewer.may(GRANT_ROLES) else "您自己的"
        raise WrongCredentialError(
            f"没有编号是“{mark}”的接口凭据，或者不止一个。用 credential list 可以看到{whose}凭据的编号。"
        )
    end_credential(found[0].id, why=why.strip(), by=viewer.name, at=at)
    return replace(found[0], ended_at=at)


def who_shows(token: str, *, on: date, purpose: str = "") -> Shown:
    """Return whose credential a token is and what may be seen by it on a day: grants are read anew at each request.

    What the owner was given after the credential was issued does not widen it.

    Raises NotACredentialError, for whatever reason in the same words.
    """
    refused = NotACredentialError("没有带有效的接口凭据。请核对 Authorization 请求头；凭据过期或收回了，请由本人重新签发。")
    found = credential_of_token(PROGRAM, token) if is_token(token) else None
    if found is None or not found.owner_may or not found.holds(on):
        raise refused
    try:
        owner = viewer_for(PROGRAM, found.owner, on=on, purpose=purpose, given_by=found.issued_at)
        viewer = narrowed(owner, found)
    except NoSuchViewerError:
        raise refused from None
    if not viewer.permissions or not (viewer.places or viewer.institutions):
        raise refused
    return Shown(found, viewer)


def narrowed(viewer: Viewer, credential: CredentialView) -> Viewer:
    """Return what is left of a person's scope for a credential: never more than the person has at this moment."""
    permissions = viewer.permissions & credential.actions & frozenset(OFFERED)
    if not credential.place:
        return replace(viewer, permissions=permissions)
    inside = {code for code in viewer.places if code.startswith(credential.place)}
    if viewer.covers(credential.place):
        inside = {credential.place}
    return replace(viewer, permissions=permissions, places=tuple(sorted(inside)), institutions=())


def say_why(shown: Shown, *, at: datetime) -> None:
    """Keep why names are wanted through a credential, before any is shown."""
    why = f"{shown.viewer.purpose}（接口凭据：{shown.credential.name}）"
    with recording(by=shown.viewer.name, at=at, action="access.reveal_names", why=why[:200]):
        pass

"""Passkeys beside the authenticator app: where there can be any, adding and ending one's own, and signing in with one."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from fuqi.access import passkeys
from fuqi.access.passkeys import Passkey, PasskeyRefusedError, Question, RelyingParty
from fuqi.access.queries import AccountState, account_state
from fuqi.config.workspace import Workspace
from fuqi.entrance.actions import use_counter
from fuqi.flows.entry import SignIn, try_second
from fuqi.flows.workspaces import PROGRAM

LONGEST_LABEL = 30


def relying_party(workspace: Workspace) -> RelyingParty | None:
    """Return for whom passkeys are: the host of the workspace's address. None where browsers would allow none.

    Browsers want HTTPS and a host's name; of this machine itself `localhost` will do.
    """
    parts = urlsplit(workspace.address)
    host = (parts.hostname or "").lower()
    if _is_number(host) or not host or (parts.scheme != "https" and host != "localhost"):
        return None
    return RelyingParty(host, f"{parts.scheme}://{parts.netloc}".lower())


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def why_none(workspace: Workspace, *, opened_at: str) -> str:
    """Return why no passkey can be used on a page that was opened at a host, '' where one can."""
    party = relying_party(workspace)
    if party is None:
        return (
            "这台服务器的地址没有用 HTTPS 加主机名，浏览器不允许在这里用通行密钥。"
            "请系统管理员配好证书和主机名，再改工作区的 address；在那以前，请用动态口令。"
        )
    if urlsplit(party.origin).netloc != opened_at.lower():
        return f"通行密钥只在 {party.origin} 能用。请从这个地址打开再添加。"
    return ""


def own(name: str) -> list[Passkey]:
    """Return a person's passkeys."""
    return passkeys.passkeys_of(_state(name).id)


def ask_for_new(name: str, party: RelyingParty) -> Question:
    """Return the question by which a person's device makes a passkey."""
    return passkeys.ask_for_new(party, _state(name).id, name, own(name))


def add(name: str, label: str, party: RelyingParty, *, answer: str, challenge: str, at: datetime) -> None:
    """Add a passkey to the person's own account, beside the app. Raises PasskeyRefusedError."""
    state = _state(name)
    if not state.factors:
        raise PasskeyRefusedError("请先设置动态口令，再添加通行密钥：设备坏了，还能用动态口令和恢复码登录。")
    passkeys.add_passkey(party, state.id, label, answer=answer, challenge=challenge, by=name, at=at)


def end(name: str, passkey: UUID, *, at: datetime) -> None:
    """End one of the person's own passkeys. Raises NoPasskeyError."""
    passkeys.end_passkey(_state(name).id, passkey, by=name, at=at, why="本人移除")


def ask_for_known(name: str, party: RelyingParty) -> Question | None:
    """Return the question by which a person who gave the right password shows a passkey; None for one who has none."""
    state = account_state(PROGRAM, name)
    return passkeys.ask_for_known(party, passkeys.passkeys_of(state.id)) if state and state.passkeys else None


def try_passkey(
    name: str, party: RelyingParty, *, answer: str, challenge: str, device: str, address: str, at: datetime
) -> SignIn:
    """Look at a passkey's answer in place of a code; wrong ones count as wrong codes do. A challenge may be tried once."""

    def is_right(state: AccountState) -> bool:
        known = passkeys.passkeys_of(state.id)
        found = passkeys.signed_with(party, state.id, known, answer=answer, challenge=challenge) if challenge else None
        return found is not None and use_counter(*found)

    return try_second(name, is_right, device=device, address=address, at=at)


def _state(name: str) -> AccountState:
    state = account_state(PROGRAM, name)
    if state is None or not state.active:
        raise PasskeyRefusedError("账号已停用，不能改登录方式。请找安全管理员。")
    return state

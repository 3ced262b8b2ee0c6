"""The list of accounts as it is asked for: by name, role and state, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fuqi.access.codes import ROLES
from fuqi.flows.accounts import AccountView

A_PAGE = 30
LONGEST_WORDS = 60
IN_USE, STOPPED, NOT_YET, NO_FACTOR, NO_ROLE = "in_use", "stopped", "not_yet", "no_factor", "no_role"
STATES = {
    IN_USE: "在用",
    STOPPED: "停用",
    NOT_YET: "还没有自己的密码",
    NO_FACTOR: "该设动态口令还没有设",
    NO_ROLE: "今天没有角色",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which accounts are asked for; what is empty asks for all."""

    words: str = ""
    """Part of a name, or of a place or an institution at which a role is held."""
    role: str = ""
    state: str = ""

    @property
    def query(self) -> str:
        """Return it as part of an address, '' where nothing is asked for."""
        return urlencode({name: value for name in ("words", "role", "state") if (value := getattr(self, name))})

    def takes(self, account: AccountView) -> bool:
        """Return whether it asks for that account."""
        said = [account.name, *(one.where for one in account.grants if one.role in account.roles)]
        return (
            any(self.words in name for name in said)
            and (not self.role or self.role in account.roles)
            and (not self.state or self.state in states_of(account))
        )


def states_of(account: AccountView) -> set[str]:
    """Return by which states an account is found."""
    if not account.active:
        return {STOPPED}
    has_own = account.has_password and not account.must_change_password
    needs = any(ROLES[role].second_factor for role in account.roles if role in ROLES)
    found = {IN_USE if has_own else NOT_YET}
    if needs and not account.has_factor:
        found.add(NO_FACTOR)
    return found if account.roles else found | {NO_ROLE}


def roles_among(accounts: Sequence[AccountView]) -> dict[str, str]:
    """Return code and name of the roles that any of the accounts holds, in the order of the table of roles."""
    held = {role for account in accounts for role in account.roles}
    return {code: role.name for code, role in ROLES.items() if code in held}

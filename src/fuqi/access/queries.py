"""Who somebody is, on a day: the viewer that every other query takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from fuqi.access.actions import password_digest
from fuqi.access.codes import ROLES
from fuqi.access.models import Grant, User
from fuqi.basics.errors import Fault, FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.journal.queries import changes_of


class NoSuchViewerError(FuqiError):
    """Nobody of that name has a role today."""

    code = "no_such_viewer"


def viewer_for(viewer: Viewer, name: str, *, on: date, purpose: str = "") -> Viewer:
    """Return what a person may see on a day: all places and permissions of the grants that hold then.

    The asking `viewer` is the program itself at a door; a person without a grant is refused.
    """
    del viewer
    holds = Q(valid_from__lte=on) & (Q(valid_until__isnull=True) | Q(valid_until__gt=on))
    grants = list(Grant.objects.filter(holds, user__name=name, user__is_active=True).select_related("place"))
    if not grants:
        raise NoSuchViewerError(f"“{name}”没有账号，或者今天没有任何角色。请由管理员用 grant 命令授权。")
    permissions = frozenset[str]().union(*(ROLES[grant.role].actions for grant in grants if grant.role in ROLES))
    return Viewer(name, tuple(sorted({grant.place.code for grant in grants})), permissions, purpose)


def needs_password(viewer: Viewer, name: str) -> bool:
    """Return whether a person's account has no password yet, so that nobody can sign in with it."""
    del viewer
    user = User.objects.filter(name=name).first()
    return user is not None and not user.has_usable_password()


def has_grants(viewer: Viewer) -> bool:
    """Return whether anybody has a role yet."""
    del viewer
    return Grant.objects.exists()


def prove_accounts(viewer: Viewer) -> Iterator[Fault]:
    """Yield every account that is not as the journal says it was made."""
    told = {
        str(change["id"]): change["name"] for change in changes_of(viewer, "account") if "id" in change and "name" in change
    }
    stored = {str(user.id): user.name for user in User.objects.all()}
    for account in sorted(set(told) | set(stored)):
        if told.get(account) != stored.get(account):
            yield Fault("account_changed", f"账号 {account} 与日志不符：被改名、删除，或者绕过程序加入。")
    passwords = {str(change["id"]): change.get("digest") for change in changes_of(viewer, "password") if "id" in change}
    for user in User.objects.all():
        if str(user.id) in passwords and passwords[str(user.id)] != password_digest(user):
            yield Fault("account_changed", f"账号 {user.id} 的密码与日志不符：绕过程序改过。")
        elif str(user.id) not in passwords and user.has_usable_password():
            yield Fault("account_changed", f"账号 {user.id} 的密码不是由程序设的。")
    for user in User.objects.filter(is_active=False):
        yield Fault("account_changed", f"账号 {user.id} 被停用，日志里没有这件事。")

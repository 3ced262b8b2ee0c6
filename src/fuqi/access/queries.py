"""Who somebody is, on a day: the viewer that every other query takes; what accounts there are, and whether they are as told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Q

from fuqi.access.codes import ROLES
from fuqi.access.factors import ONE_TIME, PASSKEY, PASSWORD, RECOVERY, TOTP, password_digest
from fuqi.access.models import Factor, Grant, InstitutionGrant, User
from fuqi.access.passwords import check_as_long
from fuqi.access.reading import covered
from fuqi.access.rules import FOUNDER, ONE_TIME_HOLDS, SECURITY_ADMINISTRATOR, Held, in_force, levels_of
from fuqi.basics.errors import Fault, FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.journal.models import Entry
from fuqi.journal.queries import changes_of


class NoSuchViewerError(FuqiError):
    """Nobody of that name has a role today."""

    code = "no_such_viewer"


@dataclass(frozen=True, slots=True)
class GrantView(Held):
    """A grant as others see it; `valid_until` tells also of one that was taken back."""

    id: UUID = UUID(int=0)
    user_id: UUID = UUID(int=0)
    place_name: str = ""
    given_by: str = ""
    given_at: datetime | None = None

    @property
    def role_name(self) -> str:
        """Return what the role is called."""
        return ROLES[self.role].name if self.role in ROLES else self.role

    @property
    def where(self) -> str:
        """Return the place's full name or the institution's."""
        return self.institution or self.place_name


def viewer_for(viewer: Viewer, name: str, *, on: date, purpose: str = "", given_by: datetime | None = None) -> Viewer:
    """Return what a person may see on a day: all places, institutions and permissions of the grants that hold then.

    The asking `viewer` is the program itself at a door; a person without a grant is refused. With `given_by`, grants that were
    given after that instant are left out.
    """
    held = [one for one in _in_force(viewer, name, on) if not (given_by and one.given_at and one.given_at > given_by)]
    if not held:
        raise NoSuchViewerError(f"“{name}”没有账号，或者今天没有任何角色。请由管理员用 grant 命令授权。")
    permissions = frozenset[str]().union(*(one.what.actions for one in held))
    places = sorted({one.place for one in held if not one.institution})
    institutions = sorted({one.institution for one in held if one.institution})
    return Viewer(name, tuple(places), permissions, purpose, tuple(institutions), levels_of(held))


def roles_of(viewer: Viewer, name: str, *, on: date) -> tuple[str, ...]:
    """Return the codes of the roles that a person holds on a day."""
    return tuple(sorted({one.role for one in _in_force(viewer, name, on)}))


def _in_force(viewer: Viewer, name: str, on: date) -> list[GrantView]:
    user = User.objects.filter(name=name, is_active=True).first()
    held = held_by(viewer, user.id) if user else []
    return in_force(held, on, appointed=any(one.role == FOUNDER for one in held) and is_appointed(viewer, on=on))


def held_by(viewer: Viewer, user_id: UUID) -> list[GrantView]:
    """Return every grant that an account was ever given, the oldest first."""
    return _grants(viewer, Q(user_id=user_id))


def grants(viewer: Viewer) -> list[GrantView]:
    """Return every grant that was ever given, the oldest first."""
    return _grants(viewer, Q())


def find_grant(viewer: Viewer, grant_id: UUID) -> GrantView | None:
    """Return a grant; None where there is none of that id."""
    return next(iter(_grants(viewer, Q(id=grant_id))), None)


def _grants(viewer: Viewer, wanted: Q) -> list[GrantView]:
    del viewer
    related = ("end", "entry")
    found = [_grant_view(row, row.place.code, "") for row in Grant.objects.filter(wanted).select_related("place", *related)]
    found += [_grant_view(row, "", row.institution) for row in InstitutionGrant.objects.filter(wanted).select_related(*related)]
    return sorted(found, key=lambda one: (one.valid_from, one.given_at, one.id))


def _grant_view(row: Grant | InstitutionGrant, place: str, institution: str) -> GrantView:
    end = getattr(row, "end", None)
    until = min((day for day in (row.valid_until, end and end.until) if day), default=None)
    name = row.place.full_name if isinstance(row, Grant) else ""
    given = row.entry
    return GrantView(row.role, place, institution, row.valid_from, until, row.id, row.user_id, name, given.by, given.at)


def is_appointed(viewer: Viewer, *, on: date) -> bool:
    """Return whether a security administrator was ever in office for good: from then on the founder's role has lapsed."""
    del viewer
    return Grant.objects.filter(role=SECURITY_ADMINISTRATOR, valid_from__lte=on, valid_until=None).exists()


def is_founded(viewer: Viewer) -> bool:
    """Return whether anybody was ever made founder or security administrator: somebody can manage accounts."""
    del viewer
    return Grant.objects.filter(role__in=(FOUNDER, SECURITY_ADMINISTRATOR)).exists()


def security_administrators(viewer: Viewer, *, on: date) -> list[GrantView]:
    """Return the grants of security administrators who are in office on a day for good, and whose accounts may be used."""
    found = _grants(viewer, Q(role=SECURITY_ADMINISTRATOR, user__is_active=True))
    return [one for one in found if one.holds(on) and one.valid_until is None]


def needs_password(viewer: Viewer, name: str, *, at: datetime | None = None) -> bool:
    """Return whether nobody can sign in with a person's account: it has no password yet, or a one-time one that is too old."""
    state = account_state(viewer, name)
    return state is not None and state.active and (not state.has_password or (at is not None and state.expired(at)))


def has_grants(viewer: Viewer) -> bool:
    """Return whether anybody has a role yet."""
    del viewer
    return Grant.objects.exists()


@dataclass(frozen=True, slots=True)
class AccountState:
    """What an account's sign-in depends on."""

    id: UUID
    name: str
    active: bool
    has_password: bool
    one_time: bool
    password_digest: str
    password_set_at: datetime | None
    """None for a password that was set before its day was kept."""
    factors: tuple[UUID, ...]
    """The apps that are its second factor."""
    passkeys: tuple[UUID, ...] = ()
    """What may be shown in place of an app's code."""
    recovery_codes: int = 0
    """How many are left."""

    def expired(self, at: datetime) -> bool:
        """Return whether its password is a one-time one that is too old to open anything."""
        return self.one_time and self.password_set_at is not None and at - self.password_set_at >= ONE_TIME_HOLDS


def account_state(viewer: Viewer, name: str) -> AccountState | None:
    """Return what a person's sign-in depends on; None where there is no such account."""
    return next(iter(_states(viewer, list(User.objects.filter(name=name)[:1]))), None)


def account_states(viewer: Viewer) -> list[AccountState]:
    """Return every account, by name."""
    return sorted(_states(viewer, list(User.objects.all())), key=lambda state: state.name)


def _states(viewer: Viewer, users: list[User]) -> list[AccountState]:
    """Return the states of accounts by one look at all their factors; what is sealed of these stays shut."""
    del viewer
    wanted = Factor.objects.all() if len(users) > 1 else Factor.objects.filter(user_id__in=[user.id for user in users])
    of: dict[UUID, dict[str, list[tuple[UUID, datetime, bool]]]] = {}
    for user_id, kind, factor, made_at, end in wanted.order_by("made_at", "id").values_list(
        "user_id", "kind", "id", "made_at", "end__id"
    ):
        of.setdefault(user_id, {}).setdefault(kind, []).append((factor, made_at, end is None))
    return [_state(user, of.get(user.id, {})) for user in users]


def _state(user: User, factors: dict[str, list[tuple[UUID, datetime, bool]]]) -> AccountState:
    passwords = factors.get(ONE_TIME if user.must_change_password else PASSWORD)

    def left(kind: str) -> tuple[UUID, ...]:
        return tuple(factor for factor, _, is_open in factors.get(kind, ()) if is_open)

    return AccountState(
        user.id,
        user.name,
        user.is_active,
        user.has_usable_password(),
        user.must_change_password,
        password_digest(user),
        passwords[-1][1] if passwords else None,
        left(TOTP),
        left(PASSKEY),
        len(left(RECOVERY)),
    )


def password_is(viewer: Viewer, name: str, password: str, *, at: datetime) -> bool:
    """Return whether it opens that person's account; takes as long for an account that is not there, or may not be used."""
    state = account_state(viewer, name)
    usable = state is not None and state.active and state.has_password and not state.expired(at)
    stored = User.objects.filter(name=name).values_list("password", flat=True).first()
    return check_as_long(password, stored or "", usable=usable)


def former_passwords(viewer: Viewer, user_id: UUID, most: int) -> list[str]:
    """Return the hashes of an account's passwords that its owner chose, the newest first, as many as must not come back."""
    del viewer
    rows = Factor.objects.filter(user_id=user_id, kind=PASSWORD).order_by("-made_at", "-id")[:most]
    with covered():
        return [row.secret for row in rows]


def last_sign_ins(viewer: Viewer) -> dict[str, datetime]:
    """Return when each person signed in last, by name."""
    del viewer
    return dict(Entry.objects.filter(action="access.sign_in").order_by().values_list("by").annotate(Max("at")))


def makers(viewer: Viewer) -> dict[str, str]:
    """Return by whom each account was made, by the account's id."""
    found: dict[str, str] = {}
    for one in sorted(grants(viewer), key=lambda grant: (str(grant.given_at), grant.id)):
        found.setdefault(str(one.user_id), one.given_by)
    return found


def prove_accounts(viewer: Viewer) -> Iterator[Fault]:
    """Yield every account that is not as the journal says it was made and changed."""
    told = _last(changes_of(viewer, "account"), "name")
    users = sorted(User.objects.all(), key=lambda user: str(user.id))
    stored = {str(user.id): user.name for user in users}
    for account in sorted(set(told) | set(stored)):
        if told.get(account) != stored.get(account):
            yield Fault("account_changed", f"账号 {account} 与日志不符：被改名、删除，或者绕过程序加入。")
    passwords = list(changes_of(viewer, "password"))
    digests, one_time = _last(passwords, "digest"), _last(passwords, "one_time")
    active = _last(changes_of(viewer, "active"), "active")
    for user in users:
        account = str(user.id)
        if account in digests and digests[account] != password_digest(user):
            yield Fault("account_changed", f"账号 {account} 的密码与日志不符：绕过程序改过。")
        elif account not in digests and user.has_usable_password():
            yield Fault("account_changed", f"账号 {account} 的密码不是由程序设的。")
        if one_time.get(account, False) != user.must_change_password:
            yield Fault("account_changed", f"账号 {account} 的密码是否一次性与日志不符：绕过程序改过。")
        if active.get(account, True) != user.is_active:
            state = "启用" if user.is_active else "停用"
            yield Fault("account_changed", f"账号 {account} 被{state}，日志里没有这件事。")


def _last(changes: Iterable[dict[str, object]], of: str) -> dict[str, object]:
    """Return what was told last of each account."""
    return {str(change["id"]): change[of] for change in changes if "id" in change and of in change}

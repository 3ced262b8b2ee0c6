"""Which roles one person may hold together, and what a name and a password must be: pure rules over the table of roles."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import TypeVar

from fuqi.access.codes import NO_GROUP, OPEN, ROLES, Role
from fuqi.basics.errors import FuqiError

FOUNDER, SECURITY_ADMINISTRATOR = "founder", "security_administrator"

ONE_TIME_HOLDS = timedelta(days=7)
"""How long a one-time password opens anything (ASVS 5.0 6.4.1)."""

_NOBODY = Role("", frozenset(), 0)
_RESERVED = frozenset({"程序"})
"""Names under which the program itself stands in the journal."""


class BadNameError(FuqiError):
    """A name that could be taken for another one."""

    code = "bad_name"


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds at a place or an institution, from a day on, until a day or for good."""

    role: str
    place: str
    institution: str
    valid_from: date
    valid_until: date | None = None

    def holds(self, on: date) -> bool:
        """Return whether it holds on a day."""
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)

    @property
    def what(self) -> Role:
        """Return the role; one that the table no longer knows may do nothing."""
        return ROLES.get(self.role, _NOBODY)

    def covers(self, other: Held) -> bool:
        """Return whether all that the other one is held at lies within this one's place or institution."""
        if self.institution or other.institution:
            return self.institution == other.institution
        return other.place.startswith(self.place)


AnyHeld = TypeVar("AnyHeld", bound=Held)


def together(held: Iterable[Held]) -> list[tuple[Held, Held]]:
    """Return the pairs that hold on a same day."""
    return [
        (one, other)
        for one, other in combinations(held, 2)
        if (one.valid_until is None or other.valid_from < one.valid_until)
        and (other.valid_until is None or one.valid_from < other.valid_until)
        and not any(of.valid_until is not None and of.valid_until <= of.valid_from for of in (one, other))
    ]


def clash(one: Held, other: Held) -> bool:
    """Return whether nobody may hold both: two groups of administrators, or one of them beside data or the founder's role.

    GB/T 22239-2019 8.1.5: system, security and audit are administered by three persons; none of them reads what is kept.
    """
    groups = (one.what.administrator, other.what.administrator)
    if NO_GROUP not in groups:
        return groups[0] != groups[1]
    if groups == (NO_GROUP, NO_GROUP):
        return False
    beside = other if groups[0] else one
    return beside.what.level > OPEN or beside.role == FOUNDER


def lends(one: Held, other: Held) -> bool:
    """Return whether the first role would lend the second one's place an action or a level that was not given there.

    A viewer has places and actions; both of a person's roles make them up, so two roles at different places would mix.
    """
    more = one.what.actions - other.what.actions or one.what.level > other.what.level
    return bool(more) and not one.covers(other)


def levels_of(held: Iterable[Held]) -> tuple[tuple[str, int], ...]:
    """Return up to which level somebody may read at each place and institution: the highest of the roles held there."""
    found: dict[str, int] = {}
    for one in held:
        where = one.institution or one.place
        found[where] = max(found.get(where, 0), one.what.level)
    return tuple(sorted(found.items()))


def in_force(held: Sequence[AnyHeld], on: date, *, appointed: bool) -> list[AnyHeld]:
    """Return what holds on a day; `appointed`: a security administrator was in office, so the founder's role has lapsed."""
    return [one for one in held if one.holds(on) and one.role in ROLES and not (appointed and one.role == FOUNDER)]


def check_name(name: str) -> None:
    """Raise BadNameError if a person's name cannot be an account's: of two that look alike, one only may be."""
    fault = ""
    if not name or name != name.strip():
        fault = "姓名不能是空的，前后也不能有空格。"
    elif any(sign != " " and unicodedata.category(sign)[0] in "CZ" for sign in name) or "  " in name:
        fault = "姓名里有看不见的符号，请重新输入，不要从别处粘贴。"
    elif unicodedata.normalize("NFKC", name) != name:
        fault = "姓名里有全角字母或兼容字形，请用通常的写法。"
    elif name in _RESERVED:
        fault = "这个名字是留给程序自己的，请用本人的姓名。"
    if fault:
        raise BadNameError(f"{fault}账号没有建立。")


def kinds_of_signs(password: str) -> int:
    """Return of how many kinds a password's signs are: lower case, upper case, digits, Chinese, others."""
    kinds = set()
    for sign in password:
        category = unicodedata.category(sign)
        kinds.add(category if category in ("Ll", "Lu", "Lo") else "digit" if category == "Nd" else "other")
    return len(kinds)

"""What a chosen password must not be: short, of too few kinds of signs, common, one's own name, or one that was used before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django.contrib.auth import hashers
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from fuqi.access.profiles import Profile
from fuqi.access.rules import kinds_of_signs

LONGEST = 200
"""Signs of a password that are looked at; longer ones are refused, so that nobody makes the server work on a book."""
_NAME_LEAVES = 8


class NotOnesOwnName:
    """Refuses a password that has too little left once the account's name is taken out of it."""

    def __init__(self, min_length: int) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError in words."""
        name = getattr(user, "name", "")
        if name and name in password and len(password.replace(name, "")) < self.min_length:
            raise ValidationError(self.get_help_text(), code="own_name")

    def get_help_text(self) -> str:
        """Return what is asked."""
        return f"密码除去自己的姓名以外，至少还要有{self.min_length}个字符。"


def password_faults(password: str, user: Any, profile: Profile, former: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with a chosen password; `former` are the hashes that must not come back."""
    if len(password) < profile.password_length:
        yield f"密码至少要有{profile.password_length}个字符。"
    if len(password) > LONGEST:
        yield f"密码最多{LONGEST}个字符。"
        return
    if kinds_of_signs(password) < profile.password_kinds:
        yield f"密码至少要有{profile.password_kinds}种字符：小写字母、大写字母、数字、汉字、其他符号。"
    for validator in (NotOnesOwnName(_NAME_LEAVES), CommonPasswordValidator()):
        try:
            validator.validate(password, user)
        except ValidationError as error:
            yield from error.messages
    if any(hashers.check_password(password, stored) for stored in former):
        yield "这个密码以前用过。请换一个新的。"


@cache
def _nobodys_hash(hasher: str) -> str:
    """Return the hash that stands for accounts that are not there, made as the accounts' are."""
    return hashers.make_password("nobody", hasher=hasher)


def check_as_long(password: str, stored: str, *, usable: bool) -> bool:
    """Return whether it is the password that the hash was made of, in the same time whether or not there is such an account."""
    right = hashers.check_password(password[:LONGEST], stored if usable else _nobodys_hash(hashers.get_hasher().algorithm))
    return right and usable and len(password) <= LONGEST

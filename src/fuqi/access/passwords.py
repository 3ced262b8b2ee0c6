"""What a chosen password must not be, beyond what Django refuses: one's own name, repeated or with a few signs around it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError


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

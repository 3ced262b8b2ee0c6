"""The forms of those who manage accounts."""

from __future__ import annotations

from typing import Any

from django import forms

from fuqi.access.codes import ROLES
from fuqi.web.reasons import ReasonField

LONGEST = 200
_NOT_GIVEN = frozenset({"founder"})
"""Roles that nobody gives: the founder's goes to whoever lays out a workspace."""


class Why(forms.Form):
    """Why an account is changed."""

    why = ReasonField(
        min_length=2,
        max_length=LONGEST,
        error_messages={
            "required": "请写明理由，例如：调离岗位。",
            "min_length": "理由要写明白，例如：调离岗位。",
            "max_length": f"理由请写在{LONGEST}个字以内。",
        },
    )


class GrantForm(forms.Form):
    """Who gets which role where, and until when."""

    name = forms.CharField(max_length=60, error_messages={"required": "请填写姓名。", "max_length": "姓名请写在60个字以内。"})
    role = forms.ChoiceField(error_messages={"required": "请选一个角色。", "invalid_choice": "请从列出的角色里选。"})
    place = forms.ChoiceField(required=False, error_messages={"invalid_choice": "请从列出的地方里选。"})
    institution = forms.ChoiceField(required=False, error_messages={"invalid_choice": "请从列出的机构里选。"})
    until = forms.DateField(required=False, error_messages={"invalid": "日期看不懂，请写成 2026-11-24 这样。"})

    def __init__(self, *args: Any, places: list[str], institutions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, values in (("place", places), ("institution", institutions), ("role", sorted(roles_given()))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", ""), *((value, value) for value in values)]

    def clean(self) -> dict[str, Any]:
        """Take the place or the institution, whichever the role is held at; ask for it where it is missing."""
        found = super().clean() or {}
        role = ROLES.get(str(found.get("role")))
        if role is None:
            return found
        wanted, other = ("institution", "place") if role.by_institution else ("place", "institution")
        if not found.get(wanted) and wanted not in self.errors:
            self.add_error(wanted, "这个角色按机构授权，请选是哪一家。" if role.by_institution else "请选管到哪里。")
        found[other] = ""
        return found


def roles_given() -> list[str]:
    """Return the codes of the roles that may be given."""
    return [code for code in ROLES if code not in _NOT_GIVEN]

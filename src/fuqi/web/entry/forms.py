"""The forms of the entrance."""

from __future__ import annotations

from typing import Any

from django import forms

from fuqi.entrance.codes import IN, WAIT
from fuqi.flows.entry import try_present_password
from fuqi.web.clock import now
from fuqi.web.reasons import ReasonField


class SignIn(forms.Form):
    """Who comes in."""

    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填写姓名。"})
    password = forms.CharField(
        label="密码", max_length=200, strip=False, error_messages={"required": "请填写密码。", "max_length": "密码太长。"}
    )


class Code(forms.Form):
    """A code of the second factor."""

    code = forms.CharField(
        max_length=60, error_messages={"required": "请填写动态口令。", "max_length": "动态口令是6位数字，恢复码也没有这么长。"}
    )


class NewPassword(forms.Form):
    """A password that its owner chose; whoever is in already shows the present one, too."""

    present_password = forms.CharField(
        label="现在的密码", max_length=200, strip=False, error_messages={"required": "请填写现在的密码。"}
    )
    password = forms.CharField(
        label="新密码",
        max_length=200,
        strip=False,
        error_messages={"required": "请填写新密码。", "max_length": "密码请写在200个字符以内。"},
    )
    again = forms.CharField(label="再写一遍", max_length=200, strip=False, error_messages={"required": "请把新密码再写一遍。"})

    def __init__(self, *args: Any, account: Any, with_present: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        if not with_present:
            del self.fields["present_password"]

    def clean_present_password(self) -> str:
        """Refuse a wrong one: a page left open is not enough to take an account over."""
        words = str(self.cleaned_data["present_password"])
        tried = try_present_password(str(self.account.get_username()), words, at=now())
        if tried.state == WAIT:
            raise forms.ValidationError(f"连续输错的次数太多了，请等{tried.wait_seconds}秒再试。")
        if tried.state != IN:
            raise forms.ValidationError("现在的密码不对，请重写。")
        return words

    def clean(self) -> dict[str, object]:
        """Refuse two different words."""
        found = super().clean() or {}
        if found.get("password") and found.get("again") and found["password"] != found["again"]:
            self.add_error("again", "两次写的不一样，请重写。")
        return found


class Purpose(forms.Form):
    """Why names are wanted."""

    purpose = ReasonField(
        label="用途",
        min_length=2,
        max_length=200,
        error_messages={"required": "请写明用途，例如：入户核对。", "min_length": "用途要写明白，例如：入户核对。"},
    )

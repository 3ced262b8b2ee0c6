"""Reasons that people write beside what they do: the journal keeps them as they are, so no personal number may stand in one."""

from __future__ import annotations

import re
import unicodedata

from fuqi.basics import resident_id
from fuqi.basics.errors import FuqiError

_IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9X](?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])(?:86)?1[3-9][0-9]{9}(?![0-9])")
_BETWEEN = re.compile(r"(?<=[0-9])[ \-](?=[0-9X])")
"""What people put between the groups of a long number."""


class PersonalNumberError(FuqiError):
    """A reason holds an identity number or a telephone number."""

    code = "personal_number_in_reason"


def without_personal_number(words: str) -> str:
    """Return a reason as it is. Raises PersonalNumberError where a sound identity number or a mobile number stands in it."""
    spelled = _BETWEEN.sub("", unicodedata.normalize("NFKC", words).upper())
    if any(found[17] == resident_id.check_digit(found[:17]) for found in _IDENTITY.findall(spelled)):
        raise PersonalNumberError("理由会原样记入日志，里面不要写身份证号码。请去掉号码再提交，需要指明是谁时写人员编号。")
    if _MOBILE.search(spelled):
        raise PersonalNumberError("理由会原样记入日志，里面不要写手机号码。请去掉号码再提交。")
    return words

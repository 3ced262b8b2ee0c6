"""What can be wrong with a scheme: always all of it, each with file and line."""

from __future__ import annotations

from dataclasses import dataclass

from fuqi.basics.errors import FuqiError


class SchemeError(FuqiError):
    """A scheme that cannot be used; `.faults` names every reason with its file and line."""

    code = "scheme"


@dataclass(frozen=True, slots=True)
class TextFault:
    """One thing that is wrong in a condition or expression, at a character of its text (0 is the first)."""

    code: str
    message: str
    at: int


class ConditionError(FuqiError):
    """A condition or expression that cannot be read; `.text_faults` holds all reasons."""

    code = "condition"

    def __init__(self, text: str, text_faults: tuple[TextFault, ...]) -> None:
        super().__init__(f"“{text}”:" + ";".join(f"第{fault.at + 1}个字符起，{fault.message}" for fault in text_faults))
        self.text_faults = text_faults

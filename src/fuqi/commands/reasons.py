"""The kind of an option that is a reason."""

from __future__ import annotations

import click

from fuqi.basics.reasons import without_personal_number


class _Reason(click.ParamType[str]):
    """Words that go into the journal as they are."""

    name = "reason"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the words. Raises PersonalNumberError where a personal number stands in them."""
        return without_personal_number(value)


REASON = _Reason()

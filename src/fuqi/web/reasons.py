"""A field for a reason: what is wrong with the words is said beside the field, and they stay in it."""

from __future__ import annotations

from django import forms

from fuqi.basics.reasons import PersonalNumberError, without_personal_number


class ReasonField(forms.CharField):
    """Words that go into the journal as they are."""

    def clean(self, value: object) -> str:
        """Return the words. Raises ValidationError where a personal number stands in them."""
        words: str = super().clean(value)
        try:
            return without_personal_number(words)
        except PersonalNumberError as error:
            raise forms.ValidationError(error.message, code=error.code) from None

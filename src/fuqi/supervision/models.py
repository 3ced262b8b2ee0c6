"""Survey calls."""

from __future__ import annotations

from django.db import models

from fuqi.intake.models import Fact
from fuqi.registry.models import Person


class SurveyCall(Fact):
    """A telephone call: answered or not, and what was answered; None where nothing was said."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="survey_calls")
    called_on = models.DateField(null=True)
    answered = models.BooleanField()
    satisfied = models.BooleanField(null=True)
    aware = models.BooleanField(null=True)

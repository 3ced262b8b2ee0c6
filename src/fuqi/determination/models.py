"""What the scheme makes of a recorded illness. Working data: list and disease ids, no words."""

from __future__ import annotations

from django.db import models

from fuqi.access.sealed import SealedTextField
from fuqi.intake.models import Fact
from fuqi.registry.models import Condition, Person


class DiseaseFinding(Fact):
    """A condition stands on a disease list of the scheme."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="disease_findings")
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="findings")
    list_id = models.CharField(max_length=40)
    disease_id = models.CharField(max_length=60)
    rule = SealedTextField()
    """By which word or code it was found; names the disease."""


class RestrictedMark(Fact):
    """A row's words or code touch an illness that only named roles may see, whatever came of it （疑似, 待查, claimed, wrong）."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="restricted_marks")


class UndecidedCondition(Fact):
    """A condition of which the scheme cannot say whether it stands on a list, and why."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="undecided_conditions")
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="+")
    reason = SealedTextField()

"""Agreements and reasons."""

from __future__ import annotations

from django.db import models

from fuqi.access.sealed import SealedTextField
from fuqi.intake.models import Fact
from fuqi.registry.models import Person


class TreatFirstAgreement(Fact):
    """Admission without deposit, paid at discharge （先诊疗后付费）."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="treat_first_agreements")
    signed_on = models.DateField()
    hospital = models.CharField(max_length=100, blank=True)


class UntreatedReason(Fact):
    """Why a patient is not treated, as the office recorded it; the words may name an illness."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="untreated_reasons")
    reason = SealedTextField()

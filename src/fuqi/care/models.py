"""Contracts of households, checks of persons."""

from __future__ import annotations

from django.db import models

from fuqi.intake.models import Fact
from fuqi.registry.models import Household, Person


class FamilyDoctorContract(Fact):
    """A household's contract with a family-doctor team, while its dates hold."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="contracts")
    team = models.CharField(max_length=100, blank=True)


class HealthCheck(Fact):
    """A health check that was done."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="health_checks")
    checked_on = models.DateField()

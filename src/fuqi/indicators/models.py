"""What was counted, kept under a run: every figure of every division, and every list that a figure is the length of."""

from __future__ import annotations

from django.db import models

from fuqi.access.sealed import SealedBytesField
from fuqi.journal.models import Recorded, Run


class CountedFigure(Recorded):
    """An indicator's value at a division, as printed."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    place = models.CharField(max_length=12)
    numerator = models.CharField(max_length=30)
    denominator = models.CharField(max_length=30, blank=True)
    value = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "code", "place"], name="one_figure_a_place")]


class CountedList(Recorded):
    """The members of one part of an indicator in the whole county: one row a list, for they are read and proved as a whole."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    part = models.CharField(max_length=20)
    rows = models.IntegerField()
    content = SealedBytesField()
    """What `indicators.lists.encode` made of the list."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "code", "part"], name="one_list_a_part")]

"""Divisions (GB/T 2260, GB/T 10114), as a scheme names them, with dates."""

from __future__ import annotations

from django.db import models

from fuqi.journal.models import Recorded

LEVEL_BY_LENGTH = {6: "county", 9: "township", 12: "village"}


class Division(Recorded):
    """A county, township or village; codes of lower divisions begin with the code of the higher one."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=50)
    full_name = models.CharField(max_length=120)
    """From the county down, as `--place` takes it: 君山区某镇某村."""
    level = models.CharField(max_length=10)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)

"""Claims as received, settlements as computed, lines as posted."""

from __future__ import annotations

from django.db import models

from fuqi.access.sealed import SealedTextField
from fuqi.intake.models import Fact
from fuqi.journal.models import Recorded, Run
from fuqi.registry.models import Person


class Claim(Fact):
    """A bill that an institution settled; amounts in fen. `valid_from` is the day it was settled."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claims")
    number = models.CharField(max_length=60)
    hospital = models.CharField(max_length=100)
    hospital_level = models.CharField(max_length=20, blank=True)
    in_county = models.BooleanField(null=True)
    care = models.CharField(max_length=30)
    admitted = models.DateField(null=True)
    discharged = models.DateField(null=True)
    settled_on = models.DateField()
    referred = models.BooleanField(null=True)
    words = SealedTextField()
    icd10 = SealedTextField()
    total_fen = models.BigIntegerField(null=True)
    in_scope_fen = models.BigIntegerField(null=True)


class Settlement(Recorded):
    """What a run of the scheme made of a claim: settled, undecided (what is missing) or refused (why)."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="settlements")
    state = models.CharField(max_length=20)
    reason = models.CharField(max_length=300, blank=True)
    self_pay_fen = models.BigIntegerField(default=0)
    in_scope_self_pay_fen = models.BigIntegerField(default=0)
    disease_lists = models.CharField(max_length=200, blank=True)
    """The scheme's lists that the claim's diagnosis stands on, with commas."""
    restricted = models.BooleanField(default=False)
    """Whether the claim's diagnosis is one that only named roles may see."""
    explanation = models.TextField(blank=True)
    """The sentences made from the trace, one a line; they name layers and amounts, no illness."""
    scheme_hash = models.CharField(max_length=64)


class SettlementLine(Recorded):
    """What one layer pays of a claim, in fen."""

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="lines")
    position = models.IntegerField()
    layer = models.CharField(max_length=60)
    fund = models.CharField(max_length=60, blank=True)
    base_fen = models.BigIntegerField()
    pay_fen = models.BigIntegerField()
    posted_on = models.DateField()
    trace = models.TextField()
    """Canonical JSON of the evaluator's trace."""
    confirmed = models.BooleanField()


class SettlementFacts(Recorded):
    """What the evaluator was given of a claim, so that the settlement can be worked out and compared years later."""

    settlement = models.OneToOneField(Settlement, on_delete=models.PROTECT, related_name="facts")
    facts = SealedTextField()
    """Canonical JSON of the scheme's claim: identities, birth, household, diagnosis code, amounts."""
    provisional = models.BooleanField()
    """Whether an earlier claim of the same person or household was still open."""


class SchemeVersion(Recorded):
    """A scheme as it was when it was first settled by: its files, so that what it gave can always be explained by it."""

    hash = models.CharField(max_length=64, unique=True)
    scheme_id = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    files = models.BinaryField()
    """Compressed JSON `{folder/name: text}`, the files of the base included."""


class Adjustment(Recorded):
    """What a run posts of a claim otherwise than the run before it: more is owed to the person, or too much was posted.

    Amounts in fen, of one layer and fund. Rows of all runs together are what was ever put right; only their sum is still open.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="adjustments")
    number = models.CharField(max_length=60)
    hospital = models.CharField(max_length=100)
    settled_on = models.DateField()
    before = models.ForeignKey(Settlement, on_delete=models.PROTECT, null=True, related_name="+")
    """The settlement of the run before; None for a claim that it did not have."""
    after = models.ForeignKey(Settlement, on_delete=models.PROTECT, null=True, related_name="+")
    layer = models.CharField(max_length=60)
    fund = models.CharField(max_length=60, blank=True)
    before_fen = models.BigIntegerField()
    after_fen = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    reason = models.CharField(max_length=20)
    details = models.TextField()
    """Canonical JSON: all reasons, groups with the day since when, columns that changed. Names no illness."""
    restricted = models.BooleanField()
    """Whether either settlement is of an illness that only named roles may see."""

"""Persons and households by surrogate keys, and the facts about them."""

from __future__ import annotations

from django.db import models

from fuqi.access.sealed import SealedTextField
from fuqi.intake.models import Fact
from fuqi.journal.models import Recorded
from fuqi.places.models import Division


class Household(Recorded):
    """A household by its number in the poverty office's register."""

    number = models.CharField(max_length=40, unique=True)


class Person(Recorded):
    """A person by nothing but a serial number: names, ids and places are facts."""

    serial = models.IntegerField(unique=True)
    key_index = models.CharField(max_length=64, unique=True)
    """Keyed index of what the person was first known by, so that a later run finds the same person."""

    @property
    def code(self) -> str:
        """Return the number that pages and products show in place of a name."""
        return f"{self.serial:06d}"


class Identity(Fact):
    """What a person is called and known by, as the leading source of the run says."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identities")
    name = SealedTextField()
    id_number = SealedTextField()
    id_index = models.CharField(max_length=64, blank=True, db_index=True)
    sex = models.CharField(max_length=10, blank=True)
    birth_on = models.DateField(null=True)


class IdentityIndex(Recorded):
    """Keyed indexes of parts of an identity number, by which a damaged one still finds its person."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identity_indexes")
    identity = models.OneToOneField(Identity, on_delete=models.PROTECT, related_name="part_index")
    birth_sequence = models.CharField(max_length=64, db_index=True)
    """Of the day of birth and the sequence: it holds where the area's digits are damaged."""
    area_birth = models.CharField(max_length=64, db_index=True)
    """Of the area and the day of birth: it holds where the last digits are damaged."""


class Residence(Fact):
    """Where a person lives: the village, or the township where the village is not known."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="residences")
    place = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")


class Membership(Fact):
    """A person's place in a household."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    relation = models.CharField(max_length=20, blank=True)


class GroupSpell(Fact):
    """An identity group that a department has put a person in, from a day on."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="group_spells")
    group = models.CharField(max_length=40)


class Condition(Fact):
    """An illness as somebody wrote it down; which lists it stands on is determined, not recorded here."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="conditions")
    words = SealedTextField()
    icd10 = SealedTextField()
    basis = SealedTextField()


class FieldCheck(Fact):
    """What the township found when it checked a candidate in the field."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="field_checks")
    outcome = models.CharField(max_length=20)
    checked_on = models.DateField(null=True)
    treated = models.BooleanField(null=True)
    registered_poor = models.BooleanField(null=True)


class Enrolment(Fact):
    """A person's basic insurance."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    category = models.CharField(max_length=40, blank=True)


class Income(Fact):
    """What a household has per head and year, in fen, as the register of households says; None where its rows contradict."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="incomes")
    per_head_fen = models.BigIntegerField(null=True)


class Sighting(Recorded):
    """Sealed words of a person that were shown to somebody; who, when and why stands in its entry."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sightings")
    by = models.CharField(max_length=100)
    day = models.DateField()
    """The day in China: people are counted by it."""
    door = models.CharField(max_length=20)
    what = models.CharField(max_length=200)
    """Which fields, with commas."""

    class Meta:
        indexes = [models.Index(fields=["by", "day"], name="sightings_of_a_day")]

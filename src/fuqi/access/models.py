"""Accounts and grants."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth import hashers
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from fuqi.access.sealed import SealedTextField
from fuqi.basics.ids import new_id
from fuqi.journal.models import Recorded
from fuqi.places.models import Division


class User(AbstractBaseUser):
    """A person with an account; never a shared one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60, unique=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    """Whether the password is a one-time one, printed for its owner: it opens nothing but the page that changes it."""
    last_login = None
    """Django would write it at each sign-in past the journal, which has the sign-ins already."""

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = BaseUserManager()

    def check_password(self, raw_password: str) -> bool:
        """Return whether it is the password; unlike Django's, never writes a new hash: the journal vouches for the old one."""
        return hashers.check_password(raw_password, self.password)


class Grant(Recorded):
    """A role for a place and everything below it, while the dates hold."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=40)
    place = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)


class InstitutionGrant(Recorded):
    """A role at an institution, while the dates hold."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="institution_grants")
    role = models.CharField(max_length=40)
    institution = models.CharField(max_length=100)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)


class GrantEnd(Recorded):
    """A grant that was taken back before its time: it no longer holds from `until` on."""

    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, null=True, related_name="end")
    institution_grant = models.OneToOneField(InstitutionGrant, on_delete=models.PROTECT, null=True, related_name="end")
    until = models.DateField()
    why = models.CharField(max_length=200)


class Factor(Recorded):
    """A factor of an account's sign-in: the secret of a TOTP app (RFC 6238), the digest of one recovery code, or the hash of a
    password that was set. The present password's hash lies with the account; these tell when it was set and what was before it.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="factors")
    kind = models.CharField(max_length=20)
    secret = SealedTextField()
    made_at = models.DateTimeField()


class FactorEnd(Recorded):
    """A factor that was used up, lost or taken away."""

    factor = models.OneToOneField(Factor, on_delete=models.PROTECT, related_name="end")
    ended_at = models.DateTimeField()
    why = models.CharField(max_length=200)


class Credential(Recorded):
    """What a device or a service shows to the API. It belongs to a person, can do less than that person, and opens no page."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=20)
    """`device` or `service`."""
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the token, which is shown once and never kept."""
    actions = models.CharField(max_length=300)
    """Actions that it may do, with commas: never more than its owner's."""
    place = models.ForeignKey(Division, on_delete=models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField()


class CredentialEnd(Recorded):
    """A credential that was taken back."""

    credential = models.OneToOneField(Credential, on_delete=models.PROTECT, related_name="end")
    ended_at = models.DateTimeField()
    why = models.CharField(max_length=200)


class ReadingRequest(Recorded):
    """Somebody asks to read more people on a day than one may alone."""

    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    day = models.DateField()
    people = models.IntegerField()
    """How many at most."""
    reason = models.CharField(max_length=200)


class ReadingDecision(Recorded):
    """A second person's word on such a request."""

    request = models.OneToOneField(ReadingRequest, on_delete=models.PROTECT, related_name="decision")
    approved = models.BooleanField()
    by = models.CharField(max_length=100)
    decided_at = models.DateTimeField()
    why = models.CharField(max_length=200, blank=True)


class DataKey(Recorded):
    """The key of one holder's sealed words, wrapped by the workspace's key. Destroyed: the row stays, its wrapped key is zeros.

    What a rotation wraps anew is left out of the digest; that it still opens, or was destroyed by an entry, the audit proves.
    """

    kind = models.CharField(max_length=10)
    """`person`, `row` or `workspace`."""
    holder = models.UUIDField(null=True)
    """Whose key it is: the person's id, all zeros for the workspace. None for a received row, whose key has its id."""
    generation = models.IntegerField()
    """Of the wrapping key; 0 once destroyed."""
    wrapped = models.BinaryField()

    digest_leaves_out: ClassVar[frozenset[str]] = frozenset({"generation", "wrapped"})

    class Meta:
        indexes = [models.Index(fields=["holder"], condition=models.Q(holder__isnull=False), name="keys_by_holder")]

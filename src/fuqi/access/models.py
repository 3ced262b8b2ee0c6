"""Accounts and grants."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth import hashers
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

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

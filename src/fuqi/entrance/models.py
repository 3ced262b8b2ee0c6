"""Tries at the entrance and codes that were used. Nothing here is a record; thrown away, all tallies begin anew."""

from __future__ import annotations

from django.db import models


class Tries(models.Model):
    """Wrong tries in a row of one kind."""

    key = models.CharField(max_length=64, primary_key=True)
    """A keyed digest of what is counted: neither a name nor an address lies here."""
    count = models.IntegerField()
    last_at = models.DateTimeField(db_index=True)


class UsedCode(models.Model):
    """The newest time step of which a factor's code was taken: no code opens twice (RFC 6238, 5.2). Of a passkey its count."""

    factor = models.UUIDField(primary_key=True)
    step = models.BigIntegerField()


class SessionsEnded(models.Model):
    """How often all sessions of an account were ended: what was given back meanwhile brings none of them back."""

    account = models.UUIDField(primary_key=True)
    times = models.IntegerField()

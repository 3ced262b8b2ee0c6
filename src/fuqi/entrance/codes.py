"""Words of the entrance: what a try ends in."""

from __future__ import annotations

IN, WRONG, WAIT, FACTOR, FACTOR_SETUP, CHANGE_PASSWORD = "in", "wrong", "wait", "factor", "factor_setup", "change_password"
"""What stands between somebody and the pages after a try."""

DEVICES_KEPT = 8
"""Accounts of which one browser's cookie says that it signed in to them before."""

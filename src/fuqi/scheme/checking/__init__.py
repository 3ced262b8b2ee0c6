"""Checks of a scheme that was read without faults: what can never be right, and what its author should know.

Reading finds what is wrong in a place by itself: unknown keys and names, wrong units, a layer that reads a later one. The
checks here look at the whole, one a file. A *fault* means that the scheme cannot be used; a *remark* says what the author
should know. Every finding is certain: what a check cannot find out it does not report.
"""

from __future__ import annotations

from collections.abc import Iterable

from fuqi.basics.errors import Fault
from fuqi.scheme.checking.clause_use import clause_faults, clause_remarks
from fuqi.scheme.checking.dates import date_remarks
from fuqi.scheme.checking.dead_rules import dead_faults, dead_remarks
from fuqi.scheme.checking.definitions import definition_faults, definition_remarks
from fuqi.scheme.checking.falling import falling_remarks
from fuqi.scheme.checking.floors import floor_remarks
from fuqi.scheme.checking.gaps import gap_remarks
from fuqi.scheme.checking.indicator_rows import indicator_faults, indicator_remarks
from fuqi.scheme.checking.overlaps import overlap_remarks
from fuqi.scheme.checking.rates import rate_remarks
from fuqi.scheme.model import Scheme

FAULT_CHECKS = (definition_faults, dead_faults, indicator_faults, clause_faults)
REMARK_CHECKS = (
    definition_remarks,
    dead_remarks,
    gap_remarks,
    overlap_remarks,
    date_remarks,
    rate_remarks,
    falling_remarks,
    floor_remarks,
    indicator_remarks,
    clause_remarks,
)


def scheme_faults(scheme: Scheme) -> list[Fault]:
    """Return why a scheme cannot be used although each of its files can be read, in the order of files and lines."""
    return _ordered(fault for check in FAULT_CHECKS for fault in check(scheme))


def remarks(scheme: Scheme) -> list[Fault]:
    """Return what the author of a sound scheme should know, in the order of files and lines."""
    return _ordered(remark for check in REMARK_CHECKS for remark in check(scheme))


def _ordered(found: Iterable[Fault]) -> list[Fault]:
    return sorted(dict.fromkeys(found), key=lambda fault: fault.place)

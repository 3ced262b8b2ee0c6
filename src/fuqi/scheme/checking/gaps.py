"""Gaps: cases for which no row of a deductible, rate or schedule holds, so that it counts as 0."""

from __future__ import annotations

from collections.abc import Iterator

from fuqi.basics.errors import Fault
from fuqi.scheme.checking.cases import in_words
from fuqi.scheme.checking.looking import looks, none_holds, versions
from fuqi.scheme.checking.possible import together
from fuqi.scheme.model import Scheme

_NEEDED = ("deductible", "rate", "brackets", "lump", "amount", "normal", "waived", "subsidy")


def gap_remarks(scheme: Scheme) -> Iterator[Fault]:
    """Yield a case that no row of a value covers, told in words."""
    for look in looks(scheme):
        if look.value.key not in _NEEDED:
            continue
        for version in versions(look.value.rows):
            needs = none_holds(version)
            answer = None if needs is None else together((*look.under, *needs), look.names)
            if answer is not None and answer.possible:
                case = in_words(answer.case, look.names, scheme.words)
                message = f"{look.word}没有一行管到“{case}”，那时按0算；有意如此就补上一行写明"
                yield look.fault("gap", message, version[0])

"""Overlaps of bands: two rows over the same numbers of which each holds alone and both hold at an edge, with different values.

A row whose cases all lie within a later one's is an exception before the rule, and is not reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from fuqi.basics.errors import Fault
from fuqi.scheme.checking.cases import in_words
from fuqi.scheme.checking.looking import Look, looks, versions, wanted
from fuqi.scheme.checking.possible import together
from fuqi.scheme.checking.ranges import NUMBERS
from fuqi.scheme.model import Scheme
from fuqi.scheme.values import Row

_MOST_ROWS = 24


def overlap_remarks(scheme: Scheme) -> Iterator[Fault]:
    """Yield pairs of rows whose bands overlap, with a case in which both hold."""
    for look in looks(scheme):
        for version in versions(look.value.rows):
            bands = [row for row in version if row.when is not None][:_MOST_ROWS]
            for one, other in combinations(bands, 2):
                yield from _overlap(look, one, other, scheme)


def _overlap(look: Look, one: Row, other: Row, scheme: Scheme) -> Iterator[Fault]:
    if one.content == other.content or not _same_numbers(look, one, other):
        return
    both = together((*look.under, *wanted(one.when), *wanted(other.when)), look.names)
    if not both.possible:
        return
    alone = (*wanted(one.when), *wanted(other.when, truth=False)), (*wanted(one.when, truth=False), *wanted(other.when))
    if all(together((*look.under, *needs), look.names).possible for needs in alone):
        case = in_words(both.case, look.names, scheme.words)
        message = f"{look.word}：这一行和第{one.line}行都管到“{case}”，那时按第{one.line}行算；请核对两段的分界"
        yield look.fault("overlap", message, other)


def _same_numbers(look: Look, one: Row, other: Row) -> bool:
    """Return whether two rows read the same names, a number among them."""
    if one.when is None or other.when is None or one.when.names != other.when.names:
        return False
    infos = [look.names.find(name) for name in one.when.names]
    return any(info is not None and info.kind in NUMBERS for info in infos)

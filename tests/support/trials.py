"""Claims and drafts to try: the layers of the sample county with other numbers, and claims of a small invented county."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from fuqi.config.workspace import SCHEME_LIBRARY
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim
from fuqi.scheme.names import CLAIM
from fuqi.scheme.reading.benefits import read_benefits
from fuqi.scheme.reading.reader import Reader

TEXT = (SCHEME_LIBRARY / "junshan-2017" / "benefits.yaml").read_text("utf-8")
GROUPS = ("extreme_poverty_support", "subsistence_allowance", "registered_poor")
_NUMBER = re.compile(r"(?<![\w.])([0-9]+)(元|%)")


def layers_of(text: str) -> Benefits:
    """Return the layers that a text says; fails if there is a fault."""
    reader = Reader("benefits.yaml")
    found = read_benefits(text, reader, names=CLAIM.with_choices({"groups": GROUPS}), with_workspace=True)
    assert found is not None
    assert not reader.faults, reader.faults
    return found


def changed_text(factors: Sequence[int]) -> str:
    """Return the sample's layers with its rates and sums scaled, each by the next factor in percent; bounds stay in order."""
    turn = iter(range(10**6))

    def scaled(match: re.Match[str]) -> str:
        number, unit, factor = int(match[1]), match[2], factors[next(turn) % len(factors)]
        if "to: " in TEXT[max(0, match.start() - 4) : match.start()]:
            return match[0]
        new = number * factor // 100
        return f"{min(new, 100)}%" if unit == "%" else f"{new}元" if new else "0"

    return _NUMBER.sub(scaled, TEXT)


@st.composite
def drafts(draw: st.DrawFn) -> Benefits:
    """Draw the sample's layers with other numbers."""
    return layers_of(changed_text(draw(st.lists(st.integers(0, 300), min_size=1, max_size=12))))


@st.composite
def claims(draw: st.DrawFn, most: int = 25) -> list[Claim]:
    """Draw claims of a year: of few people, so that their sums run on; some without a fact that is needed, some impossible."""
    return [draw(_claim(number)) for number in range(draw(st.integers(0, most)))]


@st.composite
def _claim(draw: st.DrawFn, number: int) -> Claim:
    day = date(2017, 1, 1) + timedelta(days=draw(st.integers(0, 364)))
    total = draw(st.integers(0, 200_000_00))
    missing = draw(st.integers(0, 30))
    return Claim(
        claim_id=f"c{number}",
        person_id=f"p{draw(st.integers(0, 6))}",
        household_id=f"h{draw(st.integers(0, 2))}",
        settled_at=day,
        discharged=None if missing == 1 else day,
        care=draw(st.sampled_from(("inpatient", "inpatient", "outpatient"))),
        total=total,
        in_scope=None if missing == 2 else total + 1 if missing == 3 else draw(st.integers(0, total)),
        hospital_level=None if missing == 4 else draw(st.sampled_from(("township", "county", "city", "province"))),
        groups=None if missing == 5 else frozenset(draw(st.sets(st.sampled_from(GROUPS)))),
    )

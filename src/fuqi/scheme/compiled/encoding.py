"""Claims as columns of whole numbers: the facts, ids and profiles that a kernel reads.

What is read of a claim is fixed by the plan, so the readers are written once for each plan, as one line of Python for each
column.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim, Opening
from fuqi.scheme.compiled.plan import REFUSED, SETTLED, UNDECIDED, UNKNOWN, Plan
from fuqi.scheme.compiled.profiles import MOST_PROFILES, Profiles
from fuqi.scheme.facts import lists_of_code
from fuqi.scheme.mechanisms.admissions import CARE_UNKNOWN, INPATIENT, NOT_COUNTED, OTHER_CARE

Column = list[int]
LARGEST_HERE = 2**60
"""Given amounts beyond this could be taken for what stands in a column for unknown or no limit; they go to the reference."""

_DAYS = frozenset({"settled_at", "admitted", "birth_on"})
_FAMILIES = {"fee_": "fees", "amount_": "amounts", "paid_": "paid"}

KEY_PARTS: Mapping[str, str] = {
    "stay": "c.stay",
    "day": "y, c.discharged",
    "month": "y, c.discharged.year, c.discharged.month",
    "quarter": "y, c.discharged.year, (c.discharged.month - 1) // 3",
    "year": "y",
    "admission": "y, c.stay",
}
"""What claims of one sum have in common beside the person or household: `c` is the claim, `y` the benefit year."""

_UNITS = {"person": "c.person_id", "household": "c.household"}


@dataclass(slots=True)
class Columns:
    """The arguments of a kernel for some claims in settlement order."""

    facts: list[Column]
    keys: list[Column]
    profile: Column
    profiles: Profiles
    """The table that the numbers of profiles belong to."""
    sums: list[Column]
    status: Column
    out: list[Column]
    fits: bool
    """Whether every number fits a column; given amounts beyond all measure do not."""


@dataclass(slots=True)
class Encoder:
    """Turns claims into the columns of one plan."""

    benefits: Benefits
    plan: Plan
    facts: Callable[[Sequence[Claim], Sequence[int | None]], list[Column]] = field(init=False)
    keys: Callable[[Sequence[Claim], Sequence[int | None], list[dict[object, int]]], list[Column]] = field(init=False)
    profile: Callable[[Sequence[Claim], Column, Profiles], Column] = field(init=False)
    given: tuple[int, ...] = field(init=False)
    """The columns of given amounts."""
    lists: dict[tuple[str | None, int | None, int], frozenset[str] | None] = field(default_factory=dict)
    by_age: bool = field(init=False)
    """Whether the disease lists of a code depend on the age."""
    editions: list[date] = field(init=False)
    """The days on which editions of disease lists begin."""

    def __post_init__(self) -> None:
        plan = self.plan
        self.given = tuple(place for place, name in enumerate(plan.facts) if name.startswith("paid_"))
        self.facts = _function("claims, years", [_fact(name) for name in plan.facts], {})
        self.keys = _function("claims, years, ids", [_key(place, kind) for place, kind in enumerate(plan.keys)], {})
        words = "".join(f"{_word(name)}, " for name in plan.profile)
        text = f"[0 if s else profiles.number(({words})) for c, s in zip(claims, status)]"
        self.profile = _function("claims, status, profiles", text, {"lists": self.lists_of})
        lists = self.benefits.disease_lists
        diseases = [disease for one in lists for disease in one.diseases]
        self.by_age = any(disease.age_below is not None or disease.age_from is not None for disease in diseases)
        self.editions = sorted({edition.since for one in lists for edition in one.editions})

    def lists_of(self, claim: Claim) -> frozenset[str] | None:
        """Return the disease lists of a claim's code, looked up once for each code, age and edition that tell them apart."""
        age, day = claim.age if self.by_age else None, claim.discharged
        key = (claim.icd10, age, 0 if day is None else bisect_right(self.editions, day))
        if key not in self.lists:
            if len(self.lists) > MOST_PROFILES:
                self.lists.clear()
            self.lists[key] = lists_of_code(self.benefits.disease_lists, claim.icd10, age, day)
        return self.lists[key]

    def encode(
        self, claims: Sequence[Claim], refused: Mapping[int, Any], opening: Iterable[Opening], profiles: Profiles
    ) -> Columns:
        """Return the columns of claims in settlement order; `refused` holds the places of those refused at the door."""
        by_settlement = self.benefits.year_of == "settled_at"
        days = [claim.settled_at if by_settlement else claim.discharged for claim in claims]
        years = [None if day is None or claim.discharged is None else day.year for day, claim in zip(days, claims, strict=True)]
        status = [_known_before(claim) for claim in claims]
        for place in refused:
            status[place] = REFUSED
        ids: list[dict[object, int]] = [{} for _ in self.plan.keys]
        facts = self.facts(claims, years)
        return Columns(
            facts=facts,
            keys=self.keys(claims, years, ids),
            profile=self.profile(claims, status, profiles),
            profiles=profiles,
            sums=self._sums(dict(zip(self.plan.keys, ids, strict=True)), opening),
            status=status,
            out=[[0] * len(claims) for _ in self.plan.outputs],
            fits=all(max(facts[place], default=0) <= LARGEST_HERE for place in self.given),
        )

    def _sums(self, ids: Mapping[str, Mapping[object, int]], opening: Iterable[Opening]) -> list[Column]:
        sums = [[0] * max(1, len(ids[slot.key])) for slot in self.plan.slots]
        for row in opening:
            for place, name in self.plan.opening(row.layer):
                number = ids[self.plan.slots[place].key].get((row.unit, row.year))
                if number is not None:
                    sums[place][number] += getattr(row, name)
        return sums


def _known_before(claim: Claim) -> int:
    """Return whether a claim can be settled: without its days, total or amount in scope it is undecided at once."""
    lacks = claim.settled_at is None or claim.discharged is None or claim.total is None or claim.in_scope is None
    return UNDECIDED if lacks else SETTLED


def _function(arguments: str, body: str | list[str], helpers: Mapping[str, object]) -> Callable[..., Any]:
    """Return a function of some arguments that gives what a body says, or a list of what several say."""
    text = body if isinstance(body, str) else f"[{', '.join(body)}]"
    return eval(f"lambda {arguments}: {text}", dict(helpers))  # type: ignore[no-any-return]


def _fact(name: str) -> str:
    """Return the text of a column of facts."""
    each = "for c in claims"
    if name in ("total", "in_scope"):
        return f"[c.{name} or 0 {each}]"
    if name == "settle_total":
        return f"[c.settled_sum or 0 {each}]"
    if name == "discharged":
        return f"[0 if c.discharged is None else c.discharged.toordinal() {each}]"
    if name in ("month", "year"):
        return f"[0 if c.discharged is None else c.discharged.{name} {each}]"
    if name == "admission":
        kind = f"{CARE_UNKNOWN} if c.care is None else {INPATIENT} if c.care == 'inpatient' else {OTHER_CARE}"
        return f"[{NOT_COUNTED} if y is None else {kind} for c, y in zip(claims, years)]"
    value = f"c.{name}"
    for lead, attribute in _FAMILIES.items():
        if name.startswith(lead):
            value = f"c.{attribute}.get({name.removeprefix(lead)!r})"
    known = "v.toordinal()" if name in _DAYS else "v"
    return f"[{UNKNOWN} if (v := {value}) is None else {known} {each}]"


def _key(place: int, kind: str) -> str:
    """Return the text of a column of ids; claims of an unknown year or day have none and get 0, which nobody reads."""
    who, period = kind.split(".")
    made = f"(d := ids[{place}]).setdefault(({_UNITS[who]}, {KEY_PARTS[period]}), len(d))"
    return f"[0 if y is None else {made} for c, y in zip(claims, years)]"


def _word(name: str) -> str:
    """Return the text of one part of a profile's key."""
    special = {
        "version": "profiles.version(c.discharged.toordinal())",
        "disease_lists": "lists(c)",
        "household_id": "c.household",
        "stay_id": "c.stay",
    }
    return special.get(name, f"c.{name}")

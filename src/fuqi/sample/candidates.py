"""Who stands on which list, what the townships found, and who is therefore verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from fuqi.sample.people import Maker, Person, Town
from fuqi.sample.plan import CHRONIC, LISTS, Illness, MajorPlan, OutcomePlan, Plan

CONFIRMED, CORRECTED, NOT_LISTED = "属实", "信息有误已更正", "未患名录疾病"
_NO_LIST: frozenset[str] = frozenset()


@dataclass(eq=False, slots=True)
class Candidate:
    """A person whom a list or a township names, with what the field check found."""

    person: Person
    outcome: str
    illnesses: tuple[Illness, ...] = ()
    words: str = ""
    """What stands as illness in the check where it is none of the plan's."""
    verified: bool = False
    major: MajorPlan | None = None
    lists: frozenset[str] = _NO_LIST

    @property
    def hidden(self) -> bool:
        """Return whether this is the patient who must appear in as few papers as possible."""
        return self.major is not None and self.major.hidden


@dataclass(slots=True)
class Cast:
    """All candidates; the sets of people that later papers are drawn from."""

    candidates: list[Candidate]

    @property
    def majors(self) -> list[Candidate]:
        """Return the verified patients of the class major."""
        return [one for one in self.candidates if one.major is not None]

    @property
    def chronic(self) -> list[Candidate]:
        """Return the verified patients who are not major."""
        return [one for one in self.candidates if one.verified and one.major is None]


class _Pool:
    """Registered people in a drawn order, each taken once."""

    def __init__(self, people: Iterable[Person], on: date, random: Random) -> None:
        self._people = list(people)
        random.shuffle(self._people)
        self._on = on

    def take(self, ages: tuple[int, int], *, early: bool = False, outsider: bool = False) -> Person:
        """Return the next person of that age; `early`: registered before the year; `outsider`: a man who heads no household."""
        for index, person in enumerate(self._people):
            fits = ages[0] <= person.age(self._on) <= ages[1]
            fits = fits and (not early or person.registered_before(self._on.year))
            if fits and (not outsider or (person.sex == "male" and not person.is_head and person.moved_on is None)):
                return self._people.pop(index)
        raise LookupError(f"no registered person between {ages[0]} and {ages[1]} years is left")


def _fitting(illnesses: Iterable[Illness], person: Person, on: date) -> list[Illness]:
    age = person.age(on)
    return [one for one in illnesses if one.ages[0] <= age <= one.ages[1]]


def _more(plan: Plan, person: Person, on: date, random: Random, first: Illness, share: float) -> tuple[Illness, ...]:
    """Return the first illness and, in some cases, one or two chronic ones."""
    found = [first]
    others = [one for one in _fitting(plan.chronic, person, on) if one.words != first.words]
    random.shuffle(others)
    while others and random.random() < share and len(found) < 3:
        found.append(others.pop())
    if len(found) > 1 and random.random() < 0.3:
        found.append(found.pop(0))  # the order of writing says nothing about the class
    return tuple(found)


def _verified_outcome(random: Random) -> str:
    return CONFIRMED if random.random() < 0.88 else CORRECTED


def _majors(plan: Plan, pool: _Pool, on: date, random: Random) -> Iterator[Candidate]:
    for major in sorted(plan.majors, key=lambda one: not one.hidden):
        for _ in range(major.people):
            person = pool.take(major.illness.ages, early=True, outsider=major.hidden)
            illnesses = (major.illness,) if major.hidden else _more(plan, person, on, random, major.illness, 0.35)
            outcome = CONFIRMED if major.hidden else _verified_outcome(random)
            yield Candidate(person, outcome, illnesses, verified=True, major=major)


def _chronic(plan: Plan, pool: _Pool, on: date, random: Random, people: int) -> Iterator[Candidate]:
    youngest = min(illness.ages[0] for illness in plan.chronic)
    for _ in range(people):
        person = pool.take((youngest, 92))
        choice = _fitting(plan.chronic, person, on)
        first = random.choices(choice, [illness.weight for illness in choice])[0]
        yield Candidate(person, _verified_outcome(random), _more(plan, person, on, random, first, 0.4), verified=True)


def _other(plan: Plan, row: OutcomePlan, person: Person, on: date, random: Random) -> Candidate:
    """Return a candidate who is not verified, with what was written about the illness."""
    kind = row.illness if row.illness != "any" else random.choice((CHRONIC, "unlisted", "none"))
    if kind == CHRONIC:
        return Candidate(person, row.outcome, (random.choice(_fitting(plan.chronic, person, on) or [plan.chronic[0]]),))
    if kind == "none":
        return Candidate(person, row.outcome)
    if row.outcome == NOT_LISTED and random.random() < 0.04:
        return Candidate(person, row.outcome, words=random.choice(plan.doubtful_words))
    return Candidate(person, row.outcome, (random.choice(plan.unlisted),))


def _others(plan: Plan, pool: _Pool, maker: Maker, on: date, random: Random, people: int) -> Iterator[Candidate]:
    named = sum(row.people for row in plan.outcomes)
    for row in plan.outcomes:
        count = row.people or people - named
        for index in range(count):
            if index * 100 < row.registered * count:
                person = pool.take((0, 120))
            else:
                village, sex = random.choice(maker.area.villages), random.choice(("male", "female"))
                person = maker.person(age=random.randint(36, 90), sex=sex, village=village)
            yield _other(plan, row, person, on, random)


def _found_outside(plan: Plan, town: Town, pool: _Pool, on: date, random: Random) -> Iterator[Candidate]:
    """Yield people whom the townships added by themselves and who are not verified: half of them not registered poor."""
    count = plan.shape["found_outside_not_verified"]
    for index, resident in zip(range(count), random.sample(town.residents, count), strict=True):
        if index % 2:
            illness = random.choice(_fitting(plan.chronic, resident, on) or [plan.chronic[0]])
            yield Candidate(resident, CONFIRMED, (illness,))
        else:
            yield Candidate(pool.take((20, 90)), NOT_LISTED, (random.choice(plan.unlisted),))


def _slots(plan: Plan) -> dict[frozenset[str], int]:
    """Return how many people stand on exactly which lists."""
    provincial, national, office = LISTS
    size, overlap = plan.published, plan.shape["overlaps"]
    every = overlap["all_three"]
    pairs = {
        frozenset({provincial, national}): overlap["provincial_national"] - every,
        frozenset({provincial, office}): overlap["provincial_office"] - every,
        frozenset({national, office}): overlap["national_office"] - every,
    }
    slots = {frozenset(LISTS): every, **pairs}
    for one in LISTS:
        slots[frozenset({one})] = size[one] - every - sum(count for lists, count in pairs.items() if one in lists)
    return slots


def _place(plan: Plan, verified: list[Candidate], others: list[Candidate], random: Random) -> None:
    """Put the candidates on lists so that each list has its published size."""
    office_only, national_only = frozenset({"poverty_office"}), frozenset({"national_platform"})
    counts = _slots(plan)
    outside, found = plan.published["outside_systems"], plan.shape["found_outside"]
    chronic = [one for one in verified if one.major is None]
    apart = random.sample(chronic, outside)
    for candidate in apart[found:]:
        candidate.lists = office_only
        counts[office_only] -= 1
    for candidate in verified:
        if candidate.hidden:
            candidate.lists = national_only
            counts[national_only] -= 1
    office_left = counts.pop(office_only)
    slots = [lists for lists, count in counts.items() for _ in range(count)]
    random.shuffle(slots)
    for candidate in verified:
        if candidate not in apart and not candidate.hidden:
            candidate.lists = slots.pop()
    slots += [office_only] * office_left
    random.shuffle(slots)
    for candidate, lists in zip(others, slots, strict=True):
        candidate.lists = lists


def make_cast(plan: Plan, town: Town, maker: Maker, random: Random) -> Cast:
    """Return the candidates of all lists and those found outside, with the published numbers."""
    on = date(plan.year, 9, 1)
    pool = _Pool(town.registered, on, random)
    verified = list(_majors(plan, pool, on, random))
    verified += _chronic(plan, pool, on, random, plan.published["verified"] - len(verified))
    union = sum(_slots(plan).values())
    in_union = len(verified) - plan.shape["found_outside"]
    others = list(_others(plan, pool, maker, on, random, union - in_union))
    _place(plan, verified, others, random)
    candidates = verified + others + list(_found_outside(plan, town, pool, on, random))
    candidates.sort(key=lambda one: (one.person.village.code, one.person.head_name, one.person.number))
    return Cast(candidates)

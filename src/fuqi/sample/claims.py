"""The year's stays and visits: who went where, when, for what; the amounts are drawn and closed in `money`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from fuqi.sample.candidates import Candidate, Cast
from fuqi.sample.people import Area, Hospital, Maker, Person, Town
from fuqi.sample.plan import FOUR_KINDS, Illness, Plan

INPATIENT, VISIT = "住院", "门诊"
_LEVELS = ("township", "township", "township", "township", "county", "county", "county", "county", "city")
_DAY = timedelta(days=1)


@dataclass(eq=False, slots=True)
class Stay:
    """One settlement: an inpatient stay or an outpatient visit; sums in fen, `in_scope` None where it is missing.

    role: major (the patients whose reimbursement is published), one_stop, closing, pending, early, other, visit, faulty.
    """

    person: Person
    hospital: str
    care: str
    admitted: date
    discharged: date
    settled_on: date
    illness: Illness
    total: int
    in_scope: int | None
    referred: bool
    role: str
    number: str = ""

    @property
    def is_inpatient(self) -> bool:
        """Return whether this is a stay and not a visit."""
        return self.care == INPATIENT


class Planner:
    """Plans the year of claims, person by person; no person has two settlements on one day or two stays at once."""

    def __init__(self, plan: Plan, town: Town, cast: Cast, maker: Maker, random: Random) -> None:
        self.plan, self.town, self.cast, self.maker, self.random = plan, town, cast, maker, random
        self.area: Area = town.area
        self.stays: list[Stay] = []
        self._of: dict[Person, list[Stay]] = {}
        self._illnesses = {one.person: one.illnesses for one in cast.chronic}
        verified = {one.person for one in cast.candidates if one.verified}
        free = [one for one in town.registered if one not in verified and one.registered_before(plan.year)]
        self._free = random.sample(free, len(free))

    def _add(self, stay: Stay) -> Stay:
        self.stays.append(stay)
        self._of.setdefault(stay.person, []).append(stay)
        return stay

    def _fen(self, bounds: Sequence[int]) -> int:
        low, high = bounds
        return round(self.random.triangular(low * 100, high * 100, (2 * low + high) * 100 / 3))

    def _dates(self, first: date, last: date, longest: int) -> tuple[date, date, date]:
        """Return admission, discharge and settlement within the days given."""
        random, days = self.random, (last - first).days
        length, delay = random.randint(2, min(longest, max(2, days // 2))), random.randint(0, min(8, days // 3))
        admitted = first + timedelta(days=random.randint(0, max(0, days - length - delay)))
        discharged = admitted + timedelta(days=length)
        return admitted, discharged, min(last, discharged + timedelta(days=delay))

    def _stay(
        self, person: Person, hospital: Hospital, window: tuple[date, date], illness: Illness, role: str, total: int
    ) -> Stay:
        admitted, discharged, settled_on = self._dates(*window, 14)
        scope = total * self.random.randint(8700, 9600) // 10000
        referred = not hospital.in_county and role != "other"
        return self._add(
            Stay(person, hospital.name, INPATIENT, admitted, discharged, settled_on, illness, total, scope, referred, role)
        )

    def _windows(self, first: date, last: date, count: int) -> list[tuple[date, date]]:
        days = ((last - first).days + 1) // count
        return [(first + days * at * _DAY, first + (days * (at + 1) - 2) * _DAY) for at in range(count)]

    def _visit(self, person: Person, day: date, *, hospital: Hospital | None = None, illness: Illness | None = None) -> None:
        taken = {one.settled_on for one in self._of.get(person, [])}
        if day in taken:
            return
        centre = self.area.township_centre(person.village_on(day).township)
        place = hospital or self.random.choice([centre, centre, *self.area.county_hospitals()])
        total = self._fen(self.plan.shape["yuan_of_visits"])
        what, scope = illness or self._illness(person), total * self.random.randint(8000, 10000) // 10000
        self._add(Stay(person, place.name, VISIT, day, day, day, what, total, scope, False, "visit"))

    def _illness(self, person: Person) -> Illness:
        own = self._illnesses.get(person, ())
        return self.random.choice(own) if own and self.random.random() < 0.75 else self.random.choice(self.plan.unlisted)

    # the major patients

    def majors(self) -> None:
        """Plan the stays of the major patients, all settled by the published day, and their first visits in the district."""
        treated = [one for one in self.cast.majors if one.major is not None and one.major.by != "none"]
        four = [one for one in treated if one.major and one.major.illness.on == FOUR_KINDS]
        mental = [one for one in treated if one not in four and one.major and one.major.by == "stay"]
        outside_first = self.plan.shape["first_visit_outside"]
        direct = set(self.random.sample(four, outside_first - 2) + self.random.sample(mental, 2))
        for candidate in treated:
            self._major(candidate, direct=candidate in direct)

    def _major(self, candidate: Candidate, *, direct: bool) -> None:
        major, person, random = candidate.major, candidate.person, self.random
        if major is None:
            return
        illness, year = major.illness, self.plan.year
        if major.by == "visit":
            for month in random.sample(range(2, 12), random.randint(1, 3)):
                self._visit(
                    person, date(year, month, random.randint(1, 28)), hospital=self.area.hospital(major.where), illness=illness
                )
            return
        four = illness.on == FOUR_KINDS
        count = 1 if direct else random.choice((1, 1, 2, 3) if four else (1, 1, 2))
        for window in self._windows(date(year, 2, 10), self.plan.cut_off, count):
            total = self._fen((14000, 42000) if four else self.plan.shape["yuan_of_public_health_stays"])
            self._stay(person, self.area.hospital(major.hospital), window, illness, "major" if four else "one_stop", total)
        if direct:
            return
        first = min(stay.admitted for stay in self._of[person])
        self._visit(person, first - random.randint(1, 25) * _DAY, illness=illness)
        last = max(stay.settled_on for stay in self._of[person])
        for _ in range(random.choice((0, 0, 1, 2))):
            self._visit(person, last + random.randint(3, 45) * _DAY, illness=random.choice(candidate.illnesses))

    # everybody else

    def one_stop(self) -> None:
        """Plan the other people whose stays were settled by the published day."""
        shape, random = self.plan.shape, self.random
        already = {one.person for one in self.stays if one.is_inpatient}
        chronic = [one.person for one in self.cast.chronic if one.person.registered_before(self.plan.year)]
        people = random.sample(chronic, shape["one_stop_chronic"])
        missing = self.plan.published["one_stop_people"] - len(already) - len(people)
        people += [self._free.pop() for _ in range(missing)]
        random.shuffle(people)
        closing = set(people[: shape["closing_people"]])
        for person in people:
            twice = person not in closing and random.random() * 100 < shape["second_stay_share"]
            first = date(self.plan.year, 1, 4)
            if not twice and random.random() < 0.2:
                first = date(self.plan.year, 9, 1)
            for window in self._windows(first, self.plan.cut_off, 2 if twice else 1):
                self._general(person, window, "closing" if person in closing else "one_stop")

    def _general(self, person: Person, window: tuple[date, date], role: str) -> None:
        level = self.random.choice(_LEVELS) if role != "closing" else "county"
        if level == "township":
            hospital = self.area.township_centre(person.village.township)
        elif level == "county":
            hospital = self.random.choice(self.area.county_hospitals())
        else:
            hospital = self.area.hospital(self.plan.major_hospital)
        total = self._fen(self.plan.shape["yuan_of_stays"][level])
        self._stay(person, hospital, window, self._illness(person), role, total)

    def pending(self) -> None:
        """Plan the stays that are settled after the published day, of people with and without an earlier one."""
        shape, random, year = self.plan.shape, self.random, self.plan.year
        again = list({one.person: one for one in self.stays if one.role == "one_stop" and one.person in self._illnesses})
        people = random.sample(again, shape["pending_of_one_stop"])
        people += [self._free.pop() for _ in range(shape["pending_stays"] - len(people))]
        for person in people:
            begin = max([date(year, 10, 2), *(stay.settled_on + _DAY for stay in self._of.get(person, []))])
            end = date(year, 12, 22)
            while True:
                admitted, discharged, settled_on = self._dates(begin, end, 14)
                if settled_on > self.plan.cut_off:
                    break
            self._general(person, (begin, end), "pending")
            stay = self._of[person][-1]
            stay.admitted, stay.discharged, stay.settled_on = admitted, discharged, settled_on

    def early(self) -> None:
        """Plan small stays of people before their household was registered: only what everybody is paid."""
        verified = {one.person for one in self.cast.candidates if one.verified}
        last = max(self.plan.shape["new_registrations"])
        late = [
            one for one in self.town.registered if one.household and one.household.registered_on == last and one not in verified
        ]
        centre = self.area.township_centre
        for person in self.random.sample(late, self.plan.shape["early_stays"]):
            window = (date(self.plan.year, 1, 8), last - 20 * _DAY)
            total = self._fen(self.plan.shape["yuan_of_stays"]["township"])
            self._stay(person, centre(person.village.township), window, self._illness(person), "early", total)

    def others(self) -> None:
        """Plan stays of residents who are not registered poor."""
        year = self.plan.year
        for person in self.random.sample(self.town.residents, self.plan.shape["other_people_with_stays"]):
            for window in self._windows(date(year, 1, 6), date(year, 12, 20), self.random.choice((1, 1, 1, 2))):
                self._general(person, window, "other")

    def visits(self) -> None:
        """Plan visits, not of the major patients nor of those who close the sums."""
        random, year, shape = self.random, self.plan.year, self.plan.shape
        barred = {one.person for one in self.cast.majors}
        barred |= {one.person for one in self.stays if one.role in ("closing", "early")}
        sick = [one.person for one in self.cast.chronic if one.person not in barred]
        well = [one for one in self._free if one not in barred]
        people = random.sample(sick, shape["outpatient_people"] * 2 // 3)
        people += random.sample(well, shape["outpatient_people"] - len(people))
        people += random.sample(self.town.residents, shape["other_people_with_visits"])
        for person in people:
            for month in random.sample(range(1, 13), random.choice((1, 1, 2, 3))):
                self._visit(person, date(year, month, random.randint(2, 22)))

    def faulty(self) -> list[Stay]:
        """Return claims that cannot be settled: a sum is missing, or they contradict themselves, or nobody is meant.

        They come after all others and are of households without any other claim, so that they move no payment.
        """
        faults, window = self.plan.faults, (date(self.plan.year, 2, 1), date(self.plan.year, 9, 20))
        busy = {one.person.household.number for one in self.stays if one.person.household}
        quiet = [one for one in self._free if one.household and one.household.number not in busy]
        before = len(self.stays)
        for at in range(faults["undecided_claims"] + faults["contradictory_claims"]):
            self._general(quiet.pop(), window, "faulty")
            stay = self.stays[-1]
            if at < faults["undecided_claims"]:
                stay.in_scope = None
            elif at % 2:
                stay.in_scope = stay.total + 100_00
            else:
                stay.admitted, stay.discharged = stay.discharged, stay.admitted
        for _ in range(faults["claims_for_nobody"]):
            village = self.random.choice(self.area.villages)
            stranger = self.maker.person(age=self.random.randint(40, 75), sex="male", village=village)
            self._general(stranger, window, "faulty")
        return self.stays[before:]


@dataclass(frozen=True, slots=True)
class Claims:
    """The year's claims in the order of settlement: those that can be settled, and the faulty ones where they are wanted."""

    sound: list[Stay]
    faulty: list[Stay]

    @property
    def all(self) -> list[Stay]:
        """Return all claims in the order of settlement."""
        return _in_order([*self.sound, *self.faulty])


def _in_order(stays: Iterable[Stay]) -> list[Stay]:
    return sorted(stays, key=lambda one: (one.settled_on, one.person.number))


def plan_claims(plan: Plan, town: Town, cast: Cast, maker: Maker, random: Random, *, faults: bool) -> Claims:
    """Return the year's claims, numbered, the faulty ones last; the sums are still as drawn."""
    planner = Planner(plan, town, cast, maker, random)
    planner.majors()
    planner.one_stop()
    planner.pending()
    planner.early()
    planner.others()
    planner.visits()
    sound = _in_order(planner.stays)
    claims = Claims(sound, _in_order(planner.faulty()) if faults else [])
    for index, stay in enumerate([*claims.sound, *claims.faulty], start=1):
        stay.number = f"{'ZY' if stay.is_inpatient else 'MZ'}{plan.year}{index:06d}"
    return claims

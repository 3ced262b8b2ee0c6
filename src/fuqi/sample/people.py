"""The people of the sample: households with plausible births and relations, and residents who are not registered poor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from fuqi.basics.resident_id import check_digit
from fuqi.sample.names import Names
from fuqi.sample.plan import Plan

_DESCENDANTS = {"male": ("子", "孙子"), "female": ("女", "孙女")}
_PARENTS = {"male": "父亲", "female": "母亲"}


@dataclass(frozen=True, slots=True)
class Village:
    """A village with the names it is written by."""

    code: str
    name: str
    township: str


@dataclass(frozen=True, slots=True)
class Hospital:
    """An institution as the scheme's places know it."""

    name: str
    level: str
    in_county: bool
    township: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """The divisions and institutions of the county."""

    county: str
    townships: tuple[str, ...]
    villages: tuple[Village, ...]
    hospitals: tuple[Hospital, ...]

    def hospital(self, name: str) -> Hospital:
        """Return the institution of that name."""
        return next(hospital for hospital in self.hospitals if hospital.name == name)

    def county_hospitals(self) -> list[Hospital]:
        """Return the district's own hospitals."""
        return [hospital for hospital in self.hospitals if hospital.level == "county"]

    def township_centre(self, township: str) -> Hospital:
        """Return the health centre of a township."""
        return next(hospital for hospital in self.hospitals if hospital.township == township)


@dataclass(eq=False, slots=True)
class Person:
    """One invented person; `household` is None for who is not registered poor."""

    name: str
    sex: str
    birth_on: date
    number: str
    village: Village
    relation: str = ""
    household: Household | None = None
    moved_on: date | None = None
    new_village: Village | None = None

    @property
    def old_number(self) -> str | None:
        """Return the number in its 15-digit form, None for who was born after it was given up."""
        return self.number[:6] + self.number[8:17] if self.birth_on.year < 1999 else None

    @property
    def is_head(self) -> bool:
        """Return whether the person heads a registered household."""
        return self.household is not None and self.household.members[0] is self

    def age(self, on: date) -> int:
        """Return completed years on a day."""
        return on.year - self.birth_on.year - ((on.month, on.day) < (self.birth_on.month, self.birth_on.day))

    def village_on(self, day: date) -> Village:
        """Return the village of that day."""
        if self.moved_on is not None and self.new_village is not None and self.moved_on <= day:
            return self.new_village
        return self.village

    def registered_before(self, year: int) -> bool:
        """Return whether the household was registered before that year began."""
        return self.household is not None and self.household.registered_on.year < year

    @property
    def head_name(self) -> str:
        """Return the name that stands in the column of the household's head."""
        return self.household.members[0].name if self.household else self.name


@dataclass(eq=False, slots=True)
class Household:
    """A registered poor household; its first member is the head."""

    number: str
    village: Village
    group_word: str
    registered_on: date
    cause: str
    members: list[Person] = field(default_factory=list)


@dataclass(slots=True)
class Town:
    """All people of the sample."""

    area: Area
    households: list[Household]
    residents: list[Person]

    @property
    def registered(self) -> list[Person]:
        """Return the members of the registered households, household by household."""
        return [person for household in self.households for person in household.members]


class Maker:
    """Makes people: no number twice, no name twice with one birth in one village."""

    def __init__(self, plan: Plan, area: Area, random: Random) -> None:
        self._random = random
        self._names = Names(random)
        self._prefixes = list(plan.prefixes)
        self._weights = list(plan.prefixes.values())
        self._year = plan.year
        self._numbers: set[str] = set()
        self._known: set[tuple[str, date, str]] = set()
        self.area = area

    def prefix(self) -> str:
        """Return the area that an id number begins with."""
        return self._random.choices(self._prefixes, self._weights)[0]

    def person(
        self, *, age: int, sex: str, village: Village, surname: str = "", name: str = "", relation: str = "", prefix: str = ""
    ) -> Person:
        """Return a new person of that age at the beginning of the year."""
        random = self._random
        while True:
            birth_on = date(self._year - 1 - age, 1, 1) + timedelta(days=random.randrange(365))
            full = name or self._names.full(surname or self._names.surname(), sex, birth_on.year)
            if (full, birth_on, village.code) not in self._known:
                break
        self._known.add((full, birth_on, village.code))
        return Person(full, sex, birth_on, self._number(prefix or self.prefix(), birth_on, sex), village, relation)

    def _number(self, prefix: str, birth_on: date, sex: str) -> str:
        while True:
            sequence = self._random.randrange(1, 499) * 2 + (sex == "male")
            first = f"{prefix}{birth_on:%Y%m%d}{sequence:03d}"
            number = first + check_digit(first)
            if number not in self._numbers:
                self._numbers.add(number)
                return number

    def surname(self) -> str:
        """Return a surname."""
        return self._names.surname()


def _sizes(total: int, shares: dict[int, int], random: Random) -> Iterator[int]:
    """Yield sizes of households that add up to the total."""
    left = total
    while left:
        size = min(left, random.choices(list(shares), list(shares.values()))[0])
        left -= size
        yield size


def _roles(size: int, random: Random) -> list[tuple[str, str, int]]:
    """Return (relation, sex, age) of a household's members, the head first."""
    age = round(random.triangular(30, 84, 56)) if size > 1 else random.randint(38, 90)
    sex = "male" if random.random() < 0.84 else "female"
    roles = [("户主", sex, age)]
    children: list[int] = []
    if size > 1 and random.random() < 0.8:
        roles.append(("配偶", "female" if sex == "male" else "male", max(22, age + random.randint(-6, 4))))
    while len(roles) < size:
        draw, kind = random.random(), random.choice(("male", "female"))
        parents = sum(relation in _PARENTS.values() for relation, _, _ in roles)
        if draw < 0.25 and age <= 62 and parents < 2:
            kind = "female" if any(relation == "父亲" for relation, _, _ in roles) else "male" if parents else kind
            roles.append((_PARENTS[kind], kind, min(97, age + random.randint(19, 31))))
        elif draw < 0.5 and children and max(children) >= 24:
            roles.append((_DESCENDANTS[kind][1], kind, max(1, max(children) - random.randint(21, 29))))
        elif len(children) < 3:
            children.append(max(1, age - random.randint(22, 34)))
            roles.append((_DESCENDANTS[kind][0], kind, children[-1]))
        elif max(children) < 24:
            return roles  # nobody else can be in this house: the next one takes the difference
    return roles


def _household(maker: Maker, plan: Plan, index: int, roles: list[tuple[str, str, int]], random: Random) -> Household:
    village = random.choice(maker.area.villages)
    group = random.choices(plan.groups, [row["share"] for row in plan.groups])[0]
    cause = random.choices([word for word, _ in plan.causes], [weight for _, weight in plan.causes])[0]
    household = Household(
        number=f"{maker.area.county}{village.code[6:9]}{index:05d}",
        village=village,
        group_word=group["word"],
        registered_on=date(random.choice((plan.year - 3, plan.year - 2)), random.randint(9, 12), random.randint(1, 28)),
        cause=cause,
    )
    surname, prefix = maker.surname(), maker.prefix()
    for relation, sex, age in roles:
        own = relation not in ("配偶", "母亲")
        person = maker.person(
            age=age,
            sex=sex,
            village=village,
            surname=surname if own else "",
            relation=relation,
            prefix=prefix if own else "",
        )
        person.household = household
        household.members.append(person)
    return household


def make_town(plan: Plan, area: Area, maker: Maker, random: Random) -> Town:
    """Return the county's people: the registered households, exactly as many people as published, and other residents."""
    households: list[Household] = []
    left = plan.published["registered_people"]
    while left:
        for size in _sizes(left, plan.shape["household_sizes"], random):
            households.append(_household(maker, plan, len(households) + 1, _roles(size, random), random))
            left -= len(households[-1].members)
    late = random.sample(households, sum(plan.shape["new_registrations"].values()))
    for day, count in plan.shape["new_registrations"].items():
        for _ in range(count):
            late.pop().registered_on = day
    residents = [
        maker.person(age=random.randint(18, 86), sex=random.choice(("male", "female")), village=random.choice(area.villages))
        for _ in range(plan.shape["residents"])
    ]
    town = Town(area, sorted(households, key=lambda one: (one.village.code, one.number)), residents)
    _make_twins(town, maker, plan.shape["name_twins"], random)
    _move(town.households, plan, random)
    return town


def _make_twins(town: Town, maker: Maker, count: int, random: Random) -> None:
    """Give pairs of people of one village the same name; their births differ, they are two people."""
    done: set[str] = set()
    for first in random.sample(town.registered, len(town.registered)):
        if len(done) == count:
            return
        others = [
            other
            for household in town.households
            if household.village == first.village and household is not first.household
            for other in household.members
            if other.sex == first.sex and abs(other.birth_on.year - first.birth_on.year) in range(2, 12)
        ]
        if first.village.code in done or not others or min(first.birth_on.year, others[0].birth_on.year) > 1985:
            continue
        others[0].name = first.name
        done.add(first.village.code)


def _move(households: Sequence[Household], plan: Plan, random: Random) -> None:
    """Let small households move to another village of the county in the second half of the year."""
    small = [household for household in households if len(household.members) in (2, 3)]
    for household in random.sample(small, plan.shape["moved_households"]):
        area = [one.village for one in households if one.village != household.village]
        village, day = random.choice(area), date(plan.year, random.randint(7, 11), random.randint(1, 28))
        for person in household.members:
            person.moved_on, person.new_village = day, village

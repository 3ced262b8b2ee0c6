"""Rows of the three lists of candidates and of the field checks, some of them without a number or in doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from fuqi.sample.candidates import CONFIRMED, CORRECTED, Candidate, Cast
from fuqi.sample.names import Names
from fuqi.sample.people import Area, Person
from fuqi.sample.plan import LISTS, OUTSIDE, Plan
from fuqi.sample.spelling import Row, spell_number

_DUPLICATE = "重复"
_BASIS = ("病历", "出院小结", "诊断证明书", "检查报告单")
_WITHOUT_PERSON = ("已死亡", "户籍迁出", "查无此人")
_REMARKS = {"已死亡": "村委会证明", "户籍迁出": "户口已迁往外地", "查无此人": "村组干部均不认识", CORRECTED: "已更正基本信息"}
_OLD_SHARE = {"provincial_system": 0.0, "national_platform": 0.04, "poverty_office": 0.35}


@dataclass(frozen=True, slots=True)
class Double:
    """A known person who stands on the poverty office's list a second time, in a row that may be his or not.

    Such a row has no number and another birth or none; where faults are wanted, a broken number.
    """

    person: Person
    birth_on: date | None
    number: str = ""


def find_doubles(cast: Cast, plan: Plan, random: Random) -> list[Double]:
    """Return people of whom the poverty office's list has a second row, without a number."""
    sizes = plan.shape["doubtful"]
    people = doubled_people(cast)
    other = random.sample(people, sizes["other_birth"])
    heads = [person for person in people if person.is_head and person not in other]
    found = [Double(person, other_birth(person, random)) for person in other]
    return found + [Double(person, None) for person in random.sample(heads, sizes["no_birth"])]


def doubled_people(cast: Cast) -> list[Person]:
    """Return the verified people who are not on the poverty office's list and did not move."""
    return [one.person for one in cast.chronic if "poverty_office" not in one.lists and one.person.moved_on is None]


def other_birth(person: Person, random: Random) -> date:
    """Return the person's birth with one digit changed."""
    written = f"{person.birth_on:%Y%m%d}"
    while True:
        at = random.choice((3, 5, 7))
        changed = written[:at] + str((int(written[at]) + random.randint(1, 9)) % 10) + written[at + 1 :]
        try:
            birth_on = date(int(changed[:4]), int(changed[4:6]), int(changed[6:]))
        except ValueError:
            continue
        if birth_on < date(1995, 1, 1):
            return birth_on


def _claimed(candidate: Candidate, plan: Plan, random: Random) -> str:
    """Return the illness that a list names: before anybody looked, often less or more than what was found."""
    if candidate.hidden:
        return candidate.illnesses[0].words
    if candidate.illnesses and random.random() < 0.8:
        return candidate.illnesses[0].words.removesuffix("2级")
    if candidate.verified or random.random() < 0.7:
        return random.choice([*plan.chronic, *plan.unlisted]).words.removesuffix("2级")
    return random.choice(("", "长期患病", "体弱多病"))


def _row(person: Person, number: str, illness: str) -> Row:
    return {
        "township": person.village.township,
        "village": person.village.name,
        "head_name": person.head_name,
        "name": person.name,
        "birth_on": person.birth_on,
        "id_number": number,
        "illness": illness,
        "household_number": person.household.number if person.household else "",
        "sex": "男" if person.sex == "male" else "女",
    }


def double_row(double: Double, plan: Plan, random: Random) -> Row:
    """Return the second row of a person on the poverty office's list."""
    return _row(double.person, double.number, random.choice(plan.chronic).words) | {"birth_on": double.birth_on}


@dataclass(slots=True)
class ListRows:
    """One list as received: the rows with a number, each with whom it means, and those of a sheet without numbers."""

    entries: list[tuple[Candidate, Row]]
    without_id: list[Row]

    @property
    def rows(self) -> list[Row]:
        """Return the rows with a number."""
        return [row for _, row in self.entries]


def list_rows(name: str, cast: Cast, doubles: list[Double], plan: Plan, random: Random) -> ListRows:
    """Return the rows of one list in the order in which it was received."""
    candidates = [one for one in cast.candidates if name in one.lists]
    if name == "national_platform":
        random.shuffle(candidates)
    old = _OLD_SHARE[name]
    entries = [
        (one, _row(one.person, spell_number(one.person, random, old_share=old), _claimed(one, plan, random)))
        for one in candidates
    ]
    if name == "poverty_office":
        return ListRows(entries, [double_row(double, plan, random) for double in doubles])
    if name != "provincial_system":
        return ListRows(entries, [])
    drawn = set(random.sample([at for at, (one, _) in enumerate(entries) if is_settled(one)], plan.shape["without_number"]))
    return ListRows(
        [entry for at, entry in enumerate(entries) if at not in drawn],
        [row for at, (_, row) in enumerate(entries) if at in drawn],
    )


def is_settled(candidate: Candidate) -> bool:
    """Return whether the candidate is in the register, in the village of then; the hidden patient's rows are left alone."""
    person = candidate.person
    return person.household is not None and person.moved_on is None and not candidate.hidden


def _illness_cells(candidate: Candidate, random: Random) -> Row:
    words = "、".join(illness.words for illness in candidate.illnesses) or candidate.words
    codes = ";".join(illness.icd10 for illness in candidate.illnesses)
    return {"illness": words, "icd10": codes, "illness_basis": random.choice(_BASIS) if words else ""}


def _treatment_cells(candidate: Candidate, area: Area, random: Random) -> Row:
    if candidate.major is not None:
        return {"treated": candidate.major.treated, "treated_where": candidate.major.where}
    if not candidate.illnesses or candidate.outcome in _WITHOUT_PERSON:
        return {"treated": "", "treated_where": ""}
    treated = candidate.verified or random.random() < 0.6
    centre = area.township_centre(candidate.person.village.township)
    where = random.choice([centre, centre, *area.county_hospitals()]).name
    return {"treated": "是" if treated else "否", "treated_where": where if treated else ""}


def _sources(lists: frozenset[str], mark: str) -> str:
    return mark.join(words for name, words in LISTS.items() if name in lists) or OUTSIDE


def draw_checkers(area: Area, plan: Plan, random: Random) -> dict[str, list[str]]:
    """Return who checks in each township."""
    names = Names(random)
    return {township: [names.full(names.surname(), "male", plan.year - 40) for _ in range(4)] for township in area.townships}


def check_rows(cast: Cast, checkers: Mapping[str, list[str]], area: Area, plan: Plan, random: Random) -> dict[str, list[Row]]:
    """Return the rows of the field checks by township: one for everybody who stands on a list or was found outside."""
    rows: dict[str, list[Row]] = {township: [] for township in area.townships}
    for candidate in cast.candidates:
        day = date(plan.year, 9, 12) + timedelta(days=random.randrange(48))
        village = candidate.person.village_on(day)
        registered = candidate.person.household is not None
        rows[village.township].append(
            {
                "township": village.township,
                "village": village.name,
                "name": candidate.person.name,
                "id_number": spell_number(candidate.person, random, old_share=0.03),
                "lists": _sources(candidate.lists, random.choice(("、", "、", "，"))),
                "checked_by": random.choice(checkers[village.township]),
                "checked_on": day,
                "identity_confirmed": "否" if candidate.outcome in _WITHOUT_PERSON else "是",
                "registered_poor": "是" if registered else "否",
                **_illness_cells(candidate, random),
                **_treatment_cells(candidate, area, random),
                "outcome": candidate.outcome,
                "remark": _remark(candidate, random),
            }
        )
    return rows


def _remark(candidate: Candidate, random: Random) -> str:
    if not candidate.lists and candidate.outcome == CONFIRMED:
        return "入户时新发现"
    return _REMARKS.get(candidate.outcome, "") if random.random() < 0.8 else ""


def double_check_rows(
    doubles: list[Double], checkers: Mapping[str, list[str]], plan: Plan, random: Random
) -> dict[str, list[Row]]:
    """Return what the townships wrote of second rows, by township: that they are of somebody who is there already."""
    rows: dict[str, list[Row]] = {township: [] for township in checkers}
    for double in doubles:
        village = double.person.village
        rows[village.township].append(
            {
                "township": village.township,
                "village": village.name,
                "name": double.person.name,
                "head_name": double.person.head_name,
                "birth_on": double.birth_on,
                "id_number": double.number,
                "lists": LISTS["poverty_office"],
                "checked_by": random.choice(checkers[village.township]),
                "checked_on": date(plan.year, 10, random.randint(8, 28)),
                "identity_confirmed": "否",
                "registered_poor": "否",
                "outcome": _DUPLICATE,
                "remark": "与同村同名者系同一人，出生日期和号码" + ("未填" if double.birth_on is None else "录错"),
            }
        )
    return rows

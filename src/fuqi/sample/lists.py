"""Rows of the three lists of candidates and of the field checks, with the faults that such lists have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from fuqi.basics.resident_id import check_digit
from fuqi.sample.candidates import CONFIRMED, CORRECTED, Candidate, Cast
from fuqi.sample.names import Names
from fuqi.sample.people import Area, Person
from fuqi.sample.plan import LISTS, OUTSIDE, Plan
from fuqi.sample.spelling import Row, spell_number, with_wrong_digit

_DUPLICATE = "重复"
_BASIS = ("病历", "出院小结", "诊断证明书", "检查报告单")
_WITHOUT_PERSON = ("已死亡", "户籍迁出", "查无此人")
_REMARKS = {"已死亡": "村委会证明", "户籍迁出": "户口已迁往外地", "查无此人": "村组干部均不认识", CORRECTED: "已更正基本信息"}
_OLD_SHARE = {"provincial_system": 0.0, "national_platform": 0.04, "poverty_office": 0.35}


@dataclass(frozen=True, slots=True)
class Double:
    """A known person who stands on a list a second time, with another birth and a broken number."""

    person: Person
    number: str


def find_doubles(cast: Cast, plan: Plan, random: Random) -> list[Double]:
    """Return people of whom the poverty office's list has a second, doubtful row."""
    people = [one.person for one in cast.chronic if "poverty_office" not in one.lists and one.person.moved_on is None]
    return [Double(person, _other_birth(person, random)) for person in random.sample(people, plan.faults["doubtful"])]


def _other_birth(person: Person, random: Random) -> str:
    """Return the number with one digit of the birth changed, and a check digit that is wrong."""
    number = person.number
    while True:
        at = random.choice((9, 11, 13))
        digit = str((int(number[at]) + random.randint(1, 9)) % 10)
        changed = number[:at] + digit + number[at + 1 : 17]
        try:
            birth_on = date(int(changed[6:10]), int(changed[10:12]), int(changed[12:14]))
        except ValueError:
            continue
        if birth_on < date(1995, 1, 1):
            return with_wrong_digit(changed + check_digit(changed), random)


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
        "id_number": number,
        "illness": illness,
        "household_number": person.household.number if person.household else "",
        "sex": "男" if person.sex == "male" else "女",
    }


def _impossible_numbers(number: str) -> list[str]:
    return [
        number[:10] + "13" + number[12:],
        number[:17],
        f"{float(number[:17] + '0'):.5E}",
        number[:8] + "O" + number[9:],
    ]


def _faulty(name: str, candidates: list[Candidate], rows: list[Row], plan: Plan, random: Random) -> list[Row]:
    """Spoil some numbers and return further rows of people who already stand on the list."""
    known = [i for i, one in enumerate(candidates) if one.person.household and not one.hidden and one.person.moved_on is None]
    drawn = random.sample(known, 60)
    more: list[Row] = []
    if name == "provincial_system":
        for _ in range(plan.faults["wrong_digit"]):
            index = drawn.pop()
            rows[index]["id_number"] = with_wrong_digit(candidates[index].person.number, random)
        more += [rows[drawn.pop()] | {"village": plan.shape["unknown_village"]} for _ in range(plan.faults["unknown_village"])]
    if name == "national_platform":
        for at in range(plan.faults["impossible"]):
            index = drawn.pop()
            bad = _impossible_numbers(candidates[index].person.number)
            more.append(rows[index] | {"id_number": bad[at % len(bad)]})
    position = list(LISTS).index(name)
    more += [dict(rows[drawn.pop()]) for at in range(plan.faults["repeated"]) if at % len(LISTS) == position]
    return more


def list_rows(name: str, cast: Cast, doubles: list[Double], plan: Plan, random: Random) -> list[Row]:
    """Return the rows of one list in the order in which it was received."""
    candidates = [one for one in cast.candidates if name in one.lists]
    if name == "national_platform":
        random.shuffle(candidates)
    old = _OLD_SHARE[name]
    rows = [
        _row(one.person, spell_number(one.person, random, old_share=old), _claimed(one, plan, random)) for one in candidates
    ]
    more = _faulty(name, candidates, rows, plan, random)
    if name == "poverty_office":
        more += [_row(double.person, double.number, random.choice(plan.chronic).words) for double in doubles]
    for row in more:
        rows.insert(random.randrange(len(rows)), row)
    return rows


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


def check_rows(cast: Cast, doubles: list[Double], area: Area, plan: Plan, random: Random) -> dict[str, list[Row]]:
    """Return the rows of the field checks by township: one for everybody who stands on a list or was found outside."""
    names = Names(random)
    checkers = {
        township: [names.full(names.surname(), "male", plan.year - 40) for _ in range(4)] for township in area.townships
    }
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
    for double in doubles:
        found = rows[double.person.village.township]
        found.insert(random.randrange(len(found)), _double_row(double, checkers, plan, random))
    return rows


def _remark(candidate: Candidate, random: Random) -> str:
    if not candidate.lists and candidate.outcome == CONFIRMED:
        return "入户时新发现"
    return _REMARKS.get(candidate.outcome, "") if random.random() < 0.8 else ""


def _double_row(double: Double, checkers: dict[str, list[str]], plan: Plan, random: Random) -> Row:
    village = double.person.village
    return {
        "township": village.township,
        "village": village.name,
        "name": double.person.name,
        "id_number": double.number,
        "lists": LISTS["poverty_office"],
        "checked_by": random.choice(checkers[village.township]),
        "checked_on": date(plan.year, 10, random.randint(8, 28)),
        "identity_confirmed": "否",
        "registered_poor": "否",
        "illness": "",
        "icd10": "",
        "illness_basis": "",
        "treated": "",
        "treated_where": "",
        "outcome": _DUPLICATE,
        "remark": "与同村同名者系同一人，出生日期和号码录错",
    }

"""Rows of the quieter papers: register, insurance, changes of population, contracts, check-ups, reasons, survey, agreements."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from fuqi.sample.candidates import Cast
from fuqi.sample.claims import Stay
from fuqi.sample.names import Names
from fuqi.sample.people import Area, Household, Person, Town
from fuqi.sample.plan import Plan
from fuqi.sample.spelling import Row, spell_number

_GONE = ("已死亡", "户籍迁出", "查无此人")
_ITEMS = "三大常规、肝肾功能、血糖、血脂、B超、心电图"


def _income(household: Household) -> int:
    """Return an income per head in yuan, drawn apart from everything else: most are just above the poverty line of the year."""
    drawn = Random(f"income {household.number}")
    return drawn.randint(2400, 2950) if drawn.random() < 0.12 else drawn.randint(2960, 7800)


def household_rows(households: list[Household], random: Random) -> list[list[Row]]:
    """Return the register's rows, one list for each household."""
    found = []
    for household in households:
        shared: Row = {
            "township": household.village.township,
            "village": household.village.name,
            "household_number": household.number,
            "head_name": household.members[0].name,
            "group": household.group_word,
            "registered_on": household.registered_on,
            "cause": household.cause,
            "income_per_head": _income(household),
        }
        found.append(
            [
                shared
                | {
                    "name": person.name,
                    "id_number": spell_number(person, random, old_share=0.008, odd_share=0.01),
                    "relation": person.relation,
                    "sex": "男" if person.sex == "male" else "女",
                    "birth_on": person.birth_on,
                }
                for person in household.members
            ]
        )
    return found


def insured_residents(town: Town, cast: Cast) -> list[Person]:
    """Return the living people of the district who are not registered poor and of whom we know."""
    named = [one.person for one in cast.candidates if one.person.household is None and one.outcome not in _GONE]
    seen = set(named)
    return named + [person for person in town.residents if person not in seen]


def insurance_rows(town: Town, cast: Cast, plan: Plan, random: Random) -> list[Row]:
    """Return the insurance's list: all registered people and other residents."""
    of_word = {row["word"]: row for row in plan.groups}
    people = town.registered + insured_residents(town, cast)
    people.sort(key=lambda person: (person.village.code, person.number))
    rows: list[Row] = []
    for person in people:
        kind = of_word[person.household.group_word] if person.household else plan.other_category
        rows.append(
            {
                "name": person.name,
                "id_number": spell_number(person, random, odd_share=0.005),
                "township": person.village.township,
                "village": person.village.name,
                "insured_from": date(plan.year, 1, 1),
                "category": kind["category"],
                "premium_paid": kind["premium"],
            }
        )
    return rows


def move_rows(town: Town, cast: Cast, plan: Plan, random: Random) -> list[Row]:
    """Return the changes of population: moves within the county, and some of the deaths and departures."""
    rows: list[Row] = []
    for person in town.registered:
        if person.moved_on is not None and person.new_village is not None:
            rows.append(
                _change(person, "迁村", person.moved_on, random)
                | {"to_township": person.new_village.township, "to_village": person.new_village.name}
            )
    for outcome, word, size in (("已死亡", "死亡", "deaths_reported"), ("户籍迁出", "迁出", "departures_reported")):
        people = [one.person for one in cast.candidates if one.outcome == outcome]
        for person in random.sample(people, plan.shape[size]):
            day = date(random.choice((plan.year - 1, plan.year)), random.randint(1, 8), random.randint(1, 28))
            rows.append(_change(person, word, day, random))
    random.shuffle(rows)
    return rows


def _change(person: Person, word: str, day: date, random: Random) -> Row:
    return {
        "name": person.name,
        "id_number": spell_number(person, random),
        "change": word,
        "changed_on": day,
        "from_village": person.village.name,
        "to_township": "",
        "to_village": "",
    }


def contract_rows(town: Town, plan: Plan, random: Random) -> list[Row]:
    """Return the contracts with family doctors, one for each registered household."""
    names = Names(random)
    doctors = {
        village.code: names.full(names.surname(), random.choice(("male", "female")), plan.year - 40)
        for village in town.area.villages
    }
    rows: list[Row] = []
    for household in town.households:
        first = max(date(plan.year, 1, 3), household.registered_on + timedelta(days=3))
        signed_on = first + timedelta(days=random.randrange(60))
        centre = town.area.township_centre(household.village.township)
        rows.append(
            {
                "household_number": household.number,
                "head_name": household.members[0].name,
                "id_number": spell_number(household.members[0], random, old_share=0.02),
                "township": household.village.township,
                "village": household.village.name,
                "team": f"{centre.name}第{int(household.village.code[-2:]) % 4 + 1}团队",
                "doctor": doctors[household.village.code],
                "signed_on": signed_on,
                "until": signed_on.replace(year=signed_on.year + 1),
            }
        )
    return rows


def health_check_rows(town: Town, cast: Cast, plan: Plan, random: Random) -> list[Row]:
    """Return the check-ups: the published number of registered people, some of them twice, and some others."""
    hidden = {one.person for one in cast.majors if one.hidden}
    people = random.sample([one for one in town.registered if one not in hidden], plan.published["checked_up"])
    people += random.sample(people, plan.shape["checked_up_twice"])
    people += random.sample(town.residents, plan.shape["checked_up_others"])
    rows: list[Row] = []
    for index, person in enumerate(people):
        second = plan.published["checked_up"] <= index < plan.published["checked_up"] + plan.shape["checked_up_twice"]
        month = 11 if second else random.randint(3, 10)
        rows.append(
            {
                "name": person.name,
                "id_number": spell_number(person, random, old_share=0.05),
                "checked_on": date(plan.year, month, random.randint(1, 28)),
                "institution": town.area.township_centre(person.village.township).name,
                "items": _ITEMS,
            }
        )
    rows.sort(key=lambda row: (str(row["institution"]), str(row["checked_on"]), str(row["id_number"])))
    return rows


def untreated_rows(cast: Cast, random: Random) -> list[Row]:
    """Return why some major patients were not treated."""
    return [
        {
            "name": one.person.name,
            "id_number": spell_number(one.person, random, odd_share=0.0),
            "illness": one.major.illness.words,
            "reason": one.major.reason,
            "remark": "",
        }
        for one in cast.majors
        if one.major is not None and one.major.reason
    ]


def survey_rows(town: Town, cast: Cast, plan: Plan, random: Random) -> list[Row]:
    """Return the telephone survey: calls that were answered, with the planned answers, and calls that were not."""
    numbers = plan.shape["survey"]
    hidden = {one.person for one in cast.majors if one.hidden}
    on = date(plan.year, 11, 1)
    adults = [one for one in town.registered if one not in hidden and 20 <= one.age(on) <= 82]
    answered = numbers["answered"]
    people = random.sample(adults, answered + numbers["silent"])
    satisfied = set(random.sample(range(answered), numbers["satisfied"]))
    aware = set(random.sample(range(answered), numbers["aware"]))
    rows: list[Row] = []
    for index, person in enumerate(people):
        reached, village = index < answered, person.village_on(on)
        rows.append(
            {
                "township": village.township,
                "village": village.name,
                "name": person.name,
                "id_number": spell_number(person, random),
                "called_on": date(plan.year, 11, random.randint(6, 24)),
                "answered": "是" if reached else "否",
                "satisfied": ("是" if index in satisfied else "否") if reached else "",
                "aware": ("是" if index in aware else "否") if reached else "",
            }
        )
    random.shuffle(rows)
    return rows


def treat_first_rows(stays: list[Stay], area: Area, plan: Plan, random: Random) -> list[Row]:
    """Return the agreements to treat first: the published number of registered people since the rule began, and others."""
    begins: date = plan.published["treat_first_from"]
    inside = [stay for stay in stays if area.hospital(stay.hospital).in_county and stay.is_inpatient]
    first: dict[Person, Stay] = {}
    for stay in inside:
        if stay.admitted >= begins and stay.person.household is not None:
            first.setdefault(stay.person, stay)
    if len(first) < plan.published["treat_first"]:
        raise LookupError(f"only {len(first)} registered people were admitted in the county since {begins}")
    chosen = random.sample(list(first.values()), plan.published["treat_first"])
    twice = random.sample(chosen, plan.shape["treat_first_twice"])
    before = [stay for stay in inside if begins - timedelta(days=30) <= stay.admitted < begins and stay.person.household]
    others = [stay for stay in inside if stay.admitted >= begins and stay.person.household is None]
    rows = [_agreement(stay, stay.admitted, random) for stay in chosen]
    rows += [_agreement(stay, stay.admitted + timedelta(days=1), random) for stay in twice]
    rows += [_agreement(stay, stay.admitted, random) for stay in random.sample(before, plan.shape["treat_first_pilot"])]
    rows += [_agreement(stay, stay.admitted, random) for stay in random.sample(others, plan.shape["treat_first_others"])]
    return sorted(rows, key=lambda row: (str(row["signed_on"]), str(row["hospital"]), str(row["id_number"])))


def _agreement(stay: Stay, signed_on: date, random: Random) -> Row:
    return {
        "name": stay.person.name,
        "id_number": spell_number(stay.person, random),
        "hospital": stay.hospital,
        "signed_on": signed_on,
        "admitted": stay.admitted,
    }

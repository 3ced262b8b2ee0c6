"""The faults that careless offices send: planted on top of a sample, they move no published total."""

from __future__ import annotations

from datetime import date
from random import Random

from fuqi.basics.resident_id import check_digit
from fuqi.sample.candidates import Cast
from fuqi.sample.lists import Double, ListRows, double_row, doubled_people, is_settled, other_birth
from fuqi.sample.people import Person
from fuqi.sample.plan import LISTS, Plan
from fuqi.sample.spelling import Row, with_wrong_digit


def find_broken_doubles(cast: Cast, doubles: list[Double], plan: Plan, random: Random) -> list[Double]:
    """Return further people of whom the poverty office's list has a second row, with a number that is broken."""
    taken = {double.person for double in doubles}
    people = [person for person in doubled_people(cast) if person not in taken]
    found = []
    for person in random.sample(people, plan.faults["doubtful"]):
        birth_on = other_birth(person, random)
        found.append(Double(person, birth_on, _broken(person, birth_on, random)))
    return found


def _broken(person: Person, birth_on: date, random: Random) -> str:
    first = f"{person.number[:6]}{birth_on:%Y%m%d}{person.number[14:17]}"
    return with_wrong_digit(first + check_digit(first), random)


def _impossible_numbers(number: str) -> list[str]:
    return [
        number[:10] + "13" + number[12:],
        number[:17],
        f"{float(number[:17] + '0'):.5E}",
        number[:8] + "O" + number[9:],
        "",
    ]


def spoiled_rows(name: str, found: ListRows, broken: list[Double], plan: Plan, random: Random) -> list[Row]:
    """Return a list's rows with some numbers spoilt and with further rows of people who already stand on it."""
    rows, more = found.rows, []
    drawn = random.sample([at for at, (one, _) in enumerate(found.entries) if is_settled(one)], 60)

    def number(at: int) -> str:
        return found.entries[at][0].person.number

    if name == "provincial_system":
        for _ in range(plan.faults["wrong_digit"]):
            at = drawn.pop()
            rows[at] = rows[at] | {"id_number": with_wrong_digit(number(at), random)}
        more += [rows[drawn.pop()] | {"village": plan.unknown_village} for _ in range(plan.faults["unknown_village"])]
    if name == "national_platform":
        for kind in range(plan.faults["impossible"]):
            at = drawn.pop()
            bad = _impossible_numbers(number(at))
            more.append(rows[at] | {"id_number": bad[kind % len(bad)]})
    if name == "poverty_office":
        more += [double_row(double, plan, random) for double in broken]
    position = list(LISTS).index(name)
    repeated = [drawn.pop() for at in range(plan.faults["repeated"]) if at % len(LISTS) == position]
    for at in sorted(repeated, reverse=True):
        rows.insert(at + random.randint(1, 3), dict(rows[at]))
    return scattered(rows, more, random)


def scattered(rows: list[Row], more: list[Row], random: Random) -> list[Row]:
    """Return the rows with others put anywhere among them."""
    found = list(rows)
    for row in more:
        found.insert(random.randrange(len(found)), row)
    return found

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fuqi.matching.linking import Known, Linker, link
from fuqi.matching.rules import Candidate, ids_near
from tests.unit.matching.rows import BORN, by_row, number, row, same_person, wrong

SOUND = number("19800305", 1)
OTHER = number("19800305", 2)


def test_the_same_number_is_the_same_person_and_the_first_row_is_new() -> None:
    found = link([row(2, id_number=SOUND), row(1, id_number=SOUND, village=None)])
    assert [(one.row[2], one.verdict, one.rule, one.score) for one in found] == [
        (1, "new", "first_seen", 1000),
        (2, "same", "same_id", 1000),
    ]
    assert found[0].person == found[1].person


@pytest.mark.parametrize("at", [0, 3, 14, 16, 17])
def test_one_wrong_digit_is_repaired_where_name_and_birth_agree(at: int) -> None:
    found = by_row(row(1, id_number=SOUND), row(2, broken_id=wrong(SOUND, at), village=None))
    assert (found[2].verdict, found[2].rule, found[2].person) == ("same", "id_repaired", found[1].person)


def test_a_wrong_digit_in_the_birth_date_is_a_doubt_unless_a_column_tells_the_birth() -> None:
    broken = wrong(SOUND, 9)
    found = by_row(row(1, id_number=SOUND), row(2, broken_id=broken), row(3, broken_id=broken, birth_on=BORN, file="b.xlsx"))
    assert (found[2].verdict, found[2].rule, found[2].other) == ("review", "id_near_birth_differs", found[1].person)
    assert found[2].other_row == ("a.xlsx", "表", 1)
    assert found[2].person not in ("", found[1].person)
    assert found[3].rule == "id_repaired"


def test_a_broken_number_repairs_nothing_without_the_name() -> None:
    assert not same_person(row(1, id_number=SOUND), row(2, "王建设", broken_id=wrong(SOUND)))


def test_a_broken_number_near_two_people_is_left_open() -> None:
    between = SOUND[:17] + OTHER[17]
    rows = [row(1, id_number=SOUND), row(2, id_number=OTHER), row(3, broken_id=between, village=None)]
    assert by_row(*rows)[3].rule == "fits_several"


def test_name_birth_and_village_are_enough_where_only_one_fits() -> None:
    found = by_row(row(1, id_number=SOUND), row(2, birth_on=BORN))
    assert (found[2].verdict, found[2].rule, found[2].person) == ("same", "name_birth_village", found[1].person)


def test_a_row_that_fits_two_people_equally_is_left_open() -> None:
    found = by_row(row(1, id_number=SOUND), row(2, id_number=OTHER), row(3, birth_on=BORN))
    assert (found[3].verdict, found[3].rule) == ("review", "fits_several")


def test_two_sound_numbers_are_never_one_person() -> None:
    assert not same_person(row(1, id_number=SOUND), row(2, id_number=OTHER))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(row(1, "王大双", id_number=SOUND), row(2, "王小双", birth_on=BORN), id="twins, one without number"),
        pytest.param(row(1, "王大双", id_number=SOUND), row(2, "王小双", broken_id=wrong(OTHER)), id="twins, one broken"),
        pytest.param(row(1, "李强", id_number=SOUND), row(2, "李明", id_number=SOUND), id="son under his father's number"),
        pytest.param(
            row(1, "李国强", id_number=SOUND), row(2, "李国明", id_number=SOUND, file="b.xlsx"), id="brothers, one number"
        ),
        pytest.param(row(1, id_number=SOUND), row(2, birth_on=date(1981, 3, 5)), id="namesake of another age"),
        pytest.param(row(1, id_number=SOUND), row(2), id="namesake in the village"),
        pytest.param(row(1, id_number=SOUND), row(2, birth_on=BORN, village="甲/丁"), id="namesake in another village"),
        pytest.param(row(1, id_number=SOUND), row(2, birth_on=BORN, sex="female"), id="namesake of the other sex"),
        pytest.param(row(1, id_number=SOUND), row(2, broken_id=wrong(wrong(SOUND, 15), 16)), id="two wrong digits"),
        pytest.param(
            row(1, id_number=SOUND),
            row(2, broken_id="4.30611198003051E+17", broken_code="id_rounded", birth_on=BORN),
            id="rounded",
        ),
        pytest.param(row(1), row(2, file="b.xlsx"), id="names alone"),
    ],
)
def test_pairs_that_must_not_be_joined(one: Candidate, other: Candidate) -> None:
    assert not same_person(one, other)
    assert not same_person(replace(other, row=("0", "表", 1)), one)


def test_a_rounded_number_is_for_review_even_alone_and_even_if_all_else_fits() -> None:
    said: dict[str, Any] = {"broken_id": "4.30611198003051E+17", "broken_code": "id_rounded", "birth_on": BORN}
    found = by_row(row(1, **said), row(2, id_number=SOUND))
    assert (found[1].verdict, found[1].other) == ("review", found[2].person)
    assert by_row(row(1, **said))[1].verdict == "review"


def test_a_misspelt_name_under_the_same_number_is_the_same_unless_it_is_a_neighbours_name() -> None:
    misspelt = row(2, "王健国", id_number=SOUND, file="b.xlsx")
    found = by_row(row(1, id_number=SOUND), misspelt)
    assert (found[2].verdict, found[2].rule) == ("same", "same_id_name_near")
    neighbour = row(3, "王健国", id_number=OTHER, file="c.xlsx")
    found = by_row(row(1, id_number=SOUND), misspelt, neighbour)
    assert (found[2].verdict, found[2].rule) == ("review", "id_name_conflict")


def test_the_household_vouches_for_a_member_without_number_and_birth() -> None:
    home: dict[str, Any] = {"household_number": "43061100010001", "head_name": "王大山"}
    found = by_row(row(1, id_number=SOUND, **home), row(2, **home), row(3, head_name="王大山"), row(4, head_name="王小山"))
    assert [found[at].rule for at in (2, 3, 4)] == ["name_household", "name_head_village", "name_village_only"]
    assert [found[at].verdict for at in (2, 3, 4)] == ["same", "same", "review"]


def test_a_head_of_household_is_not_vouched_for_by_his_own_name() -> None:
    found = by_row(row(1, id_number=SOUND, head_name="王建国"), row(2, head_name="王建国"))
    assert found[2].verdict == "review"


def test_a_row_that_names_nobody_is_refused_without_a_person() -> None:
    found = by_row(row(1, ""), row(2, "", broken_id="43"))
    assert {(one.verdict, one.person, one.rule) for one in found.values()} == {("refused", "", "names_nobody")}


def test_a_number_without_a_name_is_enough() -> None:
    found = by_row(row(1, "", id_number=SOUND), row(2, id_number=SOUND))
    assert found[1].person == found[2].person


def test_the_same_wrong_number_with_the_same_name_is_the_same_unknown_person() -> None:
    broken = wrong(SOUND)
    assert same_person(row(1, broken_id=broken), row(2, broken_id=broken, village=None))


def test_the_order_of_the_rows_changes_nothing() -> None:
    drawn = random.Random(7)
    said_of: list[dict[str, Any]] = [
        {"id_number": SOUND},
        {"id_number": OTHER},
        {"birth_on": BORN},
        {"broken_id": wrong(SOUND)},
        {},
    ]
    names = ["王建国", "王健国", "李梅"]
    rows = [row(at, drawn.choice(names), **drawn.choice(said_of)) for at in range(60)]
    expected = link(rows)
    for _ in range(5):
        drawn.shuffle(rows)
        assert link(rows) == expected
    assert len(expected) == len(rows)


def test_known_people_keep_their_keys() -> None:
    known = [Known("p1", row(0, id_number=SOUND)), Known("p2", row(0, "李梅", birth_on=date(1970, 1, 2)))]
    number_of_mei = number("19700102", 4)
    rows = [
        row(1, id_number=SOUND),
        row(2, "李梅", id_number=number_of_mei),
        row(3, "赵四", id_number=OTHER),
        row(4, birth_on=BORN),
    ]
    found = {one.row[2]: (one.person, one.verdict) for one in link(rows, known)}
    assert found == {1: ("p1", "same"), 2: ("p2", "same"), 3: ("new-0000001", "new"), 4: ("p1", "same")}


def test_a_linker_knows_the_people_of_earlier_lists() -> None:
    linker = Linker()
    first = linker.link([row(1, id_number=SOUND)])
    second = linker.link([row(1, id_number=SOUND, file="b.xlsx"), row(2, "赵四", id_number=OTHER, file="b.xlsx")])
    assert [one.person for one in second] == [first[0].person, "new-0000002"]
    assert [one.verdict for one in second] == ["same", "new"]


def test_a_number_that_comes_later_finds_the_person_who_had_none() -> None:
    linker = Linker()
    first = linker.link([row(1, birth_on=BORN)])
    second = linker.link([row(1, id_number=SOUND, file="b.xlsx")])
    assert (second[0].person, second[0].verdict) == (first[0].person, "same")


def test_a_village_full_of_namesakes_is_not_compared_one_with_another() -> None:
    rows = [
        row(at, "张三", id_number=number(f"19{at % 90 + 10}0101", at % 999 + 1, f"43{at // 900:04d}")) for at in range(3000)
    ]
    rows += [row(at, "张三", file="b.xlsx") for at in range(3000)]
    start = time.perf_counter()
    assert sum(one.verdict == "review" for one in link(rows)) == 3000
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize("left", [lambda sound: str(int(float(sound))), lambda sound: sound[:15] + "000"])
def test_what_a_spreadsheet_may_have_left_of_a_number_repairs_nothing(left: Callable[[str], str]) -> None:
    numbers = [number(sequence=10 * at) for at in range(1, 99)]
    sound = next(one for one in numbers if one.isdecimal() and left(one) != one and ids_near(left(one), one))
    found = by_row(row(1, id_number=sound), row(2, broken_id=left(sound), broken_code="id_check_digit", birth_on=BORN))
    assert (found[2].verdict, found[2].rule) == ("review", "id_rounded")


def test_another_head_of_household_is_a_doubt_unless_the_household_is_the_same() -> None:
    known = row(1, id_number=SOUND, head_name="王大", household_number="00112233")
    assert by_row(known, row(2, birth_on=BORN, head_name="李大"))[2].rule == "head_differs"
    assert by_row(known, row(2, birth_on=BORN, head_name="王大"))[2].verdict == "same"
    assert by_row(known, row(2, birth_on=BORN, head_name="李大", household_number="00112233"))[2].verdict == "same"
    assert by_row(known, row(2, birth_on=BORN))[2].verdict == "same"


@pytest.mark.parametrize("broken", [SOUND[:6] + "*" * 8 + SOUND[14:], SOUND[:12]])
def test_a_masked_or_cut_number_is_a_doubt_and_links_nobody(broken: str) -> None:
    found = by_row(row(1, id_number=SOUND), row(2, broken_id=broken, broken_code="id_length", village=None))
    assert (found[2].verdict, found[2].rule) == ("review", "id_near_only")
    apart = (
        row(3, broken_id=broken, broken_code="id_length"),
        row(4, broken_id=broken, broken_code="id_length", village="甲/丙"),
    )
    assert not same_person(*apart)

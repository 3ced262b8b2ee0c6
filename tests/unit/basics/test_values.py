"""Money, days, ids and id numbers."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from id_validator import validator

from fuqi.basics import resident_id
from fuqi.basics.dates import Span, completed_years
from fuqi.basics.ids import new_id
from fuqi.basics.inert import inert
from fuqi.basics.money import format_rate, format_yuan, parse_yuan, percentage, share

TODAY = date(2026, 1, 1)
births = st.dates(date(1920, 1, 1), date(2025, 12, 31))


@given(st.integers(0, 10**12))
def test_yuan_as_printed_reads_back(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen


@pytest.mark.parametrize("text", ["", "-1", "1,000", "1.234", "1.", ".5", "1元", "1 ", "\uff11", "1e3", "+1"])
def test_what_is_no_plain_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_yuan(text)


@given(st.integers(0, 10**9), st.integers(0, 10_000))
def test_a_share_is_rounded_half_up_once(amount: int, basis_points: int) -> None:
    exact = amount * basis_points
    assert share(amount, basis_points) == exact // 10_000 + (exact % 10_000 >= 5000)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_percentage_is_rounded_half_up_to_two_decimals(numerator: int, denominator: int) -> None:
    hundredths = int(percentage(numerator, denominator).replace(".", ""))
    assert abs(hundredths * denominator - numerator * 10_000) * 2 <= denominator


def test_rates_are_printed_without_needless_zeros() -> None:
    assert [format_rate(rate) for rate in (7000, 8750, 5, -50, 0)] == ["70%", "87.5%", "0.05%", "-0.5%", "0%"]


@given(births, st.integers(0, 999))
def test_a_sound_number_is_sound_for_the_oracle_too_and_carries_birth_and_sex(birth_on: date, sequence: int) -> None:
    first_17 = f"430611{birth_on:%Y%m%d}{sequence:03d}"
    number = first_17 + resident_id.check_digit(first_17)
    read = resident_id.read(number, today=TODAY)
    assert isinstance(read, resident_id.ResidentId)
    assert (read.birth_on, read.sex) == (birth_on, "male" if sequence % 2 else "female")
    assert validator.is_valid(number)


@given(births, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(birth_on: date, sequence: int, position: int, by: int) -> None:
    first_17 = f"430611{birth_on:%Y%m%d}{sequence:03d}"
    number = first_17 + resident_id.check_digit(first_17)
    wrong = number[:position] + str((int(number[position]) + by) % 10) + number[position + 1 :]
    assert isinstance(resident_id.read(wrong, today=TODAY), str)


@given(st.dates(date(1910, 1, 1), date(1999, 12, 31)), st.integers(0, 999))
def test_an_old_number_of_15_digits_is_the_same_person(birth_on: date, sequence: int) -> None:
    first_17 = f"430611{birth_on:%Y%m%d}{sequence:03d}"
    number = first_17 + resident_id.check_digit(first_17)
    old = number[:6] + number[8:17]
    read = resident_id.read(old, today=TODAY)
    assert isinstance(read, resident_id.ResidentId)
    assert read.number == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("4.30611E+17", "rounded"),
        ("43061119700307291", "length"),
        ("43061119701307291X", "birth_date"),
        ("430611209903072916", "future"),
        ("43061A197003072916", "characters"),
    ],
)
def test_what_is_wrong_with_a_number_has_a_name(text: str, code: str) -> None:
    assert resident_id.read(text, today=TODAY) == code


@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(0, 40_000))
def test_age_goes_up_on_the_birthday(birth_on: date, days: int) -> None:
    on = birth_on + timedelta(days=days)
    age = completed_years(birth_on, on)
    assert (birth_on.year + age, birth_on.month, birth_on.day) <= (on.year, on.month, on.day)
    assert (birth_on.year + age + 1, birth_on.month, birth_on.day) > (on.year, on.month, on.day)


def test_who_was_born_on_29_february_turns_a_year_older_on_1_march() -> None:
    assert completed_years(date(2000, 2, 29), date(2001, 2, 28)) == 0
    assert completed_years(date(2000, 2, 29), date(2001, 3, 1)) == 1


def test_a_span_holds_its_first_day_and_not_its_last() -> None:
    span = Span(date(2017, 1, 1), date(2018, 1, 1))
    assert [span.holds(day) for day in (date(2016, 12, 31), date(2017, 1, 1), date(2017, 12, 31), date(2018, 1, 1))] == [
        False,
        True,
        True,
        False,
    ]


def test_ids_of_all_threads_are_version_7_unique_and_increasing() -> None:
    made: list[list[UUID]] = [[] for _ in range(4)]
    threads = [threading.Thread(target=lambda own=own: own.extend(new_id() for _ in range(3000))) for own in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = [one for own in made for one in own]
    assert len(set(every)) == len(every)
    assert all(own == sorted(own) for own in made)
    assert {one.version for one in every} == {7}


@given(st.text(max_size=20))
def test_an_inert_text_starts_no_formula(text: str) -> None:
    made = inert(text)
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert made in (text, "'" + text)

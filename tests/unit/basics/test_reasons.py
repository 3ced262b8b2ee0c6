"""Reasons: a personal number in one is refused at every door, and anything else is kept letter by letter."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner
from django.forms import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from fuqi.basics.reasons import PersonalNumberError, without_personal_number
from fuqi.basics.resident_id import check_digit, read
from fuqi.commands.main import fuqi
from fuqi.web.reasons import ReasonField

IDENTITY = "430611195001011233"
digits = st.text("0123456789", min_size=3, max_size=3)
words = st.text(st.characters(exclude_categories=["Cs", "Nd"]), max_size=8)


@pytest.mark.parametrize(
    "number",
    [
        IDENTITY,
        "430611 19500101 1233",
        "430611-19500101-1233",
        "".join(chr(ord(sign) + 0xFEE0) for sign in IDENTITY),
        "43061119500101109x",
        "13800000000",
        "138 0000 0000",
        "+8613800000000",
    ],
)
def test_a_number_is_refused_however_it_is_spelled(number: str) -> None:
    with pytest.raises(PersonalNumberError):
        without_personal_number(f"名单里{number}录错了")


@given(words, st.dates(date(1900, 1, 1), date(2025, 12, 31)), digits, words)
def test_every_sound_identity_number_is_refused(before: str, born_on: date, sequence: str, after: str) -> None:
    first = f"430611{born_on:%Y%m%d}{sequence}"
    number = first + check_digit(first)
    assert not isinstance(read(number, today=date(2026, 1, 1)), str)
    with pytest.raises(PersonalNumberError):
        without_personal_number(f"{before}；{number}；{after}")


@pytest.mark.parametrize(
    "said",
    [
        "",
        "名单发错了",
        "君卫发〔2017〕12号",
        "2026年11月24日第3版",
        "430611195001011234",
        "结算单9430611195001011233",
        "电话12345",
    ],
)
def test_other_words_are_kept_letter_by_letter(said: str) -> None:
    assert without_personal_number(said) == said


@given(st.text(st.characters(exclude_categories=["Cs", "Nd"]), max_size=200))
def test_words_without_digits_are_never_refused(said: str) -> None:
    assert without_personal_number(said) == said


def test_a_form_says_it_beside_the_field() -> None:
    assert ReasonField().clean(" 调离岗位 ") == "调离岗位"
    with pytest.raises(ValidationError, match="不要写身份证号码"):
        ReasonField().clean(f"{IDENTITY}调离")


def test_a_command_says_it_before_it_opens_anything() -> None:
    said = CliRunner().invoke(fuqi, ["-w", "/nowhere", "--purpose", f"看{IDENTITY}", "audit"])
    assert said.exit_code != 0
    assert "不要写身份证号码" in str(said.output) + str(said.exception)
    assert IDENTITY not in said.output

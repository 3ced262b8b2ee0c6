from __future__ import annotations

from datetime import date, datetime

import pytest

from fuqi.intake.cleaning import Problem, read_cell, read_date, read_id, read_money, read_name, text_of
from fuqi.intake.layouts import Column
from fuqi.intake.workbooks import Cell
from tests.unit.intake.books import LAYOUTS, TODAY, number


def told(found: object) -> object:
    return found.code if isinstance(found, Problem) else found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张三", "张三"),
        (" 张　三 ", "张三"),
        ("张\u200b三", "张三"),
        ("买买提•阿卜杜拉", "买买提·阿卜杜拉"),
        ("买买提．阿卜杜拉", "买买提·阿卜杜拉"),
        ("李四（户主）", "李四"),
        ("李四（大）", "李四\u0028大\u0029"),
        ("欧阳修文", "欧阳修文"),
        ("Ann Lee", "ANNLEE"),
        ("", "missing_name"),
        ("—", "missing_name"),
        ("不详", "missing_name"),
        ("王？明", "name_unreadable"),
        ("王*明", "name_unreadable"),
        ("张三1", "name_characters"),
        ("430611", "name_characters"),
        ("经核查此人已经搬走不在本村", "name_characters"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert told(read_name(text)) == name


@pytest.mark.parametrize(
    "text",
    [
        "2017-3-5", "2017/03/05", "2017.3.5", "20170305", "2017年3月5日", "2017年03月05日", "２０１７年３月５日", "二〇一七年三月五日",
        "2017-03-05 00:00:00", "2017/3/5 0:00", "2017-03-05T08:30:00", " 2017 - 3 - 5 ", "42799",
        "'2017-03-05", "2017\\3\\5", "2017年3月5号", "20170305083000",
    ],
)  # fmt: skip
def test_one_day_in_every_spelling(text: str) -> None:
    assert read_date(text, text, today=TODAY, past=True) == date(2017, 3, 5)


@pytest.mark.parametrize("cell", [date(2017, 3, 5), datetime(2017, 3, 5, 8, 30), 42799.0, 42799.4])  # noqa: DTZ001
def test_a_day_as_a_spreadsheet_keeps_it(cell: Cell) -> None:
    assert read_date(cell, text_of(cell), today=TODAY, past=True) == date(2017, 3, 5)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2017-02-30", "date_impossible"),
        ("2017-13-01", "date_impossible"),
        ("2017年", "date_incomplete"),
        ("2017.3", "date_incomplete"),
        ("201703", "date_incomplete"),
        ("17.3.5", "date_unreadable"),
        ("3/5/2017", "date_unreadable"),
        ("去年", "date_unreadable"),
        ("2018-01-11", "date_future"),
        ("0001-01-01", "date_impossible"),
    ],
)
def test_no_day_is_guessed(text: str, code: str) -> None:
    assert told(read_date(text, text, today=TODAY, past=True)) == code


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1234.5", 1234_50),
        ("1,234.50", 1234_50),
        ("１，２３４．５０", 1234_50),
        ("1234.50元", 1234_50),
        ("¥1 234.5", 1234_50),
        ("0", 0),
        (".5", 50),
        ("12.", 12_00),
        ("1.2万元", 12000_00),
        ("1.234", "money_decimals"),
        ("-3", "money_negative"),
        ("(3)", "money_negative"),
        ("12,34", "money_unreadable"),
        ("约300", "money_unreadable"),
        (".", "money_unreadable"),
        ("10000001", "money_too_large"),
    ],
)
def test_money(text: str, fen: object) -> None:
    assert told(read_money(text, text, in_ten_thousands=False)) == fen


def test_money_under_a_header_in_ten_thousands() -> None:
    assert read_money("1.5", "1.5", in_ten_thousands=True) == 15000_00


def test_a_number_cell_is_taken_to_the_fen_that_it_shows() -> None:
    assert read_money(0.1 + 0.2, text_of(0.1 + 0.2), in_ten_thousands=False) == 30


def test_fifteen_and_eighteen_digits_are_one_number() -> None:
    sound = number("19800305", 12)
    assert read_id(sound[:6] + sound[8:17], today=TODAY) == sound
    assert read_id(float(sound[:6] + sound[8:17]).__str__(), today=TODAY) == sound


def test_a_disability_certificate_gives_the_number_in_front_of_it() -> None:
    sound = number()
    assert read_id(sound + "43", today=TODAY) == sound
    assert read_id(sound + "43B1", today=TODAY) == sound
    assert told(read_id(sound + "93", today=TODAY)) == "id_length"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4.30611198003051E+17", "id_rounded"),
        (text_of(430611198003050010.0), "id_rounded"),
        ("430611198003050010.0", "id_rounded"),
        (number()[:17], "id_length"),
        ("43061119801305001X", "id_birth_date"),
        ("999999198003050011", "id_check_digit"),
        (number(area="990611"), "id_area"),
        (number("20190305"), "id_future"),
        ("无", "missing_id"),
        ("  ", "missing_id"),
        ("43O611198003050011", "id_characters"),
    ],
)
def test_a_wrong_number_is_named_and_never_completed(text: str, code: str) -> None:
    assert told(read_id(text, today=TODAY)) == code


def test_no_sentence_repeats_what_stood_in_the_cell() -> None:
    for text in ("43061119801305001X", number()[:17], "4.30611198003051E+17"):
        found = read_id(text, today=TODAY)
        assert isinstance(found, Problem)
        assert text[:6] not in found.message


def column(kind: str, field: str) -> Column:
    return LAYOUTS[kind].columns[field]


@pytest.mark.parametrize(
    ("kind", "field", "text", "value"),
    [
        ("field_check", "treated", "是", True),
        ("field_check", "treated", "√", True),
        ("field_check", "treated", "未救治", False),
        ("field_check", "treated", "", None),
        ("field_check", "outcome", " 信息有误，已更正 ", "corrected"),
        ("field_check", "outcome", "大概属实", "unknown_word"),
        ("field_check", "outcome", "信息有误已更正", "corrected"),
        ("field_check", "outcome", "属实", "confirmed"),
        ("field_check", "lists", "省系统、国家平台", frozenset({"provincial_system", "national_platform"})),
        ("field_check", "lists", "扶贫办", frozenset({"poverty_office"})),
        ("field_check", "lists", "省系统、天上", "unknown_word"),
        ("settlement", "hospital_level", "二级", "county"),
        ("survey", "satisfied", "不满意", False),
        ("move", "change", "死亡", "died"),
        ("household", "group", "低保贫困户", "subsistence_allowance"),
    ],
)
def test_words_become_values(kind: str, field: str, text: str, value: object) -> None:
    assert told(read_cell(column(kind, field), text, text, today=TODAY)) == value


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (5.0, "5"),
        (0.30000000000000004, "0.3"),
        (195001011234567.0, "195001011234567"),
        (430611198003050010.0, "4.30611198003050E+17".replace("50E", "5E")),
        (True, "TRUE"),
    ],
)
def test_a_cell_is_kept_as_a_spreadsheet_shows_it(cell: Cell, text: str) -> None:
    assert text_of(cell) == text


def test_one_sound_number_among_words_is_read_and_two_are_not() -> None:
    sound = number()
    for text in (f"身份证{sound}", f"{sound}（本人）", f"{sound}."):
        assert read_id(text, today=TODAY) == sound
    assert told(read_id(f"{sound}/{number(sequence=2)}", today=TODAY)) == "id_length"
    assert told(read_id(f"身份证{sound[:17]}", today=TODAY)) != sound


def test_one_digit_over_and_over_is_no_number_even_if_it_reads_like_one() -> None:
    assert told(read_id("111111111111111", today=TODAY)) == "id_area"

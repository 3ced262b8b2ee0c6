"""What intake finds in the sample: nothing, unless faults were asked for; and faults move no total."""

from __future__ import annotations

from collections import Counter
from datetime import date

from fuqi.intake.layouts import load_layouts
from fuqi.intake.reading import FileReading, read_file
from fuqi.intake.workbooks import WorkbookReader
from fuqi.matching.linking import link
from fuqi.matching.rules import candidate_from
from tests.unit.sample.reader import County, Row, day_of, fen_of, number_of

TODAY = date(2018, 6, 1)
REGISTER, LISTS = "01", ("04", "05", "06")
CHECKS = ("07", "08", "09", "10", "11", "12", "13")


def _readings(county: County, *files: str) -> list[FileReading]:
    layouts = load_layouts()
    paths = [path for name, path in county.files.items() if name[:2] in files]
    with WorkbookReader() as reader:
        return [read_file(path, layouts, today=TODAY, reader=reader) for path in paths]


def test_plain_lists_and_checks_have_no_fault_and_only_the_doubtful_pairs_are_left_to_a_person(county: County) -> None:
    readings = _readings(county, REGISTER, *LISTS, *CHECKS)
    assert [fault for reading in readings for fault in (*reading.all_faults, *reading.notices)] == []
    rows = [row for reading in readings for row in reading.rows]
    assert {row.state for row in rows} == {"read"}
    verdicts = link([candidate_from((row.file, row.sheet, row.row), row.values) for row in rows])
    rules = Counter(one.rule for one in verdicts if one.rule not in ("first_seen", "same_id"))
    assert rules == {"name_birth_village": 12, "birth_differs": 4, "name_village_only": 4}


def test_each_fault_that_was_planted_is_named(faulty: County) -> None:
    readings = _readings(faulty, *LISTS, *CHECKS)
    assert Counter(fault.code for reading in readings for fault in reading.all_faults) == {
        "id_check_digit": 12 + 4 + 4,
        "duplicate_row": 15,
        "id_birth_date": 1,
        "id_length": 1,
        "id_rounded": 1,
        "id_characters": 1,
        "missing_id": 1,
    }
    assert sum(row["村"] == "红石岭村" for row in faulty.rows("04省", "患者姓名")) == 3


def _bills(county: County) -> dict[str, Row]:
    return {str(row["结算单号"]): row for row in county.rows("住院", "结算单号")}


def test_six_claims_more_contradict_themselves_or_miss_a_sum_or_mean_nobody(county: County, faulty: County) -> None:
    plain, found = _bills(county), _bills(faulty)
    more = [row for number, row in found.items() if number not in plain]
    insured = {number_of(row["公民身份号码"]) for row in faulty.rows("参保", "参保人姓名")}
    assert len(more) == 6
    assert sum(row["政策范围内费用"] is None for row in more) == 2
    assert sum((fen_of(row["政策范围内费用"]) or 0) > (fen_of(row["医疗总费用"]) or 0) for row in more) == 1
    assert sum(day_of(row["入院日期"]) > day_of(row["出院日期"]) for row in more) == 1
    assert sum(number_of(row["身份证号"]) not in insured for row in more) == 2
    for column in ("医疗总费用", "政策范围内费用", "就诊医院", "诊断编码"):
        assert all(found[number][column] == row[column] for number, row in plain.items())


def test_with_one_seed_all_that_holds_no_fault_is_the_same_to_the_byte(county: County, faulty: County) -> None:
    same = {name for name, path in county.files.items() if path.read_bytes() == faulty.files[name].read_bytes()}
    changed = {name for name in set(county.files) - same if "核查表" not in name}
    assert {name[:2] for name in changed} == {"04", "05", "06", "14", "15"}
    assert sum("核查表" in name for name in same) >= 3

"""What differs between two lists of one name: by person, field by field, with all that must stay covered covered."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuqi.flows.differences import ADDED, CHANGED, REMOVED, Differences, RowChange, differences, file_before, row_changes
from fuqi.flows.doubts import doubtful_rows
from tests.support.desk import BILLS, HOUSEHOLD, Office, bill, household, number, workbook

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "名册.xlsx"
BILL_LIST = "住院费用结算.xlsx"
RESTRICTED = "艾滋病"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def compared(office: Office, name: str, *, sees_restricted: bool = False) -> Differences:
    asking, after = office.asking(sees_restricted=sees_restricted), office.file(name)
    before = file_before(asking, after)
    assert before is not None
    return differences(asking, before, after)


def rows(office: Office, found: Differences, part: str) -> list[RowChange]:
    return row_changes(office.asking(), found, part, 0, 100)


def said(change: RowChange) -> dict[str, tuple[str, str]]:
    return {field.name: (field.before, field.after) for field in change.fields}


def test_rows_are_paired_by_person_and_each_change_is_told_by_its_column(office: Office) -> None:
    office.receive(NAME, workbook(HOUSEHOLD, household(1, "王大山"), household(2, "李四海"), household(3, "陈五")))
    regrouped = household(1, "王大山", group="低保贫困户")
    office.receive(NAME, workbook(HOUSEHOLD, household(4, "赵六"), household(3, "陈五"), regrouped))
    found = compared(office, NAME)
    assert (found.changed, found.added, found.removed, found.hidden) == (1, 1, 1, 0)
    change = rows(office, found, CHANGED)[0]
    assert (change.who, change.place.row, said(change)) == ("王** 新堤村", 4, {"贫困户属性": ("一般建档立卡户", "低保贫困户")})
    assert [row.who for row in rows(office, found, ADDED)] == ["赵* 新堤村"]
    assert [row.who for row in rows(office, found, REMOVED)] == ["李** 新堤村"]


def test_what_is_only_written_differently_is_no_change(office: Office) -> None:
    office.receive(BILL_LIST, workbook(BILLS, bill("J1", 1, "王大山"), bill("J2", 2, "李四海")))
    other = bill("J1", 1, "王大山", total="1,000.00")
    office.receive(BILL_LIST, workbook(BILLS, bill("J2", 2, "李四海"), other, sheet="第二页"))
    assert compared(office, BILL_LIST).total == 0


def test_one_row_more_at_the_top_does_not_change_all_the_others(office: Office) -> None:
    header = ["序号", *HOUSEHOLD]
    people = [household(person, f"王{sign}") for person, sign in enumerate("甲乙丙丁", 1)]
    office.receive(NAME, workbook(header, *([str(n), *row] for n, row in enumerate(people[1:], 1))))
    office.receive(NAME, workbook(header, *([str(n), *row] for n, row in enumerate(people, 1))))
    found = compared(office, NAME)
    assert (found.changed, found.added, found.removed) == (0, 1, 0)


def test_several_bills_of_one_person_are_paired_by_their_own_numbers(office: Office) -> None:
    office.receive(BILL_LIST, workbook(BILLS, bill("J1", 1, "王大山"), bill("J2", 1, "王大山", total="500.00")))
    office.receive(BILL_LIST, workbook(BILLS, bill("J2", 1, "王大山", total="510.00"), bill("J1", 1, "王大山")))
    found = compared(office, BILL_LIST)
    assert said(rows(office, found, CHANGED)[0]) == {"总费用": ("500.00", "510.00")}
    assert found.total == 1


def test_numbers_of_persons_are_covered_in_what_changed(office: Office) -> None:
    office.receive(NAME, workbook(HOUSEHOLD, household(1, "王大山")))
    corrected = household(1, "王大山")
    corrected[5] = number(2)
    office.receive(NAME, workbook(HOUSEHOLD, corrected))
    before, after = said(rows(office, compared(office, NAME), CHANGED)[0])["证件号码"]
    assert (before[:-4], after[:-4]) == ("*" * 14, "*" * 14)


def test_a_row_that_names_a_restricted_illness_is_one_of_a_number_for_others(office: Office) -> None:
    office.receive(BILL_LIST, workbook(BILLS, bill("J1", 1, "王大山"), bill("J2", 2, "李四海")))
    changed = bill("J1", 1, "王大山", illness=RESTRICTED), bill("J2", 2, "李四海", illness="胃癌")
    office.receive(BILL_LIST, workbook(BILLS, *changed))
    found = compared(office, BILL_LIST)
    assert (found.changed, found.hidden, found.total) == (1, 1, 2)
    assert RESTRICTED not in repr(rows(office, found, CHANGED))
    seen = compared(office, BILL_LIST, sees_restricted=True)
    assert (seen.changed, seen.hidden) == (2, 0)


def test_whoever_was_ever_marked_stays_covered_in_lists_that_say_nothing_of_it(office: Office) -> None:
    office.receive(NAME, workbook(HOUSEHOLD, household(1, "王大山")))
    office.receive("早先的结算.xlsx", workbook(BILLS, bill("J9", 1, "王大山", illness=RESTRICTED)))
    office.receive(BILL_LIST, workbook(BILLS, bill("J1", 1, "王大山")))
    office.make_register()
    office.receive(BILL_LIST, workbook(BILLS, bill("J1", 1, "王大山", total="900.00")))
    office.undo("早先的结算.xlsx")
    office.make_register()
    found = compared(office, BILL_LIST)
    assert (found.changed, found.hidden) == (0, 1)


def test_rows_in_doubt_are_told_in_words_and_restricted_ones_as_a_number(office: Office) -> None:
    office.receive(NAME, workbook(HOUSEHOLD, household(1, "王大山")))
    office.receive(BILL_LIST, workbook(BILLS, bill("J1", 7, "无此人"), bill("J2", 8, "也无此人", illness=RESTRICTED)))
    office.make_register()
    found = doubtful_rows(office.asking(), BILL_LIST)
    assert (len(found.lines), found.hidden, found.total) == (1, 1, 2)
    assert found.lines[0].is_nobody
    assert "没有这个人" in found.lines[0].words
    assert doubtful_rows(office.asking(sees_restricted=True)).total == 2

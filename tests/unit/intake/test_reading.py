from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fuqi.intake.layouts import FREE_KIND, Layout
from fuqi.intake.reading import FileReading, ReadRow, read_file, rounded_rows
from tests.unit.intake.books import LAYOUTS, TODAY, Cells, number, records, write_book

HEADER: list[object] = ["序号", "乡镇", "村", "姓名", "身份证号码", "疾病名称"]
TITLE: list[object] = ["省健康扶贫系统因病致贫人员名单"]


def row(at: int, name: str = "张三", **changed: object) -> list[object]:
    values: dict[str, object] = {
        "序号": at,
        "乡镇": "甲镇",
        "村": "乙村",
        "姓名": name,
        "身份证号码": number(sequence=at),
        "疾病名称": "高血压",
    }
    return list((values | changed).values())


def read(
    tmp_path: Path, rows: Cells, merged: list[str] | None = None, *, file: str = "名单.xlsx", sheet: str = "表"
) -> FileReading:
    return read_file(write_book(tmp_path / file, {sheet: rows}, {sheet: merged or []}), LAYOUTS, today=TODAY)


def codes(reading: FileReading) -> list[str]:
    return [fault.code for fault in reading.all_faults]


@pytest.mark.parametrize("above", range(8))
def test_the_header_is_found_in_rows_one_to_eight(tmp_path: Path, above: int) -> None:
    titles: list[Any] = [list(TITLE), ["单位：乙局"], [], ["2017年10月"], [], ["请核对"], []][:above]
    reading = read(tmp_path, [*titles, HEADER, row(1)], sheet="省系统")
    assert [(one.row, one.kind, one.state) for one in reading.rows] == [(above + 2, "provincial_system", "read")]
    assert not reading.all_faults


@pytest.mark.parametrize("layout", list(LAYOUTS), ids=lambda layout: layout.kind)
def test_every_kind_is_told_by_its_own_words(tmp_path: Path, layout: Layout) -> None:
    header = [column.words[0] for column in layout.columns.values()]
    reading = read(tmp_path, [header, ["张三"] * len(header)], sheet=layout.hints[0] if layout.hints else "表")
    assert reading.sheets[0].kind == layout.kind
    assert [field for _, field in reading.sheets[0].columns] == list(layout.columns)


def test_lists_with_the_same_columns_are_told_apart_by_title_sheet_or_file(tmp_path: Path) -> None:
    rows = [HEADER, row(1)]
    assert read(tmp_path, [TITLE, *rows]).sheets[0].kind == "provincial_system"
    assert read(tmp_path, rows, sheet="国家平台").sheets[0].kind == "national_platform"
    assert read(tmp_path, rows, file="区扶贫办交办.xlsx").sheets[0].kind == "poverty_office"
    unclear = read(tmp_path, rows)
    assert unclear.sheets[0].kind == FREE_KIND
    assert "kind_unclear" in [notice.code for notice in unclear.notices]
    assert len(unclear.rows) == 1


def test_a_header_of_two_rows_with_merged_groups_is_read_as_one(tmp_path: Path) -> None:
    group = ["序号", "患者", None, "户主", None, "医疗费用（万元）", None, "结算单号", "结算日期"]
    below = [None, "姓名", "身份证号", "姓名", "身份证号", "总费用", "政策范围内", None, None]
    data = [1, "张三", number(), "李四", number(sequence=2), 1.5, "0.8", "J1", "2017.3.5"]
    reading = read(tmp_path, [["费用表"], group, below, data], ["A1:I1", "A2:A3", "B2:C2", "D2:E2", "F2:G2", "H2:H3", "I2:I3"])
    values = reading.rows[0].values
    assert reading.sheets[0].kind == "settlement"
    assert (values["name"], values["id_number"]) == ("张三", number())
    assert (values["total"], values["in_scope"]) == (15000_00, 8000_00)
    assert reading.rows[0].cells["户主/身份证号"] == number(sequence=2)


def test_a_group_that_is_not_merged_belongs_to_the_columns_below_it(tmp_path: Path) -> None:
    rows = [
        ["村", "户主", None, "患者", None],
        [None, "姓名", "身份证号", "姓名", "身份证号"],
        ["乙村", "李四", number(), "张三", number(sequence=2)],
    ]
    values = read(tmp_path, rows).rows[0].values
    assert (values["name"], values["id_number"], values["head_name"]) == ("张三", number(sequence=2), "李四")


def test_rows_that_are_no_data_are_counted_and_not_dropped_silently(tmp_path: Path) -> None:
    rows: Cells = [
        TITLE, HEADER, row(1), row(2), ["小计", None, None, 2], [], TITLE, HEADER, row(3), [4], ["乙村合计", None, None, "3人"],
        ["合 计", None, None, 3], ["注：本表由系统导出"], ["填表人：王五", None, None, "审核人：赵六"],
    ]  # fmt: skip
    reading = read(tmp_path, rows)
    assert [one.row for one in reading.rows] == [3, 4, 9]
    assert dict(reading.sheets[0].counts) == {"title": 1, "header": 2, "data": 3, "total": 3, "blank": 2, "note": 3}
    assert sum(reading.sheets[0].counts.values()) == len(rows)
    assert not reading.all_faults


def test_a_second_header_inside_a_sheet_changes_the_columns(tmp_path: Path) -> None:
    other = ["姓名", "身份证号码", "村", "乡镇", "疾病名称", "户主姓名"]
    reading = read(tmp_path, [TITLE, HEADER, row(1), [], other, ["李四", number(sequence=9), "丙村", "丁镇", "糖尿病", "李大"]])
    last = reading.rows[-1]
    assert (last.kind, last.values["village"], last.values["name"], last.values["id_number"]) == (
        "provincial_system", "丙村", "李四", number(sequence=9),
    )  # fmt: skip


def test_a_second_table_with_more_columns_does_not_make_titles_of_the_rows_above_it(tmp_path: Path) -> None:
    rows: Cells = [
        ["姓名", "户编号"],
        ["张三", "00112233"],
        ["李四", "00112233"],
        ["身份证号", "姓名", "村"],
        [number(), "王五", "乙村"],
    ]
    assert [(one.row, one.values["name"]) for one in read(tmp_path, rows).rows] == [(2, "张三"), (3, "李四"), (5, "王五")]


def test_a_header_again_is_no_person_however_short_it_is(tmp_path: Path) -> None:
    assert [one.row for one in read(tmp_path, [["姓名"], ["张三"], ["姓名"], ["李四"]]).rows] == [2, 4]
    other = [HEADER, row(1), ["身份证号码", "姓名"], [number(sequence=9), "李四"]]
    assert [one.values["name"] for one in read(tmp_path, other, sheet="省系统").rows] == ["张三", "李四"]


@pytest.mark.parametrize(
    "line",
    [
        ["村支书签字：", "日期："],
        [None, "村支书签字：", "日期："],
        ["负责人", "李四", "填表人", "王五"],
        ["主要领导（签字）：", None, "年 月 日"],
        ["填表日期", "2017-12-01"],
        ["联系人：李四", "电话：13800138000"],
        ["日期：2017年12月1日", None, "电话：0730"],
        [None, "共2人", None, 2],
        ["Total", None, None, 2],
        ["例", "例：张三", "430611********0518"],
        [None, "填写示例", None],
        ["/", "/", "/", "/"],
        ["甲", "乙", 1, 2],
        ["A", "B", "C", "D"],
    ],
)
def test_lines_of_the_form_are_nobody(tmp_path: Path, line: list[object]) -> None:
    header = ["序号", "姓名", "身份证号", "村"]
    reading = read(tmp_path, [header, [1, "张三", number(), "乙村"], line, [2, "李四", None, "乙村"]])
    assert [one.row for one in reading.rows] == [2, 4]


def test_in_a_list_of_heads_of_household_alone_the_head_is_meant(tmp_path: Path) -> None:
    told = [["户编号", "户主姓名", "户主身份证号", "村"], ["00112233", "张三", number(), "乙村"]]
    values = read(tmp_path, told).rows[0].values
    assert (values["name"], values["id_number"]) == ("张三", number())
    assert read(tmp_path, [["户编号", "户主", "村"], ["00112233", "张三", "乙村"]]).rows[0].values["name"] == "张三"
    both = [["户主姓名", "户主身份证号", "姓名"], ["李四", number(), "张三"]]
    assert "id_number" not in read(tmp_path, both).rows[0].values


def test_text_that_a_program_forced_on_a_spreadsheet_is_read_as_the_text(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(records("姓名 身份证号", f'张三 "=""{number()}"""'), encoding="utf-8")
    assert read_file(path, LAYOUTS, today=TODAY).rows[0].values["id_number"] == number()


def test_merged_household_cells_are_filled_down(tmp_path: Path) -> None:
    header = ["户编号", "户主姓名", "姓名", "身份证号码", "与户主关系", "贫困户属性"]
    rows = [
        ["4306110001", "张一", "张一", number(sequence=1), "户主", "低保户"],
        [None, None, "张二", number(sequence=2), "子", None],
    ]
    reading = read(tmp_path, [header, *rows], ["A2:A3", "B2:B3", "F2:F3"])
    second = reading.rows[1]
    assert (second.values["household_number"], second.values["head_name"]) == ("4306110001", "张一")
    assert second.values["group"] == "subsistence_allowance"
    assert second.cells["户主姓名"] == "张一"


def test_what_is_wrong_with_a_cell_is_named_with_its_place_and_without_the_number(tmp_path: Path) -> None:
    wrong = number()[:17] + ("0" if number()[17] != "0" else "1")
    header = [*HEADER, "出生日期"]
    reading = read(tmp_path, [TITLE, header, [*row(1, 身份证号码=wrong), "2017年2月30日"], [*row(2, name=""), None]])
    first, second = reading.rows
    assert [(fault.code, str(fault.place)) for fault in first.faults] == [
        ("id_check_digit", "文件“名单.xlsx”工作表“表”第3行“身份证号码”列"),
        ("date_impossible", "文件“名单.xlsx”工作表“表”第3行“出生日期”列"),
    ]
    assert wrong not in "".join(str(fault) for fault in reading.all_faults)
    assert (first.state, first.values["broken_id"], first.values["broken_id_code"]) == ("read", wrong, "id_check_digit")
    assert "id_number" not in first.values
    assert first.cells["出生日期"] == "2017年2月30日"
    assert [(fault.code, fault.place.column) for fault in second.faults] == [("missing_name", "姓名")]
    assert second.state == "read"


def test_a_row_that_names_nobody_is_set_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    reading = read(tmp_path, [TITLE, HEADER, row(1, name="", 身份证号码=None), row(2)])
    assert [one.state for one in reading.rows] == ["set_aside", "read"]
    assert "names_nobody" in [fault.code for fault in reading.rows[0].faults]


def test_the_same_row_twice_is_set_aside_with_the_row_that_it_repeats(tmp_path: Path) -> None:
    reading = read(tmp_path, [TITLE, HEADER, row(1), row(2), [9, *row(1)[1:]]])
    assert [one.state for one in reading.rows] == ["read", "read", "set_aside"]
    assert codes(reading) == ["duplicate_row"]
    assert "第3行" in reading.rows[2].faults[0].message


def test_a_row_without_what_its_list_is_for_is_set_aside(tmp_path: Path) -> None:
    header = ["姓名", "身份证号", "结算单号", "结算日期", "总费用", "政策范围内费用"]
    good, bad = ["张三", number(), "J1", "2017-03-05", "12", None], ["李四", number(sequence=2), "J2", "2017-03-05", "x", "5"]
    reading = read(tmp_path, [header, good, bad])
    assert [one.state for one in reading.rows] == ["read", "set_aside"]
    assert codes(reading) == ["money_unreadable"]


def test_birth_and_sex_that_contradict_a_sound_number_are_told(tmp_path: Path) -> None:
    header = [*HEADER, "出生日期", "性别"]
    reading = read(tmp_path, [TITLE, header, [*row(1), date(1980, 3, 6), "女"]])
    assert codes(reading) == ["birth_differs", "sex_differs"]


def test_a_sheet_without_a_header_is_kept_whole_and_reported(tmp_path: Path) -> None:
    reading = read(tmp_path, [["张三", number()], ["李四", number(sequence=2)]])
    assert codes(reading) == ["no_header"]
    assert [(one.state, one.kind, one.cells["第1列"]) for one in reading.rows] == [
        ("set_aside", "", "张三"),
        ("set_aside", "", "李四"),
    ]


def test_a_page_of_explanations_beside_a_list_is_a_notice(tmp_path: Path) -> None:
    path = write_book(tmp_path / "省系统.xlsx", {"说明": [["本表由系统导出"]], "名单": [HEADER, row(1)]})
    reading = read_file(path, LAYOUTS, today=TODAY)
    assert not reading.all_faults
    assert [notice.code for notice in reading.notices] == ["no_header"]
    assert [sheet.names_persons for sheet in reading.sheets] == [False, True]


def test_where_only_the_head_is_named_the_row_is_the_head(tmp_path: Path) -> None:
    header = ["户编号", "户主", "户主身份证号", "签约团队", "签约日期"]
    reading = read(tmp_path, [header, ["4306110001", "张一", number(), "一队", "2017-03-05"]])
    assert (reading.sheets[0].kind, reading.rows[0].values["name"], reading.rows[0].values["id_number"]) == (
        "contract",
        "张一",
        number(),
    )


def test_a_line_that_was_not_parted_into_cells_is_no_note(tmp_path: Path) -> None:
    reading = read(tmp_path, [TITLE, HEADER, row(1), [f"2 甲镇 乙村 李四 {number(sequence=2)}"]])
    assert [one.state for one in reading.rows] == ["read", "set_aside"]


def test_an_empty_sheet_is_a_fault_of_the_file(tmp_path: Path) -> None:
    assert codes(read(tmp_path, [])) == ["no_rows"]
    assert codes(read(tmp_path, [HEADER])) == ["no_rows"]


def test_a_csv_file_is_read_like_a_sheet_without_a_name(tmp_path: Path) -> None:
    path = tmp_path / "省系统.csv"
    path.write_bytes(records("名单", "", "姓名 身份证号", f"张三 {number()}").encode("gb18030"))
    reading = read_file(path, LAYOUTS, today=TODAY)
    assert [(one.sheet, one.row, one.values["name"]) for one in reading.rows] == [("", 4, "张三")]


def test_a_number_as_a_number_cell_is_rounded_and_fifteen_digits_are_not(tmp_path: Path) -> None:
    sound = number()
    reading = read(
        tmp_path, [TITLE, HEADER, row(1, 身份证号码=int(sound[:17] + "0")), row(2, 身份证号码=int(sound[:6] + sound[8:17]))]
    )
    assert reading.rows[0].values["broken_id_code"] == "id_rounded"
    assert reading.rows[1].values["id_number"] == sound


def rounded(sequence: int) -> str:
    return number(sequence=sequence)[:15] + "000"


def test_numbers_rounded_and_then_stored_as_text_are_given_away_by_their_neighbours() -> None:
    damaged = {at: rounded(100 * at) for at in range(1, 4)}
    broken = dict.fromkeys(damaged, "id_check_digit")
    lucky = {9: rounded(500)}  # suppose its check digit fits by chance
    assert rounded_rows(damaged, broken) == {1, 2, 3}
    assert rounded_rows(damaged | lucky, broken | {9: ""}) == {1, 2, 3, 9}
    assert rounded_rows({1: rounded(100), 2: number(sequence=7)}, {1: "id_check_digit", 2: ""}) == {1}
    assert rounded_rows({1: rounded(100)} | lucky, {1: "id_check_digit", 9: ""}) == {1}  # a sound number may end in 000
    assert rounded_rows({1: number(sequence=7)}, {1: ""}) == set()


def test_all_rows_of_a_sheet_are_accounted_for(tmp_path: Path) -> None:
    rows = [TITLE, [], HEADER, *(row(at) for at in range(1, 60)), ["合计", None, None, 59]]
    reading = read(tmp_path, rows)
    counts = Counter(reading.sheets[0].counts)
    assert counts.total() == len(rows)
    assert counts["data"] == len(reading.rows) == 59


def test_original_words_are_kept_as_they_came(tmp_path: Path) -> None:
    reading = read(tmp_path, [TITLE, HEADER, row(1, name=" 张　三 ", 村="乙村 ")])
    first: ReadRow = reading.rows[0]
    assert (first.cells["姓名"], first.values["name"]) == (" 张　三 ", "张三")
    assert (first.cells["村"], first.values["village"]) == ("乙村 ", "乙村")

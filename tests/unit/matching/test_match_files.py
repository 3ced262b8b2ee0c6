from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from fuqi.basics.inert import inert
from fuqi.flows.match_files import match_files
from tests.unit.intake.books import TODAY, number, records, write_book

HEADER: list[object] = ["姓名", "身份证号", "乡镇", "村"]


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    folder = tmp_path / "名单"
    folder.mkdir()
    return folder


def run(
    folder: Path, *, places: Path | None = None, expected: int = 0
) -> tuple[list[dict[str, str]], list[dict[str, str]], list[str]]:
    """Return people.csv, review.csv and what was warned of."""
    out, review = folder.parent / "people.csv", folder.parent / "review.csv"
    warned: list[str] = []
    assert match_files(folder, out, review, places, today=TODAY, say=lambda _: None, warn=warned.append) == expected
    if not out.exists():
        return [], [], warned
    with out.open(encoding="utf-8", newline="") as people, review.open(encoding="utf-8", newline="") as pairs:
        return list(csv.DictReader(people)), list(csv.DictReader(pairs)), warned


def test_every_data_row_has_exactly_one_line_and_one_person_one_id(lists: Path) -> None:
    sound = number()
    write_book(
        lists / "b.xlsx",
        {"一": [["名单"], HEADER, ["张三", sound, "甲镇", "乙村"], ["合计", None, None, "1人"]], "说明": [["你好"]]},
    )
    text = records(
        "姓名 证件号码 村 备注", "", f"张\u3000三 {sound[:6]}{sound[8:17]} 乙村 ~", f"李四 {sound[:9]} 乙村 ~", "~ ~ 乙村 搬走"
    )
    (lists / "a.csv").write_bytes(text.encode("gb18030"))
    people, review, _ = run(lists, expected=1)
    assert [(one["file"], one["sheet"], one["row"], one["verdict"]) for one in people] == [
        ("a.csv", "", "3", "new"),
        ("a.csv", "", "4", "new"),
        ("a.csv", "", "5", "refused"),
        ("b.xlsx", "一", "3", "same"),
    ]
    assert people[0]["person"] == people[3]["person"] != people[1]["person"]
    assert (people[2]["person"], people[2]["rule"]) == ("", "names_nobody")
    assert review == []


def test_doubtful_rows_stand_in_the_review_list_with_their_other_row(lists: Path) -> None:
    rows = [HEADER, ["张三", number(sequence=1), "甲镇", "乙村"], ["张三", None, "甲镇", "乙村"]]
    write_book(lists / "a.xlsx", {"一": rows})
    people, review, _ = run(lists)
    assert [one["verdict"] for one in people] == ["new", "review"]
    assert len({one["person"] for one in people}) == 2
    assert [(one["row"], one["other_file"], one["other_sheet"], one["other_row"]) for one in review] == [
        ("3", "a.xlsx", "一", "2")
    ]
    assert 0 < float(review[0]["score"]) < 1
    assert review[0]["reasons"]


def test_hidden_sheets_have_their_lines(lists: Path) -> None:
    path = write_book(
        lists / "a.xlsx",
        {"一": [HEADER, ["张三", number(), "甲镇", "乙村"]], "二": [HEADER, ["李四", number(sequence=2), "甲镇", "乙村"]]},
    )
    book = openpyxl.load_workbook(path)
    book["二"].sheet_state = "veryHidden"
    book.save(path)
    people, _, warned = run(lists)
    assert [one["sheet"] for one in people] == ["一", "二"]
    assert any("隐藏" in line for line in warned)


def test_a_list_without_header_is_refused_row_by_row(lists: Path) -> None:
    write_book(lists / "a.xlsx", {"一": [["张三", number()], ["李四", number(sequence=2)]]})
    people, _, _ = run(lists, expected=1)
    assert [(one["person"], one["verdict"], one["rule"]) for one in people] == [("", "refused", "no_header")] * 2


def test_a_broken_file_does_not_stop_the_others(lists: Path) -> None:
    (lists / "a.xlsx").write_bytes(b"PK\x03\x04broken")
    write_book(lists / "b.xlsx", {"一": [HEADER, ["张三", number(), "甲镇", "乙村"]]})
    people, _, warned = run(lists, expected=1)
    assert len(people) == 1
    assert any("a.xlsx" in line for line in warned)


def test_the_number_is_never_said(lists: Path) -> None:
    wrong = number()[:17] + ("1" if number()[17] != "1" else "2")
    write_book(lists / "a.xlsx", {"一": [HEADER, ["张三", wrong, "甲镇", "乙村"]]})
    people, review, warned = run(lists)
    assert wrong not in str(people) + str(review) + str(warned)


def test_texts_are_inert(lists: Path) -> None:
    write_book(lists / "=cmd.xlsx", {"+1": [HEADER, ["张三", number(), "甲镇", "乙村"]]})
    people, _, _ = run(lists)
    assert (people[0]["file"], people[0]["sheet"]) == ("'=cmd.xlsx", "'+1")
    assert inert("名单.xlsx") == "名单.xlsx"


def test_places_make_one_village_of_its_spellings(lists: Path) -> None:
    places = lists.parent / "places.csv"
    places.write_text(records("code name", "430611100 甲镇", "430611100200 乙村"), "utf-8")
    header = [*HEADER, "出生日期"]
    write_book(lists / "a.xlsx", {"一": [header, ["张三", number(), "甲镇", "乙村", None]]})
    write_book(lists / "b.xlsx", {"一": [header, ["张三", None, None, "乙村委会", "1980.3.5"]]})
    people, _, _ = run(lists, places=places)
    assert [one["rule"] for one in people] == ["first_seen", "name_birth_village"]


def test_wrong_arguments_are_told_in_a_sentence(lists: Path, tmp_path: Path) -> None:
    said: list[str] = []
    arguments = {"today": TODAY, "say": said.append, "warn": said.append}
    assert match_files(tmp_path / "无", tmp_path / "out.csv", None, None, **arguments) == 2  # type: ignore[arg-type]
    assert match_files(lists, tmp_path / "无" / "out.csv", None, None, **arguments) == 2  # type: ignore[arg-type]
    assert match_files(lists, tmp_path / "out.csv", None, tmp_path / "无.csv", **arguments) == 2  # type: ignore[arg-type]
    assert len(said) == 3
    assert not (tmp_path / "out.csv").exists()


def test_products_in_the_same_folder_are_not_read_as_lists(lists: Path) -> None:
    write_book(lists / "a.xlsx", {"一": [HEADER, ["张三", number(), "甲镇", "乙村"]]})
    out = lists / "people.csv"
    for _ in range(2):
        assert match_files(lists, out, None, None, today=TODAY, say=lambda _: None, warn=lambda _: None) == 0
    assert len(out.read_text("utf-8").splitlines()) == 2
    assert sorted(path.name for path in lists.iterdir()) == ["a.xlsx", "people.csv"]

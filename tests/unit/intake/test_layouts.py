from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fuqi.intake.layouts import FOLDER, FREE_KIND, LayoutError, header_word, load_layouts
from tests.unit.intake.books import LAYOUTS

KINDS = {
    "household", "insurance", "move", "provincial_system", "national_platform", "poverty_office", "field_check", "settlement",
    "treat_first", "contract", "health_check", "untreated_reason", "survey", "person",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(FOLDER / "person.yaml", tmp_path)
    return tmp_path


def faults_of(folder: Path) -> list[tuple[str, int]]:
    with pytest.raises(LayoutError) as caught:
        load_layouts(folder)
    assert all(fault.place.file for fault in caught.value.faults)
    return [(fault.code, fault.place.line) for fault in caught.value.faults]


def test_every_kind_of_list_has_a_layout() -> None:
    assert set(LAYOUTS.by_kind) == KINDS


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("姓 名", "name"),
        ("患者\n姓名", "name"),
        ("*身份证号码（18位）", "id_number"),
        ("村民身份证号", "id_number"),
        ("户主姓名", "head_name"),
        ("监护人姓名", ""),
        ("联系人身份证号", ""),
        ("乡（镇）", "township"),
        ("出生年月", "birth_on"),
        ("天气", ""),
        ("", ""),
    ],
)
def test_header_words_are_known_in_many_spellings_and_other_people_are_left_alone(header: str, field: str) -> None:
    assert LAYOUTS[FREE_KIND].field_of(header) == field


def test_what_stands_in_brackets_is_no_part_of_a_header_word() -> None:
    assert header_word(" 总 费 用（元） ") == "总费用"
    assert header_word("（一）") == "(一)"


def test_a_key_written_twice_is_refused_with_its_line(folder: Path) -> None:
    (folder / "a.yaml").write_text("language: 1\nkind: a\nname: 甲\nname: 乙\n")
    assert faults_of(folder) == [("layout_duplicate_key", 4)]


def test_all_faults_of_all_files_are_told_together(folder: Path) -> None:
    (folder / "a.yaml").write_text("language: 2\nkind: b\nname: 甲\nshared: [nothing]\nrequired: [name]\nextra: 1\n")
    (folder / "b.yaml").write_text("language: 1\nkind: b\nname: [\n")
    (folder / "c.yaml").write_text(
        "language: 1\nkind: c\nname: 丙\ncolumns:\n  x: {words: [姓名], type: wrong}\n  y: {words: [姓名], type: choice}\n"
    )
    codes = [code for code, _ in faults_of(folder)]
    expected = [
        "yaml", "layout_unknown_key", "layout_language", "layout_kind", "layout_shared", "layout_unknown_column",
        "layout_type", "layout_values", "layout_word_twice",
    ]  # fmt: skip
    assert codes == expected


def test_a_word_for_two_values_is_refused(folder: Path) -> None:
    (folder / "a.yaml").write_text(
        "language: 1\nkind: a\nname: 甲\ncolumns:\n  x: {words: [甲], type: choice, values: {one: [是], two: [是]}}\n"
    )
    assert faults_of(folder) == [("layout_value_twice", 5)]


def test_without_the_shared_columns_nothing_is_loaded(tmp_path: Path) -> None:
    assert faults_of(tmp_path) == [("layout_missing", 0)]

"""Bad input: every refusal is a sentence that says where and what to do, the rest goes on, and the exit status says so."""

from __future__ import annotations

import fcntl
import random
from pathlib import Path

import pytest
import xlsxwriter

from tests.support.workspaces import NewWorkspace, RunFuqi, WorkspaceUnderTest

HEADER = ["户编号", "乡镇", "行政村", "户主姓名", "姓名", "证件号码", "与户主关系", "性别", "贫困户属性", "建档时间"]
GOOD = "430611197003072915"
"""A sound number of nobody: the check digit is worked out, the person invented."""


def check_digit(first_17: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(weight * int(digit) for weight, digit in zip(weights, first_17, strict=True)) % 11]


def sound(first_17: str) -> str:
    return first_17 + check_digit(first_17)


def household_list(path: Path, *rows: list[str], header: list[str] | None = None) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("名册")
    sheet.write_row(0, 0, ["建档立卡户信息（虚构数据）"])
    sheet.write_row(1, 0, HEADER if header is None else header)
    for number, row in enumerate(rows, 2):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)
    book.close()
    return path


def person(name: str, number: str, village: str = "新堤村", township: str = "新堤镇") -> list[str]:
    return ["430611990000001", township, village, name, name, number, "户主", "男", "一般建档立卡户", "2015-01-01"]


@pytest.fixture
def workspace(new_workspace: NewWorkspace) -> WorkspaceUnderTest:
    return new_workspace()


def test_files_that_are_no_lists_are_refused_by_name_and_the_others_are_read(
    workspace: WorkspaceUnderTest, tmp_path: Path
) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "空的.xlsx").write_bytes(b"")
    (lists / "不是表格.xlsx").write_bytes(b"these are no cells at all" * 40)
    household_list(lists / "坏的.xlsx", person("甲", sound("43061119700307291")))
    whole = (lists / "坏的.xlsx").read_bytes()
    (lists / "坏的.xlsx").write_bytes(whole[: len(whole) // 2])
    household_list(lists / "没有表头.xlsx", ["a", "b"], header=["x", "y"])
    household_list(lists / "好的.xlsx", person("王大山", sound("43061119700307291")))
    result = workspace.fuqi("import", lists)
    assert result.returncode == 1
    for name in ("空的.xlsx", "不是表格.xlsx", "坏的.xlsx", "没有表头.xlsx"):
        assert f"文件“{name}”" in result.stderr
    assert "已接收  好的.xlsx" in result.stdout
    assert workspace.fuqi("match").returncode == 0
    kept = workspace.fuqi("received").stdout
    assert all(name in kept for name in ("空的.xlsx", "不是表格.xlsx", "好的.xlsx"))
    back = tmp_path / "back.xlsx"
    assert workspace.fuqi("received", "好的.xlsx", "--out", back).returncode == 2
    assert workspace.fuqi("--purpose", "核对原件", "received", "好的.xlsx", "--out", back).returncode == 0
    assert back.read_bytes() == (lists / "好的.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("row", "column", "word"),
    [
        (person("王大山", "430611197003072910"), "证件号码", "校验位"),
        (person("王大山", "430611197013072916"), "证件号码", "出生日期"),
        (person("王大山", sound("43061119700307291"), village="没有这个村"), "村", "区划"),
        (person("", sound("43061119700307291")), "姓名", "姓名"),
    ],
)
def test_a_bad_cell_is_named_by_file_sheet_row_and_column(
    workspace: WorkspaceUnderTest, tmp_path: Path, row: list[str], column: str, word: str
) -> None:
    path = household_list(tmp_path / "名册.xlsx", person("李四海", sound("43061119750307291")), row)
    result = workspace.fuqi("import", path)
    assert result.returncode == 1
    assert "文件“名册.xlsx”工作表“名册”第4行" in result.stderr
    assert word in result.stderr
    assert f"“{column}”列" in result.stderr
    assert row[5] not in result.stderr
    assert "已接收  名册.xlsx" in result.stdout


def test_the_same_row_twice_is_set_aside_once(workspace: WorkspaceUnderTest, tmp_path: Path) -> None:
    one = person("李四海", sound("43061119750307291"))
    result = workspace.fuqi("import", household_list(tmp_path / "名册.xlsx", one, one))
    assert (result.returncode, "第4行" in result.stderr, "第3行" in result.stderr) == (1, True, True)
    assert workspace.fuqi("match").returncode == 0


def test_a_bill_for_nobody_is_set_aside_by_name_of_the_row(workspace: WorkspaceUnderTest, tmp_path: Path) -> None:
    household_list(tmp_path / "名册.xlsx", person("李四海", sound("43061119750307291")))
    bill = ["J1", "王五", sound("43061119600307291"), "君山区人民医院", "区级", "住院"]
    bills = household_list(
        tmp_path / "住院费用结算.xlsx",
        [*bill, "2017-03-01", "2017-03-05", "2017-03-05", "肺炎", "1000.00", "900.00"],
        header="结算单号 姓名 身份证号 就诊医院 医院级别 就医类别 入院日期 出院日期 结算日期 出院诊断 总费用 政策范围内费用".split(),
    )
    assert workspace.fuqi("import", tmp_path / "名册.xlsx", bills).returncode == 0
    result = workspace.fuqi("match")
    assert result.returncode == 1
    assert "文件“住院费用结算.xlsx”工作表“名册”第3行" in result.stderr
    assert workspace.fuqi("settle").returncode == 0


def test_wrong_arguments_are_chinese_sentences(fuqi: RunFuqi, tmp_path: Path) -> None:
    for arguments in (
        ("nonsense",),
        ("figures",),
        ("-w", tmp_path / "nothing", "figures"),
        ("init", tmp_path / "w", "--scheme", "no-such-scheme"),
        ("init",),
        ("sample", "atlantis", tmp_path / "s"),
        ("settle", "--out"),
        ("scheme", "check", "no-such-scheme"),
        ("figures", "--on", "tomorrow"),
    ):
        result = fuqi(*arguments)
        assert result.returncode == 2, arguments
        assert result.stderr.startswith("错误"), (arguments, result.stderr)
        assert not any(word in result.stderr for word in ("Error", "Usage", "Invalid", "Missing")), result.stderr


def test_a_folder_with_other_things_does_not_become_a_workspace(fuqi: RunFuqi, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("private")
    result = fuqi("init", tmp_path, "--scheme", "junshan-2017")
    assert (result.returncode, sorted(path.name for path in tmp_path.iterdir())) == (2, ["letter.txt"])


def test_a_workspace_that_lost_its_configuration_is_not_laid_out_again(fuqi: RunFuqi, workspace: WorkspaceUnderTest) -> None:
    key = (workspace.folder / "keys" / "master.key").read_text()
    (workspace.folder / "workspace.yaml").unlink()
    assert "备份" in workspace.fuqi("figures").stderr
    assert fuqi("init", workspace.folder, "--scheme", "junshan-2017").returncode == 2
    assert (workspace.folder / "keys" / "master.key").read_text() == key


def test_two_lists_of_one_content_are_one_list(workspace: WorkspaceUnderTest, tmp_path: Path) -> None:
    first = household_list(tmp_path / "名册.xlsx", person("李四海", sound("43061119750307291")))
    (tmp_path / "名册（1）.xlsx").write_bytes(first.read_bytes())
    assert workspace.fuqi("import", first).returncode == 0
    again = workspace.fuqi("import", tmp_path / "名册（1）.xlsx")
    assert "完全相同" in again.stderr
    assert "1 人" in workspace.fuqi("match").stdout


def test_a_list_without_one_usable_row_replaces_no_good_one(workspace: WorkspaceUnderTest, tmp_path: Path) -> None:
    path = household_list(tmp_path / "名册.xlsx", person("李四海", sound("43061119750307291")))
    assert workspace.fuqi("import", path).returncode == 0
    household_list(path, ["x", "y"], header=["a", "b"])
    assert workspace.fuqi("import", path).returncode == 1
    assert "1 行归到 1 人" in workspace.fuqi("match").stdout


def test_who_is_busy_is_said(workspace: WorkspaceUnderTest, tmp_path: Path) -> None:
    with (workspace.folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = workspace.fuqi("import", household_list(tmp_path / "名册.xlsx", person("李四海", sound("43061119750307291"))))
    assert (result.returncode, "另一个程序" in result.stderr) == (2, True)


def test_nobody_grants_to_himself_and_a_part_of_the_county_does_not_write_for_all(workspace: WorkspaceUnderTest) -> None:
    operator = next(
        line.partition(":")[2].strip()
        for line in (workspace.folder / "workspace.yaml").read_text("utf-8").splitlines()
        if line.startswith("operator")
    )
    assert workspace.fuqi("grant", operator, "--role", "disease_control_officer").returncode == 2
    assert workspace.fuqi("grant", "李镇长", "--role", "county_officer", "--place", "430611103").returncode == 0
    refused = workspace.fuqi("--as", "李镇长", "verify-people")
    assert (refused.returncode, "县里" in refused.stderr) == (2, True)


def test_a_lost_key_is_said_and_nothing_is_changed(workspace: WorkspaceUnderTest) -> None:
    key = workspace.folder / "keys" / "master.key"
    right = key.read_text()
    key.unlink()
    assert "密钥" in workspace.fuqi("figures").stderr
    key.write_text(right)
    assert workspace.fuqi("audit").returncode == 0


@pytest.mark.sqlite
def test_a_wrong_key_is_said_and_nothing_is_changed(workspace: WorkspaceUnderTest) -> None:
    key = workspace.folder / "keys" / "master.key"
    right = key.read_text()
    key.write_text("0" * 64 + "\n")
    wrong = workspace.fuqi("figures")
    assert wrong.returncode == 2
    assert "数据库" in wrong.stderr
    key.write_text(right)
    assert workspace.fuqi("audit").returncode == 0


@pytest.mark.sqlite
def test_one_flipped_byte_anywhere_in_the_database_file_is_found_and_its_page_named(
    workspace: WorkspaceUnderTest, tmp_path: Path
) -> None:
    path = workspace.folder / "fuqi.db"
    assert (
        workspace.fuqi(
            "import", household_list(tmp_path / "名册.xlsx", person("李四海", sound("43061119750307291")))
        ).returncode
        == 0
    )
    whole = path.read_bytes()
    chance = random.Random(11)
    for position in (chance.randrange(4096, len(whole)) for _ in range(5)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        result = workspace.fuqi("audit")
        assert result.returncode in (1, 2)
        assert f"第{position // 4096 + 1}页" in result.stderr, (position, result.stderr)
    path.write_bytes(whole)
    assert workspace.fuqi("audit").returncode == 0

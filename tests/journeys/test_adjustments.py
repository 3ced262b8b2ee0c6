"""Through the command line: lists arrive that change what was settled, and the lists of 补报 and 追回 name exactly that."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from tests.support.late_bills import (
    BILLS_FILE,
    CHEN,
    LATE_HOUSEHOLDS,
    LI,
    WANG,
    WANG_3,
    bill,
    bills,
    known_people,
    late_households,
)
from tests.support.posted import posted
from tests.support.workspaces import NewWorkspace, WorkspaceUnderTest

pytestmark = pytest.mark.database

Fen = dict[tuple[str, str], int]


def receive(workspace: WorkspaceUnderTest, folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    done = workspace.fuqi("import", *(folder / name for name in files))
    assert done.returncode == 0, done.stderr


def settle(workspace: WorkspaceUnderTest) -> str:
    done = workspace.fuqi("settle")
    assert done.returncode == 0, done.stderr
    return done.stdout


def fen(yuan: str) -> int:
    return int(yuan.replace(".", ""))


def adjusted(workspace: WorkspaceUnderTest, out: Path, *options: str) -> list[dict[str, str]]:
    done = workspace.fuqi("adjustments", "--out", out, *options)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))


def differences(rows: list[dict[str, str]]) -> Fen:
    return {(row["number"], row["layer"]): fen(row["difference"]) for row in rows}


def change(before: Fen, after: Fen) -> Fen:
    keys = {**before, **after}
    return {key: after.get(key, 0) - before.get(key, 0) for key in keys if after.get(key, 0) != before.get(key, 0)}


def test_what_arrives_late_is_gone_or_corrected_is_named_to_the_fen_and_an_undo_takes_it_back(
    new_workspace: NewWorkspace, tmp_path: Path
) -> None:
    workspace, out = new_workspace(), tmp_path / "adjusted.csv"
    receive(workspace, tmp_path / "lists", {**known_people(), BILLS_FILE: bills(*WANG, WANG_3, *LI, *CHEN)})
    settle(workspace)
    before = posted(workspace.folder)
    assert adjusted(workspace, out) == []
    assert "没有补报和追回" in workspace.fuqi("adjustments").stdout

    receive(workspace, tmp_path / "lists", {LATE_HOUSEHOLDS: late_households()})
    said = settle(workspace)
    assert "其中 3 笔有变化、重新算过" in said
    assert "与上次结算相比：补报" in said
    identity = adjusted(workspace, out)
    assert {row["number"] for row in identity} == {"A2", "A3"}
    assert all("2017年3月1日起列入低保对象" in row["reason"] for row in identity)
    with_identity = posted(workspace.folder)
    assert differences(identity) == change(before, with_identity)

    late, corrected = bill("B0", 2, "李四海", "2017-02-20", 45_000), bill("A2", 1, "王大山", "2017-04-01", 9_000)
    receive(workspace, tmp_path / "lists", {BILLS_FILE: bills(WANG[0], corrected, WANG_3, late, *LI)})
    settle(workspace)
    after = posted(workspace.folder)
    rows = adjusted(workspace, out)
    assert differences(rows) == change(before, after)
    last = adjusted(workspace, out, "--since", "2")
    reasons = {row["number"]: row["reason"] for row in last}
    assert reasons["A2"].startswith("总费用由20000.00元更正为10000.00元")
    assert "是迟到的" in reasons["B0"]
    assert "结算冲销" in reasons["C1"]
    assert "结算单 B0）变了" in reasons["B2"]
    assert "结算单 A2）变了" in reasons.get("A3", "结算单 A2）变了")
    assert "A1" not in reasons
    for row in last:
        assert (row["kind"] == "back_payment") == (fen(row["difference"]) > 0)
        assert fen(row["after"]) - fen(row["before"]) == fen(row["difference"])

    undone = workspace.fuqi("undo", BILLS_FILE, "--reason", "名单发错了")
    assert undone.returncode == 0, undone.stderr
    settle(workspace)
    assert posted(workspace.folder) == with_identity
    assert differences(adjusted(workspace, out)) == differences(identity), "only what the identity changed is left"
    assert adjusted(workspace, out, "--since", "2") == [], "nothing is left of the list that was undone"
    proof = workspace.fuqi("audit")
    assert proof.returncode == 0, proof.stderr
    assert "结算可重算" in proof.stdout


def test_the_lists_come_as_a_workbook_and_bad_options_are_refused(new_workspace: NewWorkspace, tmp_path: Path) -> None:
    workspace = new_workspace()
    receive(workspace, tmp_path / "lists", {**known_people(), BILLS_FILE: bills(*LI, *CHEN)})
    settle(workspace)
    receive(workspace, tmp_path / "lists", {BILLS_FILE: bills(bill("B1", 2, "李四海", "2017-03-05", 9_000), LI[1])})
    shown = workspace.fuqi("adjustments")
    assert shown.returncode == 0, shown.stderr
    assert "补报" in shown.stdout
    assert "按资金合计" in shown.stdout
    assert "李*" in shown.stdout
    only = workspace.fuqi("adjustments", "--kind", "追回", "--place", "新堤镇").stdout
    assert "结算单 C1" in only
    assert "补报 " not in only.partition("按资金合计")[0]
    path = tmp_path / "补报追回.xlsx"
    assert workspace.fuqi("adjustments", "--out", path).returncode == 0
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["补报追回", "按资金合计", "说明"]
    rows = list(book["补报追回"].iter_rows(min_row=2, values_only=True))
    csv_rows = adjusted(workspace, tmp_path / "same.csv")
    assert len(rows) == len(csv_rows)
    assert [f"{row[11]:.2f}" for row in rows] == [row["difference"] for row in csv_rows]
    totals = [f"{row[3]:.2f}" for row in book["按资金合计"].iter_rows(min_row=2, values_only=True)]
    assert sum(map(fen, totals)) == sum(fen(row["difference"]) for row in csv_rows)
    assert workspace.fuqi("adjustments", "--kind", "多付").returncode == 2
    assert workspace.fuqi("adjustments", "--out", tmp_path / "list.pdf").returncode == 2
    assert workspace.fuqi("adjustments", "--place", "没有的地方").returncode == 2

"""The file door under hostile files, failing disks and an impatient user; in each of the three ways of settling."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fuqi.flows.settle_file import by_columns, by_reference, door, settle_file
from fuqi.flows.settle_file.writing import WholeFiles
from tests.spec.book import REQUIRED, ROW, faults_of, open_door

SIMPLE = """
    layers:
      - {id: a, base: in_scope, rate: 50%}
"""
WAYS = {"by reference": (10**12, 10**12), "by columns": (-1, 10**12), "by arrays": (-1, 0)}


@pytest.fixture(params=WAYS, autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    small, large = WAYS[request.param]
    monkeypatch.setattr(door, "SMALL_BYTES", small)
    monkeypatch.setattr(door, "LARGE_BYTES", large)
    return str(request.param)


def rows(*lines: str, header: str = REQUIRED) -> str:
    return "\n".join([header, *lines, ""])


def run(folder: Path, **changed: Any) -> tuple[int, list[str]]:
    """Settle one claim in a folder, with some arguments changed."""
    (folder / "claims.csv").write_text(rows(ROW.format("c1")))
    (folder / "benefits.yaml").write_text("layers:\n  - {id: a, base: in_scope, rate: 50%}\n")
    said: list[str] = []
    arguments: dict[str, Any] = {
        "benefits": folder / "benefits.yaml", "scheme": None, "claims": folder / "claims.csv", "out": folder / "lines.csv",
        "problems": folder / "problems.csv", "explain": None, "keep_going": False, "say": said.append, "warn": said.append,
    }  # fmt: skip
    return settle_file(**{**arguments, **changed}), said


def left_over(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"claims.csv", "benefits.yaml"}


# ---------------------------------------------------------------------- what a file can hold


@pytest.mark.parametrize(
    "claim_id", ["a\nb", "a\r\nb", "a\rb", "a,b", 'a"b', "甲\u2028乙", "\t=1", "'=1", "%s", "{0}", " c ", "𝟓"]
)
def test_an_id_of_any_characters_comes_back_as_it_was(tmp_path: Path, claim_id: str) -> None:
    cell = '"' + claim_id.replace('"', '""') + '"'
    found = open_door(tmp_path, rows(ROW.format(cell), ROW.format("c2").replace("p1", "p2")), SIMPLE)
    assert found.status == 0
    text = (tmp_path / "lines.csv").read_bytes().decode()
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {(row[0], row[1]): row[3] for row in read[1:]} == {
        (claim_id, "a"): "400.00",
        (claim_id, "self_pay"): "600.00",
        ("c2", "a"): "400.00",
        ("c2", "self_pay"): "600.00",
    }


def test_quoted_cells_with_commas_and_line_ends_in_unknown_columns_do_no_harm(tmp_path: Path) -> None:
    text = rows(f'{ROW.format("c1")},"a, ""b""\nc"', f"{ROW.format('c2')},=1+1", header=f"{REQUIRED},remark")
    found = open_door(tmp_path, text, "layers:\n  - {id: a, base: in_scope, rate: 50%, when: total > 5元}\n")
    assert (found.status, len(found.lines or ())) == (0, 4)
    bad = open_door(tmp_path, text.replace("c2,p1,2017", "c2,p1,17"), SIMPLE)
    assert [(one["row"], one["column"]) for one in bad.problems] == [
        ("3", "settled_at")
    ]  # a record is a row, whatever lines it takes


def test_every_cell_quoted_is_an_ordinary_file(tmp_path: Path) -> None:
    text = "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in (REQUIRED, ROW.format("c1"))) + "\n"
    assert open_door(tmp_path, text, SIMPLE).pays()["c1", "a"] == "400.00"


@pytest.mark.parametrize("where", ["remark", "icd10"])
def test_a_cell_of_ten_megabytes_is_refused_with_its_row(tmp_path: Path, where: str) -> None:
    text = rows(ROW.format("c1") + ",x", ROW.format("c2") + "," + "x" * 10_000_000, header=f"{REQUIRED},{where}")
    found = open_door(tmp_path, text, SIMPLE)
    assert (found.status, found.lines) == (1, None)
    assert [(one["row"], one["code"]) for one in found.problems] == [("3", "unreadable")]
    assert "太长" in found.warned[-1]


@pytest.mark.parametrize("mark", [b"\x00", b"\xff", b'"'])
def test_one_byte_that_is_not_text_refuses_the_file(tmp_path: Path, mark: bytes) -> None:
    found = open_door(tmp_path, rows(ROW.format("c1"), ROW.format("c2")).encode().replace(b"c2", mark + b"c2"), SIMPLE)
    assert (found.status, found.lines, len(found.problems)) == (1, None, 1)


def test_problems_hold_no_formula_whatever_the_cells_say(tmp_path: Path) -> None:
    header = REQUIRED + ',"=cmd|x"' * 2
    found = open_door(tmp_path, rows(ROW.format('"=HYPERLINK(1)"') + ",=1,@1", header=header), SIMPLE, keep_going=True)
    text = (tmp_path / "problems.csv").read_text("utf-8")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert (found.status, found.lines) == (1, None)
    assert len(found.problems) == 2
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_the_institutions_gain_is_a_line_below_zero(tmp_path: Path) -> None:
    found = open_door(tmp_path, rows(ROW.format("c1") + ",1200.5", header=f"{REQUIRED},settle_total"), SIMPLE)
    assert found.lines == [
        ("c1", "a", "800.00", "400.00"),
        ("c1", "institution_adjustment", "1000.00", "-200.50"),
        ("c1", "self_pay", "1200.50", "800.50"),
    ]


def test_several_fees_above_the_total_are_named_together(tmp_path: Path) -> None:
    found = open_door(tmp_path, rows(ROW.format("c1") + ",600,400.01", header=f"{REQUIRED},fee_bed,fee_drug"), SIMPLE)
    assert [(one["column"], one["code"]) for one in found.problems] == [("fee_*", "fees_above_total")]


@pytest.mark.parametrize("column", ["in_pool", "in_province"])
def test_every_flag_is_1_or_0(tmp_path: Path, column: str) -> None:
    found = open_door(tmp_path, rows(ROW.format("c1") + ",是", header=f"{REQUIRED},{column}"), SIMPLE)
    assert [(one["column"], one["code"]) for one in found.problems] == [(column, "flag")]


@pytest.mark.parametrize("unit", ["p1,h{0}", "p{0},h1"])
def test_a_units_year_above_the_limit_is_refused_and_other_years_are_not(tmp_path: Path, unit: str) -> None:
    claims = [
        f"c{number},{unit.format(number)},{2017 + (number > 10)}-03-01,{2017 + (number > 10)}-03-01,inpatient,10000000,1"
        for number in range(12)
    ]
    header = REQUIRED.replace("person_id", "person_id,household_id")
    found = open_door(tmp_path, rows(*claims, header=header), SIMPLE, keep_going=True)
    assert {one["code"] for one in found.problems} == {"unit_year_too_large"}
    assert [one["row"] for one in found.problems] == [str(number + 2) for number in range(11)]
    assert {claim_id for claim_id, _ in found.pays()} == {"c11"}


def test_a_scheme_may_lengthen_the_kinds_of_care(tmp_path: Path) -> None:
    text = rows(ROW.format("c1").replace("inpatient", "two_disease"))
    assert [one["code"] for one in open_door(tmp_path, text, SIMPLE).problems] == ["unknown_care"]
    assert open_door(tmp_path, text, "care: [two_disease]\nlayers:\n  - {id: a, base: in_scope, rate: 50%}\n").status == 0


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("layers:\n  - {id: a, base: in_scope, rate: 50%, when: \"hospital_level = 'tertiary'\"}\n", 2, "when"),
        ("layers:\n  - {id: a, base: in_scope, rate: 50%, when: \"'x' in disease_lists\"}\n", 2, "when"),
        ("layers:\n  - id: a\n    base: in_scope\n    rate: 50%\n    rate: 60%\n", 5, "rate"),
        ("layers:\n  - {id: a, base: in_scope, rate: 50%, caps: 5元}\n", 2, "caps"),
    ],
)
def test_a_scheme_error_names_file_line_and_key_and_settles_nothing(tmp_path: Path, text: str, line: int, key: str) -> None:
    found = open_door(tmp_path, rows(ROW.format("c1")), text)
    assert (found.status, found.lines, found.problems) == (2, None, [])
    assert [(fault.place.line, fault.place.key) for fault in faults_of(text)] == [(line, key)]
    assert all(part in found.warned[0] for part in ("benefits.yaml", f"第{line}行", key))


# ---------------------------------------------------------------------- what can fail while it is written


def failing(error: BaseException) -> Any:
    def lines(_: object) -> Iterator[str]:
        yield "claim_id,layer,base,pay\n" * 100_000
        raise error

    return lines


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), MemoryError()])
def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, error: BaseException
) -> None:
    (tmp_path / "lines.csv").write_text("of before")
    if way == "by arrays":
        pytest.importorskip("numba")
        from fuqi.flows.settle_file import by_arrays

        monkeypatch.setattr(by_arrays.ByArrays, "lines", failing(error))
    kind = by_columns.ByColumns if way == "by columns" else by_reference.ByReference
    monkeypatch.setattr(kind, "lines", failing(error))
    if isinstance(error, OSError):
        status, said = run(tmp_path)
        assert status == 2
        assert any("写不了" in line and "lines.csv" in line for line in said)
    else:
        with pytest.raises(type(error)):
            run(tmp_path)
    assert left_over(tmp_path) == {"lines.csv"}
    assert (tmp_path / "lines.csv").read_text() == "of before"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_device_is_said(tmp_path: Path) -> None:
    status, said = run(tmp_path, out=Path("/dev/full"))
    assert status == 2
    assert any("写不了" in line for line in said)
    assert Path("/dev/full").is_char_device()


def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(WholeFiles, "write", refuse)
    status, said = run(tmp_path)
    assert status == 2
    assert any("写不了" in line and "problems.csv" in line for line in said)


def test_a_link_is_written_through_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "lines.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert run(tmp_path)[0] == 0
    assert (tmp_path / "lines.csv").is_symlink()
    assert (tmp_path / "elsewhere.csv").read_text().startswith("claim_id")


@pytest.mark.parametrize(
    "changed",
    [
        {"out": "claims.csv"},
        {"problems": "claims.csv"},
        {"out": "benefits.yaml"},
        {"out": "."},
        {"out": "none/x.csv"},
        {"problems": "lines.csv"},
    ],
)
def test_results_are_never_written_over_what_is_read(tmp_path: Path, changed: dict[str, str]) -> None:
    status, _ = run(tmp_path, **{name: tmp_path / path for name, path in changed.items()})
    assert status == 2
    assert left_over(tmp_path) == set()
    assert (tmp_path / "claims.csv").read_text() == rows(ROW.format("c1"))


def test_a_folder_in_place_of_the_claims_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    status, said = run(tmp_path, claims=tmp_path / "folder")
    assert status == 1
    assert "读不了" in said[0]


PLAIN = "import sys; sys.modules.update(dict.fromkeys(('numpy', 'numba', 'llvmlite'))); "


def test_a_plain_install_settles_without_numpy_and_a_small_file_never_loads_it(tmp_path: Path, way: str) -> None:
    if way != "by reference":
        return
    run(tmp_path)
    said = "from fuqi.commands.main import main; main()"
    command = ["settle", "--benefits", "benefits.yaml", "--claims", "claims.csv", "--out", "plain.csv"]
    for code in (PLAIN + said, f"try:\n {said}\nfinally:\n import sys; assert 'numpy' not in sys.modules"):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-c", code, *command], cwd=tmp_path, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        assert (tmp_path / "plain.csv").read_bytes() == (tmp_path / "lines.csv").read_bytes()

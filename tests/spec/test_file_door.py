"""Chapters “The file door” and “Undecided and refused”."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fuqi.flows.settle_file import door as the_door
from fuqi.flows.settle_file import settle_file
from tests.spec.book import REQUIRED, ROW, open_door

SIMPLE = """
    layers:
      - {id: a, base: in_scope, rate: 50%}
"""


@pytest.fixture(params=["by reference", "by columns"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every sentence of this chapter holds for a small file and for a large one."""
    monkeypatch.setattr(the_door, "SMALL_BYTES", 10**12 if request.param == "by reference" else -1)
    return str(request.param)


def rows(*lines: str, header: str = REQUIRED) -> str:
    return "\n".join([header, *lines, ""])


def test_lines_are_written_in_settlement_order_with_two_decimals(tmp_path: Path) -> None:
    claims = rows(
        "c9,p1,2017-03-01,2017-03-01,inpatient,200000,150000.5,county,registered_poor,",
        "c10,p2,2017-03-01,2017-03-01,inpatient,100.1,80,township,,90.05",
        header=f"{REQUIRED},hospital_level,groups,settle_total",
    )
    door = open_door(tmp_path, claims)
    assert door.status == 0
    assert door.lines == [
        ("c10", "basic", "80.00", "0.00"),
        ("c10", "critical", "80.00", "0.00"),
        ("c10", "backstop", "0.00", "0.00"),
        ("c10", "institution_adjustment", "100.10", "10.05"),
        ("c10", "self_pay", "90.05", "90.05"),
        ("c9", "basic", "150000.50", "119680.40"),
        ("c9", "critical", "30320.10", "14608.07"),  # 24000 × 60% + 320.10 × 65% = 14608.065
        ("c9", "backstop", "15712.03", "711.98"),
        ("c9", "self_pay", "200000.00", "64999.55"),
    ]
    assert door.problems == []


def test_the_base_is_that_after_the_first_share(tmp_path: Path) -> None:
    door = open_door(tmp_path, rows(ROW.format("c1")), "layers:\n  - {id: a, base: in_scope, rate: 50%, first_share: 10%}\n")
    assert door.lines == [("c1", "a", "720.00", "360.00"), ("c1", "self_pay", "1000.00", "640.00")]


def test_a_mark_at_the_beginning_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    text = "\ufeff" + rows(ROW.format("c1"), "").replace("\n", "\r\n")
    assert open_door(tmp_path, text, SIMPLE).pays() == {("c1", "a"): "400.00", ("c1", "self_pay"): "600.00"}


def test_columns_come_in_any_order_and_unknown_ones_are_named(tmp_path: Path) -> None:
    header = "in_scope,remark,total,care,discharged,settled_at,person_id,claim_id"
    text = rows("800,x,1000,inpatient,2017-03-01,2017-03-01,p1,c1", header=header)
    door = open_door(tmp_path, text, SIMPLE)
    assert door.pays()["c1", "a"] == "400.00"
    assert any("remark" in line for line in door.warned)
    assert door.status == 0


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    first, second = ROW.format("c1"), ROW.format("c2")
    assert open_door(tmp_path, rows(first, second)).lines == open_door(tmp_path, rows(second, first)).lines


BAD_CELLS = [
    ("claim_id", "", "no_id"),
    ("claim_id", "=1+1", "formula_lead"),
    ("claim_id", "+1", "formula_lead"),
    ("claim_id", "-1", "formula_lead"),
    ("claim_id", "@a", "formula_lead"),
    ("person_id", "=p", "formula_lead"),
    ("household_id", "@h", "formula_lead"),
    ("stay_id", "-s", "formula_lead"),
    ("settled_at", "2017-02-30", "date"),
    ("settled_at", "20170201", "date"),
    ("discharged", "2017/03/01", "date"),
    ("admitted", "2017-3-1", "date"),
    ("admitted", "2017-03-02", "admitted_after_discharged"),
    ("care", "visit", "unknown_care"),
    ("hospital_level", "tertiary", "unknown_hospital_level"),
    ("away", "far", "unknown_away"),
    ("hospital_grade", "4", "hospital_grade"),
    ("hospital_grade", "-1", "hospital_grade"),
    ("hospital_grade", "two", "hospital_grade"),
    ("in_county", "yes", "flag"),
    ("referred", "2", "flag"),
    ("insured", "true", "flag"),
    ("total", "-1", "amount"),
    ("total", "1,000.00", "amount"),
    ("total", "1000.005", "amount"),
    ("total", "1000元", "amount"),
    ("total", "1e3", "amount"),
    ("total", "+5", "amount"),
    ("total", ".5", "amount"),
    ("total", "5.", "amount"),
    ("total", " 5", "amount"),
    ("total", "１０", "amount"),
    ("total", "10000000.01", "too_large"),
    ("in_scope", "1000.01", "in_scope_above_total"),
    ("settle_total", "799.99", "in_scope_above_total"),
    ("amount_special_drug", "1000.01", "amount_above_total"),
    ("fee_bed", "1000.01", "fees_above_total"),
    ("fee_bed", "x", "amount"),
    ("paid_a", "-1", "amount"),
]


@pytest.mark.parametrize(("column", "cell", "code"), BAD_CELLS)
def test_a_bad_cell_is_named_by_row_and_column_and_nothing_is_written(
    tmp_path: Path, column: str, cell: str, code: str
) -> None:
    names = REQUIRED.split(",") + ([] if column in REQUIRED.split(",") else [column])
    good, bad = ROW.format("c1").split(","), ROW.format("c2").split(",")
    good += [""] * (len(names) - len(good))
    bad += [""] * (len(names) - len(bad))
    bad[names.index(column)] = f'"{cell}"'
    text = rows(",".join(good), ",".join(bad), header=",".join(names))
    door = open_door(tmp_path, text, SIMPLE)
    assert door.status == 1
    assert door.lines is None
    named = "in_scope" if code == "in_scope_above_total" else column
    assert [(one["row"], one["column"], one["code"]) for one in door.problems] == [("3", named, code)]
    assert any("第3行" in line and named in line for line in door.warned)
    kept = open_door(tmp_path, text, SIMPLE, keep_going=True)
    assert kept.status == 1
    assert kept.pays() == {("c1", "a"): "400.00", ("c1", "self_pay"): "600.00"}


def test_no_cell_of_the_problems_begins_like_a_formula(tmp_path: Path) -> None:
    door = open_door(tmp_path, rows(ROW.format("=1+1"), ROW.format("@x")), SIMPLE)
    assert len(door.problems) == 2
    assert not [cell for problem in door.problems for cell in problem.values() if cell[:1] in ("=", "+", "-", "@")]


def test_all_bad_cells_of_all_rows_are_reported_at_once(tmp_path: Path) -> None:
    text = rows("c1,p1,2017-02-30,2017-03-01,visit,5,6", "c2,,x,2017-03-01,inpatient,-1,1", ROW.format("c3") + ",extra")
    door = open_door(tmp_path, text, SIMPLE)
    assert door.bad_cells() == {
        ("2", "settled_at"),
        ("2", "care"),
        ("2", "in_scope"),
        ("3", "person_id"),
        ("3", "settled_at"),
        ("3", "total"),
        ("4", ""),
    }


def test_of_duplicates_all_are_refused(tmp_path: Path) -> None:
    text = rows(ROW.format("c1"), ROW.format("c2"), ROW.format("c1").replace("1000.00", "x"))
    door = open_door(tmp_path, text, SIMPLE, keep_going=True)
    assert door.bad_cells() == {("2", "claim_id"), ("4", "claim_id"), ("4", "total")}
    assert {claim_id for claim_id, _ in door.pays()} == {"c2"}


def test_refused_rows_are_as_if_they_were_not_there(tmp_path: Path) -> None:
    text = rows(
        ROW.format("c1"),
        "c2,p1,2017-03-02,2017-03-02,inpatient,1000,1000.01",
        "c3,p1,2017-03-03,2017-03-03,inpatient,1000,800",
    )
    yearly = "layers:\n  - {id: a, base: in_scope, rate: 100%, deductible: {amount: 10元 * admission_no}}\n"
    kept = open_door(tmp_path, text, yearly, keep_going=True)
    without = open_door(tmp_path, rows(*[line for line in text.splitlines()[1:] if not line.startswith("c2")]), yearly)
    assert kept.lines == without.lines
    assert kept.bad_cells() == {("3", "in_scope")}


def test_a_column_twice_is_a_fault_of_the_header(tmp_path: Path) -> None:
    text = rows(ROW.format("c1") + ",5", header=f"{REQUIRED},total")
    for keep_going in (False, True):
        door = open_door(tmp_path, text, SIMPLE, keep_going=keep_going)
        assert (door.status, door.lines) == (1, None)
        assert [(one["row"], one["column"], one["code"]) for one in door.problems] == [("1", "total", "column_twice")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\n\n", "empty"),
        (rows(ROW.format("c1")).encode("utf-16"), "encoding"),
        ("claim_id,person_id\n编号，甲\n".encode("gb18030"), "encoding"),
        (b"PK\x03\x04\x00\x00", "unreadable"),
        (f'{REQUIRED}\n"c1,p1\n'.encode(), "unreadable"),
        (REQUIRED.replace(",care", "").encode() + b"\n", "missing_column"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    door = open_door(tmp_path, content, SIMPLE)
    assert (door.status, door.lines) == (1, None)
    assert [problem["code"] for problem in door.problems] == [code]
    assert door.warned


def test_a_header_alone_is_no_fault(tmp_path: Path) -> None:
    door = open_door(tmp_path, REQUIRED + "\n", SIMPLE)
    assert (door.status, door.lines) == (0, [])


def test_an_empty_cell_is_unknown_and_an_empty_groups_cell_means_none(tmp_path: Path) -> None:
    poor = """
        layers:
          - {id: a, base: in_scope, rate: [{when: "'poor' in groups", value: 80%}, {value: 50%}]}
    """
    header = f"{REQUIRED},groups"
    assert open_door(tmp_path, rows(ROW.format("c1") + ",", header=header), poor).pays()["c1", "a"] == "400.00"
    assert open_door(tmp_path, rows(ROW.format("c1") + ",x;poor", header=header), poor).pays()["c1", "a"] == "640.00"
    absent = open_door(tmp_path, rows(ROW.format("c1")), poor)
    assert [(one["claim_id"], one["row"], one["column"], one["code"]) for one in absent.problems] == [
        ("c1", "2", "groups", "undecided")
    ]
    assert (absent.status, absent.lines) == (1, [])


@pytest.mark.parametrize("column", ["settled_at", "discharged", "total", "in_scope"])
def test_a_required_cell_may_be_empty_but_leaves_the_claim_undecided(tmp_path: Path, column: str) -> None:
    names = REQUIRED.split(",")
    cells = ROW.format("c1").split(",")
    cells[names.index(column)] = ""
    door = open_door(tmp_path, rows(",".join(cells), ROW.format("c2").replace("p1", "p2")), SIMPLE)
    assert door.status == 1
    assert door.bad_cells() == {("2", column)}
    assert {claim_id for claim_id, _ in door.pays()} == {"c2"}


def test_undecided_claims_do_not_stop_others_and_make_later_ones_provisional(tmp_path: Path) -> None:
    text = """
        layers:
          - {id: a, base: in_scope, rate: 50%, cap: {amount: 500元, per: year}, when: insured}
    """
    lines = [
        "c1,p1,2017-02-01,2017-02-01,inpatient,1000,800,1",
        "c2,p1,2017-03-01,2017-03-01,inpatient,1000,800,",
        "c3,p1,2017-04-01,2017-04-01,inpatient,1000,800,1",
        "c4,p2,2017-04-01,2017-04-01,inpatient,1000,800,1",
        "c5,p1,2018-04-01,2018-04-01,inpatient,1000,800,1",
    ]
    door = open_door(tmp_path, rows(*lines, header=f"{REQUIRED},insured"), text)
    assert door.status == 1
    assert {key: paid for key, paid in door.pays().items() if key[1] == "a"} == {
        ("c1", "a"): "400.00",
        ("c3", "a"): "100.00",
        ("c4", "a"): "400.00",
        ("c5", "a"): "400.00",
    }
    assert [(one["claim_id"], one["code"]) for one in door.problems] == [("c2", "undecided"), ("c3", "provisional")]


def test_provisional_runs_on_through_a_household(tmp_path: Path) -> None:
    text = """
        layers:
          - {id: a, base: in_scope, rate: 50%, who: household, when: insured}
    """
    lines = [
        "c1,p1,2017-02-01,2017-02-01,inpatient,1000,800,,h1",
        "c2,p2,2017-03-01,2017-03-01,inpatient,1000,800,1,h1",
        "c3,p2,2017-04-01,2017-04-01,inpatient,1000,800,1,h2",
        "c4,p3,2017-05-01,2017-05-01,inpatient,1000,800,1,h2",
        "c5,p4,2017-05-01,2017-05-01,inpatient,1000,800,1,h4",
    ]
    door = open_door(tmp_path, rows(*lines, header=f"{REQUIRED},insured,household_id"), text)
    assert [one["claim_id"] for one in door.problems if one["code"] == "provisional"] == ["c2", "c3", "c4"]


def test_a_given_payment_that_is_too_high_is_refused_like_a_bad_row(tmp_path: Path) -> None:
    text = "layers:\n  - {id: a, mode: given}\n"
    claims = rows(ROW.format("c1") + ",800.01", ROW.format("c2") + ",1", header=f"{REQUIRED},paid_a")
    door = open_door(tmp_path, claims, text)
    assert (door.status, door.lines) == (1, None)
    kept = open_door(tmp_path, claims, text, keep_going=True)
    assert kept.bad_cells() == {("2", "paid_a")}
    assert kept.pays()["c2", "a"] == "1.00"


def test_differences_of_checked_layers_go_to_the_problems(tmp_path: Path) -> None:
    text = "layers:\n  - {id: a, base: in_scope, rate: 50%, mode: checked}\n"
    claims = rows(ROW.format("c1") + ",399.99", ROW.format("c2") + ",400", header=f"{REQUIRED},paid_a")
    door = open_door(tmp_path, claims, text)
    assert door.status == 0
    assert [(one["claim_id"], one["row"], one["column"], one["code"]) for one in door.problems] == [
        ("c1", "2", "paid_a", "checked_difference")
    ]
    assert door.pays()["c1", "a"] == "399.99"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("layers:\n  - {id: a, base: in_scope, rate: 50%}\n  - {id: a, base: in_scope, rate: 50%}\n", [(3, "duplicate_id")]),
        ("layers:\n  - {id: self_pay, base: in_scope, rate: 50%}\n", [(2, "reserved_id")]),
        ("layers:\n  - {id: institution_adjustment, base: in_scope, rate: 50%}\n", [(2, "reserved_id")]),
        ("identity_on: admitted\nlayers:\n  - {id: a, base: in_scope, rate: 50%}\n", [(1, "identity_on")]),
        ("layer: []\nlayers:\n  - {id: a, base: in_scope, rate: 50%}\n", [(1, "unknown_key")]),
        ("layers:\n  - {id: a, base: in_scope, rate: 50}\n  - {id: b, bas: in_scope, rate: 120%}\n",
         [(2, "unit"), (3, "unknown_key"), (3, "missing_key"), (3, "rate")]),
        ("year_of: admitted\nlayers:\n  - {id: a, base: in_scope, rate: 50%}\n", [(1, "value")]),
        ("layers: []\n", [(1, "empty")]),
        ("", [(0, "empty")]),
        ("layers: [\n", [(2, "yaml")]),
        ("- a\n", [(1, "form")]),
    ],
)  # fmt: skip
def test_scheme_errors_are_all_listed_with_line_and_nothing_is_settled(
    tmp_path: Path, text: str, places: list[tuple[int, str]]
) -> None:
    from fuqi.scheme.reading.benefits import read_benefits
    from fuqi.scheme.reading.reader import Reader

    reader = Reader("benefits.yaml")
    read_benefits(text, reader)
    assert sorted((fault.place.line, fault.code) for fault in reader.faults) == sorted(places)
    door = open_door(tmp_path, rows(ROW.format("c1")), text)
    assert (door.status, door.lines, len(door.warned)) == (2, None, len(places))
    assert all("benefits.yaml" in line for line in door.warned)


def test_absent_files_and_wrong_arguments_are_status_2(tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(rows(ROW.format("c1")))
    (tmp_path / "benefits.yaml").write_text("layers:\n  - {id: a, base: in_scope, rate: 50%}\n")

    def status(**changed: Path | str | None) -> int:
        arguments: dict[str, object] = {
            "benefits": tmp_path / "benefits.yaml",
            "scheme": None,
            "claims": tmp_path / "claims.csv",
            "out": tmp_path / "lines.csv",
            "problems": None,
            "explain": None,
        }
        warned: list[str] = []
        options: Any = {**arguments, **changed}
        found = settle_file(**options, keep_going=False, say=warned.append, warn=warned.append)
        assert warned
        return found

    assert status() == 0
    assert status(out=None, explain="c1") == 0
    assert status(claims=tmp_path / "none.csv") == 2
    assert status(benefits=tmp_path / "none.yaml") == 2
    assert status(benefits=None) == 2
    assert status(benefits=None, scheme=tmp_path / "none") == 2
    assert status(out=tmp_path / "none" / "lines.csv") == 2
    assert status(out=tmp_path / "claims.csv") == 2
    assert status(problems=tmp_path / "lines.csv") == 2
    assert status(explain="c2") == 2
    assert status(claims=tmp_path) == 1


def test_explain_prints_the_sentences_or_why_there_are_none(tmp_path: Path) -> None:
    text = rows(ROW.format("c1"), ROW.format("c2").replace("800.00", ""))
    settled = open_door(tmp_path, text, SIMPLE, explain="c1")
    assert any("400.00元" in line for line in settled.said)
    undecided = open_door(tmp_path, text, SIMPLE, explain="c2")
    assert any("政策范围内费用" in line and "没有结算" in line for line in undecided.said)


def test_a_scheme_may_stand_in_place_of_a_benefits_file(tmp_path: Path) -> None:
    header = f"{REQUIRED},hospital_level,groups"
    (tmp_path / "claims.csv").write_text(rows(ROW.format("c1") + ",county,registered_poor", header=header))
    said: list[str] = []
    status = settle_file(
        benefits=None,
        scheme=Path("schemes/junshan-2017"),
        claims=tmp_path / "claims.csv",
        out=tmp_path / "lines.csv",
        problems=None,
        explain="c1",
        keep_going=False,
        say=said.append,
        warn=said.append,
    )
    assert status == 0
    assert "c1,basic,800.00,240.00" in (tmp_path / "lines.csv").read_text()  # (800 - 500) × (70% + 10%)
    assert any("尚未核实" in line for line in said)

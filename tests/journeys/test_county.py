"""The sample county from received workbooks to figures and back, through the command line as an office uses it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from tests.support.accounts import SECURITY_ADMINISTRATOR
from tests.support.county import COUNTY, figures, find_rows, once
from tests.support.published import PUBLISHED, ROUNDED
from tests.support.workspaces import WorkspaceUnderTest

COUNTS = [code for code, (_, denominator, _) in PUBLISHED.items() if not denominator and code != "one_stop_paid"]


def listed(workspace: WorkspaceUnderTest, code: str, *options: str) -> list[dict[str, str]]:
    result = workspace.fuqi(*options, "figures", "--code", code, "--list")
    assert result.returncode == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


@pytest.fixture(scope="session")
def lists(counted_county: WorkspaceUnderTest, shared_folder: Path, database_server: str) -> dict[str, str]:
    """Return the list behind every figure as an ordinary viewer gets it, printed once a run."""

    def write(folder: Path) -> None:
        folder.mkdir()
        for code in [*PUBLISHED, *ROUNDED]:
            assert counted_county.fuqi("figures", "--code", code, "--list", "--out", folder / code).returncode == 0

    folder = once(shared_folder / f"lists-{'postgresql' if database_server else 'sqlite'}", write)
    return {code: (folder / code).read_text("utf-8") for code in [*PUBLISHED, *ROUNDED]}


def rows_of(lists: dict[str, str], code: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(lists[code])))


@pytest.fixture(scope="module")
def counted(counted_county: WorkspaceUnderTest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("figures") / "figures.csv"
    assert counted_county.fuqi("figures", "--out", out).returncode == 0
    return out


@pytest.mark.database
def test_every_published_figure_is_counted_from_the_records(counted: Path) -> None:
    found = figures(counted)
    assert {code: found[code, COUNTY] for code in PUBLISHED} == PUBLISHED
    assert {code: round(float(found[code, COUNTY][2])) for code in ROUNDED} == ROUNDED


@pytest.mark.database
def test_villages_add_up_to_townships_and_townships_to_the_county(counted: Path) -> None:
    sums: Counter[tuple[str, int]] = Counter()
    for (code, place), (numerator, _, _) in figures(counted).items():
        if code in COUNTS:
            sums[code, len(place)] += int(numerator)
    for code in COUNTS:
        assert sums[code, 6] == sums[code, 9] == sums[code, 12] == int(PUBLISHED[code][0]), code


def test_the_file_has_the_columns_and_the_spelling_that_were_promised(counted: Path) -> None:
    lines = counted.read_text("utf-8").splitlines()
    assert lines[0] == "code,name,place,numerator,denominator,value"
    assert ",".join(["major_treatment_rate", "四类九种大病救治率", COUNTY, "59", "71", "83.10"]) in lines


@pytest.mark.parametrize("code", [*PUBLISHED, *ROUNDED])
def test_a_figure_is_as_long_as_its_list(lists: dict[str, str], counted: Path, code: str) -> None:
    parts = Counter(row["part"] for row in rows_of(lists, code))
    numerator, denominator, _ = figures(counted)[code, COUNTY]
    if "." not in numerator:
        assert parts["numerator"] == int(numerator)
        assert parts["denominator"] == int(denominator or 0)


def test_the_twelve_untreated_are_listed_with_their_reasons_and_source_rows(lists: dict[str, str]) -> None:
    excluded = [row for row in rows_of(lists, "major_treatment_rate") if row["part"] == "excluded"]
    assert len(excluded) == 12
    assert sum("透析" in row["reason"] for row in excluded) == 11
    assert sum("择期手术" in row["reason"] for row in excluded) == 1
    assert all("核查表" in row["sources"] for row in excluded)


def test_people_of_a_place_are_listed_by_code_and_by_full_name(counted_county: WorkspaceUnderTest, counted: Path) -> None:
    township = next(place for code, place in figures(counted) if len(place) == 9)
    by_code = counted_county.fuqi("figures", "--code", "verified_people", "--place", township, "--list")
    name = csv.DictReader(io.StringIO(by_code.stdout)).__next__()["place"]
    full_name = name[: name.index("区") + 1] + name[name.index("区") + 1 :].partition("镇")[0] + "镇"
    by_name = counted_county.fuqi("figures", "--code", "verified_people", "--place", full_name, "--list")
    assert by_name.stdout == by_code.stdout
    numerators = [row for row in csv.DictReader(io.StringIO(by_code.stdout)) if row["part"] == "numerator"]
    assert len(numerators) == int(figures(counted)["verified_people", township][0])


def aids_patient(sample_county: Path) -> tuple[str, str]:
    for path in sample_county.glob("*核查表*"):
        for headers in (("姓名", "身份证号码", "所患疾病"), ("人员姓名", "公民身份证号", "疾病名称")):
            for _, _, cells in find_rows(path, *headers):
                if "艾滋" in cells[headers[2]]:
                    return cells[headers[0]], cells[headers[1]]
    raise LookupError("no AIDS patient in the sample")


def test_the_aids_patient_is_named_in_no_list_that_an_ordinary_viewer_gets(lists: dict[str, str], sample_county: Path) -> None:
    name, number = aids_patient(sample_county)
    for code, text in lists.items():
        assert name not in text, code
        assert number not in text, code
    untreated = [row for row in rows_of(lists, "public_health_treatment_rate") if row["part"] == "excluded"]
    assert [(row["person"], row["name"], row["reason"], row["sources"]) for row in untreated] == [
        ("", "专管病种", "专管病种", "")
    ]


def test_an_early_day_hides_the_illness_too(counted_county: WorkspaceUnderTest, sample_county: Path) -> None:
    name, _ = aids_patient(sample_county)
    for path in sample_county.glob("*核查表*"):
        for headers in (("姓名", "所患疾病"), ("人员姓名", "疾病名称")):
            for sheet, row, cells in find_rows(path, *headers):
                if "艾滋" in cells[headers[1]]:
                    target = f"{path.name}!{sheet}!{row}"
                    for options in ((), ("--on", "2017-01-02")):
                        told = counted_county.fuqi("--purpose", "入户核对", "explain", target, *options)
                        assert "专管病种" in told.stdout
                        assert name not in told.stdout
                        assert "艾滋" not in told.stdout


@pytest.mark.database
def test_a_purpose_shows_names_but_no_restricted_illness(counted_county: WorkspaceUnderTest) -> None:
    rows = listed(counted_county, "verified_people", "--purpose", "入户核对")
    names = {row["name"] for row in rows}
    assert any("*" not in name for name in names)
    assert "专管病种" in names
    assert not any(word in row["reason"] for row in rows for word in ("艾滋", "结核", "精神"))


def test_a_figure_opens_down_to_a_cell_and_the_cell_leads_back(counted_county: WorkspaceUnderTest) -> None:
    down = counted_county.fuqi("explain", "major_treatment_rate").stdout
    assert "59 ÷ 71" in down
    assert "从数字到单元格" in down
    assert "核查结" in down
    excluded = next(row for row in listed(counted_county, "major_treatment_rate") if row["part"] == "excluded")
    source = next(text for text in excluded["sources"].split(";") if "核查表" in text)
    back = counted_county.fuqi("explain", source).stdout
    assert f"人员 {excluded['person']}" in back
    line = next(
        line for line in back.splitlines() if "(major_treatment_rate)" in line.replace("\uff08", "(").replace("\uff09", ")")
    )
    assert line.endswith("分母、未计入")


def test_a_settlement_is_told_in_sentences_that_add_up(counted_county: WorkspaceUnderTest) -> None:
    row = next(row for row in listed(counted_county, "one_stop_paid") if row["record"])
    told = counted_county.fuqi("explain", row["record"].partition(" ")[0]).stdout
    assert "起付线" in told
    assert "尚未核实" in told
    check = next(line for line in told.splitlines() if line.startswith("核对"))
    left, _, right = check.partition("=")
    amounts = [part.strip().removeprefix("个人负担").strip() for part in left.replace("：", ":").partition(":")[2].split("+")]
    cents = [int(amount.replace(".", "")) for amount in amounts]
    assert sum(cents) == int(right.split()[0].replace(".", ""))


def test_a_day_before_the_end_shows_what_was_true_then(counted_county: WorkspaceUnderTest, tmp_path: Path) -> None:
    def on(day: str) -> dict[tuple[str, str], tuple[str, str, str]]:
        out = tmp_path / f"{day}.csv"
        assert counted_county.fuqi("figures", "--on", day, "--out", out).returncode == 0
        return figures(out)

    august, september = on("2017-08-31"), on("2017-09-30")
    assert august["treat_first_patients", COUNTY][0] == "0"
    assert 0 < int(september["treat_first_patients", COUNTY][0]) < 163
    assert august["verified_people", COUNTY] != ("1358", "", "1358")


@pytest.mark.database
def test_a_township_clerk_sees_the_township_and_nothing_else(counted_county: WorkspaceUnderTest, counted: Path) -> None:
    township = sorted({place for _, place in figures(counted) if len(place) == 9})[0]
    granter = ("--as", SECURITY_ADMINISTRATOR.name)
    assert counted_county.fuqi(*granter, "grant", "李卫生", "--role", "township_clerk", "--place", township).returncode == 0
    assert counted_county.fuqi(*granter, "grant", "钱会计", "--role", "payer", "--place", township).returncode == 0
    taken = counted_county.fuqi("--as", "李卫生", "figures", "--code", "verified_people", "--list")
    assert (taken.returncode, taken.stdout) == (2, ""), "a clerk may not take records away"
    own = counted_county.fuqi("--as", "钱会计", "figures", "--code", "verified_people", "--list")
    assert own.returncode == 0, own.stderr
    rows = list(csv.DictReader(io.StringIO(own.stdout)))
    assert len([row for row in rows if row["part"] == "numerator"]) == int(figures(counted)["verified_people", township][0])
    foreign = counted_county.fuqi("--as", "李卫生", "figures", "--code", "verified_people", "--place", COUNTY)
    absent = counted_county.fuqi("--as", "李卫生", "figures", "--code", "verified_people", "--place", "999999")
    assert foreign.returncode == absent.returncode == 2
    assert foreign.stderr.replace(COUNTY, "") == absent.stderr.replace("999999", "")
    assert counted_county.fuqi("--as", "李卫生", "import", "x.xlsx").returncode == 2


@pytest.mark.database
def test_the_journal_of_the_whole_job_is_sound(counted_county: WorkspaceUnderTest) -> None:
    result = counted_county.fuqi("audit")
    assert result.returncode == 0, result.stderr
    assert "日志完好" in result.stdout

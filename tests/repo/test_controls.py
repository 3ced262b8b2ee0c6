"""The control table and the threat model: every test that they name is there, every row has a test or a reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import print_controls
from tests.repo.sources import ROOT

THREATS = ROOT / "docs" / "explanation" / "threat-model.md"
NEEDS = {
    "met": {"control", "tests"},
    "partly": {"control", "tests", "reason"},
    "site": {"reason"},
    "not_met": {"reason"},
    "not_applicable": {"reason"},
}
ROWS = [(standard["id"], row) for standard in print_controls.standards() for row in standard["rows"]]


def is_there(test: str) -> bool:
    """Return whether a test is there: a file, or a function in it after `::`."""
    path, _, name = test.partition("::")
    file: Path = ROOT / path
    return file.is_file() and (not name or re.search(rf"^def {re.escape(name)}\(", file.read_text("utf-8"), re.M) is not None)


def test_every_row_has_its_test_or_its_reason() -> None:
    wrong = [f"{standard} {row['clause']}" for standard, row in ROWS if not NEEDS[row["state"]] <= set(row)]
    assert not wrong


def test_every_test_that_is_named_is_there() -> None:
    wrong = [
        f"{standard} {row['clause']}: {test}" for standard, row in ROWS for test in row.get("tests", ()) if not is_there(test)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_test_that_the_threat_model_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", THREATS.read_text("utf-8"))
    assert len(named) > 20
    wrong = sorted({test for test in named if not is_there(test)})
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("test", ["tests/repo/test_nothing.py", "tests/repo/test_controls.py::test_nothing"])
def test_one_that_is_not_there_would_be_seen(test: str) -> None:
    assert not is_there(test)


def test_the_laws_and_standards_that_are_asked_for_are_in_the_table() -> None:
    assert [standard["id"] for standard in print_controls.standards()] == ["dengbao", "pipl", "crypto", "asvs"]
    chapters = {row["clause"].partition(".")[0].partition("–")[0] for standard, row in ROWS if standard == "asvs"}
    assert chapters == {f"V{number}" for number in range(1, 18)}
    articles = " ".join(row["clause"] for standard, row in ROWS if standard == "pipl")
    for article in ("第二十八条", "第二十九条", "第五十一条", "第五十五条", "第五十六条", "第五十七条"):
        assert article in articles


def test_the_printed_page_is_fresh() -> None:
    assert print_controls.PAGE.read_text("utf-8") == print_controls.printed(), (
        "stale: run .venv/bin/python scripts/print_controls.py"
    )

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.repo.sources import ROOT
from tests.support import postgres

SKIPPING = """
import pytest

def test_skipped():
    pytest.skip("nothing to be had")

@pytest.mark.xfail(reason="known", strict=True)
def test_expected_failure():
    assert False
"""


@pytest.mark.parametrize(("ci", "summary"), [("true", "1 failed, 1 xfailed"), ("", "1 skipped, 1 xfailed")])
def test_a_skip_is_a_failure_on_ci_only(tmp_path: Path, ci: str, summary: str) -> None:
    (tmp_path / "test_planted.py").write_text(SKIPPING)
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.support.no_skips",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:django",
            "-rs",
            ".",
        ],
        cwd=tmp_path,
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert summary in result.stdout
    assert "nothing to be had" in result.stdout
    assert result.returncode == (1 if ci else 0)


@pytest.mark.database
def test_each_workspace_can_have_a_database_of_its_own(database_server: str) -> None:
    if not database_server:
        return  # SQLite: a workspace's database is a file of its own
    urls = [postgres.create_database(database_server) for _ in range(2)]
    assert len(set(urls)) == 2
    for url in urls:
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT current_setting('server_encoding')").fetchone() == ("UTF8",)
        postgres.drop_database(url, database_server)


def test_tests_never_see_a_developers_workspace() -> None:
    assert "FUQI_WORKSPACE" not in os.environ

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.sources import PACKAGE, ROOT

ROOMS = "A room imports only what stands below it"
GENERATOR = "Only the commands call the generator: what is counted comes from records"
PURE = "Values, the scheme, the generator and every room's rules know no Django"

VIOLATIONS = {
    "upwards": ("basics/money.py", "import fuqi.scheme", ROOMS),
    "sideways": ("care/__init__.py", "import fuqi.settlement", ROOMS),
    "the generator reads a room": ("sample/__init__.py", "import fuqi.journal", ROOMS),
    "a flow uses the generator": ("flows/__init__.py", "import fuqi.sample", GENERATOR),
    "Django in the values": ("basics/dates.py", "import django", PURE),
    "Django in a room's rules": ("matching/rules.py", "from django.db import models", PURE),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "500"},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def copied_house(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(PACKAGE, tmp_path / "src" / "fuqi", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_house_keeps_its_contracts(copied_house: Path) -> None:
    result = lint_imports(copied_house)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("file", "planted", "contract"), VIOLATIONS.values(), ids=VIOLATIONS)
def test_a_planted_violation_is_found(copied_house: Path, file: str, planted: str, contract: str) -> None:
    target = copied_house / "src" / "fuqi" / file
    target.write_text(f"{target.read_text('utf-8')}\n{planted}\n", "utf-8")
    result = lint_imports(copied_house)
    assert result.returncode == 1
    assert f"{contract} BROKEN" in result.stdout


def test_a_room_that_no_contract_names_is_found(copied_house: Path) -> None:
    attic = copied_house / "src" / "fuqi" / "attic"
    attic.mkdir()
    (attic / "__init__.py").write_text('"""A room that nobody planned."""\n', "utf-8")
    result = lint_imports(copied_house)
    assert result.returncode == 1
    assert "attic" in result.stdout

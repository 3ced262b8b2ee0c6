from __future__ import annotations

import re
import subprocess

import pytest

from tests.repo.sources import ROOT, files, where

LOCKS = ("locks/run.lock", "locks/test.lock")

# Put together here, so that this file does not hold what it looks for.
PLACES_OF_A_MACHINE = [f"/{folder}/" for folder in ("work", "root")] + ["/home" + "/user"]
REGISTRIES = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("deb.debian", "org"))]


def _texts() -> dict[str, str]:
    return {where(path): path.read_bytes().decode("utf-8", "replace") for path in files()}


def test_no_file_names_a_place_of_one_machine_or_the_host_of_a_registry() -> None:
    texts = _texts()
    wrong = [
        f"{name}: {word}"
        for name, text in texts.items()
        for word in PLACES_OF_A_MACHINE + REGISTRIES
        if re.search(rf"(?<![\w.]){re.escape(word)}", text)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_each_package_by_hash_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    assert "index-url" not in text
    requirements = [line for line in re.sub(r"\\\n", " ", text).splitlines() if line and not line.lstrip().startswith("#")]
    assert requirements
    unpinned = [line for line in requirements if not re.match(r"[\w.-]+==\S+ ", line) or "--hash=sha256:" not in line]
    assert not unpinned


def test_what_runs_is_what_is_tested() -> None:
    run, test = (set(re.findall(r"^[\w.-]+==[^ ]+", (ROOT / lock).read_text(), re.MULTILINE)) for lock in LOCKS)
    assert run <= test


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_the_two_commands_and_the_others(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for target in ("make run", "make test", "make setup", "make check", "make fix", "make bench"):
        assert target in text, target


def test_ci_runs_what_people_run() -> None:
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")]
    assert lines == ["exec make test"]


def test_every_target_has_a_line_of_help_in_two_languages() -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, check=True, encoding="utf-8"
    ).stdout.splitlines()
    targets = {line.split()[1] for line in shown}
    assert {"setup", "run", "test", "check", "fix", "bench", "prove", "attack", "lock", "clean", "help"} == targets
    assert all(re.search(r"[\u4e00-\u9fff].*·.*[a-z]{3}", line) for line in shown)


def test_decisions_are_numbered_and_complete() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(len(records)))
    for path in records:
        headings = re.findall(r"^## (.+)$", path.read_text("utf-8"), re.MULTILINE)
        assert headings == ["Context", "Options", "Decision", "Consequences"], path.name

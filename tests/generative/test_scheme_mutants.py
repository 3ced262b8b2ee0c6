"""Spoilt schemes: each is either still sound or every fault has its file and line; never a traceback."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from fuqi.scheme import load_scheme, remarks
from fuqi.scheme.cases import check_scheme
from fuqi.scheme.clauses import register
from fuqi.scheme.diff import differences
from fuqi.scheme.model import Scheme
from fuqi.scheme.releases import STATE_WORDS
from tests.support.scheme_mutants import Mutant, mutant
from tests.support.small_scheme import SOUND, laid

SCHEMES = Path(__file__).parents[2] / "schemes"


def bare(scheme: Scheme) -> Scheme:
    """Return what a scheme says, without its files."""
    return replace(scheme, hash="")


def tried(folder: Path, one: Mutant, sound: Scheme, told: Counter[str], *, bases: list[Path]) -> None:
    """Spoil one file, look at the scheme in every way, and put the file back."""
    path = folder / one.file
    before = path.read_bytes()
    path.write_text(one.text, encoding="utf-8")
    try:
        faults = check_scheme(folder, bases=bases)
        if faults:
            told["refused"] += 1
            assert all(fault.place.file and fault.message for fault in faults), one
            assert all(fault.place.line or fault.code in ("yaml", "empty", "missing_file") for fault in faults), (one, faults)
            return
        scheme = load_scheme(folder, bases=bases)
        told["sound"] += 1
        assert scheme.state_word in STATE_WORDS.values()
        assert len(register(scheme)) == len(scheme.texts)
        assert all(remark.message for remark in remarks(scheme)), one
        there, back = differences(sound, scheme), differences(scheme, sound)
        assert len(there) == len(back), (one, [str(change) for change in there], [str(change) for change in back])
        assert all(str(change) for change in there)
        if bare(scheme) != bare(sound):
            told["changed"] += 1
            assert there, one
    finally:
        path.write_bytes(before)


def run(folder: Path, files: dict[str, str], rounds: int, seed: str, bases: list[Path]) -> Counter[str]:
    sound = load_scheme(folder, bases=bases)
    chance = random.Random(seed)
    told: Counter[str] = Counter()
    for _ in range(rounds):
        one = mutant(files, chance)
        try:
            tried(folder, one, sound, told, bases=bases)
        except Exception as error:
            raise AssertionError(f"{one.what}\n{one.text}") from error
    return told


@pytest.mark.parametrize("part", range(4))
def test_spoilt_small_schemes_are_refused_with_a_place_or_still_sound(tmp_path: Path, part: int) -> None:
    told = run(laid(tmp_path), SOUND, 150, f"small {part}", [tmp_path])
    assert told["refused"] > 40
    assert told["changed"] > 4


@pytest.mark.proof
def test_thousands_of_spoilt_small_schemes(tmp_path: Path) -> None:
    told = run(laid(tmp_path), SOUND, 5_000, "many", [tmp_path])
    assert told["refused"] > 2_000
    assert told["changed"] > 300


@pytest.mark.parametrize("name", ["junshan-2017", "chongqing-yubei-2023"])
def test_spoilt_schemes_of_the_repository(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    shutil.copytree(SCHEMES / name, folder)
    (folder / "places.yaml").write_text("language: 1\ndivisions: []\n", encoding="utf-8")
    (folder / "shapes.geojson").unlink(missing_ok=True)
    files = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*.*"))
        if path.name not in ("places.yaml", "releases.yaml")
    }
    told = run(folder, files, 15, name, [SCHEMES])
    assert told["refused"]

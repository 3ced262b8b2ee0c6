"""The key file, and the key on paper."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuqi.access import keyfile, paper_key
from fuqi.access.keyfile import KeyFile, Keys, parse

masters = st.binary(min_size=32, max_size=32)


@st.composite
def key_files(draw: st.DrawFn) -> KeyFile:
    generation = draw(st.integers(1, 9999))
    root, master = draw(masters), draw(masters)
    return KeyFile(root, ((generation, root if generation == 1 else master),))


def test_a_file_of_one_line_is_the_first_generation_and_keeps_its_keys() -> None:
    master = secrets.token_bytes(32)
    file = parse(master.hex() + "\n")
    assert file.generation == 1
    assert file.text() == master.hex() + "\n"
    assert file.key("database") == keyfile.derive(master, "database")


@given(key_files())
def test_what_is_written_is_read(file: KeyFile) -> None:
    assert parse(file.text()) == file
    assert parse(file.with_another().text()).generation == file.generation + 1


@given(key_files())
def test_a_rotation_changes_what_rotates_and_nothing_else(file: KeyFile) -> None:
    both = file.with_another()
    new = both.with_the_newest()
    assert [both.keys(purpose) for purpose in ("wrap", "journal")] == [
        (new.key("wrap"), file.key("wrap")),
        (file.key("journal"),),
    ]
    assert not new.is_rotating
    for purpose in sorted(keyfile.ROTATING):
        assert new.key(purpose) != file.key(purpose)
    for purpose in ("seal", "index", "journal", "anything"):
        assert new.key(purpose) == file.key(purpose)


@pytest.mark.parametrize("text", ["", "xyz", "00", "root 00\n1 00", "root " + "0" * 64, f"2 {'0' * 64}\nroot {'0' * 64}"])
def test_a_damaged_file_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse(text)


def test_a_process_remembers_a_generation_that_it_knew(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    first = parse(secrets.token_hex(32))
    keyfile.write(path, first)
    keys = Keys(path)
    keyfile.write(path, first.with_another().with_the_newest())
    assert keys.now(at_once=True).generation == 2
    assert keys.wrapping(1) == keyfile.derive(first.masters[0][1], "wrap")
    assert Keys(path).wrapping(1) is None
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_process_that_has_read_the_file_works_on_when_it_is_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    keyfile.write(path, parse(secrets.token_hex(32)))
    keys = Keys(path)
    path.unlink()
    assert keys.now(at_once=True).generation == 1
    with pytest.raises(FileNotFoundError):
        Keys(path)


@given(key_files())
def test_the_paper_gives_back_the_file(file: KeyFile) -> None:
    lines = paper_key.lines_of(file)
    assert paper_key.read_lines(lines) == file
    assert paper_key.read_lines([line.upper().replace(" ", "") + "\n" for line in lines]) == file


@given(key_files(), st.data())
def test_one_wrong_sign_is_found_in_its_line(file: KeyFile, data: st.DataObject) -> None:
    lines = [line.replace(" ", "") for line in paper_key.lines_of(file)]
    row = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[row]) - 1))
    other = data.draw(st.sampled_from([sign for sign in "0123456789abcdef" if sign != lines[row][column]]))
    lines[row] = lines[row][:column] + other + lines[row][column + 1 :]
    with pytest.raises(paper_key.PaperKeyError) as refused:
        paper_key.read_lines(lines)
    assert [fault.message[:3] for fault in refused.value.faults] == [f"第{row + 1}行"]


@given(key_files(), st.data())
def test_two_neighbouring_signs_that_changed_places_are_found(file: KeyFile, data: st.DataObject) -> None:
    lines = [line.replace(" ", "") for line in paper_key.lines_of(file)]
    row = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(2, len(lines[row]) - 4))
    left, right = lines[row][column], lines[row][column + 1]
    lines[row] = lines[row][:column] + right + left + lines[row][column + 2 :]
    if left == right:
        assert paper_key.read_lines(lines) == file
    else:
        with pytest.raises(paper_key.PaperKeyError):
            paper_key.read_lines(lines)


@given(key_files())
def test_a_line_left_out_is_found(file: KeyFile) -> None:
    lines = paper_key.lines_of(file)
    for row in range(len(lines)):
        with pytest.raises(paper_key.PaperKeyError):
            paper_key.read_lines(lines[:row] + lines[row + 1 :])
    with pytest.raises(paper_key.PaperKeyError):
        paper_key.read_lines([])

"""The key file beside a process that works: what it derives, when it looks again, and what a paper's faults are called."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fuqi.access import keyfile, paper_key
from fuqi.access.keyfile import KeyFile, Keys, derive, parse

ROOT, FIRST, SECOND = bytes(32), bytes(range(32)), bytes(range(32, 64))
TWO = KeyFile(ROOT, ((1, FIRST), (2, SECOND)))


def by_hand(master: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, None, f"fuqi/{purpose}".encode()).derive(master)


def test_a_purpose_has_its_key_and_four_of_them_rotate() -> None:
    assert derive(FIRST, "journal") == by_hand(FIRST, "journal")
    assert set(keyfile.ROTATING) == {"database", "desk", "web", "wrap"}
    for purpose in keyfile.ROTATING:
        assert TWO.key(purpose) == by_hand(SECOND, purpose)
        assert TWO.keys(purpose) == (by_hand(SECOND, purpose), by_hand(FIRST, purpose))
    assert TWO.key("journal") == by_hand(ROOT, "journal")
    assert TWO.keys("journal") == (by_hand(ROOT, "journal"),)


def test_a_rotation_adds_a_master_by_chance_and_ends_with_the_newest() -> None:
    three = TWO.with_another()
    assert three.masters[:2] == TWO.masters
    assert (three.masters[2][0], len(three.masters[2][1]), three.root) == (3, 32, ROOT)
    assert three.masters[2][1] != TWO.with_another().masters[2][1]
    assert (TWO.is_rotating, TWO.generation, TWO.with_the_newest()) == (True, 2, KeyFile(ROOT, ((2, SECOND),)))
    assert not TWO.with_the_newest().is_rotating
    assert three.with_the_newest().masters == three.masters[2:]
    assert TWO.with_the_newest().with_the_newest() == TWO.with_the_newest()


def test_the_text_of_the_file() -> None:
    assert TWO.text() == f"root {ROOT.hex()}\n1 {FIRST.hex()}\n2 {SECOND.hex()}\n"
    assert KeyFile(FIRST, ((1, FIRST),)).text() == f"{FIRST.hex()}\n"
    assert KeyFile(FIRST, ((2, FIRST),)).text() == f"root {FIRST.hex()}\n2 {FIRST.hex()}\n"
    assert KeyFile(ROOT, ((1, FIRST),)).text() == f"root {ROOT.hex()}\n1 {FIRST.hex()}\n"
    assert parse("\n" + TWO.text() + " \n") == TWO


@pytest.mark.parametrize(
    "text",
    [
        f"root {ROOT.hex()}",
        f"toor {ROOT.hex()}\n1 {FIRST.hex()}",
        f"root {ROOT.hex()}\n2 {FIRST.hex()}\n1 {SECOND.hex()}",
        f"root {ROOT.hex()}\n1 {FIRST.hex()}00",
        f"root {ROOT.hex()}00\n1 {FIRST.hex()}",
        f"root {ROOT.hex()}\n1 {FIRST.hex()} 2",
        f"{FIRST.hex()}\n{FIRST.hex()}",
        f"{FIRST.hex()[2:]}",
        f"{FIRST.hex()} 1",
        f"{FIRST.hex()}00",
    ],
)
def test_a_file_with_anything_wrong_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse(text)


def test_what_is_wrong_is_said_in_plain_words() -> None:
    with pytest.raises(ValueError, match=r"^no key file$"):
        parse(f"toor {ROOT.hex()}\n1 {FIRST.hex()}")
    with pytest.raises(ValueError, match=r"^no key$"):
        parse("00")


def test_the_file_is_written_in_one_step_for_its_owner_alone_and_made_durable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        mode = os.fstat(handle).st_mode
        text = "" if stat.S_ISDIR(mode) else Path(f"/proc/self/fd/{handle}").read_text()
        synced.append("folder" if stat.S_ISDIR(mode) else text)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    path = tmp_path / "master.key"
    (tmp_path / "master.part").write_text("left by a kill")
    (tmp_path / "master.part").chmod(0o644)
    keyfile.write(path, TWO)
    assert keyfile.read(path) == TWO
    assert synced == [TWO.text(), "folder"]
    assert [file.name for file in tmp_path.iterdir()] == ["master.key"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not [handle for handle in Path("/proc/self/fd").iterdir() if _leads_to(handle, tmp_path)]


def _leads_to(handle: Path, folder: Path) -> bool:
    try:
        return handle.readlink() == folder
    except OSError:
        return False


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(keyfile, "monotonic", made)
    return made


def test_a_process_looks_at_the_file_again_after_a_quarter_of_a_second(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "master.key"
    keyfile.write(path, TWO)
    keys = Keys(path)
    before = keys.stamp
    keyfile.write(path, TWO.with_the_newest())
    clock.now += 0.2
    assert keys.now() == TWO
    assert keys.stamp == before
    clock.now += 0.06
    assert keys.now() == TWO.with_the_newest()
    assert keys.stamp != before
    keyfile.write(path, TWO)
    assert keys.now() == TWO.with_the_newest()
    assert keys.now(at_once=True) == TWO
    keyfile.write(path, TWO.with_the_newest())
    assert keys.of("journal") == (by_hand(ROOT, "journal"),)
    assert keys.of("wrap") == (by_hand(SECOND, "wrap"),)


def test_a_machine_that_has_just_started_looks_all_the_same(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "master.key"
    keyfile.write(path, TWO)
    os.utime(path, ns=(1, 1))
    clock.now = 0.0
    keys = Keys(path)
    assert keys.now() == TWO
    clock.now = 0.25
    keyfile.write(path, TWO.with_the_newest())
    assert keys.now() == TWO.with_the_newest(), "a quarter of a second is over"
    before = keys.stamp
    clock.now = 1.1
    keys.touch()
    assert keys.stamp != before


def test_one_thread_at_a_time_looks(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "master.key"
    keyfile.write(path, TWO)
    keys = Keys(path)
    held: list[bool] = []

    class Gate:
        def __enter__(self) -> None:
            held.append(True)

        def __exit__(self, *_: object) -> None: ...

    keys._lock = Gate()  # type: ignore[assignment]
    keys.now()
    assert not held, "what was just looked at needs no turn"
    keys.now(at_once=True)
    assert held == [True]
    assert clock.now == 1000


def test_a_file_that_did_not_change_is_not_read_again(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "master.key"
    keyfile.write(path, TWO)
    keys = Keys(path)
    reads: list[Path] = []

    def read(path: Path) -> KeyFile:
        reads.append(path)
        return TWO

    monkeypatch.setattr(keyfile, "read", read)
    for _ in range(3):
        clock.now += 1
        keys.now()
    assert not reads
    keys.touch()
    assert keys.now() == TWO
    assert reads == [path]


def test_touching_lets_every_process_forget_at_once(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "master.key"
    keyfile.write(path, TWO)
    os.utime(path, ns=(1, 1))
    keys, other = Keys(path), Keys(path)
    before = other.stamp
    keys.touch()
    assert keys.stamp != before
    assert other.stamp == before
    clock.now += 1
    assert other.stamp == keys.stamp


def test_former_generations_are_remembered_and_a_new_one_is_looked_for(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "master.key"
    keyfile.write(path, KeyFile(ROOT, ((1, FIRST),)))
    keys = Keys(path)
    keyfile.write(path, TWO)
    assert keys.wrapping(1) == by_hand(FIRST, "wrap")
    assert keys.now() == KeyFile(ROOT, ((1, FIRST),)), "what is known is not looked for"
    assert keys.wrapping(2) == by_hand(SECOND, "wrap")
    assert keys.wrapping(3) is None
    keyfile.write(path, TWO.with_the_newest())
    assert keys.wrapping(9) is None
    assert keys.wrapping(1) == by_hand(FIRST, "wrap")
    assert clock.now == 1000


def test_without_a_file_there_is_one_key_of_zeros() -> None:
    keys = Keys(None)
    assert keys.now(at_once=True) == KeyFile(bytes(32), ((1, bytes(32)),))
    assert keys.wrapping(1) == by_hand(bytes(32), "wrap")
    assert keys.wrapping(2) is None
    keys.touch()
    assert keys.stamp == (0, 0, 0)


def paper_of(file: KeyFile) -> list[str]:
    return list(paper_key.lines_of(file))


def test_the_lines_of_a_paper_by_hand() -> None:
    words = b"\x01\x00\x00\x02" + ROOT + SECOND
    words += hashlib.sha256(words).digest()[:4]
    lines = paper_of(TWO)
    assert len(lines) == 9
    for number, line in enumerate(lines, 1):
        first, *groups, check = line.split(" ")
        digits = words[8 * (number - 1) : 8 * number].hex()
        assert (first, "".join(groups)) == (f"{number:02d}", digits)
        assert [len(group) for group in groups] == [4] * 4
        assert check == f"{int(f'{number:x}' + digits, 16) % 97:02d}"
    assert len(paper_of(KeyFile(FIRST, ((1, FIRST),)))) == 5
    assert paper_key.read_lines(["", *lines, "  "]) == TWO.with_the_newest()
    many = KeyFile(ROOT, ((70_000, SECOND),))
    assert paper_key.read_lines(paper_of(many)) == many


def line_of(number: int, digits: str) -> str:
    return f"{number:02d}{digits}{int(f'{number:x}' + digits, 16) % 97:02d}"


def on_paper(words: bytes, *, check: bytes = b"") -> list[str]:
    words += check or hashlib.sha256(words).digest()[:4]
    return [line_of(at // 8 + 1, words[at : at + 8].hex()) for at in range(0, len(words), 8)]


@pytest.mark.parametrize(
    "lines",
    [
        on_paper(b"\x02\x00\x00\x01" + FIRST),
        on_paper(b"\x01\x00\x00\x01" + FIRST + FIRST[:8]),
        on_paper(b"\x01\x00\x00\x01" + FIRST[:24]),
        on_paper(b"\x01\x00\x00\x01" + FIRST, check=b"none"),
        on_paper(b""),
    ],
    ids=["form", "long", "short", "check", "empty"],
)
def test_a_paper_whose_lines_are_right_and_whose_whole_is_wrong_says_so(lines: list[str]) -> None:
    with pytest.raises(paper_key.PaperKeyError, match="每一行都对，合起来不对") as refused:
        paper_key.read_lines(lines)
    assert not refused.value.faults


def test_every_wrong_line_of_a_paper_is_named() -> None:
    lines = paper_of(KeyFile(FIRST, ((1, FIRST),)))
    short = lines[2][:-1]
    odd = line_of(4, "0" * 15)
    with pytest.raises(paper_key.PaperKeyError, match="没有读对") as refused:
        paper_key.read_lines(["99" + lines[0][2:], lines[1].replace("0", "x", 3), short, odd, lines[4]])
    assert [(fault.code, fault.message[:3]) for fault in refused.value.faults] == [
        ("paper_line", f"第{row}行") for row in (1, 2, 3, 4)
    ]
    with pytest.raises(paper_key.PaperKeyError, match="没有读对"):
        paper_key.read_lines(["", " "])

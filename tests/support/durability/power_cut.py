"""Playing a power cut: from the log of a disk that forgets to a folder as it might be found afterwards."""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_HEAD = struct.Struct("=IIQq")
_SECTOR = 512
"""What a disk writes whole or not at all."""


def build_layer(folder: Path) -> Path:
    """Return the shared library that forgets, compiled from `forgetful.c`."""
    source, library = Path(__file__).with_name("forgetful.c"), folder / "forgetful.so"
    command = ("cc", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl", "-lpthread")
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, f"the layer needs a C compiler (apt-get install gcc libc6-dev): {result.stderr}"
    return library


@dataclass(frozen=True)
class Record:
    """One thing that happened below the folder."""

    op: str
    inode: int
    offset: int
    payload: bytes


def records(log: Path) -> Iterator[Record]:
    """Yield what a log holds; a record torn by the kill is none."""
    content, at = log.read_bytes(), 0
    while at + _HEAD.size <= len(content):
        op, length, inode, offset = _HEAD.unpack_from(content, at)
        at += _HEAD.size
        if at + length > len(content):
            return
        yield Record(chr(op), inode, offset, content[at : at + length])
        at += length


@dataclass
class _File:
    """A file's content: what is on the disk for certain, and what was done to it since its last sync."""

    sure: bytearray = field(default_factory=bytearray)
    unsure: list[Record] = field(default_factory=list)

    def sync(self) -> None:
        for record in self.unsure:
            _apply(self.sure, record)
        self.unsure = []

    def left(self, chance: random.Random) -> bytes:
        """Return the content as the cut may leave it: of the unsynced writes nothing, a beginning, any part, or everything."""
        content, how = bytearray(self.sure), chance.choice(("none", "beginning", "any", "any", "all"))
        share, end = chance.random(), chance.randint(0, len(self.unsure))
        for number, record in enumerate(self.unsure):
            kept = {"none": False, "all": True, "beginning": number < end, "any": chance.random() < share}[how]
            if kept:
                _apply(content, record)
            elif record.op == "W" and how != "none" and chance.random() < 0.2:
                _apply(content, _torn(record, chance))
        return bytes(content)


def _apply(content: bytearray, record: Record) -> None:
    if record.op == "T":
        del content[record.offset :]
        content.extend(bytes(record.offset - len(content)))
        return
    content.extend(bytes(max(0, record.offset - len(content))))
    content[record.offset : record.offset + len(record.payload)] = record.payload


def _torn(record: Record, chance: random.Random) -> Record:
    """Return the sectors of a write that reached the disk: the first few, or the last few."""
    cut = chance.randint(0, len(record.payload) // _SECTOR) * _SECTOR
    if chance.random() < 0.5:
        return Record("W", record.inode, record.offset, record.payload[:cut])
    return Record("W", record.inode, record.offset + cut, record.payload[cut:])


class Disk:
    """A folder as a disk keeps it: files by number, names that are sure and changes of names that are not yet."""

    def __init__(self, folder: Path) -> None:
        """Take the folder as it lies there: all of it is on the disk for certain."""
        self.folder = folder
        self._files: dict[int, _File] = {}
        self._names: dict[str, int] = {}
        self._folders: dict[str, int] = {str(folder): folder.stat().st_ino}
        self._unsure: list[tuple[int, Record]] = []
        self.unseen = 0
        self._now: dict[str, int] = {}
        for path in sorted(folder.rglob("*")):
            inode = path.stat().st_ino
            if path.is_dir():
                self._folders[str(path)] = inode
            elif not path.name.endswith("-shm"):
                self._files[inode] = _File(bytearray(path.read_bytes()))
                self._names[str(path)] = inode
        self._now = dict(self._names)

    def play(self, log: Path) -> int:
        """Do what the log tells; returns how many records it held."""
        number = 0
        for number, record in enumerate(records(log), 1):  # noqa: B007 - the last number is the answer
            self._do(record)
        return number

    def _do(self, record: Record) -> None:
        if record.op in "WT":
            self._files.setdefault(record.inode, _File()).unsure.append(record)
        elif record.op == "E":
            self._sync(record.inode)
        elif record.op == "X":
            self.unseen += 1
        elif record.op in "CRUM":
            self._rename(record)

    def _sync(self, inode: int) -> None:
        if inode in self._files:
            self._files[inode].sync()
        for folder, number in list(self._folders.items()):
            if number == inode:
                self._names = _named(self._names, [change for at, change in self._unsure if at == inode], folder)
                self._unsure = [(at, change) for at, change in self._unsure if at != inode]

    def _rename(self, record: Record) -> None:
        path = record.payload.split(b"\0")[-1].decode()
        parent = self._folders.get(str(Path(path).parent))
        if record.op == "M":
            self._folders[path] = record.inode  # folders are there from the start in what is proved here
            return
        if record.op == "C":
            self._files[record.inode] = _File()
        elif record.op == "R":
            source = record.payload.split(b"\0")[0].decode()
            record = Record("R", self._now.get(source, 0), 0, record.payload)
        self._now = _named(self._now, [record], "")
        if parent is not None:
            self._unsure.append((parent, record))

    def leave(self, target: Path, chance: random.Random) -> None:
        """Write into an empty folder what the cut may leave. Changes of names reach the disk in their order, or not at all."""
        kept = self._unsure[: chance.choice((0, len(self._unsure), chance.randint(0, len(self._unsure))))]
        names = _named(self._names, [change for _, change in kept], "")
        for folder in sorted(self._folders):
            (target / Path(folder).relative_to(self.folder)).mkdir(parents=True, exist_ok=True)
        for path, inode in sorted(names.items()):
            place = target / Path(path).relative_to(self.folder)
            place.write_bytes(self._files[inode].left(chance))


def _named(names: dict[str, int], changes: list[Record], folder: str) -> dict[str, int]:
    """Return the names after the changes; `folder` is only for a reader, the changes are all of one folder."""
    del folder
    after = dict(names)
    for change in changes:
        first, _, second = change.payload.decode().partition("\0")
        if change.op == "C":
            after[first] = change.inode
        elif change.op == "U":
            after.pop(first, None)
        elif change.op == "R" and change.inode:
            after.pop(first, None)
            after[second] = change.inode
    return after


def put_in_place(found: Path, folder: Path) -> None:
    """Let what the cut left lie where the workspace lay."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in found.iterdir():
        shutil.move(path, folder / path.name)

"""The key file: one root for what stands for ever, and a master key for each generation of what rotates. Knows no Django.

A file of one line is a workspace that never rotated: its master key is the root and the first generation. During a rotation the
file holds two generations, so that a killed one can be gone on with; afterwards it holds the new one only.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from time import monotonic

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ROTATING = frozenset({"database", "desk", "web", "wrap"})
"""Purposes whose key is of the newest generation. What every other purpose marks must be found again years later."""

_BYTES = 32
_LOOK = 0.25
"""Seconds for which a process need not look at the file again."""


@lru_cache(64)
def derive(master: bytes, purpose: str) -> bytes:
    """Return the 32-byte key of a purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), _BYTES, None, b"fuqi/" + purpose.encode()).derive(master)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What the file holds: the root, and the master keys by generation, the oldest first."""

    root: bytes
    masters: tuple[tuple[int, bytes], ...]

    @property
    def generation(self) -> int:
        """Return the generation that new seals belong to."""
        return self.masters[-1][0]

    @property
    def is_rotating(self) -> bool:
        """Return whether a rotation was begun and has not ended."""
        return len(self.masters) > 1

    def key(self, purpose: str) -> bytes:
        """Return the key of a purpose for whatever is written now."""
        return derive(self.masters[-1][1] if purpose in ROTATING else self.root, purpose)

    def keys(self, purpose: str) -> tuple[bytes, ...]:
        """Return the keys that may open what was written for a purpose, the newest first."""
        if purpose not in ROTATING:
            return (derive(self.root, purpose),)
        return tuple(derive(master, purpose) for _, master in reversed(self.masters))

    def with_another(self) -> KeyFile:
        """Return the file with a further generation."""
        return replace(self, masters=(*self.masters, (self.generation + 1, secrets.token_bytes(_BYTES))))

    def with_the_newest(self) -> KeyFile:
        """Return the file without former generations."""
        return replace(self, masters=self.masters[-1:])

    def text(self) -> str:
        """Return the file's text."""
        if self.masters == ((1, self.root),):
            return f"{self.root.hex()}\n"
        return "".join([f"root {self.root.hex()}\n", *(f"{number} {master.hex()}\n" for number, master in self.masters)])


def parse(text: str) -> KeyFile:
    """Return what a file's text holds. Raises ValueError."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and len(lines[0]) == 1:
        return KeyFile(_key(lines[0][0]), ((1, _key(lines[0][0])),))
    (name, root), *rest = lines
    masters = tuple((int(number), _key(master)) for number, master in rest)
    if name != "root" or not masters or list(masters) != sorted(masters):
        raise ValueError("no key file")
    return KeyFile(_key(root), masters)


def _key(digits: str) -> bytes:
    key = bytes.fromhex(digits)
    if len(key) != _BYTES:
        raise ValueError("no key")
    return key


def read(path: Path) -> KeyFile:
    """Return what the file holds. Raises OSError, ValueError."""
    return parse(path.read_text("ascii"))


def write(path: Path, file: KeyFile) -> None:
    """Replace the file in one step, synced: after a power cut there is the former one or the new one."""
    draft = path.with_suffix(".part")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(file.text())
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Keys:
    """The keys as the file has them now, in a process that goes on working while another one rotates them."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._lock = Lock()
        self._looked, self._stamp = 0.0, (0, 0, 0)
        self._file = KeyFile(bytes(_BYTES), ((1, bytes(_BYTES)),))
        self._known = dict(self._file.masters) if path is None else {}
        if path is not None:
            self.now(at_once=True)

    @property
    def stamp(self) -> tuple[int, int, int]:
        """Return what changes whenever the file was written anew or touched."""
        self.now()
        return self._stamp

    def now(self, *, at_once: bool = False) -> KeyFile:
        """Return what the file holds; `at_once` looks even if somebody has just looked."""
        if self.path is None or (not at_once and monotonic() - self._looked < _LOOK):
            return self._file
        with self._lock:
            self._looked = monotonic()
            try:
                found = self.path.stat()
            except OSError:
                if self._stamp == (0, 0, 0):
                    raise
                return self._file  # taken away from under a process that has read it: it works on with what it knows
            stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
            if stamp != self._stamp:
                self._file, self._stamp = read(self.path), stamp
                self._known.update(self._file.masters)
        return self._file

    def wrapping(self, generation: int) -> bytes | None:
        """Return the key that wraps data keys of a generation; None if this process never knew it.

        Former ones are remembered: who began to read before a rotation ended goes on reading what was there.
        """
        if generation not in self._known:
            self.now(at_once=True)
        master = self._known.get(generation)
        return None if master is None else derive(master, "wrap")

    def touch(self) -> None:
        """Let every process forget the data keys that it has opened."""
        if self.path is not None:
            os.utime(self.path)
        self._looked = 0.0

    def of(self, purpose: str) -> tuple[bytes, ...]:
        """Return the keys that may open what was written for a purpose, the newest first, as the file has them now."""
        return self.now(at_once=True).keys(purpose)

"""Keeps hold of every file that others make in a folder, and so what was in it even if they remove it again."""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import struct
from pathlib import Path
from threading import Event, Thread

_CREATED, _MOVED_IN, _CLOSED, _IS_FOLDER = 0x100, 0x80, 0x8, 0x40000000
_HEAD = struct.Struct("iIII")


class Watch:
    """Watches a folder and those that are made below it. Linux only (inotify)."""

    def __init__(self, folder: Path) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._events = self._libc.inotify_init1(0)
        self._folders: dict[int, Path] = {}
        self._held: dict[tuple[int, int], tuple[str, int]] = {}
        self._stop = Event()
        self._add(folder)
        self._thread = Thread(target=self._look, daemon=True)
        self._thread.start()

    def _add(self, folder: Path) -> None:
        number = self._libc.inotify_add_watch(self._events, os.fsencode(folder), _CREATED | _MOVED_IN | _CLOSED)
        self._folders[number] = folder
        with contextlib.suppress(OSError):
            for path in folder.iterdir():
                self._take(path)

    def _take(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            if path.is_dir():
                self._add(path)
                return
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            seen = os.fstat(handle)
            if (seen.st_dev, seen.st_ino) in self._held:
                os.close(handle)
            else:
                self._held[seen.st_dev, seen.st_ino] = (str(path), handle)

    def _look(self) -> None:
        while not self._stop.is_set():
            if not select.select([self._events], [], [], 0.1)[0]:
                continue
            data, at = os.read(self._events, 1 << 16), 0
            while at < len(data):
                number, _, _, length = _HEAD.unpack_from(data, at)
                name = data[at + _HEAD.size : at + _HEAD.size + length].rstrip(b"\0")
                at += _HEAD.size + length
                if number in self._folders:
                    self._take(self._folders[number] / os.fsdecode(name))

    def files(self) -> list[tuple[str, bytes]]:
        """Stop, and return every file that was there with what was in it last."""
        self._stop.set()
        self._thread.join()
        os.close(self._events)
        found = []
        for path, handle in self._held.values():
            with contextlib.suppress(OSError), os.fdopen(handle, "rb") as file:
                found.append((path, file.read()))
        return found

"""An encrypted file that is written and read from front to back: every part is sealed, and so are their order and the end.

Layout: a mark; the length of the head (4 bytes) and the head as JSON; then parts, each with its length (4 bytes), encrypted
with AES-256-GCM under the file's own random key. The nonce is the part's number and whether it is the last (the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár), so no part can be left out, put elsewhere or cut off; the head is
authenticated with each. The file's key lies in the head, wrapped once for each way to open it: the workspace's key, a
passphrase (Argon2id, RFC 9106).
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fuqi.basics.errors import FuqiError

_MARK = b"FUQI-BACKUP-1\n"
_PART = 1 << 20
_NONCE, _LENGTH = 12, 4
_MOST_HEAD = 1 << 16
_PASSES, _MEMORY_KIB, _LANES, _KEY_BYTES = 3, 1 << 18, 2, 32
SHORTEST_PASSPHRASE = 12


class NotABackupError(FuqiError):
    """The file is no backup of this program."""

    code = "not_a_backup"


class BackupDamagedError(FuqiError):
    """A part of the file was changed, is missing, or does not belong there."""

    code = "backup_damaged"


class BackupLockedError(FuqiError):
    """Neither the key nor the passphrase opens the file."""

    code = "backup_locked"


class PassphraseError(FuqiError):
    """The passphrase is too short to protect anything."""

    code = "passphrase_short"


@dataclass(frozen=True)
class Openers:
    """What opens a container: the workspace's key for backups, a passphrase, or both."""

    key: bytes = b""
    passphrase: str = ""


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def key_name(key: bytes) -> str:
    """Return what a key is called where it must not be shown."""
    return hashlib.sha256(b"fuqi/key-name" + key).hexdigest()[:16]


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, _PASSES, _MEMORY_KIB, _LANES, _KEY_BYTES, Type.ID)


def _wraps(file_key: bytes, openers: Openers) -> list[dict[str, str]]:
    wraps = []
    if openers.key:
        nonce = os.urandom(_NONCE)
        wrapped = AESGCM(openers.key).encrypt(nonce, file_key, _MARK)
        wraps.append({"by": "workspace", "key": key_name(openers.key), "nonce": _text(nonce), "wrapped": _text(wrapped)})
    if openers.passphrase:
        if len(openers.passphrase) < SHORTEST_PASSPHRASE:
            raise PassphraseError(f"口令至少要 {SHORTEST_PASSPHRASE} 个字符，没有做备份。请换一个长的，例如几个不相干的词。")
        salt, nonce = os.urandom(16), os.urandom(_NONCE)
        wrapped = AESGCM(_stretched(openers.passphrase, salt)).encrypt(nonce, file_key, _MARK)
        wraps.append({"by": "passphrase", "salt": _text(salt), "nonce": _text(nonce), "wrapped": _text(wrapped)})
    return wraps


class ContainerWriter:
    """A stream that encrypts what is written to it; whole only after `finish`."""

    def __init__(self, file: IO[bytes], openers: Openers, about: Mapping[str, object]) -> None:
        file_key = secrets.token_bytes(32)
        head = json.dumps({**about, "wraps": _wraps(file_key, openers)}, ensure_ascii=False).encode()
        self._file, self._cipher, self._bound = file, AESGCM(file_key), hashlib.sha256(head).digest()
        self._pending, self._number = bytearray(), 0
        file.write(_MARK + len(head).to_bytes(_LENGTH) + head)

    def write(self, data: bytes) -> int:
        """Take bytes."""
        self._pending += data
        while len(self._pending) > _PART:
            self._put(bytes(self._pending[:_PART]), last=False)
            del self._pending[:_PART]
        return len(data)

    def _put(self, part: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last=last), part, self._bound)
        self._file.write(len(sealed).to_bytes(_LENGTH) + sealed)
        self._number += 1

    def finish(self) -> None:
        """Write the last part and have all of it on the disk."""
        self._put(bytes(self._pending), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_NONCE - 1) + bytes([last])


def read_head(file: IO[bytes]) -> dict[str, Any]:
    """Return what the head says, not yet authenticated. Raises NotABackupError, BackupDamagedError."""
    if file.read(len(_MARK)) != _MARK:
        raise NotABackupError("这不是本程序做的备份文件，或者开头已损坏。请换一份备份。")
    length = int.from_bytes(file.read(_LENGTH))
    try:
        head = json.loads(file.read(length).decode()) if length <= _MOST_HEAD else None
    except ValueError:
        head = None
    if not isinstance(head, dict) or not isinstance(head.get("wraps"), list):
        raise BackupDamagedError("备份文件的开头被改动过或已损坏，打不开。请换一份备份。")
    return head


class ContainerReader:
    """A stream of what a container holds. Raises BackupDamagedError, with the place, where a byte is not as it was written."""

    def __init__(self, file: IO[bytes], openers: Openers) -> None:
        self.head = read_head(file)
        start = len(_MARK) + _LENGTH
        end = file.tell()
        file.seek(start)
        self._bound = hashlib.sha256(file.read(end - start)).digest()
        self._file, self._cipher = file, AESGCM(_file_key(self.head["wraps"], openers))
        self._pending, self._number, self._last = bytearray(), 0, False

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, fewer only at the end."""
        while not self._last and (size < 0 or len(self._pending) < size):
            self._pending += self._next()
        taken = bytes(self._pending if size < 0 else self._pending[:size])
        del self._pending[: len(taken)]
        return taken

    def _next(self) -> bytes:
        at = self._file.tell()
        head = self._file.read(_LENGTH)
        if not head:
            raise BackupDamagedError(f"备份文件不完整：在第 {at} 字节处断了。请换一份备份。")
        length = int.from_bytes(head)
        sealed = self._file.read(length) if length <= _PART + 16 else b""
        for last in (False, True):
            try:
                part = self._cipher.decrypt(_nonce(self._number, last=last), sealed, self._bound)
            except InvalidTag:
                continue
            if last and self._file.read(1):
                break
            self._last, self._number = last, self._number + 1
            return part
        raise BackupDamagedError(
            f"备份文件被改动过或已损坏：第 {self._number + 1} 段（第 {at} 到 {at + _LENGTH + length} 字节）的封印不符。请换一份备份。"
        )


def _file_key(wraps: list[Any], openers: Openers) -> bytes:
    for wrap in wraps:
        try:
            nonce, wrapped = base64.b64decode(wrap["nonce"]), base64.b64decode(wrap["wrapped"])
            if wrap["by"] == "workspace" and openers.key:
                key = openers.key
            elif wrap["by"] == "passphrase" and openers.passphrase:
                key = _stretched(openers.passphrase, base64.b64decode(wrap["salt"]))
            else:
                continue
            return AESGCM(key).decrypt(nonce, wrapped, _MARK)
        except (InvalidTag, KeyError, ValueError, TypeError):
            continue
    raise BackupLockedError(
        "这份备份打不开：给出的密钥或口令不对。它要用做备份时那个工作区的密钥文件夹（--keys），或做备份时定的口令打开；"
        "密钥换过代的，要用当时那一代。也可能是备份文件的开头被改动过。"
    )

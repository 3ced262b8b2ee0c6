"""The key on paper: lines of digits that a person can type, each with a check of its own. Knows no Django."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from fuqi.access.keyfile import KeyFile
from fuqi.basics.errors import Fault, FuqiError, Place

_BYTES_A_LINE, _GROUP = 8, 4
_MODULUS = 97
_FORM = 1


class PaperKeyError(FuqiError):
    """What was typed is not what stands on the paper."""

    code = "paper_key"


def lines_of(file: KeyFile) -> tuple[str, ...]:
    """Return the lines to print: number, four groups of four hexadecimal digits, two check digits."""
    words = _packed(file)
    pieces = [words[start : start + _BYTES_A_LINE] for start in range(0, len(words), _BYTES_A_LINE)]
    return tuple(_line(number, piece) for number, piece in enumerate(pieces, 1))


def _packed(file: KeyFile) -> bytes:
    """Return form, newest generation, root and master, and the first bytes of their SHA-256."""
    generation, master = file.masters[-1]
    words = bytes([_FORM]) + generation.to_bytes(3, "big") + file.root + (b"" if master == file.root else master)
    return words + hashlib.sha256(words).digest()[:4]


def _line(number: int, piece: bytes) -> str:
    digits = piece.hex()
    groups = [digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP)]
    return f"{number:02d} {' '.join(groups)} {_check(number, digits):02d}"


def _check(number: int, digits: str) -> int:
    """Return the remainder by 97, a prime: one wrong sign, or two neighbours that changed places, always change it."""
    return ((number << 4 * len(digits)) + int(digits, 16)) % _MODULUS


def read_lines(lines: Sequence[str]) -> KeyFile:
    """Return the key file that typed lines say; blanks and capitals do not matter. Raises PaperKeyError naming the lines."""
    typed = [line for line in lines if line.strip()]
    faults = [fault for position, line in enumerate(typed, 1) if (fault := _fault(position, line))]
    if faults or not typed:
        raise PaperKeyError("纸上的密钥没有读对，没有写入。请对照纸张，改正下面的行再试。", faults=tuple(faults))
    words = b"".join(bytes.fromhex(_digits(line)) for line in typed)
    body, check = words[:-4], words[-4:]
    if len(body) not in (36, 68) or hashlib.sha256(body).digest()[:4] != check or body[0] != _FORM:
        raise PaperKeyError("纸上的密钥没有读全：每一行都对，合起来不对。请看是不是漏了行、多了行，或者混了两张纸。")
    generation, root = int.from_bytes(body[1:4], "big"), body[4:36]
    return KeyFile(root, ((generation, body[36:] or root),))


def _signs(line: str) -> str:
    return "".join(line.split()).lower()


def _digits(line: str) -> str:
    return _signs(line)[2:-2]


def _fault(position: int, line: str) -> Fault | None:
    signs = _signs(line)
    digits = signs[2:-2]
    try:
        sound = signs[:2] == f"{position:02d}" and int(signs[-2:]) == _check(position, digits) and bool(bytes.fromhex(digits))
    except ValueError:
        sound = False
    return None if sound else Fault("paper_line", f"第{position}行不对：应是两位行号、四组四位和两位校验数字。", Place())

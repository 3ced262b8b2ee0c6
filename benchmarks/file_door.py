"""The file door, CSV file to CSV file, as a whole process: the plain install and the one with the extra `batch`."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.claims import LAYERS, SCHEME, Book, claim_id, write_csv
from benchmarks.paid import Paid
from benchmarks.rounds import Clock, Contender

DOOR = "from fuqi.commands.main import main; main()"
PLAIN = "import sys; sys.modules.update(dict.fromkeys(('numpy', 'numba', 'llvmlite', 'duckdb', 'polars'))); "
"""What makes an install plain: whatever an extra brings cannot be imported."""


def contenders(book: Book, paid: Paid, folder: Path) -> list[Contender]:
    """Return the file door with the extra and without; `book` in order of arrival, `paid` in that order too."""
    claims = folder / "claims.csv"
    write_csv(book, claims)
    right = hashlib.sha256()
    for part in right_lines(book, paid):
        right.update(part)
    return [
        Contender("file door with the extra batch", *_door(DOOR, claims, folder / "with.csv", right.hexdigest())),
        Contender("file door, plain install", *_door(PLAIN + DOOR, claims, folder / "plain.csv", right.hexdigest())),
    ]


def measured(result: dict[str, Any]) -> float:
    """Return the seconds that the process took, by the clock of the races."""
    return float(result["processor" if Clock.now is time.process_time else "seconds"])


def memory(result: dict[str, Any]) -> float:
    """Return the peak of its memory in megabytes."""
    return float(result["megabytes"])


def _door(code: str, claims: Path, out: Path, digest: str) -> tuple[Any, ...]:
    command = [sys.executable, "-c", code, "settle", "--benefits", str(SCHEME), "--claims", str(claims), "--out", str(out)]

    def run() -> dict[str, Any]:
        return launched(command)

    def wrong(result: dict[str, Any]) -> str:
        if result["status"]:
            return f"exit status {result['status']}: {result['said']}"
        found = hashlib.sha256(out.read_bytes()).hexdigest()
        return "" if found == digest else "the file of lines differs"

    return run, wrong, "", measured, memory


def launched(command: Sequence[str]) -> dict[str, Any]:
    """Return seconds, megabytes and exit status of a command that a small process starts."""
    launcher = [sys.executable, "-S", str(Path(__file__).with_name("launch.py")), *command]
    said = subprocess.run(launcher, capture_output=True, check=True, text=True).stdout
    found: dict[str, Any] = json.loads(said)
    return found


def right_lines(book: Book, paid: Paid) -> Iterator[bytes]:
    """Yield the file of lines that is right, in pieces."""
    rows = np.lexsort((book.number, book.settled))
    yield b"claim_id,layer,base,pay\n"
    for start in range(0, len(rows), 50_000):
        part = rows[start : start + 50_000]
        taken = [column[part].tolist() for column in (book.number, book.total, book.in_scope, book.poor, *paid)]
        yield "".join(_of_claim(*values) for values in zip(*taken, strict=True)).encode()


def _of_claim(number: int, total: int, in_scope: int, poor: int, basic: int, critical: int, backstop: int) -> str:
    bases = (in_scope, in_scope - basic, (in_scope - basic - critical) * poor)
    name = claim_id(number)
    lines = [
        f"{name},{layer},{_yuan(base)},{_yuan(pay)}\n"
        for layer, base, pay in zip(LAYERS, bases, (basic, critical, backstop), strict=True)
    ]
    return "".join(lines) + f"{name},self_pay,{_yuan(total)},{_yuan(total - basic - critical - backstop)}\n"


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"

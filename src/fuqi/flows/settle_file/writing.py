"""Writes the files of the file door: every cell safe in a spreadsheet, and all files whole or none at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from fuqi.basics.money import format_yuan
from fuqi.scheme.claims import Settled
from fuqi.scheme.reading.claims_csv import RowProblem

LINES_HEADER = "claim_id,layer,base,pay\n"
QUOTED = (",", '"', "\n", "\r")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(text: str) -> str:
    """Return a cell as it stands in a CSV file, quoted where it must be."""
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in QUOTED) else text


def must_be_quoted(ids: Iterable[str]) -> bool:
    """Return whether one of some ids must be quoted."""
    joined = "".join(ids)
    return any(mark in joined for mark in QUOTED)


def lines_of(results: Iterable[Settled]) -> Iterator[str]:
    """Yield the lines of decided claims: each layer in order, the institution's adjustment if there is one, self_pay."""
    yield LINES_HEADER
    for result in results:
        claim, claim_id = result.claim, cell(result.claim.claim_id)
        for line in result.lines:
            yield f"{claim_id},{line.layer},{format_yuan(line.base_fen)},{format_yuan(line.pay_fen)}\n"
        if result.institution_adjustment_fen:
            yield adjustment_line(claim_id, claim.total or 0, result.institution_adjustment_fen)
        yield f"{claim_id},self_pay,{format_yuan(claim.settled_sum or 0)},{format_yuan(result.self_pay_fen)}\n"


def adjustment_line(claim_id: str, total: int, adjustment: int) -> str:
    """Return the line of what the institution gains or loses on a claim."""
    return f"{claim_id},institution_adjustment,{format_yuan(total)},{format_yuan(adjustment)}\n"


def problem_lines(problems: Iterable[RowProblem]) -> Iterator[str]:
    """Yield the problems; a cell that a spreadsheet would take for a formula is left empty, the row tells where it stands."""
    yield "claim_id,row,column,code,message\n"
    for problem in problems:
        cells = (problem.claim_id, str(problem.row) if problem.row else "", problem.column, problem.code, problem.message)
        yield ",".join(cell(_inert(one)) for one in cells) + "\n"


def _inert(text: str) -> str:
    return "" if text.startswith(_FORMULA) else text


class WholeFiles:
    """Files that appear together when all of them are written, and not at all if anything fails before."""

    def __init__(self) -> None:
        self.ready: list[tuple[Path, Path]] = []

    def __enter__(self) -> Self:
        return self

    def write(self, path: Path, pieces: Iterable[str] | Iterable[bytes]) -> None:
        """Write a file beside its place; what is no regular file (a pipe, a device) is written at once. Raises OSError."""
        target = path.resolve()
        beside = target if target.exists() and not target.is_file() else target.with_name(f".{target.name}.{os.getpid()}")
        if beside != target:
            self.ready.append((beside, target))
        with beside.open("wb") as file:
            for piece in pieces:
                file.write(piece.encode() if isinstance(piece, str) else piece)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        try:
            if kind is None:
                for beside, target in self.ready:
                    beside.replace(target)
        finally:
            for beside, _ in self.ready:
                beside.unlink(missing_ok=True)

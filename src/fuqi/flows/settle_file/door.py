"""What the file door says and writes of a file of claims, whichever way it was settled."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from fuqi.basics.errors import Fault, Place
from fuqi.batch.machine import available
from fuqi.flows.settle_file.by_columns import ByColumns
from fuqi.flows.settle_file.by_reference import ByReference
from fuqi.flows.settle_file.problems import DIFFERENCE, NOT_REFUSALS, PROVISIONAL
from fuqi.flows.settle_file.writing import WholeFiles, problem_lines
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.compiled import Compiled, compile_benefits
from fuqi.scheme.reading.claims_csv import ClaimsFileError, RowProblem

DONE, SOME_LEFT, WRONG = 0, 1, 2
"""Exit states: all settled; claims refused, undecided or unreadable; scheme or arguments wrong."""

SMALL_BYTES = 10_000
"""Files up to this size are settled by the reference evaluator: before a scheme is compiled, they are done."""

LARGE_BYTES = 8_000_000
"""Files from this size on are settled by machine code where the extra `batch` is installed: loading it takes about as long as
settling 100 000 claims without it."""


class Say(Protocol):
    """Takes a line of text."""

    def __call__(self, line: str, /) -> object: ...


class Settling(Protocol):
    """A file of claims that was read, and what became of them."""

    problems: list[RowProblem]

    @property
    def ignored(self) -> list[str]: ...
    @property
    def settled(self) -> int: ...
    @property
    def undecided(self) -> int: ...
    def has(self, claim_id: str) -> bool: ...
    def settle(self) -> None: ...
    def lines(self) -> Iterator[str] | Iterator[bytes]: ...
    def sentences(self, claim_id: str) -> list[str]: ...


def read(content: bytes, rules: Benefits) -> Settling:
    """Return a file of claims, read in the way that suits its size. Raises ClaimsFileError."""
    if len(content) > SMALL_BYTES:
        compiled = compile_benefits(rules)
        if not compiled.kernel.plan.fallback:
            by_machine = len(content) >= LARGE_BYTES and available()
            return (_by_machine(content, compiled) if by_machine else None) or ByColumns.of(content, compiled)
    return ByReference.of(content, rules)


def _by_machine(content: bytes, compiled: Compiled) -> Settling | None:
    """Return the file for machine code; None where plain Python must read it or its sums might leave 64 bits."""
    from fuqi.flows.settle_file.by_arrays import ByArrays

    return ByArrays.of(content, compiled)


@contextmanager
def no_collection() -> Iterator[None]:
    """Do without the search for circles of garbage: millions of cells have none, and it would look through them often."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(slots=True)
class Door:
    """One file being settled."""

    rules: Benefits
    file: str
    out: Path | None
    problems_path: Path | None
    keep_going: bool
    say: Say
    warn: Say
    problems: list[RowProblem] = field(default_factory=list)

    def settle(self, path: Path, explain: str | None) -> int:
        """Settle the file at a path and return the exit status."""
        with no_collection():
            return self._settle(path, explain)

    def _settle(self, path: Path, explain: str | None) -> int:
        try:
            found = read(path.read_bytes(), self.rules)
        except OSError as error:
            return self._unreadable(ClaimsFileError(f"读不了这个文件（{error.strerror}）", code="unreadable"))
        except ClaimsFileError as error:
            return self._unreadable(error)
        for place, name in enumerate(found.ignored, start=1):
            self.warn(f"不认识的列“{name}”，没有用到" if name else f"有没有列名的列（第{place}个不认识的列），没有用到")
        if explain is not None and not found.has(explain):
            self.warn(f"文件“{self.file}”里没有结算单“{explain}”，请检查 --explain")
            return WRONG
        header_is_bad = any(problem.row == 1 for problem in found.problems)
        found.settle()
        self.problems = sorted(found.problems)
        refused = {problem.row for problem in self.problems if problem.code not in NOT_REFUSALS}
        self._report()
        writing = not refused or (self.keep_going and not header_is_bad)
        if not self._write(found.lines() if writing else None):
            return WRONG
        if not writing:
            self.warn("有被退回的行，没有写出结果；改正后重来，或者用 --keep-going 先结算其余的行")
        if explain is not None:
            self._explain(explain, found)
        done = "已结算" if writing else "可以结算"
        self.say(f"{done} {found.settled} 张，未定 {found.undecided} 张，退回 {len(refused)} 行。")
        return SOME_LEFT if any(problem.code not in (PROVISIONAL, DIFFERENCE) for problem in self.problems) else DONE

    def _report(self) -> None:
        for problem in self.problems:
            claim = f"结算单 {problem.claim_id} " if problem.claim_id else ""
            self.warn(f"{Place(file=self.file, row=problem.row, column=problem.column)}：{claim}{problem.message}")

    def _write(self, lines: Iterable[str] | Iterable[bytes] | None) -> bool:
        """Write the files that were asked for, all or none; return whether that worked."""
        path = self.out
        try:
            with WholeFiles() as files:
                if self.problems_path is not None:
                    path = self.problems_path
                    files.write(path, problem_lines(self.problems))
                if self.out is not None and lines is not None:
                    path = self.out
                    files.write(path, lines)
        except OSError as error:
            what = f"写不了这个文件（{error.strerror}），什么也没有写出"
            self.warn(str(Fault("unwritable", what, Place(file=str(path)))))
            return False
        return True

    def _unreadable(self, error: ClaimsFileError) -> int:
        self.problems.append(RowProblem(error.row, error.column, error.code, error.message))
        self._report()
        return SOME_LEFT if self._write(None) else WRONG

    def _explain(self, claim_id: str, found: Settling) -> None:
        for sentence in found.sentences(claim_id):
            self.say(sentence)
        for problem in self.problems:
            if problem.claim_id == claim_id and problem.code not in (PROVISIONAL, DIFFERENCE):
                self.say(f"结算单 {claim_id} 没有结算：{problem.message}")

"""The file door: settle a CSV file of claims under a benefits file or a scheme, without a workspace (settlement standard)."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fuqi.basics.errors import Fault, Place
from fuqi.basics.money import format_yuan
from fuqi.scheme import SchemeError, load_scheme
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Refused, Settled, Undecided
from fuqi.scheme.explain import column_word, sentences
from fuqi.scheme.names import CLAIM
from fuqi.scheme.reading.benefits import read_benefits
from fuqi.scheme.reading.claims_csv import ClaimsFile, ClaimsFileError, RowProblem, read_claims
from fuqi.scheme.reading.reader import Reader
from fuqi.scheme.settle import Result, settle

DONE, SOME_LEFT, WRONG = 0, 1, 2
"""Exit states: all settled; claims refused, undecided or unreadable; scheme or arguments wrong."""

Say = Callable[[str], None]


def settle_file(
    *,
    benefits: Path | None,
    scheme: Path | None,
    claims: Path,
    out: Path | None,
    problems: Path | None,
    explain: str | None,
    keep_going: bool,
    say: Say,
    warn: Say,
    bases: Sequence[Path] = (),
) -> int:
    """Settle a file of claims into `out` (None: only say); return the exit status. `scheme` is a scheme's folder.

    `say` takes lines for standard output, `warn` for standard error. `bases` are folders where a scheme's base is looked up
    beside the folder that holds the scheme.
    """
    faults = _argument_faults(benefits, scheme, claims, out, problems)
    rules = _rules(benefits, scheme, bases, faults)
    if rules is None or faults:
        for fault in faults:
            warn(str(fault))
        return WRONG
    door = _Door(rules, claims.name, out, problems, keep_going, say, warn)
    return door.settle(claims, explain)


def _argument_faults(
    benefits: Path | None, scheme: Path | None, claims: Path, out: Path | None, problems: Path | None
) -> list[Fault]:
    """Return what is wrong with the arguments themselves."""
    faults = []
    if (benefits is None) == (scheme is None):
        faults.append(Fault("arguments", "--benefits 和 --scheme 要写一个，也只能写一个"))
    if benefits is not None and not benefits.is_file():
        faults.append(Fault("absent", "找不到这个文件，请检查 --benefits", Place(file=str(benefits))))
    if scheme is not None and not scheme.is_dir():
        faults.append(Fault("absent", "找不到这个方案，请检查 --scheme", Place(file=str(scheme))))
    if not claims.exists():
        faults.append(Fault("absent", "找不到这个文件，请检查 --claims", Place(file=str(claims))))
    inputs = {path.resolve() for path in (benefits, claims) if path is not None}
    written = [path for path in (out, problems) if path is not None]
    for path in written:
        if path.resolve() in inputs:
            faults.append(Fault("overwrites", "结果不能写到要读的文件上，请换一个文件名", Place(file=str(path))))
        elif path.is_dir() or not path.resolve().parent.is_dir():
            faults.append(Fault("no_folder", "写不了这个文件：文件夹不存在，或者它本身是文件夹", Place(file=str(path))))
    if len({path.resolve() for path in written}) < len(written):
        faults.append(Fault("overwrites", "--out 和 --problems 不能是同一个文件", Place(file=str(out or ""))))
    return faults


def _rules(benefits: Path | None, scheme: Path | None, bases: Sequence[Path], faults: list[Fault]) -> Benefits | None:
    """Return the layers, None after collecting what is wrong with them."""
    if benefits is not None:
        return _benefits_of(benefits, Reader(benefits.name, faults)) if benefits.is_file() else None
    if scheme is None or not scheme.is_dir():
        return None
    try:
        loaded = load_scheme(scheme, bases=(scheme.resolve().parent, *bases))
    except SchemeError as error:
        faults.extend(error.faults or (Fault(error.code, error.message),))
        return None
    names = CLAIM.without("disease_lists").with_choices({"groups": [group.id for group in loaded.groups]})
    path = scheme / "benefits.yaml"
    read_benefits(path.read_text(encoding="utf-8-sig"), Reader(f"{scheme.name}/{path.name}", faults), names=names)
    return loaded.benefits


def _benefits_of(path: Path, reader: Reader) -> Benefits | None:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        reader.fault("encoding", "文件不是 UTF-8 编码，请另存为 UTF-8", 0)
        return None
    except OSError as error:
        reader.fault("unreadable", f"读不了这个文件（{error.strerror}）", 0)
        return None
    found = read_benefits(text, reader)
    reader.faults.sort(key=lambda fault: fault.place.line)
    return found


@dataclass(slots=True)
class _Door:
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
        try:
            content = path.read_bytes()
        except OSError as error:
            return self._unreadable(ClaimsFileError(f"读不了这个文件（{error.strerror}）", code="unreadable"))
        try:
            read = read_claims(content, [layer.id for layer in self.rules.layers], self.rules.care_kinds)
        except ClaimsFileError as error:
            return self._unreadable(error)
        for place, name in enumerate(read.ignored, start=1):
            self.warn(f"不认识的列“{name}”，没有用到" if name else f"有没有列名的列（第{place}个不认识的列），没有用到")
        if explain is not None and explain not in read.ids:
            self.warn(f"文件“{self.file}”里没有结算单“{explain}”，请检查 --explain")
            return WRONG
        self.problems += read.problems
        results = self._results(read)
        refused = bool(self.problems)
        self._collect(results, read)
        self._report()
        if not refused or (self.keep_going and all(problem.row > 1 for problem in read.problems)):
            if self.out is not None:
                _write(self.out, _lines_csv(results))
        else:
            self.warn("有被退回的行，没有写出结果；改正后重来，或者用 --keep-going 先结算其余的行")
        if explain is not None:
            self._explain(explain, results)
        self._sum_up(results)
        return (
            SOME_LEFT
            if any(problem.code != _PROVISIONAL and problem.code != _DIFFERENCE for problem in self.problems)
            else DONE
        )

    def _results(self, read: ClaimsFile) -> list[Result]:
        """Return the results of the sound claims, as if refused ones were not there; refused ones become problems."""
        results = settle(self.rules, read.claims)
        refused = [result for result in results if isinstance(result, Refused)]
        if not refused:
            return results
        for result in refused:
            claim_id = result.claim.claim_id
            for problem in result.problems:
                self.problems.append(RowProblem(read.rows[claim_id], problem.column, problem.code, problem.message, claim_id))
        gone = {result.claim.claim_id for result in refused}
        return settle(self.rules, [claim for claim in read.claims if claim.claim_id not in gone])

    def _collect(self, results: Iterable[Result], read: ClaimsFile) -> None:
        """Collect what is to be said of the results: missing facts, provisional claims, differences of checked layers."""
        for result in results:
            claim_id = result.claim.claim_id
            row = read.rows[claim_id]
            match result:
                case Undecided():
                    for name in result.missing:
                        message = f"缺少{column_word(name)}，不能结算；请补上后重来"
                        self.problems.append(RowProblem(row, name, "undecided", message, claim_id))
                case Settled():
                    if result.provisional:
                        message = "已结算，但同一人（户）有更早的费用还没有定，结果是暂时的"
                        self.problems.append(RowProblem(row, "", _PROVISIONAL, message, claim_id))
                    for line in result.lines:
                        if line.difference_fen:
                            given, computed = format_yuan(line.pay_fen), format_yuan(line.trace.result)
                            message = f"“{line.name}”报来的支付是{given}元，按方案算是{computed}元；以报来的为准"
                            self.problems.append(RowProblem(row, f"paid_{line.layer}", _DIFFERENCE, message, claim_id))

    def _report(self) -> None:
        self.problems.sort()
        for problem in self.problems:
            claim = f"结算单 {problem.claim_id} " if problem.claim_id else ""
            self.warn(f"{Place(file=self.file, row=problem.row, column=problem.column)}：{claim}{problem.message}")
        if self.problems_path is not None:
            _write(self.problems_path, _problems_csv(self.problems))

    def _unreadable(self, error: ClaimsFileError) -> int:
        self.problems.append(RowProblem(error.row, error.column, error.code, error.message))
        self._report()
        return SOME_LEFT

    def _explain(self, claim_id: str, results: Iterable[Result]) -> None:
        found = next((result for result in results if result.claim.claim_id == claim_id), None)
        if isinstance(found, Settled):
            for sentence in sentences(found, self.rules):
                self.say(sentence)
            return
        for problem in self.problems:
            if problem.claim_id == claim_id:
                self.say(f"结算单 {claim_id} 没有结算：{problem.message}")

    def _sum_up(self, results: Sequence[Result]) -> None:
        settled = sum(isinstance(result, Settled) for result in results)
        undecided = sum(isinstance(result, Undecided) for result in results)
        settled_or_not = {
            problem.row for problem in self.problems if problem.code not in (_PROVISIONAL, _DIFFERENCE, "undecided")
        }
        self.say(f"已结算 {settled} 张，未定 {undecided} 张，退回 {len(settled_or_not)} 行。")


_PROVISIONAL = "provisional"
_DIFFERENCE = "checked_difference"


def _lines_csv(results: Iterable[Result]) -> str:
    """Return the lines of decided claims: each layer in order, the institution's adjustment if there is one, self_pay."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("claim_id", "layer", "base", "pay"))
    for result in results:
        if not isinstance(result, Settled):
            continue
        claim = result.claim
        for line in result.lines:
            writer.writerow((claim.claim_id, line.layer, format_yuan(line.base_fen), format_yuan(line.pay_fen)))
        if result.institution_adjustment_fen:
            total, adjustment = format_yuan(claim.total or 0), format_yuan(result.institution_adjustment_fen)
            writer.writerow((claim.claim_id, "institution_adjustment", total, adjustment))
        writer.writerow((claim.claim_id, "self_pay", format_yuan(claim.settled_sum or 0), format_yuan(result.self_pay_fen)))
    return out.getvalue()


def _problems_csv(problems: Iterable[RowProblem]) -> str:
    """Return the problems; a cell that a spreadsheet would take for a formula is left empty, the row tells where it stands."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("claim_id", "row", "column", "code", "message"))
    for problem in problems:
        cells = (problem.claim_id, str(problem.row) if problem.row else "", problem.column, problem.code, problem.message)
        writer.writerow([_inert(cell) for cell in cells])
    return out.getvalue()


def _inert(cell: str) -> str:
    return "" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)

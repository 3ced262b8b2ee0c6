"""The file door of matching: a folder of lists in, one line for every data row out; no workspace, no database."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from fuqi.basics.inert import CsvWriter, inert
from fuqi.intake.layouts import Layouts, load_layouts
from fuqi.intake.reading import FileReading, ReadRow, read_file
from fuqi.intake.workbooks import WorkbookReader
from fuqi.matching.linking import Verdict, link
from fuqi.matching.placenames import PlacesError, load_village_codes
from fuqi.matching.rules import NEW, REFUSED, REVIEW, SAME, Candidate, candidate_from

Say = Callable[[str], None]
Key = tuple[str, str, int]

ALL_READ, SOME_REFUSED, WRONG_ARGUMENTS = 0, 1, 2
PEOPLE_COLUMNS = ("file", "sheet", "row", "person", "verdict", "rule", "score")
REVIEW_COLUMNS = ("file", "sheet", "row", "other_file", "other_sheet", "other_row", "score", "reasons")


def match_files(folder: Path, out: Path, review: Path | None, places: Path | None, *, today: date, say: Say, warn: Say) -> int:
    """Write which rows of all lists in a folder are of one person; return the exit status.

    0: every row got a verdict; 1: a file, a sheet or a row was refused; 2: the arguments do not fit.
    """
    products = [path for path in (out, review) if path is not None]
    if not folder.is_dir():
        warn(f"“{folder}”不是文件夹，请给出存放名单的文件夹")
        return WRONG_ARGUMENTS
    for product in products:
        if not product.absolute().parent.is_dir() or product.is_dir():
            warn(f"不能写到“{product}”，请检查所在文件夹是否存在")
            return WRONG_ARGUMENTS
    try:
        codes = load_village_codes(places) if places else {}
    except PlacesError as error:
        warn(str(error))
        return WRONG_ARGUMENTS
    written = {product.resolve() for product in products}
    paths = [path for path in _lists_in(folder) if path.resolve() not in written]
    if not paths:
        warn(f"文件夹“{folder}”里没有文件")
        return SOME_REFUSED
    candidates: list[Candidate] = []
    refused: list[tuple[Key, str]] = []
    complete = _read_all(paths, load_layouts(), codes, candidates, refused, today=today, warn=warn)
    verdicts = link(candidates)
    _write(out, PEOPLE_COLUMNS, _people_lines(verdicts, refused))
    if review is not None:
        _write(review, REVIEW_COLUMNS, _review_lines(verdicts))
    _tell(verdicts, refused, say)
    return ALL_READ if complete and not refused and all(one.verdict != REFUSED for one in verdicts) else SOME_REFUSED


def _lists_in(folder: Path) -> list[Path]:
    """Return the files of a folder by name; lock files and hidden files of other programs are no lists."""
    return sorted(
        (path for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "~$"))),
        key=lambda path: path.name,
    )


def _read_all(
    paths: Sequence[Path],
    layouts: Layouts,
    codes: Mapping[str, str],
    candidates: list[Candidate],
    refused: list[tuple[Key, str]],
    *,
    today: date,
    warn: Say,
) -> bool:
    """Read every file; add who is named and which rows nobody can read; return whether every file and sheet could be read."""
    complete = True
    with WorkbookReader() as reader:
        for path in paths:
            reading = read_file(path, layouts, today=today, reader=reader)
            for fault in (*reading.all_faults, *reading.notices):
                warn(str(fault))
            complete = complete and not reading.faults
            _sort_rows(reading, codes, candidates, refused)
    return complete


def _sort_rows(
    reading: FileReading, codes: Mapping[str, str], candidates: list[Candidate], refused: list[tuple[Key, str]]
) -> None:
    """Add the data rows of one file: candidates, or refused where no header says what their cells mean."""
    persons = {sheet.name: sheet.names_persons for sheet in reading.sheets}
    for row in reading.rows:
        if not persons.get(row.sheet):
            continue
        if row.kind:
            candidates.append(candidate_from(_key(row), row.values, codes))
        elif len(row.cells) > 1:
            refused.append((_key(row), "no_header"))


def _key(row: ReadRow) -> Key:
    return (row.file, row.sheet, row.row)


def _people_lines(verdicts: Sequence[Verdict], refused: Sequence[tuple[Key, str]]) -> Iterator[tuple[str, ...]]:
    lines: list[tuple[Key, tuple[str, ...]]] = [
        (one.row, (_person(one.person), one.verdict, one.rule, _score(one.score))) for one in verdicts
    ]
    lines += [(key, ("", REFUSED, rule, _score(0))) for key, rule in refused]
    for (file, sheet, row), rest in sorted(lines):
        yield (inert(file), inert(sheet), str(row), *rest)


def _review_lines(verdicts: Sequence[Verdict]) -> Iterator[tuple[str, ...]]:
    for one in verdicts:
        if one.verdict == REVIEW:
            file, sheet, row = one.row
            other_file, other_sheet, other_row = one.other_row or ("", "", "")
            other = (inert(other_file), inert(other_sheet), str(other_row))
            yield (inert(file), inert(sheet), str(row), *other, _score(one.score), ";".join(one.reasons))


def _person(key: str) -> str:
    return key.replace("new-", "P")


def _score(score: int) -> str:
    return f"{score // 1000}.{score % 1000:03d}"


def _write(path: Path, columns: Sequence[str], lines: Iterator[tuple[str, ...]]) -> None:
    """Write a csv file in one step: whole, or not at all."""
    text = io.StringIO(newline="")
    writer = CsvWriter(text)
    writer.writerow(columns)
    writer.writerows(lines)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            file.write(text.getvalue())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _tell(verdicts: Sequence[Verdict], refused: Sequence[tuple[Key, str]], say: Say) -> None:
    counts = {name: sum(one.verdict == name for one in verdicts) for name in (NEW, SAME, REVIEW, REFUSED)}
    total = len(verdicts) + len(refused)
    say(
        f"共 {total} 行：新认出 {counts[NEW]} 人，与已认出的人相同 {counts[SAME]} 行，"
        f"待人工核对 {counts[REVIEW]} 行，不予认定 {counts[REFUSED] + len(refused)} 行"
    )

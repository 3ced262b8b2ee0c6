"""Reading the journal and proving it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from fuqi.basics.errors import Fault, Place
from fuqi.basics.viewer import Viewer
from fuqi.journal import codes, rules
from fuqi.journal.actions import entry_fields, run_columns
from fuqi.journal.contents import contents
from fuqi.journal.models import Entry, Recorded, Run
from fuqi.journal.tables import has_table, table_of

_SEALED_FIRST = models.F("number").asc(nulls_last=True)
"""The order of entries: those that are not numbered yet are the newest, whatever a database thinks of nothing."""

_A_MOMENT, _PATIENCE = 0.1, 20
"""Seconds between two looks at the receipts, and how many looks: a receipt is written right after its entry was sealed."""


def effective_run(viewer: Viewer, kind: str, subject: str = "") -> Run | None:
    """Return the run of a kind and subject that readers see now."""
    del viewer
    return Run.objects.filter(kind=kind, subject=subject, state=codes.EFFECTIVE).first()


def effective_runs(viewer: Viewer, kind: str) -> list[Run]:
    """Return all effective runs of a kind, by subject and start."""
    del viewer
    return sorted(Run.objects.filter(kind=kind, state=codes.EFFECTIVE), key=lambda run: (run.subject, run.started_at))


def number_of_runs(viewer: Viewer, kind: str) -> int:
    """Return how many runs of a kind were ever made effective."""
    del viewer
    return Run.objects.filter(kind=kind, effective_at__isnull=False).count()


def runs_in_force(viewer: Viewer, kind: str) -> list[Run]:
    """Return the runs of a kind that were ever made effective, in the order in which they were; whatever became of them."""
    del viewer
    return sorted(Run.objects.filter(kind=kind, effective_at__isnull=False), key=lambda run: (run.effective_at, run.started_at))


def runs_with_fingerprint(viewer: Viewer, kind: str, fingerprint: str) -> list[Run]:
    """Return the runs of a kind that were made of the same input, the oldest first, whatever became of them."""
    del viewer
    return sorted(Run.objects.filter(kind=kind, fingerprint=fingerprint), key=lambda run: run.started_at)


def find_run(viewer: Viewer, run_id: UUID) -> Run | None:
    """Return a run, whatever became of it."""
    del viewer
    return Run.objects.filter(id=run_id).first()


def run_before(viewer: Viewer, run: Run) -> Run | None:
    """Return the run that this one superseded; None where it was the first or another was withdrawn."""
    del viewer
    if run.effective_at is None:
        return None
    same = Run.objects.filter(kind=run.kind, subject=run.subject, state=codes.SUPERSEDED, closed_at=run.effective_at)
    return same.exclude(id=run.id).first()


@contextmanager
def one_instant(viewer: Viewer) -> Iterator[None]:
    """Let everything that is read inside be of one instant, whatever others commit meanwhile; nothing can be written inside."""
    del viewer
    if connection.in_atomic_block:
        yield
        return
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else "BEGIN DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


class Receipts:
    """The receipts that lie outside the database, read before it: what is sealed meanwhile is no cut tail."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.there = path.exists()
        self.lines = self.read()

    def read(self) -> list[str]:
        """Return the whole lines as they are now; one that is just being written does not count yet."""
        text = self.path.read_text("utf-8", errors="replace") if self.path.exists() else ""
        return text[: text.rfind("\n") + 1].splitlines()

    def numbers(self, wanted: set[int]) -> set[int]:
        """Return the numbers that have a receipt now; those wanted are waited for a moment, the sealer may be at them."""
        found: set[int] = set()
        for _ in range(_PATIENCE):
            found = {int(number) for line in self.read() if (number := line.partition(",")[0]).isdecimal()}
            if wanted <= found:
                break
            sleep(_A_MOMENT)
        return found


def prove(viewer: Viewer, *, key: bytes, receipts: Receipts | None, elsewhere: Iterable[Receipts] = ()) -> Iterator[Fault]:
    """Yield every place where the journal, its receipts or the rows it vouches for were tampered with; nothing is changed.

    Where others may be writing, read within `one_instant`, and make the `Receipts` before it. Receipts kept `elsewhere` may
    end earlier than the journal does; what they have, it must have.
    """
    del viewer
    try:
        entries = list(Entry.objects.order_by(_SEALED_FIRST, "id"))
    except (ValueError, TypeError) as error:
        yield _fault("journal_unreadable", f"日志表里有读不出来的内容({type(error).__name__})：被改动过。")
        return
    yield from _prove_chain([entry for entry in entries if entry.number is not None], key)
    yield from _prove_writers(entries, key)
    yield from _prove_receipts(entries, key, receipts)
    for kept in elsewhere:
        yield from _prove_kept(entries, key, kept)
    yield from _prove_rows(entries)
    yield from _prove_runs(entries)


def _prove_writers(entries: Iterable[Entry], key: bytes) -> Iterator[Fault]:
    for entry in entries:
        try:
            mac = rules.seal(key, rules.link_hash("", 0, entry_fields(entry)))
        except KeyError:
            mac = ""
        if not rules.same(mac, entry.mac):
            where = f"日志第{entry.number}条" if entry.number else "日志里一条没有编号的条目"
            yield _fault("entry_forged", f"{where}不是本程序写入的，或者写入后被改动过。")


def _fault(code: str, message: str) -> Fault:
    return Fault(code, message, Place())


def _prove_chain(entries: list[Entry], key: bytes) -> Iterator[Fault]:
    previous, expected = rules.FIRST_HASH, 0
    for entry in entries:
        expected += 1
        if entry.number != expected:
            yield _fault("entry_missing", f"日志缺少第{expected}条到第{(entry.number or 0) - 1}条：有条目被删除。")
            expected = entry.number or 0
        elif entry.previous_hash != previous:
            yield _fault("chain_broken", f"日志第{expected}条与前一条对不上：其中一条被替换过。")
        try:
            hash_ = rules.link_hash(entry.previous_hash, expected, entry_fields(entry))
        except KeyError:
            hash_ = ""
        if hash_ != entry.hash:
            yield _fault("entry_changed", f"日志第{expected}条的内容被改动过（指纹不符）。")
        elif not rules.same(rules.seal(key, entry.hash), entry.seal):
            yield _fault("seal_broken", f"日志第{expected}条的封印不符：不是本工作区的密钥所封。")
        previous = entry.hash


def _prove_receipts(entries: list[Entry], key: bytes, receipts: Receipts | None) -> Iterator[Fault]:
    """Compare the chain with the receipts kept outside the database: shows a cut tail and an old copy put back."""
    if receipts is None:
        return
    by_number = {entry.number: entry for entry in entries if entry.number is not None}
    if not receipts.there:
        yield _fault("receipts_lost", "回执文件不见了：它在建立工作区时就有，不会自己消失。请从备份恢复后再核对。")
        return
    seen: set[int] = set()
    yield from _compare(by_number, key, receipts, seen, "回执文件")
    missing = set(by_number) - seen
    for first, last in _spans(missing - receipts.numbers(missing) if missing else missing):
        where = _numbers(first, last)
        yield _fault("receipt_missing", f"回执文件缺少{where}。若上次运行被强行中断，再运行一次任何命令即可补上。")


def _prove_kept(entries: list[Entry], key: bytes, kept: Receipts) -> Iterator[Fault]:
    """Compare the chain with receipts that were kept elsewhere: shows a whole workspace put back to an earlier moment."""
    name = f"另存的回执“{kept.path}”"
    if not kept.there:
        yield _fault("receipts_lost", f"{name}读不到。请接上那块盘，或者用 audit --receipts 另存的文件 再核对一次。")
        return
    seen: set[int] = set()
    yield from _compare({entry.number: entry for entry in entries if entry.number is not None}, key, kept, seen, name)
    for first, last in _spans(set(range(1, max(seen, default=0))) - seen):
        yield _fault("receipt_missing", f"{name}缺少{_numbers(first, last)}：被人删掉过。")


def _compare(by_number: Mapping[int, Entry], key: bytes, receipts: Receipts, seen: set[int], name: str) -> Iterator[Fault]:
    """Yield what receipts say otherwise than the chain; `seen` gets the numbers that have a sound one."""
    gone: set[int] = set()
    for position, line in enumerate(receipts.lines, 1):
        number, _, rest = line.partition(",")
        hash_, _, seal = rest.partition(",")
        if not number.isdecimal() or not rules.same(rules.seal(key, hash_), seal):
            yield _fault("receipt_changed", f"{name}第{position}行被改动过（封印不符）。")
            continue
        if int(number) in seen:
            yield _fault("receipt_changed", f"{name}第{position}行多出来：第{number}条已经有回执。")
        seen.add(int(number))
        entry = by_number.get(int(number))
        if entry is None:
            gone.add(int(number))
        elif entry.hash != hash_:
            yield _fault("receipt_differs", f"日志第{number}条与{name}第{position}行不符：日志或回执被改动过。")
    for first, last in _spans(gone):
        where = _numbers(first, last)
        yield _fault("tail_cut", f"{name}里有{where}，日志里没有：日志被截断，或者放回了旧的数据库。")


def _spans(numbers: set[int]) -> Iterator[tuple[int, int]]:
    """Yield runs of numbers without gaps as first and last."""
    ordered = sorted(numbers)
    starts = [number for number in ordered if number - 1 not in numbers]
    ends = [number for number in ordered if number + 1 not in numbers]
    yield from zip(starts, ends, strict=True)


def _numbers(first: int, last: int) -> str:
    return f"第{first}条" if first == last else f"第{first}条到第{last}条"


def changes_of(viewer: Viewer, what: str) -> Iterator[dict[str, Any]]:
    """Yield the changes of one sort that the journal kept, the oldest first."""
    del viewer
    yield from (change for change in _changes(Entry.objects.order_by(_SEALED_FIRST, "id")) if change.get("what") == what)


def _changes(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    for _, content in contents(entries):
        yield from (change for change in content["changes"] if isinstance(change, dict))


def _prove_rows(entries: list[Entry]) -> Iterator[Fault]:
    """Recompute the digest of every entry's rows; names the entry and the table."""
    promised, retracted = _promised(entries)
    for model in _recorded_models():
        label = model._meta.label_lower
        if not has_table(model):
            if promised.get(label):
                yield _fault("rows_missing", f"表 {label} 不见了：日志里有写入它的行。")
            continue
        yield from _prove_table(model, promised.get(label, {}))
        if any(field.name == "retracted_at" for field in model._meta.concrete_fields):
            stored = {str(row_id) for row_id in _all(model).filter(retracted_at__isnull=False).values_list("id", flat=True)}
            if stored != retracted.get(label, set()):
                yield _fault("retraction_differs", f"表 {label} 中被撤回的行与日志不符。")


def _promised(entries: list[Entry]) -> tuple[dict[str, dict[str, tuple[int, str, int]]], dict[str, set[str]]]:
    """Return by table what entries vouch for: (number, digest, rows) by entry's id; and the rows that were retracted."""
    promised: dict[str, dict[str, tuple[int, str, int]]] = {}
    for entry, content in contents(entries):
        for label, table in content["tables"].items():
            promised.setdefault(label, {})[entry.id.hex] = (entry.number or 0, table["digest"], table["rows"])
    retracted: dict[str, set[str]] = {}
    for change in _changes(entries):
        if change.get("what") == "retract":
            retracted.setdefault(str(change.get("table")), set()).update(change.get("rows", ()))
        if change.get("what") == "retire":  # gone by the table of retention: whatever of them is still there was put back
            for entry_id in change.get("entries", ()):
                promised.get(str(change.get("table")), {}).pop(entry_id, None)
    return promised, retracted


def _recorded_models() -> list[type[Recorded]]:
    """Return every model whose rows an entry vouches for, by label."""
    return sorted(
        (model for model in apps.get_models() if issubclass(model, Recorded)), key=lambda model: model._meta.label_lower
    )


def _all(model: type[models.Model]) -> models.QuerySet[Any]:
    return models.QuerySet(model)


def _prove_table(model: type[Recorded], promised: dict[str, tuple[int, str, int]]) -> Iterator[Fault]:
    label, table = model._meta.label_lower, table_of(model)
    found: dict[str, list[list[object]]] = {}
    for entry_id, values in table.stored():
        found.setdefault(str(entry_id).replace("-", ""), []).append([table.digest(values)])
    for entry_id, (number, digest, count) in promised.items():
        rows = found.pop(entry_id, [])
        if len(rows) != count:
            yield _fault("rows_missing", f"日志第{number}条写入表 {label} 的{count}行，现在有{len(rows)}行：有行被删除或加入。")
        elif rules.digest(rows) != digest:
            yield _fault("rows_changed", f"日志第{number}条写入表 {label} 的行被改动过。")
    for rows in found.values():
        yield _fault("rows_unrecorded", f"表 {label} 有{len(rows)}行没有日志条目：是绕过程序写入的。")


def _prove_runs(entries: Iterable[Entry]) -> Iterator[Fault]:
    """Replay every run from the journal and compare all its columns."""
    told: dict[str, object] = {}
    for change in _changes(entries):
        if change.get("what") == "run":
            told[str(change.get("run"))] = change.get("columns")
    stored = {str(run.id): run_columns(run) for run in Run.objects.all()}
    for run_id in sorted(set(told) | set(stored)):
        if told.get(run_id) != stored.get(run_id):
            yield _fault("run_changed", f"批次 {run_id} 与日志不符：被改动、删除或加入过。")


def size(viewer: Viewer) -> tuple[int, int]:
    """Return how many entries there are and how many rows they vouch for."""
    del viewer
    return Entry.objects.count(), sum(_all(model).count() for model in _recorded_models() if has_table(model))

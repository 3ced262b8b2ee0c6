"""What differs between two received files of one name: rows added, removed and changed, field by field."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from fuqi.access.reading import covered, note_shown, shown_if
from fuqi.basics.errors import Place
from fuqi.flows.current import known_layouts
from fuqi.flows.hidden_rows import Told, hidden_rows, told_of
from fuqi.flows.opened.asking import Asking
from fuqi.flows.workspaces import PROGRAM
from fuqi.intake.layouts import Layouts
from fuqi.intake.queries import FileView, file_of_run, views_of, written_rows
from fuqi.intake.rows import RowView
from fuqi.journal.queries import find_run, run_before

CHANGED, ADDED, REMOVED = "changed", "added", "removed"
PARTS = {CHANGED: "改动", ADDED: "新增", REMOVED: "去掉"}

_POSITION = "sequence"
"""The field that only numbers the rows: one row more at the top changes it in all."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a changed row, as the viewer may see it."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that differs."""

    part: str
    row_id: UUID
    place: Place
    kind: str
    who: str
    """The covered name, and the village, where the row names somebody."""
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Differences:
    """What differs, for one viewer. Rows that touch a restricted illness are one number for whoever may not see them."""

    before: FileView
    after: FileView
    hidden: int
    rows: dict[str, Sequence[tuple[UUID, ...]]]
    """By part: ids of the row, or of the row before and after."""

    def count(self, part: str) -> int:
        """Return how many rows of a part the viewer may see."""
        return len(self.rows[part])

    @property
    def changed(self) -> int:
        """Return how many changed rows the viewer may see."""
        return self.count(CHANGED)

    @property
    def added(self) -> int:
        """Return how many added rows the viewer may see."""
        return self.count(ADDED)

    @property
    def removed(self) -> int:
        """Return how many removed rows the viewer may see."""
        return self.count(REMOVED)

    @property
    def total(self) -> int:
        """Return how many rows differ."""
        return sum(map(len, self.rows.values())) + self.hidden


def file_before(asking: Asking, file: FileView) -> FileView | None:
    """Return the file that a file replaced; None where it replaced none."""
    run = find_run(asking.viewer, file.run_id)
    former = run_before(asking.viewer, run) if run else None
    return file_of_run(asking.viewer, former.id) if former else None


def differences(asking: Asking, before: FileView, after: FileView) -> Differences:
    """Return what differs between two files."""
    pairing = _pairing(before.id, after.id)
    hidden = hidden_rows(asking, pairing.told)
    shown = {part: [ids for ids in rows if not hidden & set(ids)] for part, rows in pairing.rows.items()}
    all_rows, visible = sum(map(len, pairing.rows.values())), sum(map(len, shown.values()))
    return Differences(before, after, all_rows - visible, dict(shown))


def row_changes(asking: Asking, found: Differences, part: str, start: int, most: int) -> list[RowChange]:
    """Return some of the rows that differ, opened and covered for the viewer."""
    wanted = found.rows[part][start : start + most]
    note_shown("intake_receivedfile", "changes", found.after.id)
    with shown_if(bool(asking.viewer.purpose)):
        opened = views_of(asking.viewer, [row_id for ids in wanted for row_id in ids])
    return [_row_change(asking, part, [_Row(*opened[row_id], asking.layouts) for row_id in ids]) for ids in wanted]


def _row_change(asking: Asking, part: str, rows: Sequence[_Row]) -> RowChange:
    row = rows[-1].view
    changes = tuple(_changes(asking, *rows)) if part == CHANGED else ()
    name = str(row.values.get("name") or row.values.get("head_name") or "")
    who = " ".join(filter(None, (asking.name(name), str(row.values.get("village") or ""))))
    return RowChange(part, row.id, Place(row.file, row.sheet, row.row), asking.kind_name(row.kind), who, changes)


def _changes(asking: Asking, before: _Row, after: _Row) -> Iterator[FieldChange]:
    for key in dict.fromkeys([*after.said, *before.said]):
        if before.said.get(key) != after.said.get(key):
            header = after.headers.get(key) or before.headers.get(key) or ""
            texts = (asking.covered(row.view.kind, header, row.text(key)) if row.text(key) else "" for row in (before, after))
            yield FieldChange(header or _field_name(asking.layouts, after.view.kind, key), *texts)


def _field_name(layouts: Layouts, kind: str, field: str) -> str:
    """Return what a field is called that has no column of its own in the sheet."""
    columns = layouts[kind].columns if kind in layouts.by_kind else {}
    return columns[field].words[0] if field in columns else field


class _Row:
    """A row with what it says: by field where a layout knows the column, else by header."""

    def __init__(self, view: RowView, cells: dict[str, str], layouts: Layouts) -> None:
        self.view, self.cells = view, cells
        layout = layouts[view.kind] if view.kind in layouts.by_kind else None
        self.headers: dict[str, str] = {}
        self.said: dict[str, object] = {}
        for header, text in self.cells.items():
            field = layout.field_of(header) if layout else ""
            self.headers.setdefault(field or header, header)
            if not field and text:
                self.said[header] = text
        self.said |= {key: value for key, value in view.values.items() if key != _POSITION and value not in (None, "")}
        self.headers.setdefault("broken_id", self.headers.get("id_number", ""))

    def text(self, key: str) -> str:
        """Return what was written for a field, or what it was read as where it has no cell of its own."""
        if key in self.headers and self.headers[key] in self.cells:
            return self.cells[self.headers[key]]
        return _plain(self.said.get(key, ""))


def _plain(value: object) -> str:
    if isinstance(value, frozenset):
        return "、".join(sorted(map(str, value)))
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value)


_Key = Callable[[_Row], tuple[str, ...]]


def _own_number(row: _Row) -> tuple[str, ...]:
    """Return the number that a bill or an agreement has of its own."""
    return ("number", str(row.said.get("settlement_number") or ""))


def _person_number(row: _Row) -> tuple[str, ...]:
    return ("id", str(row.said.get("id_number") or row.said.get("broken_id") or ""))


def _person_words(row: _Row) -> tuple[str, ...]:
    name = str(row.said.get("name") or row.said.get("head_name") or "")
    return (str(row.said.get("township") or ""), str(row.said.get("village") or ""), name)


def _head(row: _Row) -> tuple[str, ...]:
    return ("household", str(row.said.get("household_number") or ""), str(row.said.get("name") or ""))


_KEYS: tuple[_Key, ...] = (_own_number, _person_number, _head, _person_words)
"""What two rows of one kind are of the same thing by, the most telling first. A key that ends empty tells nothing."""

_MOST_COMPARED = 2_500
"""Rows of one key are compared each with each up to so many pairs; beyond it they are taken in the order of the sheet."""

_Pairs = dict[str, list[tuple[UUID, ...]]]


@dataclass(frozen=True, slots=True)
class _Pairing:
    """Which rows of two files differ, and what decides whether they may be shown: kind, words and codes of an illness."""

    rows: _Pairs
    told: dict[UUID, Told]


@lru_cache(8)
def _pairing(before: UUID, after: UUID) -> _Pairing:
    """Return which rows of two files differ. What a file holds never changes, so that it is worked out once."""
    layouts = known_layouts()
    old, new = written_rows(PROGRAM, before), written_rows(PROGRAM, after)
    left_old, left_new = _without_same(old, new), _without_same(new, old)
    with covered():
        opened = {row_id: _Row(*both, layouts) for row_id, both in views_of(PROGRAM, [*left_old, *left_new]).items()}
    olds, news = [opened[row_id] for row_id in left_old], [opened[row_id] for row_id in left_new]
    changed: list[tuple[UUID, ...]] = []
    for key in _KEYS:
        pairs = list(_paired(olds, news, key))
        changed += [(one.view.id, other.view.id) for one, other in pairs if one.said != other.said]
        gone = {row.view.id for pair in pairs for row in pair}
        olds, news = ([row for row in rows if row.view.id not in gone] for rows in (olds, news))
    order = {row_id: number for number, row_id in enumerate(new)}
    rows: _Pairs = {
        CHANGED: sorted(changed, key=lambda ids: order[ids[1]]),
        ADDED: [(row.view.id,) for row in news],
        REMOVED: [(row.view.id,) for row in olds],
    }
    ids = {row_id for found in rows.values() for row in found for row_id in row}
    return _Pairing(rows, {row_id: told_of(opened[row_id].view) for row_id in ids})


def _without_same(rows: dict[UUID, tuple[str, str]], others: dict[UUID, tuple[str, str]]) -> list[UUID]:
    """Return the rows that the other file does not have word for word."""
    there = Counter(others.values())
    left = []
    for row_id, content in rows.items():
        if there[content] > 0:
            there[content] -= 1
        else:
            left.append(row_id)
    return left


def _paired(olds: Iterable[_Row], news: Iterable[_Row], key: _Key) -> Iterator[tuple[_Row, _Row]]:
    """Yield rows of one kind and key two by two, the most alike first."""
    groups: dict[tuple[str, tuple[str, ...]], tuple[list[_Row], list[_Row]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((olds, news)):
        for row in rows:
            words = key(row)
            if all(words[1:]):
                groups[row.view.kind, words][side].append(row)
    for before, after in groups.values():
        if len(before) * len(after) > _MOST_COMPARED:
            yield from zip(before, after, strict=False)
            continue
        while before and after:
            one, other = max(((a, b) for a in before for b in after), key=lambda pair: _alike(*pair))
            before.remove(one)
            after.remove(other)
            yield one, other


def _alike(one: _Row, other: _Row) -> int:
    return sum(other.said.get(key) == value for key, value in one.said.items())

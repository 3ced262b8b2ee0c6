"""Loads a county's scheme from its folder, on top of a base scheme; all faults of all files are reported together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from fuqi.basics.dates import Span
from fuqi.basics.errors import Fault, Place
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.checking import scheme_faults
from fuqi.scheme.diseases import DiseaseList
from fuqi.scheme.errors import SchemeError
from fuqi.scheme.lines import PovertyLine
from fuqi.scheme.model import Clause, ClauseNote, Division, Document, Floor, Group, Institution, Release, Scheme, Shape
from fuqi.scheme.names import CLAIM, COUNTING_TABLES, Names
from fuqi.scheme.reading.benefits import read_benefits
from fuqi.scheme.reading.clauses import read_clause_notes
from fuqi.scheme.reading.diseases import ListsRead, read_diseases
from fuqi.scheme.reading.floors import read_floors
from fuqi.scheme.reading.groups import check_implied, read_groups
from fuqi.scheme.reading.indicators import IndicatorsRead, read_indicators
from fuqi.scheme.reading.lines import read_lines
from fuqi.scheme.reading.marks import Table, read_yaml
from fuqi.scheme.reading.places import read_places
from fuqi.scheme.reading.reader import Library, Reader, language
from fuqi.scheme.reading.releases import read_releases
from fuqi.scheme.reading.reports import read_plain_sheet, read_report
from fuqi.scheme.reading.shapes import read_shapes
from fuqi.scheme.reading.texts import read_texts
from fuqi.scheme.reports import PlainSheet, Report

SCHEME_FILE = "scheme.yaml"
REPORTS = "reports"
"""The folder of what a scheme prints."""
RELEASES = "releases.yaml"
"""The register of official versions; what it says is no part of a version."""
_SCHEME_KEYS = ("language", "id", "name", "place", "period", "base", "documents")
_TOO_LARGE = 5_000_000
T = TypeVar("T", Group, DiseaseList)


def find_scheme(name_or_path: str, folders: Sequence[Path]) -> Path:
    """Return the folder of a scheme: a path as given, or a name looked up in the folders. Raises SchemeError."""
    as_path = Path(name_or_path)
    if (as_path / SCHEME_FILE).is_file():
        return as_path
    for folder in folders:
        if "/" not in name_or_path and (folder / name_or_path / SCHEME_FILE).is_file():
            return folder / name_or_path
    found = sorted(path.parent.name for folder in folders for path in folder.glob(f"*/{SCHEME_FILE}"))
    raise SchemeError(f"找不到方案“{name_or_path}”。可用的方案：{'、'.join(found) or '无'}；也可以写方案文件夹的路径。")


def load_scheme(folder: Path, *, bases: Sequence[Path], once_sound: bool = False) -> Scheme:
    """Return the scheme of a folder; its base is looked up in `bases`. Raises SchemeError with all faults.

    `once_sound` says that these files were loaded before: they are read, and not looked at as a whole again, so that what they
    gave can still be worked out when later checks see more.
    """
    loader = _Loader(folder, bases)
    scheme = loader.load()
    if scheme is not None and not loader.faults and not once_sound:
        loader.faults.extend(scheme_faults(scheme))
    if scheme is None or loader.faults:
        faults = tuple(sorted(loader.faults, key=lambda fault: fault.place))
        raise SchemeError(f"方案“{folder.name}”有{len(faults)}处错误，不能使用", faults=faults)
    return scheme


@dataclass(slots=True)
class _Layer:
    """What one folder (a base or a place) says."""

    table: Table | None = None
    documents: tuple[Document, ...] = ()
    groups: tuple[Group, ...] = ()
    lists: ListsRead = field(default_factory=ListsRead)
    texts: dict[str, Clause] = field(default_factory=dict)


@dataclass(slots=True)
class _Loader:
    """One loading; faults of all files are collected."""

    folder: Path
    bases: Sequence[Path]
    faults: list[Fault] = field(default_factory=list)
    library: Library = Library()

    def load(self) -> Scheme | None:
        own, base = _Layer(), _Layer()
        if not self._open(self.folder, own) or own.table is None:
            return None
        reader = self._reader(self.folder, SCHEME_FILE)
        base_folder = self._base_folder(own.table, reader)
        if base_folder is not None and self._open(base_folder, base):
            self._rest(base_folder, base)
        self._rest(self.folder, own)
        groups = _merged(base.groups, own.groups)
        lists = self._lists(base.lists, own.lists)
        check_implied(groups, self._reader(self.folder, "groups.yaml"))
        benefits = self._benefits(groups, lists)
        period = self._period(own.table, reader)
        indicators = self._indicators(groups, lists, period)
        divisions: tuple[Division, ...] = ()
        institutions: tuple[Institution, ...] = ()
        if (text := self._read(self.folder, "places.yaml")) is not None:
            divisions, institutions = read_places(text, self._reader(self.folder, "places.yaml"))
        documents = (*base.documents, *own.documents)
        words = _words(groups, lists, benefits)
        return Scheme(
            id=reader.text(own.table, "id", self.folder.name),
            name=reader.text(own.table, "name"),
            place=reader.text(own.table, "place"),
            period=period,
            hash=_digest(files := _files([self.folder, *([base_folder] if base_folder else [])])),
            files=files,
            documents=documents,
            groups=groups,
            disease_lists=lists,
            benefits=replace(benefits, words=words),
            indicators=indicators.indicators,
            definitions=indicators.definitions,
            trend_days=indicators.trend_days,
            divisions=divisions,
            institutions=institutions,
            shapes=self._shapes(divisions),
            texts={**base.texts, **own.texts},
            words=words,
            reports=tuple(self._reports(indicators)),
            plain_sheet=self._plain_sheet(benefits),
            clause_notes=self._clause_notes(own.texts),
            floors=tuple(floor for folder in (base_folder, self.folder) for floor in self._floors(folder, groups, lists)),
            releases=self._releases(),
            poverty_lines=tuple(line for folder in (base_folder, self.folder) for line in self._poverty_lines(folder)),
            base=base_folder.name if base_folder else "",
            inherited=_inherited(base, own),
        )

    def _reader(self, folder: Path, file: str) -> Reader:
        return Reader(f"{folder.name}/{file}", self.faults, strict=True, library=self.library)

    def _read(self, folder: Path, file: str) -> str | None:
        """Return a file's text; None if there is none (or, with a fault, it is not text)."""
        path = folder / file
        if not path.is_file():
            return None
        content = path.read_bytes()
        place = Place(file=f"{folder.name}/{file}")
        if len(content) > _TOO_LARGE:
            self.faults.append(Fault("size", "文件太大", place))
            return None
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.faults.append(Fault("encoding", "文件不是 UTF-8 编码，请另存为 UTF-8", place))
            return None

    def _open(self, folder: Path, found: _Layer) -> bool:
        """Read what a folder says of itself and its plan's clauses; return whether it has a readable scheme.yaml."""
        text = self._read(folder, SCHEME_FILE)
        if text is None:
            self.faults.append(Fault("missing_file", f"没有 {SCHEME_FILE}", Place(file=f"{folder.name}/{SCHEME_FILE}")))
            return False
        reader = self._reader(folder, SCHEME_FILE)
        found.table = reader.table(read_yaml(text, reader.file, self.faults), "scheme", _SCHEME_KEYS, ("id", "name"))
        if found.table is None:
            return False
        language(reader, found.table)
        found.documents = tuple(self._documents(found.table, reader))
        if (written := self._read(folder, "text.md")) is not None:
            found.texts = read_texts(written, self._reader(folder, "text.md"))
        names = {document.id: document.name for document in found.documents}
        self.library = Library(
            documents={**self.library.documents, **names},
            with_text=self.library.with_text | (frozenset(names) if found.texts else frozenset()),
            clauses={**{anchor: clause.title for anchor, clause in found.texts.items()}, **self.library.clauses},
        )
        return True

    def _rest(self, folder: Path, found: _Layer) -> None:
        """Read a folder's groups and disease lists."""
        if (text := self._read(folder, "groups.yaml")) is not None:
            found.groups = read_groups(text, self._reader(folder, "groups.yaml"))
        if (text := self._read(folder, "diseases.yaml")) is not None:
            found.lists = read_diseases(text, self._reader(folder, "diseases.yaml"))

    def _base_folder(self, table: Table, reader: Reader) -> Path | None:
        name = reader.text(table, "base")
        for folder in self.bases:
            if name and "/" not in name and (folder / name / SCHEME_FILE).is_file():
                return folder / name
        if name:
            reader.fault("unknown_base", f"找不到所依据的方案“{name}”", table.lines["base"], "base")
        return None

    def _documents(self, table: Table, reader: Reader) -> Iterable[Document]:
        for item in reader.rows(table.items.get("documents"), "documents"):
            row = reader.table(item, "documents", ("id", "name", "number", "note"), ("id", "name"))
            if row is not None:
                yield Document(
                    id=reader.identifier(row),
                    name=reader.text(row, "name"),
                    number=reader.text(row, "number"),
                    note=reader.text(row, "note"),
                )

    def _period(self, table: Table, reader: Reader) -> Span:
        for key in ("place", "period"):
            if key not in table.items:
                reader.fault("missing_key", f"缺少“{key}”", table.line, key)
        inner = reader.table(table.items.get("period"), "period", ("start", "until"), ("start", "until"))
        if inner is None:
            return Span()
        span = Span(reader.day(inner, "start"), reader.day(inner, "until"))
        if span.start and span.until and span.start >= span.until:
            reader.fault("period", "start 要早于 until（until 那天已不在内）", inner.line, "period")
        return span

    def _lists(self, base: ListsRead, own: ListsRead) -> tuple[DiseaseList, ...]:
        """Return the lists of place and base in the stated order; lists that the order leaves out are not used."""
        every = {one.id: one for one in _merged(base.lists, own.lists)}
        order = own.order or base.order
        reader = self._reader(self.folder, "diseases.yaml")
        for list_id in order:
            if list_id not in every:
                reader.fault("unknown_list", f"order 里的“{list_id}”没有定义", own.order_line, "order")
        if not order:
            return tuple(every.values())
        return tuple(every[list_id] for list_id in order if list_id in every)

    def _names(self, names: Names, groups: tuple[Group, ...], lists: tuple[DiseaseList, ...]) -> Names:
        """Return a table's names with this scheme's own groups and lists as their possible values."""
        group_ids, list_ids = [group.id for group in groups], [one.id for one in lists]
        return names.with_choices(
            {
                "groups": group_ids,
                "person_groups": group_ids,
                "disease_lists": list_ids,
                "treated_lists": list_ids,
                "person_treated_lists": list_ids,
                "leading_list": [*list_ids, "none"],
                "person_leading_list": [*list_ids, "none"],
            }
        )

    def _shapes(self, divisions: tuple[Division, ...]) -> tuple[Shape, ...]:
        text = self._read(self.folder, "shapes.geojson")
        reader = self._reader(self.folder, "shapes.geojson")
        return () if text is None else read_shapes(text, reader, {division.code for division in divisions})

    def _clause_notes(self, texts: Mapping[str, Clause]) -> tuple[ClauseNote, ...]:
        text = self._read(self.folder, "clauses.yaml")
        return () if text is None else read_clause_notes(text, self._reader(self.folder, "clauses.yaml"), texts)

    def _floors(self, folder: Path | None, groups: tuple[Group, ...], lists: tuple[DiseaseList, ...]) -> tuple[Floor, ...]:
        text = None if folder is None else self._read(folder, "floors.yaml")
        if folder is None or text is None:
            return ()
        return read_floors(text, self._reader(folder, "floors.yaml"), self._names(CLAIM, groups, lists))

    def _poverty_lines(self, folder: Path | None) -> tuple[PovertyLine, ...]:
        text = None if folder is None else self._read(folder, "lines.yaml")
        return () if folder is None or text is None else read_lines(text, self._reader(folder, "lines.yaml"))

    def _releases(self) -> tuple[Release, ...]:
        text = self._read(self.folder, RELEASES)
        return () if text is None else read_releases(text, self._reader(self.folder, RELEASES))

    def _benefits(self, groups: tuple[Group, ...], lists: tuple[DiseaseList, ...]) -> Benefits:
        text = self._read(self.folder, "benefits.yaml")
        if text is None:
            self.faults.append(Fault("missing_file", "没有 benefits.yaml", Place(file=f"{self.folder.name}/benefits.yaml")))
            return Benefits(layers=())
        reader = self._reader(self.folder, "benefits.yaml")
        benefits = read_benefits(text, reader, names=self._names(CLAIM, groups, lists), with_workspace=True)
        return replace(benefits or Benefits(layers=()), disease_lists=lists)

    def _indicators(self, groups: tuple[Group, ...], lists: tuple[DiseaseList, ...], period: Span) -> IndicatorsRead:
        text = self._read(self.folder, "indicators.yaml")
        if text is None:
            return IndicatorsRead()
        tables = {over: self._names(names, groups, lists) for over, names in COUNTING_TABLES.items()}
        return read_indicators(text, self._reader(self.folder, "indicators.yaml"), tables, period)

    def _reports(self, indicators: IndicatorsRead) -> Iterable[Report]:
        """Yield the texts that are filled with figures, by file name."""
        known = {item.id: item for item in indicators.indicators}
        for path in sorted((self.folder / REPORTS).glob("*.md")):
            file = f"{REPORTS}/{path.name}"
            text = self._read(self.folder, file)
            report = None if text is None else read_report(path.stem, text, self._reader(self.folder, file), known)
            if report is not None:
                yield report

    def _plain_sheet(self, benefits: Benefits) -> PlainSheet | None:
        file = f"{REPORTS}/plain-sheet.yaml"
        text = self._read(self.folder, file)
        return None if text is None else read_plain_sheet(text, self._reader(self.folder, file), benefits.care_kinds)


def _files(folders: Iterable[Path]) -> dict[str, bytes]:
    """Return all texts of the folders by folder and relative name, those of the scheme itself first."""
    found: dict[str, bytes] = {}
    for folder in folders:
        paths = sorted(path for pattern in ("*.yaml", "*.md", "*.geojson") for path in folder.rglob(pattern) if path.is_file())
        paths = [path for path in paths if path.relative_to(folder).as_posix() != RELEASES]
        found |= {f"{folder.name}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in paths}
    return found


def _digest(files: Mapping[str, bytes]) -> str:
    """Return the hex digest of texts with their names."""
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _inherited(base: _Layer, own: _Layer) -> frozenset[tuple[str, str]]:
    """Return file and id of what the base says and the place leaves as it is."""
    groups = {("groups.yaml", one.id) for one in base.groups} - {("groups.yaml", one.id) for one in own.groups}
    lists = {("diseases.yaml", one.id) for one in base.lists.lists} - {("diseases.yaml", one.id) for one in own.lists.lists}
    return frozenset(groups | lists | {("text.md", anchor) for anchor in base.texts if anchor not in own.texts})


def _merged(base: tuple[T, ...], own: tuple[T, ...]) -> tuple[T, ...]:
    """Return both, own ones in place of those of the base with the same id."""
    return tuple({**{one.id: one for one in base}, **{one.id: one for one in own}}.values())


def _words(groups: Iterable[Group], lists: Iterable[DiseaseList], benefits: Benefits) -> dict[str, str]:
    """Return what the scheme's own identifiers are called."""
    found = {**benefits.words, **{promise.id: promise.name for promise in benefits.promises}}
    found |= {layer.id: layer.name for layer in benefits.layers}
    for one in lists:
        found |= {disease.id: disease.name for disease in one.diseases}
        found[one.id] = one.name
    return found | {group.id: group.name for group in groups}

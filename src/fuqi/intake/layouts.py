"""What the departments' lists look like, as data: header words -> our field, its type, and the words of its values.

A layout is a file in `layouts/`. All faults of all files are reported together, each with file and line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as default
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from fuqi.basics.errors import Fault, FuqiError, Place

TYPES = ("text", "name", "id", "date", "money", "bool", "number", "choice", "choices")
FREE_KIND = "person"
"""The kind of a list that names persons and says nothing that tells which list it is."""

FOLDER = Path(__file__).parents[3] / "layouts"

_LAYOUT_KEYS = ("language", "kind", "name", "hints", "required", "needed", "shared", "columns", "told_by_hint", "other_people")
_COLUMN_KEYS = ("words", "endings", "type", "values", "past")
_TRUE_WORDS = (
    "是",
    "有",
    "已",
    "√",
    "✓",
    "✔",
    "☑",
    "对",
    "y",
    "yes",
    "true",
    "t",
    "1",
    "是的",
    "属实",
    "已参保",
    "参保",
    "已救治",
    "已治疗",
)
_FALSE_WORDS = (
    "否",
    "无",
    "未",
    "没有",
    "不是",
    "×",
    "✗",
    "x",
    "错",
    "n",
    "no",
    "false",
    "f",
    "0",
    "未参保",
    "未救治",
    "未治疗",
)


_SIGNS = re.compile("[\\s\u200b\ufeff'\"\u201c\u201d\u3002.;,\u3001:()]")


class LayoutError(FuqiError):
    """The layouts cannot be used; `faults` has every reason with file and line."""

    code = "layout"


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a list: the header words that announce it, what its cells hold, and which words mean which value."""

    field: str
    type: str
    words: tuple[str, ...]
    endings: tuple[str, ...] = ()
    values: Mapping[str, str] = default(default_factory=dict)
    past: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of list. `required`: columns that must be there, with alternatives; `needed`: a row without it is set aside."""

    kind: str
    name: str
    columns: Mapping[str, Column]
    required: tuple[tuple[str, ...], ...]
    needed: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    told_by_hint: bool = False
    other_people: tuple[str, ...] = ()
    by_word: Mapping[str, str] = default(default_factory=dict)

    def field_of(self, header: str) -> str:
        """Return the field that a header announces, '' if none: by its word, or by its ending if it speaks of nobody else."""
        word = header_word(header)
        found = self.by_word.get(word)
        if found is not None or not word:
            return found or ""
        if word.startswith(self.other_people):
            return ""
        for column in self.columns.values():
            if column.endings and word.endswith(column.endings):
                return column.field
        return ""


@dataclass(frozen=True, slots=True)
class Layouts:
    """All layouts by kind, and every header word that any of them knows."""

    by_kind: Mapping[str, Layout]
    words: frozenset[str]

    def __iter__(self) -> Iterator[Layout]:
        return iter(self.by_kind.values())

    def __getitem__(self, kind: str) -> Layout:
        return self.by_kind[kind]


@lru_cache(maxsize=20000)
def header_word(text: str) -> str:
    """Return a header without width, blanks, stars, what stands in brackets, and closing signs."""
    word = unicodedata.normalize("NFKC", text).lower()
    word = re.sub(r"[\s*​\ufeff'\"“”:]", "", word)
    short = re.sub(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】", "", word)
    return (short or word).rstrip("?。.,、")


def value_word(text: str) -> str:
    """Return the form in which the words of values are compared: common width, no blanks, no punctuation."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text)).lower()


def load_layouts(folder: Path = FOLDER) -> Layouts:
    """Return the layouts of a folder; raise LayoutError with all faults."""
    faults: list[Fault] = []
    roots: dict[str, tuple[Path, MappingNode]] = {}
    paths = sorted(folder.glob("*.yaml"))
    for path in paths:
        node = _compose(path, faults)
        if node is not None:
            roots[path.stem] = (path, node)
    if FREE_KIND not in roots:
        where = Place(file=str(folder if not paths else folder / f"{FREE_KIND}.yaml"))
        faults.append(Fault("layout_missing", "缺少人员名单的版式（person.yaml），其他版式从它取共有的列", where))
        raise LayoutError("名单版式有误", faults=tuple(faults))
    readers = {stem: _LayoutReader(path, node, faults) for stem, (path, node) in roots.items()}
    base = readers[FREE_KIND].layout({})
    layouts = {FREE_KIND: base}
    for stem, reader in readers.items():
        if stem != FREE_KIND:
            layout = reader.layout(base.columns)
            layouts[layout.kind] = replace(layout, other_people=base.other_people)
    if faults:
        raise LayoutError("名单版式有误", faults=tuple(faults))
    return Layouts(layouts, frozenset(word for layout in layouts.values() for word in layout.by_word))


def _compose(path: Path, faults: list[Fault]) -> MappingNode | None:
    try:
        node = YAML().compose(path.read_text("utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        faults.append(Fault("yaml", "不是合规的 YAML，请检查缩进、引号和冒号", Place(file=path.name, line=line)))
        return None
    except (OSError, UnicodeDecodeError, YAMLError):
        faults.append(Fault("yaml", "读不出来，请检查文件权限和编码（应为 UTF-8）", Place(file=path.name)))
        return None
    if not isinstance(node, MappingNode):
        faults.append(Fault("yaml", "应当由“键: 值”组成", Place(file=path.name, line=1)))
        return None
    return node


class _LayoutReader:
    """Reads one composed file; collects faults instead of raising."""

    def __init__(self, path: Path, node: MappingNode, faults: list[Fault]) -> None:
        self.path, self.faults = path, faults
        self.top = self.mapping(node, _LAYOUT_KEYS)
        self.node = node

    def fault(self, node: Node, code: str, message: str, key: str = "") -> None:
        """Note what is wrong at a node."""
        self.faults.append(Fault(code, message, Place(file=self.path.name, line=node.start_mark.line + 1, key=key)))

    def mapping(self, node: Node, known: tuple[str, ...] = ()) -> dict[str, Node]:
        """Return the node's values by key; duplicate and unknown keys are faults."""
        if not isinstance(node, MappingNode):
            self.fault(node, "layout_form", "这里应当由“键: 值”组成")
            return {}
        values: dict[str, Node] = {}
        for key, value in node.value:
            if key.value in values:
                self.fault(key, "layout_duplicate_key", "同一个键写了两次，请删去一个", key.value)
            if known and key.value not in known:
                self.fault(key, "layout_unknown_key", f"不认识这个键；可用的有：{'、'.join(known)}", key.value)
            values[key.value] = value
        return values

    def words(self, node: Node | None) -> list[str]:
        """Return a list of words; a single word stands for a list of one."""
        if node is None:
            return []
        if isinstance(node, ScalarNode):
            return [str(node.value)]
        if isinstance(node, SequenceNode) and all(isinstance(item, ScalarNode) for item in node.value):
            return [str(item.value) for item in node.value]
        self.fault(node, "layout_form", "这里应当是一列词")
        return []

    def text(self, values: Mapping[str, Node], key: str) -> str:
        """Return the text under a key that must be there."""
        node = values.get(key)
        if isinstance(node, ScalarNode) and node.value:
            return str(node.value)
        self.fault(node or self.node, "layout_missing_key", "缺少这一项，请补上", key)
        return ""

    def column(self, name: str, node: Node) -> Column:
        """Return one column."""
        values = self.mapping(node, _COLUMN_KEYS)
        kind = self.text(values, "type")
        if kind and kind not in TYPES:
            self.fault(values["type"], "layout_type", f"不认识这种类型；可用的有：{'、'.join(TYPES)}", name)
        words = self.words(values.get("words"))
        if not words:
            self.fault(node, "layout_words", "没有表头用词（words）", name)
        return Column(
            field=name,
            type=kind,
            words=tuple(header_word(word) for word in words),
            endings=tuple(header_word(word) for word in self.words(values.get("endings"))),
            values=self.value_words(name, kind, node, values.get("values")),
            past="past" in values and self.text(values, "past") == "true",
        )

    def value_words(self, name: str, kind: str, node: Node, values: Node | None) -> dict[str, str]:
        """Return word -> value; a truth column knows 是 and 否 and their like without being told."""
        found: dict[str, str] = {}
        if kind == "bool":
            found |= {value_word(word): "true" for word in _TRUE_WORDS} | {value_word(word): "false" for word in _FALSE_WORDS}
        own: dict[str, str] = {}
        for value, words in (self.mapping(values) if values is not None else {}).items():
            for word in [value, *self.words(words)]:
                plain = value_word(word)
                if own.setdefault(plain, value) != value:
                    self.fault(words, "layout_value_twice", f"词“{word}”指了两个值，请只留一个", name)
        if kind in ("choice", "choices") and not own:
            self.fault(node, "layout_values", "选项列要写明各选项的用词（values）", name)
        return found | own

    def layout(self, shared: Mapping[str, Column]) -> Layout:
        """Return the layout of the file; columns that it does not define itself come from the shared ones."""
        if self.text(self.top, "language") not in ("1", ""):
            self.fault(self.top["language"], "layout_language", "版式语言的版本应为 1", "language")
        kind = self.text(self.top, "kind")
        if kind and kind != self.path.stem:
            self.fault(self.top["kind"], "layout_kind", "名单种类应与文件名相同", kind)
        columns: dict[str, Column] = {}
        for name in self.words(self.top.get("shared")):
            if name in shared:
                columns[name] = shared[name]
            else:
                self.fault(self.top["shared"], "layout_shared", "人员名单版式里没有这一列", name)
        own = self.top.get("columns")
        for name, node in (self.mapping(own) if own is not None else {}).items():
            columns[name] = self.column(name, node)
        required = tuple(tuple(group.split("|")) for group in self.words(self.top.get("required")))
        needed = tuple(self.words(self.top.get("needed")))
        for name in (*(name for group in required for name in group), *needed):
            if name not in columns:
                self.fault(self.node, "layout_unknown_column", "required 或 needed 里写了没有的列", name)
        return Layout(
            kind=kind,
            name=self.text(self.top, "name"),
            columns=columns,
            required=required,
            needed=needed,
            hints=tuple(header_word(word) for word in self.words(self.top.get("hints"))),
            told_by_hint="told_by_hint" in self.top,
            other_people=tuple(self.words(self.top.get("other_people"))),
            by_word=self.by_word(columns),
        )

    def by_word(self, columns: Mapping[str, Column]) -> dict[str, str]:
        """Return header word -> field; a word of two fields is a fault."""
        found: dict[str, str] = {}
        for column in columns.values():
            for word in column.words:
                if found.setdefault(word, column.field) != column.field:
                    self.fault(self.node, "layout_word_twice", f"表头用词“{word}”指了两列，请只留一处", column.field)
        return found

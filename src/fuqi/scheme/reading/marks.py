"""YAML read as text only, with lines: a scalar is what was written, so that `on`, `no` and `010` mean nothing special."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from fuqi.basics.errors import Fault, Place


@dataclass(frozen=True, slots=True)
class Text:
    """A written value."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Rows:
    """A list."""

    items: tuple[Marked, ...]
    line: int

    def __iter__(self) -> Iterator[Marked]:
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Table:
    """Keys with values, in the order written; `lines` are the lines of the keys."""

    items: dict[str, Marked]
    lines: dict[str, int]
    line: int


Marked = Text | Rows | Table


def read_yaml(text: str, file: str, faults: list[Fault]) -> Marked | None:
    """Return the content of one YAML document; None, with a fault, where it cannot be read."""
    content, found = _read(text, file)
    faults.extend(found)
    return content


@lru_cache(maxsize=64)
def _read(text: str, file: str) -> tuple[Marked | None, tuple[Fault, ...]]:
    """Return content and faults; kept, since a scheme is loaded, checked and tried from the same texts."""
    faults: list[Fault] = []
    try:
        if "*" in text and (line := _alias_line(text)):
            message = "不能使用 YAML 的引用（*），请写出内容"
            return None, (Fault("yaml", message, Place(file=file, line=line)),)
        node = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as problem:
        mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
        line = mark.line + 1 if mark else 0
        reason = str(getattr(problem, "problem", "") or "").split("\n")[0]
        return None, (Fault("yaml", f"不是可读的 YAML：检查缩进、冒号和引号（{reason}）", Place(file=file, line=line)),)
    except RecursionError:
        return None, (Fault("yaml", "层次套得太深", Place(file=file)),)
    content = None if node is None else _marked(node, file, faults)
    return content, tuple(faults)


def _alias_line(text: str) -> int:
    """Return the line of the first alias, 0 where there is none."""
    events = YAML(typ="safe", pure=True).parse(text)
    alias = next((event for event in events if isinstance(event, AliasEvent)), None)
    return 0 if alias is None else alias.start_mark.line + 1


def _marked(node: Node, file: str, faults: list[Fault]) -> Marked:
    line = node.start_mark.line + 1
    if isinstance(node, ScalarNode):
        return Text(str(node.value), line)
    if isinstance(node, SequenceNode):
        return Rows(tuple(_marked(item, file, faults) for item in node.value), line)
    if not isinstance(node, MappingNode):
        raise AssertionError(node)
    items: dict[str, Marked] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key_line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            faults.append(Fault("key", "键必须是文字", Place(file=file, line=key_line)))
            continue
        key = str(key_node.value)
        value = _marked(value_node, file, faults)
        if key in items:
            message = f"键“{key}”写了两次（前一次在第{lines[key]}行），请删去一个"
            faults.append(Fault("duplicate_key", message, Place(file=file, line=key_line, key=key)))
            continue
        items[key] = value
        lines[key] = key_line
    return Table(items, lines, line)

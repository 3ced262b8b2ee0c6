"""A scheme told part by part: a tree of labels and texts in Chinese, each with what it is compared by.

What a scheme is made of is found by reflection, so that whatever a later mechanism adds to the model is told, if only under the
name that it has in the model, and no change of it goes unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from fuqi.basics.dates import Span
from fuqi.basics.money import format_rate, format_yuan
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.conditions import Condition, Expression
from fuqi.scheme.errors import ConditionError
from fuqi.scheme.indicators import Indicator
from fuqi.scheme.model import Clause, ClauseNote, Scheme
from fuqi.scheme.names import COUNTING_TABLES, WORDS, Names
from fuqi.scheme.reports import Block, FigureUse, Gap, Piece, Term, Words
from fuqi.scheme.telling_words import FIELD_WORDS, SECTION_WORDS, VALUE_WORDS
from fuqi.scheme.values import Row, Source, Value
from fuqi.scheme.wording import KEY_WORDS, in_words, row_condition_in_words

_NOT_TOLD = {
    "Scheme": {"hash", "files", "words", "releases", "inherited"},
    "Benefits": {"disease_lists", "words"},
    "Value": {"key", "kind", "absent", "fixed"},
    "Indicator": {"id", "numerator", "denominator", "considered"},
}
"""What of a part is told elsewhere, or is no content."""
_NAMED_BY = ("id", "code", "anchor", "fund", "name", "since")


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """A source or confidence; what a part takes over from the thing around it changes with that thing and is told there."""

    content: object
    taken_over: bool

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Background):
            return NotImplemented
        return (self.taken_over and other.taken_over) or self.content == other.content

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Told:
    """A part: its key among its siblings, its label, what it is compared by and how that reads, and its own parts."""

    key: tuple[object, ...]
    label: str
    mark: object = None
    text: str = ""
    parts: tuple[Told, ...] = ()
    is_item: bool = False
    """Whether it is a thing with a name of its own: a layer, a group, a clause."""


def tell(scheme: Scheme) -> Told:
    """Return everything that a scheme says."""
    teller = _Teller(scheme.words, scheme.benefits)
    cases = [
        Told((name,), f"算例文件{name.split('/', 1)[-1]}", content, "", is_item=True)
        for name, content in ((file.split("/", 1)[-1], content) for file, content in scheme.files.items())
        if name.startswith("cases/")
    ]
    parts = (*teller.fields_of(scheme), Told(("cases",), SECTION_WORDS["cases"], parts=tuple(cases)))
    return Told((), "方案", parts=parts)


def tell_benefits(benefits: Benefits) -> Told:
    """Return everything that a benefits file says."""
    layers = {layer.id: layer.name for layer in benefits.layers}
    return Told((), "方案", parts=_Teller({**layers, **benefits.words}, benefits).fields_of(benefits))


@dataclass(slots=True)
class _Teller:
    """Tells the parts of one scheme."""

    words: Mapping[str, str]
    benefits: Benefits
    above: tuple[Source, bool] | None = None
    """Source and confidence of the thing that a part stands in: parts that have the same say nothing of them."""
    table: Names | None = None
    """The columns that an indicator's conditions read."""

    def fields_of(self, part: Any) -> tuple[Told, ...]:
        """Return the fields of a part."""
        hidden = _NOT_TOLD.get(type(part).__name__, set())
        found: list[Told] = []
        for one in fields(part):
            if not one.compare or one.name in hidden:
                continue
            content = getattr(part, one.name)
            if isinstance(content, Benefits):
                found.extend(self.fields_of(content))
            else:
                found.append(self.field(part, one.name, content))
        return tuple(found)

    def field(self, part: Any, name: str, content: Any) -> Told:
        """Return one field."""
        label = FIELD_WORDS.get(f"{type(part).__name__}.{name}") or FIELD_WORDS.get(name) or SECTION_WORDS.get(name, name)
        if name == "source":
            mark = Background(content, self.above is not None and self.above[0] == content)
            return Told((name,), label, mark, str(content) or "没有写")
        if name == "confirmed":
            mark = Background(content, self.above is not None and self.above[1] == content)
            return Told((name,), label, mark, "已核实" if content else "尚未核实")
        return self.content((name,), label, content)

    def content(self, key: tuple[object, ...], label: str, content: Any) -> Told:
        """Return anything."""
        match content:
            case tuple() | Mapping() if not content:
                return Told(key, label, None, "（无）")
            case Value():
                return self.value(key, content)
            case Condition() | Expression():
                return Told(key, label, content.node, self.said(content.text))
            case Span():
                return Told(key, label, content, f"{content.start or '（不限）'}至{content.until or '（不限）'}以前")
            case Mapping():
                return Told(key, label, parts=tuple(self.entry(one, inner, label) for one, inner in content.items()))
            case tuple() if content and all(isinstance(one, Piece) for one in content):
                return Told(key, label, content, _joined(content))
            case tuple() if any(is_dataclass(one) for one in content):
                return Told(key, label, parts=tuple(_counted(self.item(one, label) for one in content)))
        if is_dataclass(content) and not isinstance(content, type):
            return Told(key, label, True, "有", self.fields_of(content))
        return Told(key, label, content, self.plain(content))

    def entry(self, key: object, content: Any, label: str) -> Told:
        """Return one entry of a table of names."""
        if is_dataclass(content) and not isinstance(content, Condition | Value):
            return self.item(content, label)
        if self.table is not None and isinstance(content, str):
            return Told((key,), FIELD_WORDS.get(str(key), str(key)), " ".join(content.split()), self.said(content))
        return self.content((key,), f"{label}“{key}”", content)

    def plain(self, content: Any) -> str:
        """Return a plain value in words."""
        if isinstance(content, bool):
            return "是" if content else "否"
        if isinstance(content, tuple | frozenset):
            return "、".join(self.plain(one) for one in content) or "（无）"
        text = str(content) if content is not None else ""
        return (
            VALUE_WORDS.get(text)
            or self.benefits.funds.get(text)
            or self.words.get(text)
            or WORDS.get(text)
            or text
            or "（无）"
        )

    def said(self, text: str) -> str:
        """Return a condition or expression in words; as written where it reads names that have no words."""
        try:
            return in_words(text, self.words) if self.table is None else row_condition_in_words(text, self.words, self.table)
        except (ConditionError, AssertionError):
            return text

    def item(self, item: Any, section: str) -> Told:
        """Return a thing of a list."""
        if isinstance(item, Block):
            text = _joined(item.pieces)
            return Told((item.level, text), "一段文字", None, text)
        if isinstance(item, ClauseNote):
            return Told((item.clause, item.part), f"条款“{item.clause}”{item.part}的登记", item, self.plain(item.text))
        if isinstance(item, Row):
            return self.row((), item, "金额")
        by = next((name for name in _NAMED_BY if hasattr(item, name)), "")
        key = getattr(item, by) if by else ""
        name = getattr(item, "title", "") if isinstance(item, Clause) else getattr(item, "name", "") or str(key)
        source = getattr(item, "source", None)
        above = (source, bool(getattr(item, "confirmed", True))) if isinstance(source, Source) else None
        table = COUNTING_TABLES.get(item.over) if isinstance(item, Indicator) else None
        inner = _Teller(self.words, self.benefits, self.above, table or self.table)
        parts = [one for one in _split(inner, item, above) if one.key != (by,)]
        return Told((key,), f"{section}“{name}”", None, "", tuple(parts), is_item=True)

    def value(self, key: tuple[object, ...], value: Value) -> Told:
        """Return a value: its rows, each known by its version and condition."""
        word = KEY_WORDS.get(value.key, value.key)
        rows = [self.row(key, row, word) for row in value.rows]
        rows += [self.row(("add",), row, f"{word}的加减") for row in value.add]
        return Told(key, word, value.absent, "", tuple(_counted(rows)))

    def row(self, key: tuple[object, ...], row: Row, word: str) -> Told:
        """Return a row of a value with its points and brackets."""
        when = "" if row.when is None else f"{self.said(row.when.text)}时的"
        since = "" if row.since is None else f"{row.since}起"
        label = f"{since}{when}{word}"
        content = row.content
        text = "不限" if content.text == "none" else self.said(content.text) if content.schedule is None else content.text
        mark: object = content.text if content.expression is None else content.expression.node
        parts = [self.field(row, name, inner) for name, inner in (("source", row.source), ("confirmed", row.confirmed))]
        parts = [Told(one.key, f"{label}的{one.label}", one.mark, one.text) for one in parts]
        parts += self.schedule(content.schedule or (), label)
        parts += _counted(self.row(("add",), point, f"{label}的加减") for point in row.add)
        node = None if row.when is None else row.when.node
        return Told((*key, row.since, node), label, None if content.schedule is not None else mark, text, tuple(parts))

    def schedule(self, schedule: tuple[tuple[int | None, Value], ...], label: str) -> Iterator[Told]:
        """Yield brackets or lumps one by one."""
        for number, (bound, value) in enumerate(schedule, 1):
            lead = f"{label}第{number}段"
            limit = "以上各段之外" if bound is None else f"{format_yuan(bound)}元"
            yield Told(("bound", number), f"{lead}的界限", bound, limit)
            rows = [self.row(("rows", number), row, f"{lead}的{KEY_WORDS.get(value.key, value.key)}") for row in value.rows]
            rows += [self.row(("add", number), row, f"{lead}的加减") for row in value.add]
            yield from _counted(rows)


def _split(teller: _Teller, item: Any, above: tuple[Source, bool] | None) -> Iterator[Told]:
    """Yield the fields of a thing: its own source and confidence as they are, those of its parts only where they differ."""
    hidden = _NOT_TOLD.get(type(item).__name__, set())
    inner = _Teller(teller.words, teller.benefits, above, teller.table)
    for one in fields(item):
        if not one.compare or one.name in hidden:
            continue
        who = teller if one.name in ("source", "confirmed") else inner
        content = getattr(item, one.name)
        yield _in_unit(who.field(item, one.name, content), one.name, content)


def _joined(pieces: Iterable[Any]) -> str:
    """Return the pieces of a report's text as one text."""
    shown = {Words: "text", Gap: "text", Term: "name", FigureUse: "code"}
    return "".join(
        getattr(piece, shown[type(piece)]) if isinstance(piece, Words) else f"〔{getattr(piece, shown[type(piece)])}〕"
        for piece in pieces
    )


def _in_unit(told: Told, name: str, content: Any) -> Told:
    """Return a field whose number is money or a rate with its unit."""
    if isinstance(content, bool) or not isinstance(content, int):
        return told
    if name.endswith("_fen"):
        return Told(told.key, told.label, told.mark, f"{format_yuan(content)}元")
    return Told(told.key, told.label, told.mark, format_rate(content)) if name in ("target", "share") else told


def _counted(parts: Iterable[Told]) -> Iterator[Told]:
    """Yield parts, those with the same key told apart by their number."""
    seen: dict[tuple[object, ...], int] = {}
    for part in parts:
        seen[part.key] = seen.get(part.key, 0) + 1
        number = seen[part.key]
        yield part if number == 1 else Told((*part.key, number), part.label, part.mark, part.text, part.parts, part.is_item)

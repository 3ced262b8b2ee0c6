"""Conditions and expressions, checked when they are loaded: unknown names, wrong types, missing units, impossible values.

`parse` gives a condition that evaluates to True, False or None (unknown); `parse_expression` gives an amount, rate or number.
All that is wrong with a text is reported together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from fuqi.scheme.errors import ConditionError, TextFault
from fuqi.scheme.names import NameInfo, Names
from fuqi.scheme.syntax import (
    All,
    Arithmetic,
    Comparison,
    Constant,
    Extreme,
    InList,
    InSet,
    Minus,
    Name,
    Node,
    Not,
    Some,
    Values,
    read_text,
)

KIND_WORDS = {
    "money": "金额",
    "rate": "比例",
    "number": "整数",
    "text": "文字",
    "date": "日期",
    "flag": "是非",
    "set": "集合",
    "zero": "0",
}
WHOLE_RATE = 10_000


@dataclass(frozen=True, slots=True)
class Condition:
    """A checked condition."""

    text: str
    node: Node

    def evaluate(self, values: Values) -> bool | None:
        """Return whether it holds, None if that cannot be known. Values: see the module; a None or absent value is unknown."""
        found = self.node.evaluate(values)
        return found if found is None else bool(found)

    def unknown(self, values: Values) -> frozenset[str]:
        """Return the names whose absence keeps the answer from being known."""
        return self.node.unknown(values)

    @property
    def names(self) -> frozenset[str]:
        """Return all names that it reads."""
        return self.node.names()

    @property
    def words(self) -> frozenset[str]:
        """Return all texts that it compares something with."""
        return frozenset(_words(self.node))


def _words(node: Node) -> Iterator[str]:
    if isinstance(node, Constant) and isinstance(node.value, str):
        yield node.value
    for part in node.parts():
        yield from _words(part)


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression; `kind` is money, rate or number."""

    text: str
    node: Node
    kind: str

    def evaluate(self, values: Values) -> int | None:
        """Return fen, basis points or a whole number, None if a needed value is unknown."""
        found: int | None = self.node.evaluate(values)
        return found

    def unknown(self, values: Values) -> frozenset[str]:
        """Return the names whose absence keeps the value from being known."""
        return self.node.unknown(values)

    @property
    def names(self) -> frozenset[str]:
        """Return all names that it reads."""
        return self.node.names()


def parse(text: str, names: Names, definitions: Mapping[str, Node] | None = None) -> Condition:
    """Return the condition that a text says. `definitions` are named conditions that it may use.

    Raises ConditionError with all reasons.
    """
    checker = _Checker(names, definitions or {})
    node, kind = checker.check(read_text(text))
    if kind not in ("flag", ""):
        checker.fault("type", f"这里要写条件（成立或不成立），写的却是{KIND_WORDS[kind]}", node.at)
    checker.finish(text)
    return Condition(text, node)


def parse_expression(text: str, names: Names, kind: str) -> Expression:
    """Return the expression of the kind (money, rate or number) that a text says. Raises ConditionError with all reasons."""
    checker = _Checker(names, {})
    node, found = checker.check(read_text(text))
    if found not in (kind, "zero", ""):
        unit = {"money": "，金额要带单位，如“500元”", "rate": "，比例要带百分号，如“60%”"}.get(kind, "")
        checker.fault(
            "unit" if found == "number" else "type", f"这里要写{KIND_WORDS[kind]}，写的却是{KIND_WORDS[found]}{unit}", node.at
        )
    checker.finish(text)
    return Expression(text, node, kind)


class _Checker:
    """Gives each node its kind, turns ISO texts into dates and 1/0 into flags, and collects what is wrong.

    The kind is one of KIND_WORDS, or empty where a fault is already known.
    """

    def __init__(self, names: Names, definitions: Mapping[str, Node]) -> None:
        self.names = names
        self.definitions = definitions
        self.faults: list[TextFault] = []

    def fault(self, code: str, message: str, at: int) -> None:
        found = TextFault(code, message, at)
        if found not in self.faults:
            self.faults.append(found)

    def finish(self, text: str) -> None:
        if self.faults:
            raise ConditionError(text, tuple(sorted(self.faults, key=lambda fault: fault.at)))

    def check(self, node: Node) -> tuple[Node, str]:
        match node:
            case Constant():
                return self.constant(node)
            case Name():
                return self.name(node)
            case Minus():
                return self.minus(node)
            case Arithmetic():
                return self.arithmetic(node)
            case Extreme():
                return self.extreme(node)
            case Comparison():
                return self.comparison(node)
            case InSet():
                return self.in_set(node)
            case InList():
                return self.in_list(node)
        return self.logic(node), "flag"

    def logic(self, node: Node) -> Node:
        match node:
            case Not():
                return Not(self.truth(node.item), at=node.at)
            case All():
                return All(tuple(self.truth(item) for item in node.items), at=node.at)
            case Some():
                return Some(tuple(self.truth(item) for item in node.items), at=node.at)
        raise AssertionError(node)

    def constant(self, node: Constant) -> tuple[Node, str]:
        if node.kind == "rate" and node.value > WHOLE_RATE:
            self.fault("rate", f"比例{node.written}超出0–100%", node.at)
        return node, "zero" if node.kind == "number" and node.value == 0 else node.kind

    def name(self, node: Name) -> tuple[Node, str]:
        if node.name in self.definitions:
            return self.definitions[node.name], "flag"
        info = self.names.find(node.name)
        if info is None:
            self.fault("name", self.names.advice(node.name), node.at)
            return node, ""
        return node, info.kind

    def truth(self, node: Node) -> Node:
        checked, kind = self.check(node)
        if kind not in ("flag", ""):
            self.fault("type", f"and、or、not 两边要写条件，这里却是{KIND_WORDS[kind]}", node.at)
        return checked

    def minus(self, node: Minus) -> tuple[Node, str]:
        item, kind = self.check(node.item)
        if kind not in ("money", "rate", "number", "zero", ""):
            self.fault("type", f"{KIND_WORDS[kind]}前面不能有负号", node.at)
            kind = ""
        return Minus(item, at=node.at), kind

    def arithmetic(self, node: Arithmetic) -> tuple[Node, str]:
        left, left_kind = self.check(node.left)
        right, right_kind = self.check(node.right)
        made = Arithmetic(node.sign, left, right, at=node.at)
        if node.sign == "/":
            self.fault("division", "不能用除法：除法带有看不见的取整", node.at)
            return made, ""
        if not left_kind or not right_kind:
            return made, ""
        if node.sign == "*":
            return made, self.product(left_kind, right_kind, node.at)
        return made, self.same([(left, left_kind), (right, right_kind)], f"“{node.sign}”", node.at)

    def product(self, left: str, right: str, at: int) -> str:
        pair = [("number" if kind == "zero" else kind) for kind in (left, right)]
        if "number" in pair:
            other = pair[1] if pair[0] == "number" else pair[0]
            if other in ("money", "rate", "number"):
                return other
        self.fault("product", f"不能用{KIND_WORDS[left]}乘{KIND_WORDS[right]}：只许金额或比例乘整数", at)
        return ""

    def same(self, items: list[tuple[Node, str]], where: str, at: int) -> str:
        """Return the one kind of several amounts; 0 goes with every kind."""
        kinds = {kind for _, kind in items if kind}
        amounts = kinds - {"zero"}
        if amounts - {"money", "rate", "number"}:
            wrong = "、".join(KIND_WORDS[kind] for kind in sorted(amounts - {"money", "rate", "number"}))
            self.fault("type", f"{where}只能用于金额、比例和整数，不能用于{wrong}", at)
            return ""
        if len(amounts) > 1:
            mixed = "、".join(KIND_WORDS[kind] for kind in sorted(amounts))
            self.fault("unit" if "number" in amounts else "type", f"{where}两边的种类不同（{mixed}）：金额和比例要带单位", at)
            return ""
        if len(kinds) < len({kind for _, kind in items}):
            return ""
        return next(iter(amounts), "zero")

    def extreme(self, node: Extreme) -> tuple[Node, str]:
        checked = [self.check(item) for item in node.items]
        made = Extreme(node.which, tuple(item for item, _ in checked), at=node.at)
        return made, self.same(checked, node.which, node.at)

    def comparison(self, node: Comparison) -> tuple[Node, str]:
        left, left_kind = self.check(node.left)
        right, right_kind = self.check(node.right)
        if left_kind and right_kind:
            right, right_kind = self.fit(left, left_kind, right, right_kind)
            left, left_kind = self.fit(right, right_kind, left, left_kind)
            if node.sign in ("=", "<>"):
                self.possible(left, right)
                self.possible(right, left)
            self.comparable(node, left, left_kind, right, right_kind)
        return Comparison(node.sign, left, right, at=node.at), "flag"

    def fit(self, other: Node, other_kind: str, node: Node, kind: str) -> tuple[Node, str]:
        """Return a written value turned into what the other side is: an ISO text into a date, 1 and 0 into a flag."""
        if not isinstance(node, Constant):
            return node, kind
        if other_kind == "date" and kind == "text":
            try:
                return replace(node, kind="date", value=_iso_date(node.value)), "date"
            except ValueError:
                self.fault("date", f"“{node.value}”不是日期，要写成 '2024-07-01'", node.at)
                return node, ""
        if other_kind == "flag" and node.kind == "number" and node.value in (0, 1):
            return replace(node, kind="flag", value=bool(node.value)), "flag"
        return node, kind

    def possible(self, other: Node, node: Node) -> None:
        """Collect a fault where a name can never have the written value."""
        info = self.names.find(other.name) if isinstance(other, Name) else None
        if info is None or not isinstance(node, Constant):
            return
        if info.choices is not None and node.kind == "text" and node.value not in info.choices:
            self.fault("value", f"{info.meaning}({info.name})不会是“{node.value}”，只有{_listed(info)}", node.at)
        if info.bounds is not None and node.kind == "number" and not info.bounds[0] <= node.value <= info.bounds[1]:
            self.fault("value", f"{info.meaning}({info.name})只在{info.bounds[0]}到{info.bounds[1]}之间", node.at)

    def comparable(self, node: Comparison, left: Node, left_kind: str, right: Node, right_kind: str) -> None:
        kinds = {left_kind, right_kind}
        if "" in kinds:
            return
        if "set" in kinds:
            self.fault("type", "集合不能比较，要写成 'registered_poor' in groups", node.at)
        elif kinds & {"money", "rate", "number", "zero"}:
            self.same([(left, left_kind), (right, right_kind)], f"“{node.sign}”", node.at)
        elif left_kind != right_kind:
            self.fault("type", f"{KIND_WORDS[left_kind]}不能和{KIND_WORDS[right_kind]}比较", node.at)
        elif node.sign not in ("=", "<>") and (left_kind == "flag" or self.has_choices(left) or self.has_choices(right)):
            self.fault("type", "这样的值没有大小，只能用 = 和 <>", node.at)

    def has_choices(self, node: Node) -> bool:
        info = self.names.find(node.name) if isinstance(node, Name) else None
        return info is not None and info.choices is not None

    def in_set(self, node: InSet) -> tuple[Node, str]:
        item, kind = self.check(node.item)
        container, container_kind = self.check(node.container)
        if container_kind not in ("set", ""):
            self.fault(
                "type",
                f"in 后面要写集合或括号里的列表，“{node.container.name}”是{KIND_WORDS[container_kind]}",
                node.container.at,
            )
        elif kind not in ("text", ""):
            self.fault("type", f"in 前面要写文字，写的却是{KIND_WORDS[kind]}", node.at)
        elif isinstance(item, Constant):
            self.possible(container, item)
        return InSet(item, node.container, at=node.at), "flag"

    def in_list(self, node: InList) -> tuple[Node, str]:
        item, kind = self.check(node.item)
        choices: list[Node] = []
        for choice in node.choices:
            made = self.comparison(Comparison("=", node.item, choice, at=choice.at))[0]
            choices.append(made.right if isinstance(made, Comparison) else choice)
            item = made.left if isinstance(made, Comparison) and isinstance(item, Constant) else item
        return InList(item, tuple(choices), at=node.at), "flag" if kind else ""


def _iso_date(text: str) -> date:
    if len(text) != 10 or not text.isascii() or text[4] != "-" or text[7] != "-":
        raise ValueError(text)
    return date.fromisoformat(text)


def _listed(info: NameInfo) -> str:
    return "、".join(sorted(info.choices or ()))

"""Conditions and expressions told in Chinese, from their text: `'registered_poor' in groups` as 属于建档立卡贫困人口."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from fuqi.basics.money import format_rate, format_yuan
from fuqi.scheme.names import CLAIM, WORDS, Names
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
    read_text,
)

KEY_WORDS = {
    "base": "计算基数",
    "first_share": "先自付比例",
    "deductible": "起付线",
    "rate": "支付比例",
    "brackets": "分段",
    "lump": "定额",
    "pay": "定额",
    "fill.of": "补足所依据的金额",
    "fill.at_most": "个人负担上限比例",
    "at_least.of": "保底所依据的金额",
    "at_least.rate": "保底比例",
    "times": "折算比例",
    "cap": "封顶线",
    "add": "加减的百分点或金额",
    "normal": "通常的押金",
    "waived": "减免比例",
    "amount": "金额",
    "share": "补贴比例",
    "sum": "补贴金额",
}
"""What the keys of a layer's values are called."""
_SIGNS = {"=": "是", "<>": "不是", "<": "小于", "<=": "不超过", ">": "大于", ">=": "不小于"}
_DAY_SIGNS = {"=": "是", "<>": "不是", "<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于"}
_LEADS = {"over.": "超封顶线的部分", "ytd_paid.": "本年此前支付", "paid.": "支付"}


def in_words(text: str, words: Mapping[str, str], names: Names = CLAIM) -> str:
    """Return a condition or expression in Chinese; `words` names layers and groups, `names` are those that it may read.

    The text must have been read before.
    """
    if names is CLAIM:
        return _told_of_claim(text, tuple(words.items()))
    return _Teller(words, names).tell(read_text(text))


@lru_cache(maxsize=4096)
def _told_of_claim(text: str, words: tuple[tuple[str, str], ...]) -> str:
    """Return what a scheme says of claims, told once: the counter asks the same texts of every claim."""
    return _Teller(dict(words), CLAIM).tell(read_text(text))


def row_condition_in_words(text: str, words: Mapping[str, str], names: Names) -> str:
    """Return a condition on the rows that a figure is counted from, in Chinese; `names` are the columns of their table."""
    return _RowTeller(words, names).tell(read_text(text))


class _Teller:
    """Tells nodes."""

    def __init__(self, words: Mapping[str, str], names: Names) -> None:
        self.words = words
        self.names = names

    def tell(self, node: Node) -> str:
        match node:
            case Constant():
                return self.constant(node)
            case Name():
                return self.name(node.name)
            case Minus():
                return f"负{self.tell(node.item)}"
            case Arithmetic():
                return self.arithmetic(node)
            case Extreme():
                which = "最大" if node.which == "max" else "最小"
                return f"{'、'.join(self.tell(item) for item in node.items)}中{which}的"
        return self.truth(node)

    def truth(self, node: Node) -> str:
        match node:
            case Comparison():
                signs = _DAY_SIGNS if self.is_day(node.left) or self.is_day(node.right) else _SIGNS
                return f"{self.tell(node.left)}{signs[node.sign]}{self.tell(node.right)}"
            case InSet():
                return f"属于{self.tell(node.item)}"
            case InList():
                return f"{self.tell(node.item)}是{'或'.join(self.tell(choice) for choice in node.choices)}"
            case Not(item=InSet() as inner):
                return f"不属于{self.tell(inner.item)}"
            case Not():
                return f"不是（{self.tell(node.item)}）"
            case All():
                return "，且".join(self.part(item) for item in node.items)
            case Some():
                return self.one_of_sets(node) or "，或".join(self.part(item) for item in node.items)
        raise AssertionError(node)

    def one_of_sets(self, node: Some) -> str:
        """Return `属于甲、乙或丙` where all alternatives ask one set for an item; empty where they do not."""
        items = [item for item in node.items if isinstance(item, InSet)]
        if len(items) < len(node.items) or len({item.container.name for item in items}) > 1:
            return ""
        told = [self.truth(item) for item in items]
        lead = told[0].removesuffix(self.tell(items[0].item))
        ends = [one.removeprefix(lead) for one in told]
        return f"{lead}{'、'.join(ends[:-1])}或{ends[-1]}"

    def part(self, node: Node) -> str:
        return f"（{self.tell(node)}）" if isinstance(node, All | Some) else self.tell(node)

    def arithmetic(self, node: Arithmetic) -> str:
        first, paid = _less_what_was_paid(node)
        if len(paid) > 1:
            return f"{self.tell(first)}减去{'、'.join(self.words.get(layer, layer) for layer in paid)}已支付的部分"
        right = self.tell(node.right)
        if isinstance(node.right, Arithmetic):
            right = f"（{right}）"
        left = self.tell(node.left)
        if node.sign == "*" and isinstance(node.left, Arithmetic):
            left = f"（{left}）"
        return f"{left}{'加' if node.sign == '+' else '减' if node.sign == '-' else '乘'}{right}"

    def constant(self, node: Constant) -> str:
        if node.kind == "money":
            return f"{format_yuan(node.value)}元"
        if node.kind == "rate":
            return format_rate(node.value)
        if node.kind == "flag":
            return "是" if node.value else "否"
        return self.words.get(str(node.value)) or WORDS.get(str(node.value), str(node.value))

    def name(self, name: str) -> str:
        for lead, meaning in _LEADS.items():
            if name.startswith(lead):
                layer = name.removeprefix(lead)
                return f"{self.words.get(layer, layer)}{meaning}"
        if name.startswith("own."):
            return f"{name.removeprefix('own.')}一项的个人负担"
        info = self.names.exact.get(name)
        return info.meaning if info else name

    def is_day(self, node: Node) -> bool:
        info = self.names.exact.get(node.name) if isinstance(node, Name) else None
        return info is not None and info.kind == "date"


def _less_what_was_paid(node: Node) -> tuple[Node, list[str]]:
    """Return what a chain of subtractions begins with, and the layers whose payments are taken away from it, in order."""
    paid: list[str] = []
    while isinstance(node, Arithmetic) and node.sign == "-" and isinstance(node.right, Name):
        if not node.right.name.startswith("paid."):
            break
        paid.insert(0, node.right.name.removeprefix("paid."))
        node = node.left
    return node, paid


class _RowTeller(_Teller):
    """Tells conditions on rows: each of a row's sets is called by its name, and days are written as people write them."""

    def truth(self, node: Node) -> str:
        match node:
            case InSet():
                return f"{self.name(node.container.name)}里有{self.tell(node.item)}"
            case Not(item=InSet() as inner):
                return f"{self.name(inner.container.name)}里没有{self.tell(inner.item)}"
        return super().truth(node)

    def constant(self, node: Constant) -> str:
        if node.kind == "flag":
            return "全部" if node.value else "没有"
        try:
            day = date.fromisoformat(str(node.value) if node.kind in ("date", "text") else "")
        except ValueError:
            return super().constant(node)
        return f"{day.year}年{day.month}月{day.day}日"

    def name(self, name: str) -> str:
        info = self.names.find(name)
        return info.meaning if info else WORDS.get(name, name)

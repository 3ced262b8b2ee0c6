"""Reads what deposits, stipends and premium subsidies have in common, and their payers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from fuqi.scheme.conditions import WHOLE_RATE
from fuqi.scheme.names import Names
from fuqi.scheme.payers import Payer
from fuqi.scheme.reading.marks import Marked, Table
from fuqi.scheme.reading.reader import Reader
from fuqi.scheme.reading.values import Background, ValueReader, read_background
from fuqi.scheme.syntax import Constant

COMMON_KEYS = ("id", "name", "when", "from", "until", "source", "confidence")
PAYER_KEYS = ("fund", "amount", "share", "source", "confidence")


@dataclass(slots=True)
class PromiseReader:
    """Reads one promise: a table under `deposits`, `stipends` or `premiums`, or a row of a premium's subsidies."""

    reader: Reader
    node: Table
    names: Names
    above: Background = Background()

    @property
    def values(self) -> ValueReader:
        """Return a reader of this promise's values."""
        return ValueReader(self.reader, self.names, read_background(self.reader, self.node, self.above))

    def common(self) -> dict[str, Any]:
        """Return what every promise says, by the names of its fields; a `from` that is not before `until` is a fault."""
        reader, node = self.reader, self.node
        background = read_background(reader, node, self.above)
        since, until = reader.day(node, "from"), reader.day(node, "until")
        if since and until and since >= until:
            reader.fault("period", "from 要早于 until（until 那天已不在内）", node.lines["until"], "until")
        return {
            "id": reader.identifier(node),
            "name": reader.text(node, "name", reader.text(node, "id")),
            "when": reader.condition(node.items.get("when"), "when", self.names),
            "since": since,
            "until": until,
            "source": background.source,
            "confirmed": background.confirmed,
            "line": node.line,
        }

    def complete(self, **needed: str) -> None:
        """Collect a fault for what a public scheme must say; `needed` gives keys with what they mean."""
        if not self.reader.strict:
            return
        for key, meaning in needed.items():
            if key not in self.node.items:
                self.reader.fault("missing_key", f"缺少“{key}”（{meaning}）", self.node.line, key)

    def payers(self, *, with_amount: bool) -> tuple[Payer, ...]:
        """Return who pays: `fund` alone, or `payers`. `with_amount` says that there is an amount that they share."""
        reader, node = self.reader, self.node
        if "fund" in node.items and "payers" in node.items:
            reader.fault("mechanism", "fund 和 payers 只能写一个", node.lines["payers"], "payers")
        if "payers" not in node.items:
            if "fund" not in node.items and reader.strict:
                reader.fault("missing_key", "缺少“fund”（由哪笔资金支付）或“payers”（由哪几笔资金分担）", node.line, "fund")
            return (Payer(fund=reader.text(node, "fund"), share=WHOLE_RATE),)
        found: list[Payer] = []
        for item in reader.rows(node.items["payers"], "payers"):
            payer = self._payer(item)
            if payer is not None:
                if payer.fund in [other.fund for other in found]:
                    reader.fault("duplicate_id", f"资金“{payer.fund}”写了两次", item.line, "fund")
                found.append(payer)
        return self._shared(found, with_amount)

    def _payer(self, item: Marked) -> Payer | None:
        table = self.reader.table(item, "payers", PAYER_KEYS, ("fund",))
        if table is None:
            return None
        fund = self.reader.text(table, "fund")
        if "amount" in table.items and "share" in table.items:
            self.reader.fault("mechanism", "amount（定额）和 share（分担比例）只能写一个", table.lines["share"], "share")
        if "amount" in table.items:
            values = self.values
            values = replace(values, background=read_background(self.reader, table, values.background))
            return Payer(fund=fund, amount=values.value(table.items["amount"], "amount", "money"))
        return Payer(fund=fund, share=self._share(table) if "share" in table.items else WHOLE_RATE)

    def _share(self, table: Table) -> int:
        """Return a plain rate in basis points."""
        expression = self.reader.expression(table.items["share"], "share", self.names, "rate")
        if expression is None:
            return 0
        if not isinstance(expression.node, Constant):
            self.reader.fault("unit", "payers 的 share 要写成一个比例，如 40%", table.lines["share"], "share")
            return 0
        return int(expression.node.value)

    def _shared(self, payers: Collection[Payer], with_amount: bool) -> tuple[Payer, ...]:
        """Return the payers; shares that are not the whole, or nobody for what fixed sums leave, are faults."""
        line = self.node.lines["payers"]
        whole = sum(payer.share for payer in payers)
        if not payers:
            self.reader.fault("empty", "“payers”里一个也没有", line, "payers")
        elif whole not in (0, WHOLE_RATE):
            message = "share 合计要正好是100%；没有写 share 也没有写 amount 的那一个，负担定额以外的全部"
            self.reader.fault("shares", message, line, "payers")
        elif with_amount and whole == 0:
            message = "写了总额，就要有一个负担其余部分：给其中一个写 share，或不写 amount"
            self.reader.fault("shares", message, line, "payers")
        elif not with_amount and (whole or any(payer.amount is None for payer in payers)):
            self.reader.fault("shares", "没有写总额“amount”的，每个 payers 都要写自己的 amount", line, "payers")
        return tuple(payers)


def number_key(reader: Reader, table: Table, key: str) -> int | None:
    """Return a whole number above 0."""
    found = reader.number(table, key)
    if found is not None and found < 1:
        reader.fault("number", f"“{key}”至少是1", table.lines[key], key)
    return found

"""Reads the deposit rules of benefits.yaml."""

from __future__ import annotations

from fuqi.scheme.deposits import Deposit
from fuqi.scheme.names import Names
from fuqi.scheme.reading.marks import Table, Text
from fuqi.scheme.reading.promises import COMMON_KEYS, PromiseReader
from fuqi.scheme.reading.reader import Reader

DEPOSIT_KEYS = (*COMMON_KEYS, "normal", "waived", "except")


def read_deposit(reader: Reader, node: Table, names: Names) -> Deposit:
    """Return a deposit rule. What it does not say of the normal amount is the hospital's own, the fact `normal_deposit`."""
    promise = PromiseReader(reader, node, names)
    common = promise.common()
    promise.complete(name="名称", source="依据哪个文件哪一条")
    values = promise.values
    normal = node.items.get("normal", Text("normal_deposit", node.line))
    return Deposit(
        **common,
        normal=values.value(normal, "normal", "money"),
        waived=values.value(node.items.get("waived"), "waived", "rate"),
        excluded=reader.condition(node.items.get("except"), "except", names),
    )

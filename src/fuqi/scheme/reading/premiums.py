"""Reads the premiums of benefits.yaml, with their rows of subsidies."""

from __future__ import annotations

from fuqi.scheme.names import Names
from fuqi.scheme.premiums import Premium, Subsidy
from fuqi.scheme.reading.marks import Marked, Table, Text
from fuqi.scheme.reading.promises import COMMON_KEYS, PromiseReader
from fuqi.scheme.reading.reader import Reader
from fuqi.scheme.reading.values import Background, read_background

PREMIUM_KEYS = (*COMMON_KEYS, "amount", "subsidies")
SUBSIDY_KEYS = (*(key for key in COMMON_KEYS if key != "id"), "share", "sum", "fund", "payers")


def read_premium(reader: Reader, node: Table, names: Names) -> Premium:
    """Return a premium rule. `amount: unknown` says that the documents do not give the premium's height."""
    promise = PromiseReader(reader, node, names)
    common = promise.common()
    promise.complete(name="名称", source="依据哪个文件哪一条")
    written = node.items.get("amount")
    known = not (isinstance(written, Text) and written.value.strip() == "unknown")
    if written is None:
        message = "缺少“amount”（一年的个人缴费；文件里没有写的，写 amount: unknown）"
        reader.fault("missing_key", message, node.line, "amount")
    background = read_background(reader, node, Background())
    rows = reader.rows(node.items.get("subsidies"), "subsidies")
    subsidies = [_subsidy(reader, item, names, background, f"{common['id']}_{place}") for place, item in enumerate(rows, 1)]
    return Premium(
        **common,
        amount=promise.values.value(written, "amount", "money", absent=None) if known else None,
        subsidies=tuple(subsidy for subsidy in subsidies if subsidy is not None),
    )


def _subsidy(reader: Reader, item: Marked, names: Names, above: Background, row_id: str) -> Subsidy | None:
    node = reader.table(item, "subsidies", SUBSIDY_KEYS)
    if node is None:
        return None
    promise = PromiseReader(reader, node, names, above)
    common = promise.common()
    if ("share" in node.items) == ("sum" in node.items):
        reader.fault("mechanism", "share（补贴比例）和 sum（补贴金额）要写一个，也只能写一个", node.line, "share")
    values = promise.values
    return Subsidy(
        **common | {"id": row_id},
        share=values.value(node.items.get("share"), "share", "rate"),
        sum=values.value(node.items.get("sum"), "sum", "money"),
        payers=promise.payers(with_amount=True),
    )

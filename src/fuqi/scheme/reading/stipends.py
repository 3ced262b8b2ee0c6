"""Reads the stipends of benefits.yaml."""

from __future__ import annotations

from fuqi.scheme.conditions import Expression
from fuqi.scheme.names import Names
from fuqi.scheme.person_facts import PERSON_FACTS, with_choices_of
from fuqi.scheme.reading.marks import Table
from fuqi.scheme.reading.promises import COMMON_KEYS, PromiseReader, number_key
from fuqi.scheme.reading.reader import Reader
from fuqi.scheme.stipends import EVENT, LENGTHS, STIPEND_PERIODS, Stipend

STIPEND_KEYS = (*COMMON_KEYS, "period", "amount", "quantity", "at_most", "prorate", "fund", "payers")


def read_stipend(reader: Reader, node: Table, names: Names) -> Stipend:
    """Return a stipend. Only one per event may read what belongs to an event."""
    period = reader.choice(node, "period", STIPEND_PERIODS, "month")
    known = names if period == EVENT else with_choices_of(PERSON_FACTS, names)
    promise = PromiseReader(reader, node, known)
    common = promise.common()
    promise.complete(name="名称", source="依据哪个文件哪一条")
    _check(reader, node, period)
    amount = promise.values.value(node.items.get("amount"), "amount", "money")
    most, most_per = _limit(reader, node)
    return Stipend(
        **common,
        period=period,
        amount=amount,
        quantity=_quantity(reader, node, known),
        most=most,
        most_per=most_per,
        prorate=reader.choice(node, "prorate", ("none", "days"), "none") == "days",
        payers=promise.payers(with_amount="amount" in node.items),
    )


def _check(reader: Reader, node: Table, period: str) -> None:
    """Collect faults for keys that cannot stand together or are absent."""
    if "amount" not in node.items and "payers" not in node.items:
        reader.fault("missing_key", "缺少“amount”（每期或每次多少钱）", node.line, "amount")
    if "period" not in node.items:
        reader.fault("missing_key", f"缺少“period”（{'、'.join(STIPEND_PERIODS)}）", node.line, "period")
    if "prorate" in node.items and period not in LENGTHS:
        reader.fault("mechanism", "“prorate”只能用于按月、季、半年、年发的补贴", node.lines["prorate"], "prorate")
    for key in ("quantity", "at_most"):
        if key in node.items and period != EVENT:
            reader.fault("mechanism", f"“{key}”只能用于按次发的补贴（period: event）", node.lines[key], key)


def _quantity(reader: Reader, node: Table, names: Names) -> Expression | None:
    written = node.items.get("quantity")
    return None if written is None else reader.expression(written, "quantity", names, "number")


def _limit(reader: Reader, node: Table) -> tuple[int | None, str]:
    table = reader.table(node.items.get("at_most"), "at_most", ("quantity", "per"), ("quantity", "per"))
    if table is None:
        return None, "year"
    per = reader.choice(table, "per", tuple(LENGTHS), "year") if "per" in table.items else "year"
    return number_key(reader, table, "quantity"), per

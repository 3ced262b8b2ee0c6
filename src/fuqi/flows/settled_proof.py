"""Every settled line worked out again from what was stored with it, and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fuqi.basics.errors import Fault
from fuqi.basics.money import format_yuan
from fuqi.basics.viewer import Viewer
from fuqi.flows.kept_schemes import SchemeNotKeptError, kept_version
from fuqi.scheme.recompute import faults, is_complete, parse_trace, recompute
from fuqi.settlement.queries import kept_schemes, stored_traces

PARTS = {
    "trace": "计算过程",
    "base": "计算基数",
    "deductible": "起付线",
    "charged": "已扣起付线",
    "lump": "定额",
    "computed": "限额以前的金额",
    "floor": "保底",
    "brackets": "分段",
    "over": "封顶截去的金额",
    "cut_by_remainder": "超出余额的部分",
    "result": "计算结果",
    "pay": "支付",
}
"""What the parts of a trace are called."""


@dataclass(frozen=True)
class SettlementProof:
    """What was worked out again and what was found."""

    lines: int
    older: int
    """Lines whose trace is of the first form, which says too little to be worked out again."""
    schemes: int
    faults: tuple[Fault, ...]


def prove_settlements(viewer: Viewer) -> SettlementProof:
    """Work every line of every run that came into force out again from its trace, and read every kept version of the scheme."""
    lines = older = 0
    found: list[Fault] = []
    for number, layer, base_fen, pay_fen, text in stored_traces(viewer):
        lines += 1
        fault, whole = prove_line(number, layer, base_fen, pay_fen, text)
        older += not whole
        found += [fault] if fault else []
    versions = kept_schemes(viewer)
    found += _prove_versions([hash_ for hash_, _, _ in versions])
    return SettlementProof(lines, older, len(versions), tuple(found))


def prove_line(number: str, layer: str, base_fen: int, pay_fen: int, text: str) -> tuple[Fault | None, bool]:
    """Return what does not fit of a stored line, None where all does; and whether its trace says enough to tell."""
    try:
        trace = parse_trace(text)
    except ValueError:
        return _differs(number, layer, "计算过程读不出来"), True
    if not is_complete(trace):
        return None, False
    wrong = faults(trace, base_fen, pay_fen)
    if not wrong:
        return None, True
    parts = "、".join(PARTS[part] for part in wrong)
    if "trace" in wrong:
        return _differs(number, layer, "计算过程不完整"), True
    again = format_yuan(recompute(trace).pay)
    return _differs(
        number, layer, f"按留下的计算过程应支付{again}元，记的是{format_yuan(pay_fen)}元；对不上的有：{parts}"
    ), True


def _differs(number: str, layer: str, what: str) -> Fault:
    return Fault("settlement_differs", f"结算单 {number} 的 {layer} 一层：{what}。这一行被改动过，或者程序有错。")


def _prove_versions(hashes: list[str]) -> Iterator[Fault]:
    for hash_ in hashes:
        try:
            kept_version(hash_)
        except SchemeNotKeptError as error:
            yield Fault("scheme_version_differs", error.message)

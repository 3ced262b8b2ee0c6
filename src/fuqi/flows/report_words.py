"""What a step of the main job did, in a sentence for terminal and pages."""

from __future__ import annotations

from fuqi.basics.money import format_yuan
from fuqi.flows.counts import CountReport
from fuqi.flows.main_job import Report
from fuqi.flows.match import MatchReport
from fuqi.flows.verify import VerifyReport
from fuqi.settlement.rules import KINDS


def said_of(report: Report) -> str:
    """Return what a step did."""
    if report.up_to_date:
        return "没有变化，沿用上次结果。"
    if isinstance(report, MatchReport):
        nobody = f"，对不上任何人 {len(report.nobody)} 行" if report.nobody else ""
        return f"{report.rows} 行归到 {report.persons} 人（新 {report.new_persons} 人），存疑 {report.doubtful} 行{nobody}。"
    if isinstance(report, VerifyReport):
        return "、".join(f"{label} {count}" for label, count in report.facts.items()) + "。"
    if isinstance(report, CountReport):
        return f"{report.indicators} 项指标，计数批次第{report.number}号。"
    paid = "、".join(f"{layer} {format_yuan(fen)}" for layer, fen in report.paid_fen.items())
    left = f"，{len(report.faults)} 笔没有结算" if report.faults else ""
    anew = f"，其中 {report.computed} 笔有变化、重新算过" if report.computed < report.settled + len(report.faults) else ""
    adjusted = "、".join(f"{KINDS[kind]} {lines} 条共 {format_yuan(fen)} 元" for kind, (lines, fen) in report.adjusted.items())
    more = f"与上次结算相比：{adjusted}。" if adjusted else ""
    return f"{report.settled} 笔{anew}{left}。{more}" + (f"各层支付（元）：{paid}" if paid else "")

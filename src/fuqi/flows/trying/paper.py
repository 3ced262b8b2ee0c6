"""The paper of a trial, two pages as Word or PDF: conclusion, picture, tables, what the draft changes, what it all rests on."""

from __future__ import annotations

from fuqi.flows.trying.changes import changes_in_words
from fuqi.flows.trying.pictures import WIDTH, spread_bars
from fuqi.flows.trying.run import TrialResult
from fuqi.flows.trying.tables import TEXT, Table, lead, sentences, tables, upright
from fuqi.reports.bars import picture
from fuqi.reports.rules import all_printable
from fuqi.reports.trial_word import trial_paper_word
from fuqi.reports.typeset import typeset

_SAMPLE = "样例数据（虚构）"
_MOST_CHANGES = 14


def trial_word(result: TrialResult) -> bytes:
    """Return the paper as Word."""
    return trial_paper_word(trial_content(result))


def trial_pdf(result: TrialResult) -> bytes:
    """Return the paper as PDF."""
    return typeset("trial.typ", trial_content(result))


def trial_content(result: TrialResult) -> dict[str, object]:
    """Return what the paper says, as plain data for both its forms."""
    bars = spread_bars(result)
    changes = changes_in_words(result.present, result.draft)
    more = [f"还有{len(changes) - _MOST_CHANGES}处，见方案文件。"] if len(changes) > _MOST_CHANGES else []
    scheme = result.present.scheme
    synthetic = scheme is not None and any(item.synthetic for item in scheme.divisions)
    texts = all_printable(
        {
            "title": "方案试算报告",
            "sample": _SAMPLE if synthetic else "",
            "subject": _subject(result),
            "lead": lead(result),
            "sentences": sentences(result),
            "caption": f"{bars.title}（斜纹：现行方案；实色：草案）",
            "description": bars.description,
            "tables": [_table(table) for table in _chosen(result)],
            "changes": [*changes[:_MOST_CHANGES], *more],
            "unconfirmed": _unconfirmed(result),
            "poverty": result.poverty.why_not,
            "rests": [
                {"name": "现行方案版本", "value": result.present.hash},
                {"name": "草案版本", "value": result.draft.hash},
                {"name": "费用单摘要", "value": f"{result.digest}（{result.claims_used:,}笔）"},
            ],
            "closing": "试算不改动台账，不是结算，也不是批复。换一份草案、名单有更新，都要重算。",
        }
    )
    if not isinstance(texts, dict):
        raise TypeError("content is a mapping")
    return {**texts, "picture": picture(bars, width=WIDTH, name="trial"), "has_picture": bool(bars.pairs)}


def _subject(result: TrialResult) -> str:
    present, draft = result.present, result.draft
    named = "" if draft.name == present.name else draft.name
    return f"现行：{present.name}，版本{present.hash[:12]}　草案：{named}版本{draft.hash[:12]}　费用：{result.years.words}"


def _chosen(result: TrialResult) -> list[Table]:
    """Return the tables that the paper prints: not the spread, which is the picture, nor layers with a fund each."""
    found = [table for table in tables(result) if table.id != "spread"]
    one_each = len(result.trial.layers) == len(result.trial.funds)
    if one_each:
        found = [table for table in found if table.id != "layers"]
    return [upright(table) for table in found]


def _table(table: Table) -> dict[str, object]:
    return {
        "title": table.title,
        "heads": list(table.heads),
        "numbers": [kind != TEXT for kind in table.kinds],
        "rows": [{"total": total, "cells": list(cells)} for total, cells in table.shown()],
        "note": table.note,
    }


def _unconfirmed(result: TrialResult) -> str:
    """Return how much of both versions no official text confirms."""
    schemes = (("现行方案", result.present.scheme), ("草案", result.draft.scheme))
    open_numbers = [(name, len(scheme.unconfirmed)) for name, scheme in schemes if scheme is not None and scheme.unconfirmed]
    if not open_numbers:
        return ""
    said = "，".join(f"{name}{number}处" for name, number in open_numbers)
    return f"还有数字或口径没有在正式文件里读到：{said}。用到它们的金额不是最终口径，表中标“尚未核实”。"

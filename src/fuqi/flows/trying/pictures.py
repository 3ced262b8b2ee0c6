"""The picture of a trial: what people bear in a year, before and after."""

from __future__ import annotations

from fuqi.flows.trying.run import TrialResult
from fuqi.flows.trying.tables import class_words
from fuqi.reports.bars import Bars, Pair

WIDTH = 640
"""Of the picture on paper and in a file, in pixels."""


def spread_bars(result: TrialResult) -> Bars:
    """Return the spread of what people bear as pairs of bars, the smallest class first; the description says every number."""
    pairs = tuple(
        Pair(class_words(one), one.before, one.after, f"现行 {one.before:,}人", f"草案 {one.after:,}人")
        for one in result.spread.classes
    )
    said = "；".join(f"{pair.label}：{pair.before_words}，{pair.after_words}" for pair in pairs)
    title = f"{result.years.words}每人每年个人负担的分布，现行方案和草案"
    return Bars(title, f"斜纹是现行方案，实色是草案。{said}。", pairs)

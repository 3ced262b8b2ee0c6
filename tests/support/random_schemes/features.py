"""What random schemes and claims really exercised, counted, so that a comparison cannot pass on empty air."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from fuqi.scheme.benefits import Benefits, Layer
from fuqi.scheme.claims import Line, Settled, Trace, Undecided
from fuqi.scheme.settle import Result

ALWAYS_SEEN = (
    "settled",
    "undecided",
    "refused",
    "provisional",
    "not applied",
    "rate",
    "brackets",
    "lump",
    "fill",
    "two brackets paid",
    "first share",
    "deductible charged",
    "once, charged before",
    "floor bit",
    "factor",
    "cap bit",
    "shared cap bit",
    "household cap",
    "remainder bit",
    "given",
    "checked differs",
    "points added",
    "dated value",
    "paid before in stay",
    "paid before in day",
    "paid before in month",
    "paid before in quarter",
    "paid before in year",
    "institution's own",
    "unconfirmed",
    "given_too_high",
    "in_scope_above_total",
    "duplicate",
    "unit_year_too_large",
    "missing from",
    "missing groups",
    "missing fee_bed",
    "missing care",
    "reads admission_no",
    "reads age",
    "reads disease_lists",
    "reads over.",
    "reads own.",
    "reads ytd_paid.",
    "reads ytd_own_in_scope",
    "reads paid.",
    "reads settled_at",
)
"""What fifty schemes with some hundred claims each exercise again and again."""


def count_features(seen: Counter[str], benefits: Benefits, results: Iterable[Result]) -> None:
    """Count what a scheme reads and what became of the claims."""
    for layer in benefits.layers:
        seen.update(f"reads {_family(name)}" for name in layer.names())
        seen["shared cap"] += bool(layer.cap_shared)
    layers = {layer.id: layer for layer in benefits.layers}
    for result in results:
        if isinstance(result, Settled):
            _count_settled(seen, result, layers)
        elif isinstance(result, Undecided):
            seen["undecided"] += 1
            seen.update(f"missing {name}" for name in result.missing)
        else:
            seen["refused"] += 1
            seen.update(problem.code for problem in result.problems)


def _family(name: str) -> str:
    lead, dot, _ = name.partition(".")
    return f"{lead}{dot}"


def _count_settled(seen: Counter[str], result: Settled, layers: dict[str, Layer]) -> None:
    seen["settled"] += 1
    seen["provisional"] += result.provisional
    seen["institution's own"] += bool(result.institution_adjustment_fen)
    seen["unconfirmed"] += not result.confirmed
    for line in result.lines:
        if line.trace.applies:
            _count_line(seen, line, line.trace, layers[line.layer])
        else:
            seen["not applied"] += 1


def _count_line(seen: Counter[str], line: Line, trace: Trace, layer: Layer) -> None:
    counted = {
        trace.mechanism: bool(line.pay_fen),
        "two brackets paid": sum(bool(bracket.part and bracket.rate) for bracket in trace.brackets) > 1,
        "first share": bool(trace.first_share),
        "deductible charged": bool(trace.charged),
        "once, charged before": trace.once_highest and bool(trace.charged_before),
        "floor bit": trace.floor is not None and trace.floor > trace.computed,
        "factor": trace.factor != 10_000,
        "cap bit": bool(trace.over),
        "shared cap bit": bool(trace.over and trace.cap_shared and trace.cap_paid_before),
        "household cap": layer.who == "household" and bool(trace.over and trace.cap_paid_before),
        "remainder bit": bool(trace.cut_by_remainder),
        "given": trace.mode == "given" and bool(line.pay_fen),
        "checked differs": bool(line.difference_fen),
        "points added": any(used.key == "add" and used.value for used in trace.used),
        "dated value": any(used.since for used in trace.used),
        f"paid before in {trace.period}": bool(trace.paid_before),
    }
    seen.update(name for name, holds in counted.items() if holds)

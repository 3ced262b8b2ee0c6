"""What is said of claims that are not simply settled: one code and one sentence for each reason, whichever way it was found."""

from __future__ import annotations

from fuqi.basics.money import format_yuan
from fuqi.scheme.explain import column_word
from fuqi.scheme.reading.claims_csv import RowProblem

PROVISIONAL = "provisional"
DIFFERENCE = "checked_difference"
UNDECIDED = "undecided"
NOT_REFUSALS = frozenset({PROVISIONAL, DIFFERENCE, UNDECIDED})
"""Codes of problems that do not send a row back."""


def undecided_problem(row: int, name: str, claim_id: str) -> RowProblem:
    """Return the problem of a claim for which a fact is missing."""
    return RowProblem(row, name, UNDECIDED, f"缺少{column_word(name)}，不能结算；请补上后重来", claim_id)


def provisional_problem(row: int, claim_id: str) -> RowProblem:
    """Return the problem of a claim that was settled while an earlier one of its unit is open."""
    return RowProblem(row, "", PROVISIONAL, "已结算，但同一人（户）有更早的费用还没有定，结果是暂时的", claim_id)


def difference_problem(row: int, claim_id: str, layer: tuple[str, str], given: int, computed: int) -> RowProblem:
    """Return the problem of a checked layer (id and name) whose given payment differs from the computed one, in fen."""
    layer_id, name = layer
    message = f"“{name}”报来的支付是{format_yuan(given)}元，按方案算是{format_yuan(computed)}元；以报来的为准"
    return RowProblem(row, f"paid_{layer_id}", DIFFERENCE, message, claim_id)

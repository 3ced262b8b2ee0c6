"""Money as whole fen and rates as whole basis points; yuan exists only where text is read or printed."""

from __future__ import annotations

import re
from decimal import Decimal

MAX_CLAIM_FEN = 10**9
"""The largest claim that is let in, in fen (settlement standard, Numbers)."""

MAX_UNIT_YEAR_FEN = 10**10
"""The largest sum of a person's or household's claims within one benefit year, in fen."""

_YUAN = re.compile(r"(?P<yuan>[0-9]{1,15})(?:\.(?P<fraction>[0-9]{1,2}))?")


def parse_yuan(text: str) -> int:
    """Return the fen that `digits[.d[d]]` says in yuan.

    Raises ValueError for a sign, a separator, a unit, a third decimal or anything else.
    """
    match = _YUAN.fullmatch(text)
    if match is None or not text.isascii():
        raise ValueError(f"not an amount in yuan: {text!r}")
    return int(match["yuan"]) * 100 + int((match["fraction"] or "").ljust(2, "0"))


def format_yuan(fen: int) -> str:
    """Return fen as yuan with two decimals, without separators: 123456 -> '1234.56'."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan}.{rest:02d}"


def decimal_yuan(fen: int) -> Decimal:
    """Return fen as yuan for a spreadsheet's cell; its binary fraction keeps two decimals of any sum below 10^13 yuan."""
    return Decimal(fen).scaleb(-2)


def format_rate(basis_points: int) -> str:
    """Return basis points as a percentage without needless zeros: 8750 -> '87.5%'."""
    sign = "-" if basis_points < 0 else ""
    whole, rest = divmod(abs(basis_points), 100)
    fraction = f".{rest:02d}".rstrip("0").rstrip(".")
    return f"{sign}{whole}{fraction}%"


def share(amount: int, basis_points: int) -> int:
    """Return `amount × basis points / 10 000`, half up, for amounts ≥ 0 (settlement standard, Numbers)."""
    return (amount * basis_points + 5000) // 10000


def percentage(numerator: int, denominator: int) -> str:
    """Return 100 × numerator / denominator with two decimals, half up, in whole numbers only.

    Raises ZeroDivisionError when the denominator is 0: what an empty base means is the scheme's to say.
    """
    hundredths = (numerator * 10000 * 2 + denominator) // (denominator * 2)
    return f"{hundredths // 100}.{hundredths % 100:02d}"

"""What a scheme prints: a report's text with places for figures, and the plain sheet that a household gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

FIELDS = ("value", "numerator", "denominator", "missing", "reasons")
"""What a text may say of an indicator; `missing` is what the denominator has more than the numerator."""
TERMS = ("place", "period", "day")
"""What a text may say of the count: where, for which span, up to which day."""
UNITS = {"万元": 1_000_000, "元": 100}
"""Units in which a sum of money is told, each with its fen."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """Where, for which span, or up to which day was counted."""

    name: str


@dataclass(frozen=True, slots=True)
class FigureUse:
    """What was counted of an indicator; `unit` is set where the field is a sum of money."""

    code: str
    field: str = "value"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """What no list tells: the office writes it in by hand."""

    text: str


Piece = Words | Term | FigureUse | Gap


@dataclass(frozen=True, slots=True)
class Block:
    """A heading of level 1 to 3, or a paragraph (level 0)."""

    level: int
    pieces: tuple[Piece, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A text that is filled with a county's figures."""

    id: str
    title: tuple[Piece, ...]
    office: str
    addressee: str = ""
    untreated: tuple[str, ...] = ()
    """Indicators whose rows that were not counted are listed, one by one, with the reason."""
    blocks: tuple[Block, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the indicators that the text uses, in the order of first use."""
        return tuple(dict.fromkeys(use.code for use in self._uses()))

    def _uses(self) -> Iterator[FigureUse]:
        for block in self.blocks:
            yield from (piece for piece in block.pieces if isinstance(piece, FigureUse))


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A bill that was made up to show how bills are paid; amounts in fen."""

    care: str
    hospital_level: str
    total: int
    in_scope: int
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainSheet:
    """What the sheet for a household is called, who gives it out, and the bill that shows how bills are paid."""

    title: str
    office: str
    example: Example

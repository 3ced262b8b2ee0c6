"""Two versions side by side as bars: one SVG for page, paper and file. Pure; every bar has its number beside it.

The same drawing twice: of a fixed width in absolute numbers for paper and file, or, for a page, without a width of its own, so
that bars follow the window and letters keep their size. A bar of the present is hatched, one of the draft is full: a copy in
black and white says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

INK, SOFT, LAKE, WHITE = "#1b2632", "#4a5764", "#14557b", "#ffffff"
"""Of the look's colours (docs/explanation/look.md)."""
FONTS = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif"
_LABEL, _BAR, _GAP, _BELOW = 20, 15, 3, 12
_TOP = 4
_REACH = 68
"""How far the longest bar reaches, in percent: beside it stands its number."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A row: its label, and the two numbers with what is written beside each."""

    label: str
    before: int
    after: int
    before_words: str
    after_words: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A drawing of rows of two bars."""

    title: str
    description: str
    pairs: tuple[Pair, ...]

    @property
    def height(self) -> int:
        """Return the height in pixels."""
        return _TOP + len(self.pairs) * (_LABEL + 2 * _BAR + _GAP + _BELOW)

    @property
    def longest(self) -> int:
        """Return the number that the longest bar stands for."""
        return max((number for pair in self.pairs for number in (pair.before, pair.after)), default=0) or 1


def picture(bars: Bars, *, width: int | None = None, name: str = "bars") -> str:
    """Return the SVG; of a width in pixels, or as wide as it is given room on a page. `name` makes its ids its own there."""
    alone = f'xmlns="http://www.w3.org/2000/svg" width="{width}" height="{bars.height}" viewBox="0 0 {width} {bars.height}"'
    size = alone if width else f'width="100%" height="{bars.height}"'
    parts = [
        f'<svg {size} role="img" aria-labelledby="{name}-title {name}-desc" font-family="{FONTS}" font-size="14" fill="{INK}">',
        f'<title id="{name}-title">{escape(bars.title)}</title><desc id="{name}-desc">{escape(bars.description)}</desc>',
        f'<defs><pattern id="{name}-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="5" height="5" fill="{WHITE}"/><rect width="2" height="5" fill="{SOFT}"/></pattern></defs>',
    ]
    top = _TOP
    for pair in bars.pairs:
        parts += _rows(pair, bars.longest, top, width, name)
        top += _LABEL + 2 * _BAR + _GAP + _BELOW
    return "".join([*parts, "</svg>"])


def _rows(pair: Pair, longest: int, top: int, width: int | None, name: str) -> Sequence[str]:
    first, second = top + _LABEL, top + _LABEL + _BAR + _GAP
    drawn = (
        (pair.before, pair.before_words, first, f'fill="url(#{name}-hatch)" stroke="{SOFT}" stroke-width="1"'),
        (pair.after, pair.after_words, second, f'fill="{LAKE}"'),
    )
    parts = [f'<text x="0" y="{top + 14}" font-weight="600">{escape(pair.label)}</text>']
    for number, words, y, look in drawn:
        reach = round(_REACH * number / longest, 2)
        if number:
            parts.append(f'<rect x="0" y="{y}" width="{_across(reach, width)}" height="{_BAR}" {look}/>')
        parts.append(f'<text x="{_across(reach, width)}" dx="6" y="{y + 12}" font-size="13">{escape(words)}</text>')
    return parts


def _across(percent: float, width: int | None) -> str:
    return f"{percent:g}%" if width is None else f"{percent * width / 100:.1f}"

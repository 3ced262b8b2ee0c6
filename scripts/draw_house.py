"""Draw the house from the code's real imports: `docs/explanation/house.svg`, and the diagram inside `house.md`.

Rooms and floors come from the import contract in `pyproject.toml`, a room's line from its docstring, the dots from the imports.
With `--check` nothing is written and the exit status says whether a picture is stale.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import import_module
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "explanation" / "house.svg"
PAGE = ROOT / "docs" / "explanation" / "house.md"
PACKAGE = "fuqi"
BLOCK = re.compile(r"(?<=<!-- rooms: scripts/draw_house.py -->\n).*?(?=<!-- end of rooms -->)", re.DOTALL)

CELL = 36
WALL, HOUSE = 30, 472
TOP = 128
GRID = WALL + HOUSE + 10
LONGEST = 56
"""Characters of a room's line that fit between its name and the wall."""


@dataclass(frozen=True)
class House:
    """Floors from the roof down, each with its rooms; what each room imports; what it is for; which rooms know no Django."""

    floors: tuple[tuple[str, ...], ...]
    imports: Mapping[str, frozenset[str]]
    lines: Mapping[str, str]
    pure: frozenset[str]

    @property
    def rooms(self) -> tuple[str, ...]:
        """Return all rooms from the roof down."""
        return tuple(room for floor in self.floors for room in floor)


def survey() -> House:
    """Return the house as it stands: what is not there yet is not drawn."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    by_id = {contract["id"]: contract for contract in contracts}
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    standing = {module.split(".")[1] for module in graph.modules if "." in module}
    planned = [re.findall(r"\w+", layer) for layer in by_id["rooms"]["layers"]]
    floors = [tuple(room for room in layer if room in standing) for layer in planned]
    pure = {name.removeprefix(f"{PACKAGE}.") for name in by_id["pure"]["source_modules"]}
    imports: dict[str, set[str]] = {room: set() for room in standing}
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            if "." in importer and "." in imported:
                imports[importer.split(".")[1]].add(imported.split(".")[1])
    return House(
        tuple(floor for floor in floors if floor),
        {room: frozenset(others - {room}) for room, others in imports.items()},
        {room: room_line(room) for room in standing},
        frozenset(pure & standing),
    )


def room_line(room: str) -> str:
    """Return what a room is for, in few words: the beginning of its docstring."""
    words = (import_module(f"{PACKAGE}.{room}").__doc__ or "").partition("\n")[0].replace("`", "")
    words = re.sub(rf"^{room}: (\w)", lambda found: found[1].upper(), words, flags=re.IGNORECASE)
    line = re.split(r"[.;:](?:\s|$)", words, maxsplit=1)[0]
    return line if len(line) <= LONGEST else line[:LONGEST].rpartition(",")[0]


def needed_arrows(imports: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """Yield the imports that no longer way down stands for, so that a diagram of them can be read."""

    def below(room: str) -> frozenset[str]:
        return imports[room].union(*(below(other) for other in imports[room]))

    for room in sorted(imports):
        for other in sorted(imports[room]):
            if not any(other in below(middle) for middle in imports[room] - {other}):
                yield room, other


def diagram(house: House) -> str:
    """Return the house as a mermaid flowchart."""
    arrows = set(needed_arrows(house.imports))
    lines = ["```mermaid", "flowchart TD"]
    lines += [f"  {room} --> {other}" for room in house.rooms for other in house.rooms if (room, other) in arrows]
    lines.append("  classDef pure fill:#fff,stroke:#000,stroke-dasharray:5 3")
    lines.append(f"  class {','.join(room for room in house.rooms if room in house.pure)} pure")
    return "\n".join([*lines, "```", ""])


def picture(house: House) -> str:
    """Return the house as an SVG: rooms from the roof down, and a staircase with a dot for each import."""
    size = CELL * len(house.rooms)
    width, height = GRID + size + WALL, TOP + size + 74
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        ' font-family="DejaVu Sans, Verdana, Helvetica, sans-serif">',
        "<title>The house: which room imports which</title>",
        "<!-- Written by scripts/draw_house.py from the imports of src/fuqi; not edited by hand. -->",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        *_bands(house, size),
        *_roof(),
        *_staircase(house),
        *(part for number, room in enumerate(house.rooms) for part in _room(house, number, room)),
        *_walls(house, size),
        *_legend(size),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _text(x: float, y: float, words: str, *, size: float = 13, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}"{" " + more if more else ""}>{escape(words)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, more: str) -> str:
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" {more}/>'


def _bands(house: House, size: int) -> Iterator[str]:
    """Yield every second floor's shade, which leads the eye from a room to its dots."""
    number = 0
    for floor, rooms in enumerate(house.floors):
        if floor % 2:
            y, tall = TOP + number * CELL, CELL * len(rooms)
            yield f'<rect x="{WALL}" y="{y}" width="{GRID + size - WALL}" height="{tall}" fill="#f3f3f3"/>'
        number += len(rooms)


def _roof() -> Iterator[str]:
    left, right, middle = WALL - 16, WALL + HOUSE + 16, WALL + HOUSE / 2
    yield f'<path d="M{left} {TOP} L{middle:g} 18 L{right} {TOP} Z" fill="#fff" stroke="#222" stroke-width="3"/>'
    yield _text(middle, 86, "fuqi", size=25, more='text-anchor="middle" font-weight="bold" fill="#222"')
    yield _text(middle, 110, "imports point down", more='text-anchor="middle" fill="#444"')


def _room(house: House, number: int, room: str) -> Iterator[str]:
    """Yield a room's name and line, and its step of the staircase."""
    y, x = TOP + number * CELL, GRID + number * CELL
    yield _text(WALL + 14, y + 23, room, size=15, more='font-weight="bold" fill="#111"')
    yield _text(WALL + 150, y + 23, house.lines[room], size=11, more='fill="#333"')
    dashes = ' stroke-dasharray="4 2.5"' if room in house.pure else ""
    fill = "#fff" if room in house.pure else "#222"
    yield f'<rect x="{x + 9}" y="{y + 9}" width="18" height="18" fill="{fill}" stroke="#222" stroke-width="2"{dashes}/>'
    if number * CELL > 8 * len(room):
        yield _text(x + 2, y + 22, room, size=11.5, more='text-anchor="end" fill="#111"')


def _staircase(house: House) -> Iterator[str]:
    """Yield the ways: from a step to the right to a dot, from the dot down to the step of the room that is imported."""
    height = {room: number for number, room in enumerate(house.rooms)}
    half = CELL / 2
    dots = sorted((height[room], height[other]) for room, others in house.imports.items() for other in others)
    for row in sorted({row for row, _ in dots}):
        last = max(column for above, column in dots if above == row)
        y = TOP + row * CELL + half
        yield _line(GRID + row * CELL + 28, y, GRID + last * CELL + half, y, 'stroke="#999" stroke-width="1"')
    for column in sorted({column for _, column in dots}):
        first = min(row for row, below in dots if below == column)
        x, end = GRID + column * CELL + half, TOP + column * CELL + 8
        yield _line(x, TOP + first * CELL + half, x, end, 'stroke="#999" stroke-width="1"')
        yield f'<path d="M{x - 4:g} {end - 7:g} L{x + 4:g} {end - 7:g} L{x:g} {end:g} Z" fill="#222"/>'
    for row, column in dots:
        yield f'<circle cx="{GRID + column * CELL + half:g}" cy="{TOP + row * CELL + half:g}" r="5.5" fill="#222"/>'


def _walls(house: House, size: int) -> Iterator[str]:
    number = 0
    for rooms in house.floors:
        for place in range(len(rooms)):
            y = TOP + (number + place) * CELL
            dashed = ' stroke-dasharray="2 4"' if place else ""
            yield _line(WALL, y, WALL + HOUSE, y, f'stroke="#777" stroke-width="1"{dashed}')
        number += len(rooms)
    yield f'<rect x="{WALL}" y="{TOP}" width="{HOUSE}" height="{size}" fill="none" stroke="#222" stroke-width="3"/>'
    yield _line(0, TOP + size, GRID + size + WALL, TOP + size, 'stroke="#222" stroke-width="3"')


def _legend(size: int) -> Iterator[str]:
    """Yield how the picture is read."""
    y = TOP + size + 28
    yield f'<circle cx="{WALL + 14}" cy="{y - 4}" r="5.5" fill="#222"/>'
    yield _text(58, y, "the room of this row imports the room at the foot of this column", size=12, more='fill="#222"')
    yield _text(58, y + 24, "dotted line between rooms: one floor; neither imports the other", size=12, more='fill="#222"')
    x = GRID + 60
    dashes = 'stroke="#222" stroke-width="2" stroke-dasharray="4 2.5"'
    yield f'<rect x="{x}" y="{y - 13}" width="16" height="16" fill="#fff" {dashes}/>'
    yield _text(x + 26, y, "pure: knows no Django", size=12, more='fill="#222"')
    yield _text(x, y + 24, "nothing stands left of the steps: no room imports upwards", size=12, more='fill="#222"')


def page(house: House, text: str) -> str:
    """Return the page with the diagram in its place."""
    return BLOCK.sub(lambda _: diagram(house), text)


def main(arguments: Sequence[str]) -> int:
    """Write the pictures, or say which are stale; returns the exit status."""
    house = survey()
    wanted = {PICTURE: picture(house), PAGE: page(house, PAGE.read_text("utf-8"))}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        print(f"{path.relative_to(ROOT)}: {'stale' if '--check' in arguments else 'drawn'}")
        if "--check" not in arguments:
            path.write_text(wanted[path], "utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

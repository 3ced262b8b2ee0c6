"""Make a PNG small enough for the repository: cut it at a height, and keep the 256 colours that it has most of.

Run: `python scripts/small_picture.py FROM TO [ROWS]`. Reads what browsers and pdftoppm write: 8 bits, not interlaced.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 6: 4}
"""PNG colour types that are read, each with its bytes a pixel."""
COLOURS = 256

Pixel = tuple[int, ...]


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks of a PNG: kind and content."""
    at = len(SIGNATURE)
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += length + 12


def read(data: bytes, most_rows: int) -> tuple[int, list[list[Pixel]]]:
    """Return width and rows of pixels, red, green and blue, of the upper part of a picture."""
    if not data.startswith(SIGNATURE):
        raise SystemExit("no PNG")
    parts = list(chunks(data))
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", dict(parts)[b"IHDR"])
    if depth != 8 or kind not in CHANNELS or interlaced:
        raise SystemExit(f"cannot read this PNG: {depth} bits, colour type {kind}")
    size = CHANNELS[kind]
    packed = zlib.decompress(b"".join(content for name, content in parts if name == b"IDAT"))
    rows, above = [], bytes(width * size)
    for start in range(0, min(height, most_rows or height) * (width * size + 1), width * size + 1):
        above = unfiltered(packed[start], packed[start + 1 : start + 1 + width * size], above, size)
        pixels = [tuple(above[at : at + min(size, 3)]) for at in range(0, len(above), size)]
        rows.append([pixel * 3 for pixel in pixels] if size == 1 else pixels)
    return width, rows


def unfiltered(kind: int, line: bytes, above: bytes, size: int) -> bytes:
    """Return a line of bytes as it was before PNG filtered it."""
    if kind == 0:
        return line
    if kind == 2:
        return bytes([(one + up) & 255 for one, up in zip(line, above, strict=True)])
    out = bytearray(line)
    for at, one in enumerate(line):
        left, up, corner = (out[at - size], above[at], above[at - size]) if at >= size else (0, above[at], 0)
        out[at] = (one + (left if kind == 1 else (left + up) // 2 if kind == 3 else nearest(left, up, corner))) & 255
    return bytes(out)


def nearest(left: int, up: int, corner: int) -> int:
    """Return Paeth's guess from the three neighbours."""
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))


def palette(rows: list[list[Pixel]]) -> tuple[list[Pixel], dict[Pixel, int]]:
    """Return the colours to keep, and for each colour of the picture the number of the one that stands for it."""
    often = Counter(pixel for row in rows for pixel in row)
    kept: list[Pixel] = []
    shades = set()
    for pixel, _ in often.most_common():
        shade = tuple(one >> 3 for one in pixel)
        if len(kept) < COLOURS and shade not in shades:
            shades.add(shade)
            kept.append(pixel)
    number = {pixel: at for at, pixel in enumerate(kept)}
    for pixel in often.keys() - number.keys():
        number[pixel] = min(range(len(kept)), key=lambda at: sum((a - b) ** 2 for a, b in zip(kept[at], pixel, strict=True)))
    return kept, number


def written(width: int, rows: list[list[Pixel]]) -> bytes:
    """Return the picture as a PNG with a palette."""
    kept, number = palette(rows)
    lines = b"".join(b"\0" + bytes([number[pixel] for pixel in row]) for row in rows)
    head = struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)
    colours = b"".join(bytes(pixel) for pixel in kept)
    parts = ((b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )


def main(source: str, target: str, most_rows: str = "0") -> None:
    """Write the smaller picture and say how large it is."""
    data = written(*read(Path(source).read_bytes(), int(most_rows)))
    Path(target).write_bytes(data)
    print(f"{target}: {len(data) / 1024:.0f} KB")


if __name__ == "__main__":
    main(*sys.argv[1:])

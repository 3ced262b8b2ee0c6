"""Looks for words in bytes, whatever encoding they are in and whatever they are packed into."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from tests.support.prints import pdf_text

ENCODINGS = ("utf-8", "utf-16", "gbk", "percent", "base64", "hex", "escaped")
_PIECE = 1 << 24
_LONGEST = 400
"""Bytes that no needle is longer than: pieces of a file overlap by so many."""
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Needle:
    """A word to look for, and of which kind it is."""

    kind: str
    text: str

    def spelled(self) -> Iterator[tuple[str, bytes]]:
        """Yield every spelling with its encoding."""
        plain = self.text.encode()
        wide = self.text.encode("utf-16-le")
        yield "utf-8", plain
        yield "utf-16", wide
        yield "utf-16", self.text.encode("utf-16-be")
        yield "gbk", self.text.encode("gb18030")
        for data in (plain, wide, self.text.encode("gb18030")):
            yield "percent", "".join(f"%{byte:02X}" for byte in data).encode()
            yield "percent", "".join(f"%{byte:02x}" for byte in data).encode()
            yield "hex", data.hex().encode()
            yield "hex", data.hex().upper().encode()
            for shift in range(3):
                yield "base64", _base64(data, shift)
                yield "base64", _base64(data, shift).translate(bytes.maketrans(b"+/", b"-_"))
        yield "percent", quote(self.text).encode()
        if not self.text.isascii():
            yield "escaped", json.dumps(self.text)[1:-1].encode()
            yield "escaped", json.dumps(self.text)[1:-1].upper().replace("\\U", "\\u").encode()
            yield "escaped", "".join(f"&#{ord(sign)};" for sign in self.text).encode()
            yield "escaped", "".join(f"&#x{ord(sign):x};" for sign in self.text).encode()


def _base64(data: bytes, shift: int) -> bytes:
    """Return those signs of the base64 form that do not depend on what stands before and behind."""
    whole = base64.b64encode(bytes(shift) + data)
    first = (0, 2, 3)[shift]
    last = (shift + len(data)) * 8 // 6
    return whole[first:last]


@dataclass(frozen=True, slots=True)
class Hit:
    """A word that was found."""

    place: str
    kind: str
    encoding: str
    at: int
    near: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.kind} as {self.encoding} at {self.at} …{self.near}…"


@dataclass
class Search:
    """Looks through places and keeps what was found, and how much was looked through."""

    needles: Sequence[Needle]
    hits: list[Hit] = field(default_factory=list)
    searched: Counter[str] = field(default_factory=Counter)
    """Bytes by place, packed things with what they hold."""
    things: Counter[str] = field(default_factory=Counter)
    """Files or answers by place."""

    def __post_init__(self) -> None:
        self._spelled = sorted(
            {(needle.kind, encoding, word) for needle in self.needles for encoding, word in needle.spelled()}
        )

    def data(self, place: str, data: bytes, what: str = "") -> list[Hit]:
        """Look through bytes, and through what they hold where they are packed."""
        self.things[place] += 1
        found = [hit for piece in unpacked(data) for hit in self._in(place, piece, what)]
        self.hits += found
        return found

    def text(self, place: str, text: str, what: str = "") -> list[Hit]:
        """Look through a text."""
        return self.data(place, text.encode("utf-8", "surrogateescape"), what)

    def files(self, place: str, paths: Iterable[Path]) -> list[Hit]:
        """Look through files."""
        return [hit for path in paths if path.is_file() for hit in self.data(place, path.read_bytes(), path.name)]

    def _in(self, place: str, data: bytes, what: str) -> Iterator[Hit]:
        self.searched[place] += len(data)
        seen: set[tuple[str, int]] = set()
        for kind, encoding, word in self._spelled:
            at = data.find(word)
            if at >= 0 and (kind, at) not in seen:
                seen.add((kind, at))
                near = data[max(0, at - 60) : at + 60].decode("utf-8", "replace")
                yield Hit(f"{place} {what}".strip(), kind, encoding, at, near)

    def report(self) -> str:
        """Return a line for each place: how much was looked through, and what was found."""
        found = Counter(hit.place.split(" ")[0] for hit in self.hits)
        return "\n".join(
            f"{place}: {self.things[place]} things, {size} bytes, {found[place]} hits" for place, size in self.searched.items()
        )


def unpacked(data: bytes, depth: int = 3) -> Iterator[bytes]:
    """Yield bytes, and whatever is packed in them: archives, compressed streams of a PDF, gzip."""
    yield data
    if depth == 0:
        return
    if data[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                for name in packed.namelist():
                    yield name.encode()
                    yield from unpacked(packed.read(name), depth - 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            return
    elif data[:2] == b"\x1f\x8b":
        yield from _inflated(data, 31)
    elif data[:4] == b"%PDF":
        text = pdf_text(data)
        yield text.encode()
        for stream in _STREAM.finditer(data):
            yield from _inflated(stream[1], 15)


def _inflated(data: bytes, bits: int) -> Iterator[bytes]:
    try:
        yield zlib.decompressobj(bits).decompress(data)
    except zlib.error:
        return

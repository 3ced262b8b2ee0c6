"""Reads text.md: the plan's clauses, each heading with its anchor, `### 先诊疗后付费 {#treat-first}`."""

from __future__ import annotations

import re

from fuqi.scheme.model import Clause
from fuqi.scheme.reading.reader import Reader

_HEADING = re.compile(r"#+\s+(?P<title>.*?)\s*(?:\{#(?P<anchor>[A-Za-z0-9_.-]+)\})?\s*")


def read_texts(text: str, reader: Reader) -> dict[str, Clause]:
    """Return the clauses by anchor; a heading without an anchor only divides. The same anchor twice is a fault."""
    found: dict[str, Clause] = {}
    heading: tuple[str, str, int] | None = None
    chapter = ""
    body: list[str] = []

    def close() -> None:
        if heading is not None and heading[1]:
            title, anchor, line = heading
            if anchor in found:
                reader.fault(
                    "duplicate_anchor", f"条款编号“{anchor}”用了两次（另一处在第{found[anchor].line}行）", line, anchor
                )
            else:
                text_of = "\n".join(body).strip()
                found[anchor] = Clause(anchor=anchor, title=title, body=text_of, chapter=chapter, line=line)

    for number, written in enumerate(text.splitlines(), start=1):
        match = _HEADING.fullmatch(written)
        if match is None:
            body.append(written)
            continue
        close()
        heading, body = (match["title"], match["anchor"] or "", number), []
        chapter = chapter if match["anchor"] else match["title"]
    close()
    return found

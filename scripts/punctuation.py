"""Give Chinese texts Chinese punctuation: full-width commas, colons, brackets beside a Chinese character.

Texts are the strings of Python files that hold two Chinese characters (not raw ones, which are patterns), the scalars of YAML
files (not layouts, whose words are compared with files as received) and all of a Markdown file. A sign that a blank follows
is left alone. With `--check` nothing is changed and the exit status says whether something would be.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

ROOT = Path(__file__).resolve().parents[1]
WIDE = {ord(narrow): wide for narrow, wide in zip(",:;!?()", "\uff0c\uff1a\uff1b\uff01\uff1f\uff08\uff09", strict=True)}
HAN = "\u4e00-\u9fff"
CHINESE = f"[{HAN}\u3001\u3002\u300a\u300b\u201c\u201d\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]"
SIGN = re.compile(rf"((?<={CHINESE})[,:;!?]|[,:;!?](?={CHINESE}))(?! )")
BRACKETS = re.compile(rf"(?<={CHINESE})\([^()\n]*\)|(?<!\])\([^()\n]*[{HAN}][^()\n]*\)")

Part = tuple[int, int]


def widen(text: str) -> str:
    """Return the text with full-width signs and pairs of brackets where Chinese characters are beside or in them."""
    text = BRACKETS.sub(lambda found: "\uff08" + found[0][1:-1] + "\uff09", text)
    return SIGN.sub(lambda found: found[0].translate(WIDE), text)


def python_strings(text: str) -> Iterator[Part]:
    """Yield where the strings of a Python file stand, without the raw ones."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        raw = "r" in re.split("['\"]", token.string, maxsplit=1)[0].lower()
        if token.type == tokenize.STRING and not raw and len(re.findall(f"[{HAN}]", token.string)) > 1:
            yield starts[token.start[0] - 1] + token.start[1], starts[token.end[0] - 1] + token.end[1]


def yaml_scalars(text: str) -> Iterator[Part]:
    """Yield where the scalars of a YAML file stand."""
    waiting: list[Node | None] = [YAML().compose(text)]
    while waiting:
        match waiting.pop():
            case ScalarNode() as scalar:
                yield scalar.start_mark.index, scalar.end_mark.index
            case SequenceNode(value=items):
                waiting += items
            case MappingNode(value=pairs):
                waiting += [node for pair in pairs for node in pair]


def mend(path: Path) -> str:
    """Return what the file should hold."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        return widen(text)
    parts = python_strings(text) if path.suffix == ".py" else yaml_scalars(text)
    for start, end in sorted(parts, reverse=True):
        text = text[:start] + widen(text[start:end]) + text[end:]
    return text


def main() -> int:
    """Mend or check the files that are or would be in git; returns the exit status."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.py", "*.yaml", "*.md", ":!layouts"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    wrong = 0
    for path in [ROOT / name for name in names if name and (ROOT / name).is_file()]:
        mended = mend(path)
        if mended != path.read_text("utf-8"):
            wrong += 1
            print(f"{path.relative_to(ROOT)}: half-width punctuation beside Chinese characters")
            if "--check" not in sys.argv:
                path.write_text(mended, "utf-8")
    return 1 if wrong and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())

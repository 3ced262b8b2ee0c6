"""Print the book: `docs/reference/book.zh-CN.md`, from the pages in `tests/spec/` (how they are written: README.md there).

Every section is run, and what is printed is what its examples gave. With `--check` nothing is written and the exit status says
whether the printed book is stale.
"""

from __future__ import annotations

import importlib.util
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from scripts.punctuation import HAN, widen  # noqa: E402
from tests.spec.page import Shown, recording  # noqa: E402

PAGES = ROOT / "tests" / "spec"
BOOK = ROOT / "docs" / "reference" / "book.zh-CN.md"

PARTS = {
    "language": ("写法", "金额、条件和值怎样写。"),
    "claims": ("费用单", "一张费用单说了什么，能推出什么，先后怎样，什么时候不能算。"),
    "layers": ("层", "基本医保、大病保险等各是一层，一层接一层地付。"),
    "mechanisms": ("一层怎样付", "一层从基数到支付的每一步，一步一章，按计算的先后排列。"),
    "beyond": ("层以外", "减免、押金、补助、参保资助、病种名录等不写成支付层的部分。"),
    "door": ("一份文件", "不建工作区，直接结算一份费用文件。"),
    "always": ("保证", "什么方案都成立的性质。"),
}
"""The parts of the book by the folder that holds their pages: title and one sentence."""

LEAD = """\
# 方案怎样写、怎样算：例子书

<!-- printed by scripts/print_book.py from tests/spec/; do not edit -->

这本书写给看方案、改方案的人，不需要会编程。每一条规则配一个或几个例子：先是方案怎样写，再是几张费用单和各层付多少，然后说明为什么。
书里的例子就是程序的检验：每次改动程序都要重新算一遍，有一分钱不同就通不过，所以书和程序不会两样。人员和费用都是编的，只为说明算法。

- 例子里没有写出的事：费用单是住院，2017年3月1日出院并结算，全部费用在政策范围内，都是同一个人的。
- 表里“人”一列写着甲、乙、丙的，各是一个人，互不影响；写着 c1、c2 的，是按先后结算的费用单。
- 加粗的是各层支付的金额，单位元。“不能决定”和“退回”的不付。
- “□”是一个空格，下面的表里列出可以填什么、填了是什么结果。

另见：[条件里能用的名称](names.zh-CN.md) · [benefits.yaml 的每一个键](benefits.zh-CN.md)
"""

_NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Section:
    """A rule with its examples."""

    title: str
    text: str
    examples: tuple[Shown, ...]


@dataclass(frozen=True)
class Chapter:
    """A page: its anchor, title, text and sections."""

    part: str
    name: str
    title: str
    text: str
    sections: tuple[Section, ...]


def page_files() -> Iterator[tuple[str, Path]]:
    """Yield each part with its pages, in no particular order."""
    for part in PARTS:
        for path in sorted((PAGES / part).glob("test_*.py")):
            yield part, path


@cache
def chapters() -> tuple[Chapter, ...]:
    """Return all chapters in the order of the book. Raises ValueError for a page without title, place or text."""
    found: dict[tuple[int, int, str], Chapter] = {}
    for part, path in page_files():
        module = _load(path)
        place = getattr(module, "CHAPTER", None)
        if not isinstance(place, int):
            raise ValueError(f"{path.relative_to(ROOT)}: say CHAPTER = its place in the part")
        title, text = _title_and_text(module.__doc__, path)
        if not text:
            raise ValueError(f"{path.relative_to(ROOT)}: the docstring wants a sentence or two after its title")
        name = path.stem.removeprefix("test_")
        found[list(PARTS).index(part), place, name] = Chapter(part, name, title, text, tuple(_sections(module)))
    return tuple(found[key] for key in sorted(found))


def _load(path: Path) -> ModuleType:
    """Return a page as a module, loaded under a name of its own, so that pytest's copy is left alone."""
    spec = importlib.util.spec_from_file_location(f"book_{path.parent.name}_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path}: cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _title_and_text(docstring: str | None, where: object) -> tuple[str, str]:
    lines = inspect.cleandoc(docstring or "").splitlines()
    if not lines or not re.search(f"[{HAN}]", lines[0]):
        raise ValueError(f"{where}: the docstring's first line must be a Chinese title")
    return lines[0].strip(), "\n".join(lines[1:]).strip()


def _sections(module: ModuleType) -> Iterator[Section]:
    """Yield the sections of a page: its tests whose docstring is Chinese, run."""
    for name, function in vars(module).items():
        if name.startswith("test_") and callable(function) and re.search(f"[{HAN}]", function.__doc__ or ""):
            yield _section(name, function)


def _section(name: str, function: Callable[[], None]) -> Section:
    title, text = _title_and_text(function.__doc__, name)
    with recording() as examples:
        function()
    return Section(title, text, tuple(examples))


def printed() -> str:
    """Return the whole book."""
    lines = [LEAD, "## 目录\n", *_contents(), ""]
    part = ""
    for number, chapter in enumerate(chapters(), 1):
        if chapter.part != part:
            part = chapter.part
            title, sentence = PARTS[part]
            lines += [f'<a id="part-{part}"></a>', f"\n# {_part_number(part)}　{title}\n", f"{sentence}\n"]
        lines += _chapter(number, chapter)
    return widen("\n".join(lines).rstrip() + "\n")


def _part_number(part: str) -> str:
    present = [one for one in PARTS if any(chapter.part == one for chapter in chapters())]
    return f"第{_NUMERALS[present.index(part) + 1]}部分"


def _contents() -> Iterator[str]:
    part = ""
    for number, chapter in enumerate(chapters(), 1):
        if chapter.part != part:
            part = chapter.part
            yield f"- [{_part_number(part)}　{PARTS[part][0]}](#part-{part})"
        yield f"  - [{number}　{chapter.title}](#{chapter.name})"


def _chapter(number: int, chapter: Chapter) -> Iterator[str]:
    yield f'<a id="{chapter.name}"></a>'
    yield f"\n## {number}　{chapter.title}\n"
    yield f"{chapter.text}\n"
    for place, section in enumerate(chapter.sections, 1):
        yield f"### {number}.{place}　{section.title.removesuffix('。')}\n"
        if section.text:
            yield f"{section.text}\n"
        before = ""
        for example in section.examples:
            yield from _example(example, before)
            before = example.yaml


def _example(example: Shown, before: str) -> Iterator[str]:
    """Yield an example; a scheme that is the same as that of the example before is not printed again."""
    if example.plan:
        yield f"> {example.plan}\n"
    if example.yaml and example.yaml != before:
        yield f"```yaml\n{example.yaml}\n```\n"
    if example.rows:
        yield from table_lines(example.columns, example.rows)
    if example.why:
        yield f"{example.why}\n"
    if example.told:
        yield "结算单上会这样写：\n"
        yield "\n".join(f"- {_escaped(sentence)}" for sentence in example.told) + "\n"


def _escaped(sentence: str) -> str:
    """Return a sentence whose number Markdown does not take for a list."""
    return re.sub(r"^(\d+)\. ", r"\1\\. ", sentence)


def table_lines(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table without the columns that are empty in every row."""
    kept = [place for place in range(len(columns)) if any(row[place] for row in rows)]
    yield _row([columns[place] for place in kept])
    yield "|" + "---|" * len(kept)
    for row in _together(rows):
        yield _row([row[place] for place in kept])
    yield ""


def _together(rows: Sequence[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Yield the rows; of four or more that differ in their first cell only, one."""
    for _, same in groupby(rows, key=lambda row: row[1:]):
        alike = list(same)
        if len(alike) < 4:
            yield from alike
        else:
            yield (f"{alike[0][0]} 至 {alike[-1][0]}", *alike[0][1:])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def anchors() -> dict[str, str]:
    """Return each chapter's title by its anchor. Raises ValueError where two chapters have one name."""
    names = sorted(chapter.name for chapter in chapters())
    twice = [one for one, other in pairwise(names) if one == other]
    if twice:
        raise ValueError(f"two pages are called {', '.join(twice)}")
    return {chapter.name: chapter.title for chapter in chapters()}


def write_or_check(page: Path, text: str) -> int:
    """Write a page, or with --check say whether it is stale; returns the exit status."""
    if "--check" in sys.argv:
        stale = not page.exists() or page.read_text("utf-8") != text
        print(f"{page.relative_to(ROOT)}: {'stale' if stale else 'fresh'}")
        return int(stale)
    page.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    anchors()
    sys.exit(write_or_check(BOOK, printed()))

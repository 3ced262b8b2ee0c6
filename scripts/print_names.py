"""Print the reference of names: `docs/reference/names.zh-CN.md`, every name that a condition may read, table by table.

All of it comes from the tables with which conditions are checked. With `--check` nothing is written and the exit status says
whether the page is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from fuqi.scheme.conditions import KIND_WORDS  # noqa: E402
from fuqi.scheme.names import CLAIM, COUNTING_TABLES, WORDS, NameInfo, Names, layer_names  # noqa: E402
from fuqi.scheme.person_facts import PERSON_FACTS, PROMISE_TABLES  # noqa: E402
from scripts.print_book import table_lines, write_or_check  # noqa: E402
from scripts.punctuation import widen  # noqa: E402
from tests.spec.page import words  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "names.zh-CN.md"

LEAD = """\
# 条件里能用的名称

<!-- printed by scripts/print_names.py from fuqi.scheme.names; do not edit -->

条件（`when` 等）和算式里只能用这里的名称；写错的，读方案时会指出来，并猜一个相近的。条件怎样写，见[例子书](book.zh-CN.md#conditions)；
benefits.yaml 的键，见[benefits.yaml 的每一个键](benefits.zh-CN.md)。

种类说这个值能和什么比较：金额要带单位（`500元`），比例要带百分号（`60%`），整数不带单位，文字和日期写在单引号里（`'county'`、`'2024-07-01'`），
是非可以直接当条件用（`referred`、`not referred`），集合用 `in` 来问（`'registered_poor' in groups`）。不知道的值使条件的结果也是“不知道”。
"""


def _beyond(names: Names) -> Names:
    """Return a table without what it has of a person."""
    return names.without(*PERSON_FACTS.exact)


TABLES: dict[str, tuple[str, str, Names]] = {
    "claim": ("费用单", "benefits.yaml 里各层的条件和算式读这张表。", CLAIM),
    "persons": (
        "人",
        "benefits.yaml 里押金、补贴、参保资助（`deposits`、`stipends`、`premiums`）的条件读这张表。",
        PERSON_FACTS,
    ),
    "admissions": ("入院", "押金规则除了“人”的各项，还读这张表。", _beyond(PROMISE_TABLES["deposits"])),
    "events": ("一次事项", "按次发的补贴（`period: event`）除了“人”的各项，还读这张表。", _beyond(PROMISE_TABLES["stipends"])),
} | {
    f"over-{name}": (names.about, f"indicators.yaml 里 `over: {name}` 的指标读这张表，一行一条记录。", names)
    for name, names in COUNTING_TABLES.items()
}
"""Every table with its anchor, title and who reads it."""


def printed() -> str:
    """Return the whole page."""
    lines = [LEAD, *(f"- [{title}](#{anchor})" for anchor, (title, _, _) in TABLES.items()), ""]
    for anchor, (title, sentence, names) in TABLES.items():
        lines += [f'<a id="{anchor}"></a>', f"\n## {title}\n", f"{sentence}\n", *_table(names)]
        if anchor == "claim":
            lines += ["下面的名称由前缀和后面一段组成：\n", *_families()]
    return widen("\n".join(lines).rstrip() + "\n")


def _table(names: Names) -> Iterator[str]:
    rows = [_row(info) for info in names.exact.values()]
    return table_lines(["名称", "意思", "种类", "单位", "可能的值", "从哪里来"], rows)


def _row(info: NameInfo) -> list[str]:
    return [f"`{info.name}`", info.meaning, KIND_WORDS[info.kind], info.unit, _values(info), info.comes_from]


def _values(info: NameInfo) -> str:
    """Return what a name may be, each word with what it is called."""
    if info.choices is not None:
        called = {**words(), **WORDS} if info.name != "away" else {**WORDS, **words()}
        return "、".join(f"`{word}` {called.get(word, '')}".strip() for word in _ordered(info))
    if info.bounds is not None:
        return f"{info.bounds[0]}到{info.bounds[1]}"
    return "是、否" if info.kind == "flag" else ""


def _ordered(info: NameInfo) -> list[str]:
    """Return the possible values in the order in which their meanings are written, others by name."""
    known = list(WORDS)
    return sorted(info.choices or (), key=lambda word: (known.index(word) if word in known else len(known), word))


def _families() -> Iterator[str]:
    rows = []
    for family in layer_names(CLAIM, "", (), ()).families:
        end = "类别" if family.prefix in ("own.", "fee_") else "名称" if family.prefix == "amount_" else "层"
        rows.append([f"`{family.prefix}`{end}", family.meaning, KIND_WORDS[family.kind], "元", family.comes_from])
    return table_lines(["名称", "意思", "种类", "单位", "从哪里来"], rows)


if __name__ == "__main__":
    sys.exit(write_or_check(PAGE, printed()))

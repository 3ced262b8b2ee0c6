"""Print the control table: `docs/reference/controls.zh-CN.md` of `controls.yaml`, each demand with its test or its reason.

With `--check` nothing is written and the exit status says whether the page is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from scripts.print_book import table_lines, write_or_check  # noqa: E402
from scripts.punctuation import widen  # noqa: E402

SOURCE = ROOT / "docs" / "reference" / "controls.yaml"
PAGE = ROOT / "docs" / "reference" / "controls.zh-CN.md"

STATES = {"met": "做到", "partly": "部分做到", "site": "由使用单位做", "not_met": "没有做到", "not_applicable": "不适用"}

LEAD = """\
# 控制表

<!-- printed by scripts/print_controls.py from controls.yaml; do not edit -->

每一条要求，由什么控制，哪个测试证明；没有测试的写理由。这张表是自查，不是测评结论：等级保护和密码应用要由有资质的机构测评。
谁会来攻击、哪些没有防住，见[威胁模型](../explanation/threat-model.md)。
"""


def standards() -> list[dict[str, Any]]:
    """Return the standards with their rows."""
    found: list[dict[str, Any]] = YAML(typ="safe").load(SOURCE.read_text("utf-8"))["standards"]
    return found


def printed() -> str:
    """Return the whole page."""
    lines = [LEAD, *table_lines(["标准", *STATES.values()], list(map(_count, standards())))]
    for standard in standards():
        unsure = "" if standard["confidence"] == "confirmed" else "（条款号和要点尚未对照原文核实）"
        lines += [f'\n<a id="{standard["id"]}"></a>', f"\n## {standard['title']}\n"]
        lines += [f"{unsure}\n"] if unsure else []
        lines += table_lines(["条款", "要求", "控制", "情况", "测试或者理由"], list(map(_row, standard["rows"])))
    return widen("\n".join(lines).rstrip() + "\n")


def _count(standard: dict[str, Any]) -> list[str]:
    states = [row["state"] for row in standard["rows"]]
    return [f"[{standard['title']}](#{standard['id']})", *(str(states.count(state)) for state in STATES)]


def _row(row: dict[str, Any]) -> list[str]:
    return [row["clause"], row["asks"], row.get("control", ""), STATES[row["state"]], "<br>".join(_shown(row))]


def _shown(row: dict[str, Any]) -> Iterator[str]:
    """Yield the tests as links, then the reason."""
    for test in row.get("tests", ()):
        path, _, name = test.partition("::")
        yield f"[`{name or path.removeprefix('tests/')}`](../../{path})"
    if row.get("reason"):
        yield row["reason"]


if __name__ == "__main__":
    sys.exit(write_or_check(PAGE, printed()))

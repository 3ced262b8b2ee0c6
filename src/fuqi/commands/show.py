"""How results look on a terminal: progress, receipts, reports, tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.status import Status

from fuqi.basics.errors import Fault

if TYPE_CHECKING:
    from fuqi.flows.workspaces import Opened

Tell = Callable[[str], None]
MOST_FAULTS = 20
"""How many faults of one step are printed; the whole list is kept with the received file or run."""


def warn(text: str) -> None:
    """Print a sentence on standard error."""
    click.echo(text, err=True)


@contextmanager
def progress(title: str) -> Iterator[Tell]:
    """Show what is being done now on a terminal; elsewhere nothing moves."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with Status(f"{title}…", console=console) as status:
        yield lambda text: status.update(f"{title}：{text}")


def faults(found: Sequence[Fault]) -> None:
    """Print faults, the first ones in full."""
    for fault in found[:MOST_FAULTS]:
        warn(f"  {fault}")
    if len(found) > MOST_FAULTS:
        warn(f"  还有 {len(found) - MOST_FAULTS} 处，用 received 文件名 --faults 全部列出。")


def receipts(received: Sequence[Any], names: Mapping[str, str]) -> int:
    """Print what became of each file; returns 1 if something was refused or set aside."""
    state = 0
    words = {"received": "已接收", "unchanged": "收到过，没有变化", "older": "旧文件，未导入", "refused": "拒收"}
    words["withdrawn"] = "曾被撤销，未导入"
    for item in received:
        kinds = "、".join(f"{names.get(kind, kind)} {count}" for kind, count in item.kinds.items() if kind)
        counts = f"：{item.rows} 行" + (f"，搁置 {item.set_aside} 行" if item.set_aside else "") if item.rows else ""
        click.echo(f"{words[item.state]}  {item.name}{counts}{f'（{kinds}）' if kinds else ''}")
        faults(item.notices)
        faults(item.faults)
        if item.state in ("older", "withdrawn"):
            warn("  仍然采用：导入时加 --again。")
        if item.state in ("refused", "older", "withdrawn") or item.faults:
            state = 1
    if not received:
        warn("没有找到任何文件。")
        state = 1
    return state


def report(name: str, result: Any, *, asked: bool, say: Tell) -> int:
    """Print what a step did; returns 1 if something was set aside."""
    from fuqi.flows.report_words import said_of

    if asked or not result.up_to_date:
        say(f"{name}：{said_of(result)}")
    if result.up_to_date:
        return 0
    if getattr(result, "unconfirmed", False):
        say("注意：方案里有尚未核实的数字，用到它们的金额都不是最终口径。")
    nobody, left = getattr(result, "nobody", ()), getattr(result, "faults", ())
    for sentence, found in ((f"有 {len(nobody)} 行对不上任何人：", nobody), (f"有 {len(left)} 笔没有结算：", left)):
        if found:
            warn(sentence)
            faults(found)
    return 1 if nobody or left else 0


def write_doubts(opened: Opened, out: Path | None) -> None:
    """Write what is left to a person's eye as CSV, to the given file or among the workspace's products."""
    from fuqi.flows.doubts import doubts_csv

    text, number = doubts_csv(opened.viewer)
    path = out or opened.workspace.products / "存疑清单.csv"
    path.write_text(text, "utf-8-sig")
    click.echo(f"存疑和对不上的行共 {number} 行，清单在 {path}。")

"""The command that lists what was settled otherwise than before: 补报 and 追回."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from fuqi.access.codes import EXPORT_RECORDS, SEE_MONEY
from fuqi.basics.dates import AsOf
from fuqi.basics.money import format_yuan
from fuqi.commands import show
from fuqi.commands.chinese import ChineseCommand
from fuqi.commands.counting import bring_up_to_date
from fuqi.commands.held import before_leaving
from fuqi.commands.work import FILE, Door
from fuqi.config.workspace import LAYOUT_LIBRARY
from fuqi.flows.workspaces import clock

if TYPE_CHECKING:
    from fuqi.flows.adjustments import AdjustmentList
    from fuqi.flows.workspaces import Opened

KINDS = {"补报": "back_payment", "追回": "recovery"}


@click.command(cls=ChineseCommand, short_help="补报和追回：哪些结算与以前不同，差多少，为什么")
@click.option("--kind", type=click.Choice([*KINDS]), help="只看补报，或只看追回。")
@click.option(
    "--since",
    type=click.IntRange(0),
    default=0,
    metavar="批次",
    help="与第几批结算之后的样子相比；不写则与各笔第一次结算相比。",
)
@click.option("--layer", default="", metavar="层次", help="只看一个层次，如 basic。")
@click.option("--fund", default="", metavar="资金", help="只看由一项资金支付的，如 basic_insurance。")
@click.option("--place", default="", metavar="地方", help="区划代码或全称。")
@click.option("--out", type=FILE, metavar="文件", help="写成 CSV 或 xlsx，按文件名的结尾。")
@click.pass_obj
def adjustments(door: Door, kind: str | None, since: int, layer: str, fund: str, place: str, out: Path | None) -> int:
    """身份找回、费用单迟到、冲销、更正以后，从受影响的第一笔起重新结算：该补多少，该追多少。"""
    if out is not None and out.suffix not in (".csv", ".xlsx"):
        raise click.UsageError("--out 的文件名要以 .csv 或 .xlsx 结尾")
    with door.open(SEE_MONEY, *((EXPORT_RECORDS,) if out is not None else ())) as opened:
        from fuqi.flows.adjustments import Wanted, adjustment_list
        from fuqi.flows.figures import default_day
        from fuqi.flows.opened import Asking
        from fuqi.flows.purposes import record_purpose
        from fuqi.intake.layouts import load_layouts
        from fuqi.places.queries import find_division

        bring_up_to_date(opened)
        record_purpose(opened.viewer, at=clock()())
        where = find_division(opened.viewer, place).code if place else ""
        asking = Asking(opened.viewer, opened.scheme, load_layouts(LAYOUT_LIBRARY), AsOf(default_day(opened.scheme)))
        found = adjustment_list(asking, Wanted(since, KINDS.get(kind or "", ""), layer, fund, where))
        if out is None:
            _print(found)
        else:
            _write(opened, found, out)
    return 0


def _print(found: AdjustmentList) -> None:
    from fuqi.flows.adjustments_file import hidden_words

    if not found.lines:
        click.echo("没有补报和追回：各笔结算都与以前一样。")
    for line in found.lines:
        click.echo(
            f"{line.kind_words} {format_yuan(abs(line.fen))} 元  {line.code} {line.name}  结算单 {line.number}  {line.layer_name}"
            f"（{line.fund_name}）：原来 {format_yuan(line.before_fen)}，现在 {format_yuan(line.after_fen)}；{line.reason}"
        )
    if found.totals:
        table = Table(title="按资金合计（元）", show_edge=False)
        table.add_column("由谁支付")
        for heading in ("补报", "追回", "净支付"):
            table.add_column(heading, justify="right", no_wrap=True)
        for total in found.totals:
            table.add_row(total.name, *map(format_yuan, (total.back_fen, total.recovery_fen, total.fen)))
        Console().print(table)
    for words in hidden_words(found):
        show.warn(words)


def _write(opened: Opened, found: AdjustmentList, out: Path) -> None:
    from fuqi.flows.adjustments_file import adjustments_csv, adjustments_workbook
    from fuqi.flows.figures import note

    before_leaving()
    out.parent.mkdir(parents=True, exist_ok=True)
    said = note(opened.scheme, out.name)
    if out.suffix == ".csv":
        out.write_text(adjustments_csv(found), "utf-8")
        out.with_name(f"{out.name}.说明.txt").write_text(said, "utf-8")
    else:
        out.write_bytes(adjustments_workbook(found, said))
    show.warn(f"已写到 {out}，{len(found.lines)} 条。")

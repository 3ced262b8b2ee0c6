"""Commands that show figures and open them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from fuqi.access.codes import EXPORT_RECORDS, IMPORT_LISTS, SEE_FIGURES
from fuqi.basics.dates import AsOf
from fuqi.commands import show
from fuqi.commands.chinese import ChineseCommand
from fuqi.commands.held import before_leaving
from fuqi.commands.work import FILE, Door, catch_up
from fuqi.config.workspace import LAYOUT_LIBRARY
from fuqi.flows.workspaces import PROGRAM, BusyError, Opened, clock, working_alone

if TYPE_CHECKING:
    from fuqi.indicators.figures import Figure

DAY = click.DateTime(["%Y-%m-%d"])


def _as_of(opened: Opened, on: datetime | None) -> AsOf:
    from fuqi.flows.figures import default_day

    return AsOf(on.date() if on else default_day(opened.scheme))


@click.command(cls=ChineseCommand, short_help="出数：各项指标，每个数可以打开")
@click.option("--out", type=FILE, metavar="文件", help="写成 CSV（县、乡镇、村）。配合 --list 时写名单。")
@click.option("--code", default="", metavar="指标", help="只看一个指标。")
@click.option("--place", default="", metavar="地方", help="区划代码或全称。")
@click.option("--list", "listed", is_flag=True, help="列出分子、分母和未计入的每一条记录，带理由和来源行。")
@click.option("--on", type=DAY, metavar="日期", help="看那一天的情况（默认方案期末）。")
@click.pass_obj
def figures(door: Door, out: Path | None, code: str, place: str, listed: bool, on: datetime | None) -> int:
    """数出方案的各项指标。数字就是名单的长度。"""
    if listed and not code:
        raise click.UsageError("列名单时请用 --code 说明是哪个指标")
    with door.open(SEE_FIGURES, *((EXPORT_RECORDS,) if listed else ())) as opened:
        from fuqi.flows.figures import count_all, figures_csv, lines_csv, list_lines
        from fuqi.flows.purposes import record_purpose
        from fuqi.places.queries import find_division

        bring_up_to_date(opened)
        record_purpose(opened.viewer, at=clock()())
        counting = count_all(opened.viewer, opened.scheme, _as_of(opened, on))
        where = find_division(opened.viewer, place or opened.viewer.places[0])
        if listed:
            _give(opened, lines_csv(list_lines(opened.viewer, counting, code, where.code)), out)
            _hint_names(opened)
        elif out is None and not code and not place:
            print_figures(opened, on)
        else:
            chosen = [counting.one(code).indicator.id] if code else list(counting.counted)
            found = [item for item in counting.figures() if item.code in chosen and (not place or item.place == where.code)]
            _give(opened, figures_csv(found), out)
        _say_unconfirmed(opened)
    return 0


def bring_up_to_date(opened: Opened) -> None:
    """Do what is still to be done, for who may; nobody is shown figures of half a job."""
    from fuqi.access.reading import covered
    from fuqi.flows.main_job import is_up_to_date

    if is_up_to_date(PROGRAM, opened.scheme):
        return
    if not (opened.viewer.may(IMPORT_LISTS) and opened.viewer.covers(opened.scheme.place)):
        raise BusyError("名单或方案有更新，县里还没有处理完。请稍后再看。")
    with working_alone(opened.workspace), covered():
        catch_up(opened, "", show.warn)


def _give(opened: Opened, text: str, out: Path | None) -> None:
    """Print a product, or write it with a note beside it that says what it rests on."""
    from fuqi.flows.figures import note

    if out is None:
        click.echo(text, nl=False)
        return
    before_leaving()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, "utf-8")
    beside = out.with_name(f"{out.name}.说明.txt")
    beside.write_text(note(opened.scheme, out.name), "utf-8")
    show.warn(f"已写到 {out}，口径说明在 {beside.name}。")


def _hint_names(opened: Opened) -> None:
    if not opened.viewer.purpose:
        show.warn("姓名已遮盖。确需全名时，在命令前写 --purpose 用途，查看会记入日志。")


def _say_unconfirmed(opened: Opened) -> None:
    if opened.scheme.unconfirmed:
        show.warn(
            f"注意：方案“{opened.scheme.name}”里有 {len(opened.scheme.unconfirmed)} 处数字或口径尚未核实，金额类指标据此计算。用 fuqi scheme check 查看。"
        )


def print_figures(opened: Opened, on: datetime | None = None) -> None:
    """Print the viewer's figures as a table, counted now."""
    from fuqi.flows.figures import count_all, totals
    from fuqi.places.queries import divisions

    as_of = _as_of(opened, on)
    counting = count_all(opened.viewer, opened.scheme, as_of)
    _print_table(opened, as_of, totals(counting, divisions(opened.viewer)[0].code).values())


def print_kept_figures(opened: Opened) -> None:
    """Print the county's figures as the main job has just counted them."""
    from fuqi.flows.counts import figures_at, latest_count

    count = latest_count(opened.viewer, opened.scheme)
    if count is not None:
        found = figures_at(opened.viewer, opened.scheme, count, [opened.scheme.place])
        _print_table(opened, AsOf(count.day), found.values())


def _print_table(opened: Opened, as_of: AsOf, figures: Iterable[Figure]) -> None:
    from fuqi.places.queries import divisions

    top = divisions(opened.viewer)[0]
    table = Table(title=f"{top.full_name} {opened.scheme.name}（截至 {as_of.on:%Y-%m-%d}）", show_edge=False)
    table.add_column("指标和代码", no_wrap=True)
    for heading in ("分子", "分母", "数值"):
        table.add_column(heading, justify="right", no_wrap=True)
    for item in figures:
        table.add_row(f"{item.name}\n  {item.code}", item.numerator, item.denominator, item.value)
    Console().print(table)


@click.command(cls=ChineseCommand, short_help="打开一个数、一个人、一笔结算或一行")
@click.argument("target", metavar="指标代码|人员编号|结算单号|文件！工作表！行号")
@click.option("--place", default="", metavar="地方", help="看指标时：区划代码或全称。")
@click.option("--on", type=DAY, metavar="日期", help="看那一天的情况（默认方案期末）。")
@click.pass_obj
def explain(door: Door, target: str, place: str, on: datetime | None) -> int:
    """从数字走到收到的表格的单元格，再从单元格走回来；一笔结算说成话。"""
    with door.open(SEE_FIGURES) as opened:
        from fuqi.flows.explain import Explainer
        from fuqi.flows.purposes import record_purpose
        from fuqi.intake.layouts import load_layouts

        bring_up_to_date(opened)
        record_purpose(opened.viewer, at=clock()())
        explainer = Explainer(opened.viewer, opened.scheme, load_layouts(LAYOUT_LIBRARY), _as_of(opened, on))
        for line in explainer.explain(target, place or opened.viewer.places[0]):
            click.echo(line)
        _hint_names(opened)
        _say_unconfirmed(opened)
    return 0

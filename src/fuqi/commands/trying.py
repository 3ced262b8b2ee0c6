"""The command that tries a draft of a scheme on a year's claims."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table as RichTable

from fuqi.access.codes import SETTLE_CLAIMS
from fuqi.commands import show
from fuqi.commands.chinese import ChineseCommand
from fuqi.commands.work import FILE, Door, ForbiddenError, today
from fuqi.config.workspace import SCHEME_LIBRARY

if TYPE_CHECKING:
    from fuqi.flows.trying.run import TrialResult
    from fuqi.flows.trying.tables import Table

FORMS = ("docx", "pdf", "xlsx", "csv", "svg")
_DAY = click.DateTime(["%Y-%m-%d"])
_BAR = 30
"""How many characters the longest bar has on a terminal."""


@click.command("try", cls=ChineseCommand, short_help="拿去年的费用单试算一份草案")
@click.argument("draft", metavar="草案")
@click.option("-w", "--workspace", metavar="文件夹", type=click.Path(file_okay=False), help="工作区（也可写在 scheme 前面）。")
@click.option("--on", default="last-year", metavar="年份", help="last-year（默认）、一个年份或一段年份（2016-2017）。")
@click.option("--claims", type=FILE, metavar="文件", help="用一个费用单 CSV，不用工作区里的。")
@click.option("--against", default="", metavar="方案", help="跟哪个方案比（默认是工作区的方案）。")
@click.option("--in-force", type=_DAY, metavar="日期", help="草案里带日期的数字，按这一天有效的算。")
@click.option("--out", type=FILE, metavar="文件", help="另写成文件：.docx、.pdf、.xlsx、.csv 或 .svg。")
@click.pass_obj
def try_draft(
    door: Door,
    draft: str,
    workspace: str | None,
    on: str,
    claims: Path | None,
    against: str,
    in_force: datetime | None,
    out: Path | None,
) -> int:
    """试算：改了数字，去年的费用各项资金要付多少，谁少负担，谁多负担。台账不变。

    草案是方案文件夹、它的压缩包（zip），或者一个 benefits.yaml（放到现行方案里算）。
    """
    _check_out(out)
    day = in_force.date() if in_force is not None else None
    if workspace is not None:
        door = replace(door, workspace=workspace)
    if claims is not None:
        return _on_file(door, draft, on, claims, against, day, out)
    if against:
        raise click.UsageError("--against 要和 --claims 一起写；工作区里的费用单，总是跟工作区的方案比")
    if door.workspace is None:
        raise click.UsageError("没有费用单：请用 -w 写明工作区，或者用 --claims 写明费用单文件")
    with door.open(SETTLE_CLAIMS) as opened, show.progress("试算") as tell:
        from fuqi.flows.trying.drafts import open_version
        from fuqi.flows.trying.record import try_on_record
        from fuqi.scheme import find_scheme

        if not opened.viewer.covers(opened.scheme.place):
            raise ForbiddenError("试算用的是全县的费用单，由县里做。")
        folders = opened.workspace.scheme_folders
        tell("检查草案")
        version = open_version(draft, folders=folders, over=find_scheme(opened.workspace.scheme, folders))
        result = try_on_record(opened.viewer, opened.scheme, version, on, today=today(), in_force_on=day, say=tell)
    return _give(result, out)


def _on_file(door: Door, draft: str, on: str, claims: Path, against: str, day: date | None, out: Path | None) -> int:
    """Try on a file of claims: against the scheme that is named, or that of the workspace."""
    from fuqi.config.workspace import open_workspace
    from fuqi.flows.trying.claims import claims_of_file
    from fuqi.flows.trying.drafts import open_version
    from fuqi.flows.trying.run import try_on
    from fuqi.scheme import find_scheme

    folders: tuple[Path, ...] = (SCHEME_LIBRARY,)
    if not against and door.workspace is None:
        raise click.UsageError("不用工作区时，请用 --against 写明现行方案（名称、文件夹或 benefits.yaml）")
    if not against and door.workspace is not None:
        place = open_workspace(Path(door.workspace))
        against, folders = place.scheme, place.scheme_folders
    with show.progress("试算") as tell:
        tell("检查方案")
        present = open_version(against, folders=folders)
        over = None if Path(against).is_file() else find_scheme(against, folders)
        version = open_version(draft, folders=folders, over=over)
        found = claims_of_file(claims, present, version, on, today=today())
        result = try_on(present, version, found, in_force_on=day, say=tell)
    return _give(result, out)


def _check_out(out: Path | None) -> None:
    if out is None:
        return
    if out.suffix.lstrip(".").lower() not in FORMS:
        raise click.UsageError(f"--out 的文件名要以 {'、'.join('.' + form for form in FORMS)} 之一结尾")
    if out.is_dir() or not out.resolve().parent.is_dir():
        raise click.UsageError(f"写不了“{out}”：文件夹不存在，或者它本身是文件夹")


def _give(result: TrialResult, out: Path | None) -> int:
    """Print what came out, write the file; 1 if claims were left out."""
    from fuqi.flows.trying.tables import lead, sentences, tables, upright

    click.echo(lead(result))
    for sentence in sentences(result):
        click.echo(sentence)
    if result.trial.claims.number:
        for table in tables(result):
            _print(upright(table))
    for why in (result.no_places, result.poverty.why_not):
        if why:
            show.warn(why)
    if out is not None:
        _write(result, out)
    return 1 if result.incomplete else 0


def _print(table: Table) -> None:
    """Print a table; the spread with a bar for each version."""
    from fuqi.flows.trying.tables import TEXT

    shown = RichTable(title=table.title, title_justify="left", show_edge=False, show_footer=False)
    for head, kind in zip(table.heads, table.kinds, strict=True):
        if kind == TEXT:
            shown.add_column(head, overflow="fold", min_width=12)
        else:
            shown.add_column(head.replace("（", "\n（"), justify="right", no_wrap=True)
    if table.id == "spread":
        shown.add_column("图示（░现行  █草案）", no_wrap=True)
    longest = max((int(cell or 0) for row in table.rows for cell in row[1:3]), default=0) if table.id == "spread" else 0
    for row, (total, cells) in zip((*table.rows, table.total), table.shown(), strict=False):
        if total:
            shown.add_section()
        bars = ("",) if total else (f"{_bar('░', row[1], longest)}\n{_bar('█', row[2], longest)}",)
        shown.add_row(*cells, *(bars if table.id == "spread" else ()), style="bold" if total else "")
    console = Console()
    console.print()
    console.print(shown)
    if table.note:
        console.print(table.note, highlight=False, markup=False)


def _bar(mark: str, number: object, longest: int) -> str:
    if not isinstance(number, int) or not number or not longest:
        return ""
    return mark * max(1, _BAR * number // longest)


def _write(result: TrialResult, out: Path) -> None:
    """Write a file whole or not at all."""
    from fuqi.flows.trying.files import WRITERS

    _, write = WRITERS[out.suffix.lstrip(".").lower()]
    data = write(result)
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
    click.echo(f"\n已写到 {out}。")

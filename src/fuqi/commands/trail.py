"""Commands on the trail: who saw a person; the receipts of the journal kept elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from fuqi.access.codes import READ_JOURNAL
from fuqi.basics.dates import SHANGHAI
from fuqi.commands import show
from fuqi.commands.chinese import ChineseCommand
from fuqi.commands.work import Door, ForbiddenError, today
from fuqi.flows.workspaces import clock

FROM_INPUT = "-"


@click.command("who-saw", cls=ChineseCommand, short_help="谁看过一个人：谁、什么时候、看了什么、为什么")
@click.argument("person", metavar="人员编号|-")
@click.pass_obj
def who_saw(door: Door, person: str) -> int:
    """按人员编号查；按证件号码查时写“-”，号码从标准输入读，不留在命令历史里。遮盖了姓名的名单不算看过。"""
    if person == FROM_INPUT:
        person = sys.stdin.readline().strip()
    elif not (person.isdecimal() and len(person) <= 6):
        raise click.UsageError("请写6位以内的人员编号；按证件号码查，请写“-”，再把号码从标准输入送进来")
    with door.open(READ_JOURNAL) as opened:
        from fuqi.flows import trail

        if not opened.viewer.covers(opened.scheme.place):
            raise ForbiddenError("日志是全县的，由县里的审计管理员查。")
        for found in trail.who_saw(opened.viewer, person, today=today(), at=clock()()):
            _print(found)
    return 0


def _print(found: object) -> None:
    from fuqi.flows.trail import WhoSaw

    assert isinstance(found, WhoSaw)
    if not found.seen:
        click.echo(f"人员 {found.code}：没有人看过。")
        return
    table = Table(title=f"人员 {found.code}：{found.people} 人看过 {len(found.seen)} 次", title_justify="left", show_edge=False)
    for heading in ("时间", "谁", "从哪里", "看了什么", "为什么", "日志编号"):
        table.add_column(heading, overflow="fold")
    for one in found.seen:
        when = one.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(when, one.by, one.door, one.what, one.why or "没有写明用途", str(one.number or "——"))
    Console().print(table)


@click.command("receipts", cls=ChineseCommand, short_help="把日志的回执另存一份到别处")
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def receipts(door: Door, folder: Path) -> int:
    """把回执抄到另一个文件夹，最好在另一台机器或另一块盘上。

    在 workspace.yaml 里写上 receipts_copy: 这个文件夹，以后每封一批就跟着抄；核对时用 audit --receipts 文件。
    """
    from fuqi.flows.receipts import copy_receipts

    path, number = copy_receipts(door.folder, folder)
    click.echo(f"已抄到 {path}，到第 {number} 条。")
    show.warn(f"在 workspace.yaml 里写“receipts_copy: {folder.resolve()}”，以后自动跟着抄。")
    return 0

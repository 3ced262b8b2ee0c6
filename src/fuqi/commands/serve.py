"""Commands for the pages: serve a workspace, work off its queue, undo an import."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.panel import Panel

from fuqi.access.codes import IMPORT_LISTS
from fuqi.basics.errors import FuqiError
from fuqi.commands.chinese import ChineseCommand
from fuqi.commands.pages import end_with_the_parent
from fuqi.commands.reasons import REASON
from fuqi.commands.serving import free_port, keep_serving, served_once
from fuqi.commands.work import Door, catch_up, today
from fuqi.config.workspace import LAYOUT_LIBRARY
from fuqi.flows.workspaces import PROGRAM, Opened, clock, open_up, sealing

HOST = "127.0.0.1"
PORT = 8000
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LAST_STEP = "计数"


class OpenDoorError(FuqiError):
    """Without second factors a workspace is shown on this machine only."""

    code = "open_door"


@click.command(cls=ChineseCommand, short_help="启动网页：用浏览器看数字、收名单")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    metavar="端口",
    help="端口；0 表示任选一个空闲的。",
)
@click.option("--host", default=HOST, show_default=True, metavar="地址", help="监听的地址；默认只有本机能打开。")
@click.pass_obj
def serve(door: Door, port: int, host: str) -> int:
    """启动网页和后台处理，直到按 Ctrl+C 停止。"""
    return serve_workspace(open_up(Path(door.folder), today=today(), at=clock()(), as_program=True), host, port)


def serve_workspace(opened: Opened, host: str = HOST, port: int = PORT) -> int:
    """Serve an open workspace until told to stop; the operator gets a one-time password if there is none yet."""
    folder = opened.workspace.folder
    if not opened.workspace.asks_second_factor and host not in LOOPBACK:
        raise OpenDoorError(
            "这个工作区不要求动态口令（workspace.yaml 里 second_factor: not_required），只能给本机演示。"
            "请去掉 --host；要给别的机器用，请把这一行改成 required 再启动。"
        )
    with served_once(folder):
        port = free_port(host, port)
        with sealing(opened.workspace):
            keep_serving(folder, host, port, lambda address: _say_where(opened, address, host))
    click.echo("已停止。")
    return 0


def _say_where(opened: Opened, address: str, host: str) -> None:
    from fuqi.flows.entry import first_password

    name = opened.workspace.operator
    password = first_password(PROGRAM, name, at=clock()())
    lines = [f"地址：{address}"]
    if password:
        lines += [f"姓名：{name}", f"一次性密码：{password}", "", "密码只显示这一次。登录后请换成自己的密码。"]
    console = Console(highlight=False)
    console.print(Panel("\n".join(lines), title="扶起已启动", expand=False, padding=(1, 2)), soft_wrap=True)
    if host not in LOOPBACK:
        click.echo(
            f"注意：别的机器也能打开（{opened.workspace.address}），而传输没有加密。请在前面放 HTTPS 代理，或去掉 --host。"
        )
    click.echo("用浏览器打开上面的地址。按 Ctrl+C 停止。")


@click.command(cls=ChineseCommand, hidden=True)
@click.pass_obj
def worker(door: Door) -> int:
    """处理网页上提交的事情（由 serve 启动）。"""
    opened = open_up(Path(door.folder), today=today(), at=clock()(), as_program=True)
    from fuqi.flows.worker import Stopped, Worker

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise Stopped

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    end_with_the_parent()
    os.nice(5)
    with contextlib.suppress(Stopped):
        Worker(opened.workspace, LAYOUT_LIBRARY, today=today, at=clock()).work_for_ever()
    return 0


@click.command(cls=ChineseCommand, short_help="撤销一份名单的接收")
@click.argument("file", metavar="文件名")
@click.option("--reason", type=REASON, required=True, metavar="理由", help="为什么撤销；记入日志。")
@click.pass_obj
def undo(door: Door, file: str, reason: str) -> int:
    """撤销正在生效的一份名单：它取代过的那一份恢复生效，没有取代过的就不再有这份名单；随后重新处理。

    撤销过的文件不会被悄悄地再次导入；确实要用，导入时加 --again。
    """
    with door.open_to_write(IMPORT_LISTS) as opened:
        from fuqi.flows.undo import effective_file
        from fuqi.flows.undo import undo as undo_import
        from fuqi.intake.layouts import load_layouts

        receipt = undo_import(
            effective_file(opened.viewer, file),
            viewer=opened.viewer,
            reason=reason,
            folder=opened.workspace.received,
            layouts=load_layouts(LAYOUT_LIBRARY),
            today=today(),
            at=clock(),
        )
        came = f"恢复为以前的那一份（{receipt.rows} 行）" if receipt else "这份名单不再生效"
        click.echo(f"“{file}”已撤销，{came}。")
        return catch_up(opened, LAST_STEP)

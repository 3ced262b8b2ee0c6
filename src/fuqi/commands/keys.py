"""Commands for the workspace's key: how it stands, on paper and back, and a new one while everybody works."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fuqi.access.codes import KEEP_SYSTEM
from fuqi.commands import show
from fuqi.commands.chinese import ChineseCommand, ChineseGroup
from fuqi.commands.work import FILE, Door, today
from fuqi.config.workspace import open_workspace
from fuqi.flows.workspaces import clock, open_up

_KINDS = {"person": "人", "row": "收到的行", "workspace": "工作区自己"}
_CIPHERS = {"aes": "AES-256-GCM", "sm": "SM4-GCM"}


@click.group(cls=ChineseGroup, short_help="密钥：情况、纸上密钥、恢复、更换")
def key() -> None:
    """工作区的密钥在 keys/master.key，不在数据库里。没有它，什么都打不开。"""


@key.command("status", cls=ChineseCommand, short_help="密钥的情况")
@click.pass_obj
def status(door: Door) -> int:
    """第几代、是不是正在更换、有多少数据密钥。"""
    with door.open(KEEP_SYSTEM) as opened:
        from fuqi.flows.rotation import key_status

        found = key_status(opened.viewer)
    click.echo(f"第{found.generation}代密钥，{_CIPHERS[found.cipher]}。")
    counted = "、".join(f"{words} {found.keys.get(kind, 0)}" for kind, words in _KINDS.items())
    click.echo(f"数据密钥：{counted}；已销毁 {found.keys['destroyed']}。")
    if found.is_rotating:
        click.echo(f"正在更换，还有 {found.former_keys} 把数据密钥用旧密钥。若更换被中断过，请再运行一次 fuqi key rotate。")
        return 1
    return 0


@key.command("paper", cls=ChineseCommand, short_help="印一张纸上密钥")
@click.option("--out", type=FILE, required=True, metavar="文件", help="写到哪里（PDF）；印好后请删掉这个文件。")
@click.option("--again", is_flag=True, help="这一代密钥已经印过，再印一张。")
@click.pass_obj
def paper(door: Door, out: Path, again: bool) -> int:
    """把密钥印成一张纸：一个码，和可以照着录入的行。每一代印一次，记入日志。"""
    with door.open(KEEP_SYSTEM) as opened:
        from fuqi.flows.paper_key import print_paper_key

        made = print_paper_key(opened.viewer, opened.workspace, at=clock()(), again=again)
    out.touch(mode=0o600)
    out.write_bytes(made)
    show.warn(f"已写到 {out}。请马上打印、锁好，然后删掉这个文件：谁有它，谁就能打开整个工作区。")
    return 0


@key.command("restore", cls=ChineseCommand, short_help="用纸上密钥恢复密钥文件")
@click.pass_obj
def restore(door: Door) -> int:
    """从标准输入读纸上的行（扫码或录入，以空行结束），写回 keys/master.key。原来的文件完好时不动。"""
    from fuqi.flows.lost_key import restore_key

    if sys.stdin.isatty():
        click.echo("请扫码或逐行录入纸上的密钥，录完后按一次回车：")
    typed: list[str] = []
    for line in sys.stdin:
        if not line.strip():
            break
        typed.append(line)
    generation = restore_key(open_workspace(Path(door.folder)), typed)
    open_up(Path(door.folder), today=today(), at=clock()())
    click.echo(f"已恢复第{generation}代密钥，工作区打得开。")
    return 0


@key.command("rotate", cls=ChineseCommand, short_help="换一把新密钥（不用停机）")
@click.pass_obj
def rotate(door: Door) -> int:
    """换成新的一代密钥。大家可以照常工作；中断了，再运行一次接着换。换完后，旧密钥文件打不开工作区里的任何东西。"""
    with door.open(KEEP_SYSTEM) as opened, show.progress("换密钥") as tell:
        from fuqi.flows.rotation import rotate_keys

        report = rotate_keys(opened.viewer, opened.workspace, at=clock(), progress=tell)
    click.echo(
        f"已换成第{report.generation}代密钥：{report.keys} 把数据密钥的封套、{len(report.databases)} 个数据库文件"
        + (f"、{report.files} 份没有数据密钥的旧原件。" if report.files else "。")
    )
    click.echo("请用 fuqi key paper 另印一张纸上密钥；旧的密钥文件和旧的纸都已作废，请销毁。")
    click.echo("网页服务下次启动时，登录着的人要重新登录。")
    return 0

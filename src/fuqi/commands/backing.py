"""Commands that bring a workspace through a disaster: back it up, prove the backup, restore it, confirm the clock."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from fuqi.access.codes import KEEP_SYSTEM
from fuqi.basics.errors import FuqiError
from fuqi.commands import show
from fuqi.commands.chinese import ChineseCommand
from fuqi.commands.reasons import REASON
from fuqi.commands.work import FILE, Door, ForbiddenError, today
from fuqi.config.workspace import open_workspace
from fuqi.flows.backup.making import make_backup
from fuqi.flows.backup.restoring import Proven, prove_backup
from fuqi.flows.backup.restoring import restore as restore_backup
from fuqi.flows.workspaces import clock, open_up, sealing

THERE = click.Path(exists=True, dir_okay=False, path_type=Path)


class PassphraseFileError(FuqiError):
    """The file that should hold the passphrase cannot be read."""

    code = "passphrase_file"


def _passphrase(wanted: bool, file: Path | None, *, twice: bool) -> str:
    """Return the passphrase: asked for without showing it, or from a file for work at night; never an argument."""
    if file is not None:
        try:
            return file.read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise PassphraseFileError(f"口令文件“{file}”读不出来（{type(error).__name__}）。请检查后再试。") from None
    return str(click.prompt("口令", hide_input=True, confirmation_prompt=twice)) if wanted else ""


@click.command(cls=ChineseCommand, short_help="备份工作区；证明一份备份能恢复")
@click.argument("file", metavar="备份文件", type=FILE)
@click.option("--prove", is_flag=True, help="不做备份，而是把这份备份恢复到一处临时的地方，从头核对，再删掉。")
@click.option("--passphrase", is_flag=True, help="另定一个口令：没有密钥文件夹时，凭口令也能打开。")
@click.option("--passphrase-file", type=THERE, metavar="文件", help="口令写在这个文件里（夜间自动备份用）。")
@click.option("--with-key", is_flag=True, help="把密钥也放进备份；必须同时定口令。")
@click.option("--receipts", type=THERE, multiple=True, metavar="文件", help="证明时，再与另存的这份回执比。")
@click.option("--owner", default="", metavar="地址", help="PostgreSQL：用数据表主人的账号备份。")
@click.option("--database", default="", metavar="地址", help="PostgreSQL：证明时装进这个空的数据库。")
@click.pass_obj
def backup(
    door: Door,
    file: Path,
    prove: bool,
    passphrase: bool,
    passphrase_file: Path | None,
    with_key: bool,
    receipts: tuple[Path, ...],
    owner: str,
    database: str,
) -> int:
    """在线备份：不用停服务。备份是加密的，默认用本工作区的密钥打开，里面不含密钥。"""
    words = _passphrase(passphrase, passphrase_file, twice=not prove)
    if prove:
        if not file.is_file():
            raise click.UsageError(f"没有“{file}”这个文件")
        with show.progress("证明备份") as tell:
            proven = prove_backup(
                open_workspace(Path(door.folder)),
                file,
                passphrase=words,
                database_url=database,
                receipts=receipts,
                progress=tell,
            )
        return _say_proven(proven)
    with door.open(KEEP_SYSTEM) as opened:
        from fuqi.flows.backup.noting import note_backup

        note_backup(opened.workspace, by=opened.viewer.name, file=file.name, at=clock()())
        with show.progress("备份") as tell:
            made = make_backup(
                opened.workspace,
                file,
                by=opened.viewer.name,
                at=clock()(),
                passphrase=words,
                with_key=with_key,
                owner_url=owner,
                progress=tell,
            )
    click.echo(
        f"已备份到 {file}：日志到第{made.last_number}条，{len(made.tables)} 张表 {made.rows} 行，{len(made.files)} 个文件。"
    )
    if not made.with_key:
        click.echo("备份里没有密钥：请另存 keys 文件夹或纸上密钥，与备份分开放。")
    click.echo(f"请把文件拷到别的机器上，并证明它能恢复：fuqi -w {door.folder} backup --prove {file}")
    return 0


def _say_proven(proven: Proven) -> int:
    made = proven.manifest
    how = "恢复后逐表核对，" if proven.audited else "从头到尾读过（没有装回数据库：要装回，请用 --database 给一个空的库），"
    click.echo(f"备份完好：做于 {made.made}，{how}日志 {proven.entries} 条、{proven.rows} 行和 {proven.files} 份原件都相符。")
    standing = proven.standing
    if standing is None:
        click.echo("没有回执可比，不能判断是不是最新的。")
    elif not standing.same_history:
        show.warn(f"但它不是这个工作区现在这段历史的：日志第{made.last_number}条与回执不同。")
        return 1
    elif standing.missing:
        click.echo(f"备份之后又写了 {standing.missing} 条（现在到第{standing.newest}条）：现在用它恢复，会少这些。")
    else:
        click.echo("备份之后没有再写：它是最新的。")
    return 0


@click.command(cls=ChineseCommand, short_help="从备份恢复出一个工作区")
@click.argument("file", metavar="备份文件", type=THERE)
@click.argument("folder", metavar="工作区文件夹", type=FILE)
@click.option("--keys", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="文件夹", help="密钥文件夹。")
@click.option("--passphrase", is_flag=True, help="用口令打开。")
@click.option("--passphrase-file", type=THERE, metavar="文件", help="口令写在这个文件里。")
@click.option("--receipts", type=THERE, multiple=True, metavar="文件", help="另存的回执：用来认出旧备份。")
@click.option("--accept-loss", type=REASON, default="", metavar="理由", help="明知备份是旧的仍要恢复；理由记入日志。")
@click.option("--database", default="", metavar="地址", help="PostgreSQL：装进这个空的数据库。")
def restore(
    file: Path,
    folder: Path,
    keys: Path | None,
    passphrase: bool,
    passphrase_file: Path | None,
    receipts: tuple[Path, ...],
    accept_loss: str,
    database: str,
) -> int:
    """恢复到一个新的文件夹，全部核对无误才出现。原来的工作区不动。"""
    with show.progress("恢复") as tell:
        proven = restore_backup(
            file,
            folder,
            keys=keys,
            passphrase=_passphrase(passphrase, passphrase_file, twice=False),
            database_url=database,
            receipts=receipts,
            accept_loss=accept_loss.strip(),
            by=getpass.getuser(),
            at=clock()(),
            progress=tell,
        )
    made = proven.manifest
    click.echo(f"已恢复到 {folder}：做于 {made.made} 的备份，日志到第{made.last_number}条，逐表核对、从头核对日志，都相符。")
    if proven.standing is None:
        click.echo("没有给出另存的回执，不能判断这份备份是不是最新的：请用 --receipts 比过再用。")
    elif proven.standing.missing:
        click.echo(f"备份之后的 {proven.standing.missing} 条没有了，已按所写理由记入日志。")
    if proven.erased_again is None:
        click.echo(
            "没有另存的删除名单（erasures.csv，与回执放在一起）：备份以后若有人被依法删除，恢复后他们的内容又打得开。"
            "请按留存的删除申请再删除一次。"
        )
    elif proven.erased_again:
        click.echo(f"备份以后依法删除过的，已按删除名单再次删除：销毁 {proven.erased_again} 把密钥，记入日志。")
    click.echo("会话和排队的事情不在备份里：大家要重新登录。另存回执的文件夹（receipts_copy）要在 workspace.yaml 里重新写明。")
    return 0


@click.command("clock", cls=ChineseCommand, short_help="确认本机的时钟是对的")
@click.option("--right", type=REASON, required=True, metavar="理由", help="为什么与上次相隔这么久，或者以前的时钟为什么不对。")
@click.pass_obj
def right_clock(door: Door, right: str) -> int:
    """时钟与日志的最后一条相差太远时，程序不肯写。核对过时钟之后，在这里确认一次；理由记入日志。"""
    at = clock()()
    opened = open_up(Path(door.folder), today=today(), at=at, name=door.name, any_clock=True)
    if not opened.viewer.may(KEEP_SYSTEM):
        raise ForbiddenError(f"“{opened.viewer.name}”没有做这件事的权限。请换系统管理员。")
    from fuqi.flows.backup.noting import note_clock

    with sealing(opened.workspace):
        note_clock(by=opened.viewer.name, why=right, at=at)
    click.echo(f"已记下：现在是 {at:%Y-%m-%d %H:%M} UTC，时钟是对的。可以照常使用。")
    return 0

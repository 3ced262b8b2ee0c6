"""Commands for credentials of the API: issue one's own, list them, take one back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from fuqi.commands.chinese import ChineseCommand, ChineseGroup
from fuqi.commands.reasons import REASON
from fuqi.commands.work import Door, today
from fuqi.flows.workspaces import Opened, clock, open_up, sealing


@click.group(cls=ChineseGroup, short_help="接口凭据：签发、查看、收回")
def credential() -> None:
    """别的系统和设备用接口凭据访问 /api/v1/。凭据属于签发它的人，只能做本人能做的一部分，打不开网页。"""


@contextmanager
def _opened(door: Door) -> Iterator[Opened]:
    """Open the workspace for whoever has any role: credentials are one's own affair."""
    opened = open_up(Path(door.folder), today=today(), at=clock()(), name=door.name)
    with sealing(opened.workspace):
        yield opened


@credential.command(cls=ChineseCommand, short_help="给自己的设备或系统签发一个")
@click.argument("name", metavar="名称")
@click.option("--kind", required=True, metavar="种类", help="device（设备）或 service（服务）。")
@click.option("--allow", "actions", multiple=True, metavar="动作", help="可以做什么，如 see_figures；可以写多次。")
@click.option("--place", default="", metavar="地方", help="只限这个地方及以下；不写则与本人相同。")
@click.option("--days", type=int, default=90, show_default=True, metavar="天数", help="有效多少天。")
@click.pass_obj
def issue(door: Door, name: str, kind: str, actions: tuple[str, ...], place: str, days: int) -> int:
    """签发一个接口凭据。凭据只显示这一次，系统里只留它的摘要；请直接放进要用它的设备或系统。"""
    with _opened(door) as opened:
        from fuqi.flows.credentials import issue as issue_credential

        token, made = issue_credential(
            opened.viewer, kind, name, actions=actions, place=place, days=days, on=today(), at=clock()()
        )
    click.echo(f"接口凭据：{token}")
    click.echo(
        f"编号 {_mark(made.id.hex)}，{made.kind_words}“{made.name}”，可以{made.action_words}，到{made.valid_until}为止。"
    )
    click.echo("凭据只显示这一次。丢了就收回（credential revoke）再签发，不要写进邮件和聊天。")
    return 0


@credential.command("list", cls=ChineseCommand, short_help="列出接口凭据")
@click.pass_obj
def list_credentials(door: Door) -> int:
    """列出自己的接口凭据；管理账号的人看到所有人的。"""
    with _opened(door) as opened:
        from fuqi.flows.credentials import known_credentials

        found = known_credentials(opened.viewer)
    for item in found:
        where = f"，限{item.place}" if item.place else ""
        click.echo(
            f"{_mark(item.id.hex)} {item.owner} {item.kind_words}“{item.name}” {item.state_words(today())}，"
            f"{item.valid_from}起到{item.valid_until}为止{where}：{item.action_words}"
        )
    if not found:
        click.echo("没有接口凭据。")
    return 0


@credential.command(cls=ChineseCommand, short_help="收回一个接口凭据")
@click.argument("mark", metavar="编号")
@click.option("--reason", type=REASON, required=True, metavar="理由", help="为什么收回；记入日志。")
@click.pass_obj
def revoke(door: Door, mark: str, reason: str) -> int:
    """收回一个接口凭据：用它的下一次请求就会被拒绝。本人可以收回自己的，管理账号的人可以收回所有人的。"""
    with _opened(door) as opened:
        from fuqi.flows.credentials import revoke as revoke_credential

        ended = revoke_credential(opened.viewer, mark, why=reason, at=clock()())
    click.echo(f"已收回{ended.owner}的{ended.kind_words}凭据“{ended.name}”。")
    return 0


def _mark(id_in_hex: str) -> str:
    """Return the end of an id: enough to tell credentials apart, and drawn by chance."""
    return id_in_hex[-12:]

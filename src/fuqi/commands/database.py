"""Preparing the database of a workspace on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import click

from fuqi.commands.chinese import ChineseCommand, ChineseGroup
from fuqi.commands.work import Door
from fuqi.config.workspace import open_workspace


@click.group(cls=ChineseGroup, short_help="数据库：分开主人和应用的账号（PostgreSQL）")
def database() -> None:
    """PostgreSQL 数据库的准备。"""


@database.command(cls=ChineseCommand, short_help="建表、建应用账号、加行级权限")
@click.option(
    "--owner", required=True, metavar="地址", help="数据表主人的地址，能建表和建账号。也可以是环境变量的名字，写成 $NAME。"
)
@click.option("--application", default="", metavar="地址", help="应用账号的地址；不写则用工作区配置里的 database_url。")
@click.pass_obj
def prepare(door: Door, owner: str, application: str) -> int:
    """把数据表建在主人名下，另建一个什么都不拥有的应用账号，给每张有个人资料的表加上行级权限。升级以后要再运行一次。"""
    from fuqi.flows.database import prepare_database

    address = application or open_workspace(Path(door.folder)).database_url
    if not address:
        raise click.UsageError(
            "这个工作区用的是工作区里的加密文件，不用准备。用 PostgreSQL 的，请用 --application 说明应用账号的地址"
        )
    done = prepare_database(said(owner), said(address))
    click.echo(f"已准备好：{done.tables} 张表归主人所有，其中 {done.scoped} 张有个人资料的表加了行级权限。")
    click.echo(f"应用账号 {done.role} 只能读、添加和改不属于记录的内容，不拥有任何表，不能绕过行级权限。")
    return 0


def said(address: str) -> str:
    """Return an address, or what the environment says under its name: passwords on a command line are seen by others."""
    import os

    return os.environ.get(address[1:], "") if address.startswith("$") else address

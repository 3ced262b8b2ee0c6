"""Commands for accounts: list and stop them, give and take back roles, new passwords, lost second factors."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from fuqi.access.codes import GRANT_ROLES
from fuqi.basics.dates import SHANGHAI
from fuqi.commands.chinese import ChineseCommand, ChineseGroup
from fuqi.commands.reasons import REASON
from fuqi.commands.work import Door, today
from fuqi.flows.workspaces import PROGRAM, clock

if TYPE_CHECKING:
    from fuqi.basics.viewer import Viewer
    from fuqi.flows.accounts import AccountView

_WHY = click.option("--why", type=REASON, required=True, metavar="理由", help="为什么；记入日志。")
_NAME = click.argument("name", metavar="姓名")


@click.group(cls=ChineseGroup, invoke_without_command=True, short_help="账号：列出、停用、恢复、重设动态口令")
@click.pass_context
def accounts(context: click.Context) -> None:
    """列出账号：谁、什么角色、哪里、从哪天起、有没有动态口令、上次登录。"""
    if context.invoked_subcommand is not None:
        return
    door: Door = context.obj
    with door.open(GRANT_ROLES) as opened:
        from fuqi.flows.accounts import accounts as list_accounts

        for one in list_accounts(opened.viewer, on=today()):
            _print(one, today())


def _print(one: AccountView, on: date) -> None:
    state = "" if one.active else "（已停用）"
    factor = "有动态口令" if one.has_factor else "没有动态口令"
    password = "还没有密码" if not one.has_password else "一次性密码未换" if one.must_change_password else "密码已自己设"
    click.echo(
        f"{one.name}{state}  {password}，{factor}，上次登录：{_minute(one.last_sign_in)}，由 {one.made_by or '程序'} 建立"
    )
    for grant in one.grants:
        until = f"到 {grant.valid_until} 前" if grant.valid_until else "起"
        over = "" if grant.holds(on) else "，现在不生效"
        lapsed = "，已有安全管理员，不再生效" if grant.holds(on) and one.active and grant.role not in one.roles else ""
        click.echo(
            f"  {grant.role_name}({grant.role})  {grant.where}  {grant.valid_from} {until}{over}{lapsed}，由 {grant.given_by} 授"
        )


def _minute(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else "从未"


@accounts.command(cls=ChineseCommand, short_help="停用一个账号")
@_NAME
@_WHY
@click.pass_obj
def disable(door: Door, name: str, why: str) -> None:
    """停用一个账号：正在用的网页和凭据，下一次请求就被拒绝。授权留着，恢复以后照旧。"""
    with door.open(GRANT_ROLES) as opened:
        from fuqi.flows.accounts import disable as stop

        stop(opened.viewer, name, why=why, at=clock()())
        click.echo(f"{name} 的账号已停用。")


@accounts.command(cls=ChineseCommand, short_help="恢复一个停用的账号")
@_NAME
@_WHY
@click.pass_obj
def enable(door: Door, name: str, why: str) -> None:
    """恢复一个停用的账号。"""
    with door.open(GRANT_ROLES) as opened:
        from fuqi.flows.accounts import enable as start

        start(opened.viewer, name, why=why, at=clock()())
        click.echo(f"{name} 的账号已恢复。")


@accounts.command("reset-factor", cls=ChineseCommand, short_help="手机丢了：重设动态口令")
@_NAME
@_WHY
@click.pass_obj
def reset_factor(door: Door, name: str, why: str) -> None:
    """作废一个人的动态口令和恢复码；下次登录时本人重新设置。请先当面确认是本人。"""
    with door.open(GRANT_ROLES) as opened:
        from fuqi.flows.accounts import reset_factor as reset

        reset(_who(opened.viewer, name), name, why=why, at=clock()())
        click.echo(f"{name} 的动态口令和恢复码已作废，下次登录时重新设置。")


@click.command(cls=ChineseCommand, short_help="授权：让某人以某角色看某地")
@_NAME
@click.option("--role", required=True, metavar="角色", help="角色，如 village_doctor。")
@click.option("--place", default="", metavar="地方", help="区划代码或全称；不写则为全县。")
@click.option("--institution", default="", metavar="机构", help="按机构授权的角色（hospital_clerk）写机构全称，不写地方。")
@click.option("--until", default=None, metavar="日期", type=click.DateTime(["%Y-%m-%d"]), help="到哪天为止（那天起不再有效）。")
@click.pass_obj
def grant(door: Door, name: str, role: str, place: str, institution: str, until: datetime | None) -> None:
    """给一个人一个角色和地方（或机构），从今天起。没有账号的，账号一并建立。"""
    with door.open(GRANT_ROLES) as opened:
        from fuqi.access.codes import ROLES
        from fuqi.flows.granting import give_role

        by_institution = role in ROLES and ROLES[role].by_institution
        where = give_role(
            opened.viewer,
            name,
            role,
            place or ("" if by_institution else opened.scheme.place),
            institution=institution,
            known=frozenset(one.name for one in opened.scheme.institutions),
            until=until.date() if until else None,
            on=today(),
            at=clock()(),
        )
        click.echo(f"已授权：{name} 以 {role} 看 {where}。用“fuqi -w … --as {name} …”以此人身份查看。")


@click.command(cls=ChineseCommand, short_help="收回一个角色")
@_NAME
@click.option("--role", required=True, metavar="角色", help="要收回的角色，如 village_doctor。")
@click.option("--place", default="", metavar="地方", help="只收回这个地方的：区划代码或全称。")
@click.option("--institution", default="", metavar="机构", help="只收回这家机构的。")
@_WHY
@click.pass_obj
def revoke(door: Door, name: str, role: str, place: str, institution: str, why: str) -> None:
    """收回一个人的角色，从今天起不再有效；正在用的网页，下一次请求就被拒绝。"""
    with door.open(GRANT_ROLES) as opened:
        from fuqi.flows.accounts import NoGrantError, account, take_role

        where = place or institution
        found = [
            one
            for one in account(opened.viewer, name, on=today()).grants
            if one.role == role
            and (one.valid_until is None or one.valid_until > today())
            and (not where or where in (one.place, one.place_name, one.institution))
        ]
        if not found:
            raise NoGrantError(f"{name} 现在没有这样的角色。用“fuqi -w … accounts”查看各人的角色。")
        for one in found:
            take_role(opened.viewer, one.id, why=why, at=clock()(), on=today())
            click.echo(f"已收回：{name} 在 {one.where} 的 {one.role_name}({one.role})。")


@click.command(cls=ChineseCommand, short_help="给一个人发新的一次性密码")
@_NAME
@click.pass_obj
def password(door: Door, name: str) -> None:
    """发一个新的一次性密码，旧密码随即作废；7天内有效，本人登录后要换成自己的密码。"""
    with door.open(GRANT_ROLES) as opened:
        from fuqi.flows.accounts import one_time_password

        words = one_time_password(_who(opened.viewer, name), name, at=clock()())
        click.echo(f"{name} 的一次性密码：{words}")
        click.echo("密码只显示这一次，7天内有效，请当面或密封转交；登录后要换成自己的密码。")


def _who(viewer: Viewer, name: str) -> Viewer:
    """Return who does it: for one's own account the program, because whoever sits at the server holds its key anyway."""
    return PROGRAM if name == viewer.name else viewer

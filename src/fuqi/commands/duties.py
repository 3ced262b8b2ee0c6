"""Commands about personal data: the table of retention, the report on a breach, the impact assessment."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from fuqi.access.codes import HANDLE_REQUESTS, KEEP_SYSTEM, READ_JOURNAL
from fuqi.commands import show
from fuqi.commands.chinese import ChineseCommand
from fuqi.commands.database import said
from fuqi.commands.held import before_leaving
from fuqi.commands.work import FILE, Door, today
from fuqi.flows.workspaces import clock, working_alone

_DAY = click.DateTime(["%Y-%m-%d"])


def _form(out: Path) -> str:
    if out.suffix not in (".docx", ".pdf"):
        raise click.UsageError("--out 的文件名要以 .docx 或 .pdf 结尾")
    return out.suffix[1:]


@click.command(cls=ChineseCommand, short_help="保存期限：什么到期了；--do 清除")
@click.option("--do", "carry", is_flag=True, help="清除到期的内容；不写则只列出来。")
@click.option(
    "--owner", default="", metavar="地址", help="PostgreSQL：用数据表主人的账号清除。也可以是环境变量的名字，写成 $NAME。"
)
@click.pass_obj
def retention(door: Door, carry: bool, owner: str) -> int:
    """按保存期限表，列出或清除到期的内容。日志留下清除了哪一批、几行、原来的指纹，仍可核对。"""
    with door.open(KEEP_SYSTEM) as opened:
        from fuqi.flows.retention import carry_out, what_is_due

        if carry:
            with working_alone(opened.workspace):
                for line in carry_out(opened.viewer, at=clock()(), owner=said(owner)):
                    click.echo(f"{line.rule.name}：清除了 {line.rows} 行。")
            return 0
        for line in what_is_due(opened.viewer, at=clock()()):
            due = f"；现在到期 {line.rows} 行" if line.rows else ""
            click.echo(f"{line.rule.name}：保存{line.rule.days_words}，{line.rule.after_words}{due}。依据：{line.rule.source}")
    return 0


@click.command(cls=ChineseCommand, short_help="个人信息安全事件报告的底稿：谁有权看、谁看过谁")
@click.option("--from", "start", type=_DAY, required=True, metavar="日期", help="从哪一天起，如 2026-11-01。")
@click.option("--to", "last", type=_DAY, required=True, metavar="日期", help="到哪一天止（含这一天）。")
@click.option("--by", default="", metavar="姓名", help="只看一个账号。")
@click.option("--out", type=FILE, metavar="文件", help="写成 Word（.docx）或 PDF；不写则只打印摘要。")
@click.pass_obj
def breach(door: Door, start: datetime, last: datetime, by: str, out: Path | None) -> int:
    """从日志和查看记录写出：哪些人的内容被谁打开过、什么可能已在程序以外、谁有权看。只写人员编号，没有姓名。"""
    form = _form(out) if out else ""
    with door.open(READ_JOURNAL) as opened:
        from fuqi.flows.breach import Span, breach_report, summary
        from fuqi.flows.breach import breach as found_in

        span = Span(start.date(), last.date() + timedelta(days=1), by)
        if out is None:
            for words in summary(found_in(opened.viewer, span)):
                click.echo(words)
            return 0
        product = breach_report(opened.viewer, span, form, at=clock()())
        before_leaving()
        _write(out, product.data)
    return 0


@click.command(cls=ChineseCommand, short_help="个人信息保护影响评估，由登记册生成")
@click.option("--out", type=FILE, required=True, metavar="文件", help="写成 Word（.docx）或 PDF。")
@click.pass_obj
def assessment(door: Door, out: Path) -> int:
    """由登记册、权限表、保存期限表和风险表写出评估报告；要由人填写和判断的地方标“待填”。"""
    form = _form(out)
    with door.open(HANDLE_REQUESTS) as opened:
        from fuqi.flows.assessment import assessment as made

        _write(out, made(opened.scheme, form, today=today()).data)
    return 0


def _write(out: Path, data: bytes) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)
    show.warn(f"已写到 {out}。")

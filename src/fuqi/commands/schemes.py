"""Commands on schemes: check, test, register of clauses, difference, release."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fuqi.basics.dates import SHANGHAI
from fuqi.commands import show
from fuqi.commands.chinese import ChineseCommand, ChineseGroup
from fuqi.commands.reasons import REASON
from fuqi.config.workspace import SCHEME_LIBRARY
from fuqi.flows.workspaces import clock

if TYPE_CHECKING:
    from fuqi.scheme.clauses import Entry
    from fuqi.scheme.model import Scheme

NAME = click.argument("name", metavar="方案")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(cls=ChineseGroup, short_help="检查、试算、比较和发布方案")
def scheme() -> None:
    """方案：检查有没有写错，用自己的算例试算，看每一条由什么执行，比较两个版本，发布正式版本。"""


def scheme_folder(name: str) -> Path:
    """Return the folder of a scheme by name or path. Raises FuqiError."""
    from fuqi.scheme import find_scheme

    return find_scheme(name, [SCHEME_LIBRARY])


def loaded(name: str) -> Scheme:
    """Return a scheme by name or path. Raises FuqiError."""
    from fuqi.scheme import load_scheme

    folder = scheme_folder(name)
    return load_scheme(folder, bases=[folder.resolve().parent, SCHEME_LIBRARY])


@scheme.command(cls=ChineseCommand, short_help="找出方案的全部错误")
@NAME
def check(name: str) -> int:
    """检查一个方案，一次报出全部问题，带文件和行号；没有错误时列出提醒和尚未核实的数字。

    错误：方案不能使用。提醒：方案可以使用，但写的人应当知道。
    """
    from fuqi.scheme import check_scheme, remarks
    from fuqi.scheme.releases import version_words

    found = check_scheme(scheme_folder(name), bases=[SCHEME_LIBRARY])
    for fault in found:
        show.warn(f"错误：{fault}")
    if found:
        show.warn(f"共 {len(found)} 处错误。改好之前，这个方案不能使用。")
        return 2
    sound = loaded(name)
    noted = remarks(sound)
    for remark in noted:
        click.echo(f"提醒：{remark}")
    for what, source in sound.unconfirmed:
        click.echo(f"尚未核实：{what}（{source}）")
    click.echo(f"方案“{sound.name}”没有错误，有 {len(noted)} 处提醒、{len(sound.unconfirmed)} 处尚未核实。")
    click.echo(f"版本：{version_words(sound, sound.hash)}")
    return 0


@scheme.command(cls=ChineseCommand, short_help="用方案自己的算例试算")
@NAME
def test(name: str) -> int:
    """算一遍方案 cases 里的每个算例，报出不符的。"""
    from fuqi.scheme import test_scheme

    results = test_scheme(scheme_folder(name), bases=[SCHEME_LIBRARY])
    failed = [result for result in results if not result.passed]
    for result in results:
        click.echo(f"{'通过' if result.passed else '不符'}  {result.name}")
        for line in result.differences:
            show.warn(f"      {line}")
    click.echo(f"共 {len(results)} 个算例，{len(results) - len(failed)} 个通过，{len(failed)} 个不符。")
    return 1 if failed or not results else 0


@scheme.command(cls=ChineseCommand, short_help="列出每一条由什么执行")
@NAME
def clauses(name: str) -> int:
    """列出方案的每一条：照此执行（哪些规则）、靠人记录（记在哪里），还是没有实现（留给哪项工作）。

    有一条什么也没有说明时，退出状态是 1。
    """
    from fuqi.scheme.clauses import STATE_WORDS, UNSTATED, register

    entries = register(loaded(name))
    chapter = None
    for entry in entries:
        if entry.clause.chapter != chapter:
            chapter = entry.clause.chapter
            click.echo(chapter)
        _print_clause(entry)
    counts = "，".join(
        f"{word} {sum(1 for entry in entries if entry.state == state)} 条"
        for state, word in STATE_WORDS.items()
        if any(entry.state == state for entry in entries)
    )
    click.echo(f"共 {len(entries)} 条" + (f"：{counts}。" if counts else "。"))
    return 1 if any(entry.state == UNSTATED for entry in entries) else 0


def _print_clause(entry: Entry) -> None:
    click.echo(f"  {entry.state_word}  {entry.clause.title}（{entry.clause.anchor}）")
    for rule in entry.rules:
        detail = f"（{rule.detail}）" if rule.detail else ""
        click.echo(
            f"        {rule.kind_word}：{rule.name}{detail}{'' if rule.confirmed else '  尚未核实'}  {rule.file}:{rule.line}"
        )
    for note in entry.notes:
        part = f"“{note.part}”" if note.part else ""
        click.echo(f"        {note.state_word}{part}：{note.text}")


@scheme.command(cls=ChineseCommand, short_help="比较两个方案或同一方案的两个版本")
@click.argument("before", metavar="方案甲")
@click.argument("after", metavar="方案乙")
def diff(before: str, after: str) -> int:
    """逐句说出从甲到乙改了什么：名称或文件夹都可以，例如同一方案旧版本的文件夹。

    规则没有不同时退出状态是 0，有不同是 1。
    """
    from fuqi.scheme.diff import differences

    one, other = loaded(before), loaded(after)
    found = differences(one, other)
    for change in found:
        click.echo(str(change))
    if found:
        click.echo(f"共 {len(found)} 处不同（{one.hash[:12]} → {other.hash[:12]}）。")
        return 1
    same = "两个方案完全相同" if one.hash == other.hash else "规则没有不同，只有文件夹名称、注释或写法不同"
    click.echo(f"{same}（{one.hash[:12]}、{other.hash[:12]}）。")
    return 0


@scheme.command(cls=ChineseCommand, short_help="把现在的版本发布为正式版本")
@NAME
@click.option("--from", "starts_on", type=_DAY, required=True, metavar="日期", help="从哪一天起执行。")
@click.option("--by", required=True, metavar="谁", help="由谁发布，记入登记。")
@click.option("--note", type=REASON, default="", metavar="说明", help="说明，例如文号；低于上级规定的下限时要写明理由。")
def release(name: str, starts_on: datetime, by: str, note: str) -> int:
    """检查方案并算一遍全部算例，都对才发布：在方案文件夹的 releases.yaml 里登记这个版本。

    以后改动任何一个文件，方案又成为草案，要再发布一次。
    """
    from fuqi.flows.releasing import release_scheme

    folder = scheme_folder(name)
    made, scheme_name = release_scheme(
        folder,
        [folder.resolve().parent, SCHEME_LIBRARY],
        starts_on=starts_on.date(),
        by=by,
        today=clock()().astimezone(SHANGHAI).date(),
        note=note,
    )
    click.echo(
        f"已发布：方案“{scheme_name}”的版本 {made.hash[:12]} 自{made.starts_on}起执行，{made.cases} 个算例都通过，由{made.by}发布。"
    )
    return 0

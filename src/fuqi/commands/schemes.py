"""Commands on schemes: check and test."""

from __future__ import annotations

from pathlib import Path

import click

from fuqi.commands import show
from fuqi.commands.chinese import ChineseCommand, ChineseGroup
from fuqi.config.workspace import SCHEME_LIBRARY


@click.group(cls=ChineseGroup, short_help="检查和试算方案")
def scheme() -> None:
    """方案：检查有没有写错，用方案自己的算例试算。"""


def scheme_folder(name: str) -> Path:
    """Return the folder of a scheme by name or path. Raises FuqiError."""
    from fuqi.scheme import find_scheme

    return find_scheme(name, [SCHEME_LIBRARY])


@scheme.command(cls=ChineseCommand, short_help="找出方案的全部错误")
@click.argument("name", metavar="方案")
def check(name: str) -> int:
    """检查一个方案，一次报出全部问题，带文件和行号；没有问题时列出尚未核实的数字。"""
    from fuqi.scheme import check_scheme, load_scheme, remarks

    folder = scheme_folder(name)
    found = check_scheme(folder, bases=[SCHEME_LIBRARY])
    for fault in found:
        show.warn(str(fault))
    if found:
        show.warn(f"共 {len(found)} 处问题。改好之前，这个方案不能使用。")
        return 2
    loaded = load_scheme(folder, bases=[folder.parent, SCHEME_LIBRARY])
    click.echo(f"方案“{loaded.name}”没有问题。版本：{loaded.hash[:12]}")
    for remark in remarks(loaded.benefits, file="benefits.yaml"):
        click.echo(f"  提醒：{remark}")
    for what, source in loaded.unconfirmed:
        click.echo(f"  尚未核实：{what}({source})")
    return 0


@scheme.command(cls=ChineseCommand, short_help="用方案自己的算例试算")
@click.argument("name", metavar="方案")
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

"""Commands that print papers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fuqi.access.codes import SEE_FIGURES
from fuqi.commands import show
from fuqi.commands.chinese import ChineseCommand, ChineseGroup
from fuqi.commands.held import before_leaving
from fuqi.commands.work import FILE, Door, ForbiddenError
from fuqi.flows.workspaces import clock

if TYPE_CHECKING:
    from fuqi.flows.papers import Product


@click.group(cls=ChineseGroup, short_help="印报告：自评报告、明白纸")
def paper() -> None:
    """由台账写出的纸：每一份都有编号，数字出自计数批次。"""


@paper.command("self-assessment", cls=ChineseCommand, short_help="自评报告（Word 或 PDF）")
@click.option("--form", type=click.Choice(["docx", "pdf"]), default="pdf", help="Word（docx）或 PDF（默认）。")
@click.option("--out", type=FILE, required=True, metavar="文件", help="写到哪里。")
@click.pass_obj
def self_assessment(door: Door, form: str, out: Path) -> int:
    """印全县的自评报告：方案里的文稿，填上最近一次计数的数字，后附出处、未救治人员和尚未核实的口径。"""
    with door.open(SEE_FIGURES) as opened:
        from fuqi.flows.papers import own_template, print_self_assessment

        if not opened.viewer.covers(opened.scheme.place):
            raise ForbiddenError("自评报告是全县的，由县里印。")
        _give(
            print_self_assessment(
                viewer=opened.viewer,
                scheme=opened.scheme,
                form=form,
                own_template=own_template(opened.workspace),
                at=clock()(),
            ),
            out,
        )
    return 0


@paper.command("plain-sheet", cls=ChineseCommand, short_help="明白纸（一户一页）")
@click.argument("household", metavar="[户编号]", required=False, default="")
@click.option("--place", default="", metavar="村", help="印一个村的全部户：区划代码或全称。")
@click.option("--out", type=FILE, required=True, metavar="文件", help="写到哪里（PDF）。")
@click.pass_obj
def plain_sheet(door: Door, household: str, place: str, out: Path) -> int:
    """印一户的明白纸，或一个村全部户的。纸上是全名，所以命令前要写 --purpose 用途。"""
    if bool(household) == bool(place):
        raise click.UsageError("请写户编号，或者用 --place 说明是哪个村")
    with door.open(SEE_FIGURES) as opened:
        from fuqi.flows.plain_sheets import print_plain_sheets

        _give(
            print_plain_sheets(
                viewer=opened.viewer,
                scheme=opened.scheme,
                address=opened.workspace.address,
                at=clock()(),
                household=household,
                place=place,
            ),
            out,
        )
    return 0


def _give(product: Product, out: Path) -> None:
    before_leaving()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(product.data)
    several = f"等 {len(product.numbers)} 份" if len(product.numbers) > 1 else ""
    show.warn(f"已写到 {out}，编号 {product.numbers[0]}{several}。")

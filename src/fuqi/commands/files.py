"""Commands without a workspace of their own: the sample county and the demonstration."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from fuqi.commands import show
from fuqi.commands.chinese import ChineseCommand
from fuqi.commands.serve import PORT, serve_workspace
from fuqi.commands.work import FILE, run_main_job, today
from fuqi.config.workspace import NOT_REQUIRED, SCHEME_LIBRARY
from fuqi.flows.workspaces import clock, init_workspace, open_up, sealing, working_alone

SAMPLES = {"junshan": "junshan-2017"}
"""The sample counties by name, each with the scheme it was drawn for."""


@click.command(cls=ChineseCommand, short_help="生成样例县收到的名单（虚构数据）")
@click.argument("county", metavar="样例", type=click.Choice(sorted(SAMPLES)))
@click.argument("folder", metavar="文件夹", type=FILE)
@click.option("--seed", type=click.IntRange(0), default=1, metavar="整数", help="种子：不同种子，人不同，合计相同。")
@click.option("--faults", is_flag=True, help="另外放进各种差错（错号、重行、不认得的村、不能结算的费用等），合计不变。")
def sample(county: str, folder: Path, seed: int, faults: bool) -> int:
    """写出一个县健康扶贫办会收到的全部名单。人和金额都是虚构的。"""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.UsageError(f"“{folder}”不是空文件夹，没有写入")
    paths = _write(county, folder, seed, faults=faults)
    kept = "，有意放进了差错" if faults else ""
    click.echo(f"已在 {folder} 写出 {len(paths)} 份名单（虚构数据，仅供演示；种子 {seed}{kept}）。")
    return 0


def _write(county: str, folder: Path, seed: int, *, faults: bool = False) -> list[Path]:
    from fuqi.sample.junshan import write_sample
    from fuqi.scheme import find_scheme, load_scheme

    scheme = load_scheme(find_scheme(SAMPLES[county], [SCHEME_LIBRARY]), bases=[SCHEME_LIBRARY])
    with show.progress("生成样例") as tell:
        return write_sample(folder, seed=seed, scheme=scheme, progress=tell, faults=faults)


@click.command(cls=ChineseCommand, short_help="演示：造样例县、建工作区、跑主流程、启动网页")
@click.argument("folder", metavar="文件夹", type=FILE)
@click.option("--seed", type=click.IntRange(0), default=1, metavar="整数", help="种子。")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, metavar="端口", help="网页的端口。")
@click.option("--no-serve", is_flag=True, help="只跑主流程、出数，不启动网页。")
def demo(folder: Path, seed: int, port: int, no_serve: bool) -> int:
    """第一次建好样例县并跑完主流程；以后直接打开，保留数据。"""
    lists, place = folder / "收到的名单", folder / "工作区"
    new = _draw(lists, folder / ".sample-done", seed)
    if (place / "workspace.yaml").exists():
        opened = open_up(place, today=today(), at=clock()())
    else:
        opened = init_workspace(
            place,
            scheme=SAMPLES["junshan"],
            operator=getpass.getuser(),
            database_url="",
            today=today(),
            at=clock()(),
            second_factor=NOT_REQUIRED,
        )
    with sealing(opened.workspace), working_alone(opened.workspace):
        state = run_main_job(opened, (lists,), quietly=not (new or no_serve))
    if new or no_serve:
        click.echo(_NEXT.format(lists=lists, place=place))
    return state if no_serve else serve_workspace(opened, port=port)


_NEXT = """
虚构数据，仅供演示。名单在 {lists}，工作区在 {place}。也可以在命令行里试：
  .venv/bin/fuqi -w {place} explain major_treatment_rate           # 一个数是怎么数出来的
  .venv/bin/fuqi -w {place} figures --code major_treatment_rate --list   # 它背后的每一条记录
  .venv/bin/fuqi -w {place} figures --out figures.csv              # 县、乡镇、村的全部数字
  .venv/bin/fuqi -w {place} audit                                  # 核对日志
改一改名单里的一格，再运行一次 make run，或者在网页上传，看数字怎样变。
"""


def _draw(lists: Path, done: Path, seed: int) -> bool:
    """Write the sample lists, unless they were; returns whether they are new."""
    if done.exists():
        return False
    click.echo("第一次运行：生成样例县的名单（虚构数据，仅供演示）……")
    for left in sorted(lists.glob("*")) if lists.exists() else []:
        left.unlink()
    _write("junshan", lists, seed)
    done.touch()
    return True

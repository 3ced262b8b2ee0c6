"""Commands on a workspace: lay it out, receive lists, match, verify, settle, prove, grant."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fuqi.access.codes import EXPORT_RECORDS, IMPORT_LISTS, SETTLE_CLAIMS
from fuqi.access.profiles import ASVS, PROFILES
from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import FuqiError
from fuqi.commands import show
from fuqi.commands.chinese import ChineseCommand
from fuqi.commands.held import held_back
from fuqi.config.workspace import LAYOUT_LIBRARY, SCHEME_LIBRARY
from fuqi.flows.workspaces import (
    PROGRAM,
    Opened,
    clock,
    damaged_pages,
    init_workspace,
    open_for_proof,
    open_up,
    sealing,
    working_alone,
)

FILE = click.Path(path_type=Path)


if TYPE_CHECKING:
    from fuqi.flows.receive import FileReceipt

SHORTEST_PURPOSE = 2
"""Characters that a purpose must have to say anything."""


class ForbiddenError(FuqiError):
    """The viewer's roles do not allow it."""

    code = "forbidden"


@dataclass(frozen=True)
class Door:
    """What the command line said before the command: which workspace, as whom, for what."""

    workspace: str | None
    name: str
    purpose: str

    @property
    def folder(self) -> str:
        """Return the workspace's folder. Raises click.UsageError if none was named."""
        if self.workspace is None:
            raise click.UsageError("没有说明工作区：请在命令前写“-w 工作区文件夹”")
        return self.workspace

    @contextmanager
    def open(self, permission: str, *besides: str, hold: bool = True) -> Iterator[Opened]:
        """Open the workspace to read, with the journal being sealed meanwhile; what was shown is kept in it. Raises FuqiError.

        With `hold`, what is printed leaves at the end, once it is known that it may. All named permissions are asked for.
        """
        purpose = self.purpose.strip()
        if self.purpose and len(purpose) < SHORTEST_PURPOSE:
            raise click.UsageError("用途要写明白，例如 --purpose 入户核对")
        opened = open_up(Path(self.folder), today=today(), at=clock()(), name=self.name, purpose=purpose)
        if not all(map(opened.viewer.may, (permission, *besides))):
            raise ForbiddenError(f"“{opened.viewer.name}”没有做这件事的权限。请换有权限的人，或由管理员授权。")
        from fuqi.access.reading import reading_as
        from fuqi.flows.sightings import keep_sightings

        with sealing(opened.workspace), reading_as(opened.viewer, "command") as reading, held_back() if hold else nullcontext():
            yield opened
            keep_sightings(reading, at=clock()())

    @contextmanager
    def open_to_write(self, permission: str) -> Iterator[Opened]:
        """Open the workspace alone, for somebody whose places are the whole county: lists and money are the county's.

        What is opened to match, settle and count is shown to nobody.
        """
        from fuqi.access.reading import covered

        with self.open(permission, hold=False) as opened, covered(), working_alone(opened.workspace):
            if not opened.viewer.covers(opened.scheme.place):
                raise ForbiddenError(f"“{opened.viewer.name}”只管一部分地方，接收、比对、核实和结算由县里统一做。")
            yield opened


def today() -> date:
    """Return the day in China."""
    return clock()().astimezone(SHANGHAI).date()


@click.command(cls=ChineseCommand, short_help="建立工作区")
@click.argument("folder", metavar="工作区文件夹", type=FILE)
@click.option("--scheme", required=True, metavar="方案", help="方案的名称（如 junshan-2017）或方案文件夹。")
@click.option("--operator", default="", metavar="姓名", help="经办人；不写则取本机登录名。")
@click.option("--database", default="", metavar="地址", help="PostgreSQL 的地址；不写则用工作区内加密的 SQLite。")
@click.option(
    "--profile", default=ASVS.name, show_default=True, type=click.Choice(sorted(PROFILES)), help="密码、登录和密码算法的口径。"
)
def init(folder: Path, scheme: str, operator: str, database: str, profile: str) -> int:
    """在一个空文件夹里建立一个县的工作区：配置、密钥、加密数据库。"""
    operator = operator or getpass.getuser()
    opened = init_workspace(
        folder, scheme=scheme, operator=operator, database_url=database, today=today(), at=clock()(), profile=profile
    )
    with sealing(opened.workspace):
        click.echo(f"已建立工作区 {folder}，方案：{opened.scheme.name}，经办人：{operator}。")
        click.echo(f"密钥在 {folder}/keys/master.key：请另存一份到安全的地方，丢了就打不开数据。")
        click.echo(f"下一步：fuqi -w {folder} import 名单文件或文件夹")
    return 0


@click.command("import", cls=ChineseCommand, short_help="接收名单文件或文件夹")
@click.argument("paths", metavar="文件或文件夹...", nargs=-1, required=True, type=FILE)
@click.option("--again", is_flag=True, help="退回到以前收到过、后来被取代的文件。")
@click.pass_obj
def import_lists(door: Door, paths: tuple[Path, ...], again: bool) -> int:
    """接收各部门的名单。每一行都留底；读不了的文件、放不下的行，说明原因后搁置，其余照常。"""
    for path in paths:
        if not path.exists():
            raise click.UsageError(f"没有“{path}”这个文件或文件夹")
    with door.open_to_write(IMPORT_LISTS) as opened, show.progress("接收名单") as tell:
        receipts = list(_receive(opened, paths, tell, again=again))
    return show.receipts(receipts, kind_names())


def kind_names() -> dict[str, str]:
    """Return what each kind of list is called."""
    from fuqi.intake.layouts import load_layouts

    return {layout.kind: layout.name for layout in load_layouts(LAYOUT_LIBRARY)}


def _receive(opened: Opened, paths: tuple[Path, ...], tell: show.Tell, *, again: bool = False) -> Iterator[FileReceipt]:
    from fuqi.flows.receive import list_files, receive
    from fuqi.intake.layouts import load_layouts

    yield from receive(
        list_files(paths),
        viewer=opened.viewer,
        folder=opened.workspace.received,
        layouts=load_layouts(LAYOUT_LIBRARY),
        today=today(),
        again=again,
        at=clock(),
        progress=tell,
    )


def catch_up(opened: Opened, last: str, say: show.Tell = click.echo) -> int:
    """Do the steps of the main job up to the one named, saying what each did; returns the exit state."""
    from fuqi.flows import main_job

    state = 0
    with show.progress(last) as tell:
        reports = list(
            main_job.catch_up(last, viewer=opened.viewer, scheme=opened.scheme, today=today(), at=clock(), progress=tell)
        )
    for name, report in reports:
        state = max(state, show.report(name, report, asked=name == last, say=say))
    return state


@click.command(cls=ChineseCommand, short_help="比对：每一行是谁（也可不用工作区，直接比对一个文件夹）")
@click.argument("folder", metavar="[名单文件夹]", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=FILE, metavar="文件", help="比对结果 CSV（不用工作区时必填）。")
@click.option("--review", type=FILE, metavar="文件", help="存疑对子 CSV。")
@click.option("--places", type=FILE, metavar="文件", help="区划表 CSV。")
@click.pass_obj
def match(door: Door, folder: Path | None, out: Path | None, review: Path | None, places: Path | None) -> int:
    """比对收到的行：同一个人归到一起，拿不准的列出来给人看。"""
    if folder is not None:
        from fuqi.flows.match_files import match_files

        if out is None:
            raise click.UsageError("直接比对一个文件夹时，请用 --out 说明结果写到哪里")
        return match_files(folder, out, review, places, today=today(), say=click.echo, warn=show.warn)
    with door.open_to_write(IMPORT_LISTS) as opened:
        state = catch_up(opened, "比对")
        show.write_doubts(opened, out)
    return state


@click.command("verify-people", cls=ChineseCommand, short_help="核实认定：落实身份、核查结果、病种")
@click.pass_obj
def verify_people(door: Door) -> int:
    """把比对好的行变成台账：身份、住址、身份类别、核查结果、病种认定、签约、体检等。"""
    with door.open_to_write(IMPORT_LISTS) as opened:
        return catch_up(opened, "核实认定")


@click.command(cls=ChineseCommand, short_help="结算：每一层支付多少（也可不用工作区，直接结算一个文件）")
@click.option("--benefits", type=FILE, metavar="文件", help="待遇文件 benefits.yaml（不用工作区）。")
@click.option("--scheme", "scheme_name", default="", metavar="方案", help="用一个方案的待遇（不用工作区）。")
@click.option("--claims", type=FILE, metavar="文件", help="费用单 CSV。")
@click.option("--out", type=FILE, metavar="文件", help="各层支付 CSV。")
@click.option("--problems", type=FILE, metavar="文件", help="问题清单 CSV。")
@click.option("--explain", "explained", default="", metavar="单号", help="用话说明一笔费用单。")
@click.option("--keep-going", is_flag=True, help="有拒收的行时，其余照常结算。")
@click.pass_obj
def settle(
    door: Door,
    benefits: Path | None,
    scheme_name: str,
    claims: Path | None,
    out: Path | None,
    problems: Path | None,
    explained: str,
    keep_going: bool,
) -> int:
    """按方案结算费用单，精确到分，每一分说得出理由。"""
    if benefits is None and not scheme_name:
        if claims or out or problems or explained or keep_going:
            raise click.UsageError("不用工作区时，请用 --benefits 或 --scheme 说明待遇")
        with door.open_to_write(SETTLE_CLAIMS) as opened:
            return catch_up(opened, "结算")
    if claims is None or (out is None and not explained):
        raise click.UsageError("请用 --claims 说明费用单文件，用 --out 说明结果写到哪里")
    from fuqi.commands.schemes import scheme_folder
    from fuqi.flows.settle_file import settle_file

    return settle_file(
        benefits=benefits,
        scheme=scheme_folder(scheme_name) if scheme_name else None,
        claims=claims,
        out=out,
        problems=problems,
        explain=explained or None,
        keep_going=keep_going,
        bases=(SCHEME_LIBRARY,),
        say=click.echo,
        warn=show.warn,
    )


@click.command(cls=ChineseCommand, short_help="一次做完：接收、比对、核实、结算、出数")
@click.argument("paths", metavar="[文件或文件夹...]", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def run(door: Door, paths: tuple[Path, ...]) -> int:
    """主流程。做过的不重做；中途断了，再运行一次接着做。"""
    with door.open_to_write(IMPORT_LISTS) as opened:
        return run_main_job(opened, paths)


def run_main_job(opened: Opened, paths: tuple[Path, ...], *, quietly: bool = False) -> int:
    """Receive the paths, do every step, print the county's figures; `quietly` says only what is new."""
    from fuqi.commands.counting import print_kept_figures

    state, new = 0, not quietly
    if paths:
        with show.progress("接收名单") as tell:
            receipts = list(_receive(opened, paths, tell))
        fresh = [receipt for receipt in receipts if receipt.state in ("received", "refused")]
        new = new or bool(fresh)
        state = show.receipts(fresh if quietly else receipts, kind_names()) if new else 0
    state = max(state, catch_up(opened, "" if quietly else "计数"))
    if new:
        print_kept_figures(opened)
    return state


@click.command(cls=ChineseCommand, short_help="核对日志：有没有被改动过")
@click.option("--receipts", type=FILE, metavar="文件", multiple=True, help="另存在别处的回执；也按它核对。")
@click.pass_obj
def audit(door: Door, receipts: tuple[Path, ...]) -> int:
    """核对日志的编号、链条、封印、回执，以及它担保的每一行；再按留下的计算过程把每一笔结算重算一遍。"""
    damaged = damaged_pages(Path(door.folder))
    if damaged:
        show.warn("\n".join(f"数据库文件第{page}页被改动过或已损坏。" for page in damaged))
        show.warn("请立即停用这个工作区，保留现场，用备份恢复后再核对。")
        return 1
    workspace = open_for_proof(Path(door.folder))
    with show.progress("核对日志") as tell:
        from fuqi.flows.audit import audit_journal

        report = audit_journal(viewer=PROGRAM, workspace=workspace, progress=tell, kept=receipts)
    for fault in report.faults:
        show.warn(str(fault))
    if report.faults:
        show.warn(f"发现 {len(report.faults)} 处问题。请停用这个工作区，保留现场，并用备份核对。")
        return 1
    click.echo(
        f"日志完好：{report.entries} 条，从头到尾相连，封印、回执、所担保的 {report.rows} 行和 {report.files} 份原件都相符。"
    )
    older = f"；另有 {report.settled.older} 行是以前的格式，留下的过程不够重算" if report.settled.older else ""
    click.echo(
        f"结算可重算：{report.settled.lines - report.settled.older} 行按各自留下的计算过程重算，分毫不差{older}；"
        f"留存的方案版本 {report.settled.schemes} 个，都完好。"
    )
    return 0


@click.command(cls=ChineseCommand, short_help="收到过的文件；取回原件")
@click.argument("file", metavar="[文件名]", required=False)
@click.option("--out", type=FILE, metavar="文件", help="把原件写到这里。")
@click.option("--faults", is_flag=True, help="列出这份文件的全部问题。")
@click.pass_obj
def received(door: Door, file: str | None, out: Path | None, faults: bool) -> int:
    """列出收到过的文件，或取回一份原件。原件在工作区里是加密的。"""
    takes = (EXPORT_RECORDS,) if file is not None and not faults else ()
    with door.open(IMPORT_LISTS, *takes) as opened:
        from fuqi.flows.received import faults_of, received_files, take_back

        if file is None:
            for line in received_files(opened.viewer):
                click.echo(line)
            return 0
        if faults:
            for fault in faults_of(opened.viewer, file):
                click.echo(str(fault))
            return 0
        data = take_back(opened.viewer, opened.workspace.received, file, at=clock()())
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        out.write_bytes(data)
        click.echo(f"已写到 {out}。")
    return 0

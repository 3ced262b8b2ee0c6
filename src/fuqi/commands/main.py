"""Where `fuqi` starts: the group, and how failures become sentences and exit states.

Exit states: 0 all well; 1 something was refused, set aside or found; 2 the arguments, the scheme or the workspace are wrong.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import click

from fuqi.basics.errors import FuqiError
from fuqi.basics.failures import DISK_FULL, disk_full
from fuqi.commands import (
    accounts,
    adjusting,
    backing,
    counting,
    credentials,
    database,
    duties,
    files,
    keys,
    papers,
    schemes,
    serve,
    trail,
    trying,
    work,
)
from fuqi.commands.chinese import ChineseGroup, sentence
from fuqi.commands.reasons import REASON


@click.group(cls=ChineseGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-w", "--workspace", metavar="文件夹", type=click.Path(file_okay=False), help="工作区文件夹。")
@click.option("--as", "name", default="", metavar="姓名", help="以谁的身份查看（默认是建工作区的人）。")
@click.option("--purpose", type=REASON, default="", metavar="用途", help="查看姓名的用途；不写则姓名遮盖。用途记入日志。")
@click.pass_context
def fuqi(context: click.Context, workspace: str | None, name: str, purpose: str) -> None:
    """扶起：让一个县的健康扶贫实施方案运行起来。

    收到的名单进来，核实的人、精确的钱、能追到单元格的数字出去。
    """
    context.obj = work.Door(workspace, name, purpose)


for _command in (
    files.sample,
    work.init,
    work.import_lists,
    work.match,
    work.verify_people,
    work.settle,
    counting.figures,
    counting.explain,
    adjusting.adjustments,
    papers.paper,
    work.audit,
    trail.who_saw,
    trail.receipts,
    work.run,
    accounts.accounts,
    accounts.grant,
    accounts.revoke,
    accounts.password,
    credentials.credential,
    work.received,
    serve.undo,
    serve.serve,
    serve.worker,
    database.database,
    backing.backup,
    backing.restore,
    backing.right_clock,
    keys.key,
    duties.retention,
    duties.breach,
    duties.assessment,
    schemes.scheme,
    files.demo,
):
    fuqi.add_command(_command)
schemes.scheme.add_command(trying.try_draft)


def main() -> None:
    """Run the command; every failure is a sentence on standard error and an exit state."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command with arguments and return the exit state."""
    try:
        result = fuqi.main(arguments, prog_name="fuqi", standalone_mode=False)
    except FuqiError as error:
        _say(f"错误：{error.message}")
        for fault in error.faults:
            _say(f"  {fault}")
        return 2
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        _say("已中断。已完成的部分都在，再运行一次会接着做。")
        return 130
    except click.ClickException as error:
        _say(f"错误：{sentence(error)}。")
        context = getattr(error, "ctx", None)
        if context is not None:
            _say(f"用“{context.command_path} --help”查看用法。")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the door: no traceback reaches a user
        return _unexpected(error)
    return result if isinstance(result, int) else 0


def _unexpected(error: Exception) -> int:
    """Say that the program failed, with the place in our code but no value, which might be personal."""
    if os.environ.get("FUQI_DEBUG"):
        traceback.print_exc()
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "fuqi" in frame.filename]
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    if disk_full(error):
        _say(f"错误：{DISK_FULL}")
        return 2
    if type(error).__module__.startswith(("django.db", "psycopg", "sqlcipher3")):
        _say(f"错误：数据库打不开、正忙或已损坏({type(error).__name__},{where})。请稍后重试；仍不行请运行 audit 核对。")
        return 2
    _say(f"程序出错({type(error).__name__},{where})。没有做完的步骤不会生效，数据没有损失。请把括号里的内容报给维护人员。")
    return 2


def _say(text: str) -> None:
    click.echo(text, err=True)

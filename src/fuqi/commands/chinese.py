"""Click in Chinese: headings of the help pages and the sentences for wrong arguments, as one table each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


class _ChineseHelp(click.Command):
    """Help pages with Chinese headings."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        words = {"[OPTIONS]": "[选项]", "COMMAND": "命令", "[ARGS]...": "[参数]"}
        pieces = " ".join(self.collect_usage_pieces(ctx))
        for english, chinese in words.items():
            pieces = pieces.replace(english, chinese)
        formatter.write_usage(ctx.command_path, pieces, prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        rows = [row for param in self.get_params(ctx) if (row := param.get_help_record(ctx)) is not None]
        if rows:
            with formatter.section("选项"):
                formatter.write_dl(rows)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the help option with a Chinese text."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这份说明。"
        return option


class ChineseCommand(_ChineseHelp):
    """A command with Chinese help."""


class ChineseGroup(_ChineseHelp, click.Group):
    """A group of commands with Chinese help."""

    command_class = ChineseCommand
    group_class = type

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the subcommands in the order in which they are used, not by letter."""
        rows = [(name, command.get_short_help_str(100)) for name, command in self.commands.items() if not command.hidden]
        if rows:
            with formatter.section("命令"):
                formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the subcommands in the order in which they were added."""
        return list(self.commands)


def _missing(error: click.MissingParameter) -> str:
    name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""
    return f"缺少参数 {name}"


def _bad(error: click.BadParameter) -> str:
    name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""
    return f"参数 {name} 的值不对：{_value_problem(error)}"


def _value_problem(error: click.BadParameter) -> str:
    kind = getattr(error.param, "type", None)
    match kind:
        case click.Path():
            return "文件或文件夹不存在，或者不能读写"
        case click.types.IntParamType() | click.types.IntRange():
            return "应当是整数"
        case click.DateTime():
            return "应当是日期，写成 2017-10-20 的样子"
        case click.Choice():
            return f"只能是 {'、'.join(map(str, kind.choices))} 之一"
    return "请看 --help 的说明"


_SENTENCES: list[tuple[type[click.ClickException], Callable[[Any], str]]] = [
    (click.NoSuchOption, lambda error: f"没有选项 {error.option_name}"),
    (click.MissingParameter, _missing),
    (click.BadParameter, _bad),
    (click.FileError, lambda error: f"文件“{error.filename}”打不开"),
    (click.BadOptionUsage, lambda error: f"选项 {error.option_name} 的用法不对"),
]


def sentence(error: click.ClickException) -> str:
    """Return what is wrong with the arguments, in Chinese."""
    for kind, words in _SENTENCES:
        if isinstance(error, kind):
            return words(error)
    text = error.format_message()
    if text.startswith("No such command"):
        return f"没有这个命令：{text.removeprefix('No such command').strip(' .')}"
    if text.startswith("Got unexpected extra argument"):
        return f"多出的参数：{text.partition('(')[2].rstrip(')')}"
    if text.startswith("Missing command"):
        return "缺少命令"
    return text

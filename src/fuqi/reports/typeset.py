"""PDF by typst: the template is ours, everything else comes in as data and is never read as source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import typst

from fuqi.basics.errors import FuqiError

TEMPLATES = Path(__file__).parent / "templates"

FONTS = frozenset(
    {
        "FangSong",
        "FangSong_GB2312",
        "Noto Sans CJK SC",
        "Noto Sans SC",
        "Noto Serif CJK SC",
        "Noto Serif SC",
        "SimSun",
        "Source Han Sans SC",
        "Source Han Serif SC",
        "STFangsong",
    }
)
"""Families of which at least one must be there, or a page would be empty boxes."""


class NoChineseFontError(FuqiError):
    """The machine has no font with Chinese characters."""

    code = "no_chinese_font"


def typeset(template: str, content: Mapping[str, object]) -> bytes:
    """Return a PDF of one of our templates; the same content gives the same bytes."""
    compiler = typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=fonts())
    made = compiler.compile(format="pdf", sys_inputs={"content": json.dumps(content, ensure_ascii=False, sort_keys=True)})
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return made


@lru_cache(1)
def fonts() -> typst.Fonts:
    """Return the machine's fonts, looked up once. Raises NoChineseFontError."""
    found = typst.Fonts()
    if not FONTS & set(found.families()):
        raise NoChineseFontError("这台机器没有中文字体，印不出报告。请安装仿宋、宋体，或者 fonts-noto-cjk，再重新启动。")
    return found

"""The key on paper, printed for a safe; `flows.lost_key` reads it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from fuqi.access import paper_key
from fuqi.basics.dates import SHANGHAI
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.config.workspace import Workspace
from fuqi.journal.actions import recording
from fuqi.journal.queries import changes_of
from fuqi.reports.pictures import code_picture
from fuqi.reports.typeset import typeset


class PaperKeyPrintedError(FuqiError):
    """The key of this generation was printed before."""

    code = "paper_key_printed"


class RotatingError(FuqiError):
    """A rotation has not ended: the paper would be of a key that still changes."""

    code = "rotating"


def print_paper_key(viewer: Viewer, workspace: Workspace, *, at: datetime, again: bool = False) -> bytes:
    """Return the PDF with the key as a code and as lines, and record that it was printed; once, unless `again`."""
    file = settings.KEYS.now(at_once=True)
    if file.is_rotating:
        raise RotatingError("换密钥还没有做完。请先运行 fuqi key rotate 做完，再印纸上密钥。")
    printed = any(change.get("generation") == file.generation for change in changes_of(viewer, "paper_key"))
    if printed and not again:
        raise PaperKeyPrintedError("这一代密钥已经印过。找不到那张纸时，请用 --again 再印一张，然后换密钥，让丢了的那张作废。")
    lines = paper_key.lines_of(file)
    made = typeset("key.typ", _content(workspace, file.generation, lines, at))
    with recording(by=viewer.name, at=at, action="keys.paper") as record:
        record.note("paper_key", generation=file.generation)
    return made


def _content(workspace: Workspace, generation: int, lines: Sequence[str], at: datetime) -> dict[str, object]:
    return {
        "title": "工作区密钥",
        "paragraphs": [
            f"工作区：{workspace.folder.name}　方案：{workspace.scheme}　第{generation}代密钥　{at.astimezone(SHANGHAI):%Y年%m月%d日}印",
            "有这张纸和工作区的文件，就能打开其中的全部内容。请折好封进信封，签字盖骑缝章，锁进保险柜，不要拍照、不要扫描。",
        ],
        "picture": code_picture("\n".join(lines)),
        "lines": list(lines),
        "notes": [
            "密钥文件丢了、坏了时：运行 fuqi -w 工作区 key restore，用扫码枪扫上面的码，或者照着逐行录入，空格可以不录。"
            "每一行末尾两位是校验数字，录错了程序会说是哪一行。",
            "换过密钥（fuqi key rotate）以后，这张纸作废，请另印一张。",
        ],
    }

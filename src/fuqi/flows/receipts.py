"""The journal's receipts kept elsewhere: what shows that a whole workspace was put back to an earlier moment."""

from __future__ import annotations

import os
from pathlib import Path

from fuqi.basics.errors import FuqiError
from fuqi.config.workspace import RECEIPTS, open_workspace


class OtherReceiptsError(FuqiError):
    """What lies there already is not the beginning of these receipts."""

    code = "other_receipts"


def copy_receipts(workspace: str | Path, folder: Path) -> tuple[Path, int]:
    """Copy a workspace's receipts into another folder; return the file and the number of its last entry.

    An older copy is continued. Raises OtherReceiptsError where something else lies there: it may be the proof of a change.
    """
    found = open_workspace(Path(workspace))
    told = found.receipts.read_bytes()
    told = told[: told.rfind(b"\n") + 1]
    path = folder / RECEIPTS
    if path.resolve() == found.receipts.resolve():
        raise OtherReceiptsError("回执要另存到别的文件夹，最好在另一台机器或另一块盘上。")
    folder.mkdir(parents=True, exist_ok=True)
    there = path.read_bytes() if path.exists() else b""
    whole = there[: there.rfind(b"\n") + 1]
    if not told.startswith(whole):
        raise OtherReceiptsError(
            f"“{path}”里的回执与工作区的对不上，没有改动它：它可能正好说明工作区被换过。请用 audit --receipts 它 核对。"
        )
    with path.open("r+b" if path.exists() else "xb") as file:
        file.truncate(len(whole))
        file.seek(len(whole))
        file.write(told[len(whole) :])
        file.flush()
        os.fsync(file.fileno())
    last = told.rstrip(b"\n").rpartition(b"\n")[2].partition(b",")[0]
    return path, int(last or 0)

"""Making a version of a scheme official: checked, its worked cases tried, and entered into the scheme's register."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from fuqi.scheme import load_scheme
from fuqi.scheme.folder import RELEASES
from fuqi.scheme.model import Release
from fuqi.scheme.reading.reader import Reader
from fuqi.scheme.reading.releases import read_releases
from fuqi.scheme.releases import HEADER, SchemeReleaseError, new_release, written


def release_scheme(
    folder: Path, bases: Sequence[Path], *, starts_on: date, by: str, today: date, note: str = ""
) -> tuple[Release, str]:
    """Enter the folder's present version into its register and return the release and the scheme's name.

    Raises SchemeError if the scheme is faulty and SchemeReleaseError if it cannot become official; then nothing is written.
    """
    scheme = load_scheme(folder, bases=bases)
    release = new_release(scheme, starts_on=starts_on, by=by, on=today, note=note)
    register = folder / RELEASES
    before = register.read_text("utf-8") if register.is_file() else HEADER
    text = before.removesuffix("\n") + "\n" + written(release)
    reader = Reader(register.name)
    if read_releases(text, reader) != (*scheme.releases, release):
        raise SchemeReleaseError(
            f"“{register}”后面接不上新的一行：方案没有发布。请恢复成命令写的样子。", faults=tuple(reader.faults)
        )
    _replace(register, text)
    return release, scheme.name


def _replace(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all. Raises SchemeReleaseError where that cannot be."""
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise SchemeReleaseError(f"写不进“{path}”（{error.strerror}）：方案没有发布。请核对文件夹的权限。") from None

"""Schemes as they were: a result is explained and worked out again by the version that gave it."""

from __future__ import annotations

import zlib
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer
from fuqi.flows.workspaces import PROGRAM
from fuqi.scheme import load_scheme
from fuqi.scheme.errors import SchemeError
from fuqi.scheme.model import Scheme
from fuqi.settlement.queries import kept_scheme_files


class SchemeNotKeptError(FuqiError):
    """A version of the scheme was not kept, or what was kept no longer gives that version."""

    code = "scheme_not_kept"


def scheme_of_version(viewer: Viewer, now: Scheme, hash_: str) -> Scheme:
    """Return the scheme in the version that gave a result; `now` is the one in force. Raises SchemeNotKeptError."""
    del viewer
    return now if hash_ == now.hash else kept_version(hash_)


def words_of_version(viewer: Viewer, now: Scheme, hash_: str) -> Scheme:
    """Return the version that gave a result, for its words; the one in force where the version was not kept."""
    try:
        return scheme_of_version(viewer, now, hash_)
    except SchemeNotKeptError:
        return now


@lru_cache(8)
def kept_version(hash_: str) -> Scheme:
    """Return the scheme that a kept version's files give. Raises SchemeNotKeptError."""
    try:
        files = kept_scheme_files(PROGRAM, hash_)
    except (zlib.error, ValueError):
        raise SchemeNotKeptError(f"留存的方案版本（{hash_[:12]}）被改动过：读不出来。请运行 audit 核对。") from None
    if not files:
        raise SchemeNotKeptError(f"方案的这个版本（{hash_[:12]}）没有留存：它是在开始留存以前用的。")
    with TemporaryDirectory(prefix="fuqi-scheme-") as held:
        for name, content in files.items():
            path = Path(held) / name
            if not path.resolve().is_relative_to(Path(held).resolve()):
                raise SchemeNotKeptError(f"留存的方案版本（{hash_[:12]}）里有不该有的文件名。请运行 audit 核对。")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        try:
            scheme = load_scheme(Path(held) / next(iter(files)).partition("/")[0], bases=[Path(held)], once_sound=True)
        except SchemeError as error:
            raise SchemeNotKeptError(
                f"留存的方案版本（{hash_[:12]}）按现在的程序读不出来：{error.message}。", faults=error.faults
            ) from None
    if scheme.hash != hash_:
        raise SchemeNotKeptError(f"留存的方案版本（{hash_[:12]}）被改动过：指纹不符。请运行 audit 核对。")
    return scheme

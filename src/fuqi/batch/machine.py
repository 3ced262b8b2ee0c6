"""Turns functions over whole numbers into machine code, and keeps the code on disk between runs; needs the extra `batch`.

The folder is that of the environment's FUQI_CACHE, else `fuqi` in the user's cache folder. Where neither can be written, code
is made anew in every run; nothing else changes. A kernel is kept by the shape of its text: a draft with other numbers finds the
code of the scheme that it was drawn from.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from fuqi.basics.errors import FuqiError
from fuqi.batch.sure import sure

if TYPE_CHECKING:
    from fuqi.scheme.compiled.kernel import Program

ENVIRONMENT = "FUQI_CACHE"
F = TypeVar("F", bound=Callable[..., Any])


class ExtraMissingError(FuqiError):
    """Machine code was asked for on a plain install."""

    code = "extra_missing"


@cache
def available() -> bool:
    """Return whether the extra `batch` is installed."""
    try:
        return all(importlib.util.find_spec(name) is not None for name in ("numpy", "numba"))
    except ValueError:
        return False


def require() -> None:
    """Raise ExtraMissingError unless the extra `batch` is installed."""
    if not available():
        raise ExtraMissingError("没有安装批量结算的加速部分，请先运行 pip install 'fuqi[batch]'，或者不用加速")


@cache
def folder() -> Path | None:
    """Return the folder where code is kept, None where it cannot be written."""
    given = os.environ.get(ENVIRONMENT, "")
    try:
        found = Path(given) if given else _cache_home() / "fuqi"
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=found):
            pass
    except (OSError, RuntimeError):
        return None
    return found


def _cache_home() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


@cache
def _numba() -> Any:
    require()
    numba = importlib.import_module("numba")
    if folder() is not None and not os.environ.get("NUMBA_CACHE_DIR"):
        numba.config.CACHE_DIR = str(folder())
    return numba


def machine(function: F) -> F:
    """Return a function over arrays and whole numbers as machine code. Raises ExtraMissingError."""
    return _numba().njit(cache=folder() is not None, nogil=True, error_model="numpy")(function)  # type: ignore[no-any-return]


_kernels: dict[str, Callable[..., None]] = {}


def kernel(program: Program) -> Callable[..., None]:
    """Return a scheme's kernel as machine code, the same for all schemes of one shape. Raises ExtraMissingError."""
    found = _kernels.get(program.shape)
    if found is None:
        found = _kernels[program.shape] = machine(_from_file(program))
    return found


def _from_file(program: Program) -> Callable[..., None]:
    """Return the kernel's function out of a file that is named by its shape, so that its code can be found again."""
    place = folder()
    if place is None:
        return program.function
    path = place / "kernels" / f"kernel_{program.shape}.py"
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        text = sure(program.source)
        if not path.is_file() or path.read_text("utf-8") != text:
            beside = path.with_name(f"{path.name}.{os.getpid()}")
            beside.write_text(text, "utf-8")
            beside.replace(path)
        spec = importlib.util.spec_from_file_location(path.stem, path)
        if spec is None or spec.loader is None:
            return program.function
        # Found again by its name when code is read back.
        module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except OSError:
        return program.function
    found: Callable[..., None] = module.settle_claims
    return found

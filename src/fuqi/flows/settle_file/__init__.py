"""The file door: settle a CSV file of claims under a benefits file or a scheme, without a workspace (settlement standard)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fuqi.basics.errors import Fault, Place
from fuqi.flows.settle_file.door import DONE, SOME_LEFT, WRONG, Door, Say
from fuqi.scheme import SchemeError, load_scheme
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.names import CLAIM
from fuqi.scheme.reading.benefits import read_benefits
from fuqi.scheme.reading.reader import Reader

__all__ = ["DONE", "SOME_LEFT", "WRONG", "Say", "settle_file"]


def settle_file(
    *,
    benefits: Path | None,
    scheme: Path | None,
    claims: Path,
    out: Path | None,
    problems: Path | None,
    explain: str | None,
    keep_going: bool,
    say: Say,
    warn: Say,
    bases: Sequence[Path] = (),
) -> int:
    """Settle a file of claims into `out` (None: only say); return the exit status. `scheme` is a scheme's folder.

    `say` takes lines for standard output, `warn` for standard error. `bases` are folders where a scheme's base is looked up
    beside the folder that holds the scheme.
    """
    faults = _argument_faults(benefits, scheme, claims, out, problems)
    rules = _rules(benefits, scheme, bases, faults)
    if rules is None or faults:
        for fault in faults:
            warn(str(fault))
        return WRONG
    return Door(rules, claims.name, out, problems, keep_going, say, warn).settle(claims, explain)


def _argument_faults(
    benefits: Path | None, scheme: Path | None, claims: Path, out: Path | None, problems: Path | None
) -> list[Fault]:
    """Return what is wrong with the arguments themselves."""
    faults = []
    if (benefits is None) == (scheme is None):
        faults.append(Fault("arguments", "--benefits 和 --scheme 要写一个，也只能写一个"))
    if benefits is not None and not benefits.is_file():
        faults.append(Fault("absent", "找不到这个文件，请检查 --benefits", Place(file=str(benefits))))
    if scheme is not None and not scheme.is_dir():
        faults.append(Fault("absent", "找不到这个方案，请检查 --scheme", Place(file=str(scheme))))
    if not claims.exists():
        faults.append(Fault("absent", "找不到这个文件，请检查 --claims", Place(file=str(claims))))
    inputs = {path.resolve() for path in (benefits, claims) if path is not None}
    written = [path for path in (out, problems) if path is not None]
    for path in written:
        if path.resolve() in inputs:
            faults.append(Fault("overwrites", "结果不能写到要读的文件上，请换一个文件名", Place(file=str(path))))
        elif path.is_dir() or not path.resolve().parent.is_dir():
            faults.append(Fault("no_folder", "写不了这个文件：文件夹不存在，或者它本身是文件夹", Place(file=str(path))))
    if len({path.resolve() for path in written}) < len(written):
        faults.append(Fault("overwrites", "--out 和 --problems 不能是同一个文件", Place(file=str(out or ""))))
    return faults


def _rules(benefits: Path | None, scheme: Path | None, bases: Sequence[Path], faults: list[Fault]) -> Benefits | None:
    """Return the layers, None after collecting what is wrong with them."""
    if benefits is not None:
        return _benefits_of(benefits, Reader(benefits.name, faults)) if benefits.is_file() else None
    if scheme is None or not scheme.is_dir():
        return None
    try:
        loaded = load_scheme(scheme, bases=(scheme.resolve().parent, *bases))
    except SchemeError as error:
        faults.extend(error.faults or (Fault(error.code, error.message),))
        return None
    names = CLAIM.without("disease_lists").with_choices({"groups": [group.id for group in loaded.groups]})
    path = scheme / "benefits.yaml"
    read_benefits(path.read_text(encoding="utf-8-sig"), Reader(f"{scheme.name}/{path.name}", faults), names=names)
    return loaded.benefits


def _benefits_of(path: Path, reader: Reader) -> Benefits | None:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        reader.fault("encoding", "文件不是 UTF-8 编码，请另存为 UTF-8", 0)
        return None
    except OSError as error:
        reader.fault("unreadable", f"读不了这个文件（{error.strerror}）", 0)
        return None
    found = read_benefits(text, reader)
    reader.faults.sort(key=lambda fault: fault.place.line)
    return found

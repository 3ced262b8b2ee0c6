"""Opening a draft: a scheme's folder or name, a zip of one, or a benefits.yaml put in place of the present one."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from fuqi.basics.errors import Fault, FuqiError, Place
from fuqi.scheme import SchemeError, check_scheme, find_scheme, load_scheme
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.folder import SCHEME_FILE
from fuqi.scheme.model import Scheme
from fuqi.scheme.reading.benefits import read_benefits
from fuqi.scheme.reading.reader import Reader

BENEFITS = "benefits.yaml"
MOST_BYTES = 5_000_000
"""What a draft's files may hold together."""
_TEXTS = (".yaml", ".md", ".geojson")
_MOST_FILES = 200


class DraftError(FuqiError):
    """A draft cannot be opened."""

    code = "draft"


@dataclass(frozen=True, slots=True)
class Version:
    """Layers of benefits, what they are called and the digest of all that they rest on; `scheme` if there is a whole one."""

    name: str
    hash: str
    benefits: Benefits
    scheme: Scheme | None = None


def version_of(scheme: Scheme) -> Version:
    """Return a loaded scheme as a version."""
    return Version(scheme.name, scheme.hash, scheme.benefits, scheme)


def open_version(name: str, *, folders: Sequence[Path], over: Path | None = None) -> Version:
    """Return the version that a path or a scheme's name says.

    A benefits.yaml or a zip without a scheme.yaml is laid over the scheme whose folder is `over`; where there is none, a
    benefits.yaml stands alone. Raises SchemeError with all faults, and DraftError.
    """
    path = Path(name)
    if path.is_file():
        data = _bytes(path)
        if path.suffix.lower() == ".zip":
            return open_files(unpacked(data, path.name), over=over, folders=folders)
        if over is None:
            return _alone(data, path)
        return open_files({BENEFITS: data}, over=over, folders=folders)
    return open_folder(find_scheme(name, folders), folders=folders)


def open_folder(folder: Path, *, folders: Sequence[Path]) -> Version:
    """Return the version in a folder. Raises SchemeError with everything that is wrong, worked cases included."""
    bases = (folder.resolve().parent, *folders)
    faults = check_scheme(folder, bases=bases)
    if faults:
        raise SchemeError(f"草案有{len(faults)}处错误，没有试算。请改好再试", faults=tuple(faults))
    return version_of(load_scheme(folder, bases=bases))


def open_files(files: Mapping[str, bytes], *, over: Path | None, folders: Sequence[Path]) -> Version:
    """Return the version that files make: a whole scheme, or laid over the one in the folder `over`."""
    with laid_out(files, over=over) as folder:
        beside = (over.resolve().parent,) if over is not None else ()
        return open_folder(folder, folders=(*beside, *folders))


@contextmanager
def laid_out(files: Mapping[str, bytes], *, over: Path | None) -> Iterator[Path]:
    """Lay files out as a scheme's folder, for as long as the body works. Raises DraftError."""
    with tempfile.TemporaryDirectory(prefix="fuqi-draft-") as place:
        whole = SCHEME_FILE in files
        if not whole and over is None:
            raise DraftError(f"压缩包里没有 {SCHEME_FILE}，不知道是哪个方案的草案。请把整个方案文件夹压缩后再试。")
        folder = Path(place) / (over.resolve().name if over is not None and not whole else "draft")
        folder.mkdir()
        if over is not None and not whole:
            for path in over.rglob("*"):
                if path.is_file() and path.suffix in _TEXTS:
                    target = folder / path.relative_to(over)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
        for name, content in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        yield folder


def unpacked(data: bytes, name: str) -> dict[str, bytes]:
    """Return the texts of a zip by their names within the scheme's folder. Raises DraftError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            items = [item for item in archive.infolist() if not item.is_dir() and _is_text(item.filename)]
            if len(items) > _MOST_FILES or sum(item.file_size for item in items) > MOST_BYTES:
                raise DraftError(f"“{name}”里的文件太多或太大，没有打开。请只压缩方案文件夹。")
            found = {item.filename: archive.read(item) for item in items}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise DraftError(f"“{name}”打不开：不是压缩包（zip），或者已损坏、加了密。请重新压缩后再试。") from None
    if not found:
        raise DraftError(f"“{name}”里没有方案的文件（.yaml、.md）。请把方案文件夹压缩后再试。")
    return _from_root(found)


def _is_text(name: str) -> bool:
    path = PurePosixPath(name)
    outside = path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name
    hidden = any(part.startswith((".", "__")) for part in path.parts)
    return path.suffix in _TEXTS and not outside and not hidden


def _from_root(found: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files by their names below the folder that holds the scheme, or benefits.yaml."""
    roots = [PurePosixPath(name).parent for name in found if PurePosixPath(name).name in (SCHEME_FILE, BENEFITS)]
    root = min(roots, key=lambda path: len(path.parts), default=PurePosixPath())
    inside = {PurePosixPath(name): content for name, content in found.items()}
    return {path.relative_to(root).as_posix(): content for path, content in inside.items() if path.is_relative_to(root)}


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DraftError(f"“{path}”太大，不像是方案的文件。")
        return path.read_bytes()
    except OSError:
        raise DraftError(f"“{path}”读不了。请检查文件权限。") from None


def _alone(data: bytes, path: Path) -> Version:
    """Return a benefits file that stands alone, as at the file door."""
    faults: list[Fault] = []
    try:
        benefits = read_benefits(data.decode("utf-8-sig"), Reader(path.name, faults))
    except UnicodeDecodeError:
        faults.append(Fault("encoding", "文件不是 UTF-8 编码，请另存为 UTF-8", Place(file=path.name)))
        benefits = None
    if benefits is None or faults:
        ordered = tuple(sorted(faults, key=lambda fault: fault.place))
        raise SchemeError(f"“{path}”有{len(faults)}处错误，没有试算。请改好再试", faults=ordered)
    return Version(path.name, sha256(data).hexdigest(), benefits)

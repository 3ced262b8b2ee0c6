"""Reading the key on paper back where the key file is lost: nothing here opens the record, which needs the key first."""

from __future__ import annotations

from collections.abc import Sequence

from fuqi.access import keyfile, paper_key
from fuqi.basics.errors import FuqiError
from fuqi.config.sqlcipher.rekey import opens_with
from fuqi.config.workspace import Workspace


class KeyInPlaceError(FuqiError):
    """The workspace has its key: nothing is to be restored."""

    code = "key_in_place"


class WrongKeyError(FuqiError):
    """The key on the paper is not this workspace's, or of a former generation."""

    code = "wrong_key"


def restore_key(workspace: Workspace, typed: Sequence[str]) -> int:
    """Write the key file from the lines on the paper and return its generation; only where the file is missing or unreadable.

    Raises PaperKeyError naming the wrong lines, KeyInPlaceError, WrongKeyError.
    """
    try:
        keyfile.read(workspace.key_file)
    except (OSError, ValueError):
        pass
    else:
        raise KeyInPlaceError("密钥文件好好的，没有改动。只有它丢了或读不出来时，才用纸上的密钥恢复。")
    file = paper_key.read_lines(typed)
    kept = () if workspace.database_url else (workspace.database_file,)
    if not all(opens_with(path, file.key("database")) for path in kept if path.exists()):
        raise WrongKeyError("这张纸上的密钥打不开这个工作区：不是它的，或者是换密钥以前印的。请找最近印的那一张。")
    workspace.key_file.parent.mkdir(mode=0o700, exist_ok=True)
    keyfile.write(workspace.key_file, file)
    return file.generation

"""Making sure that files and their names are on the disk, not only in the machine's memory."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk: a new file without its name is lost in a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Have every file and every name below a folder on the disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() or path.is_dir():
            sync_folder(path)  # a file is synced through any handle, one for reading too
    sync_folder(folder)

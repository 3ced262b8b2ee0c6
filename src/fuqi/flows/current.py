"""Scheme and layouts as they are now, read again only when one of their files changed: reading them takes a second."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from fuqi.config.workspace import LAYOUT_LIBRARY, Workspace
from fuqi.flows.workspaces import load_workspace_scheme
from fuqi.intake.layouts import Layouts, load_layouts
from fuqi.scheme.model import Scheme

_Stamps = tuple[tuple[str, int], ...]


def current_scheme(workspace: Workspace) -> Scheme:
    """Return the workspace's scheme. Raises SchemeError with all faults."""
    return _scheme(workspace, tuple(stamp for folder in workspace.scheme_folders for stamp in _stamps(folder)))


def known_layouts(folder: Path = LAYOUT_LIBRARY) -> Layouts:
    """Return the layouts of departments' lists. Raises LayoutError with all faults."""
    return _layouts(folder, _stamps(folder))


def _stamps(folder: Path) -> _Stamps:
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*.*"))) if folder.exists() else ()


@lru_cache(2)
def _scheme(workspace: Workspace, stamps: _Stamps) -> Scheme:
    del stamps
    return load_workspace_scheme(workspace)


@lru_cache(2)
def _layouts(folder: Path, stamps: _Stamps) -> Layouts:
    del stamps
    return load_layouts(folder)

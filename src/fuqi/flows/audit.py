"""Prove the journal: chain, seals, receipts and every row it vouches for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from fuqi.basics.errors import Fault
from fuqi.basics.viewer import Viewer
from fuqi.config.workspace import Workspace
from fuqi.journal.queries import prove, size


@dataclass(frozen=True)
class AuditReport:
    """What was looked at and what was found."""

    entries: int
    rows: int
    faults: tuple[Fault, ...]


def audit_journal(*, viewer: Viewer, workspace: Workspace, progress: Callable[[str], None]) -> AuditReport:
    """Prove the journal without changing anything."""
    progress("逐条核对")
    entries, rows = size(viewer)
    found = tuple(prove(viewer, key=settings.JOURNAL_KEY, receipts=workspace.receipts))
    return AuditReport(entries, rows, found)

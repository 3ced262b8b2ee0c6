"""Prove the journal: chain, seals, receipts, every row it vouches for, accounts, received files, and what was settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from fuqi.access.queries import prove_accounts
from fuqi.basics.errors import Fault, Place
from fuqi.basics.viewer import Viewer
from fuqi.config.workspace import Workspace
from fuqi.flows.key_proof import prove_keys
from fuqi.flows.settled_proof import SettlementProof, prove_settlements
from fuqi.intake.actions import is_kept
from fuqi.intake.queries import files
from fuqi.journal.queries import Receipts, one_instant, prove, size


@dataclass(frozen=True)
class AuditReport:
    """What was looked at and what was found."""

    entries: int
    rows: int
    files: int
    settled: SettlementProof
    faults: tuple[Fault, ...]


def audit_journal(
    *, viewer: Viewer, workspace: Workspace, progress: Callable[[str], None], kept: Sequence[Path] = ()
) -> AuditReport:
    """Prove everything without changing anything; also against receipts that were `kept` elsewhere."""
    progress("逐条核对")
    receipts = Receipts(workspace.receipts)
    elsewhere = [Receipts(path) for path in dict.fromkeys(filter(None, (workspace.receipts_elsewhere, *kept)))]
    with one_instant(viewer):
        entries, rows = size(viewer)
        received = files(viewer)
        found = list(prove(viewer, key=settings.JOURNAL_KEY, receipts=receipts, elsewhere=elsewhere))
        found += prove_accounts(viewer)
        found += prove_keys(viewer)
        progress("按留下的计算过程重算")
        settled = prove_settlements(viewer)
        found += settled.faults
    progress("核对收到的原件")
    found += _prove_files(viewer, workspace)
    return AuditReport(entries, rows, len(received), settled, tuple(found))


def _prove_files(viewer: Viewer, workspace: Workspace) -> Iterator[Fault]:
    for file in files(viewer):
        if not is_kept(workspace.received, file.sha256):
            message = "加密保存的原件不见了或被改动过。请用原文件再导入一次，会重新保存。"
            yield Fault("file_damaged", message, Place(file=file.name))

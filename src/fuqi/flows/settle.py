"""Settle claims under the scheme in the standard's order, and post every line with the reason for its fen.

Only what something changed for is settled anew; what differs from the run before is kept as adjustments （补报、追回）.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from fuqi.basics.viewer import Viewer
from fuqi.flows.adjusting import Adjuster
from fuqi.flows.asking import Asker
from fuqi.flows.erased import apart
from fuqi.flows.posting import Poster, SettleReport, trace_text
from fuqi.flows.settled_before import FORM, Key, claims_now, key_of, past_of, reasons_to_settle
from fuqi.journal import codes
from fuqi.journal.actions import CHUNK, add_in_chunks, make_effective, start_run
from fuqi.journal.queries import effective_run
from fuqi.scheme.model import Scheme
from fuqi.settlement.actions import keep_scheme
from fuqi.settlement.queries import adjusted_claims, claims
from fuqi.settlement.rules.executor import settle

__all__ = ["SettleReport", "settle_claims", "settle_fingerprint", "trace_text"]


def settle_fingerprint(viewer: Viewer, scheme: Scheme) -> str:
    """Return the digest of what settlements depend on: the register's run, the scheme, and the form they are kept in."""
    run = effective_run(viewer, codes.VERIFY)
    return hashlib.sha256(f"{run.id if run else ''}\n{scheme.hash}\n{FORM}".encode()).hexdigest()


def settle_claims(
    *, viewer: Viewer, scheme: Scheme, at: Callable[[], datetime], progress: Callable[[str], None]
) -> SettleReport:
    """Settle what changed, if register or scheme changed since the last time; the former run stays as it was."""
    fingerprint = settle_fingerprint(viewer, scheme)
    former = effective_run(viewer, codes.SETTLE)
    if former and former.fingerprint == fingerprint:
        return SettleReport(up_to_date=True)
    keep_scheme(scheme, by=viewer.name, at=at())
    live, erased = apart(viewer, list(claims(viewer)), former)
    now, past = claims_now(Asker(viewer, scheme), live), past_of(viewer, former)
    why = reasons_to_settle(past, now, scheme)
    anew = {key: one.asked for key, one in now.claims.items() if key in why}
    progress(f"结算 {len(anew)} 笔费用，另有 {len(now.claims) - len(anew)} 笔没有变化")
    results = settle(scheme.benefits, list(anew.values()))
    run = start_run(codes.SETTLE, fingerprint=fingerprint, by=viewer.name, at=at())
    poster = Poster(run, scheme, now, past)
    poster.post(results, {asked.claim_id: key for key, asked in anew.items()})
    poster.take_over([key for key in now.claims if key not in why])
    poster.refuse_doubled()
    poster.keep_erased(erased)
    adjuster = Adjuster(poster, why, _adjusted_keys(viewer))
    for rows in (poster.rows(viewer), adjuster.rows()):
        for written in add_in_chunks(rows, by=viewer.name, at=at(), action="settle.post"):
            if written % (CHUNK * 10) == 0:
                progress(f"已记账 {written} 行")
    make_effective(run, by=viewer.name, at=at(), summary=_summary(poster.report))
    return poster.report


def _adjusted_keys(viewer: Viewer) -> frozenset[Key]:
    return frozenset(key_of(serial, hospital, number) for serial, hospital, number in adjusted_claims(viewer))


def _summary(report: SettleReport) -> dict[str, object]:
    return {
        "form": FORM,
        "settled": report.settled,
        "computed": report.computed,
        "faults": len(report.faults),
        "paid_fen": report.paid_fen,
        "adjusted": {kind: list(found) for kind, found in report.adjusted.items()},
    }

"""The main job: received lists to figures, each step only where something changed since the last time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from fuqi.basics.viewer import Viewer
from fuqi.flows.match import MatchReport, ReceivedRows, imports_fingerprint, match
from fuqi.flows.settle import SettleReport, settle_claims, settle_fingerprint
from fuqi.flows.verify import VerifyReport, verify_fingerprint, verify_people
from fuqi.journal import codes
from fuqi.journal.queries import effective_run
from fuqi.scheme.model import Scheme

Report = MatchReport | VerifyReport | SettleReport


@dataclass(frozen=True)
class Step:
    """A step of the main job with its Chinese name."""

    name: str
    work: Callable[[], Report]


def steps(
    *, viewer: Viewer, scheme: Scheme, today: date, at: Callable[[], datetime], progress: Callable[[str], None]
) -> list[Step]:
    """Return the steps after receiving, in order."""
    received = ReceivedRows(viewer)
    return [
        Step("比对", lambda: match(viewer=viewer, received=received, at=at, progress=progress)),
        Step(
            "核实认定",
            lambda: verify_people(viewer=viewer, scheme=scheme, received=received, today=today, at=at, progress=progress),
        ),
        Step("结算", lambda: settle_claims(viewer=viewer, scheme=scheme, at=at, progress=progress)),
    ]


def is_up_to_date(viewer: Viewer, scheme: Scheme) -> bool:
    """Return whether register and settlements are made of what was received and of the scheme as it is."""
    wanted = (
        (codes.MATCH, imports_fingerprint(viewer)),
        (codes.VERIFY, verify_fingerprint(viewer, scheme)),
        (codes.SETTLE, settle_fingerprint(viewer, scheme)),
    )
    runs = ((effective_run(viewer, kind), fingerprint) for kind, fingerprint in wanted)
    return all(run is not None and run.fingerprint == fingerprint for run, fingerprint in runs)


def catch_up(
    last: str,
    *,
    viewer: Viewer,
    scheme: Scheme,
    today: date,
    at: Callable[[], datetime],
    progress: Callable[[str], None],
) -> Iterator[tuple[str, Report]]:
    """Do the steps up to and including the one named; what is up to date is left as it is."""
    for step in steps(viewer=viewer, scheme=scheme, today=today, at=at, progress=progress):
        yield step.name, step.work()
        if step.name == last:
            return

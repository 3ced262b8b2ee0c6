"""The main job: received lists to counted figures, each step only where something changed since the last time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from fuqi.basics.viewer import Viewer
from fuqi.flows.counts import CountReport, count_day
from fuqi.flows.figures import default_day
from fuqi.flows.match import MatchReport, ReceivedRows, match
from fuqi.flows.settle import SettleReport, settle_claims
from fuqi.flows.up_to_date import is_up_to_date as is_up_to_date
from fuqi.flows.verify import VerifyReport, verify_people
from fuqi.scheme.model import Scheme

Report = MatchReport | VerifyReport | SettleReport | CountReport


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
        Step("计数", lambda: count_day(viewer=viewer, scheme=scheme, day=default_day(scheme), at=at, progress=progress)),
    ]


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

"""Approvals to read many people on a day, asked for and given the way people do it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

PEOPLE = 1_000_000
REASON = "核对虚构样例县的全部名单"


def allow_reading(names: Iterable[str], *, by: str, at: datetime, people: int = PEOPLE) -> None:
    """Let each of some persons ask for today and tomorrow, and another person approve; in the open workspace."""
    from fuqi.access.queries import viewer_for
    from fuqi.flows.bulk_reading import ask, day_of, decide
    from fuqi.flows.workspaces import PROGRAM

    today = day_of(at)
    approver = viewer_for(PROGRAM, by, on=today)
    for name in names:
        asker = viewer_for(PROGRAM, name, on=today)
        for day in (today, today + timedelta(days=1)):
            decide(approver, ask(asker, people, REASON, day=day, at=at), True, "测试要读全部名单", at=at)

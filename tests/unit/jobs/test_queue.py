"""The queue: one job at a time, under a lease that a silent worker loses, and nobody writes without it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connections

from fuqi.access.codes import IMPORT_LISTS
from fuqi.basics.viewer import Viewer
from fuqi.jobs import codes
from fuqi.jobs.actions import Lease, ask, beat, fail, finish, give_back, keep_result, take, try_again
from fuqi.jobs.queries import JobView, find_job, jobs_before, last_jobs, open_jobs

pytestmark = pytest.mark.django_db(databases=["default", "desk"], transaction=True)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
COUNTY = "430611"
OFFICER = Viewer("张三", (COUNTY,), frozenset({IMPORT_LISTS}))
SILENT = codes.LEASE + timedelta(seconds=1)


def asked(*, by: str = "张三", name: str = "名册.xlsx") -> UUID:
    return ask(codes.RECEIVE, {"files": [name]}, by=by, at=NOW)


def taken(at: datetime = NOW) -> Lease:
    lease = take(at=at)
    assert lease is not None
    return lease


def seen(job_id: UUID) -> JobView:
    found = find_job(OFFICER, job_id, county=COUNTY)
    assert found is not None
    return found


def test_jobs_are_done_one_at_a_time_in_the_order_in_which_they_were_asked_for() -> None:
    first, second = asked(), asked()
    assert (jobs_before(OFFICER, first), jobs_before(OFFICER, second)) == (0, 1)
    lease = taken()
    assert (lease.id, lease.payload) == (first, {"files": ["名册.xlsx"]})
    assert take(at=NOW) is None
    assert finish(lease, {"rows": 3}, at=NOW)
    assert (seen(first).state, seen(first).result) == (codes.DONE, {"rows": 3})
    assert taken().id == second


def test_a_job_whose_worker_fell_silent_is_taken_again_and_the_old_worker_may_not_write() -> None:
    job = asked()
    dead = taken()
    assert keep_result(dead, {"files": 1})
    again = taken(NOW + SILENT)
    assert (again.id, again.attempt, again.result) == (job, 2, {"files": 1})
    assert not beat(dead, at=NOW, step="接收", progress="")
    assert not keep_result(dead, {})
    assert not finish(dead, {}, at=NOW)
    assert not fail(dead, "没有做成。", at=NOW)
    assert finish(again, {"files": 2}, at=NOW)
    assert seen(job).result == {"files": 2}


def test_a_worker_that_shows_that_it_is_alive_keeps_its_job() -> None:
    job = asked()
    lease = taken()
    assert beat(lease, at=NOW + codes.LEASE, step="比对", progress="已写入 1000 行", done=1, total=5)
    assert take(at=NOW + SILENT) is None
    shown = seen(job)
    assert (shown.step, shown.progress, shown.done, shown.total) == ("比对", "已写入 1000 行", 1, 5)


def test_a_job_that_made_its_worker_die_three_times_is_given_up_with_a_sentence() -> None:
    job, next_job = asked(), asked()
    at = NOW
    for attempt in (1, 2, 3):
        assert taken(at).attempt == attempt
        at += SILENT
    assert taken(at).id == next_job
    assert seen(job).state == codes.FAILED
    assert "三次" in seen(job).error


def test_a_worker_that_was_told_to_stop_gives_its_job_back_and_that_is_no_failed_attempt() -> None:
    job = asked()
    for _ in range(5):
        give_back(taken())
    assert (seen(job).state, seen(job).attempts) == (codes.WAITING, 0)
    try_again(taken())
    assert taken().attempt == 2


def test_everybody_sees_their_own_jobs_and_who_receives_lists_for_the_county_sees_all() -> None:
    own, other = asked(by="李四"), asked(by="王五")
    clerk = Viewer("李四", ("430611103",), frozenset({IMPORT_LISTS}))
    assert [job.id for job in open_jobs(clerk, county=COUNTY)] == [own]
    assert find_job(clerk, other, county=COUNTY) is None
    assert [job.id for job in last_jobs(OFFICER, county=COUNTY, most=5)] == [other, own]


def test_what_is_to_be_done_and_what_was_done_lie_sealed() -> None:
    job = asked(name="赵钱孙的名册.xlsx")
    keep_result(taken(), {"files": ["赵钱孙的名册.xlsx"]})
    with connections["desk"].cursor() as cursor:
        cursor.execute("SELECT payload, result FROM jobs_job")
        stored = b"".join(bytes(value) for row in cursor.fetchall() for value in row)
    assert "赵钱孙".encode() not in stored
    assert seen(job).payload == {"files": ["赵钱孙的名册.xlsx"]}

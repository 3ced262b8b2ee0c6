"""The table of retention: what is over its time goes, the journal still proves what was there, and nothing else may go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection

from fuqi.basics.viewer import Viewer
from fuqi.duties.tables import retention_rules
from fuqi.flows.retention import carry_out, what_is_due
from fuqi.indicators.models import CountedFigure, CountedList
from fuqi.journal.actions import add_in_chunks, make_effective, recording, seal_entries, start_run
from fuqi.journal.models import Entry, Run
from fuqi.journal.queries import prove
from fuqi.journal.retiring import Group, NotAsRecordedError, retire
from fuqi.journal.tables import NewRow
from tests.support.tampering import change

START = datetime(2024, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 24, tzinfo=UTC)
VIEWER = Viewer("系统管理员", ("",))

pytestmark = pytest.mark.django_db(databases=["default", "desk"])


def count(day: int, *, rows: int = 3, effective: bool = True) -> Run:
    """Write a count as the program does, in two transactions."""
    at = START + timedelta(days=day)
    run = start_run("count", fingerprint=str(day), by="程序", at=at)
    lists = [
        NewRow(CountedList, run_id=run.id, code=f"c{number}", part="numerator", rows=1, content=b"people")
        for number in range(rows)
    ]
    figures = [NewRow(CountedFigure, run_id=run.id, code="c", place="430611", numerator="1")]
    assert list(add_in_chunks([*lists, *figures], by="程序", at=at, action="count.rows", chunk=2))
    if effective:
        make_effective(run, by="程序", at=at)
    return run


def faults() -> list[str]:
    seal_entries(key=settings.JOURNAL_KEY, receipts=None)
    return [fault.code for fault in prove(VIEWER, key=settings.JOURNAL_KEY, receipts=None)]


def lists() -> set[object]:
    return set(CountedList.objects.values_list("run_id", flat=True))


@pytest.fixture
def counts() -> list[Run]:
    return [count(day) for day in range(0, 60, 10)]


def test_superseded_lists_go_after_their_time_but_for_the_last_ones(counts: list[Run]) -> None:
    due = {line.rule.id: line for line in what_is_due(VIEWER, at=NOW)}["superseded_counts"]
    assert (due.runs, due.rows) == (2, 6)
    gone = {line.rule.id: line.rows for line in carry_out(VIEWER, at=NOW)}
    assert gone["superseded_counts"] == 6
    assert lists() == {run.id for run in counts[2:]}
    assert {line.rule.id: line.rows for line in what_is_due(VIEWER, at=NOW)}["superseded_counts"] == 0


def test_before_their_time_nothing_goes(counts: list[Run]) -> None:
    early = START + timedelta(days=60)
    assert not any(line.rows for line in carry_out(VIEWER, at=early))
    assert lists() == {run.id for run in counts}


def test_the_journal_proves_what_went_and_totals_stay(counts: list[Run]) -> None:
    before = faults()
    list(carry_out(VIEWER, at=NOW))
    assert before == faults() == []
    assert CountedFigure.objects.count() == len(counts)
    entries = list(Entry.objects.filter(action="retention.remove"))
    assert entries
    assert all('"what":"retire"' in entry.content and "保存" in entry.why for entry in entries)


def test_a_row_that_goes_without_an_entry_is_missed(counts: list[Run]) -> None:
    list(carry_out(VIEWER, at=NOW))
    change("DELETE FROM indicators_countedlist WHERE code = 'c0'")
    assert "rows_missing" in faults()
    assert counts


def test_a_removed_row_that_is_put_back_is_found(counts: list[Run]) -> None:
    columns = "id, entry_id, run_id, code, part, rows, content"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM indicators_countedlist ORDER BY id LIMIT 1")
        row = cursor.fetchone()
    list(carry_out(VIEWER, at=NOW))
    change(f"INSERT INTO indicators_countedlist ({columns}) VALUES (%s, %s, %s, %s, %s, %s, %s)", *row)
    assert faults() == ["rows_unrecorded"]
    assert counts


def test_what_was_tampered_with_is_not_swept_up(counts: list[Run]) -> None:
    change("UPDATE indicators_countedlist SET rows = 9 WHERE code = 'c0'")
    with pytest.raises(NotAsRecordedError):
        list(carry_out(VIEWER, at=NOW))
    assert lists() == {run.id for run in counts}


def test_a_group_that_no_entry_wrote_does_not_go(counts: list[Run]) -> None:
    stranger = Entry.objects.filter(action="count.start").values_list("id", flat=True)[0]
    with recording(by="x", at=NOW, action="test") as record, pytest.raises(NotAsRecordedError):
        retire(record, CountedList, [Group(stranger, 1)], rule="x")
    assert counts


def test_a_run_that_was_never_finished_goes_after_a_month() -> None:
    left = count(0, effective=False)
    second = count(1)
    assert {line.rule.id: line.rows for line in carry_out(VIEWER, at=START + timedelta(days=29))}["unfinished_runs"] == 0
    assert {line.rule.id: line.rows for line in carry_out(VIEWER, at=START + timedelta(days=31))}["unfinished_runs"] == 4
    assert lists() == {second.id}
    assert Run.objects.get(id=left.id).state == "abandoned"
    assert faults() == []


def test_a_count_that_a_paper_was_printed_from_stays(counts: list[Run]) -> None:
    from fuqi.reports.models import IssuedPaper

    about = {"number": "2017-000001", "kind": "self_assessment", "subject": "x", "place": "430611", "day": NOW.date()}
    more = {"count_run": str(counts[0].id), "scheme_hash": "h", "digest": "d", "issued_at": NOW, "by": "x", "summary": "{}"}
    with recording(by="x", at=NOW, action="papers.issue") as record:
        record.add([NewRow(IssuedPaper, **about, **more)])
    list(carry_out(VIEWER, at=NOW))
    assert counts[0].id in lists()
    assert counts[1].id not in lists()


def test_ended_jobs_and_expired_sessions_go() -> None:
    from django.contrib.sessions.models import Session

    from fuqi.jobs.models import Job

    Job.objects.create(kind="run", asked_by="x", asked_at=START, ended_at=START, payload="{}", result="{}")
    Job.objects.create(kind="run", asked_by="x", asked_at=START, payload="{}", result="{}")
    Session.objects.create(session_key="a", session_data="x", expire_date=START)
    gone = {line.rule.id: line.rows for line in carry_out(VIEWER, at=NOW)}
    assert (gone["ended_jobs"], gone["sessions"]) == (1, 1)
    assert Job.objects.count() == 1


def test_only_lines_that_say_so_remove_anything() -> None:
    assert {rule.id for rule in retention_rules() if rule.after == "remove"} == {
        "superseded_counts",
        "superseded_matches",
        "unfinished_runs",
        "ended_jobs",
        "sessions",
    }


def test_money_and_journal_are_in_no_line_that_removes() -> None:
    removed = {table for rule in retention_rules() for table in rule.tables}
    assert not [table for table in removed if table.startswith(("settlement.", "journal.", "access.", "registry."))]

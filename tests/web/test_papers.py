"""Papers that were given out: their numbers, who sees them in the list, and what the page says to whoever holds one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.test import Client

from fuqi.basics.viewer import Viewer
from fuqi.journal.models import Entry
from fuqi.reports.actions import Basis, Draft, issue
from fuqi.reports.codes import PLAIN_SHEET
from fuqi.reports.marks import paper_mark
from fuqi.reports.papers import PaperView
from fuqi.reports.queries import find_paper, issued_papers

pytestmark = pytest.mark.django_db(databases=["default", "desk"])

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
BASIS = Basis(2017, "f" * 64, date(2017, 12, 31), UUID(int=1))


def draft(household: str = "430001", place: str = "430611100200", **content: object) -> Draft:
    summary: dict[str, object] = {"office": "某局", "members": 3, "paid": "1.00元", "own": "2.00元"}
    return Draft(PLAIN_SHEET, household, place, {"head": "张三", **content}, summary)


def give(*drafts: Draft, at: datetime = AT, by: str = "李干部") -> list[PaperView]:
    return issue(list(drafts), BASIS, by=by, at=at, why="入户发放")


def ask(number: str, mark: str) -> tuple[int, str]:
    answer = Client(headers={"host": "localhost"}).get(f"/genuine/{number}/{mark}/")
    return answer.status_code, answer.content.decode()


def test_numbers_run_on_and_the_same_content_keeps_its_number_and_day() -> None:
    first, second = give(draft("430001"), draft("430002"))
    assert [first.number, second.number] == ["2017-000001", "2017-000002"]
    again, changed = give(draft("430001"), draft("430002", head="李四"), at=LATER, by="王干部")
    assert again == first
    assert changed.number == "2017-000003"
    assert changed.by == "王干部"


def test_the_journal_keeps_who_took_which_papers_and_what_for() -> None:
    give(draft())
    give(draft(), at=LATER)
    entries = list(Entry.objects.filter(action="papers.issue").order_by("at"))
    assert [(entry.by, entry.why) for entry in entries] == [("李干部", "入户发放")] * 2
    assert all('"numbers":["2017-000001"]' in entry.content for entry in entries)


def test_a_paper_is_seen_by_those_whose_places_it_is_about() -> None:
    give(draft("430001", "430611100200"), draft("430002", "430611101200"))
    town = Viewer("乡镇", ("430611100",))
    papers, number = issued_papers(town, 10)
    assert ([paper.subject for paper in papers], number) == (["430001"], 1)
    assert find_paper(town, "2017-000002") is None
    assert issued_papers(Viewer("县", ("430611",)), 1)[1] == 2


def test_a_genuine_paper_is_told_from_a_forged_one_without_signing_in() -> None:
    first, second = give(draft("430001"), draft("430002"))
    status, page = ask(first.number, paper_mark(first.number, first.digest))
    assert status == 200
    assert "这是真的" in page
    for shown in (first.number, "某局", "3人", "1.00元", "2.00元", "2026年11月24日"):
        assert shown in page
    for never in ("张三", "430001", "入户发放", "李干部"):
        assert never not in page
    for number, mark in (
        (first.number, paper_mark(second.number, second.digest)),
        (second.number, paper_mark(first.number, first.digest)),
        (first.number, "A" * 16),
        ("2017-999999", paper_mark(first.number, first.digest)),
        ("{{7*7}}", "<b>"),
    ):
        status, page = ask(number, mark)
        assert status == 404
        assert "查不到这张纸" in page
        assert "某局" not in page


def test_the_mark_is_taken_in_small_letters_too() -> None:
    (paper,) = give(draft())
    assert ask(paper.number, paper_mark(paper.number, paper.digest).lower())[0] == 200

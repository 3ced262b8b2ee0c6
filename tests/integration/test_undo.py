"""Undoing an import: what it had replaced comes back in the same instant, and nothing of what was known is forgotten."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from fuqi.flows.receive import FileReceipt
from fuqi.flows.undo import NothingToUndoError
from fuqi.intake.models import ReceivedFile
from fuqi.intake.queries import files, rows
from fuqi.journal import codes
from fuqi.journal.actions import seal_entries
from fuqi.journal.models import Entry, Run
from fuqi.journal.queries import prove
from fuqi.journal.validity import known
from fuqi.matching.queries import linked_rows
from tests.support.desk import HOUSEHOLD, Office, household, workbook

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "名册.xlsx"
FIRST = workbook(HOUSEHOLD, household(1, "王大山"))
SECOND = workbook(HOUSEHOLD, household(1, "王大山"), household(2, "李四海"))
THIRD = workbook(HOUSEHOLD, household(3, "陈五"))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def states(office: Office) -> list[str]:
    return [file.state for file in files(office.viewer)]


def known_at(instant: datetime) -> list[UUID]:
    found = ReceivedFile.objects.filter(known(instant))
    return [file.run_id for file in found]


def links(office: Office) -> set[UUID]:
    """Return the received rows that belong to somebody."""
    return {item.row.id for item in linked_rows(office.viewer, rows(office.viewer))}


def words(receipt: FileReceipt) -> str:
    return "".join(fault.message for fault in (*receipt.faults, *receipt.notices))


def test_undoing_a_list_brings_back_the_one_that_it_replaced(office: Office) -> None:
    for data in (FIRST, SECOND):
        assert office.receive(NAME, data).state == "received"
    assert office.names() == ["李四海", "王大山"]
    receipt = office.undo(NAME)
    assert (receipt.state, receipt.rows) == ("received", 1)
    assert office.names() == ["王大山"]
    assert states(office) == [codes.SUPERSEDED, codes.WITHDRAWN, codes.EFFECTIVE]


def test_after_an_undo_the_register_is_made_of_the_rows_that_came_back(office: Office) -> None:
    office.receive(NAME, FIRST)
    office.make_register()
    first = links(office)
    office.receive(NAME, SECOND)
    office.undo(NAME)
    office.make_register()
    assert len(links(office)) == len(first) == 1
    assert links(office) <= {row.id for row in rows(office.viewer)}


def test_what_is_undone_goes_and_what_was_there_comes_back_in_one_instant(office: Office) -> None:
    office.receive(NAME, FIRST)
    office.receive(NAME, SECOND)
    before = office.now
    office.undo(NAME)
    withdrawn = Run.objects.get(state=codes.WITHDRAWN)
    back = Run.objects.get(state=codes.EFFECTIVE)
    assert withdrawn.closed_at == back.effective_at
    assert known_at(before) == [withdrawn.id]
    assert known_at(office.now) == [back.id]


def test_the_reason_and_who_gave_it_are_in_the_journal_and_the_journal_is_sound(office: Office) -> None:
    office.receive(NAME, FIRST)
    office.undo(NAME, "户数对不上，请扶贫办重报")
    entry = Entry.objects.get(action="import.withdraw")
    assert (entry.by, entry.why) == ("张三", "户数对不上，请扶贫办重报")
    office.receive(NAME, SECOND)
    office.receive(NAME, THIRD)
    office.undo(NAME, "又错了一次")
    assert Entry.objects.filter(action="import.effective", why="又错了一次").count() == 1
    seal_entries(key=settings.JOURNAL_KEY, receipts=None)
    assert list(prove(office.viewer, key=settings.JOURNAL_KEY, receipts=None)) == []


def test_undoing_again_and_again_goes_back_list_by_list_until_there_is_none(office: Office) -> None:
    for data in (FIRST, SECOND, THIRD):
        office.receive(NAME, data)
    seen = [office.names()]
    for _ in range(3):
        office.undo(NAME)
        seen.append(office.names())
    assert seen == [["陈五"], ["李四海", "王大山"], ["王大山"], []]
    with pytest.raises(NothingToUndoError):
        office.undo(NAME)


def test_an_undone_list_is_not_received_again_unless_somebody_says_so(office: Office) -> None:
    office.receive(NAME, FIRST)
    office.undo(NAME)
    for name in (NAME, "名册（新）.xlsx"):
        receipt = office.receive(name, FIRST)
        assert receipt.state == "withdrawn"
        assert "曾被撤销" in words(receipt)
    assert office.names() == []
    assert office.receive(NAME, FIRST, again=True).state == "received"
    assert office.names() == ["王大山"]


def test_a_list_that_came_back_by_an_undo_is_the_same_list(office: Office) -> None:
    office.receive(NAME, FIRST)
    office.receive(NAME, SECOND)
    office.undo(NAME)
    assert office.receive(NAME, FIRST).state == "unchanged"
    assert office.receive(NAME, SECOND).state == "withdrawn"


def test_what_is_not_in_force_cannot_be_undone_and_a_reason_must_be_given(office: Office) -> None:
    office.receive(NAME, FIRST)
    old = office.file(NAME)
    office.receive(NAME, SECOND)
    with pytest.raises(NothingToUndoError, match="不生效"):
        office.undo_file(old)
    with pytest.raises(NothingToUndoError, match="为什么"):
        office.undo(NAME, " ")
    assert office.names() == ["李四海", "王大山"]


def test_a_former_list_that_is_in_force_under_another_name_is_not_doubled(office: Office) -> None:
    office.receive(NAME, FIRST)
    office.receive(NAME, SECOND)
    office.receive("另一份名册.xlsx", FIRST, again=True)
    assert office.undo(NAME) is None
    assert office.names() == ["王大山"]

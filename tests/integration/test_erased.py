"""After an erasure the main job goes on: no figure moves, no word is left, nobody comes back by it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from fuqi.access.erasure import destroy_key, is_destroyed
from fuqi.access.sealed import ERASED
from fuqi.basics.dates import AsOf
from fuqi.flows.key_proof import prove_keys
from fuqi.flows.settle import settle_claims
from fuqi.journal.actions import seal_entries
from fuqi.journal.queries import prove
from fuqi.journal.validity import known
from fuqi.matching.queries import rows_ever_of
from fuqi.registry.models import Identity
from fuqi.registry.queries import names, people_with_number, serials
from fuqi.settlement.models import Adjustment, Settlement, SettlementLine
from tests.support.desk import BILLS, HOUSEHOLD, Office, bill, household, number, scheme, workbook

DAY = AsOf(date(2017, 12, 31))


@pytest.fixture
def office(db: None, tmp_path: Path) -> Office:
    """A county of two households, three bills and one restricted illness, settled."""
    del db
    made = Office(tmp_path)
    made.receive("户.xlsx", workbook(HOUSEHOLD, household(1, "张山水"), household(2, "李四海")))
    bills = (bill("ZY1", 1, "张山水"), bill("ZY2", 1, "张山水", illness="艾滋病", total="2000.00"), bill("ZY3", 2, "李四海"))
    made.receive("费用.xlsx", workbook(BILLS, *bills))
    work_up(made)
    return made


def work_up(office: Office) -> Any:
    office.make_register()
    return settle_claims(viewer=office.viewer, scheme=scheme(), at=office.at, progress=office.said.append)


def person(office: Office, who: int = 1) -> UUID:
    (found,) = people_with_number(office.viewer, DAY, number(who))
    return found


def erase(office: Office, gone: UUID) -> None:
    destroy_key({gone, *rows_ever_of(office.viewer, gone)}, by="周明远", at=office.at(), why="本人申请删除")


def posted() -> dict[str, list[int]]:
    """Return what each bill posts now, by number."""
    found: dict[str, list[int]] = {}
    lines = SettlementLine.objects.filter(known(None, run="settlement__run")).order_by("settlement__claim__number", "position")
    for bill_number, fen in lines.values_list("settlement__claim__number", "pay_fen"):
        found.setdefault(bill_number, []).append(fen)
    return found


def figures(office: Office) -> dict[str, list[Any]]:
    """Return the counting tables but for age and sex, which are not taken over."""
    from fuqi.facts.queries import counting_tables

    found = {}
    for name, rows in counting_tables(office.viewer, scheme(), DAY).tables.items():
        found[name] = [
            (row.order, row.place, row.restricted, {key: row.values[key] for key in row.values if key not in ("age", "sex")})
            for row in rows
        ]
    return found


def more(office: Office, label: int) -> None:
    """Receive another household, so that the main job has something to do."""
    office.receive(f"户{label}.xlsx", workbook(HOUSEHOLD, household(label, f"王{label}")))


def faults(office: Office) -> list[str]:
    seal_entries(key=settings.JOURNAL_KEY, receipts=None)
    found = [*prove(office.viewer, key=settings.JOURNAL_KEY, receipts=None), *prove_keys(office.viewer)]
    return [str(fault) for fault in found]


def test_amounts_and_figures_stay_under_a_serial_number_and_the_name_is_gone(office: Office) -> None:
    gone, before = person(office), posted()
    serial = serials(office.viewer, (gone,))[gone]
    erase(office, gone)
    more(office, 3)
    report = work_up(office)
    kept = figures(office)
    assert posted() == before
    assert report.settled == 3
    assert report.computed == 0
    assert sum(report.paid_fen.values()) == sum(map(sum, before.values()))
    assert not Adjustment.objects.exists()
    assert names(office.viewer, DAY, (gone,)) == {gone: ERASED}
    assert [row[0][0] for row in kept["claim"]].count(serial) == 2
    assert faults(office) == []


def test_no_figure_moves_by_an_erasure(office: Office) -> None:
    more(office, 3)
    work_up(office)
    before = figures(office)
    erase(office, person(office))
    more(office, 4)
    work_up(office)
    after = figures(office)
    new = after["person"][-1][0]
    assert {name: [row for row in rows if row[0][0] != new[0]] for name, rows in after.items()} == before


def test_nobody_comes_back_round_after_round(office: Office) -> None:
    gone, before = person(office), posted()
    erase(office, gone)
    for label in (3, 4):
        more(office, label)
        work_up(office)
        assert is_destroyed(gone)
        assert people_with_number(office.viewer, DAY, number(1)) == []
        held = Identity.objects.filter(known(None), person_id=gone)
        assert [(item.name, item.id_number, item.id_index, item.sex, item.birth_on) for item in held] == [
            (ERASED, ERASED, "", "", None)
        ]
    assert posted() == before
    assert faults(office) == []


def test_a_restricted_bill_stays_restricted(office: Office) -> None:
    before = dict(Settlement.objects.filter(known(None)).values_list("claim__number", "restricted"))
    assert before["ZY2"]
    erase(office, person(office))
    more(office, 3)
    work_up(office)
    assert dict(Settlement.objects.filter(known(None)).values_list("claim__number", "restricted")) == before
    assert all(row[2] for row in figures(office)["claim"] if row[0][1].endswith("ZY2"))


def test_a_bill_erased_before_it_was_settled_says_so(db: None, tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.receive("户.xlsx", workbook(HOUSEHOLD, household(1, "张山水"), household(2, "李四海")))
    office.receive("费用.xlsx", workbook(BILLS, bill("ZY1", 1, "张山水"), bill("ZY3", 2, "李四海")))
    office.make_register()
    erase(office, person(office))
    settle_claims(viewer=office.viewer, scheme=scheme(), at=office.at, progress=office.said.append)
    found = dict(Settlement.objects.filter(known(None)).values_list("claim__number", "reason"))
    assert "已依法删除" in found["ZY1"]
    assert list(posted()) == ["ZY3"]


def test_who_is_on_the_lists_again_is_known_again_and_no_bill_counts_twice(office: Office) -> None:
    gone, before = person(office), posted()
    erase(office, gone)
    office.receive("户新.xlsx", workbook(HOUSEHOLD, household(1, "张山水")))
    work_up(office)
    assert [item.name for item in Identity.objects.filter(known(None), person_id=gone)] == ["张山水"]
    assert posted() == before
    assert len(figures(office)["person"]) == 2


def test_what_the_sender_withdraws_goes_with_its_file(office: Office) -> None:
    erase(office, person(office))
    office.receive("费用.xlsx", workbook(BILLS, bill("ZY3", 2, "李四海")))
    work_up(office)
    assert list(posted()) == ["ZY3"]

"""Identity found late, claims that come late, claims taken back, in a county of the test's own: what is owed and got back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from fuqi.basics.viewer import Viewer
from fuqi.flows.adjustments import AdjustmentLine, Wanted, adjustment_list, batches, open_adjustment
from fuqi.flows.kept_schemes import SchemeNotKeptError, scheme_of_version
from fuqi.flows.opened import NothingToOpenError, open_person, open_settlement
from fuqi.flows.opened.adjusted import changes_of_person
from fuqi.flows.opened.standing import NoStandings
from fuqi.flows.settle import SettleReport, settle_claims
from fuqi.flows.settled_proof import prove_settlements
from fuqi.journal.actions import seal_entries
from fuqi.journal.models import Run
from fuqi.journal.queries import prove
from fuqi.scheme import load_scheme
from fuqi.scheme.model import Scheme
from fuqi.scheme.settle import settle
from fuqi.settlement.models import Adjustment, SchemeVersion, Settlement, SettlementLine
from fuqi.settlement.queries import facts_kept, settlements
from fuqi.settlement.rules import claim_of
from tests.support.desk import Office, scheme
from tests.support.late_bills import (
    BILLS_FILE,
    CHEN,
    LATE_HOUSEHOLDS,
    LI,
    WANG,
    WANG_3,
    bill,
    bills,
    known_people,
    late_households,
)
from tests.support.tampering import as_owner

pytestmark = pytest.mark.django_db(transaction=True)

SCHEMES = Path(__file__).parents[2] / "schemes"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    for name, data in known_people().items():
        office.receive(name, data)
    return office


def send(office: Office, *rows: list[str]) -> SettleReport:
    """Receive a list of bills in place of the former one, and settle."""
    assert office.receive(BILLS_FILE, bills(*rows)).state == "received"
    return make(office)


def make(office: Office, by: Scheme | None = None) -> SettleReport:
    office.make_register()
    return settle_claims(viewer=office.viewer, scheme=by or scheme(), at=office.at, progress=office.said.append)


def paid(office: Office) -> dict[tuple[str, str], int]:
    """Return what every layer pays of every bill now."""
    rows = settlements(office.viewer, office.asking().as_of)
    return {(row.number, line.layer): line.pay_fen for row in rows for line in row.lines if row.state == "settled"}


def listed(office: Office, **wanted: Any) -> list[AdjustmentLine]:
    return list(adjustment_list(office.asking(), Wanted(**wanted)).lines)


def told(lines: list[AdjustmentLine]) -> dict[tuple[str, str], int]:
    return {(line.number, line.layer): line.fen for line in lines}


def change(before: dict[tuple[str, str], int], after: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    keys = {**before, **after}
    return {key: after.get(key, 0) - before.get(key, 0) for key in keys if after.get(key, 0) != before.get(key, 0)}


def test_a_first_settling_adjusts_nothing(office: Office) -> None:
    report = send(office, *WANG, *LI)
    assert (report.settled, report.computed, report.adjusted) == (4, 4, {})
    assert listed(office) == []
    assert not Adjustment.objects.exists()


def test_an_identity_found_late_settles_the_year_again_from_its_first_claim(office: Office) -> None:
    send(office, *WANG, WANG_3, *LI, *CHEN)
    before = paid(office)
    office.receive(LATE_HOUSEHOLDS, late_households())
    report = make(office)
    lines = listed(office)
    assert told(lines) == change(before, paid(office)) != {}
    assert {line.number for line in lines} == {"A2", "A3"}, "A1 was discharged before March"
    assert told(lines)["A2", "basic"] == 18_000_00 * 10 // 100 - 500_00 * 10 // 100
    assert {line.codes for line in lines} == {("identity", "facts")}, "the list also says in which household he is"
    assert "2017年3月1日起列入低保对象，原来结算时没有算" in lines[0].reason
    assert report.computed == 3
    assert report.adjusted.keys() == {"back_payment"}


def test_a_claim_that_comes_late_is_owed_and_the_claims_after_it_follow(office: Office) -> None:
    rich = [bill("A1", 1, "王大山", "2017-02-01", 45_000), bill("A3", 1, "王大山", "2017-06-01", 45_000)]
    send(office, *rich, *LI)
    before = paid(office)
    late = bill("A2", 1, "王大山", "2017-04-01", 45_000)
    report = send(office, *rich, late, *LI)
    lines = listed(office)
    assert told(lines) == change(before, paid(office))
    reasons = {line.number: line.codes for line in lines}
    assert reasons == {"A2": ("late",), "A3": ("follow_on",)}
    assert "结算单 A2" in next(line.reason for line in lines if line.number == "A3")
    assert report.computed == 3


def test_a_claim_that_comes_in_its_turn_is_no_adjustment_until_it_goes_again(office: Office) -> None:
    send(office, *WANG, *CHEN)
    last = bill("A9", 1, "王大山", "2017-11-01", 9_000)
    send(office, *WANG, *CHEN, last)
    assert listed(office) == []
    with_it = paid(office)
    send(office, *CHEN, *WANG)
    gone = listed(office, kind="recovery")
    assert told(gone) == change(with_it, paid(office))
    assert {line.codes for line in gone} == {("taken_back",)}
    send(office, last, *WANG, *CHEN)
    assert listed(office) == [], "what was got back is owed again: nothing is left of both"
    assert told(listed(office, since=3)) == {key: -fen for key, fen in told(gone).items()}


def test_corrections_are_named_with_what_changed(office: Office) -> None:
    send(office, *WANG, *LI)
    dearer = bill("A1", 1, "王大山", "2017-02-01", 18_000)
    before = paid(office)
    outpatient = ["门诊" if cell == "住院" else cell for cell in LI[0]]
    send(office, dearer, WANG[1], outpatient, LI[1])
    lines = listed(office)
    assert told(lines) == change(before, paid(office))
    words = {(line.number, line.codes): line.reason for line in lines}
    assert "总费用由10000.00元更正为20000.00元" in words["A1", ("amounts",)]
    assert "由住院更正为门诊" in words["B1", ("facts",)]


def test_a_claim_that_cannot_be_decided_any_more_says_so_and_comes_back_when_it_can(office: Office) -> None:
    send(office, *LI)
    before = paid(office)
    nothing = [*LI[0][:-1], ""]
    send(office, nothing, LI[1])
    lines = listed(office)
    assert told(lines) == change(before, paid(office))
    assert {line.codes[0] for line in lines if line.number == "B1"} == {"open_now"}
    assert "现在不能结算：缺少政策范围内费用" in lines[0].reason
    send(office, bill("B1", 2, "李四海", "2017-03-05", 5_400), LI[1])
    back = listed(office, since=2)
    assert {line.codes[0] for line in back if line.number == "B1"} == {"open_before"}


def test_a_claim_that_turns_out_to_be_somebody_elses_is_got_back_from_one_and_owed_to_the_other(office: Office) -> None:
    send(office, *WANG, *CHEN)
    send(office, WANG[0], bill("A2", 3, "陈五", "2017-04-01", 18_000), *CHEN)
    moved = [line for line in listed(office) if line.number == "A2"]
    assert {line.codes for line in moved} == {("moved",)}
    assert Counter(line.kind for line in moved)["recovery"] == 1
    assert sum(line.fen < 0 for line in moved) < len(moved)


def test_undoing_an_import_brings_the_results_back_and_leaves_nothing_owed(office: Office) -> None:
    send(office, *WANG, WANG_3, *LI)
    before = paid(office)
    office.receive(LATE_HOUSEHOLDS, late_households())
    make(office)
    owed = told(listed(office))
    assert owed
    office.undo(LATE_HOUSEHOLDS)
    make(office)
    assert paid(office) == before
    assert listed(office) == []
    assert told(listed(office, since=2)) == {key: -fen for key, fen in owed.items()}, "compared with what batch 2 posted"
    assert Adjustment.objects.count() == 2 * len(owed), "both stay in the record"
    assert [batch.number for batch in batches(office.viewer)] == [1, 2, 3]


def test_what_nothing_changed_for_is_taken_over_word_for_word(office: Office) -> None:
    send(office, *WANG, *LI, *CHEN, bill("D1", 4, "赵六", "", 900))
    first = Run.objects.get(kind="settle", state="effective")
    report = send(office, *WANG, *LI, bill("C1", 3, "陈五", "2017-05-05", 1_800), bill("D1", 4, "赵六", "", 900))
    assert report.computed == 1
    assert report.settled == 5
    second = Run.objects.get(kind="settle", state="effective")

    def content(run: Run) -> dict[str, list[object]]:
        rows = Settlement.objects.filter(run=run).exclude(claim__number="C1").select_related("claim", "facts")
        return {
            row.claim.number: [
                (row.state, row.reason, row.self_pay_fen, row.explanation, row.disease_lists, row.facts.facts),
                *SettlementLine.objects.filter(settlement=row)
                .order_by("position")
                .values_list("layer", "fund", "base_fen", "pay_fen", "posted_on", "trace", "confirmed"),
            ]
            for row in rows
        }

    assert content(second) == content(first)
    assert {line.number for line in listed(office)} == {"C1"}


def test_taking_over_gives_what_settling_everything_gives(office: Office) -> None:
    send(office, *WANG, *LI, *CHEN)
    office.receive(LATE_HOUSEHOLDS, late_households())
    make(office)
    send(office, *WANG, WANG_3, *LI)
    kept = [claim_of(facts_kept(office.viewer, row.id)) for row in Settlement.objects.filter(run__state="effective")]
    again = {
        (result.claim.claim_id, line.layer): line.pay_fen
        for result in settle(scheme().benefits, kept)
        for line in getattr(result, "lines", ())
    }
    assert again == paid(office)


def changed_scheme(folder: Path) -> Scheme:
    """Return the sample's scheme with another name and rate of the last layer."""
    import shutil

    for name in ("junshan-2017", "national"):
        shutil.copytree(SCHEMES / name, folder / name)
    path = folder / "junshan-2017" / "benefits.yaml"
    before, mark, layer = path.read_text("utf-8").partition("  - id: district_subsidy\n")
    assert "name: 区级健康扶贫专项补助" in layer
    layer = layer.replace("name: 区级健康扶贫专项补助", "name: 新的区级补助", 1).replace("rate: 70%", "rate: 75%", 1)
    path.write_text(before + mark + layer, "utf-8")
    return load_scheme(folder / "junshan-2017", bases=[folder])


def test_an_old_result_is_explained_and_worked_out_by_the_version_that_gave_it(office: Office, tmp_path: Path) -> None:
    send(office, *WANG, *LI)
    old = scheme()
    new = changed_scheme(tmp_path / "schemes")
    make(office, new)
    asking = replace(office.asking(), scheme=new)
    lines = list(adjustment_list(asking, Wanted()).lines)
    assert {line.codes for line in lines} == {("scheme",)}
    assert {line.number for line in lines} == {"B1", "B2"}
    found = open_adjustment(asking, lines[0].id)
    assert found.before is not None
    assert found.after is not None
    assert (found.before.lines[-1].name, found.after.lines[-1].name) == ("区级健康扶贫专项补助", "新的区级补助")
    assert found.before.version == old.hash[:12]
    assert "70%" in "".join(piece.text for piece in found.before.lines[-1].sentence)
    version = scheme_of_version(office.viewer, new, old.hash)
    assert version.benefits == old.benefits
    facts = [facts_kept(office.viewer, row.id) for row in Settlement.objects.filter(scheme_hash=old.hash)]
    again = [line.pay_fen for result in settle(version.benefits, map(claim_of, facts)) for line in getattr(result, "lines", ())]
    stored = SettlementLine.objects.filter(settlement__scheme_hash=old.hash).values_list("pay_fen", flat=True)
    assert sorted(again) == sorted(stored)
    assert SchemeVersion.objects.count() == 2
    with pytest.raises(SchemeNotKeptError, match="没有留存"):
        scheme_of_version(office.viewer, new, "0" * 64)


def test_the_journal_vouches_for_all_of_it_and_every_line_comes_out_of_its_trace_again(office: Office) -> None:
    send(office, *WANG, *LI, *CHEN)
    send(office, *WANG[:1], *LI)
    seal_entries(key=settings.JOURNAL_KEY, receipts=None)
    assert list(prove(office.viewer, key=settings.JOURNAL_KEY, receipts=None)) == []
    proof = prove_settlements(office.viewer)
    assert (proof.lines, proof.older, proof.faults) == (5 * 5 + 5 * 3, 0, ())


def test_an_amount_changed_behind_the_program_does_not_come_out_of_its_trace(office: Office) -> None:
    from django.db.models import QuerySet

    send(office, *WANG)
    row = SettlementLine.objects.filter(layer="basic", settlement__claim__number="A2").get()
    with as_owner():
        QuerySet(SettlementLine).filter(id=row.id).update(pay_fen=row.pay_fen + 1)
    (fault,) = prove_settlements(office.viewer).faults
    assert fault.code == "settlement_differs"
    assert "A2" in fault.message
    assert "支付" in fault.message


def test_a_viewer_sees_the_adjustments_of_their_places_and_none_of_a_restricted_illness(office: Office) -> None:
    tb = [bill("T1", 3, "陈五", "2017-05-06", 9_000, "肺结核"), *CHEN]
    send(office, *LI, *tb)
    send(
        office,
        bill("B1", 2, "李四海", "2017-03-05", 9_000),
        LI[1],
        bill("T1", 3, "陈五", "2017-05-06", 18_000, "肺结核"),
        *CHEN,
    )
    plain = adjustment_list(office.asking(), Wanted())
    assert {line.number for line in plain.lines} == {"B1", "B2"}
    full = adjustment_list(office.asking(sees_restricted=True), Wanted())
    hidden = [line for line in full.lines if line.number in ("T1", "C1")]
    assert plain.hidden == len(hidden) > 0
    assert sum(total.fen for total in plain.totals) == sum(line.fen for line in plain.lines)
    with pytest.raises(NothingToOpenError):
        open_adjustment(office.asking(), hidden[0].id)
    elsewhere = replace(office.asking(), viewer=Viewer("李", ("430611104",), frozenset()))
    assert adjustment_list(elsewhere, Wanted()).lines == ()
    with pytest.raises(NothingToOpenError):
        open_adjustment(elsewhere, plain.lines[0].id)
    assert all("*" in line.name for line in plain.lines)


def test_a_persons_page_and_the_settlement_say_that_it_was_changed(office: Office) -> None:
    send(office, *LI)
    send(office, bill("B1", 2, "李四海", "2017-03-05", 9_000), LI[1])
    asking = office.asking()
    line = next(line for line in listed(office) if line.number == "B1")
    person = open_person(asking, NoStandings(), line.serial)
    assert [one.number for one in person.changes][:1] == ["B1"]
    assert [one.id for one in person.changes] == [one.id for one in changes_of_person(asking, _person(office, line))]
    (file,) = open_settlement(asking, "B1")
    assert {change.layer for change in file.changes} == {one.layer for one in listed(office) if one.number == "B1"}


def _person(office: Office, line: AdjustmentLine) -> Any:
    return Adjustment.objects.get(id=line.id).person_id


def test_choices_totals_and_filters(office: Office) -> None:
    send(office, *WANG, *LI)
    send(office, bill("A1", 1, "王大山", "2017-02-01", 18_000), WANG[1], bill("B1", 2, "李四海", "2017-03-05", 2_700), LI[1])
    whole = adjustment_list(office.asking(), Wanted())
    assert whole.choices["kind"] == {"back_payment": "补报", "recovery": "追回"}
    assert set(whole.choices["layer"]) >= {"basic"}
    for total in whole.totals:
        own = [line for line in whole.lines if line.fund == total.fund]
        assert total.back_fen - total.recovery_fen == sum(line.fen for line in own) == total.fen
    assert {line.kind for line in listed(office, kind="recovery")} == {"recovery"}
    assert {line.layer for line in listed(office, layer="basic")} == {"basic"}
    assert len(listed(office, fund="basic_insurance")) == len(listed(office, layer="basic"))
    assert listed(office, since=2) == []
    assert date(2017, 2, 1) in {line.settled_on for line in whole.lines}

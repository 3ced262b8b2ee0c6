"""What people in the files ask for: the way of a request, a second person, two editors at once (T5), the file handed over."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from docx import Document

from fuqi.access.codes import HANDLE_REQUESTS
from fuqi.access.reading import reading_as
from fuqi.basics.viewer import RESTRICTED_ILLNESS
from fuqi.duties import codes
from fuqi.flows import subject_requests as requests
from fuqi.flows.opened import Asking, NothingToOpenError
from fuqi.journal.actions import seal_entries
from fuqi.journal.models import Entry
from fuqi.journal.queries import prove
from tests.support.desk import BILLS as BILL_HEADS
from tests.support.desk import HOUSEHOLD, TODAY, Office, bill, household, number, workbook

SAID = {"applicant": "张山水", "standing": "self", "proof": "看了身份证", "words": "要看关于我的全部内容"}


@pytest.fixture
def office(db: None, tmp_path: Path) -> Office:
    del db
    made = Office(tmp_path)
    made.receive("户.xlsx", workbook(HOUSEHOLD, household(1, "张山水"), household(2, "李四海")))
    made.receive("费用.xlsx", workbook(BILL_HEADS, bill("ZY1", 1, "张山水")))
    made.make_register()
    return made


def asking(office: Office, name: str = "周明远", *places: str) -> Asking:
    found: Asking = office.asking()
    viewer = replace(found.viewer, name=name, places=places or found.viewer.places, permissions=frozenset({HANDLE_REQUESTS}))
    return replace(found, viewer=viewer)


def serial_of(office: Office, person: int) -> int:
    from fuqi.basics.dates import AsOf
    from fuqi.registry.queries import people_with_number, serials

    (found,) = people_with_number(office.viewer, AsOf(date(2017, 12, 31)), number(person))
    return serials(office.viewer, (found,))[found]


def received(office: Office, kind: str = codes.ACCESS, **more: str) -> str:
    return requests.receive(
        asking(office), serial_of(office, 1), kind, {**SAID, **more}, received_on=TODAY, today=TODAY, at=office.at()
    )


def granted(office: Office, kind: str = codes.ACCESS, **more: str) -> str:
    made = received(office, kind, **more)
    requests.decide(asking(office, "吴敏"), made, 1, granted=True, why="", at=office.at())
    return made


def test_a_request_is_numbered_and_has_its_last_day(office: Office) -> None:
    (line,) = requests.request_lines(asking(office), today=TODAY) if received(office) else []
    assert (line.head.number, line.head.state) == ("2026-000001", codes.WAITING)
    assert line.head.due_on == TODAY + timedelta(days=30)
    assert not requests.request_lines(asking(office), today=TODAY)[0].soon
    assert requests.request_lines(asking(office), today=TODAY + timedelta(days=24))[0].soon
    assert requests.request_lines(asking(office), today=TODAY + timedelta(days=31))[0].overdue


def test_the_words_are_sealed_and_the_journal_holds_none_of_them(office: Office) -> None:
    received(office, codes.CORRECTION, name="章山水")
    kept = " ".join(f"{entry.content} {entry.why}" for entry in Entry.objects.filter(action__startswith="duties."))
    assert "2026-000001" in kept
    assert "章" not in kept
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM duties_requestversion")
        assert "章山水".encode() not in bytes(cursor.fetchone()[0])


def test_who_is_of_another_place_sees_no_request_and_can_make_none(office: Office) -> None:
    made = received(office)
    elsewhere = asking(office, "李卫民", "430611200")
    assert not requests.request_lines(elsewhere, today=TODAY)
    with pytest.raises(NothingToOpenError) as not_yours:
        requests.open_request(elsewhere, made)
    with pytest.raises(NothingToOpenError) as not_there:
        requests.open_request(elsewhere, "2026-000999")
    assert not_yours.value.message == not_there.value.message
    with pytest.raises(NothingToOpenError):
        requests.receive(elsewhere, serial_of(office, 1), codes.ACCESS, SAID, received_on=TODAY, today=TODAY, at=office.at())


def test_a_day_of_receipt_in_the_future_is_refused(office: Office) -> None:
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(requests.RequestDayError):
        requests.receive(
            asking(office), serial_of(office, 1), codes.ACCESS, SAID, received_on=tomorrow, today=TODAY, at=office.at()
        )


def test_who_received_or_edited_a_request_does_not_decide_on_it(office: Office) -> None:
    made = received(office)
    requests.edit(asking(office, "吴敏"), made, 1, {**SAID, "contact": "村部"}, at=office.at())
    for name in ("周明远", "吴敏"):
        with pytest.raises(requests.SamePersonError):
            requests.decide(asking(office, name), made, 2, granted=True, why="", at=office.at())
    requests.decide(asking(office, "郑红"), made, 2, granted=True, why="", at=office.at())
    assert requests.open_request(asking(office), made).head.state == codes.GRANTED


def test_a_decision_is_for_the_words_that_were_read(office: Office) -> None:
    made = received(office)
    requests.edit(asking(office), made, 1, {**SAID, "words": "只看费用"}, at=office.at())
    with pytest.raises(requests.RequestStateError, match="后来有人改过"):
        requests.decide(asking(office, "吴敏"), made, 1, granted=True, why="", at=office.at())


def test_a_refusal_says_why_and_nothing_is_decided_twice(office: Office) -> None:
    made = received(office)
    with pytest.raises(requests.RequestFaultyError, match="理由"):
        requests.decide(asking(office, "吴敏"), made, 1, granted=False, why=" ", at=office.at())
    requests.decide(asking(office, "吴敏"), made, 1, granted=False, why="身份没有核对清楚", at=office.at())
    with pytest.raises(requests.RequestStateError):
        requests.decide(asking(office, "郑红"), made, 1, granted=True, why="", at=office.at())
    with pytest.raises(requests.RequestStateError):
        requests.edit(asking(office), made, 1, {**SAID, "words": "再看"}, at=office.at())


def test_two_editors_of_other_fields_are_merged(office: Office) -> None:
    made = received(office, codes.CORRECTION, name="章山水")
    said = {**SAID, "name": "章山水"}
    requests.edit(asking(office, "甲"), made, 1, {**said, "sex": "女"}, at=office.at())
    merged = requests.edit(asking(office, "乙"), made, 1, {**said, "birth_on": "1970-03-08"}, at=office.at())
    assert merged.taken == ("sex",)
    last = requests.open_request(asking(office), made).last
    assert (last.position, last.content["sex"], last.content["birth_on"]) == (3, "女", "1970-03-08")


def test_two_editors_of_the_same_field_are_refused_with_both_values_and_names(office: Office) -> None:
    made = received(office, codes.CORRECTION, name="章山水")
    requests.edit(asking(office, "甲"), made, 1, {**SAID, "name": "张杉水"}, at=office.at())
    with pytest.raises(requests.EditsClashError) as refused:
        requests.edit(asking(office, "乙"), made, 1, {**SAID, "name": "张三水"}, at=office.at())
    said = str(refused.value.faults[0])
    assert all(words in said for words in ("姓名", "章山水", "张杉水", "张三水", "甲"))
    assert len(requests.open_request(asking(office), made).versions) == 2


def test_an_edit_that_changes_nothing_leaves_no_version(office: Office) -> None:
    made = received(office)
    with pytest.raises(requests.RequestStateError, match="没有改动"):
        requests.edit(asking(office, "甲"), made, 1, SAID, at=office.at())
    assert len(requests.open_request(asking(office), made).versions) == 1


def test_a_file_is_handed_over_only_when_granted_and_holds_everything(office: Office) -> None:
    made = received(office)
    with pytest.raises(requests.RequestStateError):
        requests.hand_over(asking(office), made, "json", at=office.at())
    requests.decide(asking(office, "吴敏"), made, 1, granted=True, why="", at=office.at())
    product = requests.hand_over(asking(office), made, "json", at=office.at())
    data = json.loads(product.data)
    assert data["identity"]["证件号码"] == number(1)
    assert data["identity"]["姓名"] == "张山水"
    assert {row["list"] for row in data["rows"]} == {"建档立卡户信息", "医疗费用结算"}
    assert "李四海" not in product.data.decode()
    head = requests.open_request(asking(office), made)
    assert head.head.state == codes.DONE
    assert head.outcome is not None
    assert number(1) not in product.name


def test_the_readable_file_says_the_same_and_why_and_for_how_long(office: Office) -> None:
    made = granted(office)
    product = requests.hand_over(asking(office), made, "docx", at=office.at())
    document = Document(io.BytesIO(product.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert {number(1), "张山水", "ZY1"} <= set(cells)
    assert "个人信息保护法第十三条第一款第三项" in words
    assert "保存5年" in words
    assert requests.hand_over(asking(office), made, "pdf", at=office.at()).data.startswith(b"%PDF")


def test_every_copy_after_the_first_is_journalled_too(office: Office) -> None:
    made = granted(office)
    for _ in range(2):
        requests.hand_over(asking(office), made, "json", at=office.at())
    assert Entry.objects.filter(action="duties.hand_over").count() == 1
    assert Entry.objects.filter(action="duties.conclude").count() == 1


def test_a_correction_is_concluded_once_the_register_says_so(office: Office) -> None:
    made = granted(office, codes.CORRECTION, name="章山水")
    with pytest.raises(requests.RequestStateError, match="姓名"):
        requests.answer(asking(office), made, words="", at=office.at())
    office.receive("户.xlsx", workbook(HOUSEHOLD, household(1, "章山水"), household(2, "李四海")))
    office.receive("费用.xlsx", workbook(BILL_HEADS, bill("ZY1", 1, "章山水")))
    office.make_register()
    requests.answer(asking(office), made, words="已告知", at=office.at())
    assert requests.open_request(asking(office), made).head.state == codes.DONE


def test_opening_a_request_is_noted_as_reading_of_the_person(office: Office) -> None:
    made = received(office)
    with reading_as(asking(office).viewer, "test") as reading:
        requests.open_request(asking(office), made)
    assert ("duties_requestversion", "content") in reading.opened


def ill(office: Office) -> dict[str, Any]:
    office.receive("费用2.xlsx", workbook(BILL_HEADS, bill("ZY2", 1, "张山水", illness="艾滋病")))
    office.make_register()
    made = granted(office)
    return {"plain": asking(office), "made": made}


def test_a_restricted_illness_is_in_no_file_that_others_hand_over(office: Office) -> None:
    given = ill(office)
    product = requests.hand_over(given["plain"], given["made"], "json", at=office.at())
    assert "艾滋" not in product.data.decode().replace("（艾滋病等性病、严重精神障碍、结核病等）", "")
    sees = replace(given["plain"].viewer, permissions=frozenset({HANDLE_REQUESTS, RESTRICTED_ILLNESS}))
    full = requests.hand_over(replace(given["plain"], viewer=sees, _hidden={}), given["made"], "json", at=office.at())
    assert "艾滋病" in json.dumps(json.loads(full.data)["rows"], ensure_ascii=False)


def faults(office: Office) -> list[str]:
    seal_entries(key=settings.JOURNAL_KEY, receipts=None)
    return [fault.message for fault in prove(office.viewer, key=settings.JOURNAL_KEY, receipts=None)]


def test_a_deletion_leaves_amounts_and_a_sound_journal_but_no_word(office: Office) -> None:
    from fuqi.access.sealed import ERASED
    from fuqi.intake.queries import rows as received_rows
    from fuqi.registry.models import Identity
    from fuqi.settlement.models import Claim

    claim = dict.fromkeys(["person__serial"], serial_of(office, 1))
    before = list(Claim.objects.filter(**claim).values_list("total_fen", "settled_on"))
    made = granted(office, codes.DELETION, ground="unlawful")
    keys = requests.answer(asking(office), made, words="已告知", at=office.at())
    assert keys == 3, "the person's own key, and those of two rows"
    assert [item.name for item in Identity.objects.filter(person__serial=serial_of(office, 1))] == [ERASED]
    assert list(Claim.objects.filter(**claim).values_list("total_fen", "settled_on")) == before
    assert faults(office) == []
    words = json.dumps([str(row.values) for row in received_rows(office.viewer)], ensure_ascii=False)
    assert number(2) in words, "another person's rows stay as they were"
    with pytest.raises(requests.RequestStateError):
        requests.answer(asking(office), made, words="", at=office.at())


def test_a_deletion_that_nobody_granted_destroys_nothing(office: Office) -> None:
    from fuqi.access.keys import numbers

    made = received(office, codes.DELETION, ground="unlawful")
    with pytest.raises(requests.RequestStateError):
        requests.answer(asking(office), made, words="", at=office.at())
    assert numbers()["destroyed"] == 0


def test_after_a_deletion_nothing_is_claimed_back(office: Office) -> None:
    from fuqi.flows.settle import settle_claims
    from fuqi.settlement.models import Adjustment, SettlementLine
    from tests.support.desk import scheme

    def settle() -> None:
        settle_claims(viewer=office.viewer, scheme=scheme(), at=office.at, progress=office.said.append)

    settle()
    paid = list(SettlementLine.objects.order_by("id").values_list("pay_fen", flat=True))
    made = granted(office, codes.DELETION, ground="unlawful")
    requests.answer(asking(office), made, words="已告知", at=office.at())
    office.receive("户2.xlsx", workbook(HOUSEHOLD, household(3, "王五湖")))
    office.make_register()
    settle()
    assert any(paid)
    assert list(SettlementLine.objects.order_by("id").values_list("pay_fen", flat=True))[: len(paid)] == paid
    assert not Adjustment.objects.exists()
    assert faults(office) == []

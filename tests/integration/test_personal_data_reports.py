"""The report on a breach and the impact assessment: from record and register, without a name of anybody in the files."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from fuqi.access.codes import READ_JOURNAL, ROLES
from fuqi.access.personal_data import register
from fuqi.access.reading import reading_as
from fuqi.basics.viewer import Viewer
from fuqi.duties.tables import retention_rules, risks
from fuqi.flows.assessment import assessment, assessment_document
from fuqi.flows.breach import BreachDaysError, Span, breach, breach_report, summary
from fuqi.flows.granting import give_role
from fuqi.flows.sightings import keep_sightings
from fuqi.journal.models import Entry
from tests.support.desk import COUNTY, HOUSEHOLD, TODAY, Office, household, number, scheme, workbook
from tests.support.prints import pdf_text

AUDITOR = Viewer("郑红", (COUNTY,), frozenset({READ_JOURNAL}))
DAYS = Span(TODAY, date(2026, 11, 25))


@pytest.fixture
def seen(db: None, tmp_path: Path) -> Office:
    """Return an office in which two people were opened by one account and one of them by another."""
    del db
    office = Office(tmp_path)
    office.receive("户.xlsx", workbook(HOUSEHOLD, household(1, "张山水"), household(2, "李四海")))
    office.make_register()
    from fuqi.registry.models import Identity

    for name, most in (("周明远", 2), ("吴敏", 1)):
        viewer = Viewer(name, (COUNTY,), frozenset(), "核对原件")
        with reading_as(viewer, "page") as reading:
            assert [item.name for item in Identity.objects.order_by("person__serial")[:most]]
            keep_sightings(reading, at=office.at())
    return office


def test_the_report_says_who_saw_how_many_and_what(seen: Office) -> None:
    found = breach(AUDITOR, DAYS)
    assert {name: (len(reader.people), set(reader.fields)) for name, reader in found.readers.items()} == {
        "吴敏": (1, {"identity.name"}),
        "周明远": (2, {"identity.name"}),
    }
    assert len(found.people) == 2
    assert any("周明远：2 人，从网页，姓名" in words for words in summary(found))
    assert seen.said


def test_it_can_be_asked_of_one_account_and_of_other_days(seen: Office) -> None:
    assert set(breach(AUDITOR, replace(DAYS, by="吴敏")).readers) == {"吴敏"}
    assert not breach(AUDITOR, Span(date(2026, 11, 20), TODAY)).readers
    with pytest.raises(BreachDaysError):
        breach(AUDITOR, Span(TODAY, TODAY))
    assert seen.said


def test_the_paper_has_what_the_law_asks_for_and_nobodys_name(seen: Office) -> None:
    product = breach_report(AUDITOR, DAYS, "docx", at=seen.at())
    document = Document(io.BytesIO(product.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    words = "\n".join([*(line.text for line in document.paragraphs), *cells])
    for asked in ("信息种类", "原因", "危害", "补救措施", "减轻危害", "联系方式"):
        assert asked in words, asked
    for secret in ("张山水", "李四海", number(1), number(2)):
        assert secret not in words
    assert "000001、000002" in words
    assert Entry.objects.filter(action="duties.breach_report", by=AUDITOR.name).count() == 1


def test_who_had_a_role_in_those_days_is_listed(seen: Office) -> None:
    granter = Viewer("程序", ("",))
    give_role(granter, "王春生", "village_doctor", "430611100200", on=TODAY, at=seen.at())
    assert ("王春生", ROLES["village_doctor"].name) in {row[:2] for row in breach(AUDITOR, DAYS).granted}
    assert not breach(AUDITOR, Span(date(2026, 11, 20), TODAY)).granted


def test_the_assessment_says_all_that_the_register_says() -> None:
    words = pdf_text(assessment(scheme(), "pdf", today=TODAY).data).replace("\n", "")
    document = assessment_document(scheme(), today=TODAY)
    every = " ".join(
        [
            *(text for section in document.sections for text in section.paragraphs),
            *(cell for section in document.sections for table in section.tables for row in table.rows for cell in row),
        ]
    )
    for entry in register().models.values():
        if entry.subject == "resident":
            assert entry.name in every
    for rule in retention_rules():
        assert rule.because in every
    for law in register().laws.values():
        if not law.confirmed:
            assert law.title in every
    assert all(risk["measures"] in every for risk in risks())
    assert all(role.name in every for role in ROLES.values())
    assert "第五十六条第一款" in words
    assert "样例数据（虚构）" in words


def test_the_same_day_gives_the_same_bytes() -> None:
    one, other = (assessment(scheme(), "docx", today=TODAY).data for _ in range(2))
    assert one == other

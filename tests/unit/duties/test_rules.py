"""Requests as values: deadlines, states, what is wrong with them; and the product's tables."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps

from fuqi.duties import codes
from fuqi.duties.rules import due_on, faults_of, request_number, sequence_of, state_of
from fuqi.duties.tables import KEEP, REMOVE, REVIEW, deadlines, retention_rules

SAID = {"applicant": "张山", "standing": "self", "proof": "看了身份证", "words": "要看关于我的全部内容"}


def test_the_day_of_receipt_does_not_count() -> None:
    assert due_on(date(2026, 11, 1), 30) == date(2026, 12, 1)


def test_the_law_of_thirty_days_is_not_outrun() -> None:
    assert deadlines().answer_days <= 30
    assert deadlines().warn_days < deadlines().answer_days


def test_numbers_run_within_a_year() -> None:
    assert request_number(2026, 12) == "2026-000012"
    assert sequence_of("2026-000012") == 12


@pytest.mark.parametrize(
    ("decided", "granted", "done", "state"),
    [
        (False, False, False, codes.WAITING),
        (True, True, False, codes.GRANTED),
        (True, False, False, codes.REFUSED),
        (True, True, True, codes.DONE),
    ],
)
def test_a_request_stands_where_its_rows_say(decided: bool, granted: bool, done: bool, state: str) -> None:
    assert state_of(decided=decided, granted=granted, done=done) == state


@pytest.mark.parametrize("field", sorted(codes.REQUIRED))
def test_nobody_is_served_without_a_look_at_who_asks(field: str) -> None:
    said = {**SAID, field: "  "}
    assert [fault.code for fault in faults_of(codes.ACCESS, said)] == ["request_empty"]


def test_a_deletion_needs_a_ground_of_the_law() -> None:
    assert [fault.code for fault in faults_of(codes.DELETION, SAID)] == ["request_empty"]
    assert [fault.code for fault in faults_of(codes.DELETION, {**SAID, "ground": "想删"})] == ["request_choice"]
    assert not list(faults_of(codes.DELETION, {**SAID, "ground": "withdrawn"}))


def test_a_correction_says_what_is_to_be_written() -> None:
    assert [fault.code for fault in faults_of(codes.CORRECTION, {**SAID, "evidence": "户口本"})] == ["request_empty"]
    assert not list(faults_of(codes.CORRECTION, {**SAID, "name": "章山"}))


def test_a_field_of_another_kind_and_one_that_is_too_long_are_refused() -> None:
    found = [fault.code for fault in faults_of(codes.ACCESS, {**SAID, "ground": "other", "words": "长" * 501})]
    assert sorted(found) == ["request_field", "request_long"]


def test_no_fault_repeats_what_was_written() -> None:
    secret = "430611199001010013"
    faults = [*faults_of(codes.DELETION, {**SAID, "ground": secret, "words": secret * 40, "name": secret})]
    assert faults
    assert not [fault for fault in faults if secret in str(fault)]


def test_every_line_of_retention_says_why_and_by_what_law() -> None:
    for rule in retention_rules():
        assert rule.because, rule.id
        assert rule.source.title, rule.id
        assert rule.after in (REMOVE, REVIEW, KEEP), rule.id
        assert (rule.after == REMOVE) == bool(rule.tables or rule.desk), rule.id


def test_tables_that_are_emptied_are_there_and_nothing_rests_on_them() -> None:
    names = {model._meta.label_lower: model for model in apps.get_models()}
    for rule in retention_rules():
        for table in rule.tables:
            pointing = [field.name for field in names[table]._meta.related_objects]
            assert not pointing, f"{table}: rows of {pointing} would point to nothing"

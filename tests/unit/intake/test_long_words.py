"""Words that are too long for the tables that take them over are a fault of their cell, not of the main job."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps

from fuqi.intake.cleaning import LONGEST, Problem, read_cell
from fuqi.intake.layouts import Column

KEPT_IN = {
    "household_number": ("registry", "Household", "number"),
    "settlement_number": ("settlement", "Claim", "number"),
    "hospital": ("settlement", "Claim", "hospital"),
    "relation": ("registry", "Membership", "relation"),
}
TODAY = date(2026, 11, 24)


def test_the_limits_are_those_of_the_tables() -> None:
    lengths = {
        field: apps.get_model(app, model)._meta.get_field(name).max_length for field, (app, model, name) in KEPT_IN.items()
    }
    assert lengths == LONGEST


@pytest.mark.parametrize("field", LONGEST)
def test_one_sign_too_many_is_told_and_the_longest_is_read(field: str) -> None:
    column = Column(field, "text", ("词",))
    longest = "长" * LONGEST[field]
    assert read_cell(column, longest, longest, today=TODAY) == longest
    found = read_cell(column, longest + "长", longest + "长", today=TODAY)
    assert isinstance(found, Problem)
    assert found.code == "text_too_long"
    assert f"最多{LONGEST[field]}个" in found.message


def test_other_words_may_be_long() -> None:
    remark = "长" * 10_000
    assert read_cell(Column("remark", "text", ("备注",)), remark, remark, today=TODAY) == remark

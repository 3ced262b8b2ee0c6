"""The register of personal data: every column of every table and every field of every list stands in it, as it really is."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from fuqi.access.codes import FIELD_LEVELS, INTERNAL, LEVELS
from fuqi.access.personal_data import SEALED, SUBJECTS, FieldEntry, register
from fuqi.duties.tables import retention_rules
from fuqi.intake.layouts import FOLDER, load_layouts

REGISTER = register()


def stored() -> dict[str, dict[str, Any]]:
    """Return the columns of every table, Django's own included."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        found[model._meta.label_lower] = {field.name: field for field in model._meta.concrete_fields}
    return found


def undeclared(tables: dict[str, dict[str, Any]]) -> list[str]:
    return [f"{model}.{name}" for model, fields in tables.items() for name in fields if REGISTER.field(model, name) is None]


def test_every_column_of_every_table_is_declared() -> None:
    assert not undeclared(stored()), "say in access/personal_data.yaml what it is: " + ", ".join(undeclared(stored()))


def test_a_new_column_would_be_seen() -> None:
    planted: dict[str, dict[str, Any]] = {
        "registry.identity": {"blood_group": models.CharField()},
        "registry.passport": {"number": models.CharField()},
    }
    assert undeclared(planted) == ["registry.identity.blood_group", "registry.passport.number"]


def test_nothing_is_declared_that_is_not_there() -> None:
    there = stored()
    wrong = [
        f"{model}.{name}"
        for model, entry in REGISTER.models.items()
        for name in entry.fields
        if name not in there.get(model, {})
    ]
    assert not wrong


def test_what_is_declared_sealed_is_sealed_and_nothing_else_is() -> None:
    wrong = []
    for model, fields in stored().items():
        for name, field in fields.items():
            entry = REGISTER.field(model, name)
            if entry is not None and hasattr(field, "bound_to") != (entry.kept == SEALED):
                wrong.append(f"{model}.{name}")
    assert not wrong


def _open_without_ground(entry: FieldEntry) -> bool:
    category = REGISTER.categories[entry.category]
    if entry.kept == SEALED:
        return False
    return category.always_sealed or category.level > REGISTER.open_reasons[entry.kept].up_to


def test_what_is_not_sealed_has_a_reason_that_reaches_as_far() -> None:
    wrong = [
        f"{model}.{name}"
        for model, fields in stored().items()
        for name in fields
        if (entry := REGISTER.field(model, name)) is not None and _open_without_ground(entry)
    ]
    assert not wrong


@pytest.mark.parametrize("entry", [FieldEntry("id_number", "counted"), FieldEntry("illness_list", "key")])
def test_a_number_in_the_open_would_be_seen(entry: FieldEntry) -> None:
    assert _open_without_ground(entry)


def test_every_word_of_the_register_is_explained() -> None:
    used_categories = {entry.category for model in REGISTER.models.values() for entry in model.fields.values()}
    used_categories |= {entry.category for entry in REGISTER.common.values()} | set(REGISTER.received.values())
    assert used_categories <= set(REGISTER.categories)
    assert {entry.subject for entry in REGISTER.models.values()} <= set(SUBJECTS)
    assert {purpose for entry in REGISTER.models.values() for purpose in entry.purposes} == set(REGISTER.purposes)
    assert {entry.source for entry in REGISTER.models.values()} == set(REGISTER.sources)
    assert {law for purpose in REGISTER.purposes.values() for law in purpose.basis} <= set(REGISTER.laws)
    assert {category.level for category in REGISTER.categories.values()} <= set(LEVELS)


def test_every_table_has_a_line_in_the_table_of_retention_and_every_line_a_table() -> None:
    used = {entry.retention for entry in REGISTER.models.values()}
    lines = {rule.id for rule in retention_rules()}
    assert used <= lines
    assert lines - used == {"unfinished_runs"}, "a line that no table follows"


def test_tables_of_persons_rest_on_a_law() -> None:
    bare = [
        model
        for model, entry in REGISTER.models.items()
        if entry.subject != "none" and not any(REGISTER.purposes[purpose].basis for purpose in entry.purposes)
    ]
    assert set(bare) <= {"jobs.job"}, "its own purpose is to run; what it carries rests on what it is for"


def test_every_field_of_every_list_is_declared_with_the_level_that_masks_go_by() -> None:
    fields = {field for layout in load_layouts(FOLDER).by_kind.values() for field in layout.columns}
    assert fields == set(REGISTER.received)
    levels = {field: REGISTER.categories[category].level for field, category in REGISTER.received.items()}
    wrong = {field: level for field, level in levels.items() if max(level, INTERNAL) != FIELD_LEVELS.get(field, INTERNAL)}
    assert not wrong


def test_what_was_not_checked_says_so_where_it_is_shown() -> None:
    unsure = [law for law in REGISTER.laws.values() if not law.confirmed]
    assert unsure
    assert all("尚未核实" in str(law) for law in unsure)

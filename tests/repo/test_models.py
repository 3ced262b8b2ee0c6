from __future__ import annotations

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignObject, ManyToManyField

from tests.repo.sources import room_ranks


def test_foreign_keys_point_down_the_house_as_imports_do() -> None:
    ranks = room_ranks()
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        room = model._meta.app_label
        for field in model._meta.get_fields():
            if room not in ranks or not isinstance(field, ForeignObject | ManyToManyField) or field.related_model == "self":
                continue
            target = field.related_model._meta.app_label
            if target in ranks and target != room and ranks[target] >= ranks[room]:
                wrong.append(f"{room}.{model.__name__}.{field.name} -> {target}")
    assert not wrong, "a foreign key is an import: " + ", ".join(wrong)


def test_every_app_of_ours_carries_the_name_of_its_room() -> None:
    ours = [config for config in apps.get_app_configs() if config.name.startswith("fuqi.")]
    assert ours
    assert {config.label for config in ours} <= set(room_ranks())
    assert all(config.name == f"fuqi.{config.label}" for config in ours)


@pytest.mark.django_db(databases=["default", "desk"])
def test_the_migrations_make_what_the_models_say() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(f"run makemigrations: {said.getvalue()}")

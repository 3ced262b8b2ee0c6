from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection
from django.http import HttpRequest, HttpResponse

from fuqi.access.policies import condition, policies, scoped_models
from fuqi.access.reading import beyond_scope, reading_as
from fuqi.access.scope import (
    EVERYTHING,
    UnscopedReadError,
    behind_a_door,
    is_of_persons,
    reads_persons,
    tables_of_persons,
    wanted_setting,
)
from fuqi.basics.viewer import Viewer
from fuqi.registry.models import Person
from fuqi.web.net import BehindADoor

DOCTOR = Viewer("王春生", ("990101001001",))
CLERK = Viewer("何晓梅", (), institutions=("东乡医院",))

OF_NOBODY = {
    "access": "accounts of those who work here",
    "auth": "the framework's own",
    "contenttypes": "the framework's own",
    "entrance": "tries at the entrance, by account and device",
    "jobs": "what the desk was asked for",
    "journal": "who did what; sealed words are not in it",
    "places": "divisions",
    "sessions": "the framework's own",
}
"""Rooms none of whose tables are about persons, and what they are about instead."""
BESIDES = {
    "intake.receivedfile": "a file's name and size; its rows are scoped",
    "settlement.schemeversion": "texts of a scheme",
}


def test_every_table_is_about_persons_or_it_is_said_why_not() -> None:
    bare = {model._meta.label_lower for model in apps.get_models() if not is_of_persons(model)}
    unsaid = {label for label in bare if label.partition(".")[0] not in OF_NOBODY and label not in BESIDES}
    assert not unsaid, f"say in the table above why these have no scope: {sorted(unsaid)}"
    assert {
        "registry_person",
        "registry_identity",
        "settlement_settlementline",
        "indicators_countedlist",
    } <= tables_of_persons()


def test_every_table_of_persons_gets_a_policy() -> None:
    said = "\n".join(policies())
    for model in scoped_models():
        assert f"CREATE POLICY fuqi_scope ON {model._meta.db_table} USING ({condition(model)})" in said
        assert f"ALTER TABLE {model._meta.db_table} ENABLE ROW LEVEL SECURITY" in said


@pytest.mark.parametrize(
    ("statement", "reads"),
    [
        ('SELECT "registry_person"."id" FROM "registry_person"', True),
        ("select count(*) from settlement_claim", True),
        ('UPDATE "registry_identity" SET "retracted_at" = %s', True),
        ('DELETE FROM "indicators_countedlist"', True),
        ('INSERT INTO "registry_sighting" ("id") VALUES (%s)', False),
        ('INSERT INTO "journal_entry" SELECT * FROM registry_person', True),
        ('SELECT "access_user"."id" FROM "access_user"', False),
    ],
)
def test_a_statement_is_known_by_the_tables_that_it_names(statement: str, reads: bool) -> None:
    assert reads_persons(statement) is reads


def test_the_setting_follows_the_reading() -> None:
    assert wanted_setting() == (EVERYTHING, "[]"), "the program at its own work"
    with behind_a_door():
        with pytest.raises(UnscopedReadError):
            wanted_setting()
        with reading_as(DOCTOR, "page"):
            assert wanted_setting() == ("990101001001", "[]")
            with beyond_scope("to count"):
                assert wanted_setting()[0] == EVERYTHING
            assert wanted_setting()[0] == "990101001001"
        with reading_as(CLERK, "page"):
            assert wanted_setting() == ("", '["东乡医院"]')
        with reading_as(Viewer("无处", ()), "page"):
            assert wanted_setting() == ("", "[]"), "who has no places reads nobody"


def _unscoped(request: HttpRequest) -> HttpResponse:
    del request
    return HttpResponse(str(Person.objects.count()))


def _scoped(request: HttpRequest) -> HttpResponse:
    with reading_as(DOCTOR, "page"):
        return _unscoped(request)


@pytest.mark.django_db
def test_a_view_that_reads_persons_for_nobody_is_refused() -> None:
    with pytest.raises(UnscopedReadError):
        BehindADoor(_unscoped)(HttpRequest())
    assert BehindADoor(_scoped)(HttpRequest()).content == b"0"
    assert Person.objects.count() == 0, "outside all doors the program reads as it must"


@pytest.mark.django_db
def test_a_raw_statement_is_refused_as_well() -> None:
    with behind_a_door(), pytest.raises(UnscopedReadError), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_person")
    with behind_a_door(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM places_division")

"""The net below every door and the policies of the database, bound by bound."""

from __future__ import annotations

import json
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.backends.signals import connection_created
from psycopg.pq import TransactionStatus

from fuqi.access import policies, scope
from fuqi.access.reading import reading_as
from fuqi.basics.viewer import Viewer

VILLAGES = Viewer("王春生", ("990101001001", "990101001002"), institutions=("东乡医院",))
SQL = "SELECT * FROM registry_person"


def test_the_names_of_settings_and_tables_are_those_that_the_database_knows() -> None:
    assert (scope.EVERYTHING, scope.PLACES, scope.INSTITUTIONS) == ("*", "fuqi.places", "fuqi.institutions")
    assert (scope.PERSON, scope.HOUSEHOLD, scope.ROW) == ("registry.person", "registry.household", "intake.receivedrow")
    assert {"indicators.countedlist", "intake.rowfault", "matching.doubt"} == scope.COUNTY_ONLY
    assert scope.BY_PLACE == {"indicators.countedfigure": "place", "reports.issuedpaper": "place"}


def test_the_setting_names_all_places_with_commas_and_institutions_as_json() -> None:
    with reading_as(VILLAGES, "page"):
        places, institutions = scope.wanted_setting()
    assert places == "990101001001,990101001002"
    assert institutions == '["东乡医院"]'
    with reading_as(Viewer("县", ("990101", "")), "page"):
        assert scope.wanted_setting() == ("*", "[]")


def test_a_mark_that_somebody_is_answered_ends_with_the_answer() -> None:
    def answer_and_fail() -> None:
        with scope.behind_a_door():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        answer_and_fail()
    assert scope.wanted_setting() == ("*", "[]")


def parent(label: str) -> str:
    key = scope.parent_of(apps.get_model(label))
    return key.name if key else ""


def test_rows_hang_on_the_person_before_the_household_before_anything_else() -> None:
    assert [parent(label) for label in ("registry.membership", "registry.identity", "registry.income")] == [
        *("person", "person", "household"),
    ]
    assert [parent(label) for label in ("access.grant", "journal.run", "registry.person")] == ["", "", ""]
    assert parent("settlement.settlementline") not in ("", "entry")


@pytest.mark.parametrize(
    ("statement", "reads"),
    [
        ("INSERT INTO registry_person SELECT * FROM other", True),
        ("INSERT INTO registry_person VALUES (1)", False),
        (" INSERT INTO registry_person VALUES (1)", True),
        ("SELECT 1 FROM xregistry_person", False),
        ("SELECT 1 FROM registry_person2", False),
        ("SELECT 1 FROM matching_doubt", True),
        ("SELECT 1 FROM indicators_countedfigure", True),
        ("", False),
    ],
)
def test_which_statements_read_persons(statement: str, reads: bool) -> None:
    assert scope.reads_persons(statement) is reads


class Session:
    """What the net needs of a session of PostgreSQL, with what it was told."""

    def __init__(self, *, autocommit: bool = True, idle: bool = True) -> None:
        self.autocommit = autocommit
        self.info = SimpleNamespace(transaction_status=TransactionStatus.IDLE if idle else TransactionStatus.INTRANS)
        self.told: list[tuple[str, tuple[str, ...]]] = []

    def cursor(self) -> Session:
        return self

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None: ...

    def execute(self, sql: str, values: tuple[str, ...]) -> None:
        self.told.append((sql, values))


def run(session: Session, sql: object = SQL, vendor: str = "postgresql") -> Any:
    context = {"connection": SimpleNamespace(vendor=vendor, connection=session)}
    return scope.net(lambda *given: given, sql, (1,), False, context)


def test_a_session_is_told_once_what_it_may_read_and_anew_when_that_changes() -> None:
    session = Session()
    sql, given, many, context = run(session)
    assert (sql, given, many) == (SQL, (1,), False)
    assert context["connection"].connection is session
    said = "SELECT set_config(%s, %s, false), set_config(%s, %s, false)"
    everything = ("fuqi.places", "*", "fuqi.institutions", "[]")
    assert session.told == [(said, everything)]
    run(session)
    assert len(session.told) == 1
    with reading_as(VILLAGES, "page"):
        run(session)
        run(session)
    villages = ("fuqi.places", "990101001001,990101001002", "fuqi.institutions", json.dumps(["东乡医院"], ensure_ascii=False))
    assert session.told[1:] == [(said, villages)]
    run(session)
    assert session.told[2:] == [(said, everything)]


@pytest.mark.parametrize(("autocommit", "idle"), [(False, True), (True, False), (False, False)])
def test_inside_a_transaction_it_is_told_each_time(autocommit: bool, idle: bool) -> None:
    session = Session(autocommit=autocommit, idle=idle)
    run(session)
    run(session)
    assert len(session.told) == 2


def test_after_a_transaction_it_is_told_again_even_what_stood_before_it() -> None:
    session = Session()
    run(session)
    session.autocommit = False
    with reading_as(VILLAGES, "page"):
        run(session)
    session.autocommit = True
    run(session)
    assert [given[1] for _, given in session.told] == ["*", "990101001001,990101001002", "*"]
    run(session)
    assert len(session.told) == 3


def test_only_postgresql_is_told_and_only_before_persons_are_read() -> None:
    for sql, vendor in ((SQL, "sqlite"), ("SELECT 1", "postgresql")):
        session = Session()
        run(session, sql, vendor)
        assert not session.told
    with scope.behind_a_door(), pytest.raises(scope.UnscopedReadError):
        run(Session(), Composed())


class Composed:
    """A statement that is not a text, as psycopg composes them."""

    def __str__(self) -> str:
        return SQL


def test_every_new_connection_has_the_net_once_and_in_front() -> None:
    connection_created.disconnect(dispatch_uid="fuqi.access.scope")
    scope.hang_the_net()
    scope.hang_the_net()
    other = SimpleNamespace(execute_wrappers=[len], vendor="sqlite")
    for _ in range(2):
        connection_created.send(SimpleNamespace, connection=other)
    assert other.execute_wrappers[0] is scope.net
    assert other.execute_wrappers.count(scope.net) == 1
    assert len(connection_created.receivers) == len({key for key, *_ in connection_created.receivers})


# Row-level security


@pytest.mark.parametrize(
    ("label", "within"),
    [
        ("registry.person", "id IN (SELECT fuqi_persons()) OR id IN (SELECT fuqi_patients())"),
        ("registry.household", "id IN (SELECT fuqi_households())"),
        ("intake.receivedrow", "id IN (SELECT fuqi_rows())"),
        ("registry.identity", "person_id IN (SELECT fuqi_persons()) OR person_id IN (SELECT fuqi_patients())"),
        ("registry.condition", "person_id IN (SELECT fuqi_persons())"),
        ("registry.income", "household_id IN (SELECT fuqi_households())"),
        ("registry.enrolment", "person_id IN (SELECT fuqi_persons()) OR person_id IN (SELECT fuqi_patients())"),
        ("registry.groupspell", "person_id IN (SELECT fuqi_persons()) OR person_id IN (SELECT fuqi_patients())"),
        ("registry.identityindex", "person_id IN (SELECT fuqi_persons()) OR person_id IN (SELECT fuqi_patients())"),
        ("determination.restrictedmark", "person_id IN (SELECT fuqi_persons()) OR person_id IN (SELECT fuqi_patients())"),
        ("settlement.claim", "person_id IN (SELECT fuqi_persons()) OR hospital = ANY (fuqi_institutions())"),
        ("settlement.adjustment", "person_id IN (SELECT fuqi_persons()) OR hospital = ANY (fuqi_institutions())"),
        ("reports.issuedpaper", "EXISTS (SELECT 1 FROM unnest(fuqi_places()) AS mine WHERE starts_with(place, mine))"),
    ],
)
def test_which_rows_of_a_table_a_session_may_read(label: str, within: str) -> None:
    assert policies.condition(apps.get_model(label)) == f"(SELECT fuqi_everything()) OR {within}"


def test_what_is_only_for_the_whole_county_says_so_and_what_hangs_on_a_table_follows_it() -> None:
    for label in scope.COUNTY_ONLY:
        assert policies.condition(apps.get_model(label)) == "(SELECT fuqi_everything())"
    lines = apps.get_model("settlement.settlementline")
    key: Any = scope.parent_of(lines)
    parent_table = key.related_model._meta.db_table
    assert policies.condition(lines) == f"(SELECT fuqi_everything()) OR {key.column} IN (SELECT id FROM {parent_table})"


def test_every_statement_of_the_policies() -> None:
    said = list(policies.policies())
    assert said[0] == policies.FUNCTIONS
    scoped = policies.scoped_models()
    labels = [model._meta.label_lower for model in scoped]
    assert labels == sorted(labels)
    expected = []
    for model in scoped:
        table = model._meta.db_table
        expected += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS fuqi_scope ON {table}",
            f"CREATE POLICY fuqi_scope ON {table} USING ({policies.condition(model)}) WITH CHECK (true)",
        ]
    assert said[1:] == expected


def test_the_functions_of_the_database_ask_these_settings() -> None:
    assert policies.FUNCTIONS.startswith("\nCREATE OR REPLACE FUNCTION fuqi_places() ")
    for words in ("current_setting('fuqi.places', true)", "current_setting('fuqi.institutions', true)", "SELECT '*' = ANY ("):
        assert policies.FUNCTIONS.count(words) == 1
    assert policies.FUNCTIONS.count("SECURITY DEFINER\n  SET search_path = pg_catalog, public, pg_temp AS $$") == 5


COUNTER = count(1_000_000)


def key_to(related: object, *, null: bool = False) -> Any:
    """Return a foreign key as a model has one."""
    key: Any = object.__new__(models.ForeignKey)
    key.null, key.creation_counter = null, next(COUNTER)
    key.__dict__["related_model"] = related
    return key


def made_up(*keys: Any) -> Any:
    """Return a table of nobody's with some foreign keys."""
    model: Any = type("Made", (), {})
    model._meta = SimpleNamespace(label_lower="made.up", concrete_fields=[*keys, models.CharField()])
    return model


def test_a_key_that_may_be_empty_makes_no_table_one_of_persons_and_neither_does_one_to_itself() -> None:
    person, household = apps.get_model("registry.person"), apps.get_model("registry.household")
    assert scope.parent_of(made_up(key_to(person, null=True))) is None
    first, second = key_to(household), key_to(person)
    assert scope.parent_of(made_up(first, second)) is second
    assert scope.parent_of(made_up(first)) is first
    itself = made_up()
    own, to_fact = key_to(itself), key_to(apps.get_model("registry.identity"))
    itself._meta.concrete_fields.insert(0, own)
    assert scope.parent_of(itself) is None
    itself._meta.concrete_fields.append(to_fact)
    assert scope.parent_of(itself) is to_fact

"""Row-level security on PostgreSQL: what a session may read follows from its settings, and without them it reads nobody.

A second net under the queries. Made anew from the models each time the database is prepared, so that no table is forgotten.
The functions belong to the owner of the tables and see past the policies; the application's role owns nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from fuqi.access.scope import (
    BY_PLACE,
    COUNTY_ONLY,
    EVERYTHING,
    HOUSEHOLD,
    INSTITUTIONS,
    PERSON,
    PLACES,
    ROW,
    is_of_persons,
    parent_of,
)

OF_PATIENTS = frozenset(
    {
        PERSON,
        "registry.identity",
        "registry.groupspell",
        "registry.enrolment",
        "registry.identityindex",
        "determination.restrictedmark",
    }
)
"""Tables of which an institution may read what is about its patients: who they are, and what a bill of theirs depends on."""
OF_BILLS = {"settlement.claim": "hospital", "settlement.adjustment": "hospital"}
"""Tables of bills by the column of the institution: of a patient's bills it reads its own."""

FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION fuqi_places() RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT array_remove(string_to_array(coalesce(current_setting('{PLACES}', true), ''), ','), '') $$;
CREATE OR REPLACE FUNCTION fuqi_institutions() RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT ARRAY(SELECT jsonb_array_elements_text(coalesce(nullif(current_setting('{INSTITUTIONS}', true), ''), '[]')::jsonb)) $$;
CREATE OR REPLACE FUNCTION fuqi_everything() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT '{EVERYTHING}' = ANY (public.fuqi_places()) OR EXISTS (
    SELECT 1 FROM unnest(public.fuqi_places()) AS place WHERE place <> '' AND
      EXISTS (SELECT 1 FROM public.places_division) AND
      NOT EXISTS (SELECT 1 FROM public.places_division WHERE NOT starts_with(code, place))) $$;
CREATE OR REPLACE FUNCTION fuqi_persons() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT lives.person_id FROM public.registry_residence AS lives JOIN public.places_division AS division
    ON division.id = lives.place_id JOIN unnest(public.fuqi_places()) AS place ON starts_with(division.code, place) $$;
CREATE OR REPLACE FUNCTION fuqi_patients() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT person_id FROM public.settlement_claim WHERE hospital = ANY (public.fuqi_institutions()) $$;
CREATE OR REPLACE FUNCTION fuqi_households() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT household_id FROM public.registry_membership WHERE person_id IN (SELECT public.fuqi_persons()) $$;
CREATE OR REPLACE FUNCTION fuqi_rows() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT source_id FROM public.matching_link WHERE person_id IN (SELECT public.fuqi_persons())
  UNION SELECT source_id FROM public.settlement_claim WHERE hospital = ANY (public.fuqi_institutions()) $$;
"""
"""Whom a session may read. `fuqi.places` are division codes with commas, `*` for everything; who lived in a place once is
within it here: which day counts is what the queries ask."""


def condition(model: type[models.Model]) -> str:
    """Return which rows of a table of persons a session may read, as SQL."""
    label = model._meta.label_lower
    if label in COUNTY_ONLY:
        return "(SELECT fuqi_everything())"
    return f"(SELECT fuqi_everything()) OR {_within(model, label)}"


def _within(model: type[models.Model], label: str) -> str:
    if label in BY_PLACE:
        return f"EXISTS (SELECT 1 FROM unnest(fuqi_places()) AS mine WHERE starts_with({BY_PLACE[label]}, mine))"
    if label in (PERSON, HOUSEHOLD, ROW):
        column, whose = "id", label
    else:
        key = parent_of(model)
        assert key is not None, label
        assert isinstance(key.related_model, type), label
        column, whose = key.column, key.related_model._meta.label_lower
    of = {PERSON: "fuqi_persons()", HOUSEHOLD: "fuqi_households()", ROW: "fuqi_rows()"}
    if whose not in of:
        parent = apps.get_model(whose)._meta.db_table
        return f"{column} IN (SELECT id FROM {parent})"
    found = f"{column} IN (SELECT {of[whose]})"
    if label in OF_PATIENTS:
        found += f" OR {column} IN (SELECT fuqi_patients())"
    if label in OF_BILLS:
        found += f" OR {OF_BILLS[label]} = ANY (fuqi_institutions())"
    return found


def scoped_models() -> list[type[models.Model]]:
    """Return every model whose table has persons, by label."""
    found = [model for model in apps.get_models() if is_of_persons(model)]
    return sorted(found, key=lambda model: model._meta.label_lower)


def policies() -> Iterator[str]:
    """Yield the statements that put row-level security on every table of persons; run by the tables' owner."""
    yield FUNCTIONS
    for model in scoped_models():
        table = model._meta.db_table
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"DROP POLICY IF EXISTS fuqi_scope ON {table}"
        yield f"CREATE POLICY fuqi_scope ON {table} USING ({condition(model)}) WITH CHECK (true)"

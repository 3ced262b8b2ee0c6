"""Conditions in SQL: on random conditions and rows, every database gives what the reference gives, NULL for unknown."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from fuqi.scheme.conditions import Condition, parse
from fuqi.scheme.names import NameInfo, Names
from fuqi.scheme.sql import (
    LARGEST,
    SEPARATOR,
    Membership,
    NotInSqlError,
    condition_in_sql,
    condition_text,
    framed,
    framed_text,
    member_rows,
)
from tests.support import postgres

KINDS = {
    "sum_a": "money",
    "sum_b": "money",
    "rate_a": "rate",
    "number_a": "number",
    "number_b": "number",
    "narrow": "number",
    "text_a": "text",
    "text_b": "text",
    "day_a": "date",
    "day_b": "date",
    "flag_a": "flag",
    "flag_b": "flag",
    "set_a": "set",
    "set_b": "set",
}
NAMES = Names("行", {name: NameInfo(name, kind, name) for name, kind in KINDS.items()})
WORDS = ["", "a", "b", "ab", "A", "é", "张", "\U0001f600", "it's", "a\\b", "%s", 'x"y', ";", "a;b", "\ud7ff", "\uff0c"]
TEXTS = st.sampled_from(WORDS) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=f"\0{SEPARATOR}"), max_size=3
)
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31)) | st.sampled_from([date(2017, 3, 1), date(2016, 2, 29)])
SMALL = st.integers(-3, 3)
AMOUNTS = SMALL | st.integers(-LARGEST, LARGEST)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "money": AMOUNTS,
    "rate": AMOUNTS,
    "number": AMOUNTS,
    "text": TEXTS,
    "date": DAYS,
    "flag": st.booleans(),
    "set": st.frozensets(TEXTS, max_size=3),
}
ROWS = st.fixed_dictionaries({name: st.none() | (SMALL if name == "narrow" else VALUES[kind]) for name, kind in KINDS.items()})
TYPES = {
    "sqlite": {"text": "TEXT COLLATE NOCASE", "date": "TEXT", "flag": "INTEGER", "set": "TEXT"},
    "postgres": {"text": 'TEXT COLLATE "en-x-icu"', "date": "DATE", "flag": "BOOLEAN", "set": "TEXT"},
    "duckdb": {"text": "TEXT COLLATE NOCASE", "date": "DATE", "flag": "BOOLEAN", "set": "TEXT"},
}


def of_kind(kind: str) -> list[str]:
    return [name for name, one in KINDS.items() if one == kind]


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


LITERALS: dict[str, st.SearchStrategy[str]] = {
    "money": st.one_of(SMALL.map(lambda fen: f"{abs(fen)}分"), st.sampled_from(["0", "99999999999999.99元", "0.01元"])),
    "rate": st.sampled_from(["0%", "0.01%", "33.33%", "100%"]),
    "number": st.sampled_from(["0", "1", "2", "999999"]),
    "text": TEXTS.map(quoted),
    "date": DAYS.map(lambda day: quoted(day.isoformat())),
    "flag": st.sampled_from(["true", "false"]),
}


@st.composite
def amounts(draw: st.DrawFn, kind: str, depth: int = 0) -> str:
    plain = st.sampled_from(of_kind(kind)) | LITERALS[kind]
    if depth > 2:
        return draw(plain)
    inner = amounts(kind, depth + 1)
    shape = draw(st.integers(0, 6))
    if shape == 0:
        return f"({draw(inner)} {draw(st.sampled_from('+-'))} {draw(inner)})"
    if shape == 1:
        return f"{draw(st.sampled_from(of_kind(kind)))} * {draw(st.integers(0, 3))}"
    if shape == 2:
        return f"-({draw(inner)})"
    if shape == 3:
        return f"{draw(st.sampled_from(['max', 'min']))}({', '.join(draw(st.lists(inner, min_size=1, max_size=3)))})"
    return draw(plain)


@st.composite
def values(draw: st.DrawFn, kind: str) -> str:
    if kind in ("money", "rate", "number"):
        return draw(amounts(kind))
    return draw(st.sampled_from(of_kind(kind)) | LITERALS[kind])


@st.composite
def conditions(draw: st.DrawFn, depth: int = 0) -> str:
    shape = draw(st.integers(0, 10 if depth < 3 else 6))
    if shape <= 2:
        kind = draw(st.sampled_from(["money", "rate", "number", "text", "date"]))
        left, right = draw(values(kind)), draw(values(kind))
        if kind == "date" and left.startswith("'"):
            left = "day_a"
        return f"{left} {draw(st.sampled_from(['=', '<>', '<', '<=', '>', '>=']))} {right}"
    if shape == 3:
        return f"{draw(values('flag'))} {draw(st.sampled_from(['=', '<>']))} {draw(values('flag'))}"
    if shape == 4:
        kind = draw(st.sampled_from(["money", "number", "text", "date", "flag"]))
        choices = draw(st.lists(values(kind), min_size=1, max_size=4))
        item = draw(st.sampled_from(of_kind(kind))) if kind == "date" else draw(values(kind))
        return f"{item} {draw(st.sampled_from(['in', 'not in']))} ({', '.join(choices)})"
    if shape == 5:
        return f"{draw(values('text'))} {draw(st.sampled_from(['in', 'not in']))} {draw(st.sampled_from(of_kind('set')))}"
    if shape == 6:
        return draw(st.sampled_from(of_kind("flag")))
    inner = conditions(depth + 1)
    if shape == 7:
        return f"not ({draw(inner)})"
    if shape == 8:
        return f"({draw(inner)}) {draw(st.sampled_from(['=', '<>']))} ({draw(inner)})"
    word = " and " if shape == 9 else " or "
    return "(" + word.join(f"({one})" for one in draw(st.lists(inner, min_size=2, max_size=3))) + ")"


def columns(dialect: str, *, rows_of_sets: bool) -> dict[str, exp.Condition | Membership]:
    found: dict[str, exp.Condition | Membership] = {}
    for name, kind in KINDS.items():
        column = exp.column(name, table="facts")
        if kind != "set":
            found[name] = column
        elif rows_of_sets:
            known = exp.Not(this=exp.Is(this=column, expression=exp.null()))
            found[name] = member_rows(f"{name}_members", "owner", "member", exp.column("id", table="facts"), known)
        else:
            found[name] = framed(column)
    return found


def stored(name: str, value: Any, dialect: str) -> Any:
    if KINDS[name] == "set":
        return framed_text(value)
    if dialect == "sqlite" and isinstance(value, date):
        return value.isoformat()
    return value


Ask = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]


def fill(ask: Ask, dialect: str, rows: Sequence[Mapping[str, Any]]) -> None:
    mark = "%s" if dialect == "postgres" else "?"
    for table in ("facts", *(f"{name}_members" for name in of_kind("set"))):
        ask(f"DELETE FROM {table}", ())
    marks = ", ".join([mark] * (len(KINDS) + 1))
    for number, row in enumerate(rows):
        ask(f"INSERT INTO facts VALUES ({marks})", [number, *(stored(name, row[name], dialect) for name in KINDS)])
        for name in of_kind("set"):
            for member in row[name] or ():
                ask(f"INSERT INTO {name}_members VALUES ({mark}, {mark})", [number, member])


def make_tables(ask: Ask, dialect: str) -> None:
    types = TYPES[dialect]
    kinds = ", ".join(f"{name} {'INTEGER' if name == 'narrow' else types.get(kind, 'BIGINT')}" for name, kind in KINDS.items())
    ask(f"CREATE TABLE facts (id BIGINT, {kinds})", ())
    for name in of_kind("set"):
        ask(f"CREATE TABLE {name}_members (owner BIGINT, member TEXT)", ())


@pytest.fixture
def databases(database_server: str) -> Iterator[dict[str, Ask]]:
    """Return how to ask each database; PostgreSQL where the run has a server."""
    lite, duck = sqlite3.connect(":memory:"), duckdb.connect()
    found: dict[str, Ask] = {
        "sqlite": lambda text, given: lite.execute(text, given).fetchall(),
        "duckdb": lambda text, given: duck.execute(text, list(given)).fetchall(),
    }
    url = postgres.create_database(database_server) if database_server else ""
    server = psycopg.connect(url, autocommit=True) if url else None
    if server is not None:

        def ask(text: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
            cursor = server.execute(text.encode(), given or None)
            return cursor.fetchall() if cursor.description else []

        found["postgres"] = ask
    for dialect, one in found.items():
        make_tables(one, dialect)
    yield found
    lite.close()
    duck.close()
    if server is not None:
        server.close()
        postgres.drop_database(url, database_server)


def as_truth(value: Any) -> bool | None:
    return None if value is None else bool(value)


def answers(ask: Ask, dialect: str, asked: Sequence[Condition], *, rows_of_sets: bool) -> list[list[bool | None]]:
    where = columns(dialect, rows_of_sets=rows_of_sets)
    made = [condition_in_sql(one, NAMES, where, dialect) for one in asked]
    query = exp.select(*made).from_("facts").order_by("id")
    return [list(map(as_truth, row)) for row in ask(query.sql(dialect=dialect), ())]


def agree(databases: Mapping[str, Ask], asked: Sequence[Condition], rows: Sequence[Mapping[str, Any]]) -> None:
    expected = [[one.evaluate(row) for one in asked] for row in rows]
    for dialect, ask in databases.items():
        fill(ask, dialect, rows)
        for rows_of_sets in (False, True):
            found = answers(ask, dialect, asked, rows_of_sets=rows_of_sets)
            for row, wanted, given_row in zip(rows, expected, found, strict=True):
                for one, want, got in zip(asked, wanted, given_row, strict=True):
                    assert got is want, (dialect, rows_of_sets, one.text, dict(row), want, got)


CONDITIONS = st.lists(conditions().map(lambda text: parse(text, NAMES)), min_size=5, max_size=5)


@pytest.mark.database
@pytest.mark.parametrize("times", [150, pytest.param(4000, marks=pytest.mark.proof)])
def test_every_database_gives_what_the_reference_gives(databases: dict[str, Ask], times: int) -> None:
    @settings(max_examples=times)
    @given(CONDITIONS, st.lists(ROWS, min_size=5, max_size=5))
    def draw(asked: list[Condition], rows: list[dict[str, Any]]) -> None:
        agree(databases, asked, rows)

    draw()


EMPTY: dict[str, Any] = dict.fromkeys(KINDS)
EDGES = [
    "text_a < 'é'",
    "text_a < '\U0001f600'",
    "text_a = 'A'",
    "text_a in ('a', text_b)",
    "'a' in (text_a, text_b)",
    "text_a in set_a",
    "'' in set_a",
    "'a' not in set_a",
    "'a;b' in set_a",
    "max(sum_a, sum_b) >= 0",
    r"min(sum_a, max(sum_b, 1分), 2分) < 1分",
    "max(3) > number_a",
    "- - number_a > 0",
    "-(-1) = 1",
    "sum_a * 3 - sum_b * 2 > -(sum_a)",
    "sum_a > 20000000元 * 3",
    "narrow * 999999 > 1",
    "narrow + narrow > 0",
    "-(sum_a + number_a * 1分) < 0",
    "narrow * 1分 < 20000000元",
    "not (flag_a or flag_b)",
    "not (sum_a > 0 and number_a = 1) or flag_b",
    "sum_a - (sum_b - 1分) = 0",
    "(number_a + number_b) * 2 > 3",
    "number_a in (number_b, 1)",
    "(sum_a > 0) = flag_a",
    "1 in (flag_a)",
    "'2017-03-01' in (day_a, day_b)",
    "day_a < '0999-01-01'",
    "sum_a < 99999999999999.99元 * 9",
]


@pytest.mark.database
def test_edges_agree(databases: dict[str, Ask]) -> None:
    some: list[dict[str, Any]] = [
        EMPTY,
        EMPTY | {"set_a": frozenset({"a"}), "sum_b": 5},
        EMPTY | {"text_a": "a", "sum_a": 5, "sum_b": 6, "narrow": 2**31 - 1, "flag_a": True, "flag_b": False, "number_b": 1},
        EMPTY | {"text_a": "a", "text_b": "A", "set_a": frozenset(), "sum_a": 1, "flag_a": True, "number_a": 1},
        EMPTY | {"text_a": "A", "text_b": None, "set_a": frozenset({"", "a;b"}), "sum_a": LARGEST, "sum_b": -LARGEST},
        EMPTY | {"text_a": "\uffff", "text_b": "a", "set_a": frozenset({"A", "\uffff"}), "sum_b": 2, "number_a": 3},
        EMPTY | {"text_a": f"a{SEPARATOR}b", "set_a": frozenset({"a", "b"}), "set_b": frozenset({""}), "flag_a": False},
        EMPTY | {"text_a": SEPARATOR, "set_a": frozenset({"", "a"}), "day_a": date(2017, 3, 1), "day_b": date(1, 1, 1)},
    ]
    agree(databases, [parse(text, NAMES) for text in EDGES], some)


def test_what_is_written_never_becomes_sql() -> None:
    text = condition_text(parse("text_a = 'x'' OR 1=1; --'", NAMES), NAMES, columns("sqlite", rows_of_sets=False), "sqlite")
    assert text == "(facts.text_a COLLATE BINARY) = 'x'' OR 1=1; --'"


@pytest.mark.parametrize("text", ["sum_a * 99999999 > 0", "number_a * number_b > 1", "sum_a > 999999999999999元 * 999999999"])
def test_arithmetic_that_could_leave_64_bits_is_refused(text: str) -> None:
    with pytest.raises(NotInSqlError):
        condition_in_sql(parse(text, NAMES), NAMES, columns("sqlite", rows_of_sets=False), "sqlite")


@pytest.mark.parametrize("text", ["sum_a > 0", "'a' in set_a"])
def test_a_name_without_a_column_is_refused(text: str) -> None:
    with pytest.raises(NotInSqlError):
        condition_in_sql(parse(text, NAMES), NAMES, {}, "sqlite")


def test_a_set_that_holds_the_separator_cannot_be_framed() -> None:
    with pytest.raises(ValueError, match="separator"):
        framed_text({f"a{SEPARATOR}"})
    assert framed_text(None) is None

"""A workspace's figures counted a third time, by two databases: `python -m tests.support.counted_in_sql FOLDER`."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from tests.support.workspaces import own_environment

ROOT = Path(__file__).parents[2]
TYPES = {"text": "TEXT", "set": "TEXT", "date": "DATE", "flag": "BOOLEAN"}


def compare(folder: Path) -> dict[str, Any]:
    """Return how many records were compared, and in which figures a database finds others than the counter."""
    from fuqi.commands.work import today
    from fuqi.flows.workspaces import open_up

    opened = open_up(folder, today=today(), at=datetime.now(UTC))
    from fuqi.basics.dates import AsOf
    from fuqi.facts.queries import counting_tables
    from fuqi.flows.figures import default_day
    from fuqi.indicators.figures import count

    scheme, different, compared = opened.scheme, [], 0
    tables = counting_tables(opened.viewer, scheme, AsOf(default_day(scheme))).tables
    lite, duck = sqlite3.connect(":memory:"), duckdb.connect()
    for name, rows in tables.items():
        _fill(lite, "sqlite", name, rows)
        _fill(duck, "duckdb", name, rows)
    for indicator in scheme.indicators:
        rows = tables[indicator.over]
        places = {id(row): place for place, row in enumerate(rows)}
        counted = count(indicator, rows)
        wanted = {part: sorted(places[id(row)] for row in found) for part, found in counted.parts()}
        compared += sum(map(len, wanted.values()))
        for dialect, database in (("sqlite", lite), ("duckdb", duck)):
            if _parts(database, dialect, indicator) != wanted:
                different.append(f"{indicator.id} in {dialect}")
    return {"figures": len(scheme.indicators), "compared": compared, "different": different}


def _fill(database: Any, dialect: str, name: str, rows: Sequence[Any]) -> None:
    """Put a counting table into a database: each row with its place, each column as `fuqi.scheme.sql` wants it."""
    from fuqi.scheme.names import COUNTING_TABLES
    from fuqi.scheme.sql import framed_text

    infos = COUNTING_TABLES[name].exact
    kinds = ", ".join(f'"{one.name}" {TYPES.get(one.kind, "BIGINT")}' for one in infos.values())
    database.execute(f'CREATE TABLE "{name}" (place BIGINT, {kinds})')

    def stored(value: Any) -> Any:
        if isinstance(value, set | frozenset):
            return framed_text(value)
        return value.isoformat() if dialect == "sqlite" and isinstance(value, date) else value

    cells = [[place, *(stored(row.values.get(one)) for one in infos)] for place, row in enumerate(rows)]
    if cells:
        database.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * (len(infos) + 1))})', cells)


def _parts(database: Any, dialect: str, indicator: Any) -> dict[str, list[int]]:
    """Return the places of the rows in each part of a figure, selected by the database."""
    from fuqi.scheme.names import COUNTING_TABLES
    from fuqi.scheme.sql import condition_in_sql, framed

    names = COUNTING_TABLES[indicator.over]
    columns: dict[str, Any] = {}
    for info in names.exact.values():
        column = exp.column(info.name, quoted=True)
        columns[info.name] = framed(column) if info.kind == "set" else column

    def holds(condition: Any) -> Any:
        if condition is None:
            return exp.true()
        return exp.Is(this=exp.Paren(this=condition_in_sql(condition, names, columns, dialect)), expression=exp.true())

    def places(*conditions: Any) -> list[int]:
        query = exp.select("place").from_(exp.to_table(indicator.over)).where(*conditions).order_by("place")
        return [row[0] for row in database.execute(query.sql(dialect=dialect, identify=True)).fetchall()]

    rated = indicator.measure in ("rate", "ratio")
    base, counted = holds(indicator.denominator if rated else indicator.considered), holds(indicator.numerator)
    return {
        "numerator": places(base, counted),
        "denominator": places(base) if rated else [],
        "excluded": places(base, exp.Not(this=counted)) if rated or indicator.considered is not None else [],
    }


def compared(folder: Path) -> dict[str, Any]:
    """Return `compare`, done in a process of its own."""
    command = [sys.executable, "-m", "tests.support.counted_in_sql", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=own_environment(), capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(compare(Path(sys.argv[1])), ensure_ascii=False))  # noqa: T201 - its caller reads it

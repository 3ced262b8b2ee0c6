"""DuckDB: the rules in SQL, once with window functions and once claim by claim in a recursive query.

A window function sees what stood in earlier rows, never what it itself gave there. A cap inside a year is such a thing.
Here a closed form saves it: with one constant cap the payments of a year telescope, `least(cap, sum so far)` less the same
without this claim. It breaks when the cap depends on the claim (an identity that changes inside the year), when a floor or the
remainder cuts first, or when several layers share a cap: then only the recursive query, which walks from claim to claim, stays
exact.
"""

from __future__ import annotations

import importlib
from typing import Any

from benchmarks.claims import Book
from benchmarks.paid import Paid

_RATE = "(greatest(0, in_scope - deductible) * (7000 + 1000 * poor) + 5000) // 10000"
_DEDUCTIBLE = "case level when 1 then 10000 when 2 then 40000 else 100000 end"


def _graduated(base: str) -> str:
    return (
        f"((greatest(0, least({base}, 3000000) - lowest) * 6000 + greatest(0, least({base}, 10000000) - 3000000) * 6500"
        f" + greatest(0, {base} - 10000000) * 7500 + 5000) // 10000)"
    )


_END = f"""
    paid as (select place, poor, in_scope, basic, {_graduated("after")} - {_graduated("after - in_scope + basic")} as critical
             from summed)
    select place, basic, critical,
           poor * greatest(0, in_scope - basic - critical - (in_scope * 1000 + 5000) // 10000) as backstop
    from paid
"""

WINDOWS = f"""
    with shared as (select *, {_RATE} as share from (select *, {_DEDUCTIBLE} as deductible from claims)),
    so_far as (select *, sum(share) over (partition by unit order by place)::bigint as shares from shared),
    capped as (select *, least(15000000, shares) - least(15000000, shares - share) as basic from so_far),
    summed as (select *, sum(in_scope - basic) over (partition by unit order by place)::bigint as after,
                      case poor when 1 then 600000 else 1200000 end as lowest from capped),
    {_END}
"""

RECURSIVE = f"""
    with recursive shared as materialized (
        select place, unit, poor, in_scope, number, {_RATE} as share
        from (select *, {_DEDUCTIBLE} as deductible from claims)
    ),
    walked as (
        select place, unit, number, poor, in_scope, least(share, 15000000) as basic, least(share, 15000000) as paid,
               in_scope - least(share, 15000000) as after
        from shared where number = 0
        union all
        select place, unit, number, poor, in_scope, basic, paid + basic, after + in_scope - basic
        from (select c.*, w.paid, w.after, least(c.share, greatest(0, 15000000 - w.paid)) as basic
              from walked w join shared c on c.unit = w.unit and c.number = w.number + 1)
    ),
    summed as (select *, case poor when 1 then 600000 else 1200000 end as lowest from walked),
    {_END}
"""


class Base:
    """A database in memory that holds an ordered book; loading is not timed. All cores, as DuckDB does by itself."""

    def __init__(self, book: Book) -> None:
        numpy, duckdb = importlib.import_module("numpy"), importlib.import_module("duckdb")
        units = book.units()
        counts = numpy.bincount(units)
        columns = {
            "place": numpy.arange(len(book)),
            "unit": units,
            "number": numpy.arange(len(book)) - (numpy.cumsum(counts) - counts)[units],
            "level": book.level,
            "poor": book.poor,
            "in_scope": book.in_scope,
        }
        self.connection: Any = duckdb.connect()
        self.connection.register("given", columns)
        self.connection.execute("create table claims as select * from given")
        self.connection.unregister("given")

    def run(self, query: str) -> None:
        """Settle into a table of the database."""
        self.connection.execute(f"create or replace table result as {query}")

    def paid(self) -> Paid:
        """Return what the last run gave, in the order of the book."""
        found = self.connection.execute("select basic, critical, backstop from result order by place").fetchnumpy()
        return Paid(*(found[name].astype("int64") for name in Paid._fields))

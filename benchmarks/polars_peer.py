"""Polars: the same closed form as in SQL, as running sums over each unit. A cap that depends on the claim it cannot express.

Polars has no expression that carries a state from row to row; what is left is Python called once per unit.
"""

from __future__ import annotations

import importlib
from typing import Any

from benchmarks.claims import Book
from benchmarks.paid import Paid


class Frame:
    """The claims of an ordered book as a data frame; loading is not timed. All cores, as Polars does by itself."""

    def __init__(self, book: Book) -> None:
        self.polars: Any = importlib.import_module("polars")
        columns = {"unit": book.units(), "level": book.level, "poor": book.poor, "in_scope": book.in_scope}
        self.claims = self.polars.DataFrame(columns)
        self.query = self._query()

    def _query(self) -> Any:
        pl = self.polars
        col, lit = pl.col, pl.lit

        def positive(value: Any) -> Any:
            return pl.max_horizontal(value, lit(0, pl.Int64))

        def at_most(value: Any, most: int) -> Any:
            return pl.min_horizontal(value, lit(most, pl.Int64))

        def graduated(base: Any) -> Any:
            first = positive(at_most(base, 30_000_00) - col("lowest")) * 6000
            second = positive(at_most(base, 100_000_00) - 30_000_00) * 6500
            return (first + second + positive(base - 100_000_00) * 7500 + 5000) // 10_000

        deductible = pl.when(col("level") == 1).then(100_00).when(col("level") == 2).then(400_00).otherwise(1000_00)
        share = (positive(col("in_scope") - deductible) * (7000 + 1000 * col("poor")) + 5000) // 10_000
        shares, cap = col("shares"), 150_000_00
        left = col("in_scope") - col("basic") - col("critical") - (col("in_scope") * 1000 + 5000) // 10_000
        return (
            self.claims.lazy()
            .with_columns(share=share)
            .with_columns(shares=col("share").cum_sum().over("unit"))
            .with_columns(basic=at_most(shares, cap) - at_most(shares - col("share"), cap))
            .with_columns(base=col("in_scope") - col("basic"))
            .with_columns(
                after=col("base").cum_sum().over("unit"),
                lowest=pl.when(col("poor") == 1).then(6000_00).otherwise(12_000_00).cast(pl.Int64),
            )
            .with_columns(critical=graduated(col("after")) - graduated(col("after") - col("base")))
            .with_columns(backstop=positive(left) * col("poor"))
            .select("basic", "critical", "backstop")
        )

    def run(self) -> Any:
        """Return the payments as a data frame."""
        return self.query.collect()

    @staticmethod
    def paid(found: Any) -> Paid:
        """Return what a run gave."""
        return Paid(*(found[name].to_numpy() for name in Paid._fields))

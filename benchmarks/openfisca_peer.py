"""OpenFisca-core on annual totals: its most favourable form, one vector over persons and years, no claim, no accumulator.

What cannot be said in it is handed over ready: the year's sums after each claim's deductible. Only calculating is timed; making
the simulation and giving it its inputs is not. Two forms: `float` as its users write rules (numpy float32, in yuan), and `int`,
the only type of its own that can be exact (int32, in fen, which holds no year above 21 million yuan; whole-number arithmetic
written by hand, because its bracket scales count in floating point).
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.by_number import DEDUCTIBLE, graduated
from benchmarks.claims import Book, Whole
from benchmarks.paid import Paid
from benchmarks.rounds import Clock

PERIOD = "2023"
INPUTS = ("plain_share_base", "poor_share_base", "in_scope", "is_poor")


@dataclass(frozen=True, slots=True)
class Years:
    """Annual totals by person and year, in fen; `is_poor` is the identity on the year's last claim."""

    plain_share_base: Whole
    poor_share_base: Whole
    in_scope: Whole
    is_poor: Whole

    def exact(self) -> Paid:
        """Return the annual formulas in whole numbers, each layer rounded once a year."""
        basic = np.minimum(150_000_00, (self.plain_share_base * 7000 + self.poor_share_base * 8000 + 5000) // 10_000)
        base = self.in_scope - basic
        critical = graduated(base, np.where(self.is_poor == 1, 6000_00, 12_000_00))
        left = base - critical - (self.in_scope * 1000 + 5000) // 10_000
        return Paid(basic, critical, np.maximum(0, left) * self.is_poor)


def years(book: Book) -> Years:
    """Return the annual totals of an ordered book."""
    units = book.units()
    above = np.maximum(0, book.in_scope - DEDUCTIBLE[book.level])
    last = np.flatnonzero(np.append(np.diff(units), 1))
    return Years(
        _sums(units, above * (1 - book.poor)), _sums(units, above * book.poor), _sums(units, book.in_scope), book.poor[last]
    )


def yearly(paid: Paid, book: Book) -> Paid:
    """Return payments by claim summed over each person's year."""
    units = book.units()
    return Paid(*(_sums(units, column) for column in paid))


def _sums(units: Whole, amounts: Whole) -> Whole:
    starts = np.flatnonzero(np.append(1, np.diff(units)))
    return np.add.reduceat(amounts, starts)


class Peer:
    """The rules as OpenFisca variables of one value type, `float` (yuan) or `int` (fen)."""

    def __init__(self, totals: Years, kind: type) -> None:
        core = importlib.import_module("openfisca_core")
        for part in ("entities", "periods", "simulation_builder", "simulations", "taxbenefitsystems", "taxscales", "variables"):
            try:
                importlib.import_module(f"openfisca_core.{part}")
            except ModuleNotFoundError:
                continue
        self.kind, self.totals = kind, totals
        person = core.entities.Entity("person", "persons", "Person", "")
        self.system = core.taxbenefitsystems.TaxBenefitSystem([person])
        for variable in _variables(core, person, kind):
            self.system.add_variable(variable)
        self.builder = core.simulations.SimulationBuilder

    def simulation(self) -> Any:
        """Return a simulation with its inputs; nothing is calculated yet."""
        found = self.builder().build_default_simulation(self.system, count=len(self.totals.in_scope))
        for name in INPUTS:
            column = getattr(self.totals, name)
            if self.kind is float and name != "is_poor":
                column = column / 100
            found.set_input(name, PERIOD, column.astype(bool) if name == "is_poor" else column)
        return found

    @staticmethod
    def run(simulation: Any) -> list[Any]:
        """Return the three layers as calculated."""
        return [simulation.calculate(layer, PERIOD) for layer in Paid._fields]

    def seconds(self) -> float:
        """Return how long calculating takes, in a simulation of its own, because a simulation remembers what it calculated."""
        simulation = self.simulation()
        started = Clock.now()
        self.run(simulation)
        return Clock.now() - started

    def paid(self, found: list[Any]) -> Paid:
        """Return a result in fen."""
        times = 100 if self.kind is float else 1
        return Paid(*(np.rint(column.astype(np.float64) * times).astype(np.int64) for column in found))


def right_share(found: Paid, right: Paid) -> float:
    """Return the share of persons and years on which all layers are right to the fen."""
    same = np.ones(len(found.basic), bool)
    for own, its in zip(found, right, strict=True):
        same &= own == its
    return float(same.mean())


def _variables(core: Any, person: Any, kind: type) -> list[type]:
    formulas = _in_yuan(core) if kind is float else _in_fen()

    def variable(name: str, value_type: type, formula: Any = None) -> type:
        content = {"value_type": value_type, "entity": person, "definition_period": core.periods.DateUnit.YEAR, "label": name}
        return type(name, (core.variables.Variable,), content | ({"formula": formula} if formula else {}))

    given = [variable(name, bool if name == "is_poor" else kind) for name in INPUTS]
    return given + [variable(name, kind, formula) for name, formula in formulas.items()]


def _in_yuan(core: Any) -> dict[str, Any]:
    def scale(deductible: int) -> Any:
        found = core.taxscales.MarginalRateTaxScale()
        for threshold, rate in ((0, 0), (deductible, 0.6), (30_000, 0.65), (100_000, 0.75)):
            found.add_bracket(threshold, rate)
        return found

    plain, poor = scale(12_000), scale(6000)

    def basic(person: Any, period: Any) -> Any:
        share = person("plain_share_base", period) * 0.7 + person("poor_share_base", period) * 0.8
        return np.round(np.minimum(share, 150_000), 2)

    def critical(person: Any, period: Any) -> Any:
        base = person("in_scope", period) - person("basic", period)
        return np.round(np.where(person("is_poor", period), poor.calc(base), plain.calc(base)), 2)

    def backstop(person: Any, period: Any) -> Any:
        in_scope = person("in_scope", period)
        left = in_scope - person("basic", period) - person("critical", period) - np.round(in_scope * 0.1, 2)
        return np.round(np.maximum(0, left) * person("is_poor", period), 2)

    return {"basic": basic, "critical": critical, "backstop": backstop}


def _in_fen() -> dict[str, Any]:
    def wide(person: Any, name: str, period: Any) -> Any:
        return person(name, period).astype(np.int64)

    def basic(person: Any, period: Any) -> Any:
        exact = wide(person, "plain_share_base", period) * 7000 + wide(person, "poor_share_base", period) * 8000
        return np.minimum((exact + 5000) // 10_000, 150_000_00)

    def critical(person: Any, period: Any) -> Any:
        base = wide(person, "in_scope", period) - person("basic", period)
        return graduated(base, np.where(person("is_poor", period), 6000_00, 12_000_00))

    def backstop(person: Any, period: Any) -> Any:
        in_scope = wide(person, "in_scope", period)
        left = in_scope - person("basic", period) - person("critical", period) - (in_scope * 1000 + 5000) // 10_000
        return np.maximum(0, left) * person("is_poor", period)

    return {"basic": basic, "critical": critical, "backstop": backstop}

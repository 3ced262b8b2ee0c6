"""Every peer that the test environment has gives what the reference gives, on few claims; no time is taken here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import by_number, duckdb_peer, file_door, openfisca_peer, races, to_c
from benchmarks.arrival import paid_in_order_of_arrival
from benchmarks.claims import SCHEME, Book, benefits, claim_objects, make, write_csv
from benchmarks.paid import Paid, by_reference, difference
from fuqi.flows.settle_file import settle_file
from fuqi.scheme.claims import Settled
from fuqi.scheme.settle import settle


@pytest.fixture(scope="module")
def book() -> Book:
    claims = make(2000, seed=7)
    return claims.take(claims.ordered())


@pytest.fixture(scope="module")
def right(book: Book) -> Paid:
    return by_reference(book)


def test_the_same_seed_gives_the_same_claims() -> None:
    assert np.array_equal(make(500, seed=3).total, make(500, seed=3).total)
    assert not np.array_equal(make(500, seed=3).total, make(500, seed=4).total)


def test_caps_deductibles_and_identities_change_things_inside_a_year(book: Book) -> None:
    results = [result for result in settle(benefits(), claim_objects(book)) if isinstance(result, Settled)]
    assert len(results) == 2000
    basic, critical, backstop = zip(*(result.lines for result in results), strict=True)
    assert any(line.trace.over and line.pay_fen for line in basic), "the cap cuts a payment that is not 0"
    assert any(line.trace.base_before < line.trace.deductible < line.trace.base_before + line.base_fen for line in critical)
    assert any(line.pay_fen for line in backstop)
    units = book.units()
    changed = (np.diff(book.poor) != 0) & (np.diff(units) == 0)
    assert changed.any(), "somebody's identity changes inside a year"


def test_numpy_by_claim_number(book: Book, right: Paid) -> None:
    laid = by_number.lay(book)
    assert difference(by_number.in_order(by_number.settle(laid), laid), right) == ""


@pytest.mark.parametrize("query", [duckdb_peer.WINDOWS, duckdb_peer.RECURSIVE], ids=["windows", "recursive"])
def test_duckdb(book: Book, right: Paid, query: str) -> None:
    base = duckdb_peer.Base(book)
    base.run(query)
    assert difference(base.paid(), right) == ""


def test_the_kernel_and_its_translation_into_c(book: Book, tmp_path: Path) -> None:
    for contender in races.kernel_race(book, tmp_path):
        absent = "in generated C" in contender.name and to_c.compiler() is None
        assert contender.wrong(contender.run()) == ("gcc is not installed" if absent else ""), contender.name


def test_the_kernel_with_traces(book: Book) -> None:
    for contender in races.trace_race(book):
        assert contender.wrong(contender.run()) == "", contender.name


def test_annual_totals_are_not_the_settlement(book: Book, right: Paid) -> None:
    exact, true = openfisca_peer.years(book).exact(), openfisca_peer.yearly(right, book)
    assert 0.5 < openfisca_peer.right_share(exact, true) < 1
    assert openfisca_peer.right_share(true, true) == 1


def test_the_lines_that_the_file_door_must_write(tmp_path: Path) -> None:
    claims = make(500, seed=5)
    paths = {name: tmp_path / f"{name}.csv" for name in ("claims", "lines")}
    write_csv(claims, paths["claims"])
    scheme = tmp_path / "benefits.yaml"
    scheme.write_text(SCHEME.read_text("utf-8"), "utf-8")
    said: list[str] = []
    status = settle_file(
        benefits=scheme,
        scheme=None,
        claims=paths["claims"],
        out=paths["lines"],
        problems=None,
        explain=None,
        keep_going=False,
        say=said.append,
        warn=said.append,
    )
    assert status == 0, said
    assert paths["lines"].read_bytes() == b"".join(file_door.right_lines(claims, paid_in_order_of_arrival(claims)))

"""A figure is its list: counted by the plain loop in this file and by the room, over random rows."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from fuqi.basics.money import format_yuan, percentage
from fuqi.facts.tables import FactRow
from fuqi.indicators.figures import count, figure, within
from fuqi.scheme.conditions import parse
from fuqi.scheme.indicators import Indicator, Reason
from fuqi.scheme.names import COUNTING_TABLES

PLACES = ("430611", "430611101", "430611101201", "430611101202", "430611102", "430611102201")
VILLAGES = [place for place in PLACES if len(place) == 12]

rows = st.lists(
    st.builds(
        lambda person, village, layer, amount: FactRow(
            (person, ""),
            UUID(int=person),
            village,
            {"layer": layer, "amount": amount, "fund": "f", "posted_on": None, "person_groups": frozenset()},
        ),
        st.integers(1, 6),
        st.sampled_from(VILLAGES),
        st.sampled_from(["basic", "critical", None]),
        st.integers(0, 10_000),
    ),
    max_size=30,
)


def condition(text: str) -> object:
    return parse(text, COUNTING_TABLES["payment"])


def indicator(**parts: object) -> Indicator:
    return Indicator(id="x", name="某指标", over="payment", **parts)  # type: ignore[arg-type]


@given(rows, st.sampled_from(PLACES))
def test_a_count_is_the_number_of_rows_or_of_persons(given_rows: list[FactRow], place: str) -> None:
    here = [row for row in given_rows if row.place.startswith(place) and row.values["layer"] == "critical"]
    for count_by, expected in (("row", len(here)), ("person", len({row.person_id for row in here}))):
        counted = count(indicator(measure="count", numerator=condition("layer = 'critical'"), count_by=count_by), given_rows)
        assert figure(counted, place).value == str(expected)


@given(rows, st.sampled_from(PLACES))
def test_a_sum_is_the_sum_of_its_rows(given_rows: list[FactRow], place: str) -> None:
    counted = count(indicator(measure="sum", amount="amount", numerator=condition("layer = 'basic'")), given_rows)
    expected = sum(
        value
        for row in given_rows
        if row.place.startswith(place) and row.values["layer"] == "basic" and isinstance(value := row.values["amount"], int)
    )
    assert figure(counted, place).value == format_yuan(expected)


@given(rows, st.sampled_from(PLACES))
def test_a_rate_takes_its_numerator_among_its_denominator_and_an_empty_base_has_no_value(
    given_rows: list[FactRow], place: str
) -> None:
    rate = indicator(
        measure="rate",
        denominator=condition("amount > 50元"),
        numerator=condition("layer = 'basic'"),
        reasons=(Reason(text="不是基本医保"),),
    )
    counted = count(rate, given_rows)
    base = [row for row in given_rows if row.place.startswith(place) and int(str(row.values["amount"])) > 50_00]
    top = [row for row in base if row.values["layer"] == "basic"]
    assert figure(counted, place).value == (percentage(len(top), len(base)) if base else "")
    left_out = [reason for row, reason in counted.excluded if row.place.startswith(place)]
    assert left_out == ["不是基本医保"] * (len(base) - len(top))


@given(rows)
def test_villages_add_up_to_their_township_and_townships_to_the_county(given_rows: list[FactRow]) -> None:
    for place in PLACES[:1]:
        townships = [other for other in PLACES if len(other) == 9]
        assert len(within(given_rows, place)) == sum(len(within(given_rows, township)) for township in townships)

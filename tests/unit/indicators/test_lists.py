"""Lists behind figures: kept as bytes and read again they are the same; what was read is told in words."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from fuqi.facts.tables import FactRow
from fuqi.indicators.figures import PARTS, count, figure, figures
from fuqi.indicators.lists import Member, MemberList, decode, encode, member_lists
from fuqi.scheme.conditions import parse
from fuqi.scheme.indicators import Indicator, Reason
from fuqi.scheme.names import COUNTING_TABLES

ids = st.uuids().map(lambda one: one.hex)
members = st.builds(
    Member,
    serial=st.integers(0, 999_999),
    person=ids | st.just(""),
    place=st.sampled_from(["430611", "430611101", "430611101201"]),
    record=st.text(max_size=20),
    reason=st.text(max_size=20),
    restricted=st.booleans(),
    sources=st.lists(ids, max_size=4).map(tuple),
)
lists = st.builds(
    MemberList,
    part=st.sampled_from(list(PARTS)),
    shows_illness=st.booleans(),
    by_person=st.booleans(),
    members=st.lists(members, max_size=20).map(tuple),
)


@given(lists)
def test_a_list_that_was_kept_is_read_as_it_was(found: MemberList) -> None:
    again = decode(encode(found))
    assert again == found
    assert encode(again) == encode(found)


PERSON, SOURCE, OTHER = (UUID(int=number) for number in (1, 2, 3))
PAYMENT = Indicator(
    id="x",
    name="某指标",
    over="payment",
    measure="count",
    numerator=parse("layer = 'basic' and amount > 0", COUNTING_TABLES["payment"]),
    considered=parse("amount > 0", COUNTING_TABLES["payment"]),
    reasons=(Reason(text="不是基本医保"),),
)


def payment(place: str, layer: str | None, amount: int) -> FactRow:
    values: dict[str, object] = {"layer": layer, "amount": amount, "fund": "f", "posted_on": None, "person_groups": frozenset()}
    evidence = {"layer": (SOURCE,), "amount": (SOURCE, OTHER)}
    return FactRow((7, "x"), PERSON, place, values, evidence, restricted=True, label="ZY1 basic")


def test_a_member_says_whose_it_is_where_why_and_by_which_rows() -> None:
    counted = count(PAYMENT, [payment("430611101201", "basic", 12_34), payment("430611102201", None, 1)])
    numerator, denominator, excluded = member_lists(counted, lambda word: {"basic": "基本医保"}.get(word, word))
    assert [member.place for member in numerator.members] == ["430611101201"]
    member = numerator.members[0]
    assert (member.serial, member.person, member.record) == (7, PERSON.hex, "ZY1 basic")
    assert member.reason == "金额：12.34元；支付项目：基本医保"
    assert (member.restricted, member.sources) == (True, (SOURCE.hex, OTHER.hex))
    assert (numerator.shows_illness, numerator.by_person, denominator.members) == (True, False, ())
    assert [(item.place, item.reason) for item in excluded.members] == [("430611102201", "不是基本医保")]


def test_the_lists_of_a_place_are_those_of_all_cut_to_it() -> None:
    counted = count(PAYMENT, [payment(place, "basic", 1) for place in ("430611101201", "430611102201")])
    here = member_lists(counted, str, "430611102")[0].members
    assert here == member_lists(counted, str)[0].members[1:]


@given(st.lists(st.sampled_from(["430611101201", "430611101202", "430611102201", "430611102"]), max_size=12))
def test_figures_of_many_places_are_the_figures_of_each(places: list[str]) -> None:
    counted = count(PAYMENT, [payment(place, layer, 1) for place in places for layer in ("basic", "critical")])
    asked = ["430611", "430611101", "430611101201", "430611102", "430611103"]
    assert list(figures(counted, asked)) == [figure(counted, place) for place in asked]

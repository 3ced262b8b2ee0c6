"""The money, agreements, check-ups and survey of the sample, counted back from the workbooks with the scheme's evaluator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from fuqi.basics.money import percentage
from fuqi.scheme import Scheme
from fuqi.scheme.claims import Claim, Settled
from fuqi.scheme.settle import settle
from tests.unit.sample.reader import County, day_of, fen_of, number_of
from tests.unit.sample.test_lists_and_checks import FOUR_KINDS, PUBLIC_HEALTH, _checks

LEVELS = {"乡镇级": "township", "区级": "county", "市级": "city", "省级": "province", "一级": "township", "二级": "county"}
GROUPS = {"低保户": "subsistence_allowance", "特困户": "extreme_poverty_support"}
CUT_OFF = date(2017, 10, 20)


@dataclass(frozen=True)
class Received:
    """A claim as received, with the person's id number and what the scheme pays by layer (None: it cannot be settled)."""

    claim: Claim
    person: str
    in_county: bool
    paid: dict[str, int] | None

    @property
    def first_day(self) -> date:
        assert self.claim.admitted is not None
        return self.claim.admitted


def _claims(county: County, scheme: Scheme) -> list[Claim]:
    inside = {row.name: row.in_county for row in scheme.institutions}
    words = {
        "住院": ("结算单号", "身份证号", "就诊医院", "医院级别", "入院日期", "出院日期", "结算日期", "诊断编码", "医疗总费用", "政策范围内费用"),
        "门诊": ("流水号", "证件号码", "医疗机构名称", "机构级别", "就诊日期", "离院日期", "结算时间", "ICD编码", "费用总额（元）", "范围内费用（元）"),
    }  # fmt: skip
    found = []
    for file, (number, person_id, hospital, level, admitted, discharged, settled, code, total, scope) in words.items():
        for row in county.rows(file, number):
            key = number_of(row[person_id])
            person, left = county.register.get(key), day_of(row[discharged])
            poor = person is not None and person.registered_on <= left
            groups = (
                {"registered_poor"} | ({GROUPS[person.group]} if person.group in GROUPS else set())
                if person and poor
                else set()
            )
            found.append(
                Claim(
                    claim_id=str(row[number]),
                    person_id=key,
                    household_id=person.household if person else None,
                    settled_at=day_of(row[settled]),
                    admitted=day_of(row[admitted]),
                    discharged=left,
                    care="inpatient" if file == "住院" else "outpatient",
                    hospital_level=LEVELS[str(row[level])],
                    in_county=inside[str(row[hospital])],
                    icd10=str(row[code]),
                    insured=True,
                    groups=frozenset(groups),
                    total=fen_of(row[total]),
                    in_scope=fen_of(row[scope]),
                )
            )
    return found


@pytest.fixture(scope="module")
def received(county: County, scheme: Scheme) -> list[Received]:
    results = settle(scheme.benefits, _claims(county, scheme))
    return [
        Received(
            one.claim,
            one.claim.person_id,
            bool(one.claim.in_county),
            {line.layer: line.pay_fen for line in one.lines} if isinstance(one, Settled) else None,
        )
        for one in results
    ]


def test_there_is_a_year_of_claims_that_can_all_be_settled(county: County, received: list[Received]) -> None:
    assert 2500 <= len(received) <= 3500
    assert all(one.paid is not None for one in received)
    pending = [
        one for one in received if one.claim.care == "inpatient" and one.claim.settled_at and one.claim.settled_at > CUT_OFF
    ]
    assert sum(one.person in county.register for one in pending) == 150
    assert any(one.person not in county.register for one in received)


def test_the_treated_patients_of_the_four_kinds_cost_and_are_paid_what_was_published(
    county: County, received: list[Received]
) -> None:
    patients = {check.number for check in _checks(county) if check.verified and check.has(FOUR_KINDS)}
    stays = [one for one in received if one.claim.care == "inpatient" and one.person in patients and one.paid is not None]
    treated = {one.person for one in stays if one.claim.icd10 and one.claim.icd10.startswith(FOUR_KINDS)}
    assert len(treated) == 59
    assert sum(one.claim.total or 0 for one in stays) == 2_197_300_00
    assert sum(sum((one.paid or {}).values()) for one in stays) == 1_932_200_00
    assert all(one.claim.settled_at and one.claim.settled_at <= CUT_OFF for one in stays)


def test_the_one_stop_layers_reach_726_people_with_the_published_sum(county: County, received: list[Received]) -> None:
    sums: dict[str, int] = {}
    for one in received:
        if one.paid and one.person in county.register and one.claim.settled_at and one.claim.settled_at <= CUT_OFF:
            beside = sum(pay for layer, pay in one.paid.items() if layer != "basic")
            sums[one.person] = sums.get(one.person, 0) + beside
    paid = [amount for amount in sums.values() if amount > 0]
    assert (len(paid), sum(paid)) == (726, 1_714_600_00)


def test_93_percent_of_the_major_patients_went_to_the_district_first(county: County, received: list[Received]) -> None:
    majors = {check.number for check in _checks(county) if check.verified and check.has(FOUR_KINDS + PUBLIC_HEALTH)}
    first: dict[str, Received] = {}
    for one in sorted(received, key=lambda one: (one.first_day, one.claim.order)):
        if one.person in majors:
            first.setdefault(one.person, one)
    assert (sum(one.in_county for one in first.values()), len(first)) == (88, 95)
    assert percentage(88, 95).startswith("92.6")


def test_163_registered_people_signed_agreements_since_september(county: County) -> None:
    rows = [(number_of(row["身份证号码"]), day_of(row["协议签订日期"])) for row in county.rows("先诊疗", "收治医院")]
    people = {number for number, day in rows if day >= date(2017, 9, 1) and number in county.register}
    assert len(people) == 163 < len(rows)
    assert any(day < date(2017, 9, 1) for _, day in rows)


def test_4371_registered_people_had_a_check_up_some_of_them_twice(county: County) -> None:
    numbers = [number_of(row["居民身份证号"]) for row in county.rows("体检", "受检人")]
    assert len(set(numbers) & set(county.register)) == 4371 < len(numbers)


def test_98_percent_of_those_who_answered_are_satisfied_and_know_the_policy(county: County) -> None:
    rows = county.rows("电话调查", "受访人")
    answered = [row for row in rows if row["是否接通"] == "是"]
    assert len(answered) < len(rows)
    for column in ("是否满意", "是否知晓政策"):
        assert round(100 * sum(row[column] == "是" for row in answered) / len(answered)) == 98


def test_13_reasons_and_about_25_moves_are_told(county: County) -> None:
    assert len(county.rows("未救治", "未救治原因")) == 13
    moved = [row for row in county.rows("变动", "变动类型") if row["变动类型"] == "迁村"]
    assert 20 <= len(moved) <= 30
    assert all(number_of(row["身份证号"]) in county.register for row in moved)

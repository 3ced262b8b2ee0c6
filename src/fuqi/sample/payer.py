"""What the scheme pays for invented claims, asked of its reference evaluator, and which lists an invented illness is on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fuqi.sample.claims import INPATIENT, Stay
from fuqi.sample.money import Paid, Payer, SampleError
from fuqi.sample.people import Area
from fuqi.sample.plan import Illness, Plan
from fuqi.scheme import Scheme
from fuqi.scheme.claims import Claim, Settled
from fuqi.scheme.illness import find_diseases
from fuqi.scheme.settle import settle

_ADULT, _CHILD = 40, 8


def _claim(stay: Stay, area: Area, scheme: Scheme) -> Claim:
    person, household, hospital = stay.person, stay.person.household, area.hospital(stay.hospital)
    groups: frozenset[str] = frozenset()
    if household is not None and household.registered_on <= stay.discharged:
        groups = scheme.groups_of_row("household", {"group": household.group_word})
    return Claim(
        claim_id=stay.number,
        person_id=person.number,
        household_id=household.number if household else None,
        settled_at=stay.settled_on,
        admitted=stay.admitted,
        discharged=stay.discharged,
        care="inpatient" if stay.care == INPATIENT else "outpatient",
        hospital_level=hospital.level,
        in_county=hospital.in_county,
        referred=stay.referred,
        icd10=stay.illness.icd10,
        birth_on=person.birth_on,
        sex=person.sex,
        insured=True,
        groups=groups,
        total=stay.total,
        in_scope=stay.in_scope,
    )


def make_payer(scheme: Scheme, area: Area) -> Payer:
    """Return a function that gives what each layer of the scheme pays on each claim that can be settled."""

    def pay(stays: Sequence[Stay]) -> Paid:
        found = settle(scheme.benefits, [_claim(stay, area, scheme) for stay in stays])
        return {
            one.claim.claim_id: {line.layer: line.pay_fen for line in one.lines} for one in found if isinstance(one, Settled)
        }

    return pay


def check_illnesses(scheme: Scheme, plan: Plan) -> None:
    """Raise SampleError unless the scheme finds every illness of the plan on the list that the plan expects, on no other."""
    wrong = [illness for illness in _all_illnesses(plan) if not _as_expected(scheme, illness)]
    if wrong:
        words = "、".join(f"{illness.words}（{illness.icd10}）" for illness in wrong)
        raise SampleError(
            f"按这个方案的病种目录，示例里的这些疾病不在预期的名单上：{words}；请核对方案的病种目录或示例的参数表"
        )


def _all_illnesses(plan: Plan) -> Iterable[Illness]:
    yield from (major.illness for major in plan.majors)
    yield from plan.chronic
    yield from plan.unlisted


def _as_expected(scheme: Scheme, illness: Illness) -> bool:
    finding = find_diseases(scheme, illness.words, illness.icd10, _CHILD if illness.ages[1] < 18 else _ADULT)
    lists = {match[0] for match in finding.matches}
    return not finding.undecided and lists == ({illness.on} if illness.on else set())

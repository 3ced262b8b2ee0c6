"""Claims and what becomes of them: settled with lines, undecided with what is missing, or refused with the reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from fuqi.basics.dates import completed_years
from fuqi.basics.money import MAX_CLAIM_FEN, format_yuan
from fuqi.scheme.names import AWAY_KINDS, CARE_KINDS, HOSPITAL_LEVELS
from fuqi.scheme.values import Source, Used

FORMULA_LEADS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One settlement of one person at one institution; money in fen, None is unknown (settlement standard, A claim)."""

    claim_id: str
    person_id: str
    settled_at: date | None
    discharged: date | None
    care: str | None
    total: int | None
    in_scope: int | None
    household_id: str | None = None
    admitted: date | None = None
    hospital_level: str | None = None
    in_county: bool | None = None
    referred: bool | None = None
    icd10: str | None = None
    birth_on: date | None = None
    sex: str | None = None
    insured: bool | None = None
    groups: frozenset[str] | None = None
    stay_id: str | None = None
    away: str | None = None
    hospital_grade: int | None = None
    in_pool: bool | None = None
    in_province: bool | None = None
    settle_total: int | None = None
    fees: Mapping[str, int | None] = field(default_factory=dict)
    amounts: Mapping[str, int | None] = field(default_factory=dict)
    paid: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def household(self) -> str:
        """Return the household, the person where none is given."""
        return self.household_id or self.person_id

    @property
    def stay(self) -> str:
        """Return the stay, the claim where none is given."""
        return self.stay_id or self.claim_id

    @property
    def settled_sum(self) -> int | None:
        """Return what payers and patient share: `settle_total`, the total where none is given."""
        return self.total if self.settle_total is None else self.settle_total

    @property
    def order(self) -> tuple[date, str]:
        """Return the place in the order of settlement; a claim without a day stands before all others."""
        return (self.settled_at or date.min, self.claim_id)

    @property
    def age(self) -> int | None:
        """Return the completed years on admission, on discharge where that is unknown."""
        on = self.admitted or self.discharged
        return None if self.birth_on is None or on is None else max(0, completed_years(self.birth_on, on))

    @property
    def bed_days(self) -> int | None:
        """Return the days in bed, at least 1."""
        if self.admitted is None or self.discharged is None:
            return None
        return max(1, (self.discharged - self.admitted).days)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a claim was refused: the column that is wrong, a stable code, and a sentence."""

    column: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Bracket:
    """What one bracket gave: the bounds, the rate, and the part of the claim's base that fell into it, in fen."""

    above: int
    to: int | None
    rate: int
    part: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """How a payment came about: everything that a sentence about it needs. Money in fen, rates in basis points."""

    applies: bool
    when: str = ""
    mode: str = "computed"
    mechanism: str = ""
    base_before_share: int = 0
    first_share: int = 0
    period: str = "claim"
    base_before: int = 0
    """The sum of this layer's bases earlier in the period, without this claim."""
    paid_before: int = 0
    """What this layer paid earlier in the period."""
    year_base_before: int = 0
    year_paid_before: int = 0
    deductible: int = 0
    """The deductible that was applied (after what had been charged before, where it is charged once)."""
    deductible_amount: int = 0
    charged_before: int = 0
    charged: int = 0
    once_highest: bool = False
    measured_from: str = "base"
    brackets: tuple[Bracket, ...] = ()
    lump: int = 0
    lump_steps: tuple[tuple[int | None, int], ...] = ()
    """The steps of a lump as (above, sum), so that the trace alone gives the payment again."""
    fill_of: int = 0
    fill_of_before: int = 0
    """The sum of `fill_of` earlier in the period."""
    fill_at_most: int = 0
    factor: int = 10_000
    computed: int = 0
    """The payment that brackets, lump or fill gave, before floor and cap."""
    floor: int | None = None
    floor_of: int = 0
    floor_rate: int = 0
    cap: int | None = None
    cap_per: str = "claim"
    cap_shared: str = ""
    cap_paid_before: int = 0
    over: int = 0
    """What the cap cut off."""
    left: int = 0
    """What earlier layers left of the claim for this one: the most that it may pay."""
    cut_by_remainder: int = 0
    result: int = 0
    """What the layer would pay by computation; differs from the payment only where that was given."""
    used: tuple[Used, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """What one layer pays on one claim."""

    layer: str
    name: str
    base_fen: int
    pay_fen: int
    fund: str
    scope: str
    trace: Trace
    source: Source
    confirmed: bool

    @property
    def difference_fen(self) -> int:
        """Return given less computed, for a layer that is checked; 0 otherwise."""
        return self.pay_fen - self.trace.result if self.trace.mode == "checked" and self.trace.applies else 0


@dataclass(frozen=True, slots=True)
class Settled:
    """A decided claim. `provisional` means that an earlier claim of the same unit is still open."""

    claim: Claim
    lines: tuple[Line, ...]
    self_pay_fen: int
    in_scope_self_pay_fen: int
    institution_adjustment_fen: int
    provisional: bool

    @property
    def confirmed(self) -> bool:
        """Return whether every number that was used was read in an official text."""
        return all(line.confirmed for line in self.lines)


@dataclass(frozen=True, slots=True)
class Undecided:
    """A claim that cannot be decided, and the facts that are missing."""

    claim: Claim
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A claim that contradicts itself, and all the reasons."""

    claim: Claim
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What was already summed before the first claim: for a unit (a person or household) and layer within a benefit year."""

    unit: str
    layer: str
    year: int
    base_fen: int = 0
    charged_fen: int = 0
    paid_fen: int = 0
    source: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for a sum below 0: nothing that is summed can be."""
        if min(self.base_fen, self.charged_fen, self.paid_fen) < 0:
            raise ValueError(f"an opening row of {self.unit} and {self.layer} has a sum below 0")


def contradictions(claim: Claim, care_kinds: Collection[str] = CARE_KINDS) -> tuple[Problem, ...]:
    """Return everything in which the claim contradicts itself, the words that exist, or the limits of the standard."""
    found = [*_unknown_words(claim, care_kinds)]
    found += [
        Problem(column, "formula_lead", "编号不能以 = + - @ 开头，请改正编号")
        for column, value in _ids(claim)
        if value and value.startswith(FORMULA_LEADS)
    ]
    if claim.admitted and claim.discharged and claim.admitted > claim.discharged:
        found.append(Problem("admitted", "admitted_after_discharged", "入院日期晚于出院日期，请核对两个日期"))
    if claim.birth_on and claim.discharged and claim.birth_on > claim.discharged:
        found.append(Problem("birth_on", "born_after_discharged", "出生日期晚于出院日期，请核对两个日期"))
    for column, amount in (("total", claim.total), ("settle_total", claim.settle_total)):
        if amount is not None and amount > MAX_CLAIM_FEN:
            found.append(Problem(column, "too_large", "一张费用单超过一千万元，请核对金额"))
    settled = claim.settled_sum
    if claim.in_scope is not None and settled is not None and claim.in_scope > settled:
        message = f"政策范围内费用{format_yuan(claim.in_scope)}元大于结算费用{format_yuan(settled)}元，请核对"
        found.append(Problem("in_scope", "in_scope_above_total", message))
    if claim.amounts or claim.fees:
        found.extend(_parts_above_total(claim))
    if _has_negative(claim):
        negative = [column for column, amount in _amounts(claim) if amount is not None and amount < 0]
        found += [Problem(column, "negative", "金额不能是负数") for column in negative]
    return tuple(found)


def _has_negative(claim: Claim) -> bool:
    sums = (claim.total, claim.settle_total, claim.in_scope)
    for amounts in (sums, claim.fees.values(), claim.amounts.values(), claim.paid.values()):
        for amount in amounts:
            if amount is not None and amount < 0:
                return True
    return False


def _unknown_words(claim: Claim, care_kinds: Collection[str]) -> Iterator[Problem]:
    words = (
        ("care", claim.care, care_kinds),
        ("hospital_level", claim.hospital_level, HOSPITAL_LEVELS),
        ("away", claim.away, AWAY_KINDS),
    )
    for column, value, allowed in words:
        if value is not None and value not in allowed:
            yield Problem(column, f"unknown_{column}", f"不认识“{value}”，只能是{'、'.join(allowed)}")
    if claim.hospital_grade is not None and not 0 <= claim.hospital_grade <= 3:
        yield Problem("hospital_grade", "hospital_grade", "医院等级只能是0到3")


def _ids(claim: Claim) -> tuple[tuple[str, str | None], ...]:
    return (
        ("claim_id", claim.claim_id),
        ("person_id", claim.person_id),
        ("household_id", claim.household_id),
        ("stay_id", claim.stay_id),
    )


def _amounts(claim: Claim) -> list[tuple[str, int | None]]:
    plain = [("total", claim.total), ("settle_total", claim.settle_total), ("in_scope", claim.in_scope)]
    plain += [(f"fee_{name}", amount) for name, amount in claim.fees.items()]
    plain += [(f"amount_{name}", amount) for name, amount in claim.amounts.items()]
    return plain + [(f"paid_{name}", amount) for name, amount in claim.paid.items()]


def _parts_above_total(claim: Claim) -> list[Problem]:
    if claim.total is None:
        return []
    found = []
    for name, amount in claim.amounts.items():
        if amount is not None and amount > claim.total:
            message = f"{format_yuan(amount)}元大于总费用{format_yuan(claim.total)}元，请核对"
            found.append(Problem(f"amount_{name}", "amount_above_total", message))
    fees = sum(amount for amount in claim.fees.values() if amount is not None)
    if fees > claim.total:
        column = f"fee_{next(iter(claim.fees))}" if len(claim.fees) == 1 else "fee_*"
        message = f"各类费用相加{format_yuan(fees)}元，大于总费用{format_yuan(claim.total)}元，请核对"
        found.append(Problem(column, "fees_above_total", message))
    return found

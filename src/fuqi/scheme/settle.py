"""The reference evaluator of the settlement standard: plain, slow, and the one that every faster one must agree with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fuqi.basics.money import MAX_UNIT_YEAR_FEN
from fuqi.scheme.benefits import Benefits, Layer
from fuqi.scheme.claims import Claim, Line, Opening, Problem, Refused, Settled, Undecided, contradictions
from fuqi.scheme.facts import claim_values, facts_behind
from fuqi.scheme.layer_payment import add_to_sums, before, not_applied, payment, unit_of
from fuqi.scheme.mechanisms.admissions import Admissions
from fuqi.scheme.mechanisms.own_share import own
from fuqi.scheme.mechanisms.periods import Key, Sums, year_of
from fuqi.scheme.mechanisms.remainder import left
from fuqi.scheme.parameters import resolve

Result = Settled | Undecided | Refused
ALWAYS_NEEDED = ("settled_at", "discharged", "total", "in_scope")


def settle(benefits: Benefits, claims: Iterable[Claim], opening: Iterable[Opening] = ()) -> list[Result]:
    """Return what becomes of each claim, in the order of settlement (settled_at, claim_id).

    Refused are claims that contradict themselves, all claims of one claim_id that occurs twice, and all of a unit's year that
    exceeds the standard's limit; the rest is settled as if they were not there. `opening` stands before the first claim.
    """
    ordered = sorted(claims, key=lambda claim: claim.order)
    return settle_ordered(benefits, ordered, refusals(benefits, ordered), opening)


def settle_ordered(
    benefits: Benefits, ordered: Sequence[Claim], refused: Mapping[int, tuple[Problem, ...]], opening: Iterable[Opening] = ()
) -> list[Result]:
    """Return what becomes of claims in settlement order, those refused at the door given by their places."""
    run = _Run(benefits)
    for row in opening:
        run.open_with(row)
    results: list[Result] = []
    for place, claim in enumerate(ordered):
        problems = refused.get(place)
        results.append(run.refuse(claim, problems) if problems else run.settle(claim))
    return results


def refusals(benefits: Benefits, claims: Sequence[Claim]) -> dict[int, tuple[Problem, ...]]:
    """Return why claims are refused before any is settled, by their place in the sequence."""
    times = Counter(claim.claim_id for claim in claims)
    found: dict[int, list[Problem]] = {}
    for place, claim in enumerate(claims):
        problems = list(contradictions(claim, benefits.care_kinds))
        if times[claim.claim_id] > 1:
            message = f"这个结算单号出现了{times[claim.claim_id]}次，请只留一张"
            problems.insert(0, Problem("claim_id", "duplicate", message))
        if problems:
            found[place] = problems
    if sum(claim.total or 0 for place, claim in enumerate(claims) if place not in found) <= MAX_UNIT_YEAR_FEN:
        return {place: tuple(problems) for place, problems in found.items()}
    totals: dict[Key, int] = defaultdict(int)
    for place, claim in enumerate(claims):
        if place not in found:
            for unit in _year_units(benefits, claim):
                totals[unit] += claim.total or 0
    for place, claim in enumerate(claims):
        if place not in found and any(totals[unit] > MAX_UNIT_YEAR_FEN for unit in _year_units(benefits, claim)):
            found[place] = [unit_year_too_large()]
    return {place: tuple(problems) for place, problems in found.items()}


def unit_year_too_large() -> Problem:
    """Return why all claims of a unit's year are refused that together exceed the standard's limit."""
    return Problem("total", "unit_year_too_large", "这个人或这一户一年的费用合计超过一亿元，请核对")


def given_too_high(layer: Layer) -> Problem:
    """Return why a claim is refused whose given payment is more than may still be paid."""
    return Problem(f"paid_{layer.id}", "given_too_high", f"“{layer.name}”已付的金额大于还可支付的金额，请核对")


def _year_units(benefits: Benefits, claim: Claim) -> tuple[Key, ...]:
    year = year_of(claim, benefits.year_of)
    if year is None:
        return ()
    return (("person", claim.person_id, year), ("household", claim.household, year))


@dataclass(slots=True)
class _Open:
    """A claim on its way through the layers."""

    claim: Claim
    year: int
    total: int
    settled_sum: int
    in_scope: int
    values: dict[str, object]
    own_categories: frozenset[str]
    lines: list[Line] = field(default_factory=list)
    paid: int = 0
    paid_in_scope: int = 0
    shared: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    missing: set[str] = field(default_factory=set)

    def show(self, layer: Layer, line: Line | None) -> None:
        """Make a layer's result known to the layers after it; None where it could not be decided."""
        self.values[f"paid.{layer.id}"] = None if line is None else line.pay_fen
        self.values[f"over.{layer.id}"] = None if line is None else line.trace.over
        if line is not None:
            self.lines.append(line)
            self.paid += line.pay_fen
            self.paid_in_scope += line.pay_fen if layer.scope == "in_scope" else 0
            if layer.cap_shared:
                self.shared[layer.cap_shared] += line.pay_fen
        self.show_own()

    def show_own(self) -> None:
        """Make the person's own shares of fees at this point known."""
        for category in self.own_categories:
            fee = 0 if self.total == 0 else self.claim.fees.get(category)
            known = fee is not None and not self.missing
            self.values[f"own.{category}"] = own(fee or 0, self.paid, self.total) if known else None


@dataclass(slots=True)
class _Run:
    """Settles claims one after the other, in order."""

    benefits: Benefits
    sums: Sums = field(default_factory=Sums)
    admissions: dict[Key, Admissions] = field(default_factory=lambda: defaultdict(Admissions))
    unsettled: set[Key] = field(default_factory=set)
    """Units whose later claims are provisional."""
    own_categories: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.own_categories = frozenset(
            name.removeprefix("own.") for layer in self.benefits.layers for name in layer.names() if name.startswith("own.")
        )

    def open_with(self, row: Opening) -> None:
        """Put an opening row into the sums of its year."""
        layer = self.benefits.layer(row.layer)
        unit, year = (layer.who, row.unit), ("year", row.year)
        self.sums.add(row.base_fen, "base", layer.id, unit, year)
        self.sums.add(row.paid_fen, "paid", layer.id, unit, year)
        self.sums.add(row.charged_fen, "charged", layer.id, unit, year)
        if layer.cap_shared and layer.cap_per == "year":
            self.sums.add(row.paid_fen, "paid", ("shared", layer.cap_shared), unit, year)

    def refuse(self, claim: Claim, problems: tuple[Problem, ...]) -> Refused:
        """Return the claim as refused; later ones of its unit become provisional."""
        self.unsettled.update(self._units(claim))
        return Refused(claim, problems)

    def settle(self, claim: Claim) -> Result:
        """Return what becomes of one claim, and add it to the sums if it is settled."""
        year = year_of(claim, self.benefits.year_of)
        missing = {name for name in ALWAYS_NEEDED if getattr(claim, name) is None}
        if missing or year is None or claim.total is None or claim.in_scope is None or claim.settled_sum is None:
            if claim.discharged is not None and year is not None:
                self._admissions(claim, year).count(claim)
            return self._undecided(claim, missing)
        values = claim_values(claim, self.benefits.disease_lists)
        values["admission_no"] = self._admissions(claim, year).number(claim)
        for layer in self.benefits.layers:
            values[f"ytd_paid.{layer.id}"] = self.sums.of("paid", layer.id, unit_of(layer, claim), ("year", year))
        running = _Open(claim, year, claim.total, claim.settled_sum, claim.in_scope, values, self.own_categories)
        running.show_own()
        for layer in self.benefits.layers:
            problem = self._layer(layer, running)
            if problem is not None:
                return self.refuse(claim, (problem,))
        self._admissions(claim, year).count(claim)
        if running.missing:
            return self._undecided(claim, running.missing)
        return self._settled(running)

    def _layer(self, layer: Layer, running: _Open) -> Problem | None:
        """Put a layer's line, or what it misses, into the claim; return why the claim is refused, if it is."""
        claim, values = running.claim, running.values
        unit = unit_of(layer, claim)
        values["ytd_own_in_scope"] = self.sums.of("own_in_scope", unit, ("year", running.year))
        holds = True if layer.when is None else layer.when.evaluate(values)
        if holds is False:
            running.show(layer, not_applied(layer))
            return None
        if holds is None and layer.when is not None:
            self._misses(layer, running, layer.when.unknown(values))
            return None
        if claim.discharged is None:
            raise AssertionError("checked before")
        found = resolve(layer, values, claim.discharged)
        given = claim.paid.get(layer.id) if layer.mode != "computed" else None
        if layer.mode != "computed" and given is None:
            found.missing |= {f"paid_{layer.id}"}
        if found.missing or running.missing:
            self._misses(layer, running, found.missing)
            return None
        rest = left(running.settled_sum, running.paid, running.in_scope, running.paid_in_scope, layer.scope)
        if given is not None and given > rest:
            return given_too_high(layer)
        past = before(layer, claim, running.year, self.sums, running.shared[layer.cap_shared] if layer.cap_shared else 0)
        running.show(layer, payment(layer, found, past, rest, given))
        return None

    def _misses(self, layer: Layer, running: _Open, names: Iterable[str]) -> None:
        running.missing.update(facts_behind(tuple(names), running.claim))
        running.show(layer, None)

    def _settled(self, running: _Open) -> Settled:
        claim, year = running.claim, running.year
        in_scope_self_pay = running.in_scope - running.paid_in_scope
        for layer, line in zip(self.benefits.layers, running.lines, strict=True):
            add_to_sums(line, layer, claim, year, self.sums)
        for unit in (("person", claim.person_id), ("household", claim.household)):
            self.sums.add(in_scope_self_pay, "own_in_scope", unit, ("year", year))
        units = self._units(claim)
        provisional = not self.unsettled.isdisjoint({*units, ("person", claim.person_id, None)})
        if provisional:
            self.unsettled.update(units)
        return Settled(
            claim=claim,
            lines=tuple(running.lines),
            self_pay_fen=running.settled_sum - running.paid,
            in_scope_self_pay_fen=in_scope_self_pay,
            institution_adjustment_fen=running.total - running.settled_sum,
            provisional=provisional,
        )

    def _undecided(self, claim: Claim, missing: Iterable[str]) -> Undecided:
        self.unsettled.update(self._units(claim))
        return Undecided(claim, tuple(sorted(missing)))

    def _admissions(self, claim: Claim, year: int) -> Admissions:
        return self.admissions[(claim.person_id, year)]

    def _units(self, claim: Claim) -> set[Key]:
        """Return the units whose sums the claim touches; one of an unknown year touches all years of its person."""
        year = year_of(claim, self.benefits.year_of)
        units: set[Key] = {("person", claim.person_id, year), ("stay", claim.person_id, claim.stay)}
        if any(layer.who == "household" for layer in self.benefits.layers):
            units |= {("household", claim.household, year), ("stay of household", claim.household, claim.stay)}
        return units

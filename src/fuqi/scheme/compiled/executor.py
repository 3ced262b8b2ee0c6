"""Settles claims with a scheme's kernel in plain Python: amounts alone, or the reference's own results with their traces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim, Opening, Problem, Refused, Settled, Undecided
from fuqi.scheme.compiled.decoding import LineMaker, MakeLine
from fuqi.scheme.compiled.encoding import Columns, Encoder
from fuqi.scheme.compiled.kernel import Program, write_kernels
from fuqi.scheme.compiled.plan import GIVEN_TOO_HIGH, REFUSED, SETTLED, UNDECIDED
from fuqi.scheme.compiled.profiles import Profiles
from fuqi.scheme.compiled.provisional import mark_provisional, unit_keys
from fuqi.scheme.mechanisms.periods import year_of
from fuqi.scheme.settle import ALWAYS_NEEDED, Result, given_too_high, refusals, settle_ordered
from fuqi.scheme.settle import settle as settle_by_reference

Refusals = Mapping[int, tuple[Problem, ...]]
MOST_KEPT = 64
"""How many compiled schemes are kept."""


class Amounts(NamedTuple):
    """What becomes of a claim, without reasons. Money in fen; all 0 where it is not settled."""

    claim: Claim
    status: int
    """SETTLED, UNDECIDED or, from REFUSED on, refused."""
    bases: tuple[int, ...]
    """By layer, after first_share; 0 where the layer does not apply."""
    pays: tuple[int, ...]
    self_pay_fen: int
    in_scope_self_pay_fen: int
    institution_adjustment_fen: int
    provisional: bool


@dataclass(slots=True, eq=False)
class Replay:
    """Claims that were settled in order, each result made when it is asked for."""

    compiled: Compiled
    claims: list[Claim]
    refused: Refusals
    opening: tuple[Opening, ...]
    columns: Columns
    trace: list[list[int]]
    provisional: list[int]
    asked: dict[int, Undecided] = field(default_factory=dict)
    """What the reference said is missing, by place."""

    def result(self, place: int) -> Result:
        """Return what becomes of the claim at a place in settlement order, with all its lines and traces."""
        claim, status = self.claims[place], self.columns.status[place]
        if status == SETTLED:
            return self._settled(place, claim)
        if status == UNDECIDED:
            return self._undecided(place, claim)
        if status == REFUSED:
            return Refused(claim, self.refused[place])
        layer = self.compiled.benefits.layers[status - GIVEN_TOO_HIGH]
        return Refused(claim, (given_too_high(layer),))

    def _settled(self, place: int, claim: Claim) -> Settled:
        compiled, columns = self.compiled, self.columns
        seen, outcomes = self.trace[place], columns.profiles.outcomes[columns.profile[place]]
        total, settle_total = columns.facts[0][place], columns.facts[1][place]
        return Settled(
            claim=claim,
            lines=tuple([make(seen, outcomes) for make in compiled.makers]),
            self_pay_fen=columns.out[-2][place],
            in_scope_self_pay_fen=columns.out[-1][place],
            institution_adjustment_fen=total - settle_total,
            provisional=bool(self.provisional[place]),
        )

    def _undecided(self, place: int, claim: Claim) -> Undecided:
        """Return the claim with what is missing; beyond days and totals that is asked of the reference."""
        missing = tuple(sorted(name for name in ALWAYS_NEEDED if getattr(claim, name) is None))
        if missing:
            return Undecided(claim, missing)
        if place not in self.asked:
            self._ask(place)
        return self.asked[place]

    def _ask(self, place: int) -> None:
        """Ask the reference for what is missing of the undecided claims whose sums depend on each other."""
        near = self._connected(place)
        refused = {number: self.refused[one] for number, one in enumerate(near) if one in self.refused}
        found = settle_ordered(self.compiled.benefits, [self.claims[one] for one in near], refused, self.opening)
        for one, result in zip(near, found, strict=True):
            if isinstance(result, Undecided):
                self.asked[one] = result

    def _connected(self, place: int) -> list[int]:
        """Return the places of the claims whose sums the claim at a place can depend on."""
        first = self.claims[place]
        if not self.compiled.by_household:
            return [number for number, claim in enumerate(self.claims) if claim.person_id == first.person_id]
        persons, households = {first.person_id}, {first.household}
        while True:
            found = [
                number for number, one in enumerate(self.claims) if one.person_id in persons or one.household in households
            ]
            more = {self.claims[number].person_id for number in found}, {self.claims[number].household for number in found}
            if more == (persons, households):
                return found
            persons, households = more


@dataclass(eq=False)
class Compiled:
    """A compiled scheme."""

    benefits: Benefits
    kernel: Program = field(init=False)
    traced: Program = field(init=False)
    profiles: Profiles = field(init=False)
    """The profiles so far. Numbers and table for a kernel are taken from one of these: a full one is replaced."""
    by_household: bool = field(init=False)

    def __post_init__(self) -> None:
        self.kernel, self.traced = write_kernels(self.benefits)
        plan = self.kernel.plan
        self.profiles = Profiles(plan.profile, plan.version_starts, self.kernel.columns)
        self.by_household = any(layer.who == "household" for layer in self.benefits.layers)

    @property
    def source(self) -> str:
        """Return the text of the kernel."""
        return self.kernel.source

    @property
    def shape(self) -> str:
        """Return the digest of the kernel's code; drafts of one shape share a kernel."""
        return self.kernel.shape

    @property
    def params(self) -> tuple[int, ...]:
        """Return the constants that the kernel reads."""
        return self.kernel.params

    @cached_property
    def makers(self) -> list[MakeLine]:
        """Return what makes lines of traces, by layer."""
        slots = {slot: place for place, slot in enumerate(self.traced.plan.trace)}
        return [LineMaker(layer, slots, self.traced.by_profile[layer.id]).make() for layer in self.benefits.layers]

    @cached_property
    def _encoders(self) -> tuple[Encoder, Encoder]:
        return Encoder(self.benefits, self.kernel.plan), Encoder(self.benefits, self.traced.plan)

    def _encode(self, program: Program, ordered: Sequence[Claim], refused: Refusals, opening: tuple[Opening, ...]) -> Columns:
        if self.profiles.is_full:
            self.profiles = self.profiles.empty()
        encoder = self._encoders[0 if program is self.kernel else 1]
        return encoder.encode(ordered, refused, opening, self.profiles)

    def profile_of(self, key: tuple[object, ...]) -> int:
        """Return the number of a profile (values of `plan.profile`, in that order), making its row if it is new."""
        return self.profiles.number(key)

    def settle(self, claims: Iterable[Claim], opening: Iterable[Opening] = ()) -> list[Result]:
        """Return what the reference returns: what becomes of each claim, in the order of settlement."""
        ordered, rows = self._ordered(claims), tuple(opening)
        replay = self.replay(ordered, rows)
        if replay is None:
            return settle_by_reference(self.benefits, ordered, rows)
        return [replay.result(place) for place in range(len(ordered))]

    def settle_one(self, claim: Claim, earlier: Iterable[Claim], opening: Iterable[Opening] = ()) -> Result:
        """Return what becomes of one claim after the others of its unit's year; those later in order do not count."""
        ordered, rows = self._ordered([*earlier, claim]), tuple(opening)
        place = next(number for number, one in enumerate(ordered) if one is claim)
        replay = self.replay(ordered, rows)
        return settle_by_reference(self.benefits, ordered, rows)[place] if replay is None else replay.result(place)

    def replay(self, ordered: Sequence[Claim], opening: Iterable[Opening] = ()) -> Replay | None:
        """Settle claims that stand in order, keeping traces; None where the scheme or a number must go to the reference."""
        rows = tuple(opening)
        refused = refusals(self.benefits, ordered)
        columns = self._encode(self.traced, ordered, refused, rows)
        if self.kernel.plan.fallback or not columns.fits:
            return None
        width = len(self.traced.plan.trace)
        trace = [[0] * width for _ in ordered]
        self._run(self.traced, columns, len(ordered), trace)
        return Replay(self, list(ordered), refused, rows, columns, trace, self._provisional(ordered, columns.status))

    def amounts(self, claims: Iterable[Claim], opening: Iterable[Opening] = ()) -> list[Amounts]:
        """Return what becomes of each claim in amounts alone, in the order of settlement."""
        ordered, rows = self._ordered(claims), tuple(opening)
        columns = self._encode(self.kernel, ordered, refusals(self.benefits, ordered), rows)
        if self.kernel.plan.fallback or not columns.fits:
            return [
                _amounts_of(result, len(self.benefits.layers)) for result in settle_by_reference(self.benefits, ordered, rows)
            ]
        self._run(self.kernel, columns, len(ordered))
        provisional = self._provisional(ordered, columns.status)
        out = columns.out
        places = [self.kernel.plan.outputs.index(f"{layer.id}.base") for layer in self.benefits.layers]
        bases = list(zip(*(out[place] for place in places), strict=True))
        pays = list(zip(*(out[place + 1] for place in places), strict=True))
        adjustments = [total - settled for total, settled in zip(columns.facts[0], columns.facts[1], strict=True)]
        return [
            Amounts(claim, status, base, pay, own, own_in_scope, 0 if status else adjustment, bool(open_))
            for claim, status, base, pay, own, own_in_scope, adjustment, open_ in zip(
                ordered, columns.status, bases, pays, out[-2], out[-1], adjustments, provisional, strict=True
            )
        ]

    def _ordered(self, claims: Iterable[Claim]) -> list[Claim]:
        return sorted(claims, key=lambda claim: claim.order)

    def _run(self, program: Program, columns: Columns, count: int, *trace: list[list[int]]) -> None:
        facts, keys, profile, table = columns.facts, columns.keys, columns.profile, columns.profiles.table
        program.function(
            0, count, facts, keys, profile, table, program.params, columns.sums, columns.status, columns.out, *trace
        )

    def _provisional(self, ordered: Sequence[Claim], status: Sequence[int]) -> list[int]:
        provisional = [0] * len(ordered)
        if any(status):
            years = [year_of(claim, self.benefits.year_of) for claim in ordered]
            keys, marks = unit_keys(ordered, years, self.by_household)
            mark_provisional(0, len(ordered), len(keys), status, keys, marks, provisional)
        return provisional


def _amounts_of(result: Result, layers: int) -> Amounts:
    """Return the amounts of a result of the reference."""
    if isinstance(result, Settled):
        bases = tuple(line.base_fen for line in result.lines)
        pays = tuple(line.pay_fen for line in result.lines)
        own, own_in_scope = result.self_pay_fen, result.in_scope_self_pay_fen
        adjustment, provisional = result.institution_adjustment_fen, result.provisional
        return Amounts(result.claim, SETTLED, bases, pays, own, own_in_scope, adjustment, provisional)
    status = UNDECIDED if isinstance(result, Undecided) else REFUSED
    return Amounts(result.claim, status, (0,) * layers, (0,) * layers, 0, 0, 0, False)


_kept: dict[int, tuple[Benefits, Compiled]] = {}


def compile_benefits(benefits: Benefits) -> Compiled:
    """Return a scheme compiled; the same benefits are compiled once."""
    found = _kept.get(id(benefits))
    if found is not None and found[0] is benefits:
        return found[1]
    made = Compiled(benefits)
    if len(_kept) >= MOST_KEPT:
        _kept.pop(next(iter(_kept)), None)
    _kept[id(benefits)] = (benefits, made)
    return made


def settle(benefits: Benefits, claims: Iterable[Claim], opening: Iterable[Opening] = ()) -> list[Result]:
    """Return what `fuqi.scheme.settle.settle` returns, sooner."""
    return compile_benefits(benefits).settle(claims, opening)

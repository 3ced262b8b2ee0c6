"""A draft tried on a year's claims: what they cost under the present layers and under the draft, and who gains and loses.

Only claims that both versions settle are compared, so that what people gain, less what they lose, is to the fen what the funds
pay more. All others are kept apart with the reason. Nobody is named: what comes out are counts and sums.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim
from fuqi.scheme.judging import SETTLED, Judge, Judged, judge
from fuqi.scheme.mechanisms.periods import year_of
from fuqi.scheme.syntax import Constant, InSet, Node


@dataclass(frozen=True, slots=True)
class Change:
    """A sum before and after, in fen."""

    before_fen: int = 0
    after_fen: int = 0

    @property
    def more_fen(self) -> int:
        """Return by how much it is more under the draft."""
        return self.after_fen - self.before_fen

    def __add__(self, other: Change) -> Change:
        return Change(self.before_fen + other.before_fen, self.after_fen + other.after_fen)


@dataclass(frozen=True, slots=True)
class LayerChange:
    """What a layer, or a fund, pays before and after."""

    id: str
    name: str
    change: Change
    was: bool = True
    is_now: bool = True
    confirmed: bool = True
    """Whether every number that these amounts rest on was read in an official text."""


@dataclass(frozen=True, slots=True)
class Moves:
    """How many bear less, how many more, how many the same, and by how much, in fen (both sums at least 0)."""

    gaining: int = 0
    losing: int = 0
    unchanged: int = 0
    gain_fen: int = 0
    loss_fen: int = 0

    @property
    def number(self) -> int:
        """Return how many there are."""
        return self.gaining + self.losing + self.unchanged

    def __add__(self, other: Moves) -> Moves:
        return Moves(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))


@dataclass(frozen=True, slots=True)
class Part:
    """The people of one group or place: their claims, and what they bear before and after."""

    key: str
    people: Moves = Moves()
    claims: int = 0
    total_fen: int = 0
    self_pay: Change = Change()

    def __add__(self, other: Part) -> Part:
        return Part(
            self.key,
            self.people + other.people,
            self.claims + other.claims,
            self.total_fen + other.total_fen,
            self.self_pay + other.self_pay,
        )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Claims that one version, or both, does not settle, for one reason."""

    draft: bool
    state: str
    why: str
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Who:
    """What is known of a person beside the claims: the leading group, the place, the household."""

    group: str = ""
    place: str = ""
    household: str = ""


@dataclass(slots=True)
class Borne:
    """What a person bore: of how many claims, of what total, before and after, in fen."""

    claims: int = 0
    total_fen: int = 0
    before_fen: int = 0
    after_fen: int = 0


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Everything that comes of trying a draft."""

    claims: Moves
    total_fen: int
    self_pay: Change
    in_scope_self_pay: Change
    layers: tuple[LayerChange, ...]
    funds: tuple[LayerChange, ...]
    people: Moves
    by_person: Mapping[tuple[str, int], Borne] = field(repr=False)
    """By person and benefit year."""
    groups: tuple[Part, ...]
    places: tuple[Part, ...]
    left_out: tuple[LeftOut, ...]
    left_out_claims: int
    provisional: tuple[int, int]
    """How many claims before and after rest on a year that is still open."""

    @property
    def paid(self) -> Change:
        """Return what all funds pay together."""
        return sum((fund.change for fund in self.funds), Change())


def moves(differences: Iterable[int]) -> Moves:
    """Return how many of the differences (after less before, of what somebody bears) are gains and losses."""
    gaining = losing = unchanged = gain = loss = 0
    for more in differences:
        if more < 0:
            gaining, gain = gaining + 1, gain - more
        elif more > 0:
            losing, loss = losing + 1, loss + more
        else:
            unchanged += 1
    return Moves(gaining, losing, unchanged, gain, loss)


def try_out(
    present: Benefits,
    draft: Benefits,
    before: Sequence[Claim],
    after: Sequence[Claim],
    *,
    who: Callable[[Claim], Who],
    counts: Callable[[Claim], bool] = lambda _: True,
    judge_all: Judge = judge,
    say: Callable[[str], None] = lambda _: None,
) -> Trial:
    """Return what a draft changes. `before` and `after` are the same claims, each with the identities as its version sees them.

    `who` says of a person's last claim where the person is counted. `counts` leaves out claims that only stand before the
    span, so that sums which run on are right. `judge_all` is the executor; all give the same fen.
    """
    say("按现行方案结算")
    judged = judge_all(present, before)
    say("按草案结算")
    redone = judge_all(draft, after)
    say("比较")
    counted = sorted((claim for claim in before if counts(claim)), key=lambda claim: claim.order)
    both = [claim for claim in counted if judged[claim.claim_id].state == redone[claim.claim_id].state == SETTLED]
    pairs = [(judged[claim.claim_id], redone[claim.claim_id]) for claim in both]
    borne, last = _borne(both, pairs, present)
    parts = _people(borne, last, who)
    return Trial(
        claims=moves(new.self_pay_fen - old.self_pay_fen for old, new in pairs),
        total_fen=sum(claim.settled_sum or 0 for claim in both),
        self_pay=Change(sum(old.self_pay_fen for old, _ in pairs), sum(new.self_pay_fen for _, new in pairs)),
        in_scope_self_pay=Change(
            sum(old.in_scope_self_pay_fen for old, _ in pairs), sum(new.in_scope_self_pay_fen for _, new in pairs)
        ),
        layers=_layers(present, draft, pairs),
        funds=_funds(present, draft, pairs),
        people=sum((one.people for _, one in parts), Moves()),
        by_person=borne,
        groups=_by(parts, lambda about: about.group),
        places=_by(parts, lambda about: about.place),
        left_out=tuple(_left_out(counted, judged, redone)),
        left_out_claims=len(counted) - len(both),
        provisional=(sum(old.provisional for old, _ in pairs), sum(new.provisional for _, new in pairs)),
    )


def _borne(
    claims: Sequence[Claim], pairs: Sequence[tuple[Judged, Judged]], benefits: Benefits
) -> tuple[dict[tuple[str, int], Borne], dict[str, Claim]]:
    """Return what each person bore in each year, and each person's last claim."""
    found: dict[tuple[str, int], Borne] = defaultdict(Borne)
    last: dict[str, Claim] = {}
    for claim, (old, new) in zip(claims, pairs, strict=True):
        one = found[claim.person_id, year_of(claim, benefits.year_of) or 0]
        one.claims += 1
        one.total_fen += claim.settled_sum or 0
        one.before_fen += old.self_pay_fen
        one.after_fen += new.self_pay_fen
        last[claim.person_id] = claim
    return dict(found), last


def _people(
    borne: Mapping[tuple[str, int], Borne], last: Mapping[str, Claim], who: Callable[[Claim], Who]
) -> list[tuple[Who, Part]]:
    """Return every person as a part of one, with what is known of the person."""
    sums: dict[str, Borne] = defaultdict(Borne)
    for (person, _), one in borne.items():
        whole = sums[person]
        whole.claims += one.claims
        whole.total_fen += one.total_fen
        whole.before_fen += one.before_fen
        whole.after_fen += one.after_fen
    return [
        (
            who(last[person]),
            Part("", moves([one.after_fen - one.before_fen]), one.claims, one.total_fen, Change(one.before_fen, one.after_fen)),
        )
        for person, one in sums.items()
    ]


def _by(people: Iterable[tuple[Who, Part]], key: Callable[[Who], str]) -> tuple[Part, ...]:
    """Return the people put together by a key, in the order of keys."""
    found: dict[str, Part] = {}
    for about, one in people:
        name = key(about)
        found[name] = found.get(name, Part(name)) + one
    return tuple(found[name] for name in sorted(found))


def layer_is_confirmed(benefits: Benefits, layer_id: str) -> bool:
    """Return whether every number of a layer was read in an official text."""
    layer = benefits.layer(layer_id)
    return layer.confirmed and all(row.confirmed or row.content.schedule is not None for _, row in layer.rows())


def _paid(benefits: Benefits, judged: Iterable[Judged]) -> dict[str, int]:
    """Return what each layer pays, in the version's order."""
    sums = [0] * len(benefits.layers)
    for one in judged:
        for place, pay in enumerate(one.pays):
            sums[place] += pay
    return {layer.id: paid for layer, paid in zip(benefits.layers, sums, strict=True)}


def _layers(present: Benefits, draft: Benefits, pairs: Sequence[tuple[Judged, Judged]]) -> tuple[LayerChange, ...]:
    """Return what each layer pays before and after: those of the draft in its order, then those that it drops."""
    old, new = _paid(present, (one for one, _ in pairs)), _paid(draft, (one for _, one in pairs))
    names = {layer.id: layer.name for layer in (*present.layers, *draft.layers)}
    found = []
    for layer_id in dict.fromkeys([*new, *old]):
        versions = [version for version, ids in ((present, old), (draft, new)) if layer_id in ids]
        confirmed = all(layer_is_confirmed(version, layer_id) for version in versions)
        change = Change(old.get(layer_id, 0), new.get(layer_id, 0))
        found.append(LayerChange(layer_id, names[layer_id], change, layer_id in old, layer_id in new, confirmed))
    return tuple(found)


def _funds(present: Benefits, draft: Benefits, pairs: Sequence[tuple[Judged, Judged]]) -> tuple[LayerChange, ...]:
    """Return what each fund pays before and after."""
    sums: dict[str, list[int]] = {}
    seen: dict[str, set[int]] = defaultdict(set)
    unconfirmed: set[str] = set()
    for side, version in enumerate((present, draft)):
        paid = _paid(version, (pair[side] for pair in pairs))
        for layer in version.layers:
            sums.setdefault(layer.fund, [0, 0])[side] += paid[layer.id]
            seen[layer.fund].add(side)
            if not layer_is_confirmed(version, layer.id):
                unconfirmed.add(layer.fund)
    names = {**present.funds, **draft.funds}
    return tuple(
        LayerChange(
            fund, names.get(fund, fund), Change(*both), 0 in seen[fund], 1 in seen[fund], confirmed=fund not in unconfirmed
        )
        for fund, both in sums.items()
    )


def _left_out(claims: Iterable[Claim], judged: Mapping[str, Judged], redone: Mapping[str, Judged]) -> Iterable[LeftOut]:
    """Yield the claims that a version does not settle, by version and reason, the most frequent first."""
    found: dict[tuple[bool, str, str], list[str]] = defaultdict(list)
    for claim in claims:
        for draft, one in ((False, judged[claim.claim_id]), (True, redone[claim.claim_id])):
            if one.state != SETTLED:
                for why in one.why:
                    found[draft, one.state, why].append(claim.claim_id)
    for (draft, state, why), ids in sorted(found.items(), key=lambda item: (item[0][0], -len(item[1]), item[0])):
        yield LeftOut(draft, state, why, tuple(ids))


def unknown_groups(draft: Benefits, known: Iterable[str]) -> tuple[str, ...]:
    """Return the identity groups that the draft's conditions ask for and nobody was put in, because they are not known yet."""
    asked: set[str] = set()
    for layer in draft.layers:
        conditions = [layer.when, *(row.when for _, row in layer.rows())]
        asked |= {group for one in conditions if one is not None for group in _groups_asked(one.node)}
    return tuple(sorted(asked - set(known)))


def _groups_asked(node: Node) -> Iterator[str]:
    if isinstance(node, InSet) and node.container.name == "groups" and isinstance(node.item, Constant):
        yield str(node.item.value)
    for part in node.parts():
        yield from _groups_asked(part)


def reads_restricted(benefits: Benefits, restricted: Collection[str]) -> bool:
    """Return whether a condition asks for a diagnosis, or for a list with restricted illnesses: sums then tell of them."""
    for layer in benefits.layers:
        for one in (layer.when, *(row.when for _, row in layer.rows())):
            if one is not None and ("icd10" in one.names or ("disease_lists" in one.names and one.words & set(restricted))):
                return True
    return False


_MAPS = ("fees", "amounts", "paid")
_plain = attrgetter(*(part.name for part in fields(Claim) if part.name not in ("groups", *_MAPS)))
_maps = attrgetter(*_MAPS)


def claims_digest(claims: Iterable[Claim]) -> str:
    """Return the digest of claims in the order of settlement, identities included: the same claims give the same digest."""
    digest = hashlib.sha256()
    for claim in sorted(claims, key=lambda claim: claim.order):
        groups = None if claim.groups is None else sorted(claim.groups)
        said = (*map(str, _plain(claim)), groups, *(sorted(amounts.items()) if amounts else () for amounts in _maps(claim)))
        digest.update(f"{said!r}\n".encode())
    return digest.hexdigest()


def benefit_years(claims: Iterable[Claim], year_rule: str) -> Counter[int]:
    """Return how many claims each benefit year has; one whose day of discharge is unknown stands in the year of settlement."""
    years = (year_of(claim, year_rule) or (claim.settled_at.year if claim.settled_at else None) for claim in claims)
    return Counter(year for year in years if year is not None)

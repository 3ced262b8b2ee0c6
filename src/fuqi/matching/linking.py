"""Rows to people: sound id numbers first, then rows without one against the people found; each row exactly one verdict.

Deterministic and independent of the order of the rows given: rows are taken by their keys. Blocks are indexed, nothing is
compared with everything.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from fuqi.matching.rules import (
    NEW,
    REFUSED,
    REVIEW,
    RULES,
    SAME,
    Candidate,
    RowKey,
    Rule,
    agrees_in_part,
    birth_in,
    ids_alike,
    ids_near,
    name_key,
    name_misspelt,
    perhaps_rounded,
    same_village,
)

_CROWD = 100
"""How many namesakes under one key are compared with a row; beyond it nobody can be told apart without a number."""


@dataclass(frozen=True, slots=True)
class Known:
    """A person who is known already, and one thing that was said of him or her; several of them may have one `person`."""

    person: str
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided on a row: its person, how, and for a doubt the other person and row that it may belong to."""

    row: RowKey
    person: str
    verdict: str
    rule: str
    score: int
    reasons: tuple[str, ...]
    other: str = ""
    other_row: RowKey | None = None


@dataclass(slots=True, eq=False)
class _Person:
    """Everything that is said of one person, gathered for comparing."""

    key: str = ""
    known: bool = False
    number: str | None = None
    rows: list[tuple[Candidate, Rule]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    births: set[date] = field(default_factory=set)
    sexes: set[str] = field(default_factory=set)
    villages: set[str] = field(default_factory=set)
    households: set[str] = field(default_factory=set)
    heads: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    examples: list[Candidate] = field(default_factory=list)
    replaced: bool = False

    def learn(self, candidate: Candidate) -> None:
        """Take in what a row says."""
        self.number = self.number or candidate.id_number
        for gathered, value in (
            (self.names, name_key(candidate.name)),
            (self.villages, candidate.village),
            (self.households, candidate.household_number),
            (self.heads, candidate.head_name and name_key(candidate.head_name)),
            (self.broken, candidate.broken_id if candidate.broken_code != "id_rounded" else None),
            (self.sexes, candidate.sex),
        ):
            if value:
                gathered.add(value)
        if candidate.birth_on:
            self.births.add(candidate.birth_on)

    @property
    def best_row(self) -> RowKey | None:
        """Return the row that says best who the person is: the first one with a sound number, else the first one."""
        return min((row.row for row, _ in self.rows if row.id_number), default=self.first_row)

    @property
    def first_row(self) -> RowKey | None:
        """Return the first row of this run that is of the person."""
        return min((candidate.row for candidate, _ in self.rows), default=None)


@dataclass(slots=True)
class _Doubt:
    candidate: Candidate
    rule: Rule
    other: _Person | None
    key: str = ""


class Linker:
    """People and their indexes; known people are given once, rows are linked as they come."""

    def __init__(self, known: Iterable[Known] = ()) -> None:
        self.by_id: dict[str, _Person] = {}
        self.blocks: dict[tuple[str, str, object], dict[int, _Person]] = defaultdict(dict)
        self.people: dict[str, _Person] = {}
        self.unanchored: list[_Person] = []
        self.made = 0
        for one in known:
            person = self.people.setdefault(one.person, _Person(key=one.person, known=True))
            person.learn(one.candidate)
            person.examples.append(one.candidate)
        for person in self.people.values():
            for example in person.examples:
                if example.id_number:
                    self.by_id[example.id_number] = person
                self._index(person, example)
            if not person.number:
                self.unanchored.append(person)

    def link(self, rows: Sequence[Candidate]) -> list[Verdict]:
        """Return one verdict for each row, in the order of the rows' keys."""
        ordered = sorted(rows, key=lambda candidate: candidate.row)
        touched: dict[int, _Person] = {}
        doubts: list[_Doubt] = []
        refused = [row for row in ordered if not row.id_number and not name_key(row.name)]
        self._place_by_id([row for row in ordered if row.id_number], touched, doubts)
        self._name_the_unanchored(touched)
        without = [row for row in ordered if not row.id_number and name_key(row.name)]
        without.sort(key=lambda row: (not row.broken_id, not row.birth_on, row.row))
        for row in without:
            self._place_without_id(row, touched, doubts)
        return self._verdicts(touched.values(), doubts, refused)

    def _index(self, person: _Person, candidate: Candidate) -> None:
        """Make the person found by what the row says."""
        for block in _blocks(candidate):
            self.blocks[block][id(person)] = person

    def _add(self, person: _Person, candidate: Candidate, rule: Rule, touched: dict[int, _Person]) -> None:
        person.learn(candidate)
        person.rows.append((candidate, rule))
        touched[id(person)] = person
        self._index(person, candidate)

    def _place_by_id(self, rows: Sequence[Candidate], touched: dict[int, _Person], doubts: list[_Doubt]) -> None:
        groups: dict[str, list[Candidate]] = defaultdict(list)
        for row in rows:
            groups[row.id_number or ""].append(row)
        later: list[tuple[Candidate, _Person]] = []
        for number, group in groups.items():
            person = self.by_id.setdefault(number, _Person())
            names = person.names or {_main_name(group)}
            for row in group:
                key = name_key(row.name)
                if key in names:
                    self._add(person, row, RULES["same_id"], touched)
                elif not key or names == {""}:
                    self._add(person, row, RULES["same_id_without_name"], touched)
                else:
                    later.append((row, person))
        for row, person in sorted(later, key=lambda pair: pair[0].row):
            if self._slip_of_the_pen(row, person):
                self._add(person, row, RULES["same_id_name_near"], touched)
            else:
                doubts.append(_Doubt(row, RULES["id_name_conflict"], person))

    def _slip_of_the_pen(self, row: Candidate, person: _Person) -> bool:
        """Return whether another name under the same number is a misspelling and not the name of somebody else nearby."""
        key = name_key(row.name)
        if not any(name_misspelt(row, name) for name in person.names):
            return False
        for other, _ in person.rows:
            if _list_of(other.row) == _list_of(row.row) and name_key(other.name) != key:
                return False
        namesakes = self.blocks.get((key, "name", None), {})
        return not any(other is not person and _village_fits(row, other) is not False for other in namesakes.values())

    def _name_the_unanchored(self, touched: dict[int, _Person]) -> None:
        """Give people known without an id number the number that new rows bring, where only one fits."""
        for known in [person for person in self.unanchored if not person.number]:
            fits = {
                id(person): person
                for example in known.examples
                for person, rule in self._fits(example)
                if rule.verdict == SAME and not person.known and person.number
            }
            if len(fits) != 1:
                continue
            person = next(iter(fits.values()))
            person.key, person.known = known.key, True
            for example in known.examples:
                person.learn(example)
                self._index(person, example)
            self.people[known.key] = person
            known.replaced = True

    def _fits(self, row: Candidate) -> list[tuple[_Person, Rule]]:
        """Return the people that a row without a sound number may be of, each with its rule, best first.

        Of a block that is crowded with namesakes only the first are looked at, and none of them is certain.
        """
        seen: dict[int, tuple[_Person, Rule] | None] = {}
        for block in _blocks(row):
            if block[1] == "name":
                continue
            listed = self.blocks.get(block, {})
            for person in islice(listed.values(), _CROWD):
                if id(person) not in seen and not person.replaced:
                    rule = _compare(row, person)
                    if rule is not None and rule.verdict == SAME and len(listed) > _CROWD:
                        rule = RULES["fits_several"]
                    seen[id(person)] = (person, rule) if rule else None
        return sorted(filter(None, seen.values()), key=lambda pair: (-pair[1].score, pair[0].key, pair[0].number or ""))

    def _place_without_id(self, row: Candidate, touched: dict[int, _Person], doubts: list[_Doubt]) -> None:
        fits = self._fits(row)
        certain = [person for person, rule in fits if rule.verdict == SAME]
        if row.broken_code == "id_rounded":
            doubts.append(_Doubt(row, RULES["id_rounded"], fits[0][0] if fits else None))
        elif len(certain) == 1:
            self._add(certain[0], row, fits[0][1], touched)
        elif certain:
            doubts.append(_Doubt(row, RULES["fits_several"], certain[0]))
        elif fits:
            doubts.append(_Doubt(row, fits[0][1], fits[0][0]))
        else:
            self._add(_Person(), row, RULES["first_seen"], touched)

    def _verdicts(self, touched: Iterable[_Person], doubts: Sequence[_Doubt], refused: Sequence[Candidate]) -> list[Verdict]:
        fresh: list[tuple[RowKey, _Person | _Doubt]] = [(person.first_row, person) for person in touched if not person.key]
        fresh += [(doubt.candidate.row, doubt) for doubt in doubts]
        for _, one in sorted(fresh, key=lambda pair: pair[0]):
            self.made += 1
            one.key = f"new-{self.made:07d}"
        verdicts = [verdict for person in touched for verdict in _verdicts_of(person)]
        for doubt in doubts:
            other = doubt.other
            row = other.best_row if other else None
            verdicts.append(_verdict(doubt.candidate, doubt.key, REVIEW, doubt.rule, other.key if other else "", row))
        verdicts += [_verdict(row, "", REFUSED, RULES["names_nobody"]) for row in refused]
        for person in touched:
            if not person.known and not person.number:
                self.unanchored.append(person)
                person.examples = [row for row, _ in person.rows]
            person.known = True
            self.people[person.key] = person
            person.rows.clear()
        return sorted(verdicts, key=lambda verdict: verdict.row)


def link(rows: Sequence[Candidate], known: Iterable[Known] = ()) -> list[Verdict]:
    """Return one verdict for each row against the known people and each other, in the order of the rows' keys.

    People who are not known get keys `new-0000001` … in the order of their first rows.
    """
    return Linker(known).link(rows)


def _list_of(row: RowKey) -> object:
    return row[:-1] if isinstance(row, tuple) else None


def _main_name(group: Sequence[Candidate]) -> str:
    """Return the name key that most lists have for one number, of equally frequent ones the first row's."""
    lists = {(name_key(row.name), _list_of(row.row)) for row in group if row.name}
    votes = Counter(name for name, _ in sorted(lists, key=str))
    if not votes:
        return ""
    most = max(votes.values())
    ordered = sorted(group, key=lambda row: row.row)
    return next(name_key(row.name) for row in ordered if votes[name_key(row.name)] == most)


def _blocks(row: Candidate) -> Iterator[tuple[str, str, object]]:
    """Yield under what a row is looked up: its name with birth, village, household, head, and either half of its number."""
    key = name_key(row.name)
    if not key:
        return
    yield key, "name", None
    for what, value in (
        ("birth", row.birth_on or (birth_in(row.broken_id) if row.broken_id else None)),
        ("village", row.village and row.village.rpartition("/")[2]),
        ("household", row.household_number),
        ("head", row.head_name and name_key(row.head_name)),
    ):
        if value:
            yield key, what, value
    number = row.id_number or (row.broken_id if row.broken_code != "id_rounded" else None)
    if number and len(number) >= 10:
        yield key, "front", number[:6]
        yield key, "back", number[-6:]


def _village_fits(row: Candidate, person: _Person) -> bool | None:
    answers = {same_village(row.village, village) for village in person.villages} - {None}
    return None if not answers else True in answers


def _household_fits(row: Candidate, person: _Person) -> bool:
    number = row.household_number
    return bool(number) and number in person.households and (len(number or "") >= 8 or _village_fits(row, person) is True)


def _compare(row: Candidate, person: _Person) -> Rule | None:
    """Return the rule by which a row without a sound number fits a person of the same name, None if it does not."""
    rule = _compare_broken(row, person) if row.broken_id else _compare_without(row, person)
    if rule is not None and RULES[rule].verdict == SAME and row.sex and person.sexes and row.sex not in person.sexes:
        rule = "sex_differs"
    return RULES[rule] if rule else None


def _compare_broken(row: Candidate, person: _Person) -> str | None:
    broken = row.broken_id or ""
    born = row.birth_on or birth_in(broken)
    birth = born in person.births if born and person.births else None
    village = _village_fits(row, person)
    if row.broken_code == "id_rounded":
        return "id_rounded" if birth or village or _household_fits(row, person) else None
    if person.number is None and broken in person.broken and len(broken) >= 14 and "*" not in broken and village is not False:
        return "same_broken_id"
    numbers = [person.number] if person.number else sorted(person.broken)
    if any(perhaps_rounded(broken, number) for number in numbers):
        return "id_rounded"
    if any(ids_near(broken, number) for number in numbers):
        if birth is False:
            return "id_near_birth_differs"
        if person.number and (birth or village or _household_fits(row, person)):
            return "id_repaired"
        return "id_near_only"
    if birth is not False and any(agrees_in_part(broken, number) for number in numbers):
        return "id_near_only"
    if birth is False and (village or _household_fits(row, person)) and any(ids_alike(broken, number) for number in numbers):
        return "id_near_birth_differs"
    if (birth and village is not False) or (village and birth is None and row.birth_on is None):
        return "broken_id_far" if birth else "name_village_only"
    return None


def _compare_without(row: Candidate, person: _Person) -> str | None:
    village, household = _village_fits(row, person), _household_fits(row, person)
    head = bool(row.head_name) and name_key(row.head_name or "") in person.heads
    member = head and name_key(row.head_name or "") != name_key(row.name)
    if row.birth_on and person.births:
        if row.birth_on not in person.births:
            return "birth_differs" if village and (head or household) else None
        if village:
            return "head_differs" if row.head_name and person.heads and not (head or household) else "name_birth_village"
        if household:
            return "name_birth_household"
        return "name_birth_head" if member and village is None else "name_birth_only"
    if household and village is not False:
        return "name_household"
    if village:
        return "name_head_village" if member else "name_village_only"
    return None


def _verdict(
    row: Candidate, person: str, verdict: str, rule: Rule, other: str = "", other_row: RowKey | None = None
) -> Verdict:
    return Verdict(row.row, person, verdict, rule.code, rule.score, (rule.words,), other, other_row)


def _verdicts_of(person: _Person) -> Iterator[Verdict]:
    """Yield the verdicts on a person's rows of this run; the first row of somebody new is `new`."""
    ordered = sorted(person.rows, key=lambda pair: pair[0].row)
    weak = [rule for _, rule in ordered if rule.code != "first_seen"]
    for index, (row, rule) in enumerate(ordered):
        if index or person.known:
            yield _verdict(row, person.key, SAME, weak[0] if rule.code == "first_seen" and weak else rule)
        else:
            yield _verdict(row, person.key, NEW, RULES["first_seen"] if row.id_number else rule)

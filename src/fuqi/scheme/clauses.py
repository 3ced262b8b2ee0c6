"""The clause register: of each clause of the plan, which rules execute it, what is recorded by hand, what is not modelled.

What no rule names is said in `clauses.yaml` (its form: `fuqi.scheme.reading.clauses`). `fuqi scheme clauses` prints the
register, the scheme's page shows it, and the checker reports clauses of which nothing is said and entries that contradict the
rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from fuqi.scheme.model import Clause, ClauseNote, Scheme
from fuqi.scheme.syntax import Node
from fuqi.scheme.values import Source, Value
from fuqi.scheme.wording import KEY_WORDS

EXECUTED, PARTLY, RECORDED, NOT_MODELLED, UNSTATED = "executed", "partly", "recorded", "not_modelled", "unstated"
STATE_WORDS = {
    EXECUTED: "照此执行",
    PARTLY: "部分执行",
    RECORDED: "靠人记录",
    NOT_MODELLED: "还没有实现",
    UNSTATED: "没有说明",
}
"""What a clause's state is called."""
KINDS = {
    "layers": "支付项目",
    "deposits": "押金规则",
    "stipends": "补助",
    "premiums": "参保资助",
    "groups": "身份类别",
    "disease_lists": "病种名录",
    "indicators": "指标",
    "floors": "下限",
}
"""What the kinds of rules are called, by where they stand in a scheme."""
_OF_BENEFITS = ("layers", "deposits", "stipends", "premiums")
_FILES = {"groups": "groups.yaml", "disease_lists": "diseases.yaml", "indicators": "indicators.yaml", "floors": "floors.yaml"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that rests on a clause: its kind (a key of KINDS), id and name, which of its parts do, and where it stands."""

    kind: str
    id: str
    name: str
    detail: str = ""
    confirmed: bool = True
    file: str = ""
    line: int = 0

    @property
    def kind_word(self) -> str:
        """Return what the kind is called."""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Entry:
    """A clause with its state, the rules that name it and what clauses.yaml says."""

    clause: Clause
    state: str
    rules: tuple[Rule, ...] = ()
    notes: tuple[ClauseNote, ...] = ()

    @property
    def state_word(self) -> str:
        """Return what the state is called."""
        return STATE_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class _Cited:
    """A source somewhere within a rule."""

    source: Source
    key: str
    confirmed: bool


def register(scheme: Scheme) -> list[Entry]:
    """Return every clause of the plan in its order."""
    by_anchor: dict[str, list[Rule]] = {}
    for kind, item in named_rules(scheme):
        for anchor, rule in _rules_of(scheme, kind, item):
            by_anchor.setdefault(anchor, []).append(rule)
    found = []
    for anchor, clause in scheme.texts.items():
        rules = tuple(by_anchor.get(anchor, ()))
        notes = tuple(note for note in scheme.clause_notes if note.clause == anchor)
        found.append(Entry(clause, _state(rules, notes), rules, notes))
    return found


def _state(rules: tuple[Rule, ...], notes: tuple[ClauseNote, ...]) -> str:
    states = {EXECUTED if note.state == "followed" else note.state for note in notes}
    states |= {EXECUTED} if rules else set()
    return (states.pop() if len(states) == 1 else PARTLY) if states else UNSTATED


def named_rules(scheme: Scheme) -> Iterator[tuple[str, Any]]:
    """Yield every rule of a scheme with its kind, in the order of the scheme."""
    for kind in KINDS:
        items: Iterable[Any] = getattr(scheme.benefits if kind in _OF_BENEFITS else scheme, kind, ())
        yield from ((kind, item) for item in items)


def place_of(scheme: Scheme, kind: str, item: Any) -> str:
    """Return the file that a rule stands in: the base's, where the place took it over as it is."""
    file = _FILES.get(kind, "benefits.yaml")
    inherited = (file, item.id) in scheme.inherited or kind == "floors"
    return f"{scheme.base if inherited and scheme.base else scheme.folder}/{file}"


def _rules_of(scheme: Scheme, kind: str, item: Any) -> Iterator[tuple[str, Rule]]:
    """Yield the clauses that a rule names, each with the rule and those of its parts that rest on the clause."""
    file = place_of(scheme, kind, item)
    parts: dict[str, list[_Cited]] = {}
    for cited in _cited(item, ""):
        if cited.source.anchor:
            parts.setdefault(cited.source.anchor, []).append(cited)
    if kind == "disease_lists":
        yield from _of_list(item, file)
        return
    for anchor, citations in parts.items():
        keys = dict.fromkeys(KEY_WORDS[cited.key] for cited in citations if cited.key in KEY_WORDS)
        confirmed = all(cited.confirmed for cited in citations)
        yield anchor, Rule(kind, item.id, item.name, "、".join(keys), confirmed, file, item.line)


def _of_list(item: Any, file: str) -> Iterator[tuple[str, Rule]]:
    """Yield the clauses of a disease list and, where they have others, of its diseases."""
    if item.source.anchor:
        detail = f"{len(item.diseases)}种"
        yield item.source.anchor, Rule("disease_lists", item.id, item.name, detail, item.confirmed, file, item.line)
    for disease in item.diseases:
        if disease.source.anchor and disease.source.anchor != item.source.anchor:
            name = f"{item.name}：{disease.name}"
            yield disease.source.anchor, Rule("disease_lists", disease.id, name, "", disease.confirmed, file, disease.line)


def _cited(part: Any, key: str) -> Iterator[_Cited]:
    """Yield every source within a part of a rule, with the key of the value that it stands in."""
    if isinstance(part, tuple):
        for one in part:
            yield from _cited(one, key)
    if not is_dataclass(part) or isinstance(part, type | Node | Source):
        return
    if isinstance(part, Value):
        key = part.key
        for row in part.rows:
            yield from _cited(row, key)
        yield from (found for row in part.add for found in _cited(row, "add"))
        return
    source = getattr(part, "source", None)
    if isinstance(source, Source):
        yield _Cited(source, key, bool(getattr(part, "confirmed", True)))
    for one in fields(part):
        if one.compare and one.name != "source":
            yield from _cited(getattr(part, one.name), "add" if one.name == "add" else key)

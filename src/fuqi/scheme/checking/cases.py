"""A case for facts: a value for every name, and the case told in Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice, product

from fuqi.basics.money import format_rate, format_yuan
from fuqi.scheme.checking.ranges import NUMBERS, Facts, Range
from fuqi.scheme.names import WORDS, Names
from fuqi.scheme.syntax import Constant, InSet, Name, Node

_HANG_TOGETHER = (
    {"month", "year", "discharged"},
    {"age", "birth_on", "admitted", "discharged"},
    {"bed_days", "admitted", "discharged"},
    {"disease_lists", "icd10", "age"},
    {"person_id", "household_id", "stay_id", "claim_id"},
)
"""Names that follow from each other: a case with two of them may be none that can occur."""
_FROM_LAYERS = ("paid.", "over.", "own.", "ytd_")
_MOST_TRIALS = 64
_OTHER = "其他"


def example(facts: Facts, nodes: Iterable[Node], names: Names) -> dict[str, object] | None:
    """Return a value for each name that the conditions read, under the facts; None where a case cannot be told for sure."""
    nodes = list(nodes)
    read = sorted(frozenset().union(*(node.names() for node in nodes)))
    if any(name.startswith(_FROM_LAYERS) for name in read) or any(len(group & set(read)) > 1 for group in _HANG_TOGETHER):
        return None
    case: dict[str, object] = {}
    numbers: list[str] = []
    for name in read:
        info = names.find(name)
        if info is None:
            return None
        if info.kind in NUMBERS:
            numbers.append(name)
        else:
            case[name] = _value(name, info.kind, facts, info.choices)
    for chosen in islice(product(*(_ends(facts.term(name)) for name in numbers)), _MOST_TRIALS):
        found = case | {name: _shaped(number, names, name) for name, number in zip(numbers, chosen, strict=True)}
        if _fits(found, facts):
            return found
    return None


def _value(name: str, kind: str, facts: Facts, choices: frozenset[str] | None) -> object:
    if kind == "set":
        return frozenset(text for (container, text), truth in facts.members.items() if container == name and truth)
    if kind == "flag":
        return facts.flags.get(Name(name), False)
    allowed, ruled_out = facts.texts.get(name, (choices, frozenset[str]()))
    return sorted(allowed)[0] if allowed else _free(ruled_out)


def _free(ruled_out: frozenset[str]) -> str:
    text = _OTHER
    while text in ruled_out:
        text += _OTHER
    return text


def _ends(known: Range) -> list[int]:
    if known.left is not None:
        return sorted(known.left)[:4]
    low = known.low if known.low is not None else (known.high if known.high is not None else 0)
    high = known.high if known.high is not None else low + 1_000_000
    return list(dict.fromkeys((low, high)))


def _shaped(number: int, names: Names, name: str) -> object:
    info = names.find(name)
    return date.fromordinal(number) if info is not None and info.kind == "date" else number


def _fits(case: Mapping[str, object], facts: Facts) -> bool:
    """Return whether a case keeps what every claim keeps: in_scope within settle_total, parts within the total."""
    amount = {name: value for name, value in case.items() if isinstance(value, int) and not isinstance(value, bool)}
    if amount.get("in_scope", 0) > amount.get("settle_total", amount.get("in_scope", 0)):
        return False
    parts = [value for name, value in amount.items() if name.startswith(("fee_", "amount_"))]
    if "total" in amount and any(part > amount["total"] for part in parts):
        return False
    return all(_in_range(form, known, case) for form, known in facts.sums.items())


def _in_range(form: tuple[tuple[str | Node, int], ...], known: Range, case: Mapping[str, object]) -> bool:
    found = 0
    for term, factor in form:
        value = case.get(term) if isinstance(term, str) else term.evaluate(case)
        if isinstance(value, date):
            value = value.toordinal()
        if not isinstance(value, int):
            return False
        found += factor * value
    low, high = known.low, known.high
    return (low is None or found >= low) and (high is None or found <= high) and found not in known.ruled_out


def in_words(case: Mapping[str, object], names: Names, words: Mapping[str, str]) -> str:
    """Return a case in Chinese: 就诊类别住院，身份类别无."""
    told = []
    for name, value in case.items():
        info = names.find(name)
        told.append(f"{info.meaning if info else name} {_shown(value, info.kind if info else '', words)}")
    return "，".join(told)


def _shown(value: object, kind: str, words: Mapping[str, str]) -> str:
    if isinstance(value, frozenset):
        return "、".join(words.get(text, text) for text in sorted(value)) or "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if kind == "money" and isinstance(value, int):
        return f"{format_yuan(value)}元"
    if kind == "rate" and isinstance(value, int):
        return format_rate(value)
    return words.get(str(value)) or WORDS.get(str(value), str(value))


def asked(nodes: Iterable[Node], container: str) -> Iterator[str]:
    """Yield the texts that conditions look for in a set."""
    for node in nodes:
        match node:
            case InSet(item=Constant(value=text), container=Name(name=name)) if name == container:
                yield str(text)
        yield from asked(node.parts(), container)

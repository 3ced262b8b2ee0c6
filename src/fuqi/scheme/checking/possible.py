"""Whether conditions can hold together: a small exact search over what names can be, sound in both directions.

`together` is given conditions with the truth that each is to have. It answers IMPOSSIBLE only where no claim whatever fits,
and a case only where the reference's own evaluation confirms it; all else is UNKNOWN, and no check reports anything on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fuqi.scheme.checking.cases import example
from fuqi.scheme.checking.ranges import Facts, Form, linear
from fuqi.scheme.names import Names
from fuqi.scheme.syntax import All, Comparison, Constant, InList, InSet, Name, Node, Not, Some

Wanted = tuple[Node, bool]
"""A condition, and whether it is to hold."""
_MOST_STEPS = 4_000
_MOST_CASES = 12
_IN_SCOPE_WITHIN_TOTAL: Form = ((("in_scope", 1), ("settle_total", -1)), 0)
_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether conditions can hold together: True with a case, False, or None where it was not found out."""

    possible: bool | None
    case: Mapping[str, object] = field(default_factory=dict)


class _TooManyStepsError(Exception):
    """The search was given up."""


def together(wanted: Sequence[Wanted], names: Names) -> Answer:
    """Return whether all conditions can have the wanted truth on one claim whose facts are all known."""
    search = _Search(names)
    facts = Facts(names)
    if {"in_scope", "settle_total"} <= frozenset().union(*(node.names() for node, _ in wanted)):
        facts.compare(_IN_SCOPE_WITHIN_TOTAL, "<=")
    tried = 0
    try:
        for found in search.run(list(wanted), facts):
            tried += 1
            case = example(found, [node for node, _ in wanted], names)
            if case is not None and all(node.evaluate(case) is truth for node, truth in wanted):
                return Answer(True, case)
            if tried >= _MOST_CASES:
                break
    except _TooManyStepsError:
        return Answer(None)
    return Answer(False) if tried == 0 else Answer(None)


def impossible(wanted: Sequence[Wanted], names: Names) -> bool:
    """Return whether it is certain that the conditions cannot have the wanted truth together."""
    return together(wanted, names).possible is False


@dataclass(slots=True)
class _Search:
    """Takes conditions apart, one alternative after the other, and keeps the facts that they need."""

    names: Names
    steps: int = 0

    def run(self, todo: list[Wanted], facts: Facts) -> Iterator[Facts]:
        """Yield every set of facts under which the conditions have the wanted truth and that does not contradict itself."""
        choices: list[list[Wanted]] = []
        while todo:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise _TooManyStepsError
            node, truth = todo.pop()
            parts, alternatives = self._apart(node, truth)
            if parts is None:
                if not self._assume(node, truth, facts):
                    return
            elif alternatives:
                choices.append(parts)
            else:
                todo.extend(parts)
        if not choices:
            yield facts
            return
        first, *others = sorted(choices, key=len)
        for alternative in first:
            rest = [(_Either(tuple(choice)), True) for choice in others]
            yield from self.run([*rest, alternative], facts.copy())

    def _apart(self, node: Node, truth: bool) -> tuple[list[Wanted] | None, bool]:
        """Return what a condition is made of, and whether one of the parts is enough; None for one that has no parts."""
        match node:
            case _Either():
                return list(node.choices), True
            case Not():
                return [(node.item, not truth)], False
            case All():
                return [(item, truth) for item in node.items], not truth
            case Some():
                return [(item, truth) for item in node.items], truth
            case InList() if not self._plain_list(node):
                return [(Comparison("=", node.item, choice), truth) for choice in node.choices], truth
            case Comparison(sign=("=" | "<>") as sign) if self._is_flag(node.left) or self._is_flag(node.right):
                return self._equal_flags(node, truth == (sign == "=")), False
        return None, False

    def _plain_list(self, node: InList) -> bool:
        return isinstance(node.item, Name) and all(isinstance(choice, Constant) for choice in node.choices)

    def _is_flag(self, node: Node) -> bool:
        return isinstance(node, Constant) and node.kind == "flag"

    def _equal_flags(self, node: Comparison, same: bool) -> list[Wanted]:
        constant, other = (node.left, node.right) if self._is_flag(node.left) else (node.right, node.left)
        return [(other, constant.evaluate({}) == same)]

    def _assume(self, node: Node, truth: bool, facts: Facts) -> bool:
        """Put one thing that has no parts into the facts; return whether they still hold together."""
        match node:
            case Constant():
                return bool(node.value) is truth
            case InSet(item=Constant(value=text), container=Name(name=name)):
                return facts.member(name, str(text), truth)
            case InList(item=Name(name=name), choices=choices):
                values = [choice.value for choice in choices if isinstance(choice, Constant)]
                return facts.one_of(name, values, truth)
            case Comparison():
                return self._compare(node, truth, facts)
        return facts.flag(node, truth)

    def _compare(self, node: Comparison, truth: bool, facts: Facts) -> bool:
        sign = node.sign if truth else _OPPOSITE[node.sign]
        left, right = node.left, node.right
        if isinstance(left, Constant):
            left, right = right, left
        if isinstance(left, Name) and isinstance(right, Constant) and right.kind == "text" and sign in ("=", "<>"):
            return facts.one_of(left.name, [right.value], sign == "=")
        form = linear(node.left, node.right, self.names)
        return facts.flag(node, truth) if form is None else facts.compare(form, sign)


@dataclass(frozen=True, slots=True)
class _Either(Node):
    """One of several wanted things is enough."""

    choices: tuple[Wanted, ...] = ()

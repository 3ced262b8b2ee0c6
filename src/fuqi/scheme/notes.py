"""What a scheme's author should know though it is no error: gaps in rows, and where more in scope may lower a payment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from fuqi.basics.errors import Fault, Place
from fuqi.scheme.benefits import Benefits, Layer
from fuqi.scheme.names import CLAIM
from fuqi.scheme.syntax import Constant, InSet, Name, Node
from fuqi.scheme.values import Row, Value

_FALLING = ("in_scope", "ytd_own_in_scope")
_FALLING_LEADS = ("paid.", "over.", "own.")
_MOST_CASES = 4096


def remarks(benefits: Benefits, file: str = "benefits.yaml") -> list[Fault]:
    """Return remarks on a sound scheme: gaps, and what keeps property 5 of the settlement standard from holding."""
    found = [*_gaps(benefits, file), *_falling(benefits, file)]
    return sorted(found, key=lambda note: note.place.line)


def _gaps(benefits: Benefits, file: str) -> Iterator[Fault]:
    for layer in benefits.layers:
        for value in (layer.deductible, layer.rate, layer.brackets):
            case = None if value is None else _uncovered(value, benefits)
            if value is not None and case is not None:
                message = f"“{layer.name}”的 {value.key} 没有一行管到“{case}”，那时按0算；有意如此就补上一行写明"
                yield Fault("gap", message, Place(file=file, line=value.rows[0].line, key=value.key))


def _uncovered(value: Value, benefits: Benefits) -> str | None:
    """Return a case for which no row holds, in words; None where all are covered or conditions have endless cases."""
    newest = [row for row in value.rows if row.since == value.rows[-1].since]
    if any(row.when is None for row in newest):
        return None
    cases = _cases(newest, benefits)
    for case in cases:
        if not any(row.when is not None and row.when.evaluate(case) is True for row in newest):
            return "，".join(f"{CLAIM.exact[name].meaning} {_shown(found)}" for name, found in case.items())
    return None


def _cases(rows: list[Row], benefits: Benefits) -> Iterator[Mapping[str, object]]:
    """Yield every combination of the values that the rows' names can take; none if a name has no few values."""
    names = sorted(frozenset().union(*(row.when.names for row in rows if row.when is not None)))
    choices: list[list[object]] = []
    for name in names:
        info = CLAIM.exact.get(name)
        if name == "care":
            choices.append(list(benefits.care_kinds))
        elif info is not None and info.choices is not None:
            choices.append([*sorted(info.choices)])
        elif info is not None and info.kind == "flag":
            choices.append([True, False])
        elif name == "groups":
            asked = sorted({text for row in rows if row.when is not None for text in _asked(row.when.node)})
            choices.append([frozenset(), *(frozenset({text}) for text in asked)])
        else:
            return
    number = 1
    for some in choices:
        number *= len(some)
    if number <= _MOST_CASES:
        yield from (dict(zip(names, case, strict=True)) for case in product(*choices))


def _asked(node: Node) -> Iterator[str]:
    match node:
        case InSet(item=Constant(value=text), container=Name(name="groups")):
            yield text
    for part in node.parts():
        yield from _asked(part)


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return "、".join(sorted(value)) or "无"
    return {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _falling(benefits: Benefits, file: str) -> Iterator[Fault]:
    """Yield where a payment may fall when more is in scope: layers on the total, lumps, conditions and values that read it."""
    tail = "政策范围内费用多一分时，各项合计可能反而少付"
    for layer in benefits.layers:
        place = Place(file=file, line=layer.line, key=layer.id)
        if layer.scope == "total":
            yield Fault("may_fall", f"“{layer.name}”按总费用支付：{tail}", place)
        if layer.lump is not None:
            yield Fault("may_fall", f"“{layer.name}”按档定额：{tail}", place)
        read = sorted(name for name in _names_in_conditions(layer) if name in _FALLING or name.startswith(_FALLING_LEADS))
        if read:
            yield Fault("may_fall", f"“{layer.name}”的条件或数额读了{'、'.join(read)}：{tail}", place)


def _names_in_conditions(layer: Layer) -> frozenset[str]:
    """Return the names that conditions read, and the amounts and rates other than base, fill and floor."""
    found = frozenset() if layer.when is None else layer.when.names
    amounts = ("base", "fill.of", "at_least.of")
    for key, row in layer.rows():
        found |= frozenset() if row.when is None else row.when.names
        if key not in amounts and row.content.expression is not None:
            found |= row.content.expression.names
    return found

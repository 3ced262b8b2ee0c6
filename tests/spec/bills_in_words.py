"""Bills and their results as the cells of a table, in Chinese: only what an example says of a bill is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fuqi.basics.money import format_yuan
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Refused, Settled, Undecided
from fuqi.scheme.explain import column_word
from fuqi.scheme.names import CLAIM
from fuqi.scheme.settle import Result

WORDS = {
    "register": "挂号费",
    "registration": "普通门诊挂号费",
    "consultation": "普通门诊诊查费",
    "expert": "专家诊查费",
    "large_equipment": "大型设备检查费",
    "special_drug": "特药费用",
    "none": "没有异地就医",
    "emergency": "异地急诊",
    "resident_elsewhere": "异地长期居住",
    "unregistered": "未备案自行外出",
    "referred": "按规定转诊",
    "diabetes": "糖尿病名录",
}
"""What the identifiers of the examples are called, where the glossary has no word."""
PEOPLE = "甲乙丙丁戊己庚辛壬癸"
_MAPPINGS = {"fees": "fee_", "amounts": "amount_", "paid": "paid_"}
_DAY_COLUMNS = ("settled_at", "discharged", "admitted", "birth_on")

Columns = Mapping[str, Any]


def table(
    bills: Sequence[Columns], results: Sequence[Result], benefits: Benefits, words: Mapping[str, str], *, apart: bool
) -> tuple[list[str], list[list[str]]]:
    """Return the heads and rows of a table: a bill's columns, then what each layer pays and what is left to the person."""
    words = {**words, **{layer.id: layer.name for layer in benefits.layers}}
    flat = [_flat(one, result) for one, result in zip(bills, results, strict=True)]
    known = [*CLAIM.exact, *sorted({name for one in flat for name in one} - set(CLAIM.exact))]
    named = [name for name in known if any(name in one for one in flat)]
    hidden = {"claim_id"} if apart else set()
    heads = ["人" if apart else "费用单", *(_head(name, words) for name in named if name not in {"claim_id", *hidden})]
    layers = [f"{layer.name if layer.name != layer.id else layer.id}付" for layer in benefits.layers]
    institution = any(isinstance(result, Settled) and result.institution_adjustment_fen for result in results)
    heads += [*layers, "个人负担", *(["医疗机构承担"] if institution else [])]
    rows = []
    for place, (one, result) in enumerate(zip(flat, results, strict=True)):
        lead = PEOPLE[place] if apart else result.claim.claim_id
        facts = [_cell(name, one.get(name), words, name in one) for name in named if name != "claim_id"]
        rows.append([lead, *facts, *_outcome(result, len(layers), institution)])
    return heads, rows


def facts(columns: Columns, words: Mapping[str, str]) -> str:
    """Return the facts of one bill in one line."""
    flat = dict(_flat_items(columns))
    return "，".join(f"{_plain_head(name, words)}{_cell(name, value, words, True)}" for name, value in flat.items())


def _flat(columns: Columns, result: Result) -> dict[str, Any]:
    """Return the columns that a bill says, those of fees and amounts by their full names; its total always."""
    return {"total": result.claim.total, **dict(_flat_items(columns))}


def _flat_items(columns: Columns) -> Iterator[tuple[str, Any]]:
    for name, value in columns.items():
        if name in _MAPPINGS:
            yield from ((f"{_MAPPINGS[name]}{end}", amount) for end, amount in value.items())
        elif name != "claim_id":
            yield name, value


def _head(name: str, words: Mapping[str, str]) -> str:
    return f"{_plain_head(name, words)}<br>`{name}`"


def _plain_head(name: str, words: Mapping[str, str]) -> str:
    if name in CLAIM.exact:
        return CLAIM.exact[name].meaning
    lead, end = name.split("_", 1)
    return {"paid": f"{words.get(end, end)}已付"}.get(lead, words.get(end, end))


def _cell(name: str, value: Any, words: Mapping[str, str], said: bool) -> str:
    if not said:
        return ""
    if value is None:
        return "不知道"
    if isinstance(value, bool):
        return "是" if value else "否"
    if name in _DAY_COLUMNS:
        return str(value)
    if isinstance(value, list | set | frozenset | tuple):
        return "、".join(_word(one, words) for one in sorted(value)) or "没有"
    if isinstance(value, int):
        return str(value) if name == "hospital_grade" else format_yuan(value)
    return _word(value, words) if name in ("care", "hospital_level", "away", "sex") else str(value)


def _word(value: str, words: Mapping[str, str]) -> str:
    return f"{words[value]} `{value}`" if value in words else f"`{value}`"


def _outcome(result: Result, layers: int, institution: bool) -> list[str]:
    """Return the cells of what became of a bill."""
    empty = [""] * (layers + institution)
    if isinstance(result, Undecided):
        return ["不能决定：缺" + "、".join(map(column_word, result.missing)), *empty]
    if isinstance(result, Refused):
        return ["退回：" + "；".join(f"{column_word(one.column)}：{one.message}" for one in result.problems), *empty]
    own = format_yuan(result.self_pay_fen) + ("（暂时）" if result.provisional else "")
    more = [format_yuan(result.institution_adjustment_fen)] if institution else []
    return [*(f"**{format_yuan(line.pay_fen)}**" for line in result.lines), own, *more]

"""Why a claim is settled otherwise than before, in words: groups and days, amounts and columns; no illness, no birth date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from fuqi.basics.money import format_yuan
from fuqi.scheme.explain import column_word
from fuqi.scheme.model import Scheme
from fuqi.settlement.rules import FOLLOW_ON, IDENTITY, LATE, MOVED, OPEN_BEFORE, OPEN_NOW, SCHEME, TAKEN_BACK, UNTOLD

_MONEY = frozenset({"total", "in_scope", "settle_total"})
_DAYS = frozenset({"settled_at", "discharged", "admitted"})
_YES = {"1": "是", "0": "否"}
_PLAIN = {
    LATE: "这笔费用在以前结算时还没有收到，是迟到的",
    TAKEN_BACK: "现在生效的名单里没有这笔费用，原来的结算冲销",
    OPEN_BEFORE: "原来缺少事实，不能结算，现在可以了",
    SCHEME: "方案改了，按现在的方案重算",
    UNTOLD: "以前的结算没有留存所依据的事实，说不出具体哪里变了",
}


def reason_words(scheme: Scheme, details: Mapping[str, Any], serial: int, *, after: bool) -> str:
    """Return why, as kept with an adjustment. `serial`: whose claim it is; `after`: whether the claim still stands there."""
    return "；".join(_reasons(scheme, details, serial, after))


def _reasons(scheme: Scheme, details: Mapping[str, Any], serial: int, after: bool) -> Iterator[str]:
    for code in details["codes"]:
        if code in _PLAIN:
            yield _PLAIN[code]
        elif code == MOVED:
            yield "这笔费用原来记在别人名下，核对后改记到本人" if after else "核对后，这笔费用改记到别人名下"
        elif code == OPEN_NOW:
            yield f"现在不能结算：{details.get('open', '').removesuffix('。')}"
        elif code == IDENTITY:
            yield from _identity(scheme, details)
        elif code == FOLLOW_ON:
            yield _follow_on(details.get("cause", {}), serial)
    if changes := [_change(scheme, change) for change in details.get("changed", ())]:
        yield "、".join(changes)


def _identity(scheme: Scheme, details: Mapping[str, Any]) -> Iterator[str]:
    for group, since in details.get("gained", ()):
        start = f"{_day(since)}起" if since else ""
        yield f"{start}列入{scheme.word(group)}，原来结算时没有算"
    if lost := [scheme.word(group) for group in details.get("lost", ())]:
        yield f"按现在的名单，就诊时不是{'、'.join(lost)}，原来结算时算了"


def _follow_on(cause: Mapping[str, Any], serial: int) -> str:
    """Return that an earlier claim changed; which one only where it is the same person's."""
    if cause.get("serial") == serial:
        return f"本人的另一笔费用（结算单 {cause['number']}）变了，累计的起付线、封顶线等跟着变"
    return "同户别人的费用变了，全户累计的起付线、封顶线等跟着变"


def _change(scheme: Scheme, change: Sequence[str]) -> str:
    name, *values = change
    if name == "household_id":
        return "所在的户有变化"
    word = column_word(name).partition("（")[0]
    if not values:
        return f"{word}有更正"
    before, after = (_value(scheme, name, value) if value else "" for value in values)
    if not after:
        return f"{word}原来是{before}，现在没有写"
    return f"{word}由{before}更正为{after}" if before else f"{word}原来没有写，现在是{after}"


def _value(scheme: Scheme, name: str, value: str) -> str:
    if name in ("in_county", "referred"):
        return _YES.get(value, value)
    if name in _MONEY:
        return f"{format_yuan(int(value))}元"
    return _day(value) if name in _DAYS else scheme.word(value)


def _day(words: str) -> str:
    day = date.fromisoformat(words)
    return f"{day.year}年{day.month}月{day.day}日"

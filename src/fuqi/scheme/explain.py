"""Sentences about a settled claim, from its trace only, for the person who was ill: what counted, what was paid, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fuqi.basics.money import format_rate, format_yuan
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Bracket, Claim, Line, Settled, Trace
from fuqi.scheme.names import CLAIM, WORDS
from fuqi.scheme.values import Used
from fuqi.scheme.wording import in_words

UNCONFIRMED = "（尚未核实）"
_PERIODS = {"claim": "这一次", "stay": "这次住院", "day": "当天", "month": "当月", "quarter": "本季度", "year": "今年"}
_TIMES = {"claim": "每次", "stay": "每次住院", "day": "每天", "month": "每月", "quarter": "每季度", "year": "每年"}


def sentences(settled: Settled, benefits: Benefits) -> list[str]:
    """Return what happened to a claim in Chinese sentences: the bill, each layer, and the sum that gives the total again."""
    found, words = [_bill(settled.claim, words_of(benefits))], words_of(benefits)
    applied = [line for line in settled.lines if line.trace.applies]
    found += [f"{number}. {_layer(line, words)}" for number, line in enumerate(applied, start=1)]
    found += [_not_applied(line, words) for line in settled.lines if not line.trace.applies]
    found.append(_sum(settled))
    if not settled.confirmed:
        found.append("标有“尚未核实”的数字没有在正式文件里读到，结果供试算，以经办机构核定为准。")
    if settled.provisional:
        found.append("同一人（户）还有更早的费用没有定，这个结果是暂时的。")
    return found


def column_word(name: str) -> str:
    """Return what a column is called, with its name: `出生日期（birth_on）`."""
    info = CLAIM.exact.get(name)
    if info is not None:
        return f"{info.meaning}（{name}）"
    if name == "from":
        return "出院当天有效的规定（from）"
    for lead, meaning in (("paid_", "已支付金额"), ("fee_", "分类费用"), ("amount_", "另列金额")):
        if name.startswith(lead):
            return f"{meaning}（{name}）"
    return name


def _yuan(fen: int) -> str:
    return f"{format_yuan(fen)}元"


def _not_applied(line: Line, words: Mapping[str, str]) -> str:
    condition = f"（{in_words(line.trace.when, words)}）" if line.trace.when else ""
    return f"{line.name}：不符合享受条件{condition}，不支付。{_basis(line)}"


def _bill(claim: Claim, words: Mapping[str, str]) -> str:
    total, in_scope = claim.total or 0, claim.in_scope or 0
    left = claim.discharged
    day = f"{left.year}年{left.month}月{left.day}日" if left else ""
    kind = words.get(claim.care or "") or WORDS.get(claim.care or "", "就诊")
    level = f"，{WORDS[claim.hospital_level]}医疗机构" if claim.hospital_level else ""
    what = f"这次{kind}（{day}{'出院' if claim.care == 'inpatient' else ''}{level}）总费用{_yuan(total)}"
    scope = f"，其中政策范围内{_yuan(in_scope)}，政策范围外{_yuan(max(0, total - in_scope))}"
    settled = claim.settled_sum or 0
    return what + scope + (f"；按{_yuan(settled)}结算" if settled != total else "") + "。"


def words_of(benefits: Benefits) -> dict[str, str]:
    """Return what the scheme's own identifiers are called: layers, kinds of care and, from a folder, groups and lists."""
    return {**{layer.id: layer.name for layer in benefits.layers}, **benefits.words}


def _layer(line: Line, words: Mapping[str, str]) -> str:
    trace = line.trace
    parts = [f"{line.name}：", _base(line, words)]
    if trace.mode == "given":
        parts.append(f"由经办系统结算，支付{_yuan(line.pay_fen)}。")
    else:
        parts += _mechanism(trace, words)
        parts += _limits(trace)
        if trace.mode == "checked":
            parts.append(_checked(line))
        else:
            parts.append(f"支付{_yuan(line.pay_fen)}。")
    return "".join(parts) + _basis(line)


def _base(line: Line, words: Mapping[str, str]) -> str:
    """Return the sentence about the amount that the layer works on."""
    trace = line.trace
    row = next((used for used in trace.used if used.key == "base"), None)
    if row is None:
        return ""
    text = f"计算基数是{in_words(row.text, words)}{_mark(row)}，{_yuan(trace.base_before_share)}"
    if trace.first_share:
        text += f"，先由个人负担{format_rate(trace.first_share)}{_marks(trace, 'first_share')}，余{_yuan(line.base_fen)}"
    if trace.period != "claim" and trace.base_before:
        together = trace.base_before + line.base_fen
        text += f"；{_PERIODS[trace.period]}此前累计{_yuan(trace.base_before)}，连同这次{_yuan(together)}"
    return text + "。"


def _mechanism(trace: Trace, words: Mapping[str, str]) -> list[str]:
    """Return the sentences about rate, brackets, lump or fill."""
    if trace.mechanism == "fill":
        most, of = format_rate(trace.fill_at_most), _yuan(trace.fill_of)
        mark = _marks(trace, "fill.at_most", "fill.of")
        return [f"个人负担控制在{of}的{most}以内{mark}，超出的部分{_yuan(trace.computed)}由本项补足。"]
    if trace.mechanism == "lump":
        return [f"按档定额{_yuan(trace.lump)}{_marks(trace, 'lump', 'pay')}{_factor(trace)}，本次得{_yuan(trace.computed)}。"]
    return [*_deductible(trace), _graduated(trace, words)]


def _deductible(trace: Trace) -> Iterator[str]:
    if not any(used.key == "deductible" for used in trace.used):
        return
    mark = _marks(trace, "deductible")
    if trace.once_highest:
        yield f"起付线{_yuan(trace.deductible_amount)}{mark}，一年只扣一次、按最高的一级，"
        yield f"今年已扣{_yuan(trace.charged_before)}，这次扣{_yuan(trace.charged)}。"
    elif trace.period == "claim":
        yield f"起付线{_yuan(trace.deductible)}{mark}。"
    else:
        yield f"{_PERIODS[trace.period]}累计的起付线{_yuan(trace.deductible)}{mark}，这次扣{_yuan(trace.charged)}。"


def _graduated(trace: Trace, words: Mapping[str, str]) -> str:
    rate_mark = _marks(trace, "rate", "brackets")
    paid = [_bracket(bracket, trace) for bracket in trace.brackets if bracket.part]
    if not paid:
        return "没有超过起付线的部分，不支付。"
    raised = "、".join(_points(used, words) for used in trace.used if used.key == "add" and used.text.endswith("%"))
    raised = f"（其中{raised}）" if raised else ""
    joined = "；".join(paid)
    return f"{joined}{raised}{rate_mark}{_factor(trace)}，四舍五入到分，得{_yuan(trace.computed)}。"


def _points(used: Used, words: Mapping[str, str]) -> str:
    reason = f"因{in_words(used.when, words)}" if used.when else ""
    amount = used.value or 0
    return f"{reason}{'提高' if amount >= 0 else '降低'}{format_rate(abs(amount)).removesuffix('%')}个百分点{_mark(used)}"


def _bracket(bracket: Bracket, trace: Trace) -> str:
    if trace.mechanism == "rate":
        return f"{_yuan(bracket.part)}按{format_rate(bracket.rate)}"
    upper = f"至{_yuan(bracket.to)}" if bracket.to is not None else "以上"
    return f"在{_yuan(bracket.above)}{upper}一段的{_yuan(bracket.part)}按{format_rate(bracket.rate)}"


def _factor(trace: Trace) -> str:
    return f"，再乘{format_rate(trace.factor)}{_marks(trace, 'times')}" if trace.factor != 10_000 else ""


def _limits(trace: Trace) -> Iterator[str]:
    """Yield the sentences about floor, cap and remainder, where they changed the payment."""
    if trace.floor is not None and trace.floor > trace.computed:
        mark = _marks(trace, "at_least.of", "at_least.rate")
        yield f"低于保底线，按{_yuan(trace.floor_of)}的{format_rate(trace.floor_rate)}保底{mark}，{_yuan(trace.floor)}。"
    if trace.cap is not None and trace.over:
        before = f"，此前已付{_yuan(trace.cap_paid_before)}" if trace.cap_paid_before else ""
        yield f"{_TIMES[trace.cap_per]}封顶{_yuan(trace.cap)}{_marks(trace, 'cap')}{before}，截去{_yuan(trace.over)}。"
    if trace.cut_by_remainder:
        yield f"不能超过还没有支付的费用，减去{_yuan(trace.cut_by_remainder)}。"


def _checked(line: Line) -> str:
    if not line.difference_fen:
        return f"经办系统支付{_yuan(line.pay_fen)}，与计算相同。"
    return f"经办系统支付{_yuan(line.pay_fen)}，与计算的{_yuan(line.trace.result)}相差{_yuan(abs(line.difference_fen))}，以经办系统为准。"


def _mark(used: Used) -> str:
    return "" if used.confirmed else UNCONFIRMED


def _marks(trace: Trace, *keys: str) -> str:
    """Return since when the rows used for the keys hold, where they are dated, and the mark where one is unconfirmed."""
    used = [one for one in trace.used if one.key in keys]
    since = max((one.since for one in used), default="")
    return (f"（{since}起执行）" if since else "") + (UNCONFIRMED if any(not one.confirmed for one in used) else "")


def _basis(line: Line) -> str:
    """Return the documents and clauses that the layer and its rows rest on."""
    sources = {id(source): source for source in (line.source, *(used.source for used in line.trace.used))}
    texts = list(dict.fromkeys(filter(None, map(str, sources.values()))))
    return f"依据：{'、'.join(texts)}。" if texts else ""


def _sum(settled: Settled) -> str:
    paid = [line for line in settled.lines if line.pay_fen]
    parts = " + ".join(f"{line.name}{format_yuan(line.pay_fen)}" for line in paid)
    adjustment = settled.institution_adjustment_fen
    more = f" + 医疗机构{'承担' if adjustment > 0 else '结余'}{format_yuan(adjustment)}" if adjustment else ""
    lead = f"{parts} + " if parts else ""
    own = f"个人负担{format_yuan(settled.self_pay_fen)}"
    total = format_yuan(settled.claim.total or 0)
    return f"合计：{lead}{own}{more} = 总费用{total}元；个人负担里政策范围内的是{_yuan(settled.in_scope_self_pay_fen)}。"

"""Sentences about deposits, stipends and premium subsidies, from their results only, for the person whom they are promised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise

from fuqi.basics.dates import Span
from fuqi.basics.money import format_rate, format_yuan
from fuqi.scheme.conditions import WHOLE_RATE
from fuqi.scheme.deposits import NO_RULE, Deposit, DepositDue, DepositLine
from fuqi.scheme.deposits import UNDECIDED as DEPOSIT_UNDECIDED
from fuqi.scheme.names import Names
from fuqi.scheme.person_facts import ADMISSION_FACTS, EVENT_FACTS, PERSON_FACTS
from fuqi.scheme.persons import DAY
from fuqi.scheme.premiums import NO_RULE as NO_PREMIUM
from fuqi.scheme.premiums import PREMIUM, Premium, PremiumResult, Subsidy
from fuqi.scheme.premiums import UNDECIDED as PREMIUM_UNDECIDED
from fuqi.scheme.promises import Promise
from fuqi.scheme.stipends import EVENT, LENGTHS, NOT_DUE, ONCE, UNDECIDED, StipendLine
from fuqi.scheme.values import Source, Used
from fuqi.scheme.wording import KEY_WORDS, in_words

UNCONFIRMED = "（尚未核实）"
_PERIOD = {"month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年"}
_ONE = {"month": "一个月", "quarter": "一个季度", "half_year": "半年", "year": "一年"}


def fact_word(name: str) -> str:
    """Return what a fact is called, with its name: `受伤原因（injury_cause）`."""
    for table in (ADMISSION_FACTS, EVENT_FACTS):
        if name in table.exact:
            return f"{table.exact[name].meaning}（{name}）"
    return {"from": "当天有效的规定（from）", PREMIUM: "个人缴费标准"}.get(name, name)


def missing_words(names: Iterable[str]) -> str:
    """Return the missing facts as a list in Chinese."""
    return "、".join(map(fact_word, names))


def deposit_sentences(due: DepositDue, words: Mapping[str, str]) -> list[str]:
    """Return what is due on admission, and why; where several rules reach the admission, which one decides."""
    if due.state == NO_RULE:
        return ["住院押金：方案没有规定这种情形，按医院自己的规定办。"]
    if due.line is None:
        open_lines = [line for line in due.lines if line.state == DEPOSIT_UNDECIDED]
        return [f"{line.name}：还定不了，缺少：{missing_words(line.missing)}。{_basis(line.source)}" for line in open_lines]
    others = [line for line in due.lines if line is not due.line]
    more = "适用的规定不止一条，取应交最少的一条。" if others else ""
    return [f"{_deposit(due.line, words)}{more}{_basis(due.line.source, due.line.used)}"]


def _deposit(line: DepositLine, words: Mapping[str, str]) -> str:
    normal = "" if line.normal_fen is None else f"通常交{_yuan(line.normal_fen)}{_mark(line.used, 'normal')}，"
    if line.excluded:
        why = in_words(line.excluded, words, ADMISSION_FACTS)
        return f"{line.name}：{normal}因{why}，不在减免之列，入院时交{_yuan(line.due_fen or 0)}。"
    if not line.waived_rate:
        return f"{line.name}：{normal}没有减免，入院时交{_yuan(line.due_fen or 0)}。"
    why = _reason(line.when, line.used, "waived", words, ADMISSION_FACTS)
    if line.waived_rate == WHOLE_RATE:
        return f"{line.name}：{normal}{why}全部免交{_mark(line.used, 'waived')}，入院时不交押金。"
    share = f"免{format_rate(line.waived_rate)}{_mark(line.used, 'waived')}，即{_yuan(line.waived_fen or 0)}"
    return f"{line.name}：{normal}{why}{share}，入院时交{_yuan(line.due_fen or 0)}。"


def stipend_sentences(
    lines: Sequence[StipendLine], words: Mapping[str, str], funds: Mapping[str, str] | None = None
) -> list[str]:
    """Return what a stipend gives; periods that follow each other with the same result are told together."""
    found: list[str] = []
    for _, group in groupby(_numbered(lines), key=lambda item: item[0]):
        found.append(_stipend([line for _, line in group], words, funds or {}))
    return found


def _numbered(lines: Sequence[StipendLine]) -> Iterator[tuple[int, StipendLine]]:
    """Yield each line with the number of the sentence that it belongs to."""
    number = 0
    for earlier, line in pairwise([None, *lines]):
        assert line is not None
        number += earlier is None or not _alike(earlier, line)
        yield number, line


def _alike(one: StipendLine, other: StipendLine) -> bool:
    follows = one.period in LENGTHS and one.stipend == other.stipend and one.span.until == other.span.start
    whole = one.state == UNDECIDED or (one.state != NOT_DUE and one.days == one.of_days and other.days == other.of_days)
    said = (one.state, one.amount_fen, one.payers, one.missing, one.used)
    return follows and whole and said == (other.state, other.amount_fen, other.payers, other.missing, other.used)


def _stipend(lines: Sequence[StipendLine], words: Mapping[str, str], funds: Mapping[str, str]) -> str:
    line = lines[0]
    when = _days(Span(line.span.start, lines[-1].span.until), line.period)
    if line.state == UNDECIDED:
        return f"{line.name}，{when}：还定不了，缺少：{missing_words(line.missing)}。{_basis(line.source)}"
    if line.state == NOT_DUE:
        short = f"条件只符合了{line.days}天，不满{_ONE[line.period]}，不发"
        return f"{line.name}，{when}：{short}。{_basis(line.source)}"
    names = PERSON_FACTS if line.period != EVENT else EVENT_FACTS
    why = _reason(line.when, line.used, "amount", words, names)
    text = f"{line.name}，{when}：{why}{_sum(lines)}{_mark(line.used, 'amount')}。"
    if len(line.payers) > 1:
        times = len(lines)
        shares = "、".join(f"{funds.get(fund, fund)}{format_yuan(part * times)}元" for fund, part in line.payers)
        text += f"其中{shares}。"
    later = "同一限额下还有更早的一次没有定，这个数是暂时的。" if line.provisional else ""
    return text + later + _basis(line.source, line.used)


def _sum(lines: Sequence[StipendLine]) -> str:
    """Return the sentence's sum: by event, by days, or by whole periods."""
    line, times = lines[0], len(lines)
    if line.period == EVENT:
        limit = f"，限额内还能计{line.counted}{line.unit}" if line.counted < line.quantity else ""
        return f"每{line.unit}{_yuan(line.full_fen)}，共{line.quantity}{line.unit}{limit}，发{_yuan(line.amount_fen)}"
    if line.period == ONCE:
        return f"一次发给{_yuan(line.amount_fen)}"
    if line.days < line.of_days:
        share = f"条件符合{line.days}天，这一期共{line.of_days}天，按天折算"
        return f"{_PERIOD[line.period]}{_yuan(line.full_fen)}，{share}，发{_yuan(line.amount_fen)}"
    if times == 1:
        return f"发{_yuan(line.amount_fen)}"
    return f"{_PERIOD[line.period]}{_yuan(line.amount_fen)}，{times}期共{_yuan(line.amount_fen * times)}"


def premium_sentences(result: PremiumResult, words: Mapping[str, str], funds: Mapping[str, str] | None = None) -> list[str]:
    """Return who pays how much of a premium, and why; what is not known is said."""
    lead = f"{result.name}（{result.year}年）："
    if result.state == NO_PREMIUM:
        return [f"{lead}方案没有规定。"]
    if result.state == PREMIUM_UNDECIDED:
        return [f"{lead}补贴多少还定不了，缺少：{missing_words(result.missing)}。{_basis(result.source)}"]
    unknown = result.premium_fen is None
    whole = (
        "个人缴费标准方案里没有，金额算不出；"
        if unknown
        else f"个人缴费{_yuan(result.premium_fen or 0)}{_mark(result.used, 'amount')}，"
    )
    row = result.subsidy
    if row is None:
        own = "没有补贴，全部由本人交" + ("。" if unknown else f"，{_yuan(result.own_fen or 0)}。")
        return [f"{lead}{whole}{own}{_basis(result.source, result.used)}"]
    who = f"因{in_words(row.when.text, words, PERSON_FACTS)}，" if row.when else ""
    text = f"{lead}{whole}{who}{_subsidised(result, funds or {})}"
    if result.others:
        same = "、".join(_row(other, words) for other in result.others)
        text += f"同时符合{same}，只取高的一项，不重复补贴。"
    return [text + _basis(row.source, result.used)]


def unconfirmed(promise: Promise, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what of a promise was not read in an official text: what it is, and the source that it is said to come from."""
    names = PERSON_FACTS if isinstance(promise, Premium) else ADMISSION_FACTS if isinstance(promise, Deposit) else EVENT_FACTS
    for key, row in promise.rows():
        if not row.confirmed:
            when = f"（{in_words(row.when.text, words, names)}）" if row.when else ""
            yield f"{promise.name}的{KEY_WORDS[key]}{in_words(row.content.text, words, names)}{when}", str(row.source)
    if isinstance(promise, Premium) and promise.amount is None:
        yield f"{promise.name}的标准（文件里没有写）", str(promise.source)
    if not promise.confirmed and not any(True for _ in promise.rows()):
        yield promise.name, str(promise.source)


def _subsidised(result: PremiumResult, funds: Mapping[str, str]) -> str:
    named = "、".join(
        funds.get(fund, fund) + (f"{format_yuan(part)}元" if part is not None and len(result.payers) > 1 else "")
        for fund, part in result.payers
    )
    mark = "" if result.subsidy is None or result.subsidy.confirmed else UNCONFIRMED
    mark = mark or _mark(result.used, "share", "sum")
    if result.share == WHOLE_RATE:
        return f"由{named}全额负担{mark}，本人不交。"
    share = "" if result.share is None else format_rate(result.share)
    if result.subsidy_fen is None:
        return f"由{named}补贴{share}{mark}，其余由本人交。" if share else f"由{named}定额补贴{mark}，其余由本人交。"
    text = f"由{named}补贴{share}{mark}"
    return f"{text}{'，' if share else ''}{_yuan(result.subsidy_fen)}，本人交{_yuan(result.own_fen or 0)}。"


def _row(row: Subsidy, words: Mapping[str, str]) -> str:
    return row.name or (in_words(row.when.text, words, PERSON_FACTS) if row.when else "其他人员")


def _reason(when: str, used: Sequence[Used], key: str, words: Mapping[str, str], names: Names) -> str:
    """Return because of what something is given: the row's own condition, the promise's where the row has none."""
    row = next((one for one in used if one.key == key and one.when), None)
    text = row.when if row is not None else when
    return f"因{in_words(text, words, names)}，" if text else ""


def _days(span: Span, period: str) -> str:
    """Return the days of a period, or of several that follow each other."""
    first, last = span.start, span.until and span.until - DAY
    if first is None or last is None:
        return ""
    if period in (EVENT, ONCE):
        return _day(first)
    if first.month == 1 and last.month == 12 and period != "month":
        return f"{first.year}年" if first.year == last.year else f"{first.year}年至{last.year}年"
    one = f"{first.year}年{first.month}月"
    if (first.year, first.month) == (last.year, last.month):
        return one
    return f"{one}至{last.month}月" if first.year == last.year else f"{one}至{last.year}年{last.month}月"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _yuan(fen: int) -> str:
    return f"{format_yuan(fen)}元"


def _mark(used: Iterable[Used], *keys: str) -> str:
    """Return since when the rows used for the keys hold, where they are dated, and the mark where one is unconfirmed."""
    found = [one for one in used if one.key in keys]
    since = max((one.since for one in found), default="")
    return (f"（{since}起执行）" if since else "") + (UNCONFIRMED if any(not one.confirmed for one in found) else "")


def _basis(source: Source, used: Iterable[Used] = ()) -> str:
    """Return the documents and clauses that a promise and its rows rest on."""
    texts = list(dict.fromkeys(str(one) for one in (source, *(row.source for row in used)) if str(one)))
    return f"依据：{'、'.join(texts)}。" if texts else ""

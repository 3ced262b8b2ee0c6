"""What a trial gave, as sentences and tables: one content for terminal, page, paper and file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from fuqi.basics.money import format_yuan, percentage
from fuqi.flows.trying.claims import NO_PLACE, UNKNOWN_GROUP
from fuqi.flows.trying.run import TrialResult
from fuqi.scheme.explain import column_word
from fuqi.scheme.judging import NOT_ASKED, REFUSED
from fuqi.scheme.spread import MERGED, SumClass
from fuqi.scheme.trial import LayerChange, Part

TEXT, COUNT, MONEY, MORE, COUNT_MORE = "text", "count", "money", "more", "count_more"
"""What a cell holds: words, a number of people or claims, fen, fen more or less, a number more or less."""
UNCONFIRMED = "（尚未核实）"
Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table: heads with their kinds, rows whose first cell is what they are about, and the sum of all, if it has one."""

    id: str
    title: str
    heads: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    note: str = ""

    def shown(self) -> Iterator[tuple[bool, tuple[str, ...]]]:
        """Yield whether a row is the sum, and its cells as text."""
        for row in (*self.rows, *((self.total,) if self.total else ())):
            yield row is self.total, tuple(cell_text(cell, kind) for cell, kind in zip(row, self.kinds, strict=True))


def cell_text(cell: Cell, kind: str) -> str:
    """Return a cell as people read it: sums in yuan with separators, differences with their sign."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    sign = "+" if cell > 0 and kind in (MORE, COUNT_MORE) else ""
    if kind in (MONEY, MORE):
        yuan, _, rest = format_yuan(abs(cell)).partition(".")
        return f"{'-' if cell < 0 else sign}{int(yuan):,}.{rest}"
    return f"{sign}{cell:,}"


def yuan(fen: int) -> str:
    """Return a sum for a sentence."""
    return f"{cell_text(abs(fen), MONEY)}元"


def lead(result: TrialResult) -> str:
    """Return the one sentence on top: what the draft would have cost, and whom it hits."""
    trial = result.trial
    if not trial.claims.number:
        return f"{result.years.words}没有一笔费用在两个方案下都能结算，无法比较。"
    if trial.claims.gaining == trial.claims.losing == 0 and all(not layer.change.more_fen for layer in trial.layers):
        return f"草案和现行方案一分不差：{result.years.words}的{trial.claims.number:,}笔费用，每一笔的支付都相同。"
    about = "全县" if result.present.scheme is not None and not result.no_places else "各项资金"
    span = "一年" if result.years.is_one else result.years.words
    return f"如果改用草案，{about}{span}{_more(trial.paid.more_fen, trial.paid.before_fen)}；{_people(result)}。"


def _more(more: int, before: int) -> str:
    if not more:
        return "支付的总数不变"
    rate = f"（{'增加' if more > 0 else '减少'}{percentage(abs(more), before)}%）" if before else ""
    return f"{'多付' if more > 0 else '少付'}{yuan(more)}{rate}"


def _people(result: TrialResult) -> str:
    moved = result.trial.people
    gaining = f"{moved.gaining:,}人少负担，共{yuan(moved.gain_fen)}" if moved.gaining else "没有人少负担"
    losing = f"{moved.losing:,}人多负担，共{yuan(moved.loss_fen)}" if moved.losing else "没有人多负担"
    return f"{gaining}；{losing}；{moved.unchanged:,}人不变"


def sentences(result: TrialResult) -> list[str]:
    """Return what else must be known, one sentence each."""
    trial = result.trial
    found = [
        f"试算用的是{result.source}：{result.years.words}的{trial.claims.number:,}笔，"
        f"{trial.people.number:,}人，总费用{yuan(trial.total_fen)}。"
    ]
    if trial.left_out_claims:
        found.append(f"另有{trial.left_out_claims:,}笔在现行方案或草案下不能结算，没有比较，原因见“没有比较的费用单”。")
    if result.refused:
        found.append(f"文件里有{len(result.refused):,}行读不了，没有算进来。")
    if any(trial.provisional):
        before, after = trial.provisional
        found.append(f"有更早的费用还没有定，所以结果是暂时的：现行方案{before:,}笔，草案{after:,}笔。")
    open_layers = [layer.name for layer in trial.layers if not layer.confirmed]
    if open_layers:
        found.append(f"{'、'.join(open_layers)}用到尚未核实的数字，金额不是最终口径。")
    return [*found, *result.notices]


def tables(result: TrialResult) -> list[Table]:
    """Return every table that has something to say, in the order in which they are read."""
    found = [_funds(result), _layers(result), _groups(result)]
    if result.places:
        found.append(_places(result))
    found += [_spread(result), _quantiles(result)]
    if not result.poverty.why_not:
        found.append(_poverty(result))
    return [*found, *_left_out(result)]


_BEFORE_AFTER = ("现行方案（元）", "草案（元）", "增减（元）")


def _paid(changes: Iterable[LayerChange]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (
            _name(one),
            one.change.before_fen if one.was else None,
            one.change.after_fen if one.is_now else None,
            one.change.more_fen,
        )
        for one in changes
    )


def _name(one: LayerChange) -> str:
    state = "" if one.was and one.is_now else "（新增）" if one.is_now else "（取消）"
    return f"{one.name}{state}{'' if one.confirmed else UNCONFIRMED}"


def _funds(result: TrialResult) -> Table:
    trial = result.trial
    own = ("个人负担", trial.self_pay.before_fen, trial.self_pay.after_fen, trial.self_pay.more_fen)
    scope = trial.in_scope_self_pay
    paid = ("各项资金合计", trial.paid.before_fen, trial.paid.after_fen, trial.paid.more_fen)
    rows = (*_paid(trial.funds), paid, own, ("其中政策范围内自付", scope.before_fen, scope.after_fen, scope.more_fen))
    total = ("结算费用合计", trial.total_fen, trial.total_fen, 0)
    return Table("funds", "各项资金付多少", ("资金", *_BEFORE_AFTER), (TEXT, MONEY, MONEY, MORE), rows, total)


def _layers(result: TrialResult) -> Table:
    trial = result.trial
    total = ("合计", trial.paid.before_fen, trial.paid.after_fen, trial.paid.more_fen)
    return Table(
        "layers", "各支付项目付多少", ("支付项目", *_BEFORE_AFTER), (TEXT, MONEY, MONEY, MORE), _paid(trial.layers), total
    )


_PART_HEADS = (
    "人数",
    "费用笔数",
    "个人负担，现行（元）",
    "草案（元）",
    "增减（元）",
    "少负担（人）",
    "少负担（元）",
    "多负担（人）",
    "多负担（元）",
)
_PART_KINDS = (TEXT, COUNT, COUNT, MONEY, MONEY, MORE, COUNT, MONEY, COUNT, MONEY)
_UPRIGHT = (0, 1, 5, 6, 7, 8, 9)
"""What of the wide tables fits an upright page or a terminal: who, people, more or less, and both sides of it."""
_MERGED_NOTE = "人数不到5人的，和少负担、多负担不到5人的，合成一行：分开写会让人看出是谁。"


def _parts(table_id: str, title: str, about: str, parts: Sequence[tuple[str, Part]], note: str) -> Table:
    rows = tuple(_part(name, part) for name, part in parts)
    total = _part("合计", sum((part for _, part in parts), Part("")))
    merged = f"{note}{_MERGED_NOTE}" if any(part.key == MERGED for _, part in parts) else note
    return Table(table_id, title, (about, *_PART_HEADS), _PART_KINDS, rows, total, merged)


def upright(table: Table) -> Table:
    """Return a table that fits an upright page: of those of groups and places the columns that answer who gains and loses."""
    if table.kinds != _PART_KINDS:
        return table
    return replace(
        table,
        heads=tuple(table.heads[at] for at in _UPRIGHT),
        kinds=tuple(table.kinds[at] for at in _UPRIGHT),
        rows=tuple(tuple(row[at] for at in _UPRIGHT) for row in table.rows),
        total=tuple(table.total[at] for at in _UPRIGHT),
    )


def _part(name: str, part: Part) -> tuple[Cell, ...]:
    moved, own = part.people, part.self_pay
    return (
        name,
        moved.number,
        part.claims,
        own.before_fen,
        own.after_fen,
        own.more_fen,
        moved.gaining,
        moved.gain_fen,
        moved.losing,
        moved.loss_fen,
    )


def _groups(result: TrialResult) -> Table:
    order = {name: place for place, name in enumerate(result.group_names)}
    words = {"": "没有身份类别的人", UNKNOWN_GROUP: "身份不明", MERGED: "人数太少的合计"}
    ordered = sorted(result.groups, key=lambda part: (part.key in words, order.get(part.key, len(order)), part.key))
    named = [(words.get(part.key) or result.group_names.get(part.key, part.key), part) for part in ordered]
    note = "一个人有几种身份的，按方案里排在最前的一种算；一年里身份有变化的，按最后一笔费用时的身份算。"
    return _parts("groups", "各类人员", "身份类别", named, note)


def _places(result: TrialResult) -> Table:
    words = {NO_PLACE: "住址不明", MERGED: "人数太少的合计"}
    ordered = sorted(result.places, key=lambda part: (part.key in words, part.key))
    named = [(words.get(part.key) or result.place_names.get(part.key, part.key), part) for part in ordered]
    return _parts("places", "各乡镇", "乡镇", named, f"按{result.years.last}年底的住址算。")


def class_words(one: SumClass) -> str:
    """Return what a class of sums is called."""
    if one.above_fen is None:
        return "0元"
    if one.above_fen == 0:
        return f"{one.to_fen // 100:,}元以内"
    return f"{one.above_fen // 100:,}–{one.to_fen // 100:,}元"


def _spread(result: TrialResult) -> Table:
    rows = tuple((class_words(one), one.before, one.after, one.after - one.before) for one in result.spread.classes)
    total = ("合计", result.spread.number, result.spread.number, 0)
    heads = ("每人每年个人负担", "现行方案（人）", "草案（人）", "增减（人）")
    kinds = (TEXT, COUNT, COUNT, COUNT_MORE)
    return Table("spread", "个人负担的分布", heads, kinds, rows, total, "每一档含上限，不含下限。")


def _quantiles(result: TrialResult) -> Table:
    spread = result.spread
    rows: list[tuple[Cell, ...]] = [
        (_quantile_words(one.percent), one.before_fen, one.after_fen, one.after_fen - one.before_fen)
        for one in spread.quantiles
    ]
    mean = spread.mean_after_fen - spread.mean_before_fen
    rows.append(("平均", spread.mean_before_fen, spread.mean_after_fen, mean))
    heads = ("每人每年个人负担", *_BEFORE_AFTER)
    return Table("quantiles", "负担多重", heads, (TEXT, MONEY, MONEY, MORE), tuple(rows))


def _quantile_words(percent: int) -> str:
    return "一半的人不超过（中位数）" if percent == 50 else f"{percent}%的人不超过"


def _poverty(result: TrialResult) -> Table:
    line, found = result.poverty.line, result.poverty.standing
    own = (found.pushed_before, found.pushed_after)
    rows: tuple[tuple[Cell, ...], ...] = (
        ("扣除个人负担后仍在线上（户）", found.above_before, found.above_after, found.above_after - found.above_before),
        ("收入在线上，扣除后落到线下（户）", *own, own[1] - own[0]),
        (
            "收入在线上，扣除后落到线下（人）",
            found.pushed_people_before,
            found.pushed_people_after,
            found.pushed_people_after - found.pushed_people_before,
        ),
        ("收入本来就在线下（户）", found.below_already, found.below_already, 0),
    )
    mark = "" if line is None or line.confirmed else UNCONFIRMED
    note = (
        (f"贫困线是每人每年{yuan(line.per_head_fen)}{mark}，出自{line.source}。" if line is not None else "")
        + f"有费用单、户信息里写了人均纯收入的{found.households:,}户，{found.people:,}人；户信息没有写明收入的（含不在户信息里的人）{found.without_income:,}，没有算。"
    )
    total = ("有费用单、有收入的（户）", found.households, found.households, 0)
    return Table("poverty", "贫困线上下", ("", "现行方案", "草案", "增减"), (TEXT, COUNT, COUNT, COUNT_MORE), rows, total, note)


_MOST_NUMBERS = 10


def _left_out(result: TrialResult) -> Iterator[Table]:
    """Yield the table of claims that were not compared, if there are any; claim numbers, no people."""
    rows = []
    for one in result.trial.left_out:
        numbers = "、".join(one.claim_ids[:_MOST_NUMBERS])
        more = f"等{len(one.claim_ids)}笔" if len(one.claim_ids) > _MOST_NUMBERS else ""
        why = one.why if one.state == REFUSED or one.why == NOT_ASKED else f"缺少{column_word(one.why)}"
        rows.append(("草案" if one.draft else "现行方案", why, len(one.claim_ids), f"{numbers}{more}"))
    rows += [("文件", str(fault), 1, "") for fault in result.refused[:_MOST_NUMBERS]]
    if rows:
        heads = ("哪个方案", "为什么不能结算", "笔数", "结算单号")
        yield Table("left_out", "没有比较的费用单", heads, (TEXT, TEXT, COUNT, TEXT), tuple(rows))

"""Print the reference of benefits.yaml: `docs/reference/benefits.zh-CN.md`.

What a key may hold, what must be written, what holds where a key is absent and what cannot stand together is asked of the
readers; its meaning stands beside them, in `fuqi.scheme.reading.meanings`. With `--check` nothing is written and the exit
status says whether the page is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from textwrap import indent

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from ruamel.yaml import YAML  # noqa: E402

from fuqi.basics.errors import Fault  # noqa: E402
from fuqi.scheme.benefits import MECHANISMS  # noqa: E402
from fuqi.scheme.reading.benefits import LAYER_KEYS, TOP_KEYS, read_benefits  # noqa: E402
from fuqi.scheme.reading.meanings import INHERITED, MEANINGS, TITLES  # noqa: E402
from fuqi.scheme.reading.reader import Reader  # noqa: E402
from scripts.print_book import chapters, table_lines, write_or_check  # noqa: E402
from scripts.punctuation import widen  # noqa: E402
from scripts.reading_record import Key, Record, is_plain_sum, recorded  # noqa: E402
from tests.spec.page import GAP  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "benefits.zh-CN.md"

LEAD = """\
# benefits.yaml 的每一个键

<!-- printed by scripts/print_benefits.py from the readers and fuqi.scheme.reading.meanings; do not edit -->

一个方案的待遇写在 benefits.yaml 里。这里列出每个键：要不要写，能写什么，不写时是什么，什么意思。怎样用、怎样算，见[例子书](book.zh-CN.md)；
条件里能用的名称，见[条件里能用的名称](names.zh-CN.md)。写错的键、写了两遍的键、不能同写的键，读方案时会一一指出文件和行。
"""

SAMPLES = {
    "name": "name: 基本医保",
    "when": "when: in_county",
    "base": "base: in_scope",
    "mode": "mode: checked",
    "first_share": "first_share: 10%",
    "period": "period: year",
    "deductible": "deductible: {amount: 400元}",
    "rate": "rate: 70%",
    "brackets": "brackets: [{to: 10000元, rate: 60%}, {rate: 70%}]",
    "lump": "lump: [{above: 10000元, pay: 1000元}]",
    "fill": "fill: {of: in_scope, at_most: 10%}",
    "from": "from: base",
    "at_least": "at_least: {of: total, rate: 45%}",
    "times": "times: [{when: referred, factor: 80%}]",
    "cap": "cap: {amount: 150000元, per: year}",
    "who": "who: household",
    "scope": "scope: total",
    "fund": "fund: basic_insurance",
    "source": "source: {document: 某县实施方案, clause: 第三条}",
    "confidence": "confidence: unconfirmed",
}
"""A way of writing each key of a layer, with which the readers are asked what may stand beside what."""

RARE = """\
language: 1
identity_on: admitted
care: [{id: dental, name: 口腔}]
layers: [{id: a, base: total, rate: 1%}]
stipends:
  - {id: b, period: event, amount: 30元, quantity: bed_days, at_most: {quantity: 30, per: year}, fund: county_fiscal}
  - {id: c, period: month, amount: 30元, from: 2017-01-01, until: 2018-01-01, payers: [{fund: d, amount: 1元}, {fund: e}]}
"""
"""What no example and no scheme may happen to write."""

ABOUT = {"id": "layers", "name": "layers", "when": "layers", "base": "brackets", "rate": "brackets", "from": "brackets"}
"""The chapter that is about a key, where it goes by another name."""

KINDS = {
    "money": "金额",
    "rate": "比例",
    "number": "整数",
    "condition": "条件",
    "date": "日期",
    "identifier": "编号",
    "named": "编号和名称",
    "list": "列表",
    "text": "文字",
}


class UnexplainedKeyError(Exception):
    """A key that the readers know and `MEANINGS` does not, or the other way round."""


def texts() -> Iterator[str]:
    """Yield every file of benefits that is at hand: those of the book's examples, and those of the schemes."""
    for chapter in chapters():
        for section in chapter.sections:
            for example in section.examples:
                if GAP not in example.yaml and used_keys(example.yaml, "benefits") & set(TOP_KEYS):
                    yield example.yaml
    for path in sorted(ROOT.glob("schemes/*/benefits.yaml")):
        yield path.read_text("utf-8")
    yield RARE


@cache
def record() -> Record:
    """Return what the readers ask. Raises UnexplainedKeyError for keys without a meaning, and meanings without a key."""
    found = recorded(texts())
    wrong = []
    for table in {*found.allowed, *MEANINGS}:
        known, told = set(found.allowed.get(table, ())), set(MEANINGS.get(table, ()))
        inherited = set() if table in ("benefits", "layers", "rows") else set(INHERITED)
        wrong += [f"{table}.{key}: not explained in MEANINGS" for key in sorted(known - told - inherited)]
        wrong += [f"{table}.{key}: explained, but no reader knows it" for key in sorted(told - known)]
        wrong += [f"{table}: wants a title in TITLES"] * (table not in TITLES)
    if wrong:
        raise UnexplainedKeyError("\n".join(wrong))
    return found


def faults_of_layer(*keys: str, strict: bool = False) -> list[Fault]:
    """Return what the readers say of a layer with these keys, in the order of LAYER_KEYS."""
    lines = "\n".join(SAMPLES[key] for key in LAYER_KEYS if key in keys)
    text = "layers:\n  - id: a\n" + indent(lines, "    ") + "\n"
    reader = Reader("benefits.yaml", strict=strict)
    read_benefits(text, reader)
    return reader.faults


def needed_by_public_schemes() -> set[str]:
    """Return the keys that a layer of a public scheme must have."""
    missing = [fault.message for fault in faults_of_layer("base", "rate", strict=True) if fault.code == "missing_key"]
    return {key for key in LAYER_KEYS if any(f"“{key}”" in message for message in missing)}


def conflicts() -> Iterator[tuple[str, str, str]]:
    """Yield the keys of a layer that want others, and the pairs that cannot stand together, with what the checker says."""
    keys = [key for key in LAYER_KEYS if key in SAMPLES]
    alone = {key: _said(*_with_mechanism(key)) for key in keys}
    yield from ((key, "", said) for key in keys for said in alone[key])
    for one, other in combinations(keys, 2):
        together = [said for said in _said(*_with_mechanism(one, other)) if said not in (*alone[one], *alone[other])]
        yield from ((one, other, said) for said in together[:1])


def _with_mechanism(*keys: str) -> tuple[str, ...]:
    """Return the keys with what every layer needs."""
    return ("base", *keys) if set(keys) & set(MECHANISMS) else ("base", "rate", *keys)


def _said(*keys: str) -> list[str]:
    return [fault.message for fault in faults_of_layer(*keys) if fault.code == "mechanism"]


def printed() -> str:
    """Return the whole page."""
    found = record()
    lines = [LEAD]
    for table, title in TITLES.items():
        if table in found.allowed:
            lines += [f'<a id="{table}"></a>', f"\n## {title}{_where(table)}\n", *_table(table)]
        if table == "layers":
            lines += _conflicts()
    return widen("\n".join(lines).rstrip() + "\n")


def _where(table: str) -> str:
    return "" if table in ("benefits", "rows") else f" `{table}`"


def _table(table: str) -> Iterator[str]:
    if table == "rows":
        yield "一个值可以直接写（`400元`、`60%`、`none`、算式），也可以写成几行，还可以带加减的点：\n"
        yield "```yaml\nrate: {value: 70%, add: [{when: \"'registered_poor' in groups\", points: 10%}]}\n```\n"
    found = record()
    public = needed_by_public_schemes() if table == "layers" else set()
    rows = []
    for key in found.allowed[table]:
        if key in INHERITED and key not in MEANINGS[table]:
            continue
        known = found.keys.get((table, key), Key())
        required = key in found.required[table]
        must = "必须写" if required else "公开的方案必须写" if key in public else ""
        default = f"`{known.default}`" if known.default and not required and len(known.choices) > 1 else ""
        rows.append([f"`{key}`", must, _holds(table, key), default, MEANINGS[table][key], _chapters(table, key)])
    yield from table_lines(["键", "要不要写", "写什么", "不写时", "意思", "例子"], rows)


def _holds(table: str, key: str) -> str:
    """Return what a key may hold, as the readers asked it."""
    found = record()
    if table == "rows" and key not in INHERITED:
        return {"when": "条件", "from": "日期", "add": "列表", "factor": "比例"}.get(key, "与所属的键相同")
    known = found.keys.get((table, key), Key())
    if key in INHERITED:
        known = next((one for (_, name), one in found.keys.items() if name == key and one.choices), known)
    if known.choices:
        return "、".join(f"`{word}`" for word in known.choices)
    kinds = [KINDS[kind] for kind in KINDS if kind in known.holds]
    if {"money", "rate"} & known.holds and key not in ("brackets", "lump"):
        return f"{kinds[0]}，见[{TITLES['rows']}](#rows)"
    if key in found.allowed and key != table:
        rows = "列表，每一行" if "list" in known.holds or key in ("brackets", "lump") else ""
        return f"{rows}见[{TITLES[key]}](#{key})"
    return "一个写明的金额" if is_plain_sum(known) else kinds[0] if kinds else ""


def _chapters(table: str, key: str) -> str:
    """Return links to the chapters that show a key of a layer or file: the one about it, or those that use it most."""
    if table not in ("layers", "benefits"):
        return ""
    shares: dict[str, float] = {}
    for chapter in chapters():
        examples = [example for section in chapter.sections for example in section.examples if example.yaml]
        using = sum(key in used_keys(example.yaml, table) for example in examples)
        if using:
            shares[chapter.name] = 2.0 if chapter.name in (key, ABOUT.get(key)) else using / len(examples)
    best = sorted(shares, key=lambda name: (-shares[name], name))
    shown = [name for name in best if shares[name] == 2.0] or best[:2]
    titles = {chapter.name: chapter.title for chapter in chapters()}
    return "、".join(f"[{titles[name]}](book.zh-CN.md#{name})" for name in shown)


@cache
def used_keys(text: str, table: str = "layers") -> frozenset[str]:
    """Return the keys that the layers of a file use, or the file itself."""
    lines = [line for line in text.splitlines() if line.strip() != GAP]
    content = YAML(typ="safe").load("\n".join(lines).replace(GAP, "null"))
    if not isinstance(content, dict):
        return frozenset()
    if table == "benefits":
        return frozenset(content)
    layers = content.get("layers") or ()
    return frozenset(key for layer in layers if isinstance(layer, dict) for key in layer)


def _conflicts() -> Iterator[str]:
    yield "下面的键不能写在同一层里，或者还要写别的键：\n"
    rows = [[f"`{one}`", f"`{other}`" if other else "", said] for one, other, said in conflicts()]
    yield from table_lines(["键", "和", "检查时会说"], rows)


if __name__ == "__main__":
    sys.exit(write_or_check(PAGE, printed()))

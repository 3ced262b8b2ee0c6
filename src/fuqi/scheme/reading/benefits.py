"""Reads benefits.yaml: the layers with every key of the settlement standard, and what may not stand together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from fuqi.scheme.benefits import (
    IDENTITY_ON,
    MECHANISMS,
    MODES,
    PERIODS,
    RESERVED_LAYERS,
    SCOPES,
    UNITS,
    YEAR_OF,
    Benefits,
    Layer,
)
from fuqi.scheme.names import CARE_KINDS, CLAIM, Names, layer_names
from fuqi.scheme.person_facts import PROMISE_TABLES, with_choices_of
from fuqi.scheme.reading.deposits import DEPOSIT_KEYS, read_deposit
from fuqi.scheme.reading.marks import Marked, Rows, Table, Text, read_yaml
from fuqi.scheme.reading.premiums import PREMIUM_KEYS, read_premium
from fuqi.scheme.reading.reader import IDENTIFIER, Reader, language
from fuqi.scheme.reading.stipends import STIPEND_KEYS, read_stipend
from fuqi.scheme.reading.values import Background, ValueReader, read_background
from fuqi.scheme.values import Value

PROMISE_KEYS = tuple(PROMISE_TABLES)
TOP_KEYS = ("language", "layers", "year_of", "identity_on", "care", "funds", *PROMISE_KEYS)
LAYER_KEYS = (
    "id",
    "name",
    "when",
    "base",
    "mode",
    "first_share",
    "period",
    "deductible",
    "rate",
    "brackets",
    "lump",
    "fill",
    "from",
    "at_least",
    "times",
    "cap",
    "who",
    "scope",
    "fund",
    "source",
    "confidence",
)


def read_benefits(text: str, reader: Reader, *, names: Names | None = None, with_workspace: bool = False) -> Benefits | None:
    """Return the benefits that a file says; None where faults keep it from being read at all.

    `names` are those of a claim (default: all but the disease lists, which only a scheme folder knows); `with_workspace` says
    that identity is looked up on a day of the scheme's choice. All faults are in `reader.faults`.
    """
    root = read_yaml(text, reader.file, reader.faults)
    if root is None:
        if not reader.faults:
            reader.fault("empty", "文件是空的", 0)
        return None
    table = reader.table(root, "benefits", TOP_KEYS, ("layers",))
    if table is None:
        return None
    language(reader, table)
    care_words = _care_kinds(reader, table)
    care = tuple(dict.fromkeys((*CARE_KINDS, *care_words)))
    if "identity_on" in table.items and not with_workspace:
        reader.fault("identity_on", "这里不能写 identity_on：身份类别已随费用单给出", table.lines["identity_on"], "identity_on")
    known = names if names is not None else CLAIM.without("disease_lists")
    known = known.with_choices({"care": care})
    layers = _layers(reader, table, known)
    promises = {key: _promises(reader, table, key, known) for key in PROMISE_KEYS}
    _check_promise_ids(reader, table, {layer.id for layer in layers})
    return Benefits(
        deposits=tuple(read_deposit(reader, node, names) for node, names in promises["deposits"]),
        stipends=tuple(read_stipend(reader, node, names) for node, names in promises["stipends"]),
        premiums=tuple(read_premium(reader, node, names) for node, names in promises["premiums"]),
        layers=layers,
        year_of=reader.choice(table, "year_of", YEAR_OF, "discharged"),
        identity_on=reader.choice(table, "identity_on", IDENTITY_ON, "discharged"),
        care_kinds=care,
        words={kind: word for kind, word in care_words.items() if word},
        funds=_funds(reader, table),
    )


def _promises(reader: Reader, table: Table, key: str, claim: Names) -> list[tuple[Table, Names]]:
    """Return the tables of the deposits, stipends or premiums, with the names that they may read."""
    keys = {"deposits": DEPOSIT_KEYS, "stipends": STIPEND_KEYS, "premiums": PREMIUM_KEYS}[key]
    names = with_choices_of(PROMISE_TABLES[key], claim)
    nodes = [reader.table(item, key, keys, ("id",)) for item in reader.rows(table.items.get(key), key)]
    return [(node, names) for node in nodes if node is not None]


def _check_promise_ids(reader: Reader, table: Table, taken: set[str]) -> None:
    """Collect a fault for a promise with the id of another one or of a layer."""
    for key in PROMISE_KEYS:
        node = table.items.get(key)
        for item in node.items if isinstance(node, Rows) else ():
            found = _id_of(item)
            if found and found in taken and isinstance(item, Table):
                reader.fault("duplicate_id", f"编号“{found}”用了两次", item.lines["id"], "id")
            taken.add(found)


def _funds(reader: Reader, table: Table) -> dict[str, str]:
    """Return what the funds that pay are called."""
    node = table.items.get("funds")
    named = reader.table(node, "funds", tuple(node.items)) if isinstance(node, Table) else reader.table(node, "funds", ())
    return {fund: reader.text(named, fund) for fund in named.items} if named is not None else {}


def _care_kinds(reader: Reader, table: Table) -> dict[str, str]:
    """Return the further kinds of care, each a bare identifier or `{id, name}`, with what they are called ("" unless said)."""
    found: dict[str, str] = {}
    for item in reader.rows(table.items.get("care"), "care"):
        named = reader.table(item, "care", ("id", "name"), ("id",)) if isinstance(item, Table) else None
        kind = item.value.strip() if isinstance(item, Text) else reader.text(named, "id") if named else ""
        if IDENTIFIER.fullmatch(kind):
            found[kind] = reader.text(named, "name") if named else ""
        elif not isinstance(item, Table) or named:
            reader.fault("identifier", f"“{kind}”不能作就诊类别的编号", item.line, "care")
    return found


def _layers(reader: Reader, table: Table, names: Names) -> tuple[Layer, ...]:
    items = reader.rows(table.items.get("layers"), "layers")
    if not items and "layers" in table.items:
        reader.fault("empty", "“layers”里一层也没有", table.lines["layers"], "layers")
    ids = [_id_of(item) for item in items]
    found: list[Layer] = []
    earlier: list[str] = []
    for item, layer_id in zip(items, ids, strict=True):
        node = reader.table(item, "layers", LAYER_KEYS, ("id",))
        if node is None:
            continue
        _check_id(reader, node, layer_id, earlier)
        known = layer_names(names, layer_id, tuple(dict.fromkeys(earlier)), [one for one in ids if one])
        layer = _LayerReader(reader, node, known).read(layer_id)
        found.append(layer)
        if layer_id:
            earlier.append(layer_id)
    _check_shared(reader, found)
    return tuple(found)


def _id_of(item: Marked) -> str:
    node = item.items.get("id") if isinstance(item, Table) else None
    return node.value.strip() if isinstance(node, Text) else ""


def _check_id(reader: Reader, node: Table, layer_id: str, earlier: Collection[str]) -> None:
    reader.identifier(node)
    if layer_id in RESERVED_LAYERS:
        reader.fault("reserved_id", f"层不能叫“{layer_id}”，这个名称另有用处", node.lines["id"], "id")
    if layer_id and layer_id in earlier:
        reader.fault("duplicate_id", f"编号“{layer_id}”用了两次", node.lines["id"], "id")


def _check_shared(reader: Reader, layers: Collection[Layer]) -> None:
    """Collect a fault for layers that share a cap but differ in its period or in whose year it is."""
    first: dict[str, Layer] = {}
    for layer in layers:
        if not layer.cap_shared:
            continue
        other = first.setdefault(layer.cap_shared, layer)
        if (other.cap_per, other.who) != (layer.cap_per, layer.who):
            message = f"与“{other.id}”共用封顶线“{layer.cap_shared}”，per 和 who 必须相同"
            reader.fault("shared_cap", message, layer.line, "cap")


@dataclass(slots=True)
class _LayerReader:
    """Reads one layer."""

    reader: Reader
    node: Table
    names: Names

    def read(self, layer_id: str) -> Layer:
        reader, node = self.reader, self.node
        background = read_background(reader, node, Background())
        values = ValueReader(reader, self.names, background)
        mode = reader.choice(node, "mode", MODES, "computed")
        self._check_mechanism(mode)
        deductible, once = self._deductible(values)
        fill = self._pair(values, "fill", "of", "at_most")
        floor = self._pair(values, "at_least", "of", "rate")
        cap, per, shared = self._cap(values)
        self._check_complete()
        return Layer(
            id=layer_id,
            name=reader.text(node, "name", layer_id),
            when=reader.condition(node.items.get("when"), "when", self.names),
            base=values.value(node.items.get("base"), "base", "money"),
            mode=mode,
            first_share=values.value(node.items.get("first_share"), "first_share", "rate"),
            period=reader.choice(node, "period", PERIODS, "claim"),
            deductible=deductible,
            once_highest=once,
            mechanism=next((key for key in MECHANISMS if key in node.items), ""),
            rate=values.value(node.items.get("rate"), "rate", "rate"),
            brackets=values.schedule(node.items.get("brackets"), "brackets"),
            measured_from=reader.choice(node, "from", ("base", "deductible"), "base"),
            lump=values.schedule(node.items.get("lump"), "lump"),
            fill_of=fill[0],
            fill_at_most=fill[1],
            floor_of=floor[0],
            floor_rate=floor[1],
            times=values.times(node.items.get("times")),
            cap=cap,
            cap_per=per,
            cap_shared=shared,
            who=reader.choice(node, "who", UNITS, "person"),
            scope=reader.choice(node, "scope", SCOPES, "in_scope"),
            fund=reader.text(node, "fund"),
            source=background.source,
            confirmed=background.confirmed,
            line=node.line,
        )

    def _check_mechanism(self, mode: str) -> None:
        """Collect faults for keys that cannot stand together or are absent."""
        node, fault = self.node, self.reader.fault
        present = [key for key in MECHANISMS if key in node.items]
        if len(present) > 1:
            fault("mechanism", f"{'、'.join(present)}只能写一个", node.lines[present[1]], present[1])
        if mode != "given" and not present:
            fault("mechanism", "缺少支付办法：rate、brackets、lump、fill 要写一个", node.line, "rate")
        if mode != "given" and "base" not in node.items:
            fault("missing_key", "缺少“base”（在什么金额上计算）", node.line, "base")
        for key in ("deductible", "from"):
            if key in node.items and present and present[0] in ("lump", "fill"):
                fault("mechanism", f"“{key}”不能与 {present[0]} 同写", node.lines[key], key)
        if "from" in node.items and "brackets" not in node.items and "lump" not in present and "fill" not in present:
            fault("mechanism", "“from”只能与 brackets 同写", node.lines["from"], "from")
        if "brackets" in node.items and "deductible" in node.items and "from" not in node.items:
            message = "有起付线又分段的，要写明 from: base（按计算基数分段）或 from: deductible（按超过起付线的部分分段）"
            fault("mechanism", message, node.lines["brackets"], "from")
        if "times" in node.items and "fill" in node.items:
            fault("mechanism", "“times”不能与 fill 同写", node.lines["times"], "times")

    def _deductible(self, values: ValueReader) -> tuple[Value | None, bool]:
        node = self.node.items.get("deductible")
        table = self.reader.table(node, "deductible", ("amount", "once", "source", "confidence"), ("amount",))
        if table is None:
            return None, False
        once = "once" in table.items
        if once:
            self.reader.choice(table, "once", ("highest",), "highest")
            if self.node.items.get("period") is not None and self.reader.text(self.node, "period") != "claim":
                message = "once: highest 只能与 period: claim 同写"
                self.reader.fault("mechanism", message, table.lines["once"], "once")
        inner = replace(values, background=read_background(self.reader, table, values.background))
        return inner.value(table.items.get("amount"), "deductible", "money"), once

    def _pair(self, values: ValueReader, key: str, amount_key: str, rate_key: str) -> tuple[Value | None, Value | None]:
        keys = (amount_key, rate_key, "source", "confidence")
        table = self.reader.table(self.node.items.get(key), key, keys, (amount_key, rate_key))
        if table is None:
            return None, None
        inner = replace(values, background=read_background(self.reader, table, values.background))
        amount = inner.value(table.items.get(amount_key), f"{key}.{amount_key}", "money")
        return amount, inner.value(table.items.get(rate_key), f"{key}.{rate_key}", "rate")

    def _cap(self, values: ValueReader) -> tuple[Value | None, str, str]:
        node = self.node.items.get("cap")
        if isinstance(node, Text) and node.value.strip() == "none":
            return None, "claim", ""
        table = self.reader.table(node, "cap", ("amount", "per", "shared", "source", "confidence"), ("amount", "per"))
        if table is None:
            return None, "claim", ""
        inner = replace(values, background=read_background(self.reader, table, values.background))
        shared = self.reader.identifier(table, "shared") if "shared" in table.items else ""
        per = self.reader.choice(table, "per", PERIODS, "claim") if "per" in table.items else "claim"
        return inner.value(table.items.get("amount"), "cap", "money", absent=None), per, shared

    def _check_complete(self) -> None:
        """Collect a fault for what a public scheme must say of every layer: its name, who pays, and the clause."""
        if not self.reader.strict:
            return
        for key, meaning in (("name", "名称"), ("fund", "由哪笔资金支付"), ("source", "依据哪个文件哪一条")):
            if key not in self.node.items:
                self.reader.fault("missing_key", f"缺少“{key}”（{meaning}）", self.node.line, key)

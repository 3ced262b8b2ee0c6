"""Worked cases of a scheme: given facts, then amounts written as arithmetic. A draft becomes official only if all come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from fuqi.basics.errors import Fault, Place
from fuqi.basics.money import format_yuan
from fuqi.scheme.case_kinds import PROMISE_CASES, PromiseCase, PromiseCases
from fuqi.scheme.claims import Claim, Refused, Settled, Undecided
from fuqi.scheme.errors import ConditionError, SchemeError
from fuqi.scheme.folder import RELEASES, load_scheme
from fuqi.scheme.illness import find_diseases
from fuqi.scheme.model import Scheme
from fuqi.scheme.reading.claims_csv import DATES, FLAGS, IDS, MONEY, REQUIRED, WORDS
from fuqi.scheme.reading.marks import Marked, Rows, Table, Text, read_yaml
from fuqi.scheme.reading.reader import Reader, language
from fuqi.scheme.releases import cases_come_out, release_of
from fuqi.scheme.settle import Result, settle
from fuqi.scheme.syntax import Arithmetic, Constant, Extreme, Minus, Name, Node, read_text

_CLAIM_KEYS = (*IDS, *DATES, *FLAGS, *WORDS, *MONEY, "groups", "hospital_grade")
_OWN_LINES = ("self_pay", "in_scope_self_pay", "institution_adjustment")


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one worked case: its name, where it stands, and everything that came out otherwise."""

    name: str
    place: Place
    differences: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Return whether everything came out as written."""
        return not self.differences


def default_bases(folder: Path) -> tuple[Path, ...]:
    """Return where the base of a scheme's folder is looked up when nothing else is said: beside it."""
    return (folder.resolve().parent,)


def check_scheme(folder: Path, *, bases: Sequence[Path] = ()) -> list[Fault]:
    """Return everything that is wrong with a scheme's folder, its worked cases included, in the order of files and lines."""
    try:
        scheme = load_scheme(folder, bases=(*default_bases(folder), *bases))
    except SchemeError as error:
        return list(error.faults) or [Fault(error.code, error.message)]
    faults: list[Fault] = []
    _read_cases(scheme, faults)
    release = release_of(scheme, scheme.hash)
    if release is not None and not faults and not cases_come_out(scheme):
        message = "这个版本登记为正式，算例却不符：用 fuqi scheme test 查看，改好以后再发布"
        faults.append(Fault("official_failing", message, Place(file=f"{scheme.folder}/{RELEASES}", line=release.line)))
    return sorted(faults, key=lambda fault: fault.place)


def test_scheme(folder: Path, *, bases: Sequence[Path] = ()) -> list[CaseResult]:  # noqa: PT028 - no test of ours
    """Return what came of every worked case of a scheme. Raises SchemeError if scheme or cases are faulty."""
    return run_cases(load_scheme(folder, bases=(*default_bases(folder), *bases)))


def run_cases(scheme: Scheme) -> list[CaseResult]:
    """Return what comes of every worked case of a scheme as it was loaded. Raises SchemeError if the cases are faulty."""
    faults: list[Fault] = []
    cases = _read_cases(scheme, faults)
    if faults:
        raise SchemeError(
            f"方案“{scheme.folder}”的算例有{len(faults)}处错误", faults=tuple(sorted(faults, key=lambda fault: fault.place))
        )
    return [CaseResult(case.name, case.place, tuple(case.differences(scheme))) for case in cases]


test_scheme.__test__ = False  # type: ignore[attr-defined]  # keeps test runners from taking it for a test


@dataclass(slots=True)
class _Expected:
    """What is expected of one claim."""

    lines: dict[str, Node] = field(default_factory=dict)
    undecided: tuple[str, ...] = ()
    refused: str = ""


@dataclass(slots=True)
class _IllnessCase:
    """An illness with the lists that it must be found on."""

    words: str
    icd10: str
    age: int | None
    lists: frozenset[str]
    undecided: bool
    on: date | None = None


@dataclass(slots=True)
class _Case:
    """One worked case."""

    name: str
    place: Place
    claims: list[Claim] = field(default_factory=list)
    expected: dict[str, _Expected] = field(default_factory=dict)
    illnesses: list[_IllnessCase] = field(default_factory=list)
    promises: list[PromiseCase] = field(default_factory=list)

    def differences(self, scheme: Scheme) -> Iterator[str]:
        results = {result.claim.claim_id: result for result in settle(scheme.benefits, self.claims)}
        for claim_id, expected in self.expected.items():
            yield from (f"{claim_id}：{text}" for text in _compare(expected, results[claim_id], results))
        for illness in self.illnesses:
            finding = find_diseases(scheme, illness.words, illness.icd10 or None, illness.age, illness.on)
            found = frozenset(list_id for list_id, _, _ in finding.matches)
            if (found, finding.undecided) != (illness.lists, illness.undecided):
                got = f"待定（{finding.reason}）" if finding.undecided else "、".join(sorted(found)) or "不在名录"
                yield f"{illness.words} {illness.icd10}：应在{'、'.join(sorted(illness.lists)) or '（无）'}，得到{got}"
        for promise in self.promises:
            yield from promise.differences(scheme.benefits)


def _compare(expected: _Expected, result: Result, results: Mapping[str, Result]) -> Iterator[str]:
    """Yield what came out otherwise for one claim."""
    match result:
        case Undecided():
            if set(expected.undecided) != set(result.missing):
                yield f"没有结算，缺少{'、'.join(result.missing)}"
            return
        case Refused():
            codes = [problem.code for problem in result.problems]
            if expected.refused not in codes:
                yield f"被退回：{'、'.join(problem.message for problem in result.problems)}"
            return
    if expected.undecided or expected.refused:
        yield "应当不能结算，却结算了"
    claim = result.claim
    paid = _paid(result) | {"total": claim.total or 0, "in_scope": claim.in_scope or 0, "settle_total": claim.settled_sum or 0}
    for layer, node in expected.lines.items():
        amount = _fen(_amount(node, paid))
        if paid[layer] != amount:
            yield f"{layer} 应为{format_yuan(amount)}元，算得{format_yuan(paid[layer])}元"


def _paid(settled: Settled) -> dict[str, int]:
    own = (settled.self_pay_fen, settled.in_scope_self_pay_fen, settled.institution_adjustment_fen)
    return {line.layer: line.pay_fen for line in settled.lines} | dict(zip(_OWN_LINES, own, strict=True))


def _fen(amount: Fraction) -> int:
    """Return an exact amount as fen, half up."""
    return (amount.numerator * 2 + amount.denominator) // (amount.denominator * 2)


def _amount(node: Node, paid: Mapping[str, int]) -> Fraction:
    """Return what arithmetic gives, exactly: here, unlike in a scheme, money may be multiplied by a rate. Names are amounts."""
    match node:
        case Constant(kind="rate"):
            return Fraction(node.value, 10_000)
        case Constant():
            return Fraction(node.value)
        case Name():
            return Fraction(paid[node.name])
        case Minus():
            return -_amount(node.item, paid)
        case Extreme():
            items = [_amount(item, paid) for item in node.items]
            return max(items) if node.which == "max" else min(items)
        case Arithmetic():
            left, right = _amount(node.left, paid), _amount(node.right, paid)
            return left + right if node.sign == "+" else left - right if node.sign == "-" else left * right
    raise AssertionError(node)


def _read_cases(scheme: Scheme, faults: list[Fault]) -> list[_Case]:
    """Return the worked cases of a scheme, collecting faults."""
    cases = []
    lead = f"{scheme.folder}/cases/"
    for file, content in scheme.files.items():
        if not file.startswith(lead) or not file.endswith(".yaml"):
            continue
        reader = Reader(file, faults)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            reader.fault("encoding", "文件不是 UTF-8 编码，请另存为 UTF-8", 0)
            continue
        root = reader.table(read_yaml(text, reader.file, faults), "cases", ("language", "cases"), ("cases",))
        if root is None:
            continue
        language(reader, root)
        for item in reader.rows(root.items.get("cases"), "cases"):
            table = reader.table(item, "cases", ("name", "claims", "expect", "illnesses", *PROMISE_CASES), ("name",))
            if table is not None:
                cases.append(_CaseReader(reader, scheme).case(table))
    return cases


@dataclass(slots=True)
class _CaseReader:
    """Reads one worked case."""

    reader: Reader
    scheme: Scheme

    def case(self, table: Table) -> _Case:
        reader = self.reader
        case = _Case(reader.text(table, "name"), Place(file=reader.file, line=table.line))
        for item in reader.rows(table.items.get("claims"), "claims"):
            claim = self._claim(item)
            if claim is not None:
                case.claims.append(claim)
        ids = tuple(claim.claim_id for claim in case.claims)
        expect = reader.table(table.items.get("expect"), "expect", ids)
        for claim_id, node in (expect.items if expect else {}).items():
            if claim_id in ids:
                case.expected[claim_id] = self._expected(node, claim_id)
        for item in reader.rows(table.items.get("illnesses"), "illnesses"):
            illness = self._illness(item)
            if illness is not None:
                case.illnesses.append(illness)
        case.promises = PromiseCases(reader, self.scheme, self._sum).read(table)
        return case

    def _claim(self, item: Marked) -> Claim | None:
        reader = self.reader
        families = ("fees", "amounts", "paid")
        table = reader.table(item, "claims", (*_CLAIM_KEYS, *families), REQUIRED)
        if table is None or any(name not in table.items for name in REQUIRED):
            return None
        columns: dict[str, Any] = {name: reader.text(table, name) or None for name in (*IDS, *WORDS)}
        columns |= {name: reader.day(table, name) for name in DATES}
        columns |= {name: reader.flag(table, name) if name in table.items else None for name in FLAGS}
        columns |= {name: self._money(table, name) for name in MONEY}
        columns["groups"] = frozenset(reader.texts(table, "groups")) if "groups" in table.items else None
        columns["hospital_grade"] = reader.number(table, "hospital_grade")
        for name in families:
            inner = table.items.get(name)
            columns[name] = {key: self._money(inner, key) for key in inner.items} if isinstance(inner, Table) else {}
        return Claim(**columns)

    def _money(self, table: Table, key: str) -> int | None:
        node = table.items.get(key)
        if node is None or (isinstance(node, Text) and node.value == "unknown"):
            return None
        return self._sum(node, key)

    def _sum(self, node: Marked, key: str) -> int | None:
        """Return what arithmetic over sums and rates gives, in fen."""
        arithmetic = self._arithmetic(node, key, frozenset())
        return None if arithmetic is None else _fen(_amount(arithmetic, {}))

    def _expected(self, node: Marked, claim_id: str) -> _Expected:
        layers = [layer.id for layer in self.scheme.benefits.layers]
        lines = (*layers, *_OWN_LINES)
        table = self.reader.table(node, claim_id, (*lines, "undecided", "refused"))
        found = _Expected()
        for key, written in (table.items if table else {}).items():
            if table is None or key not in lines:
                continue
            arithmetic = self._arithmetic(written, key, frozenset((*lines, *MONEY)))
            if arithmetic is not None:
                found.lines[key] = arithmetic
        if table is not None:
            found.undecided = self.reader.texts(table, "undecided")
            found.refused = self.reader.text(table, "refused")
        return found

    def _arithmetic(self, node: Marked, key: str, names: frozenset[str]) -> Node | None:
        """Return arithmetic over sums, rates and the names of lines."""
        if not isinstance(node, Text):
            self.reader.fault("form", f"“{key}”要写成算式", node.line, key)
            return None
        try:
            tree = read_text(node.value)
        except ConditionError as problem:
            self.reader.text_faults(problem, node, key)
            return None
        for part in _every(tree):
            wrong = isinstance(part, Constant) and part.kind == "number" and part.value and tree is part
            unknown = isinstance(part, Name) and part.name not in names
            divided = isinstance(part, Arithmetic) and part.sign == "/"
            if wrong or unknown or divided or not isinstance(part, Constant | Name | Minus | Arithmetic | Extreme):
                message = "算式里只能有金额、比例、加减乘、max、min、各项的编号和 total、in_scope、settle_total"
                self.reader.fault("arithmetic", f"“{node.value}”：{message}", node.line, key)
                return None
        return tree

    def _illness(self, item: Marked) -> _IllnessCase | None:
        reader = self.reader
        table = reader.table(item, "illnesses", ("words", "icd10", "age", "on", "lists", "undecided"), ("words",))
        if table is None:
            return None
        lists = frozenset(reader.texts(table, "lists")) if isinstance(table.items.get("lists"), Rows) else frozenset()
        return _IllnessCase(
            reader.text(table, "words"),
            reader.text(table, "icd10"),
            reader.number(table, "age"),
            lists,
            reader.flag(table, "undecided"),
            reader.day(table, "on"),
        )


def _every(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts():
        yield from _every(part)

"""What a page of the book is made of: examples that are settled where they stand and printed from the same call.

`example` settles bills under a layer or a scheme and compares; `writings` does so for several ways of writing one key;
`refused` shows what the checker says; `truth` shows whether conditions hold; `shown` prints a table made by other means.
See README.md beside this file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

from ruamel.yaml import YAML

from fuqi.basics.money import format_yuan
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim, Opening, Refused, Settled, Undecided
from fuqi.scheme.explain import column_word, sentences
from fuqi.scheme.names import WORDS
from fuqi.scheme.settle import Result, settle
from tests.spec import bills_in_words
from tests.spec.book import benefits_of, claim, faults_of

GAP = "□"
"""Stands in a layer where `writings` and `refused` put one way of writing after the other."""
ONE_LAYER = "basic"


@dataclass(frozen=True)
class Shown:
    """What the printed book shows of an example."""

    yaml: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    told: tuple[str, ...] = ()
    """The engine's own sentences about one bill."""
    plan: str = ""
    why: str = ""


_book: ContextVar[list[Shown] | None] = ContextVar("book", default=None)


@contextmanager
def recording() -> Any:
    """Collect what the examples show while they run; yields the list."""
    token = _book.set([])
    try:
        yield _book.get()
    finally:
        _book.reset(token)


def shown(
    *,
    yaml: str = "",
    columns: Sequence[str] = (),
    rows: Iterable[Sequence[str]] = (),
    told: Sequence[str] = (),
    plan: str = "",
    why: str = "",
) -> None:
    """Give an example to the book, if one is being printed. Cells must be what was computed, not what was expected."""
    book = _book.get()
    if book is not None:
        cells = tuple(tuple(map(str, row)) for row in rows)
        book.append(Shown(dedent(yaml).strip(), tuple(columns), cells, tuple(told), plan, why))


@dataclass(frozen=True)
class Bill:
    """A claim of an example with what is expected of it: its columns as they were written."""

    columns: Mapping[str, Any]
    expected: str = ""
    fen: tuple[int, ...] = ()
    more: Mapping[str, int | bool] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)
    is_told: bool = False

    def pays(self, *fen: int, **more: int | bool) -> Bill:
        """Expect a settled bill: what each layer pays, in order (one sum alone: the last layer).

        `more` are `own` （个人负担）, `own_in_scope`, `institution`, `provisional`, and of the last layer `base`, `over`, `cut`
        (by the remainder), `charged`, `computed`, `difference`.
        """
        return replace(self, expected="settled", fen=fen, more=more)

    def misses(self, *names: str) -> Bill:
        """Expect an undecided bill for want of these facts."""
        return replace(self, expected="undecided", missing=names)

    def is_refused(self, **problems: str) -> Bill:
        """Expect a refused bill: column and code of each reason."""
        return replace(self, expected="refused", problems=problems)

    def told(self) -> Bill:
        """Print the engine's own sentences about this bill."""
        return replace(self, is_told=True)


def bill(claim_id: str = "", **columns: Any) -> Bill:
    """Return a bill; days as texts, money in fen; a bill without a number gets its place in the example as number."""
    return Bill({"claim_id": claim_id, **columns} if claim_id else columns)


def scheme_text(text: str) -> str:
    """Return the file that a text says: a whole file, or the keys of one layer."""
    whole = dedent(text).strip() + "\n"
    if whole.startswith("layers:") or "\nlayers:" in whole:
        return whole
    lines = [f"    {line}" if line.strip() else "" for line in whole.splitlines()]
    return "\n".join(["layers:", f"  - id: {ONE_LAYER}", "    name: 基本医保", *lines, ""])


def scheme_of(text: str) -> Benefits:
    """Return the benefits of a text, with the words of the glossary."""
    return replace(benefits_of(scheme_text(text)), words=words())


@cache
def words() -> Mapping[str, str]:
    """Return what identifiers are called, from the glossary."""
    path = Path(__file__).resolve().parents[2] / "glossary.yaml"
    groups = YAML(typ="safe").load(path.read_text("utf-8"))["groups"]
    named = {term["identifier"]: term["chinese"] for group in groups for term in group["terms"]}
    return {**named, **WORDS, **bills_in_words.WORDS}


def example(
    text: str, *bills: Bill, why: str = "", plan: str = "", apart: bool = False, opening: Sequence[Opening] = ()
) -> list[Result]:
    """Settle the bills under a scheme (or one layer's keys), compare with what they expect, and return the results.

    `apart`: each bill is that of another person; `opening` are what stood before the first bill. Results are in the order in
    which the bills were written.
    """
    benefits = scheme_of(text)
    claims = [_claim(one, place, apart) for place, one in enumerate(bills, 1)]
    by_id = {result.claim.claim_id: result for result in settle(benefits, claims, opening)}
    results = [by_id[one.claim_id] for one in claims]
    for one, result in zip(bills, results, strict=True):
        _compare(one, result)
    columns, rows = bills_in_words.table([one.columns for one in bills], results, benefits, words(), apart=apart)
    told = [
        f"{bills_in_words.PEOPLE[place] if apart else result.claim.claim_id}：{sentence}"
        if len(bills) > 1 and first == 0
        else sentence
        for place, (one, result) in enumerate(zip(bills, results, strict=True))
        for first, sentence in enumerate(_told(one, result, benefits))
    ]
    shown(yaml=scheme_text(text), columns=columns, rows=rows, told=told, plan=plan, why=why)
    return results


def _claim(one: Bill, place: int, apart: bool) -> Claim:
    person = {"person_id": f"p{place}"} if apart else {}
    return claim(**{"claim_id": f"c{place}", **person, **one.columns})


def _told(one: Bill, result: Result, benefits: Benefits) -> list[str]:
    return sentences(result, benefits) if one.is_told and isinstance(result, Settled) else []


def _compare(one: Bill, result: Result) -> None:
    """Assert that a result is what the bill expects."""
    name = result.claim.claim_id
    if one.expected == "undecided":
        assert isinstance(result, Undecided), result
        assert result.missing == tuple(sorted(one.missing)), name
    elif one.expected == "refused":
        assert isinstance(result, Refused), result
        assert {problem.column: problem.code for problem in result.problems} == dict(one.problems), name
    else:
        assert one.expected == "settled", f"{name}: say what the bill is expected to give"
        assert isinstance(result, Settled), result
        pays = tuple(line.pay_fen for line in result.lines)
        assert pays[-1:] == one.fen if len(one.fen) == 1 else pays == one.fen, f"{name}: {pays} instead of {one.fen}"
        found = {key: _more(result)[key] for key in one.more}
        assert found == dict(one.more), name


def _more(result: Settled) -> dict[str, int | bool]:
    last = result.lines[-1]
    return {
        "own": result.self_pay_fen,
        "own_in_scope": result.in_scope_self_pay_fen,
        "institution": result.institution_adjustment_fen,
        "provisional": result.provisional,
        "base": last.base_fen,
        "over": last.trace.over,
        "cut": last.trace.cut_by_remainder,
        "charged": last.trace.charged,
        "computed": last.trace.result,
        "difference": last.difference_fen,
    }


def writings(text: str, gives: Mapping[str, int], *, of: Bill | None = None, why: str = "", plan: str = "") -> None:
    """Settle one bill with each way of writing in the gap □; `gives` maps it to what the last layer pays (fen)."""
    one = of or bill(total=100_00)
    rows = []
    for written, fen in gives.items():
        result = settle(scheme_of(text.replace(GAP, written)), [_claim(one, 1, apart=False)])[0]
        assert isinstance(result, Settled), (written, result)
        paid = result.lines[-1].pay_fen
        assert paid == fen, f"{written}: {paid} instead of {fen}"
        rows.append([f"`{written}`", f"{format_yuan(paid)}元"])
    facts = bills_in_words.facts(one.columns, words())
    shown(yaml=scheme_text(text), columns=[f"{GAP}写成", f"支付（{facts}）"], rows=rows, why=why, plan=plan)


def refused(text: str, codes: Mapping[str, str], *, why: str = "") -> None:
    """Check a scheme with each way of writing in the gap □, or each text alone; `codes` maps it to its faults' codes."""
    rows = []
    for written, code in codes.items():
        faults = faults_of(scheme_text(text.replace(GAP, dedent(written).strip()) if text else written))
        assert [fault.code for fault in faults] == code.split(), (written, [str(fault) for fault in faults])
        said = "<br>".join(dict.fromkeys(fault.message for fault in faults))
        rows.append(["<br>".join(f"`{line}`" for line in dedent(written).strip().splitlines()), said])
    shown(yaml=scheme_text(text) if text else "", columns=[f"{GAP}写成" if text else "写成", "检查时会说"], rows=rows, why=why)


SAYS = {True: "成立", False: "不成立", None: "不知道"}


def truth(says: Mapping[str, bool | None], *, why: str = "", **columns: Any) -> None:
    """Show whether conditions hold for one bill: True, False, or None where that cannot be known."""
    one, rows = claim(**columns), []
    for condition, expected in says.items():
        text = f'base: in_scope\nrate: 100%\nwhen: "{condition}"'
        result = settle(scheme_of(text), [one])[0]
        assert not isinstance(result, Refused), result
        found = None if isinstance(result, Undecided) else result.lines[0].trace.applies
        assert found is expected, f"{condition}: {found} instead of {expected}"
        lacks = f"：不知道{'、'.join(map(column_word, result.missing))}" if isinstance(result, Undecided) else ""
        rows.append([f"`{condition}`", "不能决定" + lacks if found is None else SAYS[found]])
    facts = bills_in_words.facts(columns, words())
    shown(columns=["条件", f"费用单（{facts}）" if facts else "费用单"], rows=rows, why=why)

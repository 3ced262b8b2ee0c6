"""What every chapter of the book uses: a scheme in YAML, claims in a line, and the door."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

from fuqi.basics.errors import Fault
from fuqi.flows.settle_file import settle_file
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.claims import Claim, Refused, Settled, Undecided
from fuqi.scheme.reading.benefits import read_benefits
from fuqi.scheme.reading.reader import Reader
from fuqi.scheme.settle import settle

EXAMPLE = dedent(
    """\
    layers:
      - id: basic
        name: 居民基本医保
        base: in_scope
        deductible:
          amount:
            - {when: "hospital_level = 'township'", value: 100元}
            - {when: "hospital_level = 'county'", value: 400元}
            - {value: 1000元}
        rate: {value: 70%, add: [{when: "'registered_poor' in groups", points: 10%}]}
        cap: {amount: 150000元, per: year}
        fund: basic_insurance
        source: {document: "甲", clause: "一"}
      - id: critical
        name: 大病保险
        base: in_scope - paid.basic
        period: year
        deductible: {amount: [{when: "'registered_poor' in groups", value: 6000元}, {value: 12000元}]}
        brackets: [{to: 30000元, rate: 60%}, {to: 100000元, rate: 65%}, {rate: 75%}]
        from: base
        fund: critical_illness_insurance
        source: {document: "甲", clause: "二"}
      - id: backstop
        name: 财政兜底
        when: "'registered_poor' in groups"
        base: in_scope - paid.basic - paid.critical
        fill: {of: in_scope, at_most: 10%}
        fund: county_fiscal
        source: {document: "甲", clause: "三"}
    """
)
"""The example of the standard's chapter on the file door."""


def faults_of(text: str) -> list[Fault]:
    """Return what is wrong with a benefits file."""
    reader = Reader("benefits.yaml")
    read_benefits(dedent(text), reader)
    return reader.faults


def benefits_of(text: str) -> Benefits:
    """Return the benefits that a text says; it must be sound."""
    reader = Reader("benefits.yaml")
    found = read_benefits(dedent(text), reader)
    assert not reader.faults, [str(fault) for fault in reader.faults]
    assert found is not None
    return found


def layer(keys: str, *, more: str = "") -> Benefits:
    """Return benefits of one layer `a`, its keys written as lines, and what else stands in the file."""
    return benefits_of(layer_text(keys, more=more))


def layer_text(keys: str, *, more: str = "") -> str:
    """Return the text of a file with one layer `a`."""
    lines = dedent(keys).strip().splitlines()
    return "\n".join([*([more] if more else []), "layers:", "  - id: a", *(f"    {line}" for line in lines), ""])


def claim(claim_id: str = "c1", **columns: Any) -> Claim:
    """Return a claim; days as texts, money in fen. A total alone is wholly in scope."""
    days = ("settled_at", "discharged", "admitted", "birth_on")
    total = columns.pop("total", 10_000_00)
    given: dict[str, Any] = {
        "person_id": "p1",
        "settled_at": "2017-03-01",
        "discharged": columns.get("settled_at", "2017-03-01"),
        "care": "inpatient",
        "total": total,
        "in_scope": total,
        **columns,
    }
    given |= {name: date.fromisoformat(given[name]) for name in days if isinstance(given.get(name), str)}
    if given.get("groups") is not None:
        given["groups"] = frozenset(given["groups"])
    return Claim(claim_id=claim_id, **given)


def pays(benefits: Benefits, *claims: Claim, **options: Any) -> dict[str, dict[str, int]]:
    """Return what each layer pays on each claim, all of which must be settled."""
    found = {}
    for result in settle(benefits, claims, **options):
        assert isinstance(result, Settled), result
        found[result.claim.claim_id] = {line.layer: line.pay_fen for line in result.lines}
    return found


def pay(benefits: Benefits, one: Claim) -> int:
    """Return what the last layer pays on one claim."""
    return list(pays(benefits, one)[one.claim_id].values())[-1]


def pay_list(benefits: Benefits, *claims: Claim) -> list[int]:
    """Return what the last layer pays on each claim, in the order of settlement."""
    return [list(lines.values())[-1] for lines in pays(benefits, *claims).values()]


def missing(benefits: Benefits, *claims: Claim) -> tuple[str, ...]:
    """Return what is missing of the last of the claims, which must be undecided."""
    result = settle(benefits, claims)[-1]
    assert isinstance(result, Undecided), result
    return result.missing


def refusal(benefits: Benefits, *claims: Claim) -> set[tuple[str, str]]:
    """Return column and code of why the last of the claims is refused."""
    result = settle(benefits, claims)[-1]
    assert isinstance(result, Refused), result
    return {(problem.column, problem.code) for problem in result.problems}


@dataclass
class Door:
    """What came out of the file door."""

    status: int
    lines: list[tuple[str, str, str, str]] | None
    problems: list[dict[str, str]]
    said: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    def pays(self) -> dict[tuple[str, str], str]:
        """Return the payments by claim and layer."""
        return {(claim_id, layer_id): paid for claim_id, layer_id, _, paid in self.lines or ()}

    def bad_cells(self) -> set[tuple[str, str]]:
        """Return row and column of every problem."""
        return {(problem["row"], problem["column"]) for problem in self.problems}


REQUIRED = "claim_id,person_id,settled_at,discharged,care,total,in_scope"
ROW = "{},p1,2017-03-01,2017-03-01,inpatient,1000.00,800.00"


def open_door(
    folder: Path, claims: str | bytes, benefits: str = EXAMPLE, *, explain: str | None = None, keep_going: bool = False
) -> Door:
    """Settle a file of claims in a folder and return what came out."""
    content = claims if isinstance(claims, bytes) else claims.encode()
    (folder / "claims.csv").write_bytes(content)
    (folder / "benefits.yaml").write_text(dedent(benefits), encoding="utf-8")
    out, problems = folder / "lines.csv", folder / "problems.csv"
    for path in (out, problems):
        path.unlink(missing_ok=True)
    said: list[str] = []
    warned: list[str] = []
    status = settle_file(
        benefits=folder / "benefits.yaml",
        scheme=None,
        claims=folder / "claims.csv",
        out=out,
        problems=problems,
        explain=explain,
        keep_going=keep_going,
        say=said.append,
        warn=warned.append,
    )
    rows = list(csv.reader(io.StringIO(problems.read_text("utf-8")))) if problems.exists() else [[]]
    found: list[Mapping[str, str]] = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    return Door(status, _lines(out) if out.exists() else None, [dict(row) for row in found], said, warned)


def _lines(path: Path) -> list[tuple[str, str, str, str]]:
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    assert rows[0] == ["claim_id", "layer", "base", "pay"]
    return [(row[0], row[1], row[2], row[3]) for row in rows[1:]]

"""The product's tables of deadlines and of retention, as values. Read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent / "policies"

REMOVE, REVIEW, KEEP = "remove", "review", "keep"

AFTER = {REMOVE: "到期清除", REVIEW: "到期由人决定", KEEP: "不清除"}
"""What happens at the end."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A law or standard that a line rests on, and whether its wording was checked."""

    title: str
    clause: str
    confirmed: bool

    def __str__(self) -> str:
        return f"{self.title}{self.clause}{'' if self.confirmed else '（尚未核实）'}"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long a request may take, in days."""

    answer_days: int
    warn_days: int
    source: Authority


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long one class of content is kept, why, and what happens then."""

    id: str
    name: str
    since: str
    days: int
    after: str
    because: str
    source: Authority
    kind: str = ""
    """The kind of run whose rows go; `any` for all kinds, '' where nothing goes by runs."""
    tables: tuple[str, ...] = ()
    keep_last: int = 0
    keep_if: str = ""
    desk: str = ""
    """Working data of the doors that go: `jobs` or `sessions`."""

    @property
    def after_words(self) -> str:
        """Return what happens at the end."""
        return AFTER[self.after]

    @property
    def days_words(self) -> str:
        """Return the time in words."""
        if not self.days:
            return "即时" if self.after == REMOVE else "不适用"
        return f"{self.days // 365}年" if self.days % 365 == 0 else f"{self.days}天"


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((FOLDER / name).read_text("utf-8"))
    return found


def _authority(row: dict[str, str]) -> Authority:
    return Authority(row["title"], row["clause"], row["confidence"] == "confirmed")


@cache
def deadlines() -> Deadlines:
    """Return how long requests may take."""
    row = _read("requests.yaml")
    return Deadlines(row["answer_days"], row["warn_days"], _authority(row["source"]))


@cache
def retention_rules() -> tuple[RetentionRule, ...]:
    """Return the table of retention, in its order."""
    rules = []
    for row in _read("retention.yaml")["rows"]:
        more = {**row, "source": _authority(row["source"]), "tables": tuple(row.get("tables", ()))}
        rules.append(RetentionRule(**more))
    return tuple(rules)


@cache
def risks() -> tuple[dict[str, str], ...]:
    """Return the risks of the impact assessment: what, whom it hurts, how bad, the measures, what is left."""
    return tuple(_read("risks.yaml")["risks"])

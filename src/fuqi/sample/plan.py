"""The table of what the sample must add up to, read from the YAML file beside this module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOUR_KINDS, PUBLIC_HEALTH, CHRONIC = "four_kinds", "public_health", "chronic"
LISTS = {"provincial_system": "省系统", "national_platform": "国家平台", "poverty_office": "扶贫办"}
OUTSIDE = "系统外"


@dataclass(frozen=True, slots=True)
class Illness:
    """An illness as offices write it; `on` is the list of the scheme that it must be found on ('' for none)."""

    words: str
    icd10: str
    on: str = ""
    ages: tuple[int, int] = (0, 120)
    weight: int = 1


@dataclass(frozen=True, slots=True)
class MajorPlan:
    """So many patients with one major illness, and what happened to them: a settled stay, visits only, or nothing."""

    illness: Illness
    people: int
    by: str
    hospital: str = ""
    treated: str = "是"
    where: str = ""
    reason: str = ""
    hidden: bool = False
    """True for the one patient who must appear in as few papers as possible."""


@dataclass(frozen=True, slots=True)
class OutcomePlan:
    """So many candidates who are not verified, by outcome; `registered` is the percentage who are registered poor."""

    outcome: str
    illness: str
    people: int
    registered: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is settled before a seed is drawn."""

    year: int
    prefixes: Mapping[str, int]
    published: Mapping[str, Any]
    shape: Mapping[str, Any]
    groups: Sequence[Mapping[str, Any]]
    other_category: Mapping[str, Any]
    outcomes: Sequence[OutcomePlan]
    majors: Sequence[MajorPlan]
    chronic: Sequence[Illness]
    unlisted: Sequence[Illness]
    doubtful_words: Sequence[str]
    causes: Sequence[tuple[str, int]]
    major_hospital: str
    children_hospital: str
    faults: Mapping[str, int]
    unknown_village: str

    @property
    def cut_off(self) -> date:
        """Return the last day whose postings count in the one-stop figures."""
        day: date = self.published["one_stop_until"]
        return day

    def fen(self, name: str) -> int:
        """Return a published sum in fen."""
        return int(Decimal(str(self.published[name])) * 100)


def _illness(row: Mapping[str, Any], on: str) -> Illness:
    ages = row.get("ages", (0, 120))
    return Illness(row["words"], row["icd10"], on, (ages[0], ages[1]), row.get("weight", 1))


def _major(row: Mapping[str, Any], default_hospital: str) -> MajorPlan:
    hospital = row.get("hospital", default_hospital)
    return MajorPlan(
        illness=_illness(row, row["on"]),
        people=row["people"],
        by=row["by"],
        hospital=hospital,
        treated=row.get("treated", "是"),
        where=row.get("where", hospital),
        reason=row.get("reason", ""),
        hidden=bool(row.get("hidden", False)),
    )


def read_plan(path: Path) -> Plan:
    """Return the plan that a file holds."""
    data: dict[str, Any] = YAML(typ="safe", pure=True).load(path)
    children = data["children_hospital"]
    return Plan(
        year=data["year"],
        prefixes=data["prefixes"],
        published=data["published"],
        shape=data["shape"],
        groups=data["groups"],
        other_category=data["other_category"],
        outcomes=[OutcomePlan(**row) for row in data["outcomes"]],
        majors=[_major(row, children if row["ages"][1] < 18 else data["major_hospital"]) for row in data["majors"]],
        chronic=[_illness(row, CHRONIC) for row in data["chronic"]],
        unlisted=[_illness(row, "") for row in data["unlisted"]],
        doubtful_words=data["doubtful_words"],
        causes=[(cause, weight) for cause, weight in data["causes"]],
        major_hospital=data["major_hospital"],
        children_hospital=children,
        faults=data["faults"],
        unknown_village=data["unknown_village"],
    )

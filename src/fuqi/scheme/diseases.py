"""Disease lists as a scheme states them: editions, ICD-10 prefixes, words used, age limits, routes, who may see them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from fuqi.scheme.values import Source

CLASSES = ("major", "chronic")
TREATED_BY = ("settled_stay", "field_check")
ROUTES = {
    "cure_once": "能够一次治好的，集中力量治疗",
    "hospital_care": "需要住院维持治疗的，由就近有能力的医疗机构治疗",
    "long_term_care": "需要长期治疗和健康管理的，由基层医疗卫生机构在上级医疗机构指导下治疗和管理",
}
"""The ways of treatment with what they mean （分类救治）."""
_CODE = re.compile(r"[A-Z][0-9]{2}(?:\.?[0-9A-Z]{0,6})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disease:
    """One disease of a list. ICD-10 codes are prefixes; `words` are names and other spellings; ages are completed years."""

    id: str
    name: str
    icd10: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    """Longer terms that hold one of the words and mean something else."""
    icd10_unsure: tuple[str, ...] = ()
    """Prefixes of codes that may mean the disease: the code alone does not decide (a tumour's kind, for one)."""
    age_below: int | None = None
    age_from: int | None = None
    restricted: bool = False
    route: str = ""
    """How it is treated, one of ROUTES; empty: as the list says."""
    source: Source = Source()
    confirmed: bool = True
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The diseases of a list from a day on, until the next edition."""

    since: date
    diseases: tuple[Disease, ...]
    unknown_members: int = 0
    source: Source = Source()
    confirmed: bool = True
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiseaseList:
    """A list of diseases with the class that it gives and what counts as treated.

    A list with editions has on a day the diseases of the edition in force; `diseases` are then those of all editions.
    """

    id: str
    name: str
    disease_class: str
    treated_by: tuple[str, ...] = ()
    diseases: tuple[Disease, ...] = ()
    unknown_members: int = 0
    """How many diseases the plan counts beyond those that are known by name."""
    route: str = ""
    editions: tuple[Edition, ...] = ()
    """From the earliest on."""
    source: Source = Source()
    confirmed: bool = True
    line: int = field(default=0, compare=False)

    def on(self, day: date) -> tuple[Disease, ...]:
        """Return the diseases of the edition in force on a day; none before the first."""
        if not self.editions:
            return self.diseases
        found = [edition.diseases for edition in self.editions if edition.since <= day]
        return found[-1] if found else ()

    def possible(self, day: date | None) -> tuple[tuple[Disease, ...], ...]:
        """Return what the list may hold: on a day one thing, without a day one for each edition and one before the first."""
        if day is not None or not self.editions:
            return (self.diseases if day is None else self.on(day),)
        return ((), *(edition.diseases for edition in self.editions))

    def route_of(self, disease: Disease) -> str:
        """Return how a disease of the list is treated; empty where the scheme does not say."""
        return disease.route or self.route


def tidy_code(icd10: str | None) -> str | None:
    """Return a code as `C91.0`, None where there is none or it is not in the form of one."""
    text = unicodedata.normalize("NFKC", icd10 or "").strip().upper().replace(" ", "").replace("。", ".")
    text = re.sub(r"[†*+].*$", "", text)
    if not _CODE.fullmatch(text):
        return None
    return text if len(text) <= 3 or text[3] == "." else f"{text[:3]}.{text[3:]}"

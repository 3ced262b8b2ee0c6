"""Disease lists as a scheme states them: ICD-10 prefixes, words used, age limits, who may see them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from fuqi.scheme.values import Source

CLASSES = ("major", "chronic")
TREATED_BY = ("settled_stay", "field_check")
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
    age_below: int | None = None
    age_from: int | None = None
    restricted: bool = False
    source: Source = Source()
    confirmed: bool = True
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiseaseList:
    """A list of diseases with the class that it gives and what counts as treated."""

    id: str
    name: str
    disease_class: str
    treated_by: tuple[str, ...] = ()
    diseases: tuple[Disease, ...] = ()
    unknown_members: int = 0
    """How many diseases the plan counts beyond those that are known by name."""
    source: Source = Source()
    confirmed: bool = True
    line: int = field(default=0, compare=False)


def tidy_code(icd10: str | None) -> str | None:
    """Return a code as `C91.0`, None where there is none or it is not in the form of one."""
    text = unicodedata.normalize("NFKC", icd10 or "").strip().upper().replace(" ", "").replace("。", ".")
    text = re.sub(r"[†*+].*$", "", text)
    if not _CODE.fullmatch(text):
        return None
    return text if len(text) <= 3 or text[3] == "." else f"{text[:3]}.{text[3:]}"

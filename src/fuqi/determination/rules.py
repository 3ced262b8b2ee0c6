"""Which words touch an illness or a fact that only named roles may see. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from fuqi.scheme.model import Scheme

_WORDS = Path(__file__).with_name("restricted.yaml")
_FREE_FIELDS = ("cause", "illness_basis", "items", "reason", "remark")
"""Fields of a received row in which a clerk may write of an illness in words."""


def touches_restricted(scheme: Scheme, words: str, codes: str) -> bool:
    """Return whether words or ICD-10 codes name a restricted illness anywhere: suspected, denied or wrong ones too."""
    text = "".join(words.split())
    found = _codes(codes)
    if _known_everywhere(text, found):
        return True
    for disease_list in scheme.disease_lists:
        for disease in disease_list.diseases:
            if disease.restricted and (
                any(word in text for word in (disease.name, *disease.words))
                or any(code.startswith(disease.icd10) for code in found)
            ):
                return True
    return False


def tells_restricted(scheme: Scheme, text: str) -> bool:
    """Return whether a text, whatever it was written for, names a restricted illness or fact."""
    return touches_restricted(scheme, text, text) or tells_restricted_fact(text)


def tells_restricted_anywhere(text: str) -> bool:
    """Return whether a text names an illness or a fact that is restricted whatever the scheme treats."""
    return _known_everywhere("".join(text.split()), _codes(text)) or tells_restricted_fact(text)


def tells_restricted_fact(text: str) -> bool:
    """Return whether a text names a restricted fact that is no illness."""
    plain = "".join(text.split())
    return any(word in plain for word in _vocabulary()[2])


def in_free_words(values: Mapping[str, object]) -> str:
    """Return what a row's fields say in free words, beside the illness itself."""
    return " ".join(str(values[field]) for field in _FREE_FIELDS if values.get(field))


def is_free(field: str) -> bool:
    """Return whether a field may hold words of any kind; '' is a column that no layout knows."""
    return not field or field in _FREE_FIELDS


@cache
def _vocabulary() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the words of restricted illnesses, how their codes begin, and the words of restricted facts. Read once."""
    table = YAML(typ="safe").load(_WORDS.read_text("utf-8"))
    words = _all(row["words"] for row in table["illnesses"])
    return words, _all(row["icd10"] for row in table["illnesses"]), _all(row["words"] for row in table["facts"])


def _codes(text: str) -> list[str]:
    return [code.strip().upper() for code in re.split(r"[^0-9A-Za-z.]+", text) if code.strip()]


def _known_everywhere(plain: str, codes: Iterable[str]) -> bool:
    words, beginnings, _ = _vocabulary()
    return any(word in plain for word in words) or any(code.startswith(beginnings) for code in codes)


def _all(rows: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(word for row in rows for word in row)

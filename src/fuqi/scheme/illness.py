"""Finding which lists an illness is on, from the words that were written, the ICD-10 code and the age.

Nothing is guessed: negations, suspicions and histories leave it undecided, and so does a code that contradicts the words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from fuqi.basics.dates import Span
from fuqi.scheme.diseases import Disease, tidy_code
from fuqi.scheme.facts import fits_age
from fuqi.scheme.model import Scheme

_DOUBT = re.compile(
    r"待查|待排|疑似|可疑|疑诊|\?|考虑|不除外|排除|否认|无.{0,6}病史|未见|未患|既往|病史|史$|史[,;、。]|筛查|携带者|术前检查|家族"
)


@dataclass(frozen=True, slots=True)
class IllnessFinding:
    """The lists that an illness is on, as (list, disease, rule in Chinese), or why that cannot be said."""

    matches: tuple[tuple[str, str, str], ...] = ()
    undecided: bool = False
    reason: str = ""


def find_diseases(scheme: Scheme, words: str, icd10: str | None, age: int | None, day: date | None = None) -> IllnessFinding:
    """Return which diseases of the scheme's lists the words and code mean for a person of that age (None: unknown).

    The day, that of the diagnosis, decides which edition of a list is asked; without one an illness on which editions differ is
    undecided.
    """
    text, code = tidy_words(words), tidy_code(icd10)
    if icd10 and icd10.strip() and code is None:
        return IllnessFinding(undecided=True, reason="诊断编码写法不对，请核对")
    if not text and code is None:
        return IllnessFinding(undecided=True, reason="没有写病名和诊断编码")
    doubt = _DOUBT.search(text)
    if doubt is not None:
        return IllnessFinding(undecided=True, reason=f"病名里有“{doubt.group()}”，不能认定，请核实诊断")
    matches, doubts = _matches(scheme, text, code, age, day)
    if doubts:
        return IllnessFinding(undecided=True, reason="；".join(doubts))
    against = _contradiction(scheme, text, code, day)
    if against:
        return IllnessFinding(undecided=True, reason=against)
    return IllnessFinding(tuple(matches))


def edition_day(scheme: Scheme, day: date | None) -> date | None:
    """Return the first day on which the lists were as on a day, for keeping answers by it; None where no list has editions."""
    if day is None or not any(one.editions for one in scheme.disease_lists):
        return None
    since = (edition.since for one in scheme.disease_lists for edition in one.editions if edition.since <= day)
    return max(since, default=date.min)


def edition_spans(scheme: Scheme, span: Span) -> list[tuple[Span, date | None]]:
    """Return a span cut where an edition begins, each part with a day on which to ask; uncut where no list has editions."""
    starts = {edition.since for one in scheme.disease_lists for edition in one.editions}
    if not starts:
        return [(span, None)]
    cuts = sorted(
        day for day in starts if (span.start is None or span.start < day) and (span.until is None or day < span.until)
    )
    bounds = [span.start, *cuts, span.until]
    parts = [Span(start, until) for start, until in pairwise(bounds)]
    earliest = min(starts) - timedelta(days=1)
    return [(part, edition_day(scheme, part.start or earliest)) for part in parts]


def _matches(
    scheme: Scheme, text: str, code: str | None, age: int | None, day: date | None
) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Return the diseases that words or code mean, and what age, edition or code leave open."""
    matches: list[tuple[str, str, str]] = []
    doubts: list[str] = []
    for disease_list in scheme.disease_lists:
        variants = disease_list.possible(day)
        for disease in variants[0] if len(variants) == 1 else disease_list.diseases:
            rule = _rule(disease, text, code)
            limit = _age_limit(disease, age) if rule or _unsure(disease, code) else "outside"
            if limit == "outside":
                continue
            if any(disease not in variant for variant in variants):
                doubts.append(f"“{disease.name}”什么时候列入“{disease_list.name}”有先后，而诊断日期不明")
            elif not rule:
                doubts.append(f"诊断编码{code}可能是“{disease.name}”，单凭编码定不了，请写明病名")
            elif limit:
                doubts.append(f"“{disease.name}”有年龄限制，而年龄不明")
            else:
                matches.append((disease_list.id, disease.id, rule))
    return matches, doubts


def _unsure(disease: Disease, code: str | None) -> bool:
    """Return whether a code may mean the disease without deciding it."""
    return code is not None and code.startswith(disease.icd10_unsure)


def tidy_words(words: str) -> str:
    """Return the words without width and blanks at the ends, brackets as half-width."""
    return unicodedata.normalize("NFKC", words or "").strip()


def _rule(disease: Disease, text: str, code: str | None) -> str:
    """Return by which rule a diagnosis is the disease, empty if it is not."""
    prefix = next((prefix for prefix in disease.icd10 if code is not None and code.startswith(prefix)), "")
    if prefix:
        return f"诊断编码{code}属于{prefix}({disease.name})"
    word = next((word for word in disease.words if _says(text, word, disease)), "")
    return f"病名“{word}”（{disease.name}）" if word else ""


def _says(text: str, word: str, disease: Disease) -> bool:
    """Return whether the text holds the word other than within a longer term that means something else."""
    plain = unicodedata.normalize("NFKC", word)
    rest = text
    for other in disease.not_words:
        rest = rest.replace(unicodedata.normalize("NFKC", other), "。")
    return plain in rest


def _age_limit(disease: Disease, age: int | None) -> str:
    """Return why the age keeps a person from the disease: 'unknown', 'outside', or nothing."""
    if disease.age_below is None and disease.age_from is None:
        return ""
    if age is None:
        return "unknown"
    return "" if fits_age(age, disease.age_from, disease.age_below) else "outside"


def _contradiction(scheme: Scheme, text: str, code: str | None, day: date | None) -> str:
    """Return a sentence if code and words name different diseases of the lists, the same list or not; empty otherwise."""
    if code is None or not text:
        return ""
    every = [disease for one in scheme.disease_lists for disease in (one.diseases if day is None else one.on(day))]
    by_code = {disease.name for disease in every if _has_code(disease, code) or _unsure(disease, code)}
    by_words = {
        disease.name for disease in every if disease.icd10 and any(_says(text, word, disease) for word in disease.words)
    }
    if by_words and not by_code & by_words:
        named = "、".join(sorted(by_words))
        return f"病名像是“{named}”，诊断编码{code}却不是，请核对诊断"
    return ""


def _has_code(disease: Disease, code: str) -> bool:
    return any(code.startswith(prefix) for prefix in disease.icd10)

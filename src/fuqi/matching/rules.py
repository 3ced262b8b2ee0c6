"""When two received rows are one person: pure rules with names, scores and reasons. Doubt is never a link.

Certain rules link without a person's eye; doubtful ones make a pair for review. Two sound id numbers are never one person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fuqi.basics.resident_id import ResidentId
from fuqi.matching.characters import one_form, taken_for_one_another

RowKey = Any
"""What a row is known and ordered by, as (file, sheet, row); all keys of one run are of one form."""

NEW, SAME, REVIEW, REFUSED = "new", "same", "review", "refused"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a row says about who it is. `id_number` is sound and has 18 characters; a number that is not sound is `broken_id`.

    `birth_on` is the number's, where there is a sound one; `told_birth_on` what a column of its own says.
    """

    row: RowKey
    name: str = ""
    id_number: str | None = None
    broken_id: str | None = None
    broken_code: str = ""
    birth_on: date | None = None
    sex: str | None = None
    village: str | None = None
    household_number: str | None = None
    head_name: str | None = None
    told_birth_on: date | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason to link or to doubt, with its published score of 1000."""

    code: str
    score: int
    verdict: str
    words: str


RULES: Mapping[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("first_seen", 1000, NEW, "此前没有这个人"),
        Rule("same_id", 1000, SAME, "身份证号相同，姓名一致"),
        Rule("same_id_name_near", 970, SAME, "身份证号相同，姓名只差一个音近、形近的字或有出生日期印证"),
        Rule("same_id_without_name", 950, SAME, "身份证号相同，有一方没有姓名"),
        Rule("id_repaired", 960, SAME, "姓名相同，出生日期或村一致，身份证号只差一处"),
        Rule("same_broken_id", 930, SAME, "姓名相同，填错的身份证号也相同"),
        Rule("name_birth_village", 950, SAME, "姓名、出生日期、村都相同，只有这一人"),
        Rule("name_birth_household", 940, SAME, "姓名、出生日期、户编号都相同"),
        Rule("name_birth_head", 930, SAME, "姓名、出生日期、户主都相同"),
        Rule("name_household", 910, SAME, "姓名、户编号都相同"),
        Rule("name_head_village", 900, SAME, "姓名、户主、村都相同"),
        Rule("fits_several", 500, REVIEW, "与几个人同样相符，分不出是哪一个"),
        Rule("id_name_conflict", 500, REVIEW, "身份证号相同，姓名却不同"),
        Rule("id_near_birth_differs", 700, REVIEW, "姓名相同，身份证号相近，但出生日期不一致"),
        Rule("id_near_only", 650, REVIEW, "姓名相同，身份证号只差一处，没有出生日期和村可以印证"),
        Rule("broken_id_far", 600, REVIEW, "姓名、出生日期、村相同，但填错的身份证号差得较多"),
        Rule("id_rounded", 400, REVIEW, "身份证号末几位被表格软件抹掉，不能据此认定"),
        Rule("sex_differs", 500, REVIEW, "姓名、出生日期等相符，性别不同"),
        Rule("head_differs", 620, REVIEW, "姓名、出生日期、村相同，户主不同"),
        Rule("birth_differs", 450, REVIEW, "姓名、户主、村相同，出生日期不同"),
        Rule("name_birth_only", 600, REVIEW, "姓名、出生日期相同，村不同或不详"),
        Rule("name_village_only", 450, REVIEW, "姓名、村相同，没有身份证号和出生日期可以印证"),
        Rule("names_nobody", 0, REFUSED, "既没有可用的姓名，也没有可用的身份证号"),
    )
}
"""Every rule by its code; the weights are published here and nowhere else."""


def name_key(name: str) -> str:
    """Return the form in which names are compared: common width, no blanks or dots, one form of each character."""
    plain = re.sub(r"[\s·•・∙⋅‧.]", "", unicodedata.normalize("NFKC", name))
    return one_form(plain).upper()


def name_misspelt(row: Candidate, name: str) -> bool:
    """Return whether a row's name is another one misspelt: a character that sounds or looks alike, or a birth date vouches."""
    key = name_key(row.name)
    if taken_for_one_another(key, name):
        return True
    vouched = row.told_birth_on is not None and row.told_birth_on == row.birth_on
    return vouched and min(len(key), len(name)) >= 2 and max(len(key), len(name)) >= 3 and within_one_edit(key, name)


def within_one_edit(one: str, other: str) -> bool:
    """Return whether one sign put in, left out or replaced, or two neighbours swapped, make one text the other."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = 0
    while start < len(one) and one[start] == other[start]:
        start += 1
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    if one[start + 1 :] == other[start + 1 :]:
        return True
    return one[start : start + 2] == other[start : start + 2][::-1] and one[start + 2 :] == other[start + 2 :]


def ids_near(broken: str, number: str) -> bool:
    """Return whether a broken number is one slip away from a sound one, or from its 15-digit form."""
    if len(broken) in (14, 15, 16) and number[6:8] == "19" and within_one_edit(broken, number[:6] + number[8:17]):
        return True
    return within_one_edit(broken, number)


def perhaps_rounded(broken: str, number: str) -> bool:
    """Return whether a broken number may be what a spreadsheet left of a sound one: a binary number next to it, or `000`."""
    if not (len(broken) == 18 and broken.isdecimal() and number.isdecimal()):
        return False
    return (int(broken) % 64 == 0 and abs(int(broken) - int(number)) <= 32) or broken == number[:15] + "000"


def agrees_in_part(broken: str, number: str) -> bool:
    """Return whether what is legible of a masked or cut number agrees with a sound one: enough to doubt, never to link."""
    if len(broken) == 18 and sum(sign.isdecimal() for sign in broken) >= 8:
        return "*" in broken and all(one in ("*", other) for one, other in zip(broken, number, strict=True))
    return 10 <= len(broken) <= 17 and broken[:-1].isdecimal() and (number.startswith(broken) or number.endswith(broken))


def is_made_up(broken: str) -> bool:
    """Return whether what stands in place of a number is none: words, one digit over and over, 12345678."""
    digits = re.sub(r"[^0-9]", "", broken)
    return len(set(digits)) < 3 or "12345678" in digits or "87654321" in digits


def ids_alike(broken: str, number: str) -> bool:
    """Return whether two numbers of 18 characters differ in three places at most: too much to repair, hardly chance."""
    return len(broken) == len(number) == 18 and sum(one != other for one, other in zip(broken, number, strict=True)) <= 3


def birth_in(broken: str) -> date | None:
    """Return the birth date that a broken number carries, None if there is none to be read."""
    digits = broken[6:14] if len(broken) == 18 else "19" + broken[6:12] if len(broken) == 15 else ""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if digits.isdecimal() else None
    except ValueError:
        return None


def village_key(township: str | None, village: str | None) -> str | None:
    """Return township and village as one text for comparing, endings such as 村委会 and 镇 left out; None if no village is told."""
    if not village:
        return None
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", village))
    if township:
        above = re.sub(r"\s", "", unicodedata.normalize("NFKC", township))
    else:
        found = re.match(r"(.{1,8}?(?:街道办事处|街道|镇|乡))(.+)", plain)
        above = found[1] if found else ""
    if above and plain.startswith(above) and len(plain) > len(above):
        plain = plain[len(above) :]
    short = re.sub(r"(?:村民委员会|居民委员会|村委会|居委会|社区居委会|社区|村|居)$", "", plain) or plain
    above = re.sub(r"(?:街道办事处|街道办|街道|人民政府|镇|乡|办事处)$", "", above.split("区")[-1].split("县")[-1])
    return f"{above}/{short}"


def same_village(one: str | None, other: str | None) -> bool | None:
    """Return whether two village keys or codes mean one village, None if one is not told; a township may be left out."""
    if not one or not other:
        return None
    above, _, village = one.rpartition("/")
    other_above, _, other_village = other.rpartition("/")
    return village == other_village and (above == other_above or not above or not other_above)


def candidate_from(row: RowKey, values: Mapping[str, Any], places: Mapping[str, str] | None = None) -> Candidate:
    """Return what a read row says about who it is; `places` gives the code for a village key, where it is known."""
    number = values.get("id_number")
    told = ResidentId(number) if isinstance(number, str) else None
    broken, broken_code = values.get("broken_id"), str(values.get("broken_id_code", ""))
    if isinstance(broken, str) and broken_code != "id_rounded" and is_made_up(broken):
        broken, broken_code = None, ""
    village = village_key(values.get("township"), values.get("village") or values.get("from_village"))
    return Candidate(
        row=row,
        name=str(values.get("name", "")),
        id_number=told.number if told else None,
        broken_id=broken,
        broken_code=broken_code,
        birth_on=told.birth_on if told else values.get("birth_on"),
        sex=told.sex if told else values.get("sex"),
        village=(places or {}).get(village, village) if village else None,
        household_number=values.get("household_number"),
        head_name=values.get("head_name"),
        told_birth_on=values.get("birth_on"),
    )

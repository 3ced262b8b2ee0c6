"""The claims that a draft is tried on: a span of benefit years, with who is counted where; and those of a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from fuqi.basics.errors import Fault, FuqiError, Place
from fuqi.flows.trying.drafts import Version
from fuqi.scheme.claims import Claim
from fuqi.scheme.mechanisms.periods import year_of
from fuqi.scheme.reading.claims_csv import ClaimsFileError, read_claims
from fuqi.scheme.trial import Who, benefit_years

LAST_YEAR = "last-year"
_SPAN = re.compile(r"(?P<first>[12][0-9]{3})(?:\s*(?:-|到|至|\.\.)\s*(?P<last>[12][0-9]{3}))?年?")
UNKNOWN_GROUP, NO_PLACE = "?", ""


class SpanError(FuqiError):
    """There is no such year, or it has no claims."""

    code = "trial_span"


class ClaimsRefusedError(FuqiError):
    """A file of claims cannot be used."""

    code = "trial_claims"


@dataclass(frozen=True, slots=True)
class Years:
    """Benefit years, first to last; `said` is what was asked for."""

    first: int
    last: int
    said: str = ""

    @property
    def words(self) -> str:
        """Return the years as people say them."""
        return f"{self.first}年" if self.first == self.last else f"{self.first}年至{self.last}年"

    @property
    def is_one(self) -> bool:
        """Return whether it is one year."""
        return self.first == self.last

    @property
    def last_day(self) -> date:
        """Return the last day."""
        return date(self.last, 12, 31)


@dataclass(frozen=True, kw_only=True)
class TrialClaims:
    """Claims of a span as both versions see them; `before` may begin earlier where stays run on from an earlier year."""

    years: Years
    before: Sequence[Claim]
    after: Sequence[Claim]
    who: Callable[[Claim], Who]
    counts: Callable[[Claim], bool]
    notices: tuple[str, ...] = ()
    refused: tuple[Fault, ...] = ()
    """Rows of a file that could not be read."""
    has_places: bool = False
    place_names: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    """Where the claims came from, in words."""


def years_asked(text: str, have: Counter[int], *, today: date) -> tuple[Years, tuple[str, ...]]:
    """Return the years that are meant, with what must be said of them. Raises SpanError.

    `last-year` is the calendar year before today; where it has no claims, the last full year that has some.
    """
    if not have:
        raise SpanError("没有一张费用单，没有可以试算的。请先接收结算明细并处理完。")
    if text == LAST_YEAR:
        return _last_year(have, today)
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise SpanError(f"看不懂“{text}”。请写 last-year（去年）、一个年份（2017）或一段年份（2016-2017）。")
    first = int(match["first"])
    years = Years(first, int(match["last"] or first), text)
    if years.first > years.last:
        raise SpanError(f"“{text}”的先后写反了。请把早的一年写在前面。")
    if not any(years.first <= year <= years.last for year in have):
        raise SpanError(f"{years.words}没有费用单。有费用单的年份：{'、'.join(str(year) for year in sorted(have))}。")
    return years, ()


def _last_year(have: Counter[int], today: date) -> tuple[Years, tuple[str, ...]]:
    wanted = today.year - 1
    if have[wanted]:
        return Years(wanted, wanted, LAST_YEAR), ()
    full = [year for year in have if year < today.year]
    if not full:
        raise SpanError(f"还没有过完的年份有费用单，算不了去年。要用今年的，请写 --on {today.year}。")
    found = max(full)
    return Years(found, found, LAST_YEAR), (f"去年（{wanted}年）没有费用单，改用有费用单的最近一个整年：{found}年。",)


def claims_of_file(path: Path, present: Version, draft: Version, on: str, *, today: date) -> TrialClaims:
    """Return the claims of a CSV file; rows that cannot be read are left out and named. Raises ClaimsRefusedError."""
    ids = dict.fromkeys(layer.id for version in (present, draft) for layer in version.benefits.layers)
    kinds = tuple(dict.fromkeys((*present.benefits.care_kinds, *draft.benefits.care_kinds)))
    try:
        read = read_claims(path.read_bytes(), list(ids), kinds)
    except OSError as error:
        raise ClaimsRefusedError(f"“{path}”读不了（{error.strerror}）。") from None
    except ClaimsFileError as error:
        where = Place(file=path.name, row=error.row, column=error.column)
        raise ClaimsRefusedError(f"“{path}”用不了", faults=(Fault(error.code, error.message, where),)) from None
    refused = tuple(
        Fault(problem.code, problem.message, Place(file=path.name, row=problem.row, column=problem.column))
        for problem in sorted(read.problems)
    )
    rule = present.benefits.year_of
    years, notices = years_asked(on, benefit_years(read.claims, rule), today=today)
    if read.ignored:
        notices += (f"不认识的列没有用到：{'、'.join(read.ignored)}。",)
    chosen = needed(read.claims, years, rule)
    known = [group.id for group in present.scheme.groups] if present.scheme is not None else []
    order = list(dict.fromkeys([*known, *sorted({group for claim in chosen for group in claim.groups or ()})]))
    return TrialClaims(
        years=years,
        before=chosen,
        after=chosen,
        who=lambda claim: Who(leading_group(claim.groups, order), household=claim.household),
        counts=within(years, rule),
        notices=notices,
        refused=refused,
        source=f"文件“{path.name}”",
    )


def leading_group(groups: frozenset[str] | None, order: Iterable[str]) -> str:
    """Return the one group that a person is counted under: the first that the scheme names; '' for none, '?' if not known."""
    if groups is None:
        return UNKNOWN_GROUP
    return next((group for group in order if group in groups), min(groups, default=""))


def _year(claim: Claim, rule: str) -> int | None:
    return year_of(claim, rule) or (claim.settled_at.year if claim.settled_at else None)


def within(years: Years, rule: str) -> Callable[[Claim], bool]:
    """Return whether a claim stands in the years, by the rule that says which day counts."""

    def counts(claim: Claim) -> bool:
        year = _year(claim, rule)
        return year is not None and years.first <= year <= years.last

    return counts


def needed(every: Sequence[Claim], years: Years, rule: str) -> list[Claim]:
    """Return the claims of the years, and all earlier ones where a stay runs on from them: its sums run on, too."""
    counts = within(years, rule)
    chosen = [claim for claim in every if counts(claim)]
    stays = {(claim.person_id, claim.stay) for claim in chosen}
    earlier = [claim for claim in every if (year := _year(claim, rule)) is not None and year < years.first]
    if any((claim.person_id, claim.stay) in stays for claim in earlier):
        return [*earlier, *chosen]
    return chosen

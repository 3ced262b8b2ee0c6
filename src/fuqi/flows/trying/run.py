"""One trial: a draft's layers on the claims of a span, with all that a reader must know to judge the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from time import perf_counter

from fuqi.basics.errors import Fault
from fuqi.flows.trying.claims import TrialClaims, Years
from fuqi.flows.trying.drafts import Version
from fuqi.scheme.benefits import Benefits
from fuqi.scheme.in_force import benefits_on, dates_after
from fuqi.scheme.judging import Judge, judge_compiled
from fuqi.scheme.lines import PovertyLine
from fuqi.scheme.spread import Spread, Standing, merged_small, spread
from fuqi.scheme.trial import Part, Trial, claims_digest, try_out, unknown_groups

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class PovertyResult:
    """Where households stand against the line; `why_not` says why that cannot be told."""

    line: PovertyLine | None = None
    standing: Standing = Standing()
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class TrialResult:
    """What a trial gave. Parts are such that none tells of a single person."""

    present: Version
    draft: Version
    years: Years
    source: str
    trial: Trial
    spread: Spread
    groups: tuple[Part, ...]
    places: tuple[Part, ...]
    no_places: str
    """Why there are no townships; '' where there are."""
    group_names: Mapping[str, str]
    place_names: Mapping[str, str]
    poverty: PovertyResult
    notices: tuple[str, ...]
    refused: tuple[Fault, ...]
    digest: str
    """Of the claims used, identities included."""
    claims_used: int
    seconds: float

    @property
    def incomplete(self) -> bool:
        """Return whether claims were left out."""
        return bool(self.trial.left_out_claims or self.refused)


def try_on(
    present: Version,
    draft: Version,
    claims: TrialClaims,
    *,
    in_force_on: date | None = None,
    judge_all: Judge = judge_compiled,
    say: Say = lambda _: None,
) -> TrialResult:
    """Return what a draft changes for claims."""
    started = perf_counter()
    rules, notices = _rules(draft, claims.years, in_force_on)
    trial = try_out(
        present.benefits,
        rules,
        claims.before,
        claims.after,
        who=claims.who,
        counts=claims.counts,
        judge_all=judge_all,
        say=say,
    )
    borne = trial.by_person.values()
    return TrialResult(
        present=present,
        draft=draft,
        years=claims.years,
        source=claims.source,
        trial=trial,
        spread=spread((one.before_fen for one in borne), (one.after_fen for one in borne)),
        groups=merged_small(trial.groups),
        places=merged_small(trial.places) if claims.has_places else (),
        no_places="" if claims.has_places else "费用单文件里没有住址，不能分乡镇。",
        group_names=_words(present, draft),
        place_names=claims.place_names,
        poverty=PovertyResult(why_not="费用单文件里没有家庭收入，这一项算不了。"),
        notices=(*claims.notices, *notices, *_of_groups(present, draft)),
        refused=claims.refused,
        digest=claims_digest(claims.before),
        claims_used=len(claims.before),
        seconds=perf_counter() - started,
    )


def _rules(draft: Version, years: Years, asked: date | None) -> tuple[Benefits, tuple[str, ...]]:
    """Return the draft's layers as they are tried, with what must be said of their days.

    The numbers of a draft for a later period would else not touch last year's claims: they are taken as of its first day.
    """
    start = draft.scheme.period.start if draft.scheme is not None else None
    day = asked or (start if start is not None and start > years.last_day else None)
    later = dates_after(draft.benefits, years.last_day)
    if day is not None:
        said = (f"草案里带日期的数字，按{_day(day)}有效的试算。",) if asked or later else ()
        return benefits_on(draft.benefits, day), said
    if later:
        days = "、".join(map(_day, later))
        said = (f"草案里有从{days}起才执行的数字，没有用到。要按那时的规定试算，请写明“按哪一天有效的数字”。",)
        return draft.benefits, said
    return draft.benefits, ()


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _words(present: Version, draft: Version) -> dict[str, str]:
    """Return what groups are called."""
    schemes = [version.scheme for version in (draft, present) if version.scheme is not None]
    return {group.id: group.name for scheme in schemes for group in scheme.groups}


def _of_groups(present: Version, draft: Version) -> tuple[str, ...]:
    """Return what must be said of groups that only the draft knows."""
    if present.scheme is None or draft.scheme is None:
        return ()
    names = {group.id: group.name for group in draft.scheme.groups}
    unknown = unknown_groups(draft.benefits, (group.id for group in present.scheme.groups))
    if not unknown:
        return ()
    said = "、".join(names.get(group, group) for group in unknown)
    return (f"草案用到的身份类别“{said}”，现行方案里没有，名单还没有按它认定：试算里没有一个人算在里面。",)

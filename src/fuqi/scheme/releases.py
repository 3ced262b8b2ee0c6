"""Versions of a scheme: draft, tested once its worked cases come out, official once somebody released it.

A version is the digest of all files of the scheme and its base. `releases.yaml` beside them is the register of official
versions and no part of a version; a changed file makes another version, which is a draft again until it is released.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from fuqi.basics.errors import Fault, FuqiError
from fuqi.scheme.errors import SchemeError

if TYPE_CHECKING:
    from fuqi.scheme.model import Release, Scheme

DRAFT, TESTED, OFFICIAL = "draft", "tested", "official"
STATE_WORDS = {DRAFT: "草案", TESTED: "已试算", OFFICIAL: "正式"}
"""What the states of a version are called."""
HEADER = """\
# Official versions of this scheme, written by `fuqi scheme release`; not to be edited by hand. `hash` is the digest of all
# files of the scheme and its base as they were, `from` the first day in force, `cases` how many worked cases came out.
language: 1
releases:
"""
"""How a register begins."""
_MOST_KEPT = 64
_come_out: dict[str, bool] = {}


class SchemeReleaseError(FuqiError):
    """A version that cannot be made official; `.faults` says why."""

    code = "scheme_release"


def state_of(scheme: Scheme) -> str:
    """Return the state of the version that was loaded: official only if it is in the register and its cases come out."""
    if not cases_come_out(scheme):
        return DRAFT
    return OFFICIAL if release_of(scheme, scheme.hash) is not None else TESTED


def cases_come_out(scheme: Scheme) -> bool:
    """Return whether the scheme has worked cases and all come out; remembered by the version's digest."""
    known = _come_out.get(scheme.hash) if scheme.hash else None
    if known is None:
        from fuqi.scheme.cases import run_cases

        try:
            results = run_cases(scheme)
        except SchemeError:
            results = []
        known = bool(results) and all(result.passed for result in results)
        if len(_come_out) >= _MOST_KEPT:
            _come_out.clear()
        _come_out[scheme.hash] = known
    return known


def release_of(scheme: Scheme, digest: str) -> Release | None:
    """Return how a version was made official, None if it was not."""
    return next((release for release in scheme.releases if release.hash == digest), None)


def version_words(scheme: Scheme, digest: str) -> str:
    """Return a version as papers and pages name it, with its state: `17beddb6bd30（草案）`.

    Of an older version than the one loaded only the register can tell whether it was official.
    """
    release = release_of(scheme, digest)
    if digest == scheme.hash:
        state = STATE_WORDS[state_of(scheme)]
    else:
        state = STATE_WORDS[OFFICIAL] if release is not None else "没有正式发布"
    since = f"，{release.starts_on}起执行" if release is not None and state == STATE_WORDS[OFFICIAL] else ""
    return f"{digest[:12]}（{state}{since}）"


def release_in_force(scheme: Scheme, day: date) -> Release | None:
    """Return the official version that is in force on a day: of those that have begun, the one released last."""
    begun = [release for release in scheme.releases if release.starts_on <= day]
    return begun[-1] if begun else None


def new_release(scheme: Scheme, *, starts_on: date, by: str, on: date, note: str = "") -> Release:
    """Return the release that makes the loaded version official. Raises SchemeReleaseError with every reason against it."""
    from fuqi.scheme.cases import run_cases
    from fuqi.scheme.model import Release

    faults = [*_against(scheme, starts_on, by)]
    results = run_cases(scheme)
    if not results:
        faults.append(Fault("no_cases", "没有算例：先在 cases 里写出给定费用和应得的金额，再发布"))
    for result in results:
        faults += [Fault("case", f"算例“{result.name}”不符：{text}", result.place) for text in result.differences]
    if not note.strip():
        faults += [*_breaches(scheme)]
    if faults:
        raise SchemeReleaseError(f"方案“{scheme.name}”的版本 {scheme.hash[:12]} 不能发布", faults=tuple(faults))
    return Release(
        hash=scheme.hash, starts_on=starts_on, by=by.strip(), released_on=on, cases=len(results), note=" ".join(note.split())
    )


def _against(scheme: Scheme, starts_on: date, by: str) -> list[Fault]:
    """Return what in the request itself stands against a release."""
    found = []
    if not by.strip():
        found.append(Fault("by", "没有写由谁发布"))
    if not scheme.period.holds(starts_on):
        found.append(Fault("from", f"执行日期{starts_on}不在方案的期限以内"))
    known = release_of(scheme, scheme.hash)
    if known is not None:
        found.append(Fault("released", f"这个版本已于{known.released_on}由{known.by}发布，{known.starts_on}起执行"))
    later = [release for release in scheme.releases if release.starts_on > starts_on]
    if later:
        message = f"已发布的版本 {later[-1].hash[:12]} 从{later[-1].starts_on}起执行；新的版本不能早于它"
        found.append(Fault("from", message))
    return found


def _breaches(scheme: Scheme) -> list[Fault]:
    """Return where the scheme is worse than its base demands, which a release must give a reason for."""
    from fuqi.scheme.checking.floors import BREACH, floor_remarks

    found = [remark for remark in floor_remarks(scheme) if remark.code == BREACH]
    return [Fault(BREACH, f"{one.message}；确要如此，请用 --note 写明理由", one.place) for one in found]


def written(release: Release) -> str:
    """Return a release as the row that is appended to the register."""
    note = f", note: {json.dumps(release.note, ensure_ascii=False)}" if release.note else ""
    return (
        f"  - {{hash: {release.hash}, from: {release.starts_on}, on: {release.released_on}, cases: {release.cases},\n"
        f"     by: {json.dumps(release.by, ensure_ascii=False)}{note}}}\n"
    )

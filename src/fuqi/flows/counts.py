"""Figures counted once and kept: every indicator at every place with its lists, under a run that pages and papers can name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from fuqi.access.reading import beyond_scope, note_shown
from fuqi.basics.dates import AsOf
from fuqi.basics.memory import collecting_later
from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
from fuqi.flows.figures import (
    Counting,
    LineList,
    UnknownIndicatorError,
    count_all,
    default_day,
    hidden_below,
    hides_member,
    is_sensitive,
    is_shown,
    marked_persons,
    must_be_shown,
)
from fuqi.flows.up_to_date import is_up_to_date
from fuqi.flows.workspaces import PROGRAM
from fuqi.indicators import actions, queries
from fuqi.indicators.figures import PARTS, Figure
from fuqi.indicators.lists import FORM, MemberList, member_lists
from fuqi.journal import codes
from fuqi.journal.actions import add_in_chunks, make_effective, start_run
from fuqi.journal.models import Run
from fuqi.journal.queries import effective_run, effective_runs, number_of_runs
from fuqi.journal.tables import NewRow
from fuqi.places.queries import find_division
from fuqi.scheme.model import Scheme


@dataclass(frozen=True)
class CountReport:
    """What counting a day did."""

    day: date
    up_to_date: bool = False
    number: int = 0
    indicators: int = 0


@dataclass(frozen=True)
class CountView:
    """A count that readers see now. `number` is how people name it: 计数批次第N号."""

    run_id: UUID
    number: int
    day: date
    counted_at: datetime
    scheme_hash: str
    up_to_date: bool
    """Whether lists and scheme are still what was counted."""


def count_days(scheme: Scheme) -> tuple[date, ...]:
    """Return the days that are counted: the scheme's trend days and its last day, in order."""
    return tuple(sorted({*scheme.trend_days, default_day(scheme)}))


def count_fingerprint(viewer: Viewer, scheme: Scheme, day: date) -> str:
    """Return the digest of what a day's count depends on: the run of settlements, hence all before it, and the scheme."""
    run = effective_run(viewer, codes.SETTLE)
    return hashlib.sha256(f"{run.id if run else ''}\n{scheme.hash}\n{day}\n{FORM}".encode()).hexdigest()


def count_day(
    *, viewer: Viewer, scheme: Scheme, day: date, at: Callable[[], datetime], progress: Callable[[str], None]
) -> CountReport:
    """Count a day for the whole county and keep it, if settlements or scheme changed since the last time."""
    fingerprint = count_fingerprint(viewer, scheme, day)
    former = effective_run(viewer, codes.COUNT, day.isoformat())
    if former and former.fingerprint == fingerprint:
        return CountReport(day, up_to_date=True, number=_summary(former).number)
    progress(f"计数 {day}")
    with collecting_later():
        counting = count_all(Viewer(viewer.name, (scheme.place,), frozenset({RESTRICTED_ILLNESS})), scheme, AsOf(day))
    run = start_run(codes.COUNT, subject=day.isoformat(), fingerprint=fingerprint, by=viewer.name, at=at())
    for _ in add_in_chunks(_rows(run, counting), by=viewer.name, at=at(), action="count.keep"):
        pass
    number = number_of_runs(viewer, codes.COUNT) + 1
    summary: dict[str, object] = {"number": number, "scheme_hash": scheme.hash, "indicators": len(counting.counted)}
    make_effective(run, by=viewer.name, at=at(), summary=summary)
    return CountReport(day, number=number, indicators=len(counting.counted))


def _rows(run: Run, counting: Counting) -> Iterator[NewRow]:
    yield from actions.counted_figures(run, counting.figures())
    for code, counted in counting.counted.items():
        yield from actions.counted_lists(run, code, member_lists(counted, counting.scheme.word))


@dataclass(frozen=True)
class _Summary:
    number: int
    scheme_hash: str


def _summary(run: Run) -> _Summary:
    said = json.loads(run.summary)
    return _Summary(int(said["number"]), str(said["scheme_hash"]))


def latest_count(viewer: Viewer, scheme: Scheme, day: date | None = None) -> CountView | None:
    """Return the count of a day (the scheme's last, if none is said) that readers see now; None if it was never counted."""
    day = day or default_day(scheme)
    run = effective_run(viewer, codes.COUNT, day.isoformat())
    if run is None or run.effective_at is None:
        return None
    said = _summary(run)
    current = run.fingerprint == count_fingerprint(viewer, scheme, day) and is_up_to_date(viewer, scheme)
    return CountView(run.id, said.number, day, run.effective_at, said.scheme_hash, current)


def figures_at(viewer: Viewer, scheme: Scheme, count: CountView, places: Iterable[str]) -> dict[tuple[str, str], Figure]:
    """Return the counted figures of those of the places that the viewer covers, in the scheme's order."""
    kept, named = _figures(count.run_id), {item.id: item.name for item in scheme.indicators}
    every = dict.fromkeys([*named, *(code for code, _ in kept)])
    wanted = [(code, place) for code in every for place in dict.fromkeys(places) if viewer.covers(place)]
    hidden = hidden_below(viewer, scheme)
    wanted = [(code, place) for code, place in wanted if code not in hidden or scheme.place.startswith(place)]
    return {key: Figure(key[0], named.get(key[0], key[0]), key[1], *kept[key]) for key in wanted if key in kept}


def trend(viewer: Viewer, scheme: Scheme, code: str, place: str) -> list[tuple[date, Figure]]:
    """Return an indicator's figures at a place, one for each day that was counted, the earliest first."""
    if not is_shown(viewer, scheme, code, place):
        return []
    runs = {run.subject: run for run in effective_runs(viewer, codes.COUNT)}
    named = {item.id: item.name for item in scheme.indicators}
    found = []
    for day in count_days(scheme):
        run = runs.get(day.isoformat())
        if run is not None and viewer.covers(place) and (values := _figures(run.id).get((code, place))):
            found.append((day, Figure(code, named.get(code, code), place, *values)))
    return found


def open_list(viewer: Viewer, scheme: Scheme, count: CountView, code: str, place: str) -> LineList:
    """Return the kept records behind a figure, the same that counting live would list for this viewer.

    Names and sources are fetched only for the lines that are taken out: take slices, or `where` first.
    Raises UnknownIndicatorError, UnknownPlaceError and WholeCountyOnlyError.
    """
    division = find_division(viewer, place)
    must_be_shown(viewer, scheme, code, division.code)
    lists = [found for part in PARTS if (found := _members(count.run_id, code, part)) is not None]
    if not lists:
        raise UnknownIndicatorError(f"这次计数里没有指标“{code}”。")
    note_shown("indicators_countedlist", "content", f"{code}@{division.code}@{count.day}")
    return LineList(viewer, AsOf(count.day), division, lists, sensitive=is_sensitive(scheme, code))


def figures_of_row(viewer: Viewer, scheme: Scheme, count: CountView, row_id: UUID) -> list[tuple[str, str]]:
    """Return in which figures a received row counts, as code and part; nothing that the viewer's lists would not show."""
    found = _by_row(count.run_id).get(row_id.hex, ())
    return list(dict.fromkeys((code, part) for code, part, _ in _shown(viewer, scheme, count.run_id, found)))


def figures_of_person(viewer: Viewer, scheme: Scheme, count: CountView, person_id: UUID) -> list[tuple[str, str, str]]:
    """Return in which figures a person counts, as code, part and reason; nothing that the viewer's lists would not show."""
    return list(dict.fromkeys(_shown(viewer, scheme, count.run_id, _by_person(count.run_id).get(person_id.hex, ()))))


def get_ready(viewer: Viewer, scheme: Scheme) -> None:
    """Open what pages will ask of the last count, so that the first one need not wait for it."""
    count = latest_count(viewer, scheme)
    if count is not None:
        _figures(count.run_id)
        _by_person(count.run_id)
        _by_row(count.run_id)


_KEPT_ONCE = "what a run counted is read once for everybody; the viewer's places and masks are laid on it when it is shown"


@lru_cache(8)
def _figures(run_id: UUID) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return all figures of a run: what a run counted never changes."""
    with beyond_scope(_KEPT_ONCE):
        return queries.kept_figures(PROGRAM, run_id)


@lru_cache(128)
def _members(run_id: UUID, code: str, part: str) -> MemberList | None:
    with collecting_later(), beyond_scope(_KEPT_ONCE):
        return queries.kept_list(PROGRAM, run_id, code, part)


@lru_cache(2)
def _every_list(run_id: UUID) -> list[tuple[str, MemberList]]:
    """Return all lists of a run with their indicators' codes."""
    with beyond_scope(_KEPT_ONCE):
        kept = [(code, _members(run_id, code, part)) for code, part in queries.kept_codes(PROGRAM, run_id)]
    return [(code, found) for code, found in kept if found is not None]


_Standing = dict[str, list[tuple[int, int]]]
"""Where somebody or something stands: by id in hex, which lists and which members of them."""


@lru_cache(2)
def _by_person(run_id: UUID) -> _Standing:
    every = _every_list(run_id)
    with collecting_later():
        found: _Standing = {}
        for list_number, (_, kept) in enumerate(every):
            for number, member in enumerate(kept.members):
                found.setdefault(member.person, []).append((list_number, number))
        return found


@lru_cache(2)
def _by_row(run_id: UUID) -> _Standing:
    every = _every_list(run_id)
    with collecting_later():
        found: _Standing = {}
        for list_number, (_, kept) in enumerate(every):
            for number, member in enumerate(kept.members):
                where = (list_number, number)
                for source in member.sources:
                    found.setdefault(source, []).append(where)
        return found


def _shown(viewer: Viewer, scheme: Scheme, run_id: UUID, found: Iterable[tuple[int, int]]) -> Iterator[tuple[str, str, str]]:
    """Yield code, part and reason of the members that the viewer's own lists would show openly."""
    marked = marked_persons(viewer)
    closed = frozenset[str]() if viewer.covers(scheme.place) else hidden_below(viewer, scheme)
    for list_number, number in found:
        code, kept = _every_list(run_id)[list_number]
        member = kept.members[number]
        about = {"shows_illness": kept.shows_illness, "sensitive": is_sensitive(scheme, code)}
        if viewer.covers(member.place) and code not in closed and not hides_member(viewer, member, marked, **about):
            yield code, kept.part, member.reason

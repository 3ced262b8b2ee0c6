"""Two worlds that differ only outside a scope, and what each answers: `python -m tests.walk.worlds alter|answers …`.

The other world is a copy of the first, altered outside (`tests.walk.altering`), and counted anew. Whoever looks from inside
must not be able to tell which of the two it is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from tests.walk.altering import Altering, past_the_journal
from tests.walk.steady import keep_who_asks, without_hurry
from tests.walk.world import COUNTY, OTHER_TOWN, WALKERS, Walker, in_sight, inside_of, let_in, open_world, things, viewer_of

ROOMS = (
    *("/", "/people/", "/papers/", "/adjustments/", "/adjustments/list.xlsx", "/scheme/", "/own/", "/lists/", "/doubts/"),
    *("/requests/", "/me/", "/nowhere/", "/api/v1/places", "/api/v1/figures", "/api/v1/adjustments"),
    *("/api/v1/papers", "/api/v1/lists"),
)
"""Pages and endpoints without arguments."""


def furnish(folder: Path) -> None:
    """Add to a counted county what the sample has none of: an earlier day's count, adjustments, papers that were given out."""
    open_world(folder)
    let_in()
    from fuqi.flows.counts import count_day
    from fuqi.flows.current import current_scheme
    from fuqi.flows.figures import default_day
    from fuqi.flows.workspaces import PROGRAM
    from fuqi.journal.actions import recording
    from fuqi.web.door import workspace

    scheme, at = current_scheme(workspace()), datetime.now(UTC)
    days = [day for day in scheme.trend_days if day != default_day(scheme)]
    count_day(viewer=PROGRAM, scheme=scheme, day=days[0], at=lambda: at, progress=lambda _: None)
    with recording(by="程序", at=at, action="walk.furnish") as record:
        record.add(list(_adjustments()))
        record.add(list(_papers(at)))


def _adjustments() -> Iterable[Any]:
    from fuqi.journal.tables import NewRow
    from fuqi.settlement.models import Adjustment, Settlement
    from fuqi.settlement.rules import BACK_PAYMENT, LATE

    chosen = Settlement.objects.filter(state="settled").select_related("claim").order_by("claim__number")[::12]
    for item in chosen:
        line = item.lines.order_by("position").first()
        if line is not None and line.pay_fen:
            yield NewRow(
                Adjustment,
                run_id=item.run_id,
                person_id=item.claim.person_id,
                number=item.claim.number,
                hospital=item.claim.hospital,
                settled_on=item.claim.settled_on,
                before_id=None,
                after_id=item.id,
                layer=line.layer,
                fund=line.fund,
                before_fen=0,
                after_fen=line.pay_fen,
                kind=BACK_PAYMENT,
                reason=LATE,
                details=json.dumps({"codes": [LATE]}),
                restricted=item.restricted,
            )


def _papers(at: datetime) -> Iterable[Any]:
    from fuqi.journal.tables import NewRow
    from fuqi.registry.models import Household, Residence
    from fuqi.reports.models import IssuedPaper

    for number, household in enumerate(Household.objects.order_by("number")[::60], 1):
        member = household.memberships.first()
        home = Residence.objects.filter(person=member.person).select_related("place").last() if member else None
        if home is not None:
            yield NewRow(
                IssuedPaper,
                number=f"2017-{number:06d}",
                kind="plain_sheet",
                subject=household.number,
                place=home.place.code,
                day=at.date(),
                count_run="",
                scheme_hash="",
                digest=f"{number:064x}",
                issued_at=at,
                by="程序",
                summary="{}",
            )


def alter(folder: Path, seed: int, *scope: str) -> None:
    """Make the other world of a copy: change everything outside some places or institutions, and make its counts anew."""
    open_world(folder)
    number = Altering(scope, seed).run()
    if any(place.isdecimal() for place in scope):  # a counter sees no figure
        count_anew()
    sys.stdout.write(f"{number}\n")


def count_anew() -> None:
    """Make the counts of an altered world anew, under the same runs."""
    from fuqi.basics.dates import AsOf
    from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
    from fuqi.flows.counts import _rows
    from fuqi.flows.current import current_scheme
    from fuqi.flows.figures import count_all
    from fuqi.indicators.models import CountedFigure, CountedList
    from fuqi.journal import codes
    from fuqi.journal.actions import add_in_chunks
    from fuqi.journal.models import Run
    from fuqi.web.door import workspace

    scheme = current_scheme(workspace())
    everybody = Viewer("程序", (scheme.place,), frozenset({RESTRICTED_ILLNESS}))
    for run in Run.objects.filter(kind=codes.COUNT, state=codes.EFFECTIVE):
        counting = count_all(everybody, scheme, AsOf(datetime.fromisoformat(run.subject).date()))
        with past_the_journal() as execute:
            for model in (CountedFigure, CountedList):
                execute(f"DELETE FROM {model._meta.db_table} WHERE run_id = ?", (run.id.hex,))
        list(add_in_chunks(_rows(run, counting), by="程序", at=datetime.now(UTC), action="walk.alter"))


def addresses(folder: Path, seed: int, some: int, *names: str) -> None:
    """Print what walkers ask for: every kind of page, list, file and form, `some` things of each kind, inside and outside."""
    open_world(folder)
    every = things()
    asked = {walker.name: _asked_by(walker, every, Random(seed), some) for walker in WALKERS if walker.name in names}
    sys.stdout.write(json.dumps(asked, ensure_ascii=False))


def _asked_by(walker: Walker, every: Any, chance: Random, some: int) -> list[tuple[str, dict[str, str]]]:
    from fuqi.flows.current import current_scheme
    from fuqi.places.queries import divisions
    from fuqi.web.door import workspace

    sight = in_sight(walker)
    inside = inside_of(walker, every, sight)
    places = [item.code for item in divisions(viewer_of(walker))] or [COUNTY, OTHER_TOWN]
    asked = [*ROOMS, *(f"/?place={code}" for code in [*places[: some // 2], COUNTY, "430612"])]
    asked += [f"/people/?place={code}&page={number}" for code in places[: some // 2] for number in (1, 2)]
    asked += [f"/papers/?place={code}" for code in places[: some // 2]]
    indicators = current_scheme(workspace()).indicators
    for indicator in chance.sample(indicators, min(some, len(indicators))):
        place, page = chance.choice(places), f"/figures/{indicator.id}/"
        asked += [page, f"{page}?place={place}", f"{page}list.csv?part=excluded"]
        asked += [f"{page}?part=denominator&page=2&place={place}", f"{page}?part=excluded&day=2017-06-30"]
        asked += [f"{page}list.csv?part=denominator&day=2017-06-30", f"/api/v1/figures/{indicator.id}/list?part=excluded"]
    addressed = {"person": "people", "settlement": "settlements", "row": "rows", "adjustment": "adjustments"}
    for kind, room in addressed.items():
        mine, others = sorted(inside.get(kind, ())), sorted(set(every.by_kind[kind]) - inside.get(kind, set()))
        chosen = [*chance.sample(mine, min(some, len(mine))), *chance.sample(others, min(some, len(others)))]
        asked += [f"/{room}/{called}/" for called in chosen]
        asked += [f"/{room}/{called}/?day=2017-06-30" for called in chosen[::4]]
        asked += [f"/api/v1/{room}/{called}" for called in chosen[::2] if kind in ("person", "adjustment")]
        asked += [f"/api/v1/settlements?number={called}" for called in chosen[::2] if kind == "settlement"]
    return [*((url, {}) for url in asked), *_forms(every, sight, chance, some)]


def _forms(every: Any, sight: set[Any], chance: Random, some: int) -> list[tuple[str, dict[str, str]]]:
    names = sorted(every.names[person] for person in every.names if person not in sight)
    words = [*chance.sample(names, some), *chance.sample(sorted(every.by_kind["person"]), some)]
    households = chance.sample(sorted(every.by_kind["household"]), some)
    forms = [("/people/", {"words": word}) for word in words]
    forms += [("/papers/plain-sheets.pdf", {"household": number}) for number in households]
    numbers = chance.sample(sorted(every.by_kind["id_number"]), some)
    return [*forms, *(("/api/v1/people/find", {"id_number": number}) for number in numbers)]


def answers(folder: Path, asked: Path) -> None:
    """Print what walkers who said a purpose are answered: status, headers and text, for every address of a file."""
    open_world(folder)
    from tests.walk.visits import Visit, normal

    said: dict[str, list[tuple[str, str]]] = {}
    keep_who_asks()
    without_hurry()
    for name, wanted in json.loads(asked.read_text("utf-8")).items():
        visit = Visit(next(one for one in WALKERS if one.name == name), purpose=True)
        told = said.setdefault(name, [])
        for url, form in wanted:
            told.append((f"{url} {form or ''}", normal(visit.ask("POST" if form else "GET", url, form))))
    sys.stdout.write(json.dumps(said, ensure_ascii=False))


def main(verb: str, folder: str, *more: str) -> None:
    """Do what the command line says."""
    where = Path(folder)
    if verb == "furnish":
        furnish(where)
    elif verb == "alter":
        alter(where, int(more[0]), *more[1:])
    elif verb == "addresses":
        addresses(where, int(more[0]), int(more[1]), *more[2:])
    else:
        answers(where, Path(more[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])

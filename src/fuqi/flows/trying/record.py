"""A trial on the county's own record: its claims, identities, homes and incomes. What comes out tells of nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from fuqi.access.reading import covered
from fuqi.basics.dates import AsOf
from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
from fuqi.flows.asking import Asker, by_claim_id
from fuqi.flows.trying.claims import NO_PLACE, TrialClaims, leading_group, needed, within, years_asked
from fuqi.flows.trying.drafts import Version, version_of
from fuqi.flows.trying.run import PovertyResult, Say, TrialResult, try_on
from fuqi.flows.up_to_date import is_up_to_date
from fuqi.places.queries import divisions
from fuqi.registry.queries import incomes, memberships, places_of
from fuqi.scheme.claims import Claim
from fuqi.scheme.lines import line_on
from fuqi.scheme.model import Scheme
from fuqi.scheme.spread import Income, against_line
from fuqi.scheme.trial import Trial, Who, benefit_years, reads_restricted
from fuqi.settlement.queries import claims

NO_INCOME = "名单里没有收入，这一项算不了。户信息里有“人均纯收入”一列时才能算。"


def try_on_record(
    viewer: Viewer,
    present: Scheme,
    draft: Version,
    on: str,
    *,
    today: date,
    in_force_on: date | None = None,
    say: Say = lambda _: None,
) -> TrialResult:
    """Return what a draft changes for the county's own claims. The viewer covers the county and may settle."""
    with covered():
        claims = claims_of_record(viewer, present, draft, on, today=today, say=say)
    if not is_up_to_date(viewer, present):
        stale = "名单或方案有更新，还没有处理完：试算用的是已经核实的台账。"
        claims = replace(claims, notices=(*claims.notices, stale))
    result = try_on(version_of(present), draft, claims, in_force_on=in_force_on, say=say)
    restricted = {one.id for one in present.disease_lists if any(disease.restricted for disease in one.diseases)}
    both = (present.benefits, draft.benefits)
    if not viewer.may(RESTRICTED_ILLNESS) and any(reads_restricted(benefits, restricted) for benefits in both):
        hidden = "有支付项目看诊断或专管病种，只看全县的数字，不分乡镇。"
        result = replace(result, places=(), no_places=hidden)
    poverty = against_poverty(viewer, present, claims, result.trial)
    return replace(result, poverty=poverty)


def claims_of_record(
    viewer: Viewer, present: Scheme, draft: Version, on: str, *, today: date, say: Callable[[str], None]
) -> TrialClaims:
    """Return the claims of the record. The caller has asked whether the viewer covers the whole county."""
    say("读取费用单")
    kept, _ = by_claim_id(claims(viewer))
    asked = Asker(viewer, present)
    asked_for_draft = Asker(viewer, replace(draft.scheme, period=present.period)) if draft.scheme is not None else asked
    before = [asked.ask(claim_id, claim) for claim_id, claim in kept.items()]
    years, notices = years_asked(on, benefit_years(before, present.benefits.year_of), today=today)
    chosen = needed(before, years, present.benefits.year_of)
    after = [replace(claim, groups=asked_for_draft.groups_of(kept[claim.claim_id])) for claim in chosen]
    homes = places_of(viewer, AsOf(years.last_day))
    serials = {f"{claim.person.serial:06d}": claim.person_id for claim in kept.values()}
    towns = {item.code: item.name for item in divisions(viewer) if item.level == "township"}
    group_order = [group.id for group in present.groups]

    def who(claim: Claim) -> Who:
        home = homes.get(serials[claim.person_id], "")
        place = next((code for code in towns if home.startswith(code)), NO_PLACE)
        return Who(leading_group(claim.groups, group_order), place, claim.household_id or "")

    return TrialClaims(
        years=years,
        before=chosen,
        after=after,
        who=who,
        counts=within(years, present.benefits.year_of),
        notices=notices,
        has_places=True,
        place_names=towns,
        source="本县台账里的费用单",
    )


def against_poverty(viewer: Viewer, scheme: Scheme, claims: TrialClaims, trial: Trial) -> PovertyResult:
    """Return where the households with claims stand in the year of the trial. Incomes are the list's; none is guessed."""
    if not claims.years.is_one:
        return PovertyResult(why_not="贫困线按一年算：试算几年的费用单时，这一项不算。")
    as_of = AsOf(claims.years.last_day)
    line = line_on(scheme.poverty_lines, as_of.on)
    if line is None:
        return PovertyResult(why_not="方案里没有这一年的贫困线（lines.yaml），这一项算不了。")
    known = incomes(viewer, as_of)
    if not known:
        return PovertyResult(line, why_not=NO_INCOME)
    members = Counter(number for rows in memberships(viewer, as_of).values() for _, _, number, _ in rows)
    households = {claim.person_id: claim.household_id or "" for claim in claims.before}
    borne: dict[str, tuple[int, int]] = {}
    unplaced: set[str] = set()
    for (person, _), one in trial.by_person.items():
        house = households[person]
        if not house:
            unplaced.add(person)
            continue
        before, after = borne.get(house, (0, 0))
        borne[house] = (before + one.before_fen, after + one.after_fen)
    found = {number: Income(per_head, members[number]) for number, per_head in known.items()}
    return PovertyResult(line, against_line(borne, found, line.per_head_fen, unplaced))

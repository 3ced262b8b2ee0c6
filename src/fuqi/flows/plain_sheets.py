"""明白纸: what a household has, gets and still misses, on one page. Restricted illnesses leave no trace on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from fuqi.access import masks
from fuqi.access.reading import beyond_scope, reading_as
from fuqi.basics.dates import SHANGHAI, AsOf
from fuqi.basics.errors import FuqiError
from fuqi.basics.money import format_yuan, percentage
from fuqi.basics.viewer import Viewer
from fuqi.care.queries import teams
from fuqi.determination.queries import disease_findings, restricted_persons
from fuqi.flows.counts import CountView
from fuqi.flows.explain import day_words
from fuqi.flows.papers import SAMPLE, NoSuchReportError, Product, basis, counted
from fuqi.flows.sightings import keep_current
from fuqi.flows.workspaces import PROGRAM
from fuqi.indicators.figures import EXCLUDED
from fuqi.indicators.lists import shows_illness
from fuqi.indicators.queries import kept_list
from fuqi.intake.queries import readings
from fuqi.places.queries import UnknownPlaceError, divisions, find_division, sees_everywhere
from fuqi.registry.queries import group_spells, moved_away, names, people_at, places_of, whole_households
from fuqi.reports import codes
from fuqi.reports.actions import Draft, issue
from fuqi.reports.marks import is_mark_of, paper_mark
from fuqi.reports.papers import PaperView
from fuqi.reports.pictures import code_picture
from fuqi.reports.queries import find_paper
from fuqi.reports.rules import all_printable
from fuqi.reports.typeset import fonts, typeset
from fuqi.scheme.claims import Claim, Settled
from fuqi.scheme.indicators import Indicator
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import WORDS
from fuqi.scheme.reports import Example, PlainSheet
from fuqi.scheme.settle import settle
from fuqi.settlement.queries import SettlementView, settlements

HEAD = "户主"


class PurposeMissingError(FuqiError):
    """Somebody wants full names on paper without saying what for."""

    code = "purpose_missing"


class StaleCountError(FuqiError):
    """Lists or scheme changed since the count."""

    code = "stale_count"


class NoHouseholdError(FuqiError):
    """There is no such household within the viewer's scope."""

    code = "no_household"


@dataclass(frozen=True, slots=True)
class Household:
    """A household with its members, the head first."""

    id: UUID
    number: str
    place: str
    members: tuple[tuple[UUID, str], ...]
    """Persons and their relation to the head."""

    @property
    def head(self) -> UUID:
        """Return the head of the household, or its first member."""
        return self.members[0][0]


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """A household in a list to choose from."""

    number: str
    head: str
    members: int


def households_at(viewer: Viewer, scheme: Scheme, place: str) -> list[HouseholdLine]:
    """Return the households of a place, by number, heads covered unless a purpose was said."""
    as_of = AsOf(counted(viewer, scheme).day)
    found = _households(viewer, as_of, place=find_division(viewer, place).code)
    heads = names(viewer, as_of, [item.head for item in found])
    return [HouseholdLine(item.number, heads.get(item.head, ""), len(item.members)) for item in found]


def print_plain_sheets(
    *, viewer: Viewer, scheme: Scheme, address: str, at: datetime, household: str = "", place: str = ""
) -> Product:
    """Return the sheet of one household, or those of a village by number, as one PDF; each is given out under its number.

    A sheet tells of illness and money: it is for who may read both.
    Raises AboveLevelError, PurposeMissingError, NoHouseholdError, UnknownPlaceError, NotCountedError, StaleCountError.
    """
    masks.must_read_sensitive(viewer, "明白纸上有病情和金额。")
    if not viewer.purpose:
        raise PurposeMissingError("明白纸上印的是全名。请先写明用途（在网页上点“显示全名”），再印。")
    if scheme.plain_sheet is None:
        raise NoSuchReportError(f"方案“{scheme.name}”没有明白纸的说明。请在方案文件夹里写 reports/plain-sheet.yaml。")
    count = counted(viewer, scheme)
    if not count.up_to_date:
        raise StaleCountError("名单或方案有更新，还没有处理完。明白纸要发到群众手里，请处理完再印。")
    village = find_division(viewer, place) if place else None
    if village is not None and village.level != "village":
        raise UnknownPlaceError("明白纸按户或按村印。请选一个村。")
    found = _households(viewer, AsOf(count.day), place=village.code if village else "", number=household)
    found = [item for item in found if masks.reads_sensitive(viewer, item.place)]
    if not found:
        raise NoHouseholdError("没有这样的户，或者不在您的范围内。请核对户编号或村名。")
    fonts()
    sheets = list(_Writer(viewer, scheme, scheme.plain_sheet, count, found).sheets())
    drafts = [_draft(item, sheet) for item, sheet in zip(found, sheets, strict=True)]
    keep_current(at=at)
    papers = issue(drafts, basis(scheme, count), by=viewer.name, at=at, why=viewer.purpose)
    pages = [{**sheet, **_genuine(paper, address)} for sheet, paper in zip(sheets, papers, strict=True)]
    data = typeset("plain-sheet.typ", {"title": scheme.plain_sheet.title, "office": scheme.plain_sheet.office, "sheets": pages})
    what = village.name if village else papers[0].number
    return Product(
        f"{scheme.plain_sheet.title}-{what}.pdf", codes.FORMS[codes.PDF], data, tuple(paper.number for paper in papers)
    )


def genuine(number: str, mark: str) -> PaperView | None:
    """Return the paper of a number if the mark is its own; anybody who holds the paper may ask."""
    with reading_as(PROGRAM, "paper"):
        paper = find_paper(PROGRAM, number)
    return paper if paper is not None and is_mark_of(mark, paper.number, paper.digest) else None


def _genuine(paper: PaperView, address: str) -> dict[str, str]:
    mark = paper_mark(paper.number, paper.digest)
    where = f"{address}/genuine/{paper.number}/{mark}/"
    issued = day_words(paper.issued_at.astimezone(SHANGHAI).date())
    return {"number": paper.number, "mark": mark, "issued": issued, "address": where, "code": code_picture(where)}


def _draft(household: Household, sheet: dict[str, object]) -> Draft:
    summary: dict[str, object] = {name: sheet[name] for name in ("office", "total", "paid", "own")}
    summary["members"] = len(household.members)
    return Draft(codes.PLAIN_SHEET, household.number, household.place, sheet, summary)


def _households(viewer: Viewer, as_of: AsOf, *, place: str = "", number: str = "") -> list[Household]:
    """Return households by number; only those all of whose members live within the viewer's scope.

    A member of whom no list says where they live is the county's to see, and so is the household's sheet.
    """
    persons = [person for person, _ in people_at(viewer, as_of, place)] if place else []
    with beyond_scope("whether all members of a household live within the scope"):
        rows = whole_households(viewer, as_of, persons=persons, number=number)
        everybody = [member[0] for members in rows.values() for member in members]
        homes, gone = places_of(PROGRAM, as_of, everybody), moved_away(viewer, as_of, everybody)
    rows = {household: members for household, members in rows.items() if gone.isdisjoint(one[0] for one in members)}
    found, everywhere = [], sees_everywhere(viewer)
    for household, members in rows.items():
        ordered = sorted(members, key=lambda member: member[1] != HEAD)
        home = next((homes[member[0]] for member in ordered if member[0] in homes), "")
        inside = everywhere or all(member[0] in homes and viewer.covers(homes[member[0]]) for member in ordered)
        if home and inside and home.startswith(place):
            found.append(Household(household, members[0][2], home, tuple((person, word) for person, word, *_ in ordered)))
    return sorted(found, key=lambda item: item.number)


@dataclass(frozen=True)
class _Writer:
    """Writes the sheets of households, everything fetched once for all of them. What it writes is the same for every viewer."""

    viewer: Viewer
    scheme: Scheme
    about: PlainSheet
    count: CountView
    households: Sequence[Household]

    @cached_property
    def as_of(self) -> AsOf:
        return AsOf(self.count.day)

    @cached_property
    def persons(self) -> list[UUID]:
        return [person for household in self.households for person, _ in household.members]

    @cached_property
    def names(self) -> dict[UUID, str]:
        return names(self.viewer, self.as_of, self.persons)

    @cached_property
    def groups(self) -> dict[UUID, frozenset[str]]:
        spells = group_spells(self.viewer, self.as_of, self.persons)
        return {person: self.scheme.with_implied(frozenset(found)) for person, found in spells.items()}

    @cached_property
    def illnesses(self) -> dict[UUID, str]:
        """Return each person's illnesses; of who has a restricted one none at all.

        Pages show none of them either: one on paper that no page shows would tell that there is another.
        """
        found = disease_findings(self.viewer, self.as_of, self.persons)
        return {
            person: "、".join(dict.fromkeys(self.scheme.word(disease) for _, disease, _ in rows))
            for person, rows in found.items()
            if person not in self.restricted
        }

    @cached_property
    def restricted(self) -> set[UUID]:
        return restricted_persons(self.viewer, self.persons)

    @cached_property
    def bills(self) -> dict[UUID, list[SettlementView]]:
        """Return the bills of the period; of persons with a restricted illness none, for sums and caps tell of each other."""
        found: dict[UUID, list[SettlementView]] = {}
        for item in settlements(self.viewer, self.as_of, persons=self.persons):
            if item.person_id not in self.restricted and not item.restricted and self.scheme.period.holds(item.settled_on):
                found.setdefault(item.person_id, []).append(item)
        return found

    @cached_property
    def teams(self) -> dict[UUID, tuple[str, UUID]]:
        return teams(self.viewer, self.as_of, [household.id for household in self.households])

    @cached_property
    def doctors(self) -> dict[UUID, str]:
        rows = readings(self.viewer, [source for _, source in self.teams.values()])
        return {row_id: str(row.values.get("doctor") or "") for row_id, row in rows.items()}

    @cached_property
    def due(self) -> dict[str, list[str]]:
        """Return what is still to be done, by household number or by person in hex."""
        found: dict[str, list[str]] = {}
        for indicator in self.scheme.indicators:
            said = {reason.text: reason.due for reason in indicator.reasons if reason.due}
            for key, reason in self._left_out(indicator) if said else ():
                if reason in said and said[reason] not in found.setdefault(key, []):
                    found[key].append(said[reason])
        return found

    def _left_out(self, indicator: Indicator) -> Iterator[tuple[str, str]]:
        """Yield whom an indicator left out and why; where its list shows an illness, nobody who is marked as restricted."""
        with beyond_scope("lists are kept whole; lines of other households are left out below"):
            kept = kept_list(self.viewer, self.count.run_id, indicator.id, EXCLUDED)
        if kept is None:
            return
        hidden = {person.hex for person in self.restricted}
        shows = kept.shows_illness or shows_illness(indicator)
        for member in kept.members:
            if not (shows and (member.restricted or member.person in hidden)):
                yield (member.record if indicator.over == "household" else member.person), member.reason

    def sheets(self) -> Iterator[dict[str, object]]:
        """Yield what each sheet says, as plain data."""
        places = {item.code: item for item in divisions(PROGRAM)}
        made_up = {item.code for item in self.scheme.divisions if item.synthetic}
        for household in self.households:
            bills = [bill for person, _ in household.members for bill in self.bills.get(person, ())]
            sheet = {
                "household": household.number,
                "place": places[household.place].full_name if household.place in places else "",
                "head": self.names.get(household.head, ""),
                "day": day_words(self.count.day),
                "sample": SAMPLE if household.place in made_up else "",
                "title": self.about.title,
                "office": self.about.office,
                "members": [self._member(person, relation) for person, relation in household.members],
                "bill": self._bill(household, bills),
                "care": self._care(household),
                **_paid(bills),
                "due": list(self._due(household, bills)),
            }
            content = all_printable(sheet)
            if not isinstance(content, dict):
                raise TypeError("a sheet is a mapping")
            yield content

    def _member(self, person: UUID, relation: str) -> dict[str, str]:
        held = self.groups.get(person, frozenset())
        leading = next((group.name for group in self.scheme.groups if group.id in held), "")
        return {
            "name": self.names.get(person, ""),
            "relation": relation,
            "group": leading,
            "illness": self.illnesses.get(person, ""),
        }

    def _care(self, household: Household) -> dict[str, str]:
        """Return who looks after the household; '' where nobody recorded it."""
        team, source = self.teams.get(household.id, ("", None))
        return {"team": team, "doctor": self.doctors.get(source, "") if source else "", "helper": ""}

    def _due(self, household: Household, bills: Iterable[SettlementView]) -> Iterator[str]:
        for words in self.due.get(household.number, ()):
            yield f"全家：{words}"
        for person, _ in household.members:
            for words in self.due.get(person.hex, ()):
                yield f"{self.names.get(person, '')}：{words}"
        for bill in bills:
            if bill.state != "settled":
                yield f"{self.names.get(bill.person_id, '')}：{day_words(bill.settled_on)}的费用还没有结算"

    def _bill(self, household: Household, bills: Iterable[SettlementView]) -> dict[str, object]:
        """Return how the household's last stay in hospital was paid, layer by layer; a made-up one where there was none."""
        stays = [bill for bill in bills if bill.state == "settled" and bill.care == "inpatient"]
        if not stays:
            return self._example(household, self.about.example)
        stay = max(stays, key=lambda bill: (bill.settled_on, bill.number))
        pays = {line.layer: line.pay_fen for line in stay.lines}
        lead = f"{self.names.get(stay.person_id, '')}{day_words(stay.discharged or stay.settled_on)}从{stay.hospital}出院，"
        confirmed = all(line.confirmed for line in stay.lines)
        total, in_scope = stay.total_fen or 0, stay.in_scope_fen or 0
        return self._paid_by(lead, total, in_scope, pays, stay.self_pay_fen, confirmed=confirmed, made_up=False)

    def _example(self, household: Household, example: Example) -> dict[str, object]:
        claim = Claim(
            claim_id="示例",
            person_id="示例",
            settled_at=self.count.day,
            discharged=self.count.day,
            care=example.care,
            hospital_level=example.hospital_level,
            groups=self.groups.get(household.head, frozenset()),
            total=example.total,
            in_scope=example.in_scope,
        )
        (result,) = settle(self.scheme.benefits, [claim])
        where = f"{WORDS.get(example.hospital_level, example.hospital_level)}医院{WORDS.get(example.care, example.care)}"
        lead = f"示例：如果在{where}，"
        if not isinstance(result, Settled):
            return {"lead": f"{lead}能报多少要看具体情况，请问乡镇卫生院。", "rows": [], "own": "", "note": ""}
        pays = {line.layer: line.pay_fen for line in result.lines}
        confirmed = result.confirmed and example.confirmed
        return self._paid_by(
            lead, example.total, example.in_scope, pays, result.self_pay_fen, confirmed=confirmed, made_up=True
        )

    def _paid_by(
        self, lead: str, total: int, in_scope: int, pays: Mapping[str, int], own: int, *, confirmed: bool, made_up: bool
    ) -> dict[str, object]:
        rows = [{"name": layer.name, "pay": _yuan(pays.get(layer.id, 0))} for layer in self.scheme.benefits.layers]
        rest = total - sum(pays.values()) - own
        if rest:
            rows.append({"name": "医疗机构承担" if rest > 0 else "医疗机构结余", "pay": _yuan(abs(rest))})
        notes = ["这是示例，不是实际费用。"] if made_up else []
        notes += [] if confirmed else ["有的比例和封顶线尚未核实，以经办机构核定的为准。"]
        return {
            "lead": f"{lead}总费用{_yuan(total)}，其中政策范围内{_yuan(in_scope)}。",
            "rows": rows,
            "own": _yuan(own),
            "note": "".join(notes),
        }


def _yuan(fen: int) -> str:
    return f"{format_yuan(fen)}元"


def _paid(bills: Iterable[SettlementView]) -> dict[str, object]:
    """Return what was paid this year for the bills that are listed, and the own share of total and of what is in scope."""
    settled = [bill for bill in bills if bill.state == "settled"]
    total = sum(bill.total_fen or 0 for bill in settled)
    in_scope = sum(bill.in_scope_fen or 0 for bill in settled)
    own = sum(bill.self_pay_fen for bill in settled)
    own_in_scope = sum(bill.in_scope_self_pay_fen for bill in settled)
    return {
        "bills": len(settled),
        "total": _yuan(total),
        "in_scope": _yuan(in_scope),
        "paid": _yuan(sum(line.pay_fen for bill in settled for line in bill.lines)),
        "own": _yuan(own),
        "own_share": f"{percentage(own, total)}%" if total else "",
        "own_in_scope": _yuan(own_in_scope),
        "own_in_scope_share": f"{percentage(own_in_scope, in_scope)}%" if in_scope else "",
    }

"""Everything that a scheme promises one person on a day: layers, subsidies, deposit, stipends, disease class and routes.

Each with its reason and source. What depends on a stay or visit that has not happened says so; what is unknown of the person is
named. What the person is not entitled to is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from fuqi.basics.money import format_rate, format_yuan
from fuqi.scheme.benefits import Layer
from fuqi.scheme.conditions import Condition
from fuqi.scheme.deposits import DUE, Deposit, deposit_due
from fuqi.scheme.diseases import ROUTES, Disease, DiseaseList
from fuqi.scheme.explain_promises import deposit_sentences, missing_words, premium_sentences
from fuqi.scheme.model import Scheme
from fuqi.scheme.names import CLAIM, Names
from fuqi.scheme.person_facts import ADMISSION_FACTS, EVENT_FACTS, PERSON_FACTS
from fuqi.scheme.persons import Facts, History, known_names, values_on
from fuqi.scheme.premiums import NO_RULE, Premium, premium_of
from fuqi.scheme.premiums import UNDECIDED as PREMIUM_UNDECIDED
from fuqi.scheme.promises import NOTHING, facts_behind, resolved, truth
from fuqi.scheme.stipends import EVENT, ONCE, Stipend
from fuqi.scheme.syntax import Values
from fuqi.scheme.values import Source
from fuqi.scheme.wording import KEY_WORDS, in_words

ENTITLED, DEPENDS, UNKNOWN = "entitled", "depends", "unknown"
STATES = {ENTITLED: "可以享受", DEPENDS: "看当时的情况", UNKNOWN: "缺少情况，还不能确定"}
LAYER, PREMIUM, DEPOSIT, STIPEND, DISEASE = "layer", "premium", "deposit", "stipend", "disease"
KINDS = {LAYER: "费用支付", PREMIUM: "参保资助", DEPOSIT: "住院押金", STIPEND: "补贴", DISEASE: "病种和治疗"}
_OF_THE_EVENT = (frozenset(ADMISSION_FACTS.exact) | frozenset(EVENT_FACTS.exact)) - frozenset(PERSON_FACTS.exact)
_PER = {"month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年", ONCE: "一次", EVENT: "每"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """One thing that is promised: `entitled`, `depends` (on a stay or visit) or `unknown` (facts of the person are missing)."""

    kind: str
    id: str
    name: str
    state: str
    reason: str
    """A sentence in Chinese."""
    missing: tuple[str, ...] = ()
    """What would have to be known: facts of the person, `premium` for a premium that the scheme does not give."""
    source: Source = Source()
    confirmed: bool = True


def entitlements(scheme: Scheme, person_facts: Facts, day: date) -> list[Entitlement]:
    """Return what a scheme promises a person on a day, in the scheme's order; nothing on days after death.

    Raises ValueError for a fact that is not in PERSON_FACTS.
    """
    known_names(person_facts, PERSON_FACTS)
    if not History(facts=person_facts).lives(day):
        return []
    return list(_Asked(scheme, person_facts, values_on(person_facts, day), day).all())


@dataclass(frozen=True, slots=True)
class _Asked:
    """One person on one day."""

    scheme: Scheme
    facts: Facts
    values: Values
    day: date

    def all(self) -> Iterator[Entitlement]:
        benefits = self.scheme.benefits
        for layer in benefits.layers:
            yield from self.layer(layer)
        for premium in benefits.premiums:
            yield from self.premium(premium)
        yield from self.deposit(benefits.deposits)
        for stipend in benefits.stipends:
            yield from self.stipend(stipend)
        yield from self.diseases()

    def words(self, text: str, names: Names) -> str:
        return in_words(text, self.scheme.words, names)

    def judged(self, when: Condition | None, values: Values) -> tuple[str, tuple[str, ...]]:
        """Return the state that a condition gives, empty where it cannot hold, and what is missing of the person."""
        holds = truth(when, values)
        if holds is False or when is None:
            return ("" if when is not None else ENTITLED), ()
        if holds:
            return ENTITLED, ()
        missing = tuple(name for name in facts_behind(when.unknown(values)) if name in PERSON_FACTS.exact)
        return (UNKNOWN, missing) if missing else (DEPENDS, ())

    def layer(self, layer: Layer) -> Iterator[Entitlement]:
        # What a bill has for itself, such as its month, is not that of the day on which we ask.
        shared = set(CLAIM.exact) & set(PERSON_FACTS.exact) - {"month", "year", "disease_lists"}
        values = {name: value for name, value in self.values.items() if name in shared}
        state, missing = self.judged(layer.when, values)
        if not state:
            return
        about = "" if layer.when is None else f"条件：{self.words(layer.when.text, CLAIM)}。"
        more = "".join(self.advantages(layer, values))
        opening = _opening(state, missing, "就医结算时")
        yield Entitlement(
            kind=LAYER,
            id=layer.id,
            name=layer.name,
            state=DEPENDS if state == ENTITLED and layer.when is None else state,
            reason=f"{layer.name}：{opening}{about}{more}",
            missing=missing,
            source=layer.source,
            confirmed=layer.confirmed,
        )

    def advantages(self, layer: Layer, values: Values) -> Iterator[str]:
        """Yield what rows of a layer give because of who the person is."""
        for key, row in layer.rows():
            about_person = row.when is not None and row.when.names and row.when.names <= set(PERSON_FACTS.exact)
            if row.when is None or not about_person or row.when.evaluate(values) is not True:
                continue
            mark = "" if row.confirmed else "（尚未核实）"
            amount = self.words(row.content.text, CLAIM) if row.content.schedule is None else row.content.text
            points = amount.replace("%", "个百分点")
            what = f"加{points}" if key == "add" else f"{KEY_WORDS[key]}{amount}"
            yield f"因{self.words(row.when.text, CLAIM)}，{what}{mark}。"

    def premium(self, rule: Premium) -> Iterator[Entitlement]:
        result = premium_of(rule, self.facts, self.day.year, self.day)
        if result.state == NO_RULE or (result.state != PREMIUM_UNDECIDED and result.subsidy is None):
            return
        undecided = result.state == PREMIUM_UNDECIDED
        yield Entitlement(
            kind=PREMIUM,
            id=rule.id,
            name=rule.name,
            state=UNKNOWN if undecided else ENTITLED,
            reason="".join(premium_sentences(result, self.scheme.words, self.scheme.benefits.funds)),
            missing=result.missing,
            source=rule.source if result.subsidy is None else result.subsidy.source,
            confirmed=result.confirmed,
        )

    def deposit(self, rules: tuple[Deposit, ...]) -> Iterator[Entitlement]:
        """Yield each rule that waives something; what only an admission can say leaves it depending on the stay."""
        for rule in rules:
            due = deposit_due([rule], self.facts, self.day)
            if not due.lines or resolved(rule.waived, self.values, self.day).value == 0:
                continue
            missing = tuple(name for name in due.missing if name in PERSON_FACTS.exact)
            if due.state == DUE:
                state, reason = ENTITLED, "".join(deposit_sentences(due, self.scheme.words))
            else:
                state = UNKNOWN if missing else DEPENDS
                opening = _opening(state, missing, "住院时")
                reason = f"{rule.name}：{opening}{self.deposit_rule(rule)}"
            yield Entitlement(
                kind=DEPOSIT,
                id=rule.id,
                name=rule.name,
                state=state,
                reason=reason,
                missing=missing,
                source=rule.source,
                confirmed=rule.confirmed,
            )

    def deposit_rule(self, rule: Deposit) -> str:
        """Return who is promised what on admission."""
        rate = resolved(rule.waived, self.values, self.day).value
        share = "减免一部分" if rate is None else f"减免{format_rate(rate)}"
        when = "" if rule.when is None else f"条件：{self.words(rule.when.text, ADMISSION_FACTS)}。"
        outside = "" if rule.excluded is None else f"{self.words(rule.excluded.text, ADMISSION_FACTS)}的除外。"
        return f"押金{share}。{when}{outside}"

    def stipend(self, stipend: Stipend) -> Iterator[Entitlement]:
        if not stipend.in_force.holds(self.day):
            return
        state, missing = self.judged(stipend.when, self.values)
        if not state:
            return
        names = EVENT_FACTS if stipend.period == EVENT else PERSON_FACTS
        amount = resolved(stipend.amount, self.values, self.day, None)
        about_person = amount.missing - _OF_THE_EVENT
        missing = tuple(sorted({*missing, *facts_behind(about_person)}))
        state = UNKNOWN if missing else DEPENDS if stipend.period in (EVENT, ONCE) else state
        per = _PER[stipend.period] + (stipend.unit if stipend.period == EVENT else "")
        text = "" if amount.value is None else f"{per}{format_yuan(amount.value)}元。"
        when = "" if stipend.when is None else f"条件：{self.words(stipend.when.text, names)}。"
        opening = _opening(state, missing, "当时")
        limit = "" if stipend.most is None else f"{_PER[stipend.most_per]}最多{stipend.most}{stipend.unit}。"
        yield Entitlement(
            kind=STIPEND,
            id=stipend.id,
            name=stipend.name,
            state=state,
            reason=f"{stipend.name}：{opening}{text}{when}{limit}",
            missing=missing,
            source=stipend.source,
            confirmed=stipend.confirmed and all(used.confirmed for used in amount.used),
        )

    def diseases(self) -> Iterator[Entitlement]:
        """Yield every list that the person is on, the first as the one that gives the class, with the diseases' routes."""
        lists = self.scheme.disease_lists
        held, known = self.facts.get("disease_lists"), self.facts.get("diseases")
        if not lists:
            return
        if not isinstance(held, frozenset | set):
            reason = f"病种：还不能确定，缺少：{missing_words(['disease_lists'])}。"
            yield Entitlement(
                kind=DISEASE, id="", name="病种", state=UNKNOWN, reason=reason, missing=("disease_lists",), source=Source()
            )
            return
        ids = known if isinstance(known, frozenset | set) else NOTHING
        on_lists = [one for one in lists if one.id in held]
        for one in on_lists:
            members = [disease for disease in one.on(self.day) if disease.id in ids]
            yield Entitlement(
                kind=DISEASE,
                id=one.id,
                name=one.name,
                state=ENTITLED,
                reason=_disease_reason(one, members, leads=one is on_lists[0]),
                source=one.source,
                confirmed=one.confirmed and all(disease.confirmed for disease in members),
            )


def _opening(state: str, missing: tuple[str, ...], then: str) -> str:
    if state == UNKNOWN:
        return f"还不能确定，缺少：{missing_words(missing)}。"
    return f"能不能享受，要看{then}的情况。" if state == DEPENDS else "可以享受。"


def _disease_reason(one: DiseaseList, members: list[Disease], *, leads: bool) -> str:
    classes: Mapping[str, str] = {"major": "大病", "chronic": "慢病"}
    names = f"（{'、'.join(disease.name for disease in members)}）" if members else ""
    lead = f"，按{classes[one.disease_class]}管理" if leads else ""
    routes = dict.fromkeys(one.route_of(disease) for disease in members) if members else {one.route: None}
    ways = "".join(f"{ROUTES[route]}。" for route in routes if route)
    return f"所患疾病在{one.name}{names}{lead}。{ways}"

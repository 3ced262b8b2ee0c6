"""What the files say of themselves: funds that have no name, ages that no one has, lists that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from fuqi.basics.errors import Fault, Place
from fuqi.scheme.checking.looking import benefits_file
from fuqi.scheme.clauses import place_of
from fuqi.scheme.model import Scheme


def definition_faults(scheme: Scheme) -> Iterator[Fault]:
    """Yield funds that pay and are not among the named ones, and diseases that no age fits."""
    funds = scheme.benefits.funds
    for layer in scheme.benefits.layers:
        if funds and layer.fund and layer.fund not in funds:
            message = f"“{layer.name}”由“{layer.fund}”支付，funds 里没有这笔资金；请改正，或在 funds 里写上它的名称"
            yield Fault("unknown_fund", message, Place(file=benefits_file(scheme), line=layer.line, key="fund"))
    for one in scheme.disease_lists:
        file = place_of(scheme, "disease_lists", one)
        for disease in one.diseases:
            if disease.age_from is not None and disease.age_below is not None and disease.age_from >= disease.age_below:
                message = f"“{disease.name}”的年龄从{disease.age_from}岁到不满{disease.age_below}岁，没有人符合；请改正 age"
                yield Fault("age", message, Place(file=file, line=disease.line, key="age"))


def definition_remarks(scheme: Scheme) -> Iterator[Fault]:
    """Yield funds that pay nothing."""
    benefits = scheme.benefits
    used = {layer.fund for layer in benefits.layers}
    used |= {payer.fund for promise in benefits.promises for payer in getattr(promise, "payers", ())}
    for fund, name in benefits.funds.items():
        if fund not in used:
            message = f"资金“{name}”（{fund}）没有支付任何一项；不用就删去"
            yield Fault("unused_fund", message, Place(file=benefits_file(scheme), key="funds"))

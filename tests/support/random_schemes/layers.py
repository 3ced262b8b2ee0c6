"""Random layers: a generator for each mechanism and key, put together in ways that the standard allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.random_schemes.conditions import Texts
from tests.support.random_schemes.values import Values
from tests.support.random_schemes.words import FEES, maybe, money, one_of

PERIODS = ("claim", "stay", "day", "month", "quarter", "year")


@dataclass
class Draft:
    """A layer in the making."""

    texts: Texts
    values: Values
    keys: dict[str, Any] = field(default_factory=dict)
    shared: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The shared caps of the scheme: per and who."""

    def often(self, share: float) -> bool:
        """Return True in a share of the cases."""
        return maybe(self.texts.chance, share)

    def pick(self, *items: str) -> str:
        """Return one of the items."""
        return one_of(self.texts.chance, items)

    @property
    def mechanism(self) -> str:
        """Return how the layer pays."""
        return next((key for key in ("rate", "brackets", "lump", "fill") if key in self.keys), "")


def base(draft: Draft) -> None:
    """An amount less what was paid, an expression, or any value."""
    if draft.texts.plain:
        draft.keys["base"] = f"in_scope{''.join(f' - paid.{layer}' for layer in draft.texts.earlier)}"
        return
    paid = "".join(f" - paid.{layer}" for layer in draft.texts.earlier if draft.often(0.6))
    amount = draft.pick("in_scope", "in_scope", "total", "amount_critical", "settle_total - in_scope", "in_scope - 100元")
    if draft.often(0.8):
        draft.keys["base"] = f"{amount}{paid}"
    else:
        draft.keys["base"] = draft.values.value("money")


def own_share(draft: Draft) -> None:
    """The person's own share of a fee as the base."""
    draft.keys["base"] = f"own.{one_of(draft.texts.chance, FEES)}"
    draft.keys["scope"] = "total"


def admissions(draft: Draft) -> None:
    """A deductible that falls with the number of admissions."""
    if draft.mechanism in ("rate", "brackets"):
        step = money(draft.texts.chance, 300_00)
        draft.keys["deductible"] = {"amount": f"max(20元, 400元 - {step} * (admission_no - 1))"}
        _measured(draft)


def brackets(draft: Draft) -> None:
    """One rate or several brackets."""
    if draft.often(0.5):
        draft.keys["rate"] = draft.values.value("rate")
    else:
        draft.keys["brackets"] = draft.values.brackets()


def lump(draft: Draft) -> None:
    """A sum by the height of the base."""
    draft.keys["lump"] = draft.values.lump()


def fill(draft: Draft) -> None:
    """The base brought down to a ratio."""
    draft.keys["fill"] = {"of": draft.pick("in_scope", "total", "settle_total"), "at_most": draft.values.value("rate")}
    if draft.often(0.2) and not draft.texts.plain:
        draft.keys["fill"]["of"] = draft.values.value("money")


def deductible(draft: Draft) -> None:
    """A deductible, of each period or once at the highest level."""
    if draft.mechanism not in ("rate", "brackets"):
        return
    draft.keys["deductible"] = {"amount": draft.values.value("money")}
    if draft.keys.get("period", "claim") == "claim" and draft.often(0.4):
        draft.keys["deductible"]["once"] = "highest"
    _measured(draft)


def _measured(draft: Draft) -> None:
    if draft.mechanism == "brackets":
        draft.keys["from"] = draft.pick("base", "deductible")


def periods(draft: Draft) -> None:
    """The period of deductible, brackets, lump and fill, and whose year it is."""
    draft.keys["period"] = one_of(draft.texts.chance, PERIODS)


def first_share(draft: Draft) -> None:
    """What the person bears first."""
    draft.keys["first_share"] = draft.values.value("rate")


def at_least(draft: Draft) -> None:
    """A floor."""
    amount = draft.pick("in_scope", "total") if draft.often(0.7) else draft.values.value("money")
    draft.keys["at_least"] = {"of": amount, "rate": draft.values.value("rate")}


def rounding(draft: Draft) -> None:
    """A factor on the payment before its one rounding (`times`)."""
    if draft.mechanism != "fill":
        draft.keys["times"] = draft.values.rows("rate", add=False, key="factor")


def cap(draft: Draft) -> None:
    """A cap of any period, shared with other layers in some cases."""
    per, who = one_of(draft.texts.chance, PERIODS), draft.keys.get("who", "person")
    draft.keys["cap"] = {"amount": draft.values.value("money"), "per": per}
    if draft.often(0.35):
        name = draft.pick("pot", "purse")
        if draft.shared.setdefault(name, (per, who))[1] != who:
            draft.keys["who"] = draft.shared[name][1]
        draft.keys["cap"] |= {"per": draft.shared[name][0], "shared": name}
    elif draft.often(0.05):
        draft.keys["cap"] = "none"


def remainder(draft: Draft) -> None:
    """Whether the layer is bound to what is in scope."""
    draft.keys["scope"] = draft.pick("in_scope", "total")


GENERATORS: dict[str, Callable[[Draft], None]] = {
    "admissions": admissions,
    "at_least": at_least,
    "brackets": brackets,
    "cap": cap,
    "deductible": deductible,
    "fill": fill,
    "first_share": first_share,
    "lump": lump,
    "own_share": own_share,
    "periods": periods,
    "remainder": remainder,
    "rounding": rounding,
}
"""The generator of each mechanism, by the name of its file in `fuqi.scheme.mechanisms`."""


OPTIONAL = (
    (0.4, deductible),
    (0.1, admissions),
    (0.25, first_share),
    (0.2, at_least),
    (0.25, rounding),
    (0.5, cap),
)
"""How often each further key is written, in this order."""


def random_layer(draft: Draft, layer_id: str, number: int) -> dict[str, Any]:
    """Return the keys of a layer."""
    keys = draft.keys
    keys |= {"id": layer_id, "name": f"第{number + 1}层", "fund": f"fund_{number}"}
    if draft.often(0.4):
        keys["when"] = draft.texts.condition()
    if draft.often(0.3):
        keys["who"] = "household"
    if draft.often(0.5):
        periods(draft)
    mode = draft.pick("computed", "computed", "computed", "computed", "computed", "given", "checked")
    if mode != "computed":
        keys["mode"] = mode
    if mode != "given" or draft.often(0.7):
        _mechanism(draft)
    for share, make in OPTIONAL:
        if draft.often(share):
            make(draft)
    if "scope" not in keys and draft.often(0.4) and not draft.texts.plain:
        remainder(draft)
    keys |= {"source": {"document": f"文件{number}", "clause": "一"}} if draft.often(0.3) else {}
    keys |= {"confidence": "unconfirmed"} if draft.often(0.2) else {}
    return keys


def _mechanism(draft: Draft) -> None:
    """Write what the layer works on and how it pays."""
    plain = draft.texts.plain
    make_base = own_share if draft.often(0.08) and not plain else base
    make_base(draft)
    one_of(draft.texts.chance, [brackets, brackets, brackets, brackets if plain else lump, fill])(draft)

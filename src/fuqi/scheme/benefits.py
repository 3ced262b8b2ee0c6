"""Layers of benefits as a scheme states them: what each layer pays, on what, up to what, and who bears it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fuqi.scheme.conditions import Condition
from fuqi.scheme.deposits import Deposit
from fuqi.scheme.diseases import DiseaseList
from fuqi.scheme.names import CARE_KINDS
from fuqi.scheme.premiums import Premium
from fuqi.scheme.promises import Promise, rows_of
from fuqi.scheme.stipends import Stipend
from fuqi.scheme.values import Row, Source, Value

MODES = ("computed", "given", "checked")
PERIODS = ("claim", "stay", "day", "month", "quarter", "year")
UNITS = ("person", "household")
SCOPES = ("in_scope", "total")
YEAR_OF = ("discharged", "settled_at")
IDENTITY_ON = ("discharged", "admitted", "settled_at", "any_day_of_stay")
MECHANISMS = ("rate", "brackets", "lump", "fill")
RESERVED_LAYERS = ("self_pay", "institution_adjustment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer; see the settlement standard, A layer, for every key."""

    id: str
    name: str
    when: Condition | None = None
    base: Value | None = None
    mode: str = "computed"
    first_share: Value | None = None
    period: str = "claim"
    deductible: Value | None = None
    once_highest: bool = False
    mechanism: str = ""
    """rate, brackets, lump or fill; empty only where the payment is given."""
    rate: Value | None = None
    brackets: Value | None = None
    measured_from: str = "base"
    lump: Value | None = None
    fill_of: Value | None = None
    fill_at_most: Value | None = None
    floor_of: Value | None = None
    floor_rate: Value | None = None
    times: Value | None = None
    cap: Value | None = None
    cap_per: str = "claim"
    cap_shared: str = ""
    who: str = "person"
    scope: str = "in_scope"
    fund: str = ""
    source: Source = Source()
    confirmed: bool = True
    line: int = field(default=0, compare=False)

    def values(self) -> Iterator[Value]:
        """Yield every value of the layer."""
        keys = (self.base, self.first_share, self.deductible, self.rate, self.brackets, self.lump, self.fill_of)
        for value in (*keys, self.fill_at_most, self.floor_of, self.floor_rate, self.times, self.cap):
            if value is not None:
                yield value

    def names(self) -> frozenset[str]:
        """Return every name that the layer reads."""
        found = frozenset() if self.when is None else self.when.names
        for _, row in self.rows():
            found |= frozenset() if row.when is None else row.when.names
            found |= frozenset() if row.content.expression is None else row.content.expression.names
        return found

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Yield every row of every value with its key, those of points and brackets too."""
        for value in self.values():
            yield from rows_of(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefits:
    """All layers in the order in which they are settled, and what is promised beside them."""

    layers: tuple[Layer, ...]
    deposits: tuple[Deposit, ...] = ()
    stipends: tuple[Stipend, ...] = ()
    premiums: tuple[Premium, ...] = ()
    year_of: str = "discharged"
    identity_on: str = "discharged"
    care_kinds: tuple[str, ...] = CARE_KINDS
    disease_lists: tuple[DiseaseList, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    """What the scheme's own identifiers are called."""
    funds: Mapping[str, str] = field(default_factory=dict)
    """What the funds that pay are called."""

    @property
    def promises(self) -> tuple[Promise, ...]:
        """Return everything that is promised beside the layers."""
        return (*self.deposits, *self.stipends, *self.premiums)

    def layer(self, layer_id: str) -> Layer:
        """Return the layer of that id. Raises KeyError."""
        for layer in self.layers:
            if layer.id == layer_id:
                return layer
        raise KeyError(layer_id)

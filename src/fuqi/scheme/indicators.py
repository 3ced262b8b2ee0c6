"""Indicators as a scheme defines them: over which table, which rows are counted, and why a row is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fuqi.scheme.conditions import Condition
from fuqi.scheme.values import Source

MEASURES = ("count", "rate", "sum", "ratio")
COUNT_BY = ("row", "person")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a considered row is not counted: a text, or the text that a column holds, where `when` holds."""

    when: Condition | None = None
    column: str = ""
    text: str = ""
    due: str = ""
    """What is still to be done for somebody left out for this reason, as the person is told; '' where nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator. The numerator is taken among the denominator, or among what is considered."""

    id: str
    name: str
    over: str
    measure: str
    numerator: Condition | None = None
    denominator: Condition | None = None
    considered: Condition | None = None
    count_by: str = "row"
    reasons: tuple[Reason, ...] = ()
    amount: str = ""
    of_amount: str = ""
    target: int | None = None
    """Basis points."""
    unit: str = ""
    source: Source = Source()
    confirmed: bool = True
    texts: Mapping[str, str] = field(default_factory=dict)
    """The conditions as the scheme wrote them, definitions not yet replaced."""
    line: int = field(default=0, compare=False)

    def reason_for(self, values: Mapping[str, object]) -> str:
        """Return why a row that was considered is not in the numerator: the first reason that holds."""
        for reason in self.reasons:
            if reason.when is not None and reason.when.evaluate(values) is not True:
                continue
            text = reason.text or str(values.get(reason.column) or "")
            if text:
                return text
        return "不符合分子的条件"

    @property
    def base_names(self) -> frozenset[str]:
        """Return the columns that decide whether a row is considered at all."""
        found = frozenset[str]()
        for condition in (self.denominator, self.considered):
            found |= frozenset() if condition is None else condition.names
        return found | (frozenset({self.of_amount}) if self.of_amount else frozenset())

    @property
    def names_used(self) -> frozenset[str]:
        """Return all columns that the figure rests on."""
        own = frozenset() if self.numerator is None else self.numerator.names
        return self.base_names | own | (frozenset({self.amount}) if self.amount else frozenset())

    @property
    def reason_names(self) -> frozenset[str]:
        """Return the columns that say why a considered row is not counted."""
        read = (reason.when.names for reason in self.reasons if reason.when is not None)
        return frozenset[str]().union(*read) | {reason.column for reason in self.reasons if reason.column}

    @property
    def words_used(self) -> frozenset[str]:
        """Return all texts with which its conditions compare something, such as the ids of disease lists."""
        said = (self.numerator, self.denominator, self.considered, *(reason.when for reason in self.reasons))
        return frozenset[str]().union(*(condition.words for condition in said if condition is not None))

    def in_words(self) -> Iterator[tuple[str, str]]:
        """Yield what the indicator counts, as label and text."""
        labels = {"denominator": "分母", "numerator": "分子", "considered": "范围"}
        for key, label in labels.items():
            if key in self.texts:
                yield label, self.texts[key]
        if self.target is not None:
            yield "目标", f"{self.target // 100}%"

"""Who may open which page, as data: every view carries its rule as `view.rule`, so that a test can walk all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from fuqi.basics.viewer import Viewer

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Rule:
    """A page for those who signed in and may do one of the actions; without actions, for everybody who holds a role."""

    actions: tuple[str, ...] = ()
    whole_county: bool = False
    """Only for those whose places are the whole county."""
    home: bool = False
    """Whoever may not is led to the first room that is theirs, instead of being refused."""
    besides: tuple[str, ...] = ()
    """Actions that are asked for all of them besides: a file of records needs leave to take them away."""

    def allows(self, viewer: Viewer, county: str) -> bool:
        """Return whether a viewer may open the page."""
        may = (not self.actions or any(map(viewer.may, self.actions))) and all(map(viewer.may, self.besides))
        return may and (not self.whole_county or viewer.covers(county))


@dataclass(frozen=True, slots=True)
class Public:
    """A page that is open to those who have not signed in, and why it has to be."""

    why: str


def public(why: str) -> Callable[[View], View]:
    """Declare that a view is open to everybody; it must be said why."""
    assert why, "say why"

    def decorate(view: View) -> View:
        view.rule = Public(why)  # type: ignore[attr-defined]
        return view

    return decorate


def rule_of(view: object) -> Rule | Public | None:
    """Return the rule of a view, None where it has none."""
    rule = getattr(view, "rule", None)
    return rule if isinstance(rule, Rule | Public) else None

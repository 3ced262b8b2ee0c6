"""Random values: a constant, an expression, rows, dated or not, with points."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from tests.support.random_schemes.conditions import Texts
from tests.support.random_schemes.words import STARTS, fen, maybe, money, one_of


@dataclass
class Values:
    """Writes the values of one layer as what YAML holds: texts, lists and tables."""

    texts: Texts

    @property
    def chance(self) -> Random:
        """Return the chance that draws."""
        return self.texts.chance

    def content(self, kind: str, *, simple: bool = False) -> str:
        """Return a constant or an expression; now and then `none`."""
        if maybe(self.chance, 0.05):
            return "none"
        if kind == "rate":
            return self.texts.share()
        return money(self.chance) if simple or maybe(self.chance, 0.5) else self.texts.amount()

    def value(self, kind: str, *, add: bool = True) -> Any:
        """Return a value of money or a rate in any form."""
        form = self.chance.randrange(8)
        if form < 3:
            return self.content(kind)
        if form < 6:
            made: Any = self.rows(kind, add=add)
        else:
            made = self.content(kind)
        if add and maybe(self.chance, 0.4):
            return {"value": made, "add": self.points(kind)}
        return made

    def rows(self, kind: str, *, add: bool = True, key: str = "value") -> list[dict[str, Any]]:
        """Return rows of which the first that holds wins; dated in some cases."""
        if maybe(self.chance, 0.25):
            starts = sorted({one_of(self.chance, STARTS) for _ in range(self.chance.randrange(1, 4))})
            found = [{"from": start, **row} for start in starts for row in self._version(kind, add, key)]
            self.chance.shuffle(found)
            return _without_same(found)
        return _without_same(self._version(kind, add, key))

    def _version(self, kind: str, add: bool, key: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for _ in range(self.chance.randrange(1, 4)):
            row: dict[str, Any] = {"when": self.texts.condition(1), key: self._row_content(kind)}
            if add and key == "value" and maybe(self.chance, 0.15):
                row["add"] = self.points(kind)
            found.append(row)
        if maybe(self.chance, 0.6):
            found.append({key: self._row_content(kind)})
        return found

    def _row_content(self, kind: str) -> str:
        """Return a row's content; often one of two, so that rows can come to the same."""
        if maybe(self.chance, 0.4):
            return one_of(self.chance, ["60%", "0%"]) if kind == "rate" else one_of(self.chance, ["300元", "0元"])
        return self.content(kind)

    def points(self, kind: str) -> list[dict[str, Any]]:
        """Return points that are added where they hold."""
        dated = maybe(self.chance, 0.2)
        found = []
        for _ in range(self.chance.randrange(1, 4)):
            row: dict[str, Any] = {"from": one_of(self.chance, STARTS[:3])} if dated else {}
            if maybe(self.chance, 0.85):
                row["when"] = self.texts.condition(1)
            found.append({**row, "points": self._some_points(kind)})
        return found

    def _some_points(self, kind: str) -> str:
        if kind == "rate":
            return one_of(self.chance, ["10%", "5.5%", "-10%", "0%", "60%", "5% * hospital_grade"])
        return one_of(self.chance, ["100元", "-50元", "0元", "33分", "20元 * bed_days"])

    def brackets(self) -> Any:
        """Return brackets: plain, or rows that give them."""
        if maybe(self.chance, 0.25):
            rows = self.rows("rate")
            return [self._with_schedule(row, self._plain_brackets) for row in rows]
        plain = self._plain_brackets()
        return {"value": plain, "add": self.points("rate")} if maybe(self.chance, 0.3) else plain

    def lump(self) -> Any:
        """Return lumps: plain, or rows that give them."""
        if maybe(self.chance, 0.25):
            return [self._with_schedule(row, self._plain_lump) for row in self.rows("money", add=False)]
        return self._plain_lump()

    def _with_schedule(self, row: dict[str, Any], make: Any) -> dict[str, Any]:
        return {**row, "value": "none" if maybe(self.chance, 0.1) else make()}

    def _plain_brackets(self) -> list[dict[str, Any]]:
        bounds = sorted({fen(self.chance, 8_000_00) + 1 for _ in range(self.chance.randrange(0, 4))})
        return [*({"to": f"{bound}分", "rate": self._inner("rate")} for bound in bounds), {"rate": self._inner("rate")}]

    def _plain_lump(self) -> list[dict[str, Any]]:
        bounds = sorted({fen(self.chance, 3_000_00) for _ in range(self.chance.randrange(1, 4))})
        return [{"above": f"{bound}分", "pay": self._inner("money")} for bound in bounds]

    def _inner(self, kind: str) -> Any:
        """Return the value of a bracket or step: mostly plain, sometimes any value."""
        return self.value(kind) if maybe(self.chance, 0.15) else self.content(kind, simple=True)


def _without_same(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows without those whose day and condition stand there already, which no scheme may have."""
    found: dict[object, dict[str, Any]] = {}
    for row in rows:
        found.setdefault((row.get("from"), row.get("when")), row)
    return list(found.values())

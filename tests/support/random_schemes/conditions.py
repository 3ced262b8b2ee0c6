"""Random conditions and expressions over every kind of name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.support.random_schemes.words import (
    AMOUNTS,
    AWAY,
    CARE,
    CODES,
    DAYS,
    FEES,
    FLAGS,
    GROUPS,
    LEVELS,
    maybe,
    money,
    one_of,
    rate,
)

ORDER = ("=", "<>", "<", "<=", ">", ">=")
SAME = ("=", "<>")
DATES = ("settled_at", "discharged", "admitted", "birth_on")
NUMBERS = ("age", "bed_days", "month", "year", "admission_no", "hospital_grade")


@dataclass
class Texts:
    """Writes conditions and expressions for a layer that stands after others."""

    chance: Random
    earlier: tuple[str, ...] = ()
    every: tuple[str, ...] = ()
    plain: bool = False
    """Whether amounts may not be read: what more in scope would change (settlement standard, What always holds, 5)."""
    written: list[str] = field(default_factory=list)

    def condition(self, depth: int = 2) -> str:
        """Return a condition."""
        if depth > 0 and maybe(self.chance, 0.35):
            word = one_of(self.chance, ["and", "or"])
            parts = [f"({self.condition(depth - 1)})" for _ in range(self.chance.randrange(2, 4))]
            return f" {word} ".join(parts)
        if maybe(self.chance, 0.12):
            return f"not ({self.condition(depth - 1)})"
        kinds: list[Callable[[], str]] = [self.words, self.words, self.flags, self.sets, self.numbers, self.dates]
        if not self.plain:
            kinds += [self.amounts, self.amounts]
        return one_of(self.chance, kinds)()

    def words(self) -> str:
        """Return a condition over words."""
        chance = self.chance
        name, values = one_of(
            chance,
            [
                ("hospital_level", LEVELS),
                ("hospital_level", LEVELS),
                ("away", AWAY),
                ("care", CARE),
                ("sex", ("male", "female")),
            ],
        )
        if maybe(chance, 0.1):
            return one_of(chance, ["icd10 < 'E'", "person_id = household_id", "claim_id <> stay_id", f"icd10 = '{CODES[1]}'"])
        if maybe(chance, 0.3):
            listed = ", ".join(f"'{one_of(chance, values)}'" for _ in range(chance.randrange(1, 4)))
            return f"{name} {'not ' if maybe(chance, 0.3) else ''}in ({listed})"
        return f"{name} {one_of(chance, SAME)} '{one_of(chance, values)}'"

    def flags(self) -> str:
        """Return a condition over flags; conditions themselves are flags too."""
        chance = self.chance
        flag = one_of(chance, FLAGS)
        kind = chance.randrange(6)
        if kind == 0:
            return f"{flag} {one_of(chance, SAME)} {one_of(chance, FLAGS)}"
        if kind == 1:
            return f"({self.numbers()}) {one_of(chance, SAME)} {flag}"
        if kind == 2:
            return f"{flag} = {one_of(chance, ['true', 'false', '1', '0'])}"
        if kind == 3:
            return f"{flag} in ({one_of(chance, FLAGS)}, ({self.dates()}), true)"
        return flag

    def sets(self) -> str:
        """Return a condition over sets."""
        chance = self.chance
        negated = "not " if maybe(chance, 0.2) else ""
        if maybe(chance, 0.2):
            return f"'{one_of(chance, ['major', 'chronic'])}' {negated}in disease_lists"
        return f"'{one_of(chance, GROUPS)}' {negated}in groups"

    def numbers(self) -> str:
        """Return a condition over whole numbers."""
        chance = self.chance
        name = one_of(chance, NUMBERS)
        most = {"age": 80, "bed_days": 20, "month": 12, "year": 2018, "admission_no": 4, "hospital_grade": 3}[name]
        least = 2016 if name == "year" else 1 if name == "month" else 0
        if maybe(chance, 0.2):
            listed = ", ".join(str(chance.randrange(least, most + 1)) for _ in range(2))
            return f"{name} in ({listed}, {self.number()})"
        right = self.number() if maybe(chance, 0.2) else str(chance.randrange(least, most + 1))
        return f"{name} {one_of(chance, ORDER)} {right}"

    def dates(self) -> str:
        """Return a condition over days."""
        chance = self.chance
        name = one_of(chance, DATES)
        if maybe(chance, 0.2):
            return f"{name} {one_of(chance, ORDER)} {one_of(chance, DATES)}"
        if maybe(chance, 0.1):
            return f"{name} in ('{one_of(chance, DAYS)}', '{one_of(chance, DAYS)}')"
        return f"{name} {one_of(chance, ORDER)} '{one_of(chance, DAYS)}'"

    def amounts(self) -> str:
        """Return a condition over amounts."""
        return f"{self.amount(1)} {one_of(self.chance, ORDER)} {self.amount(1)}"

    def number(self) -> str:
        """Return an expression that is a small whole number."""
        chance = self.chance
        name = one_of(chance, ["admission_no", "hospital_grade", "bed_days", "month", "3", "2"])
        return f"({name} - 1)" if maybe(chance, 0.3) else name

    def amount(self, depth: int = 2) -> str:
        """Return an expression of money."""
        chance = self.chance
        if depth > 0 and maybe(chance, 0.5):
            kind = chance.randrange(5)
            left, right = self.amount(depth - 1), self.amount(depth - 1)
            if kind == 0:
                return f"max({left}, {right})" if maybe(chance, 0.7) else f"max({left}, {right}, {self.amount_name()})"
            if kind == 1:
                return f"min({left}, {right})"
            if kind == 2:
                return f"{money(chance, 200_00)} * {self.number()}"
            return f"{left} {one_of(chance, ['+', '-'])} ({right})"
        if maybe(chance, 0.4) or self.plain:
            return f"-{money(chance)}" if maybe(chance, 0.05) else money(chance)
        return self.amount_name()

    def amount_name(self) -> str:
        """Return a name that holds an amount."""
        chance = self.chance
        names = ["in_scope", "in_scope", "total", "settle_total", "ytd_own_in_scope"]
        names += [f"fee_{one_of(chance, FEES)}", f"own.{one_of(chance, FEES)}", f"amount_{one_of(chance, AMOUNTS)}"]
        names += [f"{lead}.{layer}" for layer in self.earlier for lead in ("paid", "paid", "over")]
        names += [f"ytd_paid.{one_of(chance, self.every)}", f"paid_{one_of(chance, self.every)}"]
        return one_of(chance, names)

    def share(self) -> str:
        """Return an expression that is a rate."""
        chance = self.chance
        kind = chance.randrange(9)
        if kind == 0:
            return f"{rate(chance)} - {rate(chance)}"
        if kind == 1:
            return f"max({rate(chance)}, {rate(chance)} + 10%)"
        if kind == 2:
            return f"{one_of(chance, ['5%', '12.5%'])} * {self.number()}"
        return rate(chance)

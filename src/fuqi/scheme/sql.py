"""A checked condition as an SQL expression: the executor for records that a database holds.

The expression is TRUE, FALSE or NULL exactly where `Condition.evaluate` gives True, False or None, on SQLite, PostgreSQL and
DuckDB. It is built as a tree by sqlglot, never from pieces of text, so that no written value can become SQL.

A table must hold what a condition reads so: money in fen, rates in basis points and whole numbers as integers of at most
LARGEST either way; days as DATE, in SQLite as ISO text; flags as BOOLEAN, in SQLite as 0 and 1; texts in any column (they are
compared by code point, whatever its collation); NULL is unknown. How a set is held is the caller's to say, name by name:
`framed` for a text column in which the members stand between separators, `member_rows` for a table of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from fuqi.basics.errors import FuqiError
from fuqi.scheme.conditions import Condition
from fuqi.scheme.names import Names
from fuqi.scheme.syntax import (
    All,
    Arithmetic,
    Comparison,
    Constant,
    Extreme,
    InList,
    InSet,
    Minus,
    Name,
    Node,
    Not,
    Some,
)

DIALECTS = ("sqlite", "postgres", "duckdb")
LARGEST = 10**12
"""What a stored whole number may be at most, either way; a claim's year stays below 10^10 fen."""

SEPARATOR = "\x1f"
"""Stands before, between and after the members of a framed set."""

_INT64 = 2**63 - 1
_COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "<>": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
_SIGNS: dict[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}

Membership = Callable[[exp.Condition], exp.Condition]
"""From the expression of a text to the expression of whether it is in the set: NULL where text or set is NULL."""


class NotInSqlError(FuqiError):
    """A condition that cannot be asked of a database."""

    code = "condition_not_in_sql"


def framed(column: exp.Condition) -> Membership:
    """Return the membership of a set that a text column holds as `framed_text` writes it."""

    def holds(item: exp.Condition) -> exp.Condition:
        if isinstance(item, exp.Literal):
            sought: exp.Condition = exp.Literal.string(_between(str(item.this)))
        else:
            frame = exp.Literal.string(SEPARATOR)
            doubled = exp.func("REPLACE", item.copy(), frame, exp.Literal.string(SEPARATOR * 2))
            sought = exp.DPipe(this=exp.DPipe(this=frame.copy(), expression=doubled), expression=frame.copy())
        return exp.GT(this=exp.StrPosition(this=column.copy(), substr=sought), expression=exp.Literal.number(0))

    return holds


def framed_text(members: Collection[str] | None) -> str | None:
    """Return how a framed column holds a set, None for an unknown one. Raises ValueError for a member with the separator."""
    if members is None:
        return None
    if any(SEPARATOR in member for member in members):
        raise ValueError("a member of a framed set cannot hold the separator")
    return SEPARATOR + "".join(f"{member}{SEPARATOR}" for member in sorted(members))


def _between(item: str) -> str:
    """Return what is sought; a separator in it is doubled, which no set holds after its first member."""
    return SEPARATOR + item.replace(SEPARATOR, SEPARATOR * 2) + SEPARATOR


def member_rows(table: str, owner: str, member: str, of: exp.Condition, known: exp.Condition) -> Membership:
    """Return the membership of a set that a table holds, a row a member: `owner` is `of` the record, `member` the text.

    `known` says whether the record's set is known at all: a set without rows is empty only where it is TRUE.
    """

    def holds(item: exp.Condition) -> exp.Condition:
        same_owner = exp.EQ(this=exp.column(owner, table=table), expression=of.copy())
        same_text = exp.EQ(this=exp.column(member, table=table), expression=item.copy())
        found = exp.Exists(this=exp.select("1").from_(exp.to_table(table)).where(same_owner, same_text))
        unknown = exp.or_(exp.Not(this=exp.Is(this=known.copy(), expression=exp.true())), _is_null(item))
        return exp.Case(ifs=[exp.If(this=unknown, true=exp.null())], default=found)

    return holds


def condition_in_sql(
    condition: Condition, names: Names, columns: Mapping[str, exp.Condition | Membership], dialect: str
) -> exp.Condition:
    """Return the condition as an expression for a dialect of DIALECTS.

    `names` is the table of names that the condition was checked with; `columns` says where each name stands: an expression, or
    for a set its membership. Raises NotInSqlError for a name without column and for arithmetic that could leave 64 bits.
    """
    if dialect not in DIALECTS:
        raise ValueError(f"no such dialect: {dialect}")
    return _Maker(names, columns, dialect).truth(condition.node)


def condition_text(condition: Condition, names: Names, columns: Mapping[str, exp.Condition | Membership], dialect: str) -> str:
    """Return the condition as SQL text; see `condition_in_sql`."""
    return condition_in_sql(condition, names, columns, dialect).sql(dialect=dialect)


def _is_null(item: exp.Condition) -> exp.Condition:
    return exp.Is(this=item.copy(), expression=exp.null())


def _wrapped(made: exp.Condition) -> exp.Condition:
    return made if isinstance(made, exp.Column | exp.Literal | exp.Boolean | exp.Paren) else exp.Paren(this=made)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes expressions of one condition for one dialect."""

    names: Names
    columns: Mapping[str, exp.Condition | Membership]
    dialect: str

    def truth(self, node: Node) -> exp.Condition:
        """Return a condition."""
        match node:
            case All():
                return exp.and_(*map(self.truth, node.items))
            case Some():
                return exp.or_(*map(self.truth, node.items))
            case Not():
                return exp.Not(this=exp.Paren(this=self.truth(node.item)))
            case Comparison():
                return _COMPARISONS[node.sign](this=self.value(node.left), expression=self.value(node.right))
            case InList():
                return exp.In(this=self.value(node.item), expressions=list(map(self.value, node.choices)))
            case InSet():
                return self.membership(node)
        return self.value(node)

    def membership(self, node: InSet) -> exp.Condition:
        held = self.columns.get(node.container.name)
        if held is None or isinstance(held, exp.Condition):
            raise NotInSqlError(f"没有说明集合“{node.container.name}”在数据库里怎样存放")
        return _wrapped(held(self.value(node.item)))

    def value(self, node: Node) -> exp.Condition:
        """Return what is compared: an amount, a text, a day or a condition in brackets."""
        match node:
            case Arithmetic() | Extreme() | Minus():
                return self.amount(node)
            case Constant():
                return self.constant(node)
            case Name():
                return self.text(self.column(node)) if self.kind(node) == "text" else self.column(node)
        return exp.Paren(this=self.truth(node))

    def kind(self, node: Name) -> str:
        info = self.names.find(node.name)
        return "" if info is None else info.kind

    def column(self, node: Name) -> exp.Condition:
        held = self.columns.get(node.name)
        if held is None or not isinstance(held, exp.Condition):
            raise NotInSqlError(f"没有说明“{node.name}”在数据库的哪一栏")
        return held.copy()

    def constant(self, node: Constant) -> exp.Condition:
        if isinstance(node.value, bool):
            return exp.true() if node.value else exp.false()
        if isinstance(node.value, int):
            return exp.Literal.number(node.value)
        if isinstance(node.value, date):
            written = exp.Literal.string(node.value.isoformat())
            return written if self.dialect == "sqlite" else exp.cast(written, "DATE")
        return exp.Literal.string(node.value)

    def text(self, column: exp.Condition) -> exp.Condition:
        """Return a text that compares by code point, whatever the collation of its column."""
        collation = {"sqlite": exp.var("BINARY"), "postgres": exp.to_identifier("C", quoted=True), "duckdb": exp.var("C")}
        return exp.Paren(this=exp.Collate(this=_wrapped(column), expression=collation[self.dialect]))

    def amount(self, node: Node) -> exp.Condition:
        """Return an amount; an unknown part makes the whole unknown, in `max` and `min` too, which SQL would skip."""
        if _bound(node) > _INT64:
            raise NotInSqlError("条件里的数太大，数据库可能算不准，请改小")
        made = self.whole(node)
        if not _has_extreme(node):
            return _wrapped(made)
        unknown = [_is_null(self.column(Name(name))) for name in sorted(node.names())]
        if not unknown:
            return _wrapped(made)
        return exp.Paren(this=exp.Case(ifs=[exp.If(this=exp.or_(*unknown), true=exp.null())], default=made))

    def whole(self, node: Node) -> exp.Condition:
        """Return an amount as a whole number of 64 bits; what has no name in it is worked out here."""
        if not node.names():
            return self.number(node.evaluate({}))
        match node:
            case Name():
                return self.column(node) if self.dialect == "sqlite" else exp.cast(self.column(node), "BIGINT")
            case Minus():
                return exp.Neg(this=_wrapped(self.whole(node.item)))
            case Arithmetic():
                left, right = _wrapped(self.whole(node.left)), _wrapped(self.whole(node.right))
                return _SIGNS[node.sign](this=left, expression=right)
            case Extreme():
                items = list(map(self.whole, node.items))
                return items[0] if len(items) == 1 else self.extreme(node.which, items)
        raise NotInSqlError("条件里的算式不能写成数据库查询")

    def number(self, value: int) -> exp.Condition:
        written = exp.Literal.number(abs(value))
        return written if value >= 0 else exp.Paren(this=exp.Neg(this=written))

    def extreme(self, which: str, items: list[exp.Condition]) -> exp.Condition:
        """Return the greatest or least of several known amounts."""
        kind = exp.Greatest if which == "max" else exp.Least
        return kind(this=items[0], expressions=items[1:])


def _has_extreme(node: Node) -> bool:
    return isinstance(node, Extreme) or any(map(_has_extreme, node.parts()))


def _bound(node: Node) -> int:
    """Return what an amount, or a part of it, can be at most, either way."""
    match node:
        case Constant():
            return abs(node.value) if isinstance(node.value, int) else 0
        case Name():
            return LARGEST
        case Arithmetic(sign="*"):
            inner = [_bound(node.left), _bound(node.right)]
            return max(*inner, inner[0] * inner[1])
        case Arithmetic():
            return _bound(node.left) + _bound(node.right)
    return max(map(_bound, node.parts()), default=0)

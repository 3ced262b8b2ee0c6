"""Clauses and rules: clauses of which nothing is said, entries that contradict the rules, rules that name no clause."""

from __future__ import annotations

from collections.abc import Iterator

from fuqi.basics.errors import Fault, Place
from fuqi.scheme.clauses import KINDS, UNSTATED, named_rules, place_of, register
from fuqi.scheme.model import Scheme


def clause_faults(scheme: Scheme) -> Iterator[Fault]:
    """Yield entries of clauses.yaml that say of a whole clause that nothing executes it, while a rule names it."""
    for entry in register(scheme):
        for note in entry.notes:
            if entry.rules and not note.part:
                named = "、".join(dict.fromkeys(f"{rule.kind_word}“{rule.name}”" for rule in entry.rules[:3]))
                message = f"条款“{entry.clause.title}”写着没有规则执行，却有{named}引用它；删去这一行，或用 part 写明指哪一部分"
                yield Fault(
                    "clause_contradicted", message, Place(file=f"{scheme.folder}/clauses.yaml", line=note.line, key="clause")
                )


def clause_remarks(scheme: Scheme) -> Iterator[Fault]:
    """Yield clauses that no rule names and of which clauses.yaml says nothing, and rules that rest on nothing."""
    for entry in register(scheme):
        if entry.state == UNSTATED:
            inherited = ("text.md", entry.clause.anchor) in scheme.inherited
            file = f"{scheme.base if inherited else scheme.folder}/text.md"
            message = (
                f"条款“{entry.clause.title}”没有规则引用；请写上引用它的规则，或在 clauses.yaml 里写明靠人记录还是还没有实现"
            )
            yield Fault("clause_unnamed", message, Place(file=file, line=entry.clause.line, key=entry.clause.anchor))
    for kind, item in named_rules(scheme):
        if not str(item.source):
            message = f"{KINDS[kind]}“{item.name}”没有写依据；请用 source 写上文件和条款"
            yield Fault("no_clause", message, Place(file=place_of(scheme, kind, item), line=item.line, key=item.id))

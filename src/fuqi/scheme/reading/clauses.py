"""Reads clauses.yaml: what is said of clauses, or parts of them, that no rule of the scheme executes.

    language: 1
    clauses:
      - {clause: referral, state: recorded, by: 名单“医疗费用结算”里的转诊列}
      - {clause: chronic, part: 规范管理率, state: not_modelled, later: 慢病随访}

`recorded`: people write it down; `by` says in which list, fact or page. `not_modelled`: nothing in the program follows the
clause; `later` says which later work will. `followed`: the way in which rules are written follows it, such as the order of
rows, though none rests on it alone; `how` says which. `part` names the part of the clause that is meant; without it the entry
is about the whole clause, which then may not be named by any rule.
"""

from __future__ import annotations

from collections.abc import Mapping

from fuqi.scheme.model import Clause, ClauseNote
from fuqi.scheme.reading.marks import Table, read_yaml
from fuqi.scheme.reading.reader import Reader, language

STATES = {"recorded": "by", "not_modelled": "later", "followed": "how"}
"""What can be said of a clause, each with the key that says more."""
_ASKED = {"by": "记录在哪张名单、哪个页面", "later": "留给哪项以后的工作", "how": "规则怎样写就照了这一条"}
_KEYS = ("clause", "part", "state", *_ASKED)


def read_clause_notes(text: str, reader: Reader, clauses: Mapping[str, Clause]) -> tuple[ClauseNote, ...]:
    """Return what a file says of the scheme's own clauses."""
    root = read_yaml(text, reader.file, reader.faults)
    table = reader.table(root, "clauses", ("language", "clauses"), ("clauses",))
    if table is None:
        return ()
    language(reader, table)
    found: dict[tuple[str, str], ClauseNote] = {}
    for item in reader.rows(table.items.get("clauses"), "clauses"):
        row = reader.table(item, "clauses", _KEYS, ("clause", "state"))
        note = None if row is None else _note(row, reader, clauses)
        if row is None or note is None:
            continue
        other = found.setdefault((note.clause, note.part), note)
        if other is not note:
            message = f"条款“{note.clause}”{'的同一部分' if note.part else ''}写了两次（另一处在第{other.line}行），请删去一处"
            reader.fault("duplicate_clause", message, row.line, "clause")
    return tuple(found.values())


def _note(row: Table, reader: Reader, clauses: Mapping[str, Clause]) -> ClauseNote | None:
    clause, state = reader.text(row, "clause"), reader.text(row, "state")
    if clause and clause not in clauses:
        reader.fault("unknown_clause", f"text.md 里没有条款“{clause}”", row.lines["clause"], "clause")
        return None
    if state not in STATES:
        if state:
            known = "recorded（靠人记录）、not_modelled（还没有实现）、followed（规则的写法已照此）"
            message = f"“state”只能是{known}，写的却是“{state}”"
            reader.fault("value", message, row.lines["state"], "state")
        return None
    key = STATES[state]
    for other in STATES.values():
        if other != key and other in row.items:
            reader.fault("mechanism", f"state: {state} 的条款写“{key}”，不写“{other}”", row.lines[other], other)
    told = reader.text(row, key)
    if key not in row.items:
        reader.fault("missing_key", f"缺少“{key}”（{_ASKED[key]}）", row.line, key)
    return ClauseNote(clause=clause, state=state, text=told, part=reader.text(row, "part"), line=row.line) if clause else None

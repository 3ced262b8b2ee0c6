"""The words that runs and entries use."""

from __future__ import annotations

IMPORT = "import"
MATCH = "match"
VERIFY = "verify"
SETTLE = "settle"

RUN_KINDS = {IMPORT: "接收名单", MATCH: "比对", VERIFY: "核实认定", SETTLE: "结算"}

STAGED = "staged"
EFFECTIVE = "effective"
SUPERSEDED = "superseded"
ABANDONED = "abandoned"

RUN_STATES = {STAGED: "写入中", EFFECTIVE: "生效", SUPERSEDED: "已被取代", ABANDONED: "未完成,已作废"}

RUN_TRANSITIONS = {STAGED: {EFFECTIVE, ABANDONED}, EFFECTIVE: {SUPERSEDED}, SUPERSEDED: set[str](), ABANDONED: set[str]()}

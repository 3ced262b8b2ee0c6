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
REFUSED = "refused"

RUN_STATES = {STAGED: "写入中", EFFECTIVE: "生效", SUPERSEDED: "已被取代", ABANDONED: "未完成，已作废", REFUSED: "拒收"}

RUN_TRANSITIONS: dict[str, set[str]] = {
    STAGED: {EFFECTIVE, ABANDONED, REFUSED},
    EFFECTIVE: {SUPERSEDED},
    SUPERSEDED: set(),
    ABANDONED: set(),
    REFUSED: set(),
}

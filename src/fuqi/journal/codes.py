"""The words that runs and entries use."""

from __future__ import annotations

IMPORT = "import"
MATCH = "match"
VERIFY = "verify"
SETTLE = "settle"
COUNT = "count"

RUN_KINDS = {IMPORT: "接收名单", MATCH: "比对", VERIFY: "核实认定", SETTLE: "结算", COUNT: "计数"}

STAGED = "staged"
EFFECTIVE = "effective"
SUPERSEDED = "superseded"
ABANDONED = "abandoned"
REFUSED = "refused"
WITHDRAWN = "withdrawn"

RUN_STATES = {
    STAGED: "写入中",
    EFFECTIVE: "生效",
    SUPERSEDED: "已被取代",
    ABANDONED: "未完成，已作废",
    REFUSED: "拒收",
    WITHDRAWN: "已撤销",
}

RUN_TRANSITIONS: dict[str, set[str]] = {
    STAGED: {EFFECTIVE, ABANDONED, REFUSED},
    EFFECTIVE: {SUPERSEDED, WITHDRAWN},
    SUPERSEDED: set(),
    ABANDONED: set(),
    REFUSED: set(),
    WITHDRAWN: set(),
}

"""The words that jobs use, and how long a worker may be silent."""

from __future__ import annotations

from datetime import timedelta

RECEIVE = "receive"
UNDO = "undo"
CATCH_UP = "catch_up"

JOB_KINDS = {RECEIVE: "接收名单", UNDO: "撤销一次接收", CATCH_UP: "按现在的名单和方案更新"}

WAITING = "waiting"
WORKING = "working"
DONE = "done"
FAILED = "failed"

JOB_STATES = {WAITING: "排队", WORKING: "正在做", DONE: "已完成", FAILED: "没有做成"}

OPEN = frozenset({WAITING, WORKING})
"""States of a job that is still to be done."""

LEASE = timedelta(seconds=10)
"""How long a worker may be silent before its job is taken again."""
MOST_ATTEMPTS = 3
"""How often a job is begun; one that made its worker die so often is given up."""

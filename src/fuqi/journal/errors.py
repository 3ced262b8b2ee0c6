"""What the journal refuses."""

from __future__ import annotations

from fuqi.basics.errors import FuqiError


class UnrecordedWriteError(FuqiError):
    """A row would have been written, changed or deleted without a journal entry."""

    code = "unrecorded_write"


class RunStateError(FuqiError):
    """A run cannot go from its state to the wanted one."""

    code = "run_state"

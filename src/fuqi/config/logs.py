"""What the server writes to its log: where it failed, never with what; a value might be somebody's name or number."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

_Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class FramesOnly(logging.Formatter):
    """Writes a failure as its kind and the places in the code, without the message and without source lines."""

    def formatException(self, ei: _Failure) -> str:  # noqa: N802 - the name is logging's
        """Return kind and places, the innermost last."""
        kind, _, trace = ei
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        return "\n".join([f"  {place}" for place in places] + [f"  {kind.__name__ if kind else '?'}"])


def settings() -> dict[str, object]:
    """Return Django's LOGGING: failures to standard error, one handler for all."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"frames": {"()": FramesOnly, "format": "{asctime} {levelname} {message}", "style": "{"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "frames"}},
        "root": {"handlers": ["console"], "level": "ERROR"},
        "loggers": {"django": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
    }

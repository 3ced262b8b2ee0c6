"""What `sure` writes into a kernel's text, as machine code; needs the extra `batch`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.core import types
from numba.extending import intrinsic

place = np.uint64
"""A place in an array, never negative."""


@intrinsic
def quotient(typing: Any, dividend: Any, divisor: Any) -> Any:
    """Return dividend // divisor of whole numbers, the dividend at least 0 and the divisor positive."""
    del typing, dividend, divisor

    def divide(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del context, signature
        return builder.udiv(*arguments)

    return types.int64(types.int64, types.int64), divide

"""What entries vouch for, read from their text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from fuqi.journal.models import Entry


def contents(entries: Iterable[Entry]) -> Iterator[tuple[Entry, dict[str, Any]]]:
    """Yield what each readable entry vouches for; an unreadable one has been named by the chain."""
    for entry in entries:
        try:
            content = json.loads(entry.content)
        except ValueError:
            continue
        if isinstance(content, dict) and isinstance(content.get("tables"), dict) and isinstance(content.get("changes"), list):
            yield entry, content

"""Why somebody looks at names: kept in the journal before anything is shown."""

from __future__ import annotations

from datetime import datetime

from fuqi.basics.viewer import Viewer
from fuqi.journal.actions import recording


def record_purpose(viewer: Viewer, *, at: datetime) -> None:
    """Record the purpose for which names will be shown in full; nothing where none was said."""
    if viewer.purpose:
        with recording(by=viewer.name, at=at, action="access.reveal_names", why=viewer.purpose[:200]):
            pass

"""What a draft changes, in words."""

from __future__ import annotations

from fuqi.flows.trying.drafts import Version
from fuqi.scheme.diff import benefit_differences, differences


def changes_in_words(present: Version, draft: Version) -> list[str]:
    """Return what the draft changes, a line for each difference: of whole schemes, or of two benefits files."""
    if present.scheme is not None and draft.scheme is not None:
        return list(map(str, differences(present.scheme, draft.scheme)))
    return list(map(str, benefit_differences(present.benefits, draft.benefits)))

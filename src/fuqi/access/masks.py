"""What of a record a viewer may read, by level: the one rule for pages, API, commands, files and papers.

A viewer carries a level for each place and institution (`access.codes` says which role holds which). A field has a level.
Where the field's is the higher one, the viewer reads `MASK` in its place, whatever it says and however long it is, so that two
records that differ only in it read the same. Covering with stars is another thing: for who may read it and said no purpose.

Whether somebody is ill is told by more than fields: by which list a row stands on, by which figure somebody counts in. These
are SENSITIVE as a whole. Figures themselves have no level: a number is of nobody.
"""

from __future__ import annotations

from collections.abc import Iterable

from fuqi.access.codes import FIELD_LEVELS, INTERNAL, PERSONAL_COLUMNS, PERSONAL_TABLES, SENSITIVE
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import Viewer

MASK = "无权查看"
"""What stands in place of everything that is above the viewer's level."""


class AboveLevelError(FuqiError):
    """What is asked for is above the viewer's level, whoever it is about."""

    code = "above_level"


def reaches(viewer: Viewer, level: int, place: str | None = None, institution: str = "") -> bool:
    """Return whether a viewer may read what is of a level at a place or an institution; None: it is not known where."""
    bound = viewer.level_at(place, institution)
    return bound is None or bound >= level


def reads_sensitive(viewer: Viewer, place: str | None = None, institution: str = "") -> bool:
    """Return whether a viewer may read of illness, money and numbers of persons there."""
    return reaches(viewer, SENSITIVE, place, institution)


def reads_sensitive_everywhere(viewer: Viewer) -> bool:
    """Return whether a viewer may read them wherever it may look at all."""
    return viewer.levels is None or all(level >= SENSITIVE for _, level in viewer.levels)


def reads_sensitive_nowhere(viewer: Viewer) -> bool:
    """Return whether there is no place where a viewer may read them."""
    return viewer.levels is not None and all(level < SENSITIVE for _, level in viewer.levels)


def level_of_field(field: str) -> int:
    """Return the level of a received field; '' stands for a column that no layout knows."""
    return FIELD_LEVELS.get(field, INTERNAL) if field else SENSITIVE


def shown(viewer: Viewer, field: str, text: str, place: str | None = None) -> str:
    """Return a field's text, or the mask where it is above the viewer's level there."""
    return text if reaches(viewer, level_of_field(field), place) else MASK


def list_is_sensitive(table: str, columns: Iterable[str]) -> bool:
    """Return whether standing in a list that was counted over a table by some columns is SENSITIVE."""
    return table not in PERSONAL_TABLES or not PERSONAL_COLUMNS.issuperset(columns)


def must_read_sensitive(viewer: Viewer, what: str) -> None:
    """Raise AboveLevelError where a viewer may read nothing SENSITIVE at all."""
    if reads_sensitive_nowhere(viewer):
        raise AboveLevelError(f"{what}您的角色只看到姓名、住址到村和家庭关系这一级，不能做这件事。请由看得到的人来做。")

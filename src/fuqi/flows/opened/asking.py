"""Who asks, of which scheme, on which day; and what of it stays covered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from uuid import UUID

from fuqi.access import masks
from fuqi.access.codes import ILLNESS_KINDS as ILLNESS_KINDS
from fuqi.access.reading import beyond_scope
from fuqi.basics.dates import AsOf
from fuqi.basics.errors import FuqiError
from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
from fuqi.determination.queries import ever_restricted_persons, restricted_persons
from fuqi.determination.rules import in_free_words, is_free, tells_restricted
from fuqi.flows.figures import MASK as RESTRICTED_MASK
from fuqi.intake.layouts import Layouts
from fuqi.intake.rows import RowView
from fuqi.matching.queries import rows_of_person
from fuqi.registry.queries import place_of
from fuqi.registry.rules import masked
from fuqi.scheme.model import Scheme

OPEN_NUMBERS = frozenset({"agreement_number", "household_number", "settlement_number"})
"""Fields whose numbers pages call things by; they say nothing of anybody."""

_NUMBER = re.compile(r"[0-9\uff10-\uff19]{6,}[xX]?")
"""What may be an id, account or telephone number within a text."""


class NothingToOpenError(FuqiError):
    """There is no such thing, or it is outside the viewer's scope or permissions: they read the same."""

    code = "nothing_to_open"


@dataclass(frozen=True)
class Asking:
    """What opening anything needs, and the one place that says what of it this viewer may see."""

    viewer: Viewer
    scheme: Scheme
    layouts: Layouts
    as_of: AsOf
    _hidden: dict[UUID, bool] = field(default_factory=dict, compare=False)
    _homes: dict[UUID, str | None] = field(default_factory=dict, compare=False)

    @property
    def sees_restricted(self) -> bool:
        """Return whether the viewer may see restricted illnesses."""
        return self.viewer.may(RESTRICTED_ILLNESS)

    def lacks_level(self, person_id: UUID | None) -> bool:
        """Return whether what is SENSITIVE of somebody is above the viewer's level; None stands for who is not known."""
        if masks.reads_sensitive_everywhere(self.viewer):
            return False
        return not masks.reads_sensitive(self.viewer, self._home(person_id))

    def reads_bill(self, person_id: UUID, hospital: str) -> bool:
        """Return whether a bill is within the viewer's level: where the person lives, or at the institution whose it is."""
        mine = hospital in self.viewer.institutions
        return not self.lacks_level(person_id) or (mine and masks.reads_sensitive(self.viewer, institution=hospital))

    def _home(self, person_id: UUID | None) -> str | None:
        if person_id is None:
            return None
        if person_id not in self._homes:
            self._homes[person_id] = place_of(self.viewer, self.as_of, person_id)
        return self._homes[person_id]

    def mask(self, person_id: UUID | None) -> str:
        """Return the mark that stands in place of what is covered: who lacks the level does not learn whose is restricted."""
        return masks.MASK if self.lacks_level(person_id) else RESTRICTED_MASK

    def hides(self, person_id: UUID) -> bool:
        """Return whether all that tells of this person's illness must stay covered."""
        return self.lacks_level(person_id) or self.hides_restricted(person_id)

    def hides_restricted(self, person_id: UUID) -> bool:
        """Return whether it must stay covered because it tells of a restricted illness."""
        if person_id not in self._hidden:
            self._hidden[person_id] = not self.sees_restricted and bool(restricted_persons(self.viewer, (person_id,)))
        return self._hidden[person_id]

    def place_of(self, person_id: UUID) -> str | None:
        """Return where somebody lives on the day; None outside the scope, and for who must not be known to be there."""
        found = place_of(self.viewer, self.as_of, person_id)
        return None if found is None or self.conceals(person_id) else found

    def conceals(self, person_id: UUID) -> bool:
        """Return whether nothing but covered rows says that there is such a person."""
        if not self.hides_restricted(person_id):
            return False
        with beyond_scope("whether anything but covered rows says that there is such a person"):
            return all(kind in ILLNESS_KINDS for kind, _ in rows_of_person(self.viewer, person_id).values())

    def hides_row(self, row: RowView, person_id: UUID | None, *, in_force: bool = True) -> bool:
        """Return whether a received row's words must stay covered; in a former file also of whoever was ever marked."""
        if self.lacks_level(person_id):
            return row.kind in ILLNESS_KINDS or person_id is None
        hidden = self._touches(row) or (person_id is not None and self.hides(person_id))
        if not in_force and not hidden and not self.sees_restricted:
            hidden = person_id in ever_restricted_persons(self.viewer)
        return hidden and (row.kind in ILLNESS_KINDS or person_id is None)

    def _touches(self, row: RowView) -> bool:
        if self.sees_restricted:
            return False
        said = (str(row.values.get(field) or "") for field in ("illness", "icd10"))
        return tells_restricted(self.scheme, " ".join((*said, in_free_words(row.values))))

    def withholds(self, field: str, text: str, person_id: UUID | None = None) -> bool:
        """Return whether a cell says, or may say, what only named roles see: of a restricted person any free words may."""
        if self.sees_restricted:
            return False
        if person_id is not None and is_free(field) and self.hides_restricted(person_id):
            return True
        return tells_restricted(self.scheme, text)

    def kind_name(self, kind: str) -> str:
        """Return what a kind of list is called."""
        return self.layouts[kind].name if kind in self.layouts.by_kind else "未认出的表"

    def name(self, words: str) -> str:
        """Return a name as the viewer may see it: covered unless a purpose was said."""
        return words if self.viewer.purpose else masked(words)

    def covered(self, kind: str, header: str, text: str, person_id: UUID | None = None) -> str:
        """Return a cell as the viewer may see it: masked above the level, covered where a purpose is wanted, '' where nothing
        may say that it was there.
        """
        field = self.layouts[kind].field_of(header) if kind in self.layouts.by_kind else ""
        if not masks.reaches(self.viewer, masks.level_of_field(field), self._home(person_id)):
            return masks.MASK
        return "" if self.withholds(field, text, person_id) else covered(self.viewer, field, text)


def covered(viewer: Viewer, field: str, text: str) -> str:
    """Return a field's text with names and numbers covered unless a purpose was said; '' is a column that no layout knows."""
    if field in ("name", "head_name"):
        return text if viewer.purpose else masked(text)
    if field in ("id_number", "broken_id", "phone"):
        return "*" * max(0, len(text) - 4) + text[-4:]
    if field in OPEN_NUMBERS:
        return text
    if not field:
        return text if viewer.purpose and not _NUMBER.search(text) else "*" * len(text)
    return _NUMBER.sub(lambda match: "*" * len(match[0]), text)

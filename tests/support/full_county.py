"""A small county with rows in every table, sealed, with receipts in the workspace and a copy of them elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from fuqi.basics.errors import Fault
from fuqi.basics.ids import new_id
from fuqi.config.workspace import RECEIPTS, Workspace
from fuqi.journal.actions import recording, seal_entries
from fuqi.journal.models import Recorded
from fuqi.journal.tables import NewRow
from tests.support.desk import COUNTY, TODAY, Office, scheme
from tests.support.late_bills import BILLS_FILE, CHEN, LI, WANG, bills, known_people

OTHERS = "2017费用单.xlsx"
SINGLE = frozenset({"settlement.schemeversion"})
"""Tables of which one row is enough: what stands in them is read by the program, and must be sound."""


def recorded_models() -> list[type[models.Model]]:
    """Return every model that entries vouch for, by label."""
    found = [model for model in apps.get_models() if issubclass(model, Recorded)]
    return sorted(found, key=lambda model: model._meta.label_lower)


@dataclass
class County:
    """The small county: sealed twice, with receipts and a copy of them elsewhere."""

    folder: Path
    office: Office = field(init=False)

    def __post_init__(self) -> None:
        for part in ("received", "journal", "elsewhere"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        self.receipts.touch()
        self.copy.touch()
        self.office = Office(self.folder / "received")

    @property
    def receipts(self) -> Path:
        """Return the receipts in the workspace."""
        return self.folder / "journal" / RECEIPTS

    @property
    def copy(self) -> Path:
        """Return the receipts that are kept elsewhere."""
        return self.folder / "elsewhere" / RECEIPTS

    @property
    def workspace(self) -> Workspace:
        """Return what the audit takes."""
        return Workspace(self.folder, "", "", receipts_copy=str(self.copy.parent))

    def build(self) -> None:
        """Fill every table, most of them the way the program does."""
        from fuqi.access.actions import grant
        from fuqi.flows.counts import count_day
        from fuqi.flows.figures import default_day
        from fuqi.flows.settle import settle_claims

        office = self.office
        for name, data in known_people().items():
            office.receive(name, data)
        office.receive(BILLS_FILE, bills(*WANG, *LI))
        self.seal()
        office.receive(OTHERS, bills(*CHEN))
        office.make_register()
        settle_claims(viewer=office.viewer, scheme=scheme(), at=office.at, progress=office.said.append)
        count_day(viewer=office.viewer, scheme=scheme(), day=default_day(scheme()), at=office.at, progress=office.said.append)
        with recording(by="张三", at=office.at(), action="test.retract") as record:
            record.retract(list(models.QuerySet(apps.get_model("registry", "GroupSpell")).order_by("id")[:1]))
        for name in ("李卫民", "王春生"):
            grant(name, "village_doctor", COUNTY, valid_from=TODAY, by="张三", at=office.at())
        for _ in range(2):
            for model in recorded_models():
                if models.QuerySet(model).count() < (1 if model._meta.label_lower in SINGLE else 2):
                    self.fill(model)
        self.seal()

    def seal(self) -> None:
        """Number and seal what was written, here and elsewhere."""
        seal_entries(key=settings.JOURNAL_KEY, receipts=self.receipts, elsewhere=self.copy)

    def fill(self, model: type[models.Model]) -> None:
        """Write a row with some words and numbers under an entry of its own."""
        values = {
            one.attname: self._value(model, one) for one in model._meta.concrete_fields if one.name not in ("id", "entry")
        }
        with recording(by="张三", at=self.office.at(), action="test.fill") as record:
            record.add([NewRow(model, **values)])

    def _value(self, model: type[models.Model], one: Any) -> object:
        if one.name == "retracted_at":
            return None
        number = models.QuerySet(model).count() + 1
        if isinstance(one, models.ForeignKey):
            target: Any = one.related_model
            related: models.QuerySet[Any] = models.QuerySet(target)
            if not related.exists():
                self.fill(target)
            taken = models.QuerySet(model).values(one.attname) if one.unique else ()
            left = related.exclude(pk__in=taken) if one.unique else related
            if not left.exists():
                self.fill(target)
            return left.order_by("pk").values_list("pk", flat=True)[0]
        kinds: list[tuple[type, object]] = [
            (models.UUIDField, new_id()),
            (models.DateTimeField, self.office.now),
            (models.DateField, TODAY),
            (models.BooleanField, False),
            (models.IntegerField, number),
            (models.BinaryField, b"x"),
        ]
        for kind, value in kinds:
            if isinstance(one, kind):
                return value
        return f"w{number}"[: one.max_length or None]

    def faults(self) -> list[Fault]:
        """Return what the audit finds."""
        from fuqi.flows.audit import audit_journal
        from fuqi.flows.workspaces import PROGRAM

        return list(audit_journal(viewer=PROGRAM, workspace=self.workspace, progress=lambda _: None).faults)

"""A database's owner who changes anything in a county at random."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from fuqi.basics.ids import new_id
from fuqi.journal import rules
from fuqi.journal.actions import entry_fields
from fuqi.journal.models import Entry, Run
from tests.support.full_county import County, recorded_models
from tests.support.tampering import as_owner


@dataclass(frozen=True)
class Tampering:
    """What was done, and the words that the audit must say to name the place."""

    told: str
    where: tuple[str, ...]


class NothingToDo(Exception):
    """This sort of tampering finds nothing to tamper with here, or the database itself refuses it."""


class Owner:
    """Tampers at random. What it does to the database is rolled back, what it does to files is put back."""

    def __init__(self, county: County, chance: Random) -> None:
        self.county, self.chance = county, chance
        self.sorts: tuple[Callable[[], Tampering], ...] = (
            *([self.change_row] * 6),
            *([self.delete_row] * 2),
            *([self.copy_row] * 2),
            *([self.swap_columns] * 2),
            self.move_row,
            *([self.change_entry] * 2),
            self.delete_entry,
            self.forge_entry,
            self.swap_entries,
            self.rebuild_chain,
            self.cut_tail,
            self.change_run,
            self.change_account,
            self.flip_receipt,
            self.drop_receipt,
            self.swap_receipts,
            self.put_all_back,
            self.damage_original,
        )

    @contextmanager
    def tampered(self) -> Iterator[Tampering]:
        """Tamper once with something; all is as before afterwards."""
        kept = self.county.folder.with_name("kept")
        while True:
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(self.county.folder, kept)
            try:
                with as_owner(), transaction.atomic():
                    try:
                        done = self.chance.choice(self.sorts)()
                        yield done
                        return
                    finally:
                        transaction.set_rollback(True)
            except (NothingToDo, IntegrityError):
                continue
            finally:
                shutil.rmtree(self.county.folder)
                shutil.move(kept, self.county.folder)

    # rows

    def _rows(self, model: type[models.Model]) -> list[Any]:
        return list(models.QuerySet(model).order_by("pk").values_list("pk", flat=True))

    def _some_row(self) -> tuple[type[models.Model], UUID]:
        model = self.chance.choice([model for model in recorded_models() if models.QuerySet(model).exists()])
        return model, self.chance.choice(self._rows(model))

    def _number_of(self, model: type[models.Model], row: UUID) -> int:
        found: int = models.QuerySet(model).values_list("entry__number", flat=True).get(pk=row)
        return found

    def change_row(self) -> Tampering:
        """Change one column of one row."""
        model, row = self._some_row()
        one = self.chance.choice([one for one in model._meta.concrete_fields if one.name != "entry"])
        where: tuple[str, ...] = (f"第{self._number_of(model, row)}条", model._meta.label_lower)
        self._set(model, row, one, self._other(self._get(model, row, one), one))
        label = model._meta.label_lower
        if one.name in getattr(model, "digest_leaves_out", ()):
            where = (label,) if one.name == "retracted_at" else (str(row),)
        return Tampering(f"change {label}.{one.name}", where)

    def delete_row(self) -> Tampering:
        """Delete one row."""
        model, row = self._some_row()
        where = (f"第{self._number_of(model, row)}条", model._meta.label_lower)
        self._sql(f"DELETE FROM {self._table(model)} WHERE id = %s", self._key(row))
        return Tampering(f"delete from {model._meta.label_lower}", where)

    def copy_row(self) -> Tampering:
        """Add a row like another one, under the same entry."""
        model, row = self._some_row()
        columns = [str(one.column) for one in model._meta.concrete_fields]
        taken = ", ".join("%s" if column == "id" else self._quoted(column) for column in columns)
        names = ", ".join(map(self._quoted, columns))
        self._sql(f"INSERT INTO {self._table(model)} ({names}) SELECT {taken} FROM {self._table(model)} WHERE id = %s",
                  self._key(new_id()), self._key(row))  # fmt: skip
        return Tampering(f"add to {model._meta.label_lower}", (f"第{self._number_of(model, row)}条", model._meta.label_lower))

    def swap_columns(self) -> Tampering:
        """Let two rows change places in one column."""
        model, row = self._some_row()
        fields = [one for one in model._meta.concrete_fields if one.name not in ("id", "entry")]
        if not fields:
            raise NothingToDo
        one = self.chance.choice(fields)
        mine = self._get(model, row, one)
        others = [other for other in self._rows(model) if self._get(model, other, one) != mine]
        if not others or one.unique or one.name in getattr(model, "digest_leaves_out", ()):
            raise NothingToDo
        other = self.chance.choice(others)
        theirs = self._get(model, other, one)
        self._set(model, row, one, theirs)
        self._set(model, other, one, mine)
        where = (f"第{self._number_of(model, row)}条", model._meta.label_lower)
        return Tampering(f"swap {model._meta.label_lower}.{one.name}", where)

    def move_row(self) -> Tampering:
        """Put a row under another entry."""
        model, row = self._some_row()
        number = self._number_of(model, row)
        others = [entry for entry in self._rows(Entry) if Entry.objects.get(pk=entry).number != number]
        self._sql(f"UPDATE {self._table(model)} SET entry_id = %s WHERE id = %s", self._key(self.chance.choice(others)),
                  self._key(row))  # fmt: skip
        return Tampering(f"move a row of {model._meta.label_lower}", (f"第{number}条", model._meta.label_lower))

    # entries and runs

    def _some_entry(self) -> Entry:
        found: Entry = Entry.objects.get(pk=self.chance.choice(self._rows(Entry)))
        return found

    def change_entry(self) -> Tampering:
        """Change one column of an entry."""
        entry = self._some_entry()
        one = self.chance.choice([one for one in Entry._meta.concrete_fields if one.name != "number"])
        where = (f"第{entry.number}条",)
        self._set(Entry, entry.id, one, self._other(self._get(Entry, entry.id, one), one))
        return Tampering(f"change entry.{one.name}", where)

    def delete_entry(self) -> Tampering:
        """Delete an entry and all that it vouches for."""
        entry = self._some_entry()
        self._delete_with_rows(entry)
        return Tampering("delete an entry", (f"第{entry.number}条",))

    def _delete_with_rows(self, entry: Entry) -> None:
        for model in recorded_models():
            self._sql(f"DELETE FROM {self._table(model)} WHERE entry_id = %s", self._key(entry.id))
        self._sql("DELETE FROM journal_entry WHERE id = %s", self._key(entry.id))

    def forge_entry(self) -> Tampering:
        """Add an entry, with a row or two, that the program did not write."""
        last = Entry.objects.order_by("-number")[0]
        numbered = self.chance.random() < 0.5
        forged = Entry(at=last.at, by="张三", action="access.grant", content='{"changes":[],"tables":{}}', mac="0" * 64)
        if numbered:
            forged.number, forged.previous_hash = (last.number or 0) + 1, last.hash
            forged.hash = rules.link_hash(last.hash, forged.number, entry_fields(forged))
            forged.seal = rules.seal(b"not the key", forged.hash)
        forged.save(force_insert=True)
        return Tampering("forge an entry", (f"第{forged.number}条" if numbered else "没有编号的条目",))

    def swap_entries(self) -> Tampering:
        """Let two entries change places."""
        one, other = self.chance.sample(self._rows(Entry), 2)
        first, second = Entry.objects.get(pk=one), Entry.objects.get(pk=other)
        for entry, number in ((one, -1), (other, first.number), (one, second.number)):
            self._sql("UPDATE journal_entry SET number = %s WHERE id = %s", number, self._key(entry))
        return Tampering("swap two entries", (f"第{first.number}条",))

    def rebuild_chain(self) -> Tampering:
        """Change an entry and compute the chain anew from there on, as far as one can without the key."""
        entry = self._some_entry()
        entry.why = entry.why + "改"
        previous = entry.previous_hash
        for later in Entry.objects.filter(number__gte=entry.number).order_by("number"):
            later.why = entry.why if later.pk == entry.pk else later.why
            later.previous_hash = previous
            previous = later.hash = rules.link_hash(previous, later.number or 0, entry_fields(later))
            later.save(force_update=True)
        return Tampering("compute the chain anew", (f"第{entry.number}条", "封印"))

    def cut_tail(self) -> Tampering:
        """Cut the last entries off, with all that they vouch for and with their runs."""
        last = Entry.objects.order_by("-number")[0].number or 0
        most = self.chance.randint(1, min(12, last - 1))
        for entry in Entry.objects.filter(number__gt=last - most):
            self._delete_with_rows(entry)
        where = f"第{last}条" if most == 1 else f"第{last - most + 1}条到第{last}条"
        return Tampering(f"cut {most} entries", (where,))

    def change_run(self) -> Tampering:
        """Change a column of a run, delete or add one."""
        run = self.chance.choice(self._rows(Run))
        what = self.chance.choice(("change", "delete", "add"))
        if what == "delete":
            self._sql("DELETE FROM journal_run WHERE id = %s", self._key(run))
            return Tampering("delete a run", (str(run),))
        if what == "add":
            made = Run(kind="import", subject="假的", fingerprint="1", started_at=self.county.office.now, by="张三")
            made.save(force_insert=True)
            return Tampering("add a run", (str(made.id),))
        one = self.chance.choice([one for one in Run._meta.concrete_fields if one.name != "id"])
        self._set(Run, run, one, self._other(self._get(Run, run, one), one))
        return Tampering(f"change run.{one.name}", (str(run),))

    def change_account(self) -> Tampering:
        """Rename, disable, remove or add an account, or set its password."""
        model: Any = apps.get_model("access", "User")
        user = self.chance.choice(self._rows(model))
        what = self.chance.choice(("name", "is_active", "password", "must_change_password", "delete", "add"))
        if what == "delete":
            self._sql("DELETE FROM access_user WHERE id = %s", self._key(user))
        elif what == "add":
            user = new_id()
            model(id=user, name="赵六", password="!").save(force_insert=True)
        else:
            made = {"password": "argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$aGFzaA"}
            one = model._meta.get_field(what)
            self._set(model, user, one, made.get(what) or self._other(self._get(model, user, one), one))
        return Tampering(f"account: {what}", (str(user),))

    # files

    def _receipts(self) -> tuple[Path, list[bytes]]:
        path = self.chance.choice((self.county.receipts, self.county.copy))
        return path, path.read_bytes().splitlines(keepends=True)

    def flip_receipt(self) -> Tampering:
        """Flip a bit in the receipts, here or elsewhere."""
        path, lines = self._receipts()
        number = self.chance.randrange(len(lines))
        line = bytearray(lines[number])
        line[self.chance.randrange(len(line) - 1)] ^= 1 << self.chance.randrange(7)
        path.write_bytes(b"".join([*lines[:number], bytes(line), *lines[number + 1 :]]))
        return Tampering("flip a receipt", (f"第{number + 1}",))

    def drop_receipt(self) -> Tampering:
        """Take lines out of the receipts; or the whole file."""
        path, lines = self._receipts()
        if self.chance.random() < 0.2:
            path.unlink()
            return Tampering("remove the receipts", ("回执",))
        number = self.chance.randrange(len(lines) - 1)
        path.write_bytes(b"".join([*lines[:number], *lines[number + 1 :]]))
        return Tampering("drop a receipt", (f"第{number + 1}条",))

    def swap_receipts(self) -> Tampering:
        """Put one receipt in the place of another."""
        path, lines = self._receipts()
        one, other = self.chance.sample(range(len(lines)), 2)
        lines[one] = lines[other]
        path.write_bytes(b"".join(lines))
        return Tampering("put a receipt in place of another", (f"第{one + 1}",))

    def put_all_back(self) -> Tampering:
        """Put database and receipts back to an earlier moment, both of them: only the copy elsewhere knows."""
        done = self.cut_tail()
        left = Entry.objects.order_by("-number")[0].number or 0
        self.county.receipts.write_bytes(b"".join(self.county.receipts.read_bytes().splitlines(keepends=True)[:left]))
        return Tampering(f"{done.told} and their receipts", (*done.where, "另存的回执"))

    def damage_original(self) -> Tampering:
        """Flip a bit in a sealed original, or remove it."""
        model: Any = apps.get_model("intake", "ReceivedFile")
        kept = [
            row for row in model.objects.order_by("id") if (self.county.workspace.received / f"{row.sha256}.sealed").exists()
        ]
        file = self.chance.choice(kept)
        path = self.county.workspace.received / f"{file.sha256}.sealed"
        data = bytearray(path.read_bytes())
        data[self.chance.randrange(len(data))] ^= 1
        path.unlink() if self.chance.random() < 0.3 else path.write_bytes(bytes(data))
        return Tampering("damage an original", (file.name,))

    # values

    def _other(self, value: Any, one: Any) -> Any:
        """Return another value that the column takes."""
        if value is None or (one.null and self.chance.random() < 0.1):
            return self._made(one) if value is None else None
        if isinstance(value, bytes | memoryview):
            data = bytearray(bytes(value))
            data[self.chance.randrange(len(data))] ^= 1 << self.chance.randrange(8)
            return bytes(data)
        if isinstance(one, models.BooleanField):
            return not value
        if isinstance(value, int):
            return value + self.chance.choice((-1, 1, 10))
        if isinstance(value, datetime):
            return value + timedelta(seconds=1)
        if isinstance(value, date):
            return value + timedelta(days=1)
        if isinstance(value, UUID):
            return new_id()
        return f"{value[:-1]}{'甲' if value[-1:] != '甲' else '乙'}"[: one.max_length or None]

    def _made(self, one: Any) -> Any:
        made: dict[type, object] = {
            models.DateTimeField: datetime(2026, 1, 1, tzinfo=UTC),
            models.DateField: date(2026, 1, 1),
        }
        made |= {models.BooleanField: True, models.UUIDField: new_id()}
        target = one.target_field if isinstance(one, models.ForeignKey) else one
        return next((value for kind, value in made.items() if isinstance(target, kind)), None) or self._number_or_words(target)

    def _number_or_words(self, one: Any) -> Any:
        return 1 if isinstance(one, models.IntegerField) else "甲"

    def _get(self, model: type[models.Model], row: Any, one: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {self._quoted(one.column)} FROM {self._table(model)} WHERE id = %s", [self._key(row)])
            value = cursor.fetchone()[0]
        target = one.target_field if isinstance(one, models.ForeignKey) else one
        if isinstance(target, models.UUIDField) and isinstance(value, str):
            return UUID(value)
        if isinstance(value, datetime) and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return bytes(value) if isinstance(value, memoryview) else value

    def _set(self, model: type[models.Model], row: Any, one: Any, value: Any) -> None:
        target = one.target_field if isinstance(one, models.ForeignKey) else one
        stored = value if isinstance(value, bytes) else target.get_db_prep_value(value, connection)
        self._sql(f"UPDATE {self._table(model)} SET {self._quoted(one.column)} = %s WHERE id = %s", stored, self._key(row))

    def _sql(self, sql: str, *values: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)

    def _key(self, row: Any) -> Any:
        return row.hex if isinstance(row, UUID) and connection.vendor == "sqlite" else row

    @cached_property
    def _quoted(self) -> Callable[[str], str]:
        return connection.ops.quote_name

    def _table(self, model: type[models.Model]) -> str:
        return self._quoted(model._meta.db_table)


def tamper(county: County, number: int, seed: int) -> Counter[str]:
    """Tamper so often; return how often in which way. Fails, with all of them, where some were not found or not named."""
    owner, done, missed = Owner(county, Random(seed)), Counter[str](), list[str]()
    assert list(map(str, county.faults())) == []
    for position in range(number):
        with owner.tampered() as tampering:
            found = [str(fault) for fault in county.faults()]
            if not any(all(word in text for word in tampering.where) for text in found):
                missed.append(f"{position}: {tampering.told} should name {tampering.where}; said {found[:4]}")
        done[tampering.told] += 1
    assert missed == [], "\n".join(missed)
    assert list(map(str, county.faults())) == []
    return done

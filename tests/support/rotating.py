"""A workspace full of synthetic people, processes that read and write in it, and what an old key file still opens."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from fuqi.access import ciphers, keyfile
from fuqi.config.sqlcipher.rekey import opens_with

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime.now(UTC)
"""The commands that are called go by the machine's clock, and refuse a journal that lies far from it."""
DAY = NOW.date()
LIST = b"synthetic list"


def started(work: str, *arguments: object) -> subprocess.Popen[str]:
    """Start one of the functions below in a process of its own, on the workspace that its first argument names."""
    code = f"from tests.support import rotating; rotating.begin({str(arguments[0])!r}); rotating.{work}(*{arguments[1:]!r})"
    environment = {**os.environ, "FUQI_WORKSPACE": str(arguments[0]), "DJANGO_SETTINGS_MODULE": "fuqi.config.settings"}
    environment.pop("FUQI_DATABASE_URL", None)
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def begin(folder: str) -> None:
    """Open the workspace in this process."""
    del folder
    import django

    django.setup()


def name_of(serial: int) -> str:
    """Return the synthetic name that a person of a serial number has."""
    return f"合成{serial:07d}"


def number_of(serial: int) -> str:
    """Return the synthetic identity number of a person: of an area that does not exist."""
    return f"999999{1930 + serial % 80:04d}0101{serial % 1000:03d}0" if serial < 1000 else f"{serial:018d}"


def people(first: int, count: int) -> Iterator[list[Any]]:
    """Yield rows of synthetic people, a thousand people at a time: persons, identities, residences."""
    from fuqi.access.sealed import blind_index
    from fuqi.intake.models import ReceivedRow
    from fuqi.journal.models import Run
    from fuqi.journal.tables import NewRow
    from fuqi.places.models import Division
    from fuqi.registry.models import Identity, Person, Residence

    run, source = Run.objects.filter(kind="verify").first(), ReceivedRow.objects.first()
    place = Division.objects.filter(level="village").order_by("code").first()
    assert run is not None
    assert source is not None
    assert place is not None
    for start in range(first, first + count, 1000):
        serials = range(start, min(start + 1000, first + count))
        persons = [NewRow(Person, serial=serial, key_index=f"synthetic {serial}") for serial in serials]
        about = [{"run_id": run.id, "source_id": source.id, "recorded_at": NOW, "person_id": person.id} for person in persons]
        named = [
            NewRow(
                Identity,
                name=name_of(serial),
                id_number=number_of(serial),
                id_index=blind_index("id_number", number_of(serial)),
                **one,
            )
            for serial, one in zip(serials, about, strict=True)
        ]
        yield [persons, named, [NewRow(Residence, place_id=place.id, **one) for one in about]]


def ground() -> None:
    """Lay the runs and the received row that synthetic people hang on."""
    from fuqi.intake.actions import keep_bytes
    from fuqi.intake.models import ReceivedFile, ReceivedRow
    from fuqi.journal.actions import make_effective, recording, start_run
    from fuqi.journal.tables import NewRow

    keep_bytes(Path(os.environ["FUQI_WORKSPACE"]) / "received", hashlib.sha256(LIST).hexdigest(), LIST)
    run = start_run("import", subject="合成.xlsx", fingerprint="1", by="合成", at=NOW)
    file = NewRow(
        ReceivedFile, run_id=run.id, name="合成.xlsx", sha256=hashlib.sha256(LIST).hexdigest(), size=len(LIST), received_at=NOW
    )
    row = NewRow(ReceivedRow, file_id=file.id, sheet="1", row=1, kind="x", state="read", cells="{}", reading="{}")
    with recording(by="合成", at=NOW, action="test") as record:
        record.add([file])
        record.add([row])
    make_effective(run, by="合成", at=NOW)
    make_effective(start_run("verify", fingerprint="1", by="合成", at=NOW), by="合成", at=NOW)


def fill(count: int) -> None:
    """Put so many synthetic people into the workspace."""
    from fuqi.journal.actions import recording

    ground()
    for tables in people(0, count):
        with recording(by="合成", at=NOW, action="test") as record:
            for rows in tables:
                record.add(rows)
    _say({"people": count})


def write(first: int) -> None:
    """Add one person after the other until told to stop; each serial is noted once its transaction has ended."""
    from fuqi.intake.actions import keep_bytes
    from fuqi.jobs.actions import ask
    from fuqi.journal.actions import recording

    longest, serial = 0.0, first
    noted = acknowledged(Path(os.environ["FUQI_WORKSPACE"])).open("a", encoding="ascii")
    folder = Path(os.environ["FUQI_WORKSPACE"]) / "received"
    for serial in range(first, first + 10_000_000):
        begun = time.monotonic()
        for tables in people(serial, 1):
            with recording(by="合成", at=NOW, action="test") as record:
                for rows in tables:
                    record.add(rows)
        if serial % 20 == 0:
            keep_bytes(folder, f"{serial:064x}", name_of(serial).encode())
            ask("catch_up", {"serial": serial}, by="合成", at=NOW)
        longest = max(longest, time.monotonic() - begun)
        noted.write(f"{serial}\n")
        noted.flush()
        if serial == first:
            _say(serial)
        if _told_to_stop():
            break
    _say({"last": serial, "longest": round(longest, 3)})


def read(count: int, seed: int) -> None:
    """Open names of people drawn at random until standard input ends; says how many were wrong, and the longest wait."""
    from fuqi.access.keys import in_bulk
    from fuqi.registry.models import Identity

    chance, seen, wrong, longest = random.Random(seed), 0, 0, 0.0
    while not _told_to_stop():
        wanted = [chance.randrange(count) for _ in range(20)]
        begun = time.monotonic()
        found = Identity.objects.filter(person__serial__in=wanted).select_related("person")
        for identity in in_bulk(found):
            seen += 1
            wrong += identity.name != name_of(identity.person.serial)
        longest = max(longest, time.monotonic() - begun)
    _say({"read": seen, "wrong": wrong, "longest": round(longest, 3)})


def _say(words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def _told_to_stop() -> bool:
    import select

    return bool(select.select([sys.stdin], [], [], 0)[0])


def acknowledged(folder: Path) -> Path:
    """Return the file in which a writer notes what was acknowledged to it."""
    return folder.with_name(f"{folder.name}-acknowledged.txt")


def stopped(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Stop a reader or writer and return its last word."""
    said, errors = process.communicate("\n", timeout=300)
    assert process.returncode == 0, errors
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def look(count: int) -> None:
    """Say how many people are there, how many sealed things do not open or say something else, and how many people are missing
    of those that were there first and those that were acknowledged.
    """
    from fuqi.access.keys import in_bulk
    from fuqi.intake.actions import kept_bytes
    from fuqi.jobs.models import Job
    from fuqi.registry.models import Identity

    noted = acknowledged(Path(os.environ["FUQI_WORKSPACE"]))
    wanted, wrong, seen = {*range(count), *map(int, noted.read_text().split())}, 0, set()
    rows = Identity.objects.values_list("id", "person__serial", "name", "id_number").iterator(2000)
    fields: list[Any] = [Identity._meta.get_field(column) for column in ("name", "id_number")]
    for row_id, serial, *kept in in_bulk(rows):
        seen.add(serial)
        opened = [field.open_value(row_id, value) for field, value in zip(fields, kept, strict=True)]
        wrong += opened != [name_of(serial), number_of(serial)]
    folder = Path(os.environ["FUQI_WORKSPACE"]) / "received"
    for path in folder.glob("*.sealed"):
        wrong += kept_bytes(folder, path.stem) not in (LIST, name_of(int(path.stem, 16)).encode())
    for job in Job.objects.all():
        wrong += "serial" not in json.loads(str(job.payload))
    _say({"people": len(seen), "wrong": wrong, "missing": len(wanted - seen), "unasked": len(seen - wanted)})


def look_up(serials: str) -> None:
    """Say how long it takes to find people by their identity numbers, in milliseconds: half of them, 95%, the longest."""
    from fuqi.basics.dates import AsOf
    from fuqi.basics.viewer import Viewer
    from fuqi.registry.queries import people_with_number

    taken = []
    for serial in json.loads(serials):
        begun = time.perf_counter()
        found = people_with_number(Viewer("合成", places=("",)), AsOf(DAY), number_of(serial))
        taken.append(1000 * (time.perf_counter() - begun))
        assert len(found) == 1
    taken.sort()
    half, most = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
    _say({"half": round(half, 2), "p95": round(most, 2), "longest": round(taken[-1], 2)})


def done(work: str, *arguments: object) -> dict[str, Any]:
    """Run one of the functions in a process of its own and return its last word."""
    process = started(work, *arguments)
    said, errors = process.communicate("", timeout=3600)
    assert process.returncode == 0, errors
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


@dataclass(frozen=True)
class OldKeys:
    """A key file as somebody copied it before a rotation."""

    text: str

    def opens(self, folder: Path) -> list[str]:
        """Return what in the workspace opens with any key that can be derived from the copy."""
        old = keyfile.parse(self.text)
        purposes = ("database", "desk", "seal", "index", "journal", "web", "wrap")
        tried = [keyfile.derive(key, purpose) for key in {old.root, *dict(old.masters).values()} for purpose in purposes]
        tried += [old.root, *dict(old.masters).values()]
        files = [path for path in (folder / "fuqi.db", folder / "desk.db") if path.exists()]
        found = [path.name for path in files if any(opens_with(path, key) for key in tried)]
        logs = [folder / f"{path.name}-wal" for path in files]
        found += [path.name for path in logs if path.exists() and path.stat().st_size]
        sealed = {path.name: path.read_bytes() for path in (folder / "received").glob("*.sealed")}
        found += [name for name, data in sealed.items() if _any_opens(tried, data, f"received:{name.partition('.')[0]}")]
        wraps = {keyfile.derive(key, "wrap").hex() for key in {old.root, *dict(old.masters).values()}}
        return found + list(done("opened_by", str(folder), json.dumps(sorted(wraps)))["opened"])


def _any_opens(tried: list[bytes], data: bytes, bound_to: str) -> bool:
    from cryptography.exceptions import InvalidTag

    from fuqi.access.envelope import HEAD

    for key in tried:
        for start, bound in ((0, bound_to.encode()), (HEAD, data[:HEAD] + bound_to.encode())):
            try:
                ciphers.decrypt(ciphers.AES, key, data[start:], bound)
            except (InvalidTag, ValueError):
                continue
            return True
    return False


def opened_by(tried: str) -> None:
    """Say which data keys open with any of the keys, whatever generation they are said to be of."""
    from cryptography.exceptions import InvalidTag

    from fuqi.access.models import DataKey
    from fuqi.access.wrapped import bound

    opened: list[str] = []
    chosen = DataKey.objects.order_by("id").values_list("id", "wrapped", "generation")
    for key_id, wrapped, generation in chosen.iterator(2000):
        for key in json.loads(tried):
            try:
                ciphers.decrypt(wrapped[0], bytes.fromhex(key), bytes(wrapped)[1:], bound(UUID(str(key_id)).bytes, generation))
            except (InvalidTag, ValueError):
                continue
            opened.append(f"key {key_id}")
    _say({"opened": opened})

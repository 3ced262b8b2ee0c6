"""Making claims of rows, and posting what the scheme made of them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from fuqi.intake.actions import from_row
from fuqi.journal.actions import recording
from fuqi.journal.models import Run
from fuqi.journal.tables import NewRow
from fuqi.registry.rules import PersonRow
from fuqi.scheme.model import Scheme
from fuqi.settlement.models import Claim, SchemeVersion


def claims(
    run: Run, people: dict[UUID, list[PersonRow]], institutions: Mapping[str, tuple[str, bool]], *, at: datetime
) -> Iterator[NewRow]:
    """Yield bills. The institution's register knows its level and place; where it does not, the row's own word stands."""
    for person_id, rows in people.items():
        for item in rows:
            values = item.row.values
            if item.row.kind != "settlement":
                continue
            hospital = str(values.get("hospital") or "")
            level, in_county = institutions.get(hospital, (str(values.get("hospital_level") or ""), None))
            yield NewRow(
                Claim,
                person_id=person_id,
                number=str(values["settlement_number"]),
                hospital=hospital,
                hospital_level=level,
                in_county=in_county,
                care=str(values.get("care") or ""),
                admitted=values.get("admitted"),
                discharged=values.get("discharged"),
                settled_on=values["settled_on"],
                referred=values.get("referred"),
                words=str(values.get("illness") or ""),
                icd10=str(values.get("icd10") or ""),
                total_fen=values.get("total"),
                in_scope_fen=values.get("in_scope"),
                **from_row(run, item.row, at=at, valid_from=values["settled_on"]),
            )


def keep_scheme(scheme: Scheme, *, by: str, at: datetime) -> bool:
    """Keep the scheme's files as they are, once for each version; returns whether they were not kept before.

    Byte order marks go with the text: what is read back gives the same version, to the digest.
    """
    if SchemeVersion.objects.filter(hash=scheme.hash).exists():
        return False
    texts = {name: content.decode("utf-8") for name, content in scheme.files.items()}
    files = zlib.compress(json.dumps(texts, ensure_ascii=False).encode(), 9)
    with recording(by=by, at=at, action="settle.scheme") as record:
        record.add([NewRow(SchemeVersion, hash=scheme.hash, scheme_id=scheme.id, name=scheme.name, files=files)])
    return True

"""Sealed fields: bound to row and column, never equal, found by a keyed index."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from fuqi.access.sealed import SealBrokenError, blind_index, open_bytes, seal_bytes
from fuqi.intake.models import ReceivedFile, ReceivedRow
from fuqi.journal.actions import recording, start_run
from fuqi.journal.tables import NewRow
from tests.support.tampering import change

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def two_rows(db: None) -> tuple[ReceivedRow, ReceivedRow]:
    run = start_run("import", subject="a.xlsx", fingerprint="1", by="张三", at=NOW)
    file = NewRow(ReceivedFile, run_id=run.id, name="a.xlsx", sha256="0", size=1, received_at=NOW)
    rows = [
        NewRow(ReceivedRow, file_id=file.id, sheet="1", row=number, kind="x", state="read", cells="同样的内容", reading="{}")
        for number in (1, 2)
    ]
    with recording(by="张三", at=NOW, action="test") as record:
        record.add([file])
        record.add(rows)
    first, second = ReceivedRow.objects.order_by("row")
    return first, second


def stored(row: ReceivedRow) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cells FROM intake_receivedrow WHERE row = %s", [row.row])
        return bytes(cursor.fetchone()[0])


def test_what_is_stored_is_not_what_was_said_and_reads_back(two_rows: tuple[ReceivedRow, ReceivedRow]) -> None:
    assert "同样的内容".encode() not in stored(two_rows[0])
    assert ReceivedRow.objects.get(row=1).cells == "同样的内容"


def test_equal_words_have_unequal_ciphertexts(two_rows: tuple[ReceivedRow, ReceivedRow]) -> None:
    assert stored(two_rows[0]) != stored(two_rows[1])


def test_a_ciphertext_moved_to_another_row_does_not_open(two_rows: tuple[ReceivedRow, ReceivedRow]) -> None:
    change("UPDATE intake_receivedrow SET cells = %s WHERE row = 2", stored(two_rows[0]))
    with pytest.raises(SealBrokenError):
        _ = ReceivedRow.objects.get(row=2).cells
    assert ReceivedRow.objects.get(row=1).cells == "同样的内容"


def test_every_flipped_bit_breaks_the_seal(db: None) -> None:
    sealed = seal_bytes(b"words", "table.column:1")
    for position in range(len(sealed)):
        mutated = bytearray(sealed)
        mutated[position] ^= 1
        with pytest.raises(SealBrokenError):
            open_bytes(bytes(mutated), "table.column:1")


def test_the_index_of_nothing_is_nothing_and_columns_do_not_share_indexes() -> None:
    assert blind_index("id_number", "") == ""
    assert blind_index("id_number", "1") == blind_index("id_number", "1")
    assert blind_index("id_number", "1") != blind_index("phone", "1")

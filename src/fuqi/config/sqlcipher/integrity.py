"""Which pages of an encrypted database were changed or damaged, told without opening it for work."""

from __future__ import annotations

import re
from pathlib import Path

import sqlcipher3


def damaged_pages(file: Path, key: bytes) -> list[int]:
    """Return the numbers of the pages whose seal (HMAC) does not hold; [1] where the file cannot be opened with the key."""
    connection = sqlcipher3.connect(str(file))
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        found = [str(text) for (text,) in connection.execute("PRAGMA cipher_integrity_check")]
    except sqlcipher3.DatabaseError:
        return [1]
    finally:
        connection.close()
    return sorted({int(number) for text in found for number in re.findall(r"page (\d+)", text)})

"""A thousand tamperings by the database's owner: all found, and each named by the entry, table, run, account, line or file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.full_county import County
from tests.support.tampered import tamper

pytestmark = [pytest.mark.proof, pytest.mark.django_db]

SHARDS, EACH = 10, 100
SEED = 20261125


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_thousand_tamperings_are_found_and_named(tmp_path: Path, shard: int) -> None:
    county = County(tmp_path / "county")
    county.build()
    done = tamper(county, EACH, SEED + shard)
    assert done.total() == EACH
    print(f"\nseed {SEED + shard}: {EACH} tamperings of {len(done)} sorts, {EACH} found, {EACH} named")  # noqa: T201
    for told, number in sorted(done.items()):
        print(f"  {number:3} {told}")  # noqa: T201

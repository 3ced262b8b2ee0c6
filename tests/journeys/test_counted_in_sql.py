"""Every figure of the sample county, selected by two databases from its conditions in SQL: the records that are counted."""

from __future__ import annotations

from tests.support.counted_in_sql import compared
from tests.support.workspaces import WorkspaceUnderTest


def test_databases_select_the_records_that_the_counter_counts(counted_county: WorkspaceUnderTest) -> None:
    found = compared(counted_county.folder)
    assert found["different"] == []
    assert found["figures"] >= 18
    assert found["compared"] > 1000

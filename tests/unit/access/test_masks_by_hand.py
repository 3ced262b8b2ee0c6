"""The rule of levels where nothing is said of an institution: one of any name counts for nothing."""

from __future__ import annotations

from fuqi.access import masks
from fuqi.access.codes import PERSONAL, RESTRICTED
from fuqi.basics.viewer import Viewer

CLERK = Viewer("窗", ("4306",), institutions=("x",), levels=(("4306", PERSONAL), ("x", RESTRICTED)))


def test_a_level_at_an_institution_counts_only_where_the_institution_is_named() -> None:
    assert not masks.reaches(CLERK, RESTRICTED)
    assert not masks.reaches(CLERK, RESTRICTED, "430611")
    assert masks.reaches(CLERK, RESTRICTED, None, "x")
    assert not masks.reads_sensitive(CLERK)
    assert not masks.reads_sensitive(CLERK, "430611")
    assert masks.reads_sensitive(CLERK, None, "x")
    assert not masks.reads_sensitive(CLERK, None, "y")

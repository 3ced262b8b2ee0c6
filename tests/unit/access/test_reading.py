"""Who reads just now, and what is kept of what was opened."""

from __future__ import annotations

import pytest

from fuqi.access.reading import (
    Reading,
    beyond_scope,
    covered,
    current,
    note_opened,
    note_shown,
    reading_as,
    shown_if,
)
from fuqi.basics.viewer import Viewer

DOCTOR = Viewer("王春生", ("990101001001",), institutions=("东乡医院",))
BOUND = "registry_identity.name:7"


def test_outside_all_doors_nobody_reads_and_nothing_is_kept() -> None:
    assert current() is None
    note_opened(BOUND)
    with beyond_scope("to count"), covered(), shown_if(False), shown_if(True):
        assert current() is None


def test_a_visit_is_of_one_viewer_through_one_door_and_ends() -> None:
    def read_and_fail() -> None:
        with reading_as(DOCTOR, "page") as reading:
            assert current() is reading
            assert reading == Reading(DOCTOR, "page", ("990101001001",), ("东乡医院",))
            assert (reading.viewer, reading.door, reading.shown) == (DOCTOR, "page", True)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read_and_fail()
    assert current() is None


def test_going_beyond_the_scope_widens_the_places_only_and_says_why() -> None:
    with reading_as(DOCTOR, "page") as reading:
        with beyond_scope("to count"):
            wide = current()
            assert wide == Reading(DOCTOR, "page", ("",), ("东乡医院",))
            note_opened(BOUND)
        assert current() is reading
    assert reading.opened == {("registry_identity", "name"): {"7"}}
    with pytest.raises(AssertionError), beyond_scope(""):
        pass


def test_what_is_opened_to_be_shown_is_kept_and_what_is_covered_is_not() -> None:
    with reading_as(DOCTOR, "page") as reading:
        note_opened(BOUND)
        note_opened("registry_identity.name:8")
        note_shown("intake_receivedfile", "file", 9)
        with covered():
            assert current() == Reading(DOCTOR, "page", DOCTOR.places, DOCTOR.institutions, shown=False)
            note_opened("registry_identity.name:10")
            note_shown("a", "b", 11)
        with shown_if(False):
            note_opened("registry_identity.name:12")
        with shown_if(True):
            note_opened("registry_condition.words:13:14")
        with covered(), beyond_scope("to count"):
            note_opened("registry_identity.name:15")
    assert reading.opened == {
        ("registry_identity", "name"): {"7", "8"},
        ("intake_receivedfile", "file"): {"9"},
        ("registry_condition", "words"): {"13:14"},
    }


def test_visits_are_the_same_whatever_was_opened_and_share_nothing() -> None:
    one, other = Reading(DOCTOR, "page", ()), Reading(DOCTOR, "page", ())
    one.opened["a", "b"] = {"1"}
    assert one == other
    assert not other.opened
    assert one.institutions == ()

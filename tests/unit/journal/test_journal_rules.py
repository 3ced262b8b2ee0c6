"""What digests, links and seals are made of: worked out here a second time, so that no change of the form goes unseen."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest

from fuqi.journal import codes, rules

ID = UUID("01234567-89ab-cdef-0123-456789abcdef")
CHINA = timezone(timedelta(hours=8))


def test_json_has_one_spelling() -> None:
    assert rules.canonical({"b": [1, None], "a": "湖"}) == '{"a":"湖","b":[1,null]}'
    assert rules.in_order({"b": "湖", "a": "1"}) == '{"b":"湖","a":"1"}'


def test_days_and_sets_go_through_json_and_come_back() -> None:
    values = {"on": date(2031, 1, 2), "kinds": frozenset({"b", "a"}), "words": "湖", "count": 3, "none": None}
    told = {"on": {"day": "2031-01-02"}, "kinds": {"set": ["a", "b"]}, "words": "湖", "count": 3, "none": None}
    assert rules.plain(values) == told
    assert rules.unplain(told) == values


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        (None, "~"),
        (True, "1"),
        (False, "0"),
        (7, "7"),
        (1.5, "1.5"),
        ("湖边", r"2:湖边"),
        ("", "0:"),
        (ID, "0123456789abcdef0123456789abcdef"),
        (datetime(2031, 1, 2, 8, 0, 0, 5, tzinfo=CHINA), "2031-01-02T00:00:00.000005+00:00"),
        (datetime(2031, 1, 2, tzinfo=UTC), "2031-01-02T00:00:00.000000+00:00"),
        (date(2031, 1, 2), "2031-01-02"),
        (b"\x00\xff", "00ff"),
        (memoryview(b"\x00\xff"), "00ff"),
    ],
)
def test_a_value_has_one_spelling(value: object, spelled: str) -> None:
    assert rules.spell(value) == spelled


def test_a_digest_is_over_values_and_rows_with_marks_between_them() -> None:
    assert rules.digest([["a", 2], [None]]) == hashlib.sha256(b"1:a\x1f2\x1e~\x1e").hexdigest()
    assert rules.digest([]) == hashlib.sha256().hexdigest()
    assert len({rules.digest(rows) for rows in ([["a", "b"]], [["a"], ["b"]], [["ab"]], [["b", "a"]])}) == 4


def test_a_link_covers_the_one_before_the_number_and_every_field_by_name() -> None:
    said = b"before\x1e7\x1eat\x1f2031-01-02\x1eby\x1f1:a"
    assert rules.link_hash("before", 7, {"by": "a", "at": date(2031, 1, 2)}) == hashlib.sha256(said).hexdigest()


def test_a_seal_is_an_hmac() -> None:
    assert rules.seal(b"key", "hash") == hmac.new(b"key", b"hash", hashlib.sha256).hexdigest()
    assert rules.FIRST_HASH == "0" * 64


def test_marks_are_compared_whatever_signs_they_hold() -> None:
    assert rules.same("不是标记", "不是标记")
    assert rules.same("\ud800", "\ud800")
    assert not rules.same("\ud800", "a")
    assert not rules.same("", "0")


def test_a_run_goes_these_ways_and_no_other() -> None:
    """Stored words and the whole table of ways: a new way is a new line here."""
    assert {
        "staged": {"effective", "abandoned", "refused"},
        "effective": {"superseded", "withdrawn"},
        "superseded": set(),
        "abandoned": set(),
        "refused": set(),
        "withdrawn": set(),
    } == codes.RUN_TRANSITIONS
    assert set(codes.RUN_STATES) == set(codes.RUN_TRANSITIONS)
    assert set(codes.RUN_KINDS) == {"import", "match", "verify", "settle", "count"}
    assert tuple(codes.RUN_KINDS) == (codes.IMPORT, codes.MATCH, codes.VERIFY, codes.SETTLE, codes.COUNT)

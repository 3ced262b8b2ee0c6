"""Second factors and recovery codes, asked directly and one bound at a time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pyotp
import pytest

from fuqi.access import factors
from fuqi.access.actions import grant
from fuqi.access.factors import (
    PASSKEY,
    PASSWORD,
    RECOVERY,
    TOTP,
    add_totp,
    keep_password,
    new_setup,
    open_factors,
    plain_code,
    random_code,
    step_of,
    take_factors,
    totp_step,
    use_recovery_code,
)
from fuqi.access.models import Factor, FactorEnd, User
from fuqi.access.reading import reading_as
from fuqi.basics.viewer import Viewer
from fuqi.journal.actions import recording
from fuqi.journal.models import Entry
from fuqi.journal.tables import NewRow
from fuqi.places.actions import lay_out
from tests.support.small_county import Place

AT = datetime(2031, 5, 6, 2, 0, 10, tzinfo=UTC)
STEP = int(AT.timestamp()) // 30
SECRET, OTHER = "JBSWY3DPEHPK3PXP" * 2, "KRSXG5CTMVRXEZLU" * 2


def code_at(steps: int, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).generate_otp(STEP + steps)


def test_the_kinds_and_numbers() -> None:
    assert (TOTP, RECOVERY, PASSKEY, PASSWORD, factors.ONE_TIME) == ("totp", "recovery", "passkey", "password", "one_time")
    assert (factors.RECOVERY_CODES, factors.STEP_SECONDS) == (10, 30)


def test_a_new_secret_has_an_address_for_an_app() -> None:
    setup = new_setup("王春生")
    assert re.fullmatch("[A-Z2-7]{32}", setup.secret)
    assert setup.uri == pyotp.TOTP(setup.secret).provisioning_uri(name="王春生", issuer_name="扶起")
    assert new_setup("王春生").secret != setup.secret


def test_a_code_by_chance_is_groups_of_four_signs_that_nobody_misreads() -> None:
    codes = {random_code(3) for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch("[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){2}", code) for code in codes)
    assert set("".join(codes)) == set("abcdefghjkmnpqrstuvwxyz23456789-")


@pytest.mark.parametrize(
    ("typed", "plain"), [(" AB-cd ", "abcd"), ("１２３ ４５６", "123456"), ("", ""), ("-\ud800_", ""), ("湖", "湖")]
)
def test_a_code_is_compared_without_blanks_hyphens_and_capitals(typed: str, plain: str) -> None:
    assert plain_code(typed) == plain


def test_a_code_is_taken_one_step_before_and_after() -> None:
    assert [step_of(SECRET, code_at(steps), AT) for steps in (-2, -1, 0, 1, 2)] == [None, STEP - 1, STEP, STEP + 1, None]
    for at in (datetime.fromtimestamp(30 * STEP, UTC), datetime.fromtimestamp(30 * STEP + 29, UTC)):
        assert step_of(SECRET, code_at(0), at) == STEP
    assert step_of(SECRET, "", AT) is None
    assert step_of(SECRET, "一二三四五六", AT) is None, "words are a wrong code, not a failure"


def test_of_two_steps_with_one_code_the_later_one_is_used_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyotp.TOTP, "generate_otp", lambda self, step: "123456")
    assert step_of(SECRET, "123456", AT) == STEP + 1


@pytest.fixture
def user(db: None) -> UUID:
    lay_out([Place("990101", "县")], by="程序", at=AT)
    for name in ("甲", "乙"):
        grant(name, "inspector", "990101", valid_from=date(2031, 5, 6), by="程序", at=AT)
    return User.objects.get(name="甲").id


def last() -> Entry:
    return Entry.objects.order_by("-id")[0]


def kinds(user: UUID) -> list[int]:
    return [len(open_factors(user, kind)) for kind in (TOTP, RECOVERY)]


def test_a_second_factor_is_one_secret_and_ten_codes_in_place_of_the_former(user: UUID) -> None:
    factor, codes = add_totp(user, SECRET, by="甲", at=AT)
    assert len(set(codes)) == 10
    assert all(len(code.split("-")) == 4 for code in codes)
    assert (last().action, last().by, last().at) == ("access.factor", "甲", AT)
    (kept,) = open_factors(user, TOTP)
    assert (kept.id, kept.secret, kept.made_at) == (factor, SECRET, AT)
    assert {one.secret for one in open_factors(user, RECOVERY)} == {
        sha256(code.replace("-", "").encode()).hexdigest() for code in codes
    }
    assert {one.made_at for one in open_factors(user, RECOVERY)} == {AT}
    later = AT + timedelta(days=1)
    other, fresh = add_totp(user, OTHER, by="甲", at=later)
    assert [one.id for one in open_factors(user, TOTP)] == [other]
    assert kinds(user) == [1, 10]
    assert not set(codes) & set(fresh)
    assert set(FactorEnd.objects.values_list("ended_at", "why")) == {(later, "换了新的")}
    assert FactorEnd.objects.count() == 11
    assert kinds(User.objects.get(name="乙").id) == [0, 0]


def test_the_code_of_an_app_is_found_without_being_shown(user: UUID) -> None:
    factor, _ = add_totp(user, SECRET, by="甲", at=AT)
    with reading_as(Viewer("甲", ("",)), "page") as reading:
        assert totp_step(user, f" {code_at(0)} ", AT) == (factor, STEP)
        assert totp_step(user, code_at(5), AT) is None
        assert totp_step(User.objects.get(name="乙").id, code_at(0), AT) is None
        assert not use_recovery_code(user, "x", by="甲", at=AT)
    assert not reading.opened
    take_factors(user, by="管", at=AT, why="重" * 300)
    assert (last().action, last().by, last().why) == ("access.factor_reset", "管", "重" * 200)
    assert set(FactorEnd.objects.values_list("why", flat=True)) == {"重" * 200}
    assert totp_step(user, code_at(0), AT) is None
    assert kinds(user) == [0, 0]


def test_of_two_apps_each_ones_code_is_found(user: UUID) -> None:
    first, _ = add_totp(user, SECRET, by="甲", at=AT)
    with recording(by="x", at=AT, action="test") as record:
        row = NewRow(Factor, user_id=user, kind=TOTP, secret=OTHER, made_at=AT + timedelta(1))
        record.add([row])
    assert [one.id for one in open_factors(user, TOTP)] == [first, row.id]
    assert totp_step(user, code_at(0, OTHER), AT) == (row.id, STEP)
    assert totp_step(user, code_at(0), AT) == (first, STEP)


def test_a_recovery_code_opens_once_however_it_is_typed(user: UUID) -> None:
    _, codes = add_totp(user, SECRET, by="甲", at=AT)
    before = Entry.objects.count()
    assert use_recovery_code(user, codes[3].upper().replace("-", " "), by="甲", at=AT + timedelta(1)) is True
    assert (last().action, last().by, Entry.objects.count()) == ("access.recovery_code", "甲", before + 1)
    end = FactorEnd.objects.get()
    assert (end.ended_at, end.why) == (AT + timedelta(1), "用过一次")
    assert kinds(user) == [1, 9]
    assert use_recovery_code(user, codes[3], by="甲", at=AT) is False
    assert use_recovery_code(User.objects.get(name="乙").id, codes[4], by="乙", at=AT) is False
    assert use_recovery_code(user, codes[4], by="甲", at=AT) is True


def test_of_a_password_its_hash_and_kind_are_kept(user: UUID) -> None:
    person = User.objects.get(id=user)
    person.password = "hash"
    for one_time, kind in ((True, "one_time"), (False, "password")):
        with recording(by="x", at=AT, action="test") as record:
            keep_password(record, person, one_time=one_time, at=AT)
        (kept,) = open_factors(user, kind)
        assert (kept.secret, kept.made_at) == ("hash", AT)
    assert factors.password_digest(person) == sha256(b"hash").hexdigest()


def test_new_recovery_codes_end_those_that_were_left(user: UUID) -> None:
    factor, codes = add_totp(user, SECRET, by="甲", at=AT)
    fresh = factors.renew_recovery_codes(user, by="甲", at=AT + timedelta(1))
    assert (last().action, last().by) == ("access.recovery_codes", "甲")
    assert (len(set(fresh)), set(fresh) & set(codes)) == (10, set())
    assert [one.id for one in open_factors(user, TOTP)] == [factor]
    assert set(FactorEnd.objects.values_list("ended_at", "why")) == {(AT + timedelta(1), "换了新的")}
    assert use_recovery_code(user, codes[0], by="甲", at=AT) is False
    assert use_recovery_code(user, fresh[0], by="甲", at=AT) is True

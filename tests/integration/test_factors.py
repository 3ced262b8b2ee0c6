"""Second factors and passwords: codes open once, weak and former passwords are refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from fuqi.access.actions import NoAccountError, WeakPasswordError, change_password
from fuqi.access.factors import RECOVERY_CODES, WrongCodeError, plain_code
from fuqi.access.models import Factor
from fuqi.config.workspace import NOT_REQUIRED, Workspace
from fuqi.entrance.actions import use_code
from fuqi.flows import entry
from fuqi.flows.entry import TooManyTriesError
from tests.support.entering import DOCTOR, ELSEWHERE, HERE, OWN, code_of, come, county_with_a_doctor, with_factor
from tests.support.small_county import AT, FOUNDER, ON

pytestmark = pytest.mark.django_db(databases=["default", "desk"])


@pytest.fixture(autouse=True)
def _county(settings: Any) -> None:
    county_with_a_doctor(settings)


def test_roles_with_money_or_power_call_for_a_second_factor_unless_the_workspace_is_a_show(tmp_path: Any) -> None:
    show = Workspace(tmp_path, "junshan-2017", FOUNDER, second_factor=NOT_REQUIRED)
    open_show = Workspace(tmp_path, "junshan-2017", FOUNDER, address="https://county.example", second_factor=NOT_REQUIRED)
    real = Workspace(tmp_path, "junshan-2017", FOUNDER)
    assert not entry.factor_needed(DOCTOR, on=ON, workspace=real)
    assert entry.factor_needed(FOUNDER, on=ON, workspace=real)
    assert not entry.factor_needed(FOUNDER, on=ON, workspace=show)
    assert entry.factor_needed(FOUNDER, on=ON, workspace=open_show)
    assert not entry.factor_needed(FOUNDER, on=ON - timedelta(days=1), workspace=real)


def test_who_needs_a_second_factor_sets_it_up_and_shows_it_from_then_on() -> None:
    change_password(FOUNDER, OWN, by=FOUNDER, at=AT)
    assert come(name=FOUNDER).state == "factor_setup"
    secret, codes = with_factor(FOUNDER)
    assert len(set(codes)) == RECOVERY_CODES
    assert come(name=FOUNDER, after=60).state == "factor"
    assert entry.try_factor(FOUNDER, code_of(secret, 60), device="", address=HERE, at=AT + timedelta(seconds=60)).state == "in"


def test_a_code_opens_once_and_the_one_that_set_it_up_no_more() -> None:
    secret, _ = with_factor(DOCTOR)
    assert not entry.check_factor(DOCTOR, code_of(secret), at=AT)
    later = AT + timedelta(seconds=60)
    assert entry.check_factor(DOCTOR, code_of(secret, 60), at=later)
    assert not entry.check_factor(DOCTOR, code_of(secret, 60), at=later)
    assert not entry.check_factor(DOCTOR, code_of(secret, 30), at=later)


@pytest.mark.parametrize(("off", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phones_clock_may_be_half_a_minute_off(off: int, right: bool) -> None:
    secret, _ = with_factor(DOCTOR)
    assert entry.check_factor(DOCTOR, code_of(secret, 300 + off), at=AT + timedelta(seconds=300)) is right


def test_a_code_is_read_with_blanks_and_full_width_signs() -> None:
    secret, _ = with_factor(DOCTOR)
    code = code_of(secret, 300)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert entry.check_factor(DOCTOR, f" {wide[:3]} {wide[3:]} ", at=AT + timedelta(seconds=300))


def test_a_recovery_code_opens_once() -> None:
    _, codes = with_factor(DOCTOR)
    assert entry.check_factor(DOCTOR, codes[3].upper().replace("-", " "), at=AT)
    assert not entry.check_factor(DOCTOR, codes[3], at=AT)
    assert entry.check_factor(DOCTOR, codes[4], at=AT)
    assert not any(entry.check_factor(DOCTOR, code, at=AT) for code in ("", "-", "aaaa-aaaa-aaaa-aaaa"))


def test_codes_of_one_account_open_no_other() -> None:
    _, codes = with_factor(DOCTOR)
    secret, _ = with_factor(FOUNDER)
    assert not entry.check_factor(FOUNDER, codes[0], at=AT)
    assert not entry.check_factor(DOCTOR, code_of(secret, 60), at=AT + timedelta(seconds=60))


def test_a_new_factor_ends_the_old_one_with_its_recovery_codes() -> None:
    secret, codes = with_factor(DOCTOR)
    with_factor(DOCTOR, after=60)
    assert not entry.check_factor(DOCTOR, code_of(secret, 120), at=AT + timedelta(seconds=120))
    assert not entry.check_factor(DOCTOR, codes[0], at=AT)
    assert Factor.objects.filter(kind="totp", end=None).count() == 1


def test_a_factor_is_set_up_only_with_a_code_of_it() -> None:
    setup = entry.start_factor(DOCTOR, at=AT)
    assert setup.secret in setup.uri
    with pytest.raises(WrongCodeError):
        entry.confirm_factor(DOCTOR, setup.secret, "000000" if code_of(setup.secret) != "000000" else "000001", at=AT)
    assert not entry.has_factor(DOCTOR)


def test_wrong_codes_wait_and_hold_up_no_known_device() -> None:
    secret, _ = with_factor(DOCTOR)
    device = entry.device_cookie(DOCTOR, device="", at=AT)
    later = AT + timedelta(seconds=300)
    wrong = "000000" if code_of(secret, 300) != "000000" else "000001"
    for _ in range(5):
        assert not entry.check_factor(DOCTOR, wrong, at=later, address=ELSEWHERE)
    with pytest.raises(TooManyTriesError):
        entry.check_factor(DOCTOR, code_of(secret, 300), at=later, address=ELSEWHERE)
    assert entry.try_factor(DOCTOR, code_of(secret, 300), device=device, address=ELSEWHERE, at=later).state == "in"


def test_the_secret_and_the_codes_are_kept_sealed_and_the_codes_as_digests() -> None:
    secret, codes = with_factor(DOCTOR)
    kept = [factor.secret for factor in Factor.objects.filter(kind__in=("totp", "recovery"))]
    assert secret in kept
    assert not {plain_code(code) for code in codes} & set(kept)


def test_a_step_is_used_once_even_by_two_at_once() -> None:
    factor = uuid4()
    assert [use_code(factor, step) for step in (7, 7, 6, 8)] == [True, False, False, True]


# Passwords


@pytest.mark.parametrize("weak", ["短", "1234567890", "password123", DOCTOR * 4, "字" * 201, OWN])
def test_a_weak_or_present_password_is_refused_in_words(weak: str) -> None:
    with pytest.raises(WeakPasswordError) as refused:
        entry.choose_password(DOCTOR, weak, at=AT)
    assert "密码" in refused.value.message
    assert refused.value.faults


def test_under_dengbao_a_password_has_three_kinds_of_signs_does_not_come_back_and_grows_old(tmp_path: Any) -> None:
    strict = Workspace(tmp_path, "junshan-2017", FOUNDER, profile="dengbao3")
    with pytest.raises(WeakPasswordError):
        entry.choose_password(DOCTOR, "湖边的白鹭飞过了湖2031", at=AT, workspace=strict)
    former = [f"Heron-{number}-lake" for number in range(6)]
    for words in former:
        entry.choose_password(DOCTOR, words, at=AT, workspace=strict)
    for words in former[1:]:
        with pytest.raises(WeakPasswordError):
            entry.choose_password(DOCTOR, words, at=AT, workspace=strict)
    entry.choose_password(DOCTOR, former[0], at=AT, workspace=strict)
    assert come(former[0], after=89 * 86400, workspace=strict).state == "in"
    assert come(former[0], after=90 * 86400, workspace=strict).state == "change_password"
    assert come(former[0], after=900 * 86400).state == "in"


def test_a_former_password_may_come_back_where_asvs_is_followed() -> None:
    entry.choose_password(DOCTOR, "白鹭飞过的湖边2031", at=AT)
    entry.choose_password(DOCTOR, OWN, at=AT)
    assert come().state == "in"


def test_nobody_chooses_a_password_for_an_account_that_is_not_there() -> None:
    with pytest.raises(NoAccountError):
        entry.choose_password("没有这个人", OWN, at=AT)

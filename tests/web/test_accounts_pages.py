"""The pages of those who manage accounts, and of reading many people: each deed once, with a reason, by another person."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from fuqi.access.models import User
from fuqi.flows.accounts import AccountView, account
from fuqi.flows.workspaces import PROGRAM
from fuqi.journal.actions import recording
from tests.support.accounts import COUNTY_OFFICER, PASSWORD, SECURITY_ADMINISTRATOR, VILLAGE_DOCTOR, Account
from tests.support.here import browser, make, place, sign_in, text

pytestmark = [pytest.mark.django_db(databases=["default", "desk"]), pytest.mark.usefixtures("served_here")]


def today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def of(who: Account) -> AccountView:
    return account(PROGRAM, who.name, on=datetime.now(UTC).date())


@pytest.fixture
def manager() -> Client:
    return sign_in(make(SECURITY_ADMINISTRATOR))


def test_a_new_person_gets_a_role_a_one_time_password_shown_once_and_comes_in(manager: Client) -> None:
    role = {"name": "李桂芳", "role": "township_clerk", "place": "430611101"}
    page = place(manager.post("/accounts/grant/", role))
    shown = text(manager.get(page))
    assert "已授权：李桂芳，乡镇卫生院经办人" in shown
    assert "还没有密码" in shown
    given = text(manager.post(f"{page}password/"))
    password = re.findall(r'<code class="once">([a-z2-9-]+)</code>', given)[0]
    assert password not in text(manager.get(page))
    answer = browser().post("/sign-in/", {"name": "李桂芳", "password": password})
    assert place(answer) == "/password/"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "", "role": "township_clerk", "place": "430611101"}, "请填写姓名"),
        ({"name": "李桂芳", "role": "founder", "place": "430611"}, "请从列出的角色里选"),
        ({"name": "李桂芳", "role": "township_clerk", "place": ""}, "请选管到哪里"),
        ({"name": "李桂芳", "role": "township_clerk", "place": "110000"}, "请从列出的地方里选"),
        ({"name": "李桂芳", "role": "hospital_clerk", "place": "430611"}, "请选是哪一家"),
        ({"name": "李桂芳", "role": "hospital_clerk", "institution": "别处的医院"}, "请从列出的机构里选"),
        ({"name": "李桂芳", "role": "inspector", "place": "430611", "until": "明年"}, "日期看不懂"),
        ({"name": "李\u200b桂芳", "role": "inspector", "place": "430611"}, "看不见的符号"),
        ({"name": SECURITY_ADMINISTRATOR.name, "role": "inspector", "place": "430611"}, "不能给自己授权"),
        ({"name": VILLAGE_DOCTOR.name, "role": "auditor", "place": "430611"}, "不能同时是"),
    ],
)
def test_a_role_that_cannot_be_given_is_refused_and_the_form_keeps_its_text(
    manager: Client, fields: dict[str, str], said: str
) -> None:
    make(VILLAGE_DOCTOR)
    answer = manager.post("/accounts/grant/", fields)
    assert answer.status_code == 422
    assert said in text(answer)
    assert f'value="{fields["name"]}"' in text(answer)


def test_a_hospital_counter_is_held_at_an_institution(manager: Client) -> None:
    role = {"name": "何晓梅", "role": "hospital_clerk", "institution": "君山区人民医院", "place": "430611"}
    page = text(manager.get(place(manager.post("/accounts/grant/", role))))
    assert "定点医院结算窗口</strong>：君山区人民医院" in page


def test_an_account_is_stopped_and_used_again_each_with_a_reason(manager: Client) -> None:
    make(VILLAGE_DOCTOR)
    page, doctor = f"/accounts/{of(VILLAGE_DOCTOR).id}/", sign_in(VILLAGE_DOCTOR)
    refused = manager.post(f"{page}disable/", {"why": " "})
    assert (refused.status_code, "请写明理由" in text(refused)) == (422, True)
    assert of(VILLAGE_DOCTOR).active
    assert place(manager.post(f"{page}disable/", {"why": "离岗"})) == page
    assert place(doctor.get("/me/")).startswith("/sign-in/")
    assert browser().post("/sign-in/", {"name": VILLAGE_DOCTOR.name, "password": PASSWORD}).status_code == 422
    again = manager.post(f"{page}disable/", {"why": "再停一次"})
    assert (again.status_code, "本来就" in text(again)) == (422, True)
    manager.post(f"{page}enable/", {"why": "回来了"})
    assert sign_in(VILLAGE_DOCTOR).get("/me/").status_code == 200


def test_a_role_is_taken_back_and_stands_among_former_ones(manager: Client) -> None:
    make(VILLAGE_DOCTOR)
    page, held = f"/accounts/{of(VILLAGE_DOCTOR).id}/", of(VILLAGE_DOCTOR).grants[0]
    assert manager.post(f"{page}grants/{held.id}/", {"why": "x" * 201}).status_code == 422
    assert place(manager.post(f"{page}grants/{held.id}/", {"why": "调到外县"})) == page
    assert "以前：村医" in text(manager.get(page))
    assert not of(VILLAGE_DOCTOR).roles


def test_a_grant_is_not_taken_back_by_the_address_of_another_person(manager: Client) -> None:
    make(VILLAGE_DOCTOR)
    make(COUNTY_OFFICER)
    held = of(COUNTY_OFFICER).grants[0]
    answer = manager.post(f"/accounts/{of(VILLAGE_DOCTOR).id}/grants/{held.id}/", {"why": "弄错了人"})
    assert answer.status_code == 422
    assert of(COUNTY_OFFICER).roles == ("county_officer",)


def test_a_lost_phone_is_taken_out_and_set_up_anew(manager: Client) -> None:
    make(COUNTY_OFFICER)
    manager.post(f"/accounts/{of(COUNTY_OFFICER).id}/factor/", {"why": "手机丢了，当面认过"})
    assert not of(COUNTY_OFFICER).has_factor
    answer = browser().post("/sign-in/", {"name": COUNTY_OFFICER.name, "password": PASSWORD})
    assert place(answer) == "/sign-in/set-up/"


def test_nobody_changes_the_own_account(manager: Client) -> None:
    own = of(SECURITY_ADMINISTRATOR)
    page = text(manager.get(f"/accounts/{own.id}/"))
    assert "发一次性密码" not in page
    for deed, fields in (("disable", {"why": "试一试"}), ("factor", {"why": "试一试"}), ("password", {})):
        answer = manager.post(f"/accounts/{own.id}/{deed}/", fields)
        assert (answer.status_code, "不能改自己的账号" in text(answer)) == (422, True), deed


def test_no_account_and_nobodys_account_read_the_same_and_others_may_not_look() -> None:
    make(COUNTY_OFFICER)
    officer = sign_in(COUNTY_OFFICER)
    for path in ("/accounts/", "/accounts/grant/", f"/accounts/{of(COUNTY_OFFICER).id}/"):
        assert officer.get(path).status_code == 403, path
    manager = sign_in(make(SECURITY_ADMINISTRATOR))
    assert manager.get("/accounts/00000000-0000-7000-8000-000000000000/").status_code == 404


def test_reading_many_people_is_asked_for_with_a_reason_and_decided_by_another_person(manager: Client) -> None:
    doctor = sign_in(make(VILLAGE_DOCTOR))
    day = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    for wrong, said in (
        ({"people": "200", "day": day, "reason": "逐人核对"}, "不用申请"),
        ({"people": "很多", "day": day, "reason": "逐人核对"}, "写成数字"),
        ({"people": "350", "day": "2020-01-01", "reason": "逐人核对"}, "已经过去"),
        ({"people": "350", "day": day, "reason": "看"}, "理由要写明白"),
        ({"people": "350", "day": day, "reason": "看" * 201}, "200个字以内"),
    ):
        answer = doctor.post("/reading/ask/", wrong)
        assert (answer.status_code, said in text(answer)) == (422, True), wrong
        assert wrong["reason"] in text(answer)
    doctor.post("/reading/ask/", {"people": "350", "day": day, "reason": "年终自评 <b>x</b> 逐人核对"})
    waiting = text(manager.get("/reading/"))
    assert "年终自评 &lt;b&gt;x&lt;/b&gt; 逐人核对" in waiting
    decide = re.findall(r'action="(/reading/[0-9a-f-]{36}/)"', waiting)[0]
    assert doctor.post(decide, {"approved": "yes"}).status_code == 403
    assert manager.post(decide, {"approved": "maybe"}).status_code == 422
    refused = manager.post(decide, {"approved": "no", "why": ""})
    assert (refused.status_code, "要写明理由" in text(refused)) == (409, True)
    assert place(manager.post(decide, {"approved": "yes", "why": "同意"})) == "/reading/"
    assert manager.post(decide, {"approved": "no", "why": "又不同意"}).status_code == 409
    assert "已批准" in text(doctor.get("/reading/ask/"))


def test_nobody_decides_the_own_request() -> None:
    officer = sign_in(make(COUNTY_OFFICER))
    officer.post("/reading/ask/", {"people": "350", "day": today(), "reason": "逐人核对"})
    page = text(officer.get("/reading/"))
    assert "要由另一位有权限的人批" in page
    assert 'value="yes"' not in page


def names_on(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/accounts/[0-9a-f-]{36}/">([^<]+)</a>', page)


def test_accounts_are_found_by_name_place_role_and_state(manager: Client) -> None:
    make(VILLAGE_DOCTOR)
    make(COUNTY_OFFICER)
    manager.post("/accounts/grant/", {"name": "李桂芳", "role": "county_officer", "place": "430611"})
    every = [COUNTY_OFFICER.name, "李桂芳", VILLAGE_DOCTOR.name, SECURITY_ADMINISTRATOR.name]
    for asked, found in (
        ("", every),
        ("words=春生", [VILLAGE_DOCTOR.name]),
        ("words=白鹭村", [VILLAGE_DOCTOR.name]),
        ("role=county_officer", [COUNTY_OFFICER.name, "李桂芳"]),
        ("state=not_yet", ["李桂芳"]),
        ("state=no_factor", ["李桂芳"]),
        ("state=in_use&role=village_doctor", [VILLAGE_DOCTOR.name]),
        ("state=stopped", []),
        ("words=没有这个人", []),
        ("role=nothing", []),
    ):
        page = text(manager.get(f"/accounts/?{asked}"))
        assert sorted(names_on(page)) == sorted(found), asked
        assert found or "没有这样的账号" in page


def test_many_accounts_come_a_page_at_a_time_by_few_questions(
    manager: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with recording(by="程序", at=datetime.now(UTC), action="test.account"):
        User.objects.bulk_create([User(name=f"虚构{number:03d}", password="!") for number in range(65)])
    with django_assert_max_num_queries(40):
        first = text(manager.get("/accounts/"))
    pages = [names_on(text(manager.get(f"/accounts/?page={page}"))) for page in (1, 2, 3)]
    assert [len(names) for names in pages] == [30, 30, 6]
    assert len({name for names in pages for name in names}) == 66
    assert "共 66 个" in first
    assert 'href="?page=2#rows"' in first
    second = text(manager.get("/accounts/?words=虚构&page=2"))
    assert "page=1&amp;words=" in second
    assert "找到 65 个，共 66 个" in second

"""People, settlements and received rows in the browser: what the command line says, and nothing that must stay covered."""

from __future__ import annotations

import csv
import io
import random
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.journeys.test_county import aids_patient
from tests.support.accounts import (
    COUNTY_OFFICER,
    DISEASE_CONTROL_OFFICER,
    TOWNSHIP_CLERK,
    VILLAGE_DOCTOR,
    Account,
)
from tests.support.county import SEED, find_rows
from tests.support.server import Answer, Client, CountyServer
from tests.support.workspaces import WorkspaceUnderTest

ILLNESS_LISTS = (
    "核查表",
    "省健康扶贫系统",
    "国家健康扶贫平台",
    "扶贫办交办",
    "医疗费用结算",
    "先诊疗后付费协议台账",
    "未救治人员原因",
)
NOBODY = 999_999


@pytest.fixture(scope="module")
def disease_control(county_server: CountyServer) -> Client:
    return county_server.sign_in(DISEASE_CONTROL_OFFICER)


@dataclass(frozen=True)
class Patient:
    """Somebody with bills who does not live in the clerk's township: number, and the numbers of stays."""

    code: str
    stays: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"/people/{int(self.code)}/"


@pytest.fixture(scope="module")
def patients(counted_county: WorkspaceUnderTest) -> list[Patient]:
    """Return some whose stays were paid for, as an ordinary viewer's list names them."""
    listed = counted_county.fuqi("figures", "--code", "one_stop_paid", "--list")
    stays: dict[str, set[str]] = {}
    for row in csv.DictReader(io.StringIO(listed.stdout)):
        if row["person"] and row["record"] and "望湖镇" not in row["place"]:
            stays.setdefault(row["person"], set()).add(row["record"].split()[0])
    return [Patient(code, tuple(sorted(found))) for code, found in sorted(stays.items())]


@pytest.fixture(scope="module")
def patient(patients: list[Patient]) -> Patient:
    return patients[0]


def find(client: Client, words: str) -> Answer:
    return client.post("/people/", words=words)


def same_people(sample_county: Path, *words: str) -> list[tuple[str, str]]:
    """Return name and number of everybody whom a field check calls ill with one of the words."""
    found = []
    for path in sorted(sample_county.glob("*核查表*")):
        for headers in (("姓名", "身份证号码", "所患疾病"), ("人员姓名", "公民身份证号", "疾病名称")):
            for _, _, cells in find_rows(path, *headers):
                if any(word in cells[headers[2]] for word in words) and len(cells[headers[1]]) == 18:
                    found.append((cells[headers[0]], cells[headers[1]]))
    return found


@pytest.fixture(scope="module")
def restricted(disease_control: Client, sample_county: Path) -> list[Answer]:
    """Return the files, as the disease control officer sees them, of some whose illness must stay covered."""
    chosen = [aids_patient(sample_county), *same_people(sample_county, "结核")[:2], *same_people(sample_county, "精神")[:2]]
    files = [find(disease_control, number) for _, number in chosen]
    assert all("/people/" in file.url and "病情和救治" in file.text for file in files)
    return files


def rows_on(page: Answer) -> list[str]:
    return sorted({link.partition("?")[0] for link in page.links if link.startswith("/rows/")})


def bills_on(page: Answer) -> list[str]:
    return sorted({link.partition("?")[0] for link in page.links if link.startswith("/settlements/")})


@pytest.mark.database
def test_everything_that_explain_says_of_a_person_is_on_the_page(
    officer: Client, counted_county: WorkspaceUnderTest, patients: list[Patient]
) -> None:
    for person in ("000003", *(one.code for one in random.Random(SEED).sample(patients, 2))):
        page = officer.get(f"/people/{person}/")
        told = counted_county.fuqi("explain", person).stdout.splitlines()
        first, groups, *rest = told
        assert page.status == 200
        for word in re.split("[：，、]", f"{first}、{groups}"):
            assert word in page.text
        for line in rest:
            if line.startswith("病情"):
                assert line.removeprefix("病情：") in page.text
            if line.startswith("结算单"):
                amounts = re.findall(r"[0-9]+\.[0-9]{2}", line)
                assert len(amounts) == 2
                assert all(part in page.text for part in [line.partition("：")[0].split()[1], *amounts])
            if "!" in line:
                file, sheet, row = re.sub("（[^（]*）$", "", line.partition("：")[2]).split("!")
                assert f"{file} · {sheet} · 第{row}行" in page.text


@pytest.mark.database
def test_every_fact_has_its_source_and_says_who_recorded_it(officer: Client, patient: Patient) -> None:
    page = officer.get(patient.path)
    table = page.html.partition('id="facts"')[2].partition("</section>")[0]
    lines = table.partition("<tbody>")[2].split("<tr>")[1:]
    assert len(lines) > 5
    for line in lines:
        assert 'href="/rows/' in line
        assert re.search(
            r'data-label="记录" class="nobreak">[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日 [0-9]{2}:[0-9]{2}，.+</td>', line
        )


def test_a_row_leads_to_its_person_and_back_to_the_page_one_came_from(officer: Client, patient: Patient) -> None:
    person = officer.get(f"{patient.path}?from=" + quote("/people/?place=430611100"))
    assert "返回人员列表" in person.text
    assert "/people/?place=430611100" in person.links or 'href="/people/?place=430611100"' in person.html
    row = officer.get(next(link for link in person.links if link.startswith("/rows/")))
    assert "返回这个人" in row.text
    assert any(link.startswith(f"/people/{patient.code}/") for link in row.links)


@pytest.mark.database
def test_a_row_counts_in_the_figures_that_explain_names(
    officer: Client, counted_county: WorkspaceUnderTest, patient: Patient
) -> None:
    person = officer.get(patient.path)
    source = next(
        line.strip().partition("：")[2].rpartition("（")[0]
        for line in counted_county.fuqi("explain", patient.code).stdout.splitlines()
        if "结算" in line and "!" in line
    )
    told = counted_county.fuqi("explain", source).stdout.partition("它计入：")[2].splitlines()
    figures = [line.strip().partition("（")[0] for line in told if "_" in line]
    assert figures
    file, _, number = source.split("!")
    row = next(page for page in map(officer.get, rows_on(person)) if file in page.text and f"第{number}行" in page.text)
    listed = row.html.partition('id="figures"')[2]
    assert all(name in listed for name in figures)
    assert listed.count('<th scope="row">') == len(figures)


@pytest.mark.database
def test_a_settlement_adds_up_and_its_shares_are_exact(
    officer: Client, counted_county: WorkspaceUnderTest, patients: list[Patient]
) -> None:
    numbers = sorted(stay for one in patients for stay in one.stays)
    for number in random.Random(SEED).sample(numbers, 5):
        page = officer.get(f"/settlements/{number}/")
        assert page.status == 200
        check = re.search(r"核对：([^=]+) = ([0-9.]+) 元", page.text)
        assert check
        parts = [cents(part.split()[-1]) for part in check[1].split("+")]
        total, own = cents(check[2]), parts[-1]
        assert sum(parts) == total
        shares = [
            (value, cents(top), cents(base))
            for value, top, base in re.findall(r"([0-9.]+)% = ([0-9.]+) ÷ ([0-9.]+)", page.text)
        ]
        assert len(shares) == 2
        for value, top, base in shares:
            assert cents(value) == (top * 10_000 * 2 + base) // (base * 2)
        assert (shares[0][1], shares[0][2]) == (total - own, total)
        told = counted_county.fuqi("explain", number).stdout
        assert f"报销占总费用{shares[0][0]}" in told or str(cents(shares[0][0])) in told.replace(".", "")
        for line in told.splitlines()[2:-3]:
            assert re.sub(r"[\s（）]", "", line) in re.sub(r"[\s（）]", "", page.text)


def cents(text: str) -> int:
    whole, _, rest = text.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0"))


def test_every_clause_that_a_settlement_names_stands_in_the_scheme(officer: Client, patient: Patient) -> None:
    page = officer.get(f"/settlements/{patient.stays[0]}/")
    anchors = {link.partition("#")[2] for link in page.links if link.startswith("/scheme/#")}
    scheme = officer.get("/scheme/")
    assert anchors
    assert all(f'id="{anchor}"' in scheme.html for anchor in anchors)
    assert "区财政" in page.text
    assert "没有规则引用这一条" in scheme.text or "照这一条执行的规则" in scheme.text


def test_what_lies_outside_reads_like_what_is_not_there(clerk: Client, officer: Client, patient: Patient) -> None:
    foreign = officer.get(patient.path)
    assert foreign.status == 200
    bill, row = bills_on(foreign)[0], rows_on(foreign)[0]
    nobody = clerk.get(f"/people/{NOBODY}/")
    assert nobody.status == 404
    assert clerk.get(patient.path).same_for_all == nobody.same_for_all
    assert clerk.get(bill).same_for_all == clerk.get("/settlements/ZY0000000000/").same_for_all
    absent = clerk.get("/rows/01a2095d-0000-7000-8000-000000000000/")
    assert clerk.get(row).same_for_all == absent.same_for_all
    assert absent.status == 404
    assert clerk.get("/people/?place=430611103").status == clerk.get("/people/?place=999999").status == 404


@pytest.mark.parametrize("account", [COUNTY_OFFICER, TOWNSHIP_CLERK, VILLAGE_DOCTOR], ids=lambda account: account.role)
def test_nothing_of_a_restricted_illness_is_on_any_page(
    county_server: CountyServer, restricted: list[Answer], disease_control: Client, account: Account
) -> None:
    client = county_server.sign_in(account)
    no_bill = client.get("/settlements/ZY0000000000/")
    for full in restricted:
        person = re.sub("^.*(/people/[0-9]+/).*$", r"\1", full.url)
        secrets = secrets_of(full, disease_control)
        seen = [client.get(person)]
        for bill in bills_on(full):
            assert client.get(bill).same_for_all == no_bill.same_for_all
        for row in rows_on(full):
            page = client.get(row)
            if page.status == 200 and any(kind in page.text for kind in ILLNESS_LISTS):
                assert "专管病种：按权限查看" in page.text.replace(" ", "")
                assert "人员 0" not in page.text
            seen.append(page)
        for page in seen:
            found = [secret for secret in secrets if secret in page.same_for_all]
            assert not found, f"{page.url} shows {found}"


def secrets_of(full: Answer, disease_control: Client) -> set[str]:
    """Return what only the disease control officer may read of somebody: illness, bills with their amounts, telling sources."""
    secrets = {"艾滋", "结核", "精神", "B20", "B24", "A15", "A16", "F20", "病情和救治", "病种名录"}
    section = full.html.partition('id="illness"')[2].partition("</section>")[0]
    secrets |= set(re.findall(r'href="/rows/([0-9a-f-]{36})', section))
    for bill in bills_on(full):
        secrets.add(bill)
        amounts = re.findall(r"[0-9]+\.[0-9]{2}", disease_control.get(bill).text)
        secrets |= {amount for amount in amounts if len(amount) > 6}
    return secrets


def test_a_person_whose_illness_is_covered_reads_like_a_healthy_one(officer: Client, restricted: list[Answer]) -> None:
    healthy = set(re.findall(r"<h2[^>]*>([^<]*)", officer.get("/people/3/").main))
    for full in restricted:
        page = officer.get(re.sub("^.*(/people/[0-9]+/).*$", r"\1", full.url))
        assert page.status == 200
        assert set(re.findall(r"<h2[^>]*>([^<]*)", page.main)) <= healthy | {"签约、体检和回访", "经过"}
        assert "专管" not in page.text
        lines = page.html.partition('id="facts"')[2].partition("</section>")[0].partition("<tbody>")[2].split("<tr>")[1:]
        assert all('href="/rows/' in line for line in lines)


def test_people_are_found_by_number_name_and_identity_number_and_none_stands_in_the_address(
    county_server: CountyServer, sample_county: Path
) -> None:
    client = county_server.sign_in(COUNTY_OFFICER)
    name, number = same_people(sample_county, "胃癌")[0]
    found = find(client, number)
    assert re.search(r"/people/[0-9]+/$", found.url)
    code = re.search(r"人员 ([0-9]{6})", found.text)
    assert code
    assert find(client, code[1]).url == found.url
    by_name = find(client, name)
    assert f"/people/{int(code[1])}/" in " ".join([by_name.url, *by_name.links])
    for page in (found, by_name):
        assert number not in page.url + page.html
        assert name not in page.url + page.html
        assert quote(name) not in page.url + page.html


def test_a_part_of_a_name_finds_nobody_until_a_purpose_is_said(county_server: CountyServer) -> None:
    client = county_server.sign_in(COUNTY_OFFICER)
    assert "姓名要写全" in find(client, "王").text
    client.post("/purpose/", purpose="入户核对", next="/people/")
    many = find(client, "王")
    assert "找到" in many.text
    assert "*" not in many.main.partition("<table")[2]
    client.post("/purpose/", cover="1", next="/people/")
    covered = client.get(re.sub("^https?://[^/]+", "", many.url))
    assert "王*" in covered.text


def test_a_search_ends_where_the_scope_ends(clerk: Client, sample_county: Path, officer: Client) -> None:
    for name, number in same_people(sample_county, "胃癌")[:4]:
        inside = "望湖镇" in find(officer, number).text
        assert ("没有找到" in find(clerk, number).text) is not inside
        del name


@pytest.mark.parametrize("words", ["", " ", "x" * 100, "000000", "\x00", "<script>", "' or 1=1 --", "1" * 18])
def test_a_search_for_nonsense_is_a_sentence(officer: Client, words: str) -> None:
    page = find(officer, words)
    assert page.status == 200
    assert "没有找到" in page.text or "请写" in page.text


def test_a_village_is_listed_page_by_page(officer: Client) -> None:
    first = officer.get("/people/?place=430611100")
    second = officer.get("/people/?place=430611100&page=2")
    beyond = officer.get("/people/?place=430611100&page=99999")
    assert len(people_on(first)) == len(people_on(second)) == 50
    assert not people_on(first) & people_on(second)
    assert people_on(beyond)
    assert officer.get("/people/?place=430611100&page=x").status == 200


def people_on(page: Answer) -> set[str]:
    return {link.partition("?")[0] for link in page.links if re.match(r"/people/[0-9]", link)}


def test_an_early_day_shows_what_was_true_then(officer: Client, patient: Patient) -> None:
    page = officer.get(f"{patient.path}?day=2017-01-01")
    assert page.status == 200
    assert not bills_on(page)
    assert "还没有计数" in page.text
    assert officer.get(f"{patient.path}?day=gestern").status == 404


def test_who_has_not_signed_in_sees_nothing(county_server: CountyServer, patient: Patient) -> None:
    for path in ("/people/", patient.path, f"/settlements/{patient.stays[0]}/", "/scheme/"):
        assert "/sign-in/" in county_server.visitor().get(path).url


def test_pages_hold_nothing_that_the_content_policy_forbids(officer: Client, patient: Patient) -> None:
    stay = f"/settlements/{patient.stays[0]}/"
    for path in ("/people/", patient.path, stay, "/scheme/", "/people/?place=430611100"):
        page = officer.get(path)
        assert not re.search(r"""\sstyle=|\son[a-z]+=|<style|<script(?! src="/static/)|javascript:""", page.main)
        assert page.html.count("<h1") == 1

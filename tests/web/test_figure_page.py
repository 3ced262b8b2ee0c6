"""A figure opened: arithmetic, definition, course, places below, and its list with the way to person, settlement and row."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import quote, unquote

import pytest

from tests.support.accounts import COUNTY_OFFICER, DISEASE_CONTROL_OFFICER, TOWNSHIP_CLERK, VILLAGE_DOCTOR
from tests.support.server import Answer, Client, CountyServer
from tests.support.workspaces import RunFuqi, WorkspaceUnderTest

RATE = "/figures/major_treatment_rate/"
RESTRICTED_RATE = "/figures/public_health_treatment_rate/"
OTHER_TOWNSHIP = "430611101"


def rows(answer: Answer) -> list[dict[str, str]]:
    """Return the lines of the list on a page, by the names of their cells."""
    table = re.search(r'<table class="table dense stacked roomy">.*?</table>', answer.main, re.DOTALL)
    if table is None:
        return []
    return [
        {
            name: re.sub(r"<[^>]+>", " ", cell).strip()
            for name, cell in re.findall(r'data-label="(.+?)"[^>]*>(.*?)</t[dh]>', row, re.DOTALL)
        }
        for row in re.findall(r"<tr>(.*?)</tr>", table[0], re.DOTALL)[1:]
    ]


def parts(answer: Answer) -> dict[str, int]:
    """Return the parts of the list, each with its length."""
    tabs = answer.main.partition('<ul class="tabs"')[2].partition("</ul>")[0]
    return {name: int(number) for name, number in re.findall(r">(\S+) (\d+)</a>", tabs)}


def test_a_rate_shows_its_arithmetic_its_definition_and_its_clause(officer: Client) -> None:
    shown = officer.get(RATE)
    assert "59 ÷ 71 = 83.10%" in shown.text
    assert "目标100% 未达到，还差12人" in shown.text
    assert "已核定，且定类的病种名录是" in shown.text
    assert "/scheme/#four-kinds" in shown.links
    assert re.search(r"第\d+号，2\d+年\d+月\d+日 \d\d:\d\d数出", shown.text)


def test_each_part_is_as_long_as_its_number(officer: Client) -> None:
    assert parts(officer.get(RATE)) == {"分子": 59, "分母": 71, "未计入": 12}
    assert len(rows(officer.get(f"{RATE}?part=numerator&print=1"))) == 59
    assert len(rows(officer.get(f"{RATE}?part=numerator"))) == 50
    assert len(rows(officer.get(f"{RATE}?part=numerator&page=2"))) == 9
    assert len(rows(officer.get(f"{RATE}?part=excluded"))) == 12


def test_who_was_left_out_can_be_chosen_by_reason(officer: Client) -> None:
    shown = officer.get(f"{RATE}?part=excluded")
    reasons = {row["理由"] for row in rows(shown)}
    assert len(reasons) == 2
    for reason in reasons:
        chosen = rows(officer.get(f"{RATE}?part=excluded&reason={quote(reason)}"))
        assert chosen == [row for row in rows(shown) if row["理由"] == reason]


def test_a_line_leads_to_the_person_the_settlement_and_the_row(officer: Client) -> None:
    shown = officer.get("/figures/one_stop_paid/")
    for pattern in (r"/people/\d+/", r"/settlements/ZY\d+/", r"/rows/[0-9a-f-]{36}/"):
        link = next(link for link in shown.links if re.fullmatch(pattern, link.partition("?")[0]))
        assert officer.get(link).status == 200
    assert "district_subsidy" not in shown.text


def test_places_lead_to_their_own_figure(officer: Client) -> None:
    shown = officer.get(RATE)
    below = shown.main.partition('id="below"')[2].partition("</table>")[0]
    addresses = re.findall(r'href="(\?place=\d+)">([^<]+)</a>', below)
    assert len(addresses) == 7
    total = 0
    for address, name in addresses:
        township = officer.get(RATE + address)
        assert f"君山区{name}，截至2017年12月31日" in township.text
        total += parts(township).get("分母", 0)
    assert total == 71


def test_the_list_of_a_place_is_the_part_of_the_countys_list_that_lies_there(officer: Client) -> None:
    whole = rows(officer.get(f"{RATE}?part=denominator&print=1"))
    there = rows(officer.get(f"{RATE}?part=denominator&place={OTHER_TOWNSHIP}"))
    assert there
    assert [row["编号"] for row in there] == [row["编号"] for row in whole if row["地方"].startswith("芦洲镇")]


def test_an_earlier_day_is_shown_as_it_was_counted(officer: Client) -> None:
    shown = officer.get(f"{RATE}?day=2017-12-31")
    assert "截至2017年12月31日" in shown.text
    assert officer.get(f"{RATE}?day=2017-02-30").status == 404
    assert officer.get(f"{RATE}?day=2016-12-31").status == 404
    assert officer.get(f"{RATE}?day=yesterday").status == 404


def test_names_are_covered_until_somebody_says_why(county_server: CountyServer) -> None:
    client = county_server.sign_in(COUNTY_OFFICER)
    covered = rows(client.get(f"{RATE}?part=excluded"))
    assert all("*" in row["姓名"] for row in covered)
    client.post("/purpose/", purpose="入户核对", next=RATE)
    shown = client.get(f"{RATE}?part=excluded")
    assert not any("*" in row["姓名"] for row in rows(shown))
    assert "姓名已显示（用途：入户核对）" in shown.text
    client.post("/purpose/", cover="1", next=RATE)
    assert rows(client.get(f"{RATE}?part=excluded")) == covered


def test_restricted_illnesses_are_a_number_without_anything_else(officer: Client) -> None:
    for part, length in (("numerator", 36), ("denominator", 37), ("excluded", 1)):
        shown = officer.get(f"{RESTRICTED_RATE}?part={part}&print=1")
        covered = re.findall(r"专管病种 (\d+)条，按权限查看。", shown.text)
        assert len(covered) == 1
        opened = [row for row in rows(shown) if row.get("姓名")]
        assert len(opened) + int(covered[0]) == length
        assert all(row["编号"] for row in opened)


@pytest.mark.parametrize("place", ["430611100", "430611100200"])
def test_a_figure_that_names_restricted_illnesses_is_shown_of_the_whole_county_only(
    officer: Client, clerk: Client, place: str
) -> None:
    """Of a village it may be about one person, and say whether that one was treated."""
    whole = officer.get(RESTRICTED_RATE)
    assert "只看全县的数字和名单" in whole.text
    assert not [link for link in whole.links if "place=430611100" in link]
    for client, addresses in ((officer, (RESTRICTED_RATE, f"{RESTRICTED_RATE}list.csv")), (clerk, (RESTRICTED_RATE,))):
        for address in addresses:
            for day in ("", "&day=2017-09-30"):
                refused = client.get(f"{address}?place={place}{day}&part=excluded")
                assert refused.status == 403
                assert "只看全县的数字和名单" in refused.text
        county = client.get(f"/?place={place}&compare=public_health_treatment_rate")
        assert RESTRICTED_RATE not in county.main
        assert 'value="public_health_treatment_rate"' not in county.main
    assert clerk.get(RESTRICTED_RATE).status == 403


def test_those_responsible_for_restricted_illnesses_see_them_at_every_place(county_server: CountyServer) -> None:
    control = county_server.sign_in(DISEASE_CONTROL_OFFICER)
    shown = control.get(f"{RESTRICTED_RATE}?place=430611100")
    assert "只看全县" not in shown.main
    assert "各地" in shown.text
    assert RESTRICTED_RATE in control.get("/?place=430611100").main


def test_those_responsible_for_restricted_illnesses_see_them(county_server: CountyServer) -> None:
    shown = county_server.sign_in(DISEASE_CONTROL_OFFICER).get(f"{RESTRICTED_RATE}?part=denominator")
    assert "专管病种" not in shown.main
    assert all(row["编号"] for row in rows(shown))


@pytest.mark.parametrize("place", [COUNTY_OFFICER.place, TOWNSHIP_CLERK.place, VILLAGE_DOCTOR.place])
def test_the_downloaded_list_is_the_list_of_the_command_line(
    officer: Client, counted_county: WorkspaceUnderTest, fuqi: RunFuqi, place: str
) -> None:
    answer = officer.get(f"{RATE}list.csv?part=denominator&place={place}")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "四类九种大病救治率-" in unquote(answer.headers["Content-Disposition"])
    assert answer.html.startswith("\ufeff")
    downloaded = list(csv.DictReader(io.StringIO(answer.html.removeprefix("\ufeff"))))
    listed = fuqi("-w", counted_county.folder, "figures", "--code", "major_treatment_rate", "--list", "--place", place).stdout
    expected = [row for row in csv.DictReader(io.StringIO(listed)) if row["part"] == "denominator"]
    assert [list(row.values())[1:] for row in downloaded] == [list(row.values())[1:] for row in expected]
    assert list(downloaded[0]) == ["部分", "编号", "姓名", "地方", "记录", "理由", "来源"] if downloaded else not expected
    assert {row["部分"] for row in downloaded} <= {"分母"}


def test_who_may_not_export_is_offered_no_file_and_given_none(clerk: Client, doctor: Client, officer: Client) -> None:
    assert any("list.csv" in link for link in officer.get(RATE).links)
    for client in (clerk, doctor):
        assert not [link for link in client.get(RATE).links if "list.csv" in link]
        refused = client.get(f"{RATE}list.csv")
        assert refused.status == 403
        assert "您的角色不能打开这一页" in refused.text


@pytest.mark.parametrize("address", [f"{RATE}?place={OTHER_TOWNSHIP}"])
def test_a_figure_outside_ones_scope_reads_as_one_that_is_not_there(clerk: Client, address: str) -> None:
    outside, nowhere = clerk.get(address), clerk.get(address.replace(OTHER_TOWNSHIP, "999999999"))
    assert outside.status == nowhere.status == 404
    assert outside.text_without(OTHER_TOWNSHIP) == nowhere.text_without("999999999")


def test_an_unknown_figure_is_a_sentence(officer: Client) -> None:
    shown = officer.get("/figures/nothing/")
    assert shown.status == 404
    assert "方案里没有这项指标。请从县情页选一项。" in shown.text


@pytest.mark.parametrize(
    "query", ["part=all", "page=0", "page=-1", "page=9999999", "page=１", "reason=没有这个理由", "print=2"]
)
def test_a_strange_address_shows_the_nearest_page(officer: Client, query: str) -> None:
    assert officer.get(f"{RATE}?{quote(query, safe='=&')}").status == 200

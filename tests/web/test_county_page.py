"""The county on one screen: its figures as stored, the places compared, the map, and only what the viewer may see."""

from __future__ import annotations

import re

import pytest

from tests.support.county import figures
from tests.support.server import Answer, Client
from tests.support.workspaces import RunFuqi, WorkspaceUnderTest

TOWNSHIPS = ("望湖镇", "芦洲镇", "雁渡镇", "新堤镇", "荷塘铺镇", "柳溪乡", "白沙乡")
OWN_TOWNSHIP, OTHER_TOWNSHIP = "430611100", "430611101"
OWN_VILLAGE = "430611100200"


def cards(answer: Answer) -> dict[tuple[str, str], str]:
    """Return (code, place) -> value of every card; '' where a card says that there is none."""
    found = {}
    for card in re.findall(r'<li class="figure-card">.*?</li>', answer.main, re.DOTALL):
        link = re.search(r'href="/figures/(\w+)/\?place=(\d+)"', card)
        value = re.search(r'<p class="figure-value[^"]*"><data value="([^"]*)">', card)
        assert link is not None
        found[link[1], link[2]] = value[1] if value else ""
    return found


def test_every_card_says_what_the_figures_file_says(
    counted_county: WorkspaceUnderTest, fuqi: RunFuqi, officer: Client, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path_factory.mktemp("figures") / "figures.csv"
    assert fuqi("-w", counted_county.folder, "figures", "--out", out).returncode == 0
    written = figures(out)
    for place in ("430611", OWN_TOWNSHIP, OWN_VILLAGE):
        shown = cards(officer.get(f"/?place={place}"))
        assert shown == {key: value for key, (_, _, value) in written.items() if key[1] == place}


def test_the_page_says_of_which_day_and_count_it_is(officer: Client) -> None:
    text = officer.get("/").text
    assert re.search(r"截至2017年12月31日，计数批次第\d+号", text)
    assert "18项指标：3项达到目标， 2项未达到 ，其余没有定目标" in text
    assert "目标100% 未达到，还差12人" in text


def test_what_is_not_settled_is_said_and_leads_there(officer: Client, doctor: Client) -> None:
    shown = officer.get("/")
    assert "处数字或口径尚未核实" in shown.text
    assert "/scheme/#unconfirmed" in shown.links
    assert "/lists/doubts/" in shown.links
    assert "/lists/doubts/" not in doctor.get("/").links


def test_the_townships_are_compared_highest_first_and_drawn_on_the_map(officer: Client) -> None:
    main = officer.get("/?compare=major_treatment_rate").main
    table = re.search(r'<table class="table bars">.*?</table>', main, re.DOTALL)
    drawn = re.search(r'<svg class="map".*?</svg>', main, re.DOTALL)
    assert table is not None
    assert drawn is not None
    rows = re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a></th>\s*<td class="num"><data value="([^"]+)">', table[0])
    assert sorted(name for name, _ in rows) == sorted(TOWNSHIPS)
    values = [float(value) for _, value in rows]
    assert values == sorted(values, reverse=True)
    labelled = set(re.findall(r'aria-label="(\S+) ([0-9.]+)%"', drawn[0]))
    assert labelled == set(rows)


def test_another_indicator_can_be_compared_without_scripts(officer: Client) -> None:
    shown = officer.get("/?place=430611&compare=verified_people")
    assert "各地对比：核定健康扶贫对象" in shown.text
    assert 'name="compare"' in shown.main
    assert re.search(r'<button type="submit" class="btn apply">应用</button>', shown.main)


def test_an_unknown_indicator_falls_back_to_the_first_that_misses_its_target(officer: Client) -> None:
    assert "各地对比：四类九种大病救治率" in officer.get("/?compare=nothing").text


def test_a_township_is_compared_by_village_without_a_map(officer: Client) -> None:
    main = officer.get(f"/?place={OWN_TOWNSHIP}").main
    assert 'class="table bars"' in main
    assert 'class="map"' not in main


def test_a_village_doctor_sees_the_own_village_and_nothing_beside(doctor: Client) -> None:
    shown = doctor.get("/")
    assert "<h1>白鹭村</h1>" in shown.main
    assert {place for _, place in cards(shown)} == {OWN_VILLAGE}
    assert not any(name in shown.main for name in TOWNSHIPS)


def test_a_clerk_sees_the_own_township_and_its_villages(clerk: Client) -> None:
    shown = clerk.get("/")
    assert "<h1>望湖镇</h1>" in shown.main
    assert not any(name in shown.main for name in TOWNSHIPS if name != "望湖镇")


def test_a_place_outside_ones_scope_reads_as_one_that_is_not_there(clerk: Client) -> None:
    outside, nowhere = clerk.get(f"/?place={OTHER_TOWNSHIP}"), clerk.get("/?place=999999")
    assert outside.status == nowhere.status == 404
    assert outside.text_without(OTHER_TOWNSHIP) == nowhere.text_without("999999")


def test_the_navigation_shows_only_what_may_be_opened(officer: Client, clerk: Client) -> None:
    def entrances(answer: Answer) -> list[str]:
        navigation = answer.html.partition('aria-label="主导航"')[2].partition("</nav>")[0]
        return re.findall(r'<a href="[^"]*"[^>]*>([^<]+)</a>', navigation)

    assert entrances(officer.get("/")) == ["县情", "人员", "名单", "补报追回", "报告", "方案", "个人申请", "大批查看"]
    assert entrances(clerk.get("/")) == ["县情", "人员", "补报追回", "报告", "方案"]


def test_made_up_places_are_said_to_be_made_up(officer: Client) -> None:
    assert "样例数据：地方、人员、金额都是虚构的。" in officer.get("/").text

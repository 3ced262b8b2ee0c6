"""The scheme's page: each clause with what becomes of it; a county's own words are shown as text, never run."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from fuqi.scheme.clauses import STATE_WORDS
from fuqi.web.scheme.views import _text
from tests.support.accounts import COUNTY_OFFICER, PASSWORD
from tests.support.browser import open_browser, visit
from tests.support.server import Client, CountyServer


def test_markup_and_pictures_in_a_clause_stay_text() -> None:
    shown = _text("<script>alert(1)</script> ![x](https://example.com/x.png) [y](javascript:alert(1)) **粗**\n\n- 一\n- 二")
    assert "<script" not in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown
    assert "<strong>粗</strong>" in shown
    assert "<li>一</li>" in shown


def test_every_clause_says_what_becomes_of_it_and_leads_to_its_figures(officer: Client) -> None:
    main = officer.get("/scheme/").main
    sections = re.findall(r'<section class="panel clause-text" id="([\w-]+)".*?</section>', main, re.DOTALL)
    assert len(sections) == 17
    assert "共17条：" in main
    for anchor in sections:
        section = re.search(rf'<section class="panel clause-text" id="{anchor}".*?</section>', main, re.DOTALL)
        assert section is not None
        assert any(f">{word}</span></h2>" in section[0] for word in STATE_WORDS.values())
    treatment = re.search(r'id="four-kinds".*?</section>', main, re.DOTALL)
    assert treatment is not None
    assert '<a href="/figures/major_treatment_rate/">四类九种大病救治率</a>' in treatment[0]
    assert "靠人记录，记在名单" in main
    assert "还没有实现，留给" in main


def test_the_page_and_every_foot_say_which_state_the_version_has(officer: Client) -> None:
    shown = officer.get("/scheme/")
    assert re.search(r"版本 [0-9a-f]{12}（(草案|已试算|正式)", shown.text)
    assert "还没有登记发布的版本" in shown.text or "登记发布的版本，新的在前" in shown.text
    assert re.search(r"版本 [0-9a-f]{12}（(草案|已试算|正式)", officer.get("/").text)


def test_the_page_reads_well_at_both_widths(county_server: CountyServer) -> None:
    with open_browser() as browser, visit(browser, county_server.base) as visitor:
        visitor.sign_in(COUNTY_OFFICER.name, PASSWORD)
        visitor.open("/scheme/")
        visitor.look("scheme")
        visitor.page.get_by_role("link", name="4类9种大病", exact=True).first.click()
        expect(visitor.page).to_have_url(re.compile("#four-kinds$"))
        visitor.page.get_by_role("link", name="四类九种大病救治率").first.click()
        expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("四类九种大病救治率")

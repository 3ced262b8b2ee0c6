"""The page on which a county tries a draft: whom it hits, in words, tables and a picture; who may, and what is refused."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from fuqi.config.workspace import SCHEME_LIBRARY
from tests.support.accounts import COUNTY_OFFICER, PASSWORD
from tests.support.browser import Visitor, open_browser, visit
from tests.support.server import Answer, Client, CountyServer
from tests.support.serving import Sender
from tests.support.trials import TEXT

PAGE = "/scheme/try/"
BETTER = TEXT.replace("points: 10%", "points: 15%")
WORSE = TEXT.replace("value: 7500元", "value: 12000元")


def tried(client: Client, text: str, **fields: str) -> Answer:
    return client.post(PAGE, text=text, on="2017", **fields)


def cells(answer: Answer, table: str) -> list[list[str]]:
    """Return the texts of a table's rows."""
    part = answer.main.partition(f'id="table-{table}"')[2].partition("</table>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", part, re.DOTALL)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]


def fen(text: str) -> int:
    return int(text.replace(",", "").replace("+", "").replace(".", ""))


def test_the_present_layers_stand_there_to_be_changed(officer: Client) -> None:
    shown = officer.get(PAGE)
    assert shown.status == 200
    assert "points: 10%" in shown.main
    assert PAGE in officer.get("/scheme/").links


def test_only_the_county_tries(clerk: Client, doctor: Client) -> None:
    for client in (clerk, doctor):
        assert client.get(PAGE).status == 403
        assert tried(client, BETTER).status == 403
        assert PAGE not in client.get("/scheme/").links


def test_a_better_rate_is_told_in_one_sentence_and_adds_up(officer: Client) -> None:
    shown = tried(officer, BETTER)
    assert shown.status == 200, shown.text
    assert re.search(
        r"如果改用草案，全县一年多付[\d,.]+元.*?[\d,]+人少负担，共[\d,.]+元；没有人多负担；[\d,]+人不变。", shown.text
    )
    assert "10% → 15%" in shown.text
    funds = {row[0]: row[1:] for row in cells(shown, "funds")[1:]}
    paid, own, total = funds["各项资金合计"], funds["个人负担"], funds["结算费用合计"]
    for side in (0, 1):
        assert fen(paid[side]) + fen(own[side]) == fen(total[side])
    assert fen(paid[2]) == -fen(own[2]) > 0
    for table in ("groups", "places"):
        *rows, last = cells(shown, table)[1:]
        for column in range(1, len(last)):
            assert sum(fen(row[column]) for row in rows) == fen(last[column]), table
        assert fen(last[5]) == fen(own[2])


def test_the_picture_says_what_the_table_says(officer: Client) -> None:
    shown = tried(officer, BETTER)
    drawn = re.search(r"<svg [^>]*role=\"img\".*?</svg>", shown.main, re.DOTALL)
    assert drawn
    assert 'aria-labelledby="trial-title trial-desc"' in drawn[0]
    *rows, _ = cells(shown, "spread")[1:]
    for name, before, after, _ in rows:
        assert f"{name}：现行 {before}人，草案 {after}人" in drawn[0]
    bars = re.findall(r"<rect x=\"0\" y=\"\d+\" width=\"([\d.]+)%\"", drawn[0])
    assert len(bars) == sum(number != "0" for _, before, after, _ in rows for number in (before, after))


def test_the_same_layers_differ_by_nothing(officer: Client) -> None:
    shown = tried(officer, TEXT)
    assert "草案和现行方案一分不差" in shown.text
    assert "没有改动任何规则" in shown.text


def test_every_fault_stands_beside_its_line_and_nothing_is_tried(officer: Client) -> None:
    broken = TEXT.replace("points: 10%", "points: 10").replace("rate: 70%\n", "rat: 70%\n")
    shown = tried(officer, broken)
    assert shown.status == 422
    assert "没有试算" in shown.text
    places = [number for number, line in enumerate(broken.splitlines(), 1) if "points: 10," in line or "rat: 70%" in line]
    for number in places:
        assert f"第{number}行" in shown.text
    assert "<code>rat: 70%</code>" in shown.main
    assert "rat: 70%" in shown.main.partition("<textarea")[2]
    assert 'id="table-funds"' not in shown.main


@pytest.mark.parametrize("text", ["", "layers: [", "\x00", "layers: []", "&a [*a]"])
def test_what_is_no_draft_is_refused_in_words(officer: Client, text: str) -> None:
    shown = tried(officer, text)
    assert shown.status == 422
    assert "Traceback" not in shown.html


def test_a_year_without_claims_is_a_sentence(officer: Client) -> None:
    shown = officer.post(PAGE, text=BETTER, on="2026")
    assert shown.status == 422
    assert "有费用单的年份：2017" in shown.text
    assert officer.post(PAGE, text=BETTER, on="1000").status == 422


def archive(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return out.getvalue()


@pytest.fixture
def sender(officer: Client) -> Sender:
    return Sender(officer.base, officer.jar)


def test_a_whole_scheme_is_tried_from_a_zip(sender: Sender) -> None:
    folder = SCHEME_LIBRARY / "junshan-2017"
    files = {
        f"明年/{path.relative_to(folder)}": path.read_text("utf-8")
        for path in folder.rglob("*.*")
        if path.suffix in (".yaml", ".md", ".geojson")
    }
    files["明年/benefits.yaml"] = WORSE
    shown = sender.send(PAGE, {"draft.zip": archive(files)}, field="archive", on="2017", text="")
    assert "7500.00元 → 12000.00元" in shown.text, shown.text
    assert re.search(r"全县一年少付[\d,.]+元", shown.text)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no zip",
        archive({"x.txt": "1"}),
        archive({"../../benefits.yaml": "layers: []"}),
        archive({"scheme.yaml": "id: x"}),
    ],
)
def test_an_archive_that_holds_no_scheme_is_refused_in_words(sender: Sender, content: bytes) -> None:
    shown = sender.send(PAGE, {"draft.zip": content}, field="archive", on="2017", text="")
    assert shown.status == 422, shown.text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture
def visitor(browser: Browser, county_server: CountyServer) -> Iterator[Visitor]:
    with visit(browser, county_server.base) as found:
        found.sign_in(COUNTY_OFFICER.name, PASSWORD)
        yield found


def test_an_officer_changes_a_number_looks_at_the_result_and_takes_it_away(visitor: Visitor) -> None:
    visitor.open("/scheme/")
    visitor.page.locator(f"main a[href='{PAGE}']").click()
    visitor.look("trial-form")
    visitor.page.get_by_label("支付规则").fill(BETTER)
    visitor.page.get_by_label("用哪一年的费用单").select_option("2017")
    visitor.page.get_by_role("button", name="试算").click()
    expect(visitor.page.get_by_role("heading", name="结果")).to_be_visible()
    expect(visitor.page.get_by_role("img", name="每人每年个人负担的分布")).to_be_visible()
    visitor.look("trial")
    for form, lead in (("docx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK"), ("svg", b"<svg"), ("csv", b"\xef\xbb\xbf")):
        visitor.page.locator("#id_form").select_option(form)
        with visitor.page.expect_download() as taken:
            visitor.page.get_by_role("button", name="试算").click()
        assert taken.value.suggested_filename.endswith(f".{form}")
        assert taken.value.path().read_bytes().startswith(lead)


def test_a_fault_is_found_by_its_line(visitor: Visitor) -> None:
    visitor.open(PAGE)
    visitor.page.get_by_label("支付规则").fill(TEXT.replace("points: 10%", "points: 10"))
    visitor.page.get_by_role("button", name="试算").click()
    expect(visitor.page.get_by_role("heading", name="要改的地方")).to_be_visible()
    visitor.look("trial-faults")
    visitor.complaints = [line for line in visitor.complaints if "status of 422" not in line]

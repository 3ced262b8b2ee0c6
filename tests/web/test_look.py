"""What every page and the built stylesheet promise: readable colours, nothing inline, nothing from outside."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.support.server import Client

ROOT = Path(__file__).parents[2]
FRONTEND = ROOT / "frontend"
TEMPLATES = ROOT / "src" / "fuqi" / "web" / "templates"
BUILT = ROOT / "src" / "fuqi" / "web" / "static" / "built"
PALETTE = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", (FRONTEND / "look.css").read_text("utf-8")))
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "lake") for ground in ("paper", "desk")),
    *((state, ground) for state in ("good", "short", "warn", "bad") for ground in ("paper", f"{state}-pale")),
    ("lake", "lake-pale"),
    ("paper", "lake"),
    ("paper", "bad"),
]
SHAPES = [("line-strong", "paper"), ("focus", "paper"), ("focus", "desk"), ("lake", "desk")]
PAGES = (
    "/",
    "/?place=430611100",
    "/figures/major_treatment_rate/?part=excluded",
    "/figures/one_stop_paid/",
    "/figures/nothing/",
)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(PALETTE[one]), luminance(PALETTE[other])))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_stands_out_from_its_ground(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_controls_and_the_focus_stand_out_from_their_ground(shape: str, ground: str) -> None:
    assert contrast(shape, ground) >= 3


def test_the_documented_colours_are_those_of_the_stylesheet() -> None:
    page = (ROOT / "docs" / "explanation" / "look.md").read_text("utf-8")
    rows = re.findall(r"\| `--([a-z-]+)` \| (#[0-9a-f]{6}) \|.*\| ([0-9.]+) \|", page)
    assert len(rows) == 9
    for name, value, figure in rows:
        assert PALETTE[name] == value
        assert f"{contrast(name, 'paper'):.1f}" == figure, name


@pytest.fixture(scope="module")
def built() -> dict[str, str]:
    """Return the built files, built anew where something changed."""
    subprocess.run([ROOT / "scripts" / "frontend.sh"], check=True, capture_output=True)
    return {name: (BUILT / name).read_text("utf-8") for name in ("fuqi.css", "fuqi.js")}


def test_nothing_built_comes_from_outside(built: dict[str, str]) -> None:
    text = built["fuqi.css"]
    assert "@import" not in text
    fetched = re.findall(r"url\(\s*[\"']?([^\"')]*)", text)
    assert fetched
    assert not [address for address in fetched if not address.startswith("data:image/svg+xml")]
    hosts = {host for content in built.values() for host in re.findall(r"https?://[\w.-]+", content)}
    assert hosts <= {"http://www.w3.org"}, "the name of a notation, which nothing is fetched from"


def test_the_built_script_runs_no_text_as_code(built: dict[str, str]) -> None:
    assert not re.search(r"\beval\(|new Function\(", built["fuqi.js"].replace("allowEval", ""))


def test_a_second_build_returns_at_once(built: dict[str, str]) -> None:
    del built
    before = (BUILT / "fuqi.css").stat().st_mtime_ns
    again = subprocess.run([ROOT / "scripts" / "frontend.sh"], check=True, capture_output=True, encoding="utf-8")
    assert not again.stderr
    assert (BUILT / "fuqi.css").stat().st_mtime_ns == before


def test_packages_are_pinned_with_checksums_and_without_hosts() -> None:
    wanted = json.loads((FRONTEND / "package.json").read_text("utf-8"))
    versions = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
    lock = (FRONTEND / "package-lock.json").read_text("utf-8")
    assert "://" not in lock
    packages = {name: package for name, package in json.loads(lock)["packages"].items() if name}
    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_hold_nothing_that_the_policy_forbids(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle\s*=|\son[a-z]+\s*=|<style|hx-on|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"https?://", text)


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_nothing_inline_and_name_no_other_host(officer: Client, path: str) -> None:
    page = officer.get(path)
    assert not re.search(r"\sstyle\s*=|\son[a-z]+\s*=|<style", page.html)
    assert not re.findall(r"<script(?![^>]*\bsrc=\"/static/)", page.html)
    assert not re.findall(r"(?:src|href|action)=\"(?:https?:)?//", page.html)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_its_language_its_title_and_a_way_past_the_navigation(officer: Client, path: str) -> None:
    html = officer.get(path).html
    assert '<html lang="zh-CN">' in html
    assert re.search(r"<title>[^<]+ · 扶起</title>", html)
    assert html.count("<h1") == 1
    assert '<a class="skip-link" href="#main">' in html
    identifiers = re.findall(r'\sid="([^"]+)"', html)
    assert len(identifiers) == len(set(identifiers))

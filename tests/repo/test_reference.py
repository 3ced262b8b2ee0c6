"""The printed reference is what is printed now, and its links lead somewhere."""

from __future__ import annotations

import re

import pytest

from scripts import print_api, print_benefits, print_book, print_names
from tests.repo.sources import ROOT

REFERENCE = ROOT / "docs" / "reference"
PRINTERS = {
    "book.zh-CN.md": (print_book.printed, "print_book.py"),
    "names.zh-CN.md": (print_names.printed, "print_names.py"),
    "benefits.zh-CN.md": (print_benefits.printed, "print_benefits.py"),
    "api.zh-CN.md": (print_api.printed, "print_api.py"),
}


@pytest.mark.parametrize("name", PRINTERS)
def test_a_printed_page_is_fresh(name: str) -> None:
    printed, script = PRINTERS[name]
    assert (REFERENCE / name).read_text("utf-8") == printed(), f"stale: run .venv/bin/python scripts/{script}"


def test_every_page_of_the_book_has_an_anchor_of_its_own() -> None:
    assert len(print_book.anchors()) == len(print_book.chapters())


def test_every_section_shows_an_example() -> None:
    empty = [
        f"{chapter.name}: {section.title}"
        for chapter in print_book.chapters()
        for section in chapter.sections
        if not section.examples
    ]
    assert not empty


@pytest.mark.parametrize("name", PRINTERS)
def test_links_lead_to_what_is_there(name: str) -> None:
    text = (REFERENCE / name).read_text("utf-8")
    links = re.findall(r"\]\(([^)#\s]*)(?:#([\w-]+))?\)", text)
    assert links
    for target, anchor in links:
        path = REFERENCE / (target or name)
        assert path.is_file(), target
        assert not anchor or f'<a id="{anchor}"></a>' in path.read_text("utf-8"), f"{target}#{anchor}"


def test_the_book_shows_every_number_of_the_standards_examples() -> None:
    text = (REFERENCE / "book.zh-CN.md").read_text("utf-8")
    for number in (
        "93800.00",
        "92000元",
        "18000×60% + 70000×65% + 50000×75%",
        "`87.50元`",
        "`1200000分`",
        "30000元, rate: 60%",
    ):
        assert number in text, number

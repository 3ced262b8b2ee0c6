from __future__ import annotations

import re
from collections import Counter
from functools import cache

from ruamel.yaml import YAML

from tests.repo.sources import ROOT


@cache
def terms() -> tuple[dict[str, str], ...]:
    glossary = YAML(typ="safe").load((ROOT / "glossary.yaml").read_text("utf-8"))
    return tuple(term for group in glossary["groups"] for term in group["terms"])


def test_an_identifier_stands_for_one_thing() -> None:
    assert not [name for name, count in Counter(term["identifier"] for term in terms()).items() if count > 1]


def test_a_chinese_word_has_one_identifier() -> None:
    assert not [word for word, count in Counter(term["chinese"] for term in terms()).items() if count > 1]


def test_identifiers_are_plain_english_words() -> None:
    assert not [term for term in terms() if not re.fullmatch(r"[a-z]+(_[a-z]+)*", term["identifier"])]


def test_every_row_has_the_fields_of_a_term_and_no_other() -> None:
    allowed = {"chinese", "identifier", "meaning"}
    assert not [term for term in terms() if not {"chinese", "identifier"} <= set(term) <= allowed]


def identifiers() -> set[str]:
    return {term["identifier"] for term in terms()}


def test_every_kind_of_list_and_every_outcome_of_a_check_is_in_the_glossary() -> None:
    layouts = {path.stem: YAML(typ="safe").load(path.read_text("utf-8")) for path in (ROOT / "layouts").glob("*.yaml")}
    assert set(layouts) <= identifiers()
    columns = layouts["field_check"]["columns"]
    assert set(columns["outcome"]["values"]) | set(columns["lists"]["values"]) <= identifiers()


def test_every_indicator_is_in_the_glossary() -> None:
    files = list((ROOT / "schemes").glob("*/indicators.yaml"))
    assert files
    used = {row["id"] for path in files for row in YAML(typ="safe").load(path.read_text("utf-8"))["indicators"]}
    assert used <= identifiers()

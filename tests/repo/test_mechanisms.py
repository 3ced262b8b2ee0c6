"""A mechanism is refused that lacks its page, its compiled form or its random generator; so is a key that none shows.

The rule of names: the mechanism `<name>` stands in `src/fuqi/scheme/mechanisms/<name>.py` with its reference function and what
writes its compiled form, a public function `emit_…` that another module of the scheme uses; its page is
`tests/spec/mechanisms/test_<name>.py`; its generator is `GENERATORS["<name>"]` in `tests/support/random_schemes`.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from random import Random

from ruamel.yaml import YAML

from fuqi.scheme.benefits import PERIODS
from fuqi.scheme.compiled.encoding import KEY_PARTS
from fuqi.scheme.reading.benefits import LAYER_KEYS
from scripts.print_benefits import used_keys
from scripts.print_book import chapters
from tests.repo.sources import PACKAGE, ROOT, tree
from tests.support.random_schemes import GENERATORS, random_scheme

SCHEME = PACKAGE / "scheme"
MECHANISMS = SCHEME / "mechanisms"
PAGES = ROOT / "tests" / "spec" / "mechanisms"

COMPILED_ELSEWHERE = {"periods": ("fuqi.scheme.compiled.encoding", "KEY_PARTS")}
"""What compiles to no line of a program but to what the program is given: a period is a key of a sum, numbered beforehand."""

SCHEMES_DRAWN = 80


def mechanisms() -> dict[str, Path]:
    return {path.stem: path for path in sorted(MECHANISMS.glob("*.py")) if path.stem != "__init__"}


def public_functions(path: Path) -> set[str]:
    nodes = (node for node in tree(path).body if isinstance(node, ast.FunctionDef))
    return {node.name for node in nodes if not node.name.startswith("_")}


def imported_from(module: str) -> set[str]:
    """Return every name that a module of the scheme imports from another."""
    return {
        alias.name
        for path in SCHEME.rglob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == module
        for alias in node.names
    }


def test_there_are_mechanisms() -> None:
    assert len(mechanisms()) >= 12


def test_every_mechanism_has_its_page_and_every_page_its_mechanism() -> None:
    assert {path.stem.removeprefix("test_") for path in PAGES.glob("test_*.py")} == set(mechanisms())


def test_every_page_of_a_mechanism_shows_examples_that_were_settled() -> None:
    shown = {chapter.name: chapter for chapter in chapters() if chapter.part == "mechanisms"}
    empty = [name for name in mechanisms() if not any(section.examples for section in shown[name].sections)]
    assert not empty


def test_every_mechanism_has_its_compiled_form() -> None:
    lacking = []
    for name, path in mechanisms().items():
        used = imported_from(f"fuqi.scheme.mechanisms.{name}")
        emitters = {function for function in public_functions(path) if function.startswith("emit_")}
        if not emitters & used and name not in COMPILED_ELSEWHERE:
            lacking.append(name)
    assert not lacking, f"no emit_… that another module uses: {lacking}"


def test_what_is_compiled_elsewhere_is_there() -> None:
    assert set(COMPILED_ELSEWHERE) <= set(mechanisms())
    assert {period for period in PERIODS if period != "claim"} <= set(KEY_PARTS)


def test_every_mechanism_has_its_random_generator() -> None:
    assert set(GENERATORS) == set(mechanisms())


@cache
def drawn() -> tuple[tuple[str, object], ...]:
    """Return the keys of all layers of many random schemes, each with its content."""
    chance, read = Random(20170101), YAML(typ="safe")
    schemes = (read.load(random_scheme(chance).text) for _ in range(SCHEMES_DRAWN))
    return tuple(item for scheme in schemes for layer in scheme["layers"] for item in layer.items())


def test_every_key_of_a_layer_stands_in_an_example_of_the_book() -> None:
    examples = [example for chapter in chapters() for section in chapter.sections for example in section.examples]
    shown = frozenset[str]().union(*(used_keys(example.yaml) for example in examples if "layers:" in example.yaml))
    assert not set(LAYER_KEYS) - shown


def test_every_key_of_a_layer_is_drawn_by_some_generator() -> None:
    assert not set(LAYER_KEYS) - {key for key, _ in drawn()}


def test_every_word_of_a_key_is_drawn_by_some_generator() -> None:
    """Periods of layers and of caps, whose year, which scope, which mode: each of the few words that a key may hold."""
    found: dict[str, set[str]] = {}
    for key, content in drawn():
        found.setdefault(key, set()).update([content] if isinstance(content, str) else [])
        if key == "cap" and isinstance(content, dict):
            found.setdefault("cap.per", set()).add(content["per"])
    assert found["period"] == found["cap.per"] == set(PERIODS)
    assert {"household"} <= found["who"]
    assert found["scope"] == {"in_scope", "total"}
    assert {"given", "checked"} <= found["mode"]
    assert found["from"] == {"base", "deductible"}

from __future__ import annotations

import dataclasses
import re
from functools import cache

from scripts import draw_house


@cache
def house() -> draw_house.House:
    return draw_house.survey()


def test_the_picture_of_the_house_shows_the_imports_as_they_are() -> None:
    again = "the picture is stale: run .venv/bin/python scripts/draw_house.py"
    assert draw_house.PICTURE.read_text("utf-8") == draw_house.picture(house()), again
    text = draw_house.PAGE.read_text("utf-8")
    assert draw_house.BLOCK.search(text), "house.md has lost the two lines between which the diagram stands"
    assert draw_house.page(house(), text) == text, again


def test_every_room_is_drawn_and_every_import_has_its_dot() -> None:
    drawn = draw_house.picture(house())
    assert set(house().rooms) == set(house().imports)
    assert all(f">{room}</text>" in drawn for room in house().rooms)
    dots = re.findall(r"<circle ", drawn)
    assert len(dots) == sum(map(len, house().imports.values())) + 1  # one stands in the legend


def test_a_new_import_changes_the_picture() -> None:
    more = {**house().imports, "care": house().imports["care"] | {"places"}}
    assert draw_house.picture(dataclasses.replace(house(), imports=more)) != draw_house.picture(house())


def test_the_diagram_leaves_out_what_a_longer_way_says() -> None:
    imports = {"roof": frozenset({"floor", "ground"}), "floor": frozenset({"ground"}), "ground": frozenset[str]()}
    assert list(draw_house.needed_arrows(imports)) == [("floor", "ground"), ("roof", "floor")]

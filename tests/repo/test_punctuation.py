from __future__ import annotations

from pathlib import Path

import pytest

from scripts import punctuation

# Chinese characters are written as escapes: the tool would mend these examples too.
SHU, JU = "\u6570", "\u636e"
WIDE_COMMA, WIDE_COLON, WIDE_LEFT, WIDE_RIGHT = "\uff0c", "\uff1a", "\uff08", "\uff09"


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (f"{SHU},{JU}", f"{SHU}{WIDE_COMMA}{JU}"),
        (f"{{name}},{JU}", f"{{name}}{WIDE_COMMA}{JU}"),
        (f"{SHU}(UTF-8)", f"{SHU}{WIDE_LEFT}UTF-8{WIDE_RIGHT}"),
        (f"(3{JU}):x", f"{WIDE_LEFT}3{JU}{WIDE_RIGHT}{WIDE_COLON}x"),
        (f"{SHU}, and so on: {JU}", f"{SHU}, and so on: {JU}"),
        ("f(x, y): z", "f(x, y): z"),
    ],
)
def test_signs_beside_chinese_characters_become_wide(narrow: str, wide: str) -> None:
    assert punctuation.widen(narrow) == wide
    assert punctuation.widen(wide) == wide


def test_code_patterns_and_lists_of_signs_stay_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "example.py"
    lines = [f"x = ('{SHU}','{JU}')", f"y = r'{SHU}{JU},{SHU}'", f"z = ',;:{SHU}'", f"w = '{SHU}{JU},{SHU}'"]
    file.write_text("\n".join(lines), "utf-8")
    assert punctuation.mend(file).splitlines() == [*lines[:3], f"w = '{SHU}{JU}{WIDE_COMMA}{SHU}'"]


def test_the_commas_of_a_yaml_list_stay_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "example.yaml"
    file.write_text(f'words: [{SHU},{JU}]\ntext: "{SHU},{JU}"\n{SHU}: {JU}\n', "utf-8")
    assert punctuation.mend(file) == f'words: [{SHU},{JU}]\ntext: "{SHU}{WIDE_COMMA}{JU}"\n{SHU}: {JU}\n'

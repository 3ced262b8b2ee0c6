"""Village names to division codes, from a file that the office gives: a scheme's places.yaml, or a csv with code and name."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from fuqi.basics.errors import FuqiError
from fuqi.matching.rules import village_key

_TOWNSHIP_DIGITS, _VILLAGE_DIGITS = 9, 12


class PlacesError(FuqiError):
    """The file of places cannot be used."""

    code = "places"


def load_village_codes(path: Path) -> dict[str, str]:
    """Return village key -> 12-digit code, also without the township where a name is unique. Raises PlacesError."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise PlacesError(f"区划文件“{path.name}”读不出来，请检查路径和编码（应为 UTF-8）") from None
    divisions = dict(_from_yaml(text) if path.suffix.lower() in (".yaml", ".yml") else _from_csv(text))
    villages = {code: name for code, name in divisions.items() if len(code) == _VILLAGE_DIGITS}
    if not villages:
        raise PlacesError(f"区划文件“{path.name}”里没有村（12 位代码）；应有“code,name”两列，或为方案的 places.yaml")
    found: dict[str, str] = {}
    bare: dict[str, set[str]] = {}
    for code, name in villages.items():
        key = village_key(divisions.get(code[:_TOWNSHIP_DIGITS]), name)
        if key:
            found[key] = code
            bare.setdefault("/" + key.rpartition("/")[2], set()).add(code)
    return found | {key: next(iter(codes)) for key, codes in bare.items() if len(codes) == 1}


def _from_yaml(text: str) -> Iterable[tuple[str, str]]:
    try:
        content = YAML(typ="safe").load(text)
    except YAMLError:
        raise PlacesError("区划文件不是合规的 YAML，请检查缩进和引号") from None
    divisions = content.get("divisions") if isinstance(content, dict) else None
    for division in divisions if isinstance(divisions, list) else ():
        if isinstance(division, dict):
            yield str(division.get("code", "")), str(division.get("name", ""))


def _from_csv(text: str) -> Iterable[tuple[str, str]]:
    try:
        for record in csv.DictReader(text.splitlines()):
            yield str(record.get("code") or "").strip(), str(record.get("name") or "").strip()
    except csv.Error:
        raise PlacesError("区划文件不是合规的 csv，应有“code,name”两列") from None

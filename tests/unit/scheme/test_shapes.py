"""Reading shapes.geojson: outlines of the scheme's own divisions, every fault named."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from fuqi.scheme import load_scheme
from fuqi.scheme.model import Point, Shape
from fuqi.scheme.reading.reader import Reader
from fuqi.scheme.reading.shapes import read_shapes

SCHEMES = Path(__file__).parents[3] / "schemes"
SQUARE = [[112.0, 29.0], [113.0, 29.0], [113.0, 30.0], [112.0, 30.0], [112.0, 29.0]]


def feature(code: object = "430611100", coordinates: object = None, kind: str = "Polygon") -> dict[str, object]:
    geometry = {"type": kind, "coordinates": [SQUARE] if coordinates is None else coordinates}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


def read(content: object) -> tuple[tuple[Shape, ...], list[str]]:
    reader = Reader("small/shapes.geojson")
    text = content if isinstance(content, str) else json.dumps({"type": "FeatureCollection", "features": content})
    return read_shapes(text, reader, {"430611100", "430611101"}), [fault.code for fault in reader.faults]


def test_a_polygon_and_several_are_read() -> None:
    several = feature("430611101", [[SQUARE], [[[x + 2, y] for x, y in SQUARE]]], "MultiPolygon")
    shapes, faults = read([feature(), several])
    assert not faults
    assert [(shape.code, len(shape.rings), len(shape.rings[0])) for shape in shapes] == [
        ("430611100", 1, 5),
        ("430611101", 2, 5),
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{", "form"),
        ("[]", "form"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "form"),
        ("[" * 100_000, "form"),
        ('{"type": "Feature"}', "form"),
        ([1], "form"),
        ([{"type": "Feature", "geometry": {}}], "missing_key"),
        ([feature(430611100)], "missing_key"),
        ([feature("430611999")], "reference"),
        ([feature(), feature()], "duplicate_id"),
        ([feature(coordinates=[SQUARE[:3]])], "shape"),
        ([feature(coordinates=[SQUARE[:4]])], "shape"),
        ([feature(coordinates=[])], "shape"),
        ([feature(coordinates="round")], "shape"),
        ([feature(coordinates=[[[112, "29"]] * 4])], "shape"),
        ([feature(coordinates=[[[True, 29]] * 4])], "shape"),
        ([feature(coordinates=[[[412, 29]] * 4])], "shape"),
        ([feature(coordinates=[[[1e400, 29]] * 4])], "form"),
        ([feature(kind="Point")], "shape"),
        ([feature(coordinates=[[[112, 29]] * 50_001])], "size"),
    ],
)
def test_what_is_no_outline_of_a_division_is_a_fault(content: object, fault: str) -> None:
    _, faults = read(content)
    assert faults == [fault]


def test_the_sample_countys_townships_share_their_borders_and_leave_no_gap() -> None:
    scheme = load_scheme(SCHEMES / "junshan-2017", bases=[SCHEMES])
    townships = {item.code for item in scheme.divisions if item.level == "township"}
    assert {shape.code for shape in scheme.shapes} == townships
    assert all(shape.synthetic for shape in scheme.shapes)
    edges: Counter[frozenset[Point]] = Counter(
        frozenset(edge) for shape in scheme.shapes for ring in shape.rings for edge in pairwise(ring)
    )
    assert set(edges.values()) == {1, 2}
    outer = Counter(point for edge, times in edges.items() if times == 1 for point in edge)
    assert set(outer.values()) == {2}, "the edges that no neighbour shares are the county's outline, once round"


def test_an_outline_is_part_of_the_schemes_version(tmp_path: Path) -> None:
    for name in ("junshan-2017", "national"):
        for path in (SCHEMES / name).rglob("*"):
            if path.is_file():
                target = tmp_path / path.relative_to(SCHEMES)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
    before = load_scheme(tmp_path / "junshan-2017", bases=[tmp_path]).hash
    shapes = tmp_path / "junshan-2017" / "shapes.geojson"
    shapes.write_text(shapes.read_text("utf-8").replace('"synthetic": true', '"synthetic": false', 1), "utf-8")
    assert load_scheme(tmp_path / "junshan-2017", bases=[tmp_path]).hash != before

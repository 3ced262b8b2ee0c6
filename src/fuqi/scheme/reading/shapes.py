"""Reads shapes.geojson: the outlines of divisions, for the map."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator

from fuqi.scheme.model import Point, Shape
from fuqi.scheme.reading.reader import Reader

_MOST_POINTS = 50_000
"""More than a screen can show; a larger file is meant for something else."""


def read_shapes(text: str, reader: Reader, codes: Collection[str]) -> tuple[Shape, ...]:
    """Return the shapes in the order written, each of one of the scheme's divisions, in degrees of longitude and latitude."""
    root = _parsed(text, reader)
    if root is None:
        return ()
    features = root.get("features") if isinstance(root, dict) and root.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        reader.fault("form", "要写成 GeoJSON 的 FeatureCollection，其中 features 是列表", 1, "features")
        return ()
    found: dict[str, Shape] = {}
    for number, feature in enumerate(features, 1):
        shape = _shape(feature, reader, f"features {number}")
        if shape is None:
            continue
        if shape.code not in codes:
            reader.fault("reference", f"places.yaml 里没有区划代码“{shape.code}”", 1, f"features {number}")
        if shape.code in found:
            reader.fault("duplicate_id", f"区划代码“{shape.code}”的形状写了两次", 1, f"features {number}")
        found[shape.code] = shape
    if sum(len(ring) for shape in found.values() for ring in shape.rings) > _MOST_POINTS:
        reader.fault("size", f"边界共有超过{_MOST_POINTS}个点，请先化简", 1, "features")
    return tuple(found.values())


def _parsed(text: str, reader: Reader) -> object:
    def refused(word: str) -> float:
        raise ValueError(word)

    try:
        return json.loads(text, parse_constant=refused)
    except json.JSONDecodeError as problem:
        reader.fault("form", f"不是 JSON：第{problem.lineno}行第{problem.colno}个字符起看不懂", problem.lineno)
    except (ValueError, RecursionError):
        reader.fault("form", "不是 JSON：有不成数的数，或者层数太多", 1)
    return None


def _shape(feature: object, reader: Reader, key: str) -> Shape | None:
    if not isinstance(feature, dict):
        reader.fault("form", "要写成 Feature", 1, key)
        return None
    properties, geometry = feature.get("properties"), feature.get("geometry")
    code = properties.get("code") if isinstance(properties, dict) else None
    if not isinstance(properties, dict) or not isinstance(code, str):
        reader.fault("missing_key", "properties 里缺少 code（区划代码，写成文字）", 1, key)
        return None
    rings = tuple(_rings(geometry))
    if not rings or any(ring is None for ring in rings):
        message = "边界要写成 Polygon 或 MultiPolygon：每圈至少四个点，首尾同一点，坐标是经度、纬度"
        reader.fault("shape", f"“{code}”的{message}", 1, key)
        return None
    return Shape(code=code, rings=tuple(ring for ring in rings if ring), synthetic=properties.get("synthetic") is True)


def _rings(geometry: object) -> Iterator[tuple[Point, ...] | None]:
    """Yield each ring of a geometry, None for what is no ring."""
    if not isinstance(geometry, dict) or not isinstance(written := geometry.get("coordinates"), list):
        return
    kind = geometry.get("type")
    polygons = [written] if kind == "Polygon" else written if kind == "MultiPolygon" else []
    for polygon in polygons:
        if not isinstance(polygon, list):
            yield None
            continue
        yield from map(_ring, polygon)


def _ring(written: object) -> tuple[Point, ...] | None:
    if not isinstance(written, list) or len(written) < 4:
        return None
    points = [_point(pair) for pair in written]
    if points[0] != points[-1]:
        return None
    found = tuple(point for point in points if point)
    return found if len(found) == len(points) else None


def _point(pair: object) -> Point | None:
    if not isinstance(pair, list) or len(pair) < 2:
        return None
    numbers = [float(value) for value in pair[:2] if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) != 2 or not all(map(math.isfinite, numbers)):
        return None
    east, north = numbers
    return (east, north) if -180 <= east <= 180 and -90 <= north <= 90 else None

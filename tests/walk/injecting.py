"""Lists whose every text is an attack, and what all addresses answer about them.

`python -m tests.walk.injecting lists FOLDER | walk FOLDER WHO STEP`
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

LONG = "长" * 10_000
ATTACKS = {
    "script": "<script>alert(7)</script>",
    "attribute": '"><img src=x onerror=alert(7)>',
    "quote": "' onmouseover='alert(7)' x='",
    "template": "{{7*7}}{% debug %}{{ settings.SECRET_KEY }}",
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+SUM(1,2)",
    "typesetting": '#panic("x") $x$ @x <y> \\',
    "link": "javascript:alert(7)",
    "turned": "\u202e三二一\u2066",
    "long": LONG,
}
"""What stands in the cells: markup, attributes, templates, formulas, typesetting, a link, turning signs, a long text."""
EVALUATED = ("注49", "SECRET_KEY=")
FREE_DAY = {"birth_on": "1970-03-07", "registered_on": "2015-01-01"}
PLACES = {"township": "望湖镇", "village": "白鹭村"}
SOUND, SPOILT = "sound", "spoilt"
"""Rows that are taken in (name and place are as they should be), and rows in which every text is an attack."""


def cell(column: Any, person: int, kind: str, row: str) -> str:
    """Return what stands in a column of a list: an attack wherever words may stand."""
    from tests.support.desk import number

    said = f"注{ATTACKS[kind]}"
    if row == SPOILT and column.type in ("text", "name"):
        return said
    by_type = {"id": number(person), "money": "1000.00", "bool": "是", "number": "1", "date": "2017-03-01"}
    if column.field in PLACES:
        return PLACES[column.field]
    if column.type == "name":
        return f"王{chr(0x4E00 + person)}"
    if column.field in ("hospital", "relation"):
        return {"hospital": "君山区人民医院", "relation": "户主"}[column.field]
    if column.values:
        return str(next(iter(column.values)))
    return FREE_DAY.get(column.field) or by_type.get(column.type) or (f"{person}{said}" if "number" in column.field else said)


def write_lists(folder: Path) -> None:
    """Write one list of each layout, with a row of each kind for each attack, and one with a sign that ends strings."""
    from fuqi.intake.layouts import load_layouts
    from tests.support.desk import workbook

    folder.mkdir()
    for layout in load_layouts():
        columns = [column for column in layout.columns.values() if column.words]
        header = [column.words[0] for column in columns]
        rows = [
            [cell(column, 1 + position, kind, row) for column in columns]
            for position, kind in enumerate(ATTACKS)
            for row in (SOUND, SPOILT)
        ]
        title = f"{layout.hints[0] if layout.hints else ''}{layout.name}"
        (folder / f"{title}.xlsx").write_bytes(workbook(header, *rows))
    cells = (("姓名", "身份证号", "备注"), ("王一\0<script>alert(7)</script>", "430611197003070038", "a\0b"))
    (folder / "尾.csv").write_text("".join(f"{','.join(row)}\n" for row in cells), "utf-8")


class _Parts(HTMLParser):
    """Finds what a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element and its attributes."""
        said = {name: value or "" for name, value in attrs}
        if tag == "script" and "src" not in said and said.get("type") != "application/json":
            self.found.append("a script")
        self.found += [f"<{tag} {name}>" for name in said if name.startswith("on")]
        links = [value for name, value in said.items() if name in ("href", "src", "action", "formaction")]
        self.found += [f"<{tag}> to {link[:20]}" for link in links if not re.match(r"[/?#]|data:image/|https?://|$", link)]


def faults_of(kind: str, data: bytes) -> list[str]:
    """Return what of an answer would run, or was run, in whatever opens it."""
    if data[:2] == b"PK":
        return list(_in_packed(data))
    if data[:4] == b"%PDF":
        return [word.decode() for word in (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile") if word in data]
    text = data.decode("utf-8")
    found = [f"evaluated: {word}" for word in EVALUATED if word in text]
    if kind.startswith("text/html"):
        parts = _Parts()
        parts.feed(text)
        found += parts.found
        found += ["turned text without a fence"] if _is_unfenced(text) else []
    elif kind.startswith("text/csv"):
        cells = [one for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) for one in row]
        found += [f"formula: {one[:9]}" for one in cells if one.startswith(("=", "+", "@", "\t", "\r"))]
    elif "json" in kind:
        json.loads(text)
    elif "<script" in text:
        found.append(f"markup as {kind}")
    return found


def _is_unfenced(html: str) -> bool:
    """Return whether a sign that turns the text stands beside other text: alone in a cell it turns nothing else."""
    return "\u202e" in re.sub(r"<(bdi|td|dd|p|textarea)\b[^>]*>[^<]*</\1>", "", html)


def _in_packed(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for name in packed.namelist():
            if name.endswith((".xml", ".rels")):
                words = packed.read(name)
                root = ElementTree.fromstring(words)
                text = "".join(root.itertext())
                if any(word in text for word in EVALUATED):
                    yield f"{name}: evaluated"
                if name.startswith("xl/") and any(one.tag.endswith("}f") for one in root.iter()):
                    yield f"{name}: a formula"
                if b"<script" in words or b'TargetMode="External"' in words:
                    yield f"{name}: markup or a link"
            elif "vba" in name.lower() or name.endswith(".bin"):
                yield name


def walk(folder: Path, names: str, step: int) -> dict[str, Any]:
    """Ask every address about everything there is, or one thing in so many, as some walkers; return what was wrong."""
    from tests.walk.world import WALKERS, let_in, open_world

    open_world(folder)
    let_in()
    from tests.walk.steady import keep_who_asks, without_hurry
    from tests.walk.visits import Visit

    without_hurry()
    visits = [Visit(one, purpose=True) for one in WALKERS if one.name in names.split()]
    keep_who_asks()
    report: dict[str, Any] = {"answers": 0, "faults": [], "shown": {}, "kinds": {}, "failures": []}
    asked: list[tuple[str, str, dict[str, str]]] = [("GET", url, {}) for url in _addresses(step)]
    asked += [("POST", "/people/", {"words": said[:60]}) for said in ATTACKS.values()]
    asked += [("POST", "/papers/plain-sheets.pdf", {"household": one}) for one in _households()[::step]]
    for visit in visits:
        for method, url, form in asked:
            answer = visit.ask(method, url, form)
            data = b"".join(answer.streaming_content) if answer.streaming else answer.content
            _note(report, f"{visit.walker.name} {method} {url[:90]}", answer, data)
    return report


def _note(report: dict[str, Any], where: str, answer: Any, data: bytes) -> None:
    report["answers"] += 1
    kind = answer.headers.get("Content-Type", "")
    report["kinds"][kind] = report["kinds"].get(kind, 0) + 1
    if answer.status_code >= 500:
        report["failures"].append(f"{where}: {answer.status_code}")
        return
    if (data and "spreadsheetml" not in kind) or "adjustments" in where:
        report["faults"] += [f"{where}: {fault}" for fault in faults_of(kind, data)]
    text = data.decode("utf-8", "replace")
    for name, attack in ATTACKS.items():
        if _as_text(attack) in text or json.dumps(attack, ensure_ascii=False)[1:-1] in text:
            report["shown"][name] = report["shown"].get(name, 0) + 1


def _as_text(attack: str) -> str:
    from django.utils.html import escape

    return str(escape(attack))


def _households() -> list[str]:
    from fuqi.registry.models import Household

    return sorted(Household.objects.values_list("number", flat=True))


def _addresses(step: int) -> Iterable[str]:
    """Yield every address of the table with everything that its arguments may be."""
    from itertools import product
    from urllib.parse import quote

    from django.apps import apps

    from fuqi.flows.current import current_scheme
    from fuqi.web.door import workspace
    from tests.walk.routes import routes
    from tests.walk.world import things

    every = things().by_kind
    named: dict[str, list[str]] = {kind: sorted(called)[::step] for kind, called in every.items()}
    rows = apps.get_model("intake", "ReceivedRow").objects.order_by("id").values_list("id", flat=True)
    named["row"] = [str(one) for one in rows[::step]]
    named["indicator"] = [item.id for item in current_scheme(workspace()).indicators][::4]
    named["form"] = ["pdf", "docx"]
    for route in routes():
        kinds = route.kinds or {}
        wanted = [named.get(kinds[name], ["x"]) for name in route.arguments]
        for values in product(*wanted):
            yield route.url(dict(zip(route.arguments, (quote(one, safe="") for one in values), strict=True)))
    yield from (
        f"/figures/{code}/{page}" for code in named["indicator"] for page in ("?part=excluded", "list.csv?part=excluded")
    )
    yield from (f"/api/v1/settlements?number={quote(number, safe='')}" for number in named.get("settlement", ()))
    yield from ("/people/?place=430611", "/?place=430611100", "/api/v1/adjustments?size=200")


if __name__ == "__main__":
    if sys.argv[1] == "lists":
        write_lists(Path(sys.argv[2]))
    else:
        sys.stdout.write(json.dumps(walk(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])), ensure_ascii=False))

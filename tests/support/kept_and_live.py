"""A workspace's kept count beside counting live, for many viewers: `python -m tests.support.kept_and_live FOLDER`."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.support.workspaces import own_environment

ROOT = Path(__file__).parents[2]
COUNTY, TOWNSHIP, VILLAGE, VILLAGES = ("430611",), ("430611100",), ("430611100200",), ("430611100200", "430611101201")

MOST = 3000
"""Longer lists are compared for smaller places only: it takes long to name everybody in them."""


def compare(folder: Path) -> dict[str, Any]:
    """Return what was compared, how many lines were hidden, and where kept and live differ."""
    from fuqi.commands.work import today
    from fuqi.flows.workspaces import open_up

    opened = open_up(folder, today=today(), at=datetime.now(UTC))
    from fuqi.basics.dates import AsOf
    from fuqi.basics.viewer import RESTRICTED_ILLNESS, Viewer
    from fuqi.flows.counts import figures_at, latest_count, open_list
    from fuqi.flows.figures import MASK, count_all, is_shown, list_lines

    scheme, told = opened.scheme, {"figures": 0, "lines": 0, "hidden": 0, "refused": 0}
    count = latest_count(opened.viewer, scheme)
    assert count is not None
    different: list[str] = []
    for places in (COUNTY, TOWNSHIP, VILLAGE, VILLAGES):
        plain = Viewer("甲", places)
        live = count_all(plain, scheme, AsOf(count.day))
        kept = figures_at(plain, scheme, count, [place.code for place in live.places])
        told["figures"] += len(kept)
        if list(kept.values()) != sorted(live.figures(), key=lambda item: (list(live.counted).index(item.code), item.place)):
            different.append(f"figures of {places}")
        permitted = frozenset({RESTRICTED_ILLNESS})
        viewers = [plain, Viewer("乙", places, permitted)]
        if places != COUNTY:  # a purpose changes names only: where there are fewer of them is enough
            viewers += [Viewer("丙", places, purpose="入户核对"), Viewer("丁", places, permitted, "入户核对")]
        for viewer in viewers:
            for code, counted in live.counted.items():
                if places == COUNTY and sum(len(rows) for _, rows in counted.parts()) > MOST:
                    continue
                if not is_shown(viewer, scheme, code, places[0]):
                    different += [f"{code} is open to {viewer}"] * (not _both_refuse(viewer, live, count, code, places[0]))
                    told["refused"] += 1
                    continue
                counted_now = list_lines(viewer, live, code, places[0])
                lines = list(open_list(viewer, scheme, count, code, places[0]))
                told["lines"] += len(lines)
                told["hidden"] += sum(line.name == MASK for line in lines)
                if lines != counted_now or any(len(line.sources) != len(line.source_ids) for line in lines):
                    different.append(f"{code} of {viewer}")
    return {**told, "up_to_date": count.up_to_date, "different": different, **_indexes(opened.viewer, scheme, count)}


def _both_refuse(viewer: Any, live: Any, count: Any, code: str, place: str) -> bool:
    """Return whether neither the kept list nor one counted now is given to somebody who is shown the whole county's only."""
    from fuqi.flows.counts import open_list
    from fuqi.flows.figures import WholeCountyOnlyError, list_lines

    for ask in (lambda: open_list(viewer, live.scheme, count, code, place), lambda: list_lines(viewer, live, code, place)):
        try:
            ask()
        except WholeCountyOnlyError:
            continue
        return False
    return True


def _indexes(viewer: Any, scheme: Any, count: Any) -> dict[str, Any]:
    """Return where rows and persons show other figures than the lists do, to somebody without the permission."""
    from fuqi.flows.counts import figures_of_row, open_list
    from fuqi.flows.figures import is_shown

    rows: dict[Any, set[tuple[str, str]]] = {}
    for item in (item for item in scheme.indicators if is_shown(viewer, scheme, item.id, "430611100")):
        for line in open_list(viewer, scheme, count, item.id, "430611100"):
            for source in line.source_ids:
                rows.setdefault(source, set()).add((item.id, line.part))
    asker = type(viewer)("戊", TOWNSHIP)
    wrong = [str(source) for source, found in rows.items() if set(figures_of_row(asker, scheme, count, source)) != found]
    return {"rows": len(rows), "wrong_rows": wrong}


def compared(folder: Path) -> dict[str, Any]:
    """Return `compare`, done in a process of its own."""
    command = [sys.executable, "-m", "tests.support.kept_and_live", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=own_environment(), capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(compare(Path(sys.argv[1])), ensure_ascii=False))  # noqa: T201 - its caller reads it

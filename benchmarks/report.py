"""Tables of races: as text for the screen and as Markdown and JSON to keep."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from benchmarks.rounds import Race, Row, Spread

RESULTS = Path(__file__).with_name("results")
ROOT = Path(__file__).resolve().parents[1]


def text(table: Race) -> str:
    """Return a race for the screen."""
    width = max(len(row.name) for row in table.rows) + 2
    memory = any(row.megabytes for row in table.rows)
    lines = [f"{table.title} ({table.claims:,} claims, {table.rounds} rounds)"]
    lines.append(f"  {'':<{width}}{_scale(table)[0]:>12}{'ratio':>9}  {'least–most':<15}{'MB' if memory else ''}".rstrip())
    for row in table.rows:
        if row.no_time or row.seconds is None:
            lines.append(f"  {row.name:<{width}}no time: {row.no_time}")
            continue
        megabytes = f"{row.megabytes.median:.0f}" if row.megabytes else ""
        amount = _amount(row.seconds.median, table)
        lines.append(f"  {row.name:<{width}}{amount:>12}{_ratio(row):>9}  {_range(row.ratio):<15}{megabytes}".rstrip())
        if row.note:
            lines.append(f"    {row.note}")
    return "\n".join(lines) + "\n"


def markdown(tables: Sequence[Race], machine: dict[str, str], commit: str) -> str:
    """Return races as a Markdown page."""
    lines = [
        "# Benchmarks of the settlement engine",
        "",
        f"Commit {commit}. Median of the rounds; spread from least to most.",
        "",
    ]
    lines += [f"- {name}: {value}" for name, value in machine.items()]
    for table in tables:
        lines += ["", f"## {table.title}", "", f"{table.claims:,} claims, {table.rounds} interleaved rounds.", ""]
        memory = any(row.megabytes for row in table.rows)
        lines += [f"| | {_scale(table)[0]} | least–most | ratio | least–most |{' MB |' if memory else ''}"]
        lines += [f"|---|---|---|---|---|{'---|' if memory else ''}"]
        lines += [_markdown_row(row, table, memory) for row in table.rows]
    return "\n".join(lines) + "\n"


def _markdown_row(row: Row, table: Race, memory: bool) -> str:
    name = f"{row.name} ({row.note})" if row.note else row.name
    if row.no_time or row.seconds is None:
        return f"| {name} | no time: {row.no_time} | | | |{' |' if memory else ''}"
    spread = f"{_amount(row.seconds.least, table)}–{_amount(row.seconds.most, table)}"
    cells = [name, _amount(row.seconds.median, table), spread, _ratio(row), _range(row.ratio)]
    if memory:
        cells.append(f"{row.megabytes.median:.0f}" if row.megabytes else "")
    return f"| {' | '.join(cells)} |"


def keep(tables: Sequence[Race], machine: dict[str, str]) -> list[Path]:
    """Write the races into new files of benchmarks/results/, named by day, commit and run; return the files."""
    commit = _commit()
    RESULTS.mkdir(exist_ok=True)
    name = f"{datetime.now(UTC).date().isoformat()}-{commit}"
    stem = next(path for number in count(1) if not (path := RESULTS / f"{name}-{number}").with_suffix(".md").exists())
    page, data = stem.with_suffix(".md"), stem.with_suffix(".json")
    page.write_text(markdown(tables, machine, commit), "utf-8")
    content = {"commit": commit, "machine": machine, "races": [asdict(table) for table in tables]}
    data.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return [page, data]


def _commit() -> str:
    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False, text=True)

    found = git("rev-parse", "--short=12", "HEAD").stdout.strip() or "unknown"
    return f"{found}-changed" if git("diff", "--quiet", "HEAD").returncode else found


def _scale(table: Race) -> tuple[str, float]:
    """Return the unit of a table and what a second is in it: by claim if the table says so, small enough to read."""
    if not table.per_claim:
        return "seconds", 1
    first = table.rows[0].seconds
    nanoseconds = first.median / table.claims * 1e9 if first else 0
    return ("µs a claim", 1e6 / table.claims) if nanoseconds >= 10_000 else ("ns a claim", 1e9 / table.claims)


def _amount(seconds: float, table: Race) -> str:
    unit, times = _scale(table)
    value = seconds * times
    return f"{value:.2f}" if unit == "seconds" else f"{value:,.1f}" if value < 1000 else f"{value:,.0f}"


def _ratio(row: Row) -> str:
    return f"{row.ratio.median:.2f}" if row.ratio else ""


def _range(spread: Spread | None) -> str:
    return f"{spread.least:.2f}–{spread.most:.2f}" if spread else ""

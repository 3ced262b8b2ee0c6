"""Fifty canaries through everything (T9, T21): the search in every encoding and every place finds nothing where nothing may be.

All people are synthetic. What was searched, and how much of it, is printed and kept with the result.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.support import serving
from tests.support.canaries import canaries, lists
from tests.support.canary_run import CanaryRun
from tests.support.county import SEED

PEOPLE = 50
OFFICER = "行县一"


def say(words: object) -> None:
    """Print what is kept with the result."""
    sys.stdout.write(f"{words}\n")


def serve(run: CanaryRun) -> None:
    """Send every list in through the pages of a real server; its worker reads them. Look through all that was logged."""
    server = serving.start(run.workspace)
    try:
        sender = server.operator()
        sender.finished(sender.upload(lists(canaries(PEOPLE - 1))))
        page = sender.post("/people/", words=run.people[1].id_number)
        run.search.text("addresses", page.url)
        refused = sender.get("/people/999999/")
        run.search.text("errors", f"{refused.url} {refused.text}")
    finally:
        server.process.send_signal(signal.SIGINT)
        rest, _ = server.process.communicate(timeout=60)
    run.search.text("log", server.said + rest, "serve")


def export(run: CanaryRun, out: Path) -> None:
    """Take out whatever can be taken out, by who may not see restricted illnesses."""
    one, other = run.people[0], run.people[1]
    out.mkdir()
    asked: list[tuple[str | Path, ...]] = [
        ("figures", "--out", out / "figures.csv"),
        ("figures", "--code", "public_health_treatment_rate", "--list", "--out", out / "list.csv"),
        ("figures", "--code", "verified_people", "--list"),
        ("adjustments", "--out", out / "adjustments.xlsx"),
        ("paper", "self-assessment", "--out", out / "assessment.docx", "--form", "docx"),
        ("paper", "plain-sheet", "--place", "430611100200", "--out", out / "sheets.pdf"),
        ("paper", "plain-sheet", other.household, "--out", out / "sheet.pdf"),
        ("received", "93住院费用结算明细.xlsx", "--out", out / "original.xlsx"),
        ("received", "9C名单有误.xlsx", "--out", out / "faulty.xlsx"),
        ("received", "9C名单有误.xlsx", "--faults"),
        ("explain", one.bill),
        ("explain", other.bill),
        ("explain", "92核查表_望湖镇.xlsx！名册！3"),
        ("explain", "91建档立卡_国扶办.xlsx！名册！3"),
    ]
    for arguments in asked:
        run.say("-w", run.workspace, "--as", OFFICER, "--purpose", "核对", *arguments, shows=True)
        run.say("-w", run.workspace, "--as", OFFICER, *arguments, shows=True)
    run.exported.files("exports", out.iterdir())
    run.fuqi("breach", "--from", "2026-01-01", "--to", "2099-01-01", by="行审一")
    run.fuqi("who-saw", "-", by="行审一", given=one.id_number)
    run.fuqi("audit", by="行审一")
    for wrong in (("explain", other.name), ("who-saw", other.id_number), ("undo", f"{other.name}.xlsx", "--reason", "错")):
        run.fuqi(*wrong, by=OFFICER)


@pytest.mark.proof
@pytest.mark.sqlite
@pytest.mark.parametrize("county", [False, True], ids=["canaries alone", "among the sample county"])
def test_fifty_canaries_through_everything(tmp_path: Path, county: bool) -> None:
    run = CanaryRun(tmp_path / "run", canaries(PEOPLE))
    if county:
        assert run.say("sample", "junshan", run.lists, "--seed", str(SEED)).returncode == 0
    run.begin()
    serve(run)
    found = run.walk("some" if county else "all")
    export(run, tmp_path / "out")
    assert run.fuqi("key", "rotate").returncode == 0
    backup = run.demo / "backup.fuqi"
    assert run.fuqi("backup", backup).returncode == 0
    assert run.fuqi("backup", "--prove", backup).returncode == 0
    run.look()
    say(run.search.report())
    say(run.exported.report())
    say({name: found[name] for name in ("answers", "statuses", "urls", "looked", "shown")})
    assert not found["leaks"], "\n".join(found["leaks"][:40])
    assert not run.hits, "\n".join(run.hits[:40])
    assert not run.exported.hits, "\n".join(map(str, run.exported.hits[:40]))

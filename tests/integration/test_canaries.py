"""Canaries through everything, in small (T9, T21); the long run is tests/proofs/test_canaries.py. All of them are synthetic."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.canaries import NAME, RESTRICTED, canaries, needles
from tests.support.canary_run import CanaryRun
from tests.support.desk import workbook
from tests.support.plain_copy import plain_copy
from tests.support.searching import ENCODINGS, Needle, Search
from tests.support.watching import Watch
from tests.support.workspaces import own_environment

PEOPLE = 10


@pytest.mark.sqlite
def test_canaries_leave_no_trace_where_none_may_be(tmp_path: Path) -> None:
    run = CanaryRun(tmp_path / "run", canaries(PEOPLE))
    run.begin()
    found = run.walk("some")
    for arguments in (("key", "rotate"), ("backup", run.demo / "backup.fuqi")):
        assert run.fuqi(*arguments).returncode == 0
    run.look()
    print(run.search.report())  # noqa: T201
    print(found["answers"], found["statuses"], found["shown"])  # noqa: T201
    assert not found["leaks"], "\n".join(found["leaks"][:40])
    assert not run.hits, "\n".join(run.hits[:40])
    assert found["shown"].get("name"), "nobody was shown any canary: the walk shows nothing"
    assert found["shown"].get("restricted"), "nor was who may see restricted illnesses"
    assert min(run.search.searched[place] for place in ("database", "desk", "receipts", "workspace", "errors", "log")) > 0


@pytest.mark.sqlite
def test_a_planted_canary_is_found_in_every_database_and_in_packed_sessions(laid_workspace: Path, tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(laid_workspace, folder)
    code = f"""
import os
os.environ.update(FUQI_WORKSPACE={str(folder)!r}, DJANGO_SETTINGS_MODULE="fuqi.config.settings")
import django
django.setup()
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
session = SessionStore()
session["words"] = {NAME!r} * 50
session.save()
connection.ensure_connection()
connection.connection.execute("UPDATE places_division SET full_name = ? WHERE code = '430611100200'", ({RESTRICTED!r},))
connection.connection.commit()
"""
    subprocess.run([sys.executable, "-c", code], check=True, env=own_environment())
    search = Search(needles())
    search.files("planted", plain_copy(folder, tmp_path / "plain"))
    assert {(hit.place, hit.kind) for hit in search.hits} == {
        ("planted default.db", "restricted"),
        ("planted sessions.txt", "name"),
    }


@pytest.mark.parametrize("needle", needles(), ids=lambda needle: needle.kind)
def test_a_planted_canary_is_found_in_every_encoding(needle: Needle) -> None:
    seen = set()
    for encoding, word in needle.spelled():
        hits = Search([needle]).data("planted", os.urandom(5000) + word + os.urandom(5000))
        assert hits, (encoding, word)
        seen.add(encoding)
    assert seen >= set(ENCODINGS) - ({"escaped"} if needle.text.isascii() else set())


def test_a_planted_canary_is_found_within_archives_and_documents() -> None:
    search = Search([Needle("name", NAME)])
    assert search.data("planted", workbook(["姓名"], [f"张{NAME}甲"]))
    assert not search.data("planted", workbook(["姓名"], ["张三"]))


@pytest.mark.parametrize("before", range(3))
def test_a_planted_canary_is_found_in_base64_wherever_it_begins(before: int) -> None:
    import base64

    said = base64.b64encode(b"x" * before + RESTRICTED.encode() + "等".encode())
    assert Search([Needle("restricted", RESTRICTED)]).data("planted", said)


def test_what_is_removed_at_once_was_seen(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    code = f"import tempfile\nfor _ in range(20):\n    f = tempfile.NamedTemporaryFile(dir={str(tmp_path)!r})\n"
    code += f"    f.write({NAME!r}.encode()); f.flush()\n    import time; time.sleep(0.05); f.close()"
    subprocess.run([sys.executable, "-c", code], check=True)
    search = Search([Needle("name", NAME)])
    for path, data in watch.files():
        search.data("temp", data, path)
    assert search.hits
    assert not list(tmp_path.iterdir())

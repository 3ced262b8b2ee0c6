"""A workspace's databases without the encryption of pages: `python -m tests.support.plain_copy FOLDER OUT`.

What lies sealed stays sealed. Sessions are packed by Django; they are written out as they say it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.workspaces import own_environment

ROOT = Path(__file__).parents[2]


def copy_plain(folder: Path, out: Path) -> None:
    """Write each database of a workspace into a folder; this process may open no other afterwards."""
    os.environ.update(FUQI_WORKSPACE=str(folder), DJANGO_SETTINGS_MODULE="fuqi.config.settings")
    import django

    django.setup()
    from django.contrib.sessions.models import Session
    from django.db import connections

    for alias in connections:
        connections[alias].ensure_connection()
        session = connections[alias].connection
        if connections[alias].vendor == "sqlite":
            session.execute("ATTACH DATABASE ? AS plain KEY ''", (str(out / f"{alias}.db"),))
            session.execute("SELECT sqlcipher_export('plain')")
            session.execute("DETACH DATABASE plain")
            continue
        with session.cursor() as cursor, (out / f"{alias}.copy").open("wb") as file:
            for table in connections[alias].introspection.table_names():
                with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                    for piece in rows:
                        file.write(bytes(piece))
    said = [json.dumps(item.get_decoded(), ensure_ascii=False, default=str) for item in Session.objects.all()]
    (out / "sessions.txt").write_text("\n".join(said), "utf-8")


def plain_copy(folder: Path, out: Path) -> list[Path]:
    """Write the databases in a process of its own and return the files."""
    out.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.support.plain_copy", str(folder), str(out)]
    made = subprocess.run(command, cwd=ROOT, env=own_environment(), capture_output=True, encoding="utf-8")
    assert made.returncode == 0, made.stderr
    return sorted(out.iterdir())


if __name__ == "__main__":
    copy_plain(Path(sys.argv[1]), Path(sys.argv[2]))

"""A PostgreSQL database with two roles: the tables' owner, and the application under its policies."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from tests.support.workspaces import run_fuqi


@dataclass(frozen=True)
class TwoRoles:
    """A database with the address of its owner and that of the application."""

    owner: str
    application: str


def roles_of(database: str) -> TwoRoles:
    """Return addresses of a database: its owner's, and one for an application's role that is still to be made."""
    parts = urlsplit(database)
    name = f"fuqi_{secrets.token_hex(4)}"
    return TwoRoles(database, parts._replace(netloc=f"{name}:geheim@{parts.hostname}:{parts.port}").geturl())


def prepare(roles: TwoRoles) -> None:
    """Prepare the database by the command."""
    environment = {"OWNER": roles.owner}
    done = run_fuqi("database", "prepare", "--owner", "$OWNER", "--application", roles.application, environment=environment)
    assert done.returncode == 0, done.stderr
    assert "行级权限" in done.stdout


def url_of(folder: Path) -> str:
    """Return the address of a workspace's database."""
    return str(YAML(typ="safe").load((folder / "workspace.yaml").read_text("utf-8"))["database_url"])


def as_application(folder: Path, roles: TwoRoles) -> None:
    """Have a workspace opened by the application's role."""
    file = folder / "workspace.yaml"
    settings = file.read_text("utf-8")
    assert roles.owner in settings
    file.write_text(settings.replace(roles.owner, roles.application), "utf-8")

"""Programs with credentials of each kind, and the server of the counted sample county."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.accounts import COUNTY_OFFICER, DISEASE_CONTROL_OFFICER, TOWNSHIP_CLERK, VILLAGE_DOCTOR
from tests.support.api import Program
from tests.support.county import once
from tests.support.credentials import FULL, TOWNSHIP, issued, key
from tests.support.row_security import as_application, prepare, roles_of, url_of
from tests.support.server import CountyServer, start_pages
from tests.support.workspaces import WorkspaceUnderTest


@pytest.fixture(scope="session")
def tokens(shared_folder: Path, counted_county: WorkspaceUnderTest) -> dict[str, str]:
    """Return the tokens of the counted county's accounts, issued once a run."""

    def issue(folder: Path) -> None:
        folder.mkdir()
        (folder / "tokens.json").write_text(json.dumps(issued(counted_county.folder)), "utf-8")

    kept = once(shared_folder / "tokens", issue) / "tokens.json"
    found: dict[str, str] = json.loads(kept.read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def served_folder(
    shared_folder: Path, counted_county: WorkspaceUnderTest, tokens: dict[str, str], database_server: str
) -> Path:
    """Return the counted county as the API's server opens it: on PostgreSQL by the application's role, under its policies."""
    if not database_server:
        return counted_county.folder

    def make(folder: Path) -> None:
        assert tokens, "the owner issues them before"
        roles = roles_of(url_of(counted_county.folder))
        prepare(roles)
        shutil.copytree(counted_county.folder, folder)
        as_application(folder, roles)

    return once(shared_folder / "county-of-the-role", make)


@pytest.fixture(scope="session")
def api_server(request: pytest.FixtureRequest, database_server: str) -> Iterator[CountyServer]:
    """Return the server of the counted county: on SQLite the shared one, on PostgreSQL one of the application's role."""
    if not database_server:
        yield request.getfixturevalue("county_server")
        return
    server, base = start_pages(request.getfixturevalue("served_folder"))
    yield CountyServer(base)
    assert server.stdin is not None
    server.stdin.close()
    server.wait(30)


@pytest.fixture(scope="module")
def nobody(api_server: CountyServer) -> Program:
    return Program(api_server.base)


@pytest.fixture(scope="module")
def officer(api_server: CountyServer, tokens: dict[str, str]) -> Program:
    return Program(api_server.base, tokens[key(COUNTY_OFFICER, FULL)])


@pytest.fixture(scope="module")
def officer_of_a_township(api_server: CountyServer, tokens: dict[str, str]) -> Program:
    """The county officer's credential that was issued for the clerk's township only."""
    return Program(api_server.base, tokens[key(COUNTY_OFFICER, TOWNSHIP)])


@pytest.fixture(scope="module")
def clerk(api_server: CountyServer, tokens: dict[str, str]) -> Program:
    return Program(api_server.base, tokens[key(TOWNSHIP_CLERK, FULL)])


@pytest.fixture(scope="module")
def doctor(api_server: CountyServer, tokens: dict[str, str]) -> Program:
    return Program(api_server.base, tokens[key(VILLAGE_DOCTOR, FULL)])


@pytest.fixture(scope="module")
def disease_control(api_server: CountyServer, tokens: dict[str, str]) -> Program:
    return Program(api_server.base, tokens[key(DISEASE_CONTROL_OFFICER, FULL)])

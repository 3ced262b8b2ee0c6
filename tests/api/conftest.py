"""Programs with credentials of each kind, and the server of the counted sample county."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.accounts import COUNTY_OFFICER, DISEASE_CONTROL_OFFICER, TOWNSHIP_CLERK, VILLAGE_DOCTOR
from tests.support.api import Program
from tests.support.county import once
from tests.support.credentials import FULL, TOWNSHIP, issued, key
from tests.support.server import CountyServer
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


@pytest.fixture(scope="module")
def nobody(county_server: CountyServer) -> Program:
    return Program(county_server.base)


@pytest.fixture(scope="module")
def officer(county_server: CountyServer, tokens: dict[str, str]) -> Program:
    return Program(county_server.base, tokens[key(COUNTY_OFFICER, FULL)])


@pytest.fixture(scope="module")
def officer_of_a_township(county_server: CountyServer, tokens: dict[str, str]) -> Program:
    """The county officer's credential that was issued for the clerk's township only."""
    return Program(county_server.base, tokens[key(COUNTY_OFFICER, TOWNSHIP)])


@pytest.fixture(scope="module")
def clerk(county_server: CountyServer, tokens: dict[str, str]) -> Program:
    return Program(county_server.base, tokens[key(TOWNSHIP_CLERK, FULL)])


@pytest.fixture(scope="module")
def doctor(county_server: CountyServer, tokens: dict[str, str]) -> Program:
    return Program(county_server.base, tokens[key(VILLAGE_DOCTOR, FULL)])


@pytest.fixture(scope="module")
def disease_control(county_server: CountyServer, tokens: dict[str, str]) -> Program:
    return Program(county_server.base, tokens[key(DISEASE_CONTROL_OFFICER, FULL)])

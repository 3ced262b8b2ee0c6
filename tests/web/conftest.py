"""Who opens pages: one of each role, signed in to the server of the counted sample county."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from fuqi.config.workspace import SCHEME_LIBRARY, Workspace
from fuqi.scheme import load_scheme
from fuqi.scheme.model import Scheme
from tests.support.accounts import COUNTY_OFFICER, TOWNSHIP_CLERK, VILLAGE_DOCTOR
from tests.support.server import Client, CountyServer


@pytest.fixture(scope="module")
def officer(county_server: CountyServer) -> Client:
    return county_server.sign_in(COUNTY_OFFICER)


@pytest.fixture(scope="module")
def clerk(county_server: CountyServer) -> Client:
    return county_server.sign_in(TOWNSHIP_CLERK)


@pytest.fixture(scope="module")
def doctor(county_server: CountyServer) -> Client:
    return county_server.sign_in(VILLAGE_DOCTOR)


@pytest.fixture(scope="session")
def county_scheme() -> Scheme:
    return load_scheme(SCHEME_LIBRARY / "junshan-2017", bases=(SCHEME_LIBRARY,))


@pytest.fixture
def served_here(settings: Settings, tmp_path: Path, county_scheme: Scheme, db: None) -> Path:
    """Serve an empty county within the test's own process (`tests.support.here`), with its places and nobody in it."""
    from fuqi.flows.workspaces import PROGRAM
    from fuqi.places.actions import lay_out

    del db
    (tmp_path / "journal").mkdir()
    settings.WORKSPACE = Workspace(tmp_path, "junshan-2017", "经办人")
    lay_out(list(county_scheme.divisions), by=PROGRAM.name, at=datetime.now(UTC))
    return tmp_path

"""Who opens pages: one of each role, signed in to the server of the counted sample county."""

from __future__ import annotations

import pytest

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

"""One test run: its database server, Django's settings, and the fixtures that drive the `fuqi` command."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import hypothesis
import pytest

from tests.support import county, postgres
from tests.support.accounts import make_accounts
from tests.support.workspaces import NewWorkspace, RunFuqi, WorkspaceUnderTest, run_fuqi

pytest_plugins = ["tests.support.no_skips", "tests.support.server"]

DATABASE_FIXTURES = {"db", "transactional_db", "new_workspace"}

hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="which database the tests run on; a PostgreSQL server is started for the run and removed after it",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Point Django at a database of the run's own, never at a developer's workspace."""
    for name in ("FUQI_WORKSPACE", "FUQI_DATABASE_URL"):
        os.environ.pop(name, None)
    if config.getoption("--database") == "postgresql":
        _start_server(config)
        os.environ["FUQI_DATABASE_URL"] = os.environ.get(postgres.SERVER_VARIABLE, "")
    os.environ["DJANGO_SETTINGS_MODULE"] = "fuqi.config.settings"
    from django.conf import settings

    folder = tempfile.mkdtemp(prefix="fuqi-sqlite-")
    config.add_cleanup(lambda: shutil.rmtree(folder))
    for alias in ("desk",) if os.environ.get("FUQI_DATABASE_URL") else ("default", "desk"):
        settings.DATABASES[alias].setdefault("TEST", {})["NAME"] = f"{folder}/{alias}.db"
    django.setup()
    from tests.support.tampering import let_tests_empty_tables

    let_tests_empty_tables()


def _start_server(config: pytest.Config) -> None:
    """Start one server for the whole run: workers find it by the variable that they inherit."""
    programs = postgres.find_programs()
    if hasattr(config, "workerinput") or postgres.SERVER_VARIABLE in os.environ or programs is None:
        return
    server = postgres.start(programs)
    os.environ[postgres.SERVER_VARIABLE] = server.url
    config.add_cleanup(lambda: postgres.stop(server))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what uses a database, before the marks are selected by; skip it, with advice, where no server can be had."""
    on_postgresql = config.getoption("--database") == "postgresql"
    elsewhere = [item for item in items if item.get_closest_marker("sqlite" if on_postgresql else "postgresql")]
    if elsewhere:
        items[:] = [item for item in items if item not in elsewhere]
        config.hook.pytest_deselected(items=elsewhere)
    missing = on_postgresql and postgres.SERVER_VARIABLE not in os.environ
    for item in items:
        if DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db"):
            item.add_marker("database")
        if missing and item.get_closest_marker("database"):
            item.add_marker(pytest.mark.skip(reason=postgres.HOW_TO_GET))


@pytest.fixture(scope="session")
def database_server(request: pytest.FixtureRequest) -> str:
    """Return the address of the run's PostgreSQL server, or '' in a run on SQLite."""
    on_postgresql = request.config.getoption("--database") == "postgresql"
    return os.environ[postgres.SERVER_VARIABLE] if on_postgresql else ""


@pytest.fixture
def fuqi() -> RunFuqi:
    """Return the `fuqi` command: `fuqi("scheme", "check", "junshan-2017")` gives status, stdout and stderr."""
    return run_fuqi


@pytest.fixture
def new_workspace(tmp_path: Path, database_server: str) -> Iterator[NewWorkspace]:
    """Return a maker of workspaces on the run's database, each with a database of its own; `database` names another one."""
    made: list[str] = []

    def make(scheme: str | Path = "junshan-2017", *, database: str | None = None) -> WorkspaceUnderTest:
        url = database
        if url is None:
            url = postgres.create_database(database_server) if database_server else ""
            made.append(url)
        folder = tmp_path / f"workspace-{len(made)}"
        result = run_fuqi("init", folder, "--scheme", scheme, *(("--database", url) if url else ()))
        assert result.returncode == 0, result.stdout + result.stderr
        return WorkspaceUnderTest(folder, url)

    yield make
    for url in made:
        if url:
            postgres.drop_database(url, database_server)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of the run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def sample_county(shared_folder: Path) -> Path:
    """Return the sample county's lists, drawn once a run; copy them before changing anything."""

    def draw(folder: Path) -> None:
        result = run_fuqi("sample", "junshan", folder, "--seed", str(county.SEED))
        assert result.returncode == 0, result.stderr

    return county.once(shared_folder / "sample-county", draw)


@pytest.fixture(scope="session")
def laid_workspace(shared_folder: Path) -> Path:
    """Return a new workspace on the embedded database, laid out once a run; copy it before anything is written."""

    def lay(folder: Path) -> None:
        result = run_fuqi("init", folder, "--scheme", "junshan-2017", "--operator", "proof")
        assert result.returncode == 0, result.stderr

    return county.once(shared_folder / "laid-workspace", lay)


@pytest.fixture(scope="session")
def counted_county(shared_folder: Path, sample_county: Path, database_server: str) -> WorkspaceUnderTest:
    """Return a workspace in which the sample county's main job was done, once a run; only for tests that change nothing."""

    def count(folder: Path) -> None:
        url = postgres.create_database(database_server) if database_server else ""
        init = run_fuqi("init", folder, "--scheme", "junshan-2017", *(("--database", url) if url else ()))
        assert init.returncode == 0, init.stderr
        done = run_fuqi("-w", folder, "run", sample_county)
        assert done.returncode == 0, done.stdout + done.stderr
        make_accounts(folder)

    return WorkspaceUnderTest(county.once(shared_folder / "counted-county", count), "")

"""Fixtures that every test may ask for: both databases, servers, a browser, shared data."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog

from fangxin.access.contexts import context_for_user, system_context
from fangxin.kernel import sqlite
from fangxin.modules.base.first_run import FIRST_USER, FirstUser, make_first_records
from tests import cluster, servers
from tests.databases import KINDS, Databases, Filling

if TYPE_CHECKING:
    from fangxin.app import Installation

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
IN_CI = os.environ.get("CI") == "true"

# an ordinary test writes nothing that is to outlive a power cut
DURABLE = sqlite.PRAGMAS
QUICK = tuple("synchronous=OFF" if each.startswith("synchronous=") else each for each in DURABLE)

# files that take longest: begun last, one process would work on them while the others have ended
LONGEST = (
    *("api/test_schemathesis.py", "crash/test_walk.py", "moving/test_damaged.py"),
    *("contract/test_reading.py", "crash/test_kill.py", "demo/test_demo.py", "crash/test_reply.py"),
    *("moving/test_moving.py", "contract/test_rights.py", "contract/test_filters.py"),
    *("transfer/test_import_crash.py", "kernel/test_crash.py", "contract/test_writing.py"),
    *("e2e/test_breadth.py", "e2e/test_walk.py", "e2e/test_help.py", "e2e/test_settings.py"),
)


def missing(what: str) -> None:
    """Skip by name where something is not to be had; in CI that is a failure."""
    if IN_CI:
        pytest.fail(f"{what}: required in CI")
    pytest.skip(what)


def pytest_configure(config: pytest.Config) -> None:
    cluster.open_run()
    # as long as nothing is said, structlog draws each traceback with all that is in it, which takes
    # a minute; pytest shows these lines where a test fails
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, in their order, and leave the others as they are."""
    places = {ROOT / "tests" / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_unconfigure(config: pytest.Config) -> None:
    cluster.close_run()


def pytest_runtest_setup(item: pytest.Item) -> None:
    sqlite.PRAGMAS = DURABLE if item.get_closest_marker("crash") else QUICK  # type: ignore[misc]
    if item.get_closest_marker("shared") and not SHARED.is_dir():
        missing("the folder ../shared with the real data is not here")


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """Where the real data lies; a test that asks carries the marker `shared`."""
    return SHARED


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Makes fresh databases; they are removed when the run ends."""
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(scope="session", params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn: what asks for it runs on both."""
    if request.param == "postgresql" and cluster.server() is None:
        missing("PostgreSQL is missing on this machine")
    return str(request.param)


# what databases of tests begin with, by the fixture that they ask for, which no folder may redefine
FILLINGS: dict[str, Filling] = {}


@pytest.fixture
def started_with(request: pytest.FixtureRequest) -> Filling | None:
    """What the database of this test begins with."""
    return next((FILLINGS[name] for name in FILLINGS if name in request.fixturenames), None)


@pytest.fixture
def database_url(database_kind: str, databases: Databases, started_with: Filling | None) -> str:
    """A migrated database of its own for this test, on each kind in turn, with what the test asks
    for already written where that is the same for many.
    """
    return databases.new(database_kind, filling=started_with)


@pytest.fixture
def empty_database_url(database_kind: str, databases: Databases) -> str:
    """A database without any table for this test, on each kind in turn."""
    return databases.new(database_kind, migrated=False)


@pytest.fixture(scope="module")
def module_database_url(database_kind: str, databases: Databases) -> str:
    """A migrated database for all tests of a file, on each kind in turn."""
    return databases.new(database_kind)


@pytest.fixture(scope="session")
def postgresql_url(databases: Databases) -> str:
    """The URL of a migrated PostgreSQL database for the run, where a test needs just that kind."""
    if cluster.server() is None:
        missing("PostgreSQL is missing on this machine")
    return databases.new("postgresql")


@pytest.fixture
async def installation(database_url: str, tmp_path: Path) -> AsyncIterator[Installation]:
    """A started installation on a database of its own, on each kind in turn."""
    from fangxin.app import build_installation
    from fangxin.kernel.settings import read_settings

    made = build_installation(read_settings(servers.environment(database_url, tmp_path)))
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., servers.Server]]:
    """Starts the product as its own processes; ends those still running after the test."""
    started: list[servers.Server] = []

    def start(url: str, **options: str) -> servers.Server:
        server = servers.start(url, tmp_path, **options)  # type: ignore[arg-type]
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """The product as `make run` starts it, with demo data on SQLite, for tests of the screens.

    Every demo user's password is `servers.PASSWORD`.
    """
    folder = tmp_path_factory.mktemp("demo")
    server = servers.start(f"sqlite:///{folder / 'fangxin.db'}", folder, demo="1")
    server.wait(120)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The machine's browser."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        missing("Chromium is missing on this machine")
    return str(found)


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, object]:
    """How Playwright starts the browser: the machine's own, quiet on the network."""
    arguments = [
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return {"executable_path": chromium, "args": arguments, "headless": True}


@pytest.fixture
async def begun(installation):
    """A started installation after its first start."""
    return installation


async def begin(installation: Installation) -> Installation:
    """Do what a first start does; its administrator reads English."""
    ctx = await system_context(installation)
    user = FirstUser("admin@demo.local", "correct horse battery", locale="en")
    await make_first_records(ctx, user, installation.parts.first_records)
    installation.directory._memory = None
    return installation


async def _begun(installation: Installation) -> None:
    await begin(installation)


FILLINGS["begun"] = Filling("begun", _begun)


async def _told(installation: Installation) -> None:
    from fangxin.demo.make import make_demo

    await make_demo(await begin(installation), "small", servers.PASSWORD)


# the small demo, in English
TOLD = Filling("told", _told)


@pytest.fixture
async def admin(begun):
    """The context of the administrator."""
    return await context_for_user(begun, FIRST_USER, "api")


@pytest.fixture
async def ctx(begun):
    """The context of the product itself after its first start."""
    return await system_context(begun)

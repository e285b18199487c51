"""`fangxin run`, which `make run` calls: all by itself at first, and quick the second time."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from tests.crash.test_kill import answers_of
from tests.databases import Databases
from tests.servers import PASSWORD, Server

ADMINISTRATOR = "admin@demo.local"


def sign_in(server: Server, password: str) -> int:
    """The status of a sign-in as administrator."""
    body = json.dumps({"email": ADMINISTRATOR, "password": password}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{server.url}/api/v1/auth/login", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


@pytest.fixture
def url(database_kind: str, databases: Databases) -> str:
    return databases.new(database_kind, migrated=False)


# what a start that builds, migrates or fills would move
KEPT = (
    "SELECT version_num FROM alembic_version",
    "SELECT id FROM change_set ORDER BY id",
    "SELECT name, value FROM epoch ORDER BY name",
)


def test_it_starts_from_nothing_and_again(
    url: str, start_server: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    # each process says what it imports: Alembic writes the statements of a migration
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    first = start_server(url)
    first.wait()
    assert sign_in(first, PASSWORD) == 200
    assert sign_in(first, "wrong") == 401
    log = first.log.read_text("utf-8")
    assert first.url in log
    assert ADMINISTRATOR in log
    assert "alembic" in log
    first.stop()

    before = answers_of(url, *KEPT)
    second = start_server(url)
    second.wait()
    assert sign_in(second, PASSWORD) == 200
    again = second.log.read_text("utf-8")
    assert "fangxin.migrations.migrate" in again
    assert "alembic" not in again
    assert answers_of(url, *KEPT) == before


def test_a_made_password_is_printed_and_works(
    url: str, start_server: Callable[..., Server]
) -> None:
    server = start_server(url, demo_password="")
    server.wait()
    line = next(each for each in server.log.read_text("utf-8").splitlines() if "password" in each)
    assert sign_in(server, line.split()[-1]) == 200


def test_a_fault_in_the_settings_is_named(start_server: Callable[..., Server]) -> None:
    server = start_server("mysql://localhost/x")
    assert server.process.wait(60) != 0
    log = server.log.read_text("utf-8")
    assert "FANGXIN_DATABASE_URL" in log
    assert "Traceback" not in log

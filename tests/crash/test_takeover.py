"""How long the work of a killed worker rests, with the times of the product itself."""

from __future__ import annotations

import time

import httpx
import pytest

from tests import servers
from tests.crash import test_kill
from tests.crash.journal import sign_in

ROWS = 12_000
PATIENCE = 20.0


def processed(server: servers.Server, token: str, import_id: str) -> int:
    headers = {"authorization": f"Bearer {token}"}
    answer = httpx.get(f"{server.url}/api/v1/imports/{import_id}", headers=headers, timeout=20)
    return int(answer.json()["processed"])


def goes_on_after(server: servers.Server, token: str, import_id: str) -> float:
    """Return the seconds until the import has come further than it is."""
    start = time.monotonic()
    before = processed(server, token, import_id)
    while processed(server, token, import_id) == before:
        assert time.monotonic() - start < PATIENCE * 2
        time.sleep(0.1)
    return time.monotonic() - start


@pytest.mark.crash
@pytest.mark.long
def test_a_killed_import_goes_on_within_20_seconds(database_url, tmp_path, monkeypatch):
    monkeypatch.setattr(test_kill, "ROWS", ROWS)
    server = servers.fork(database_url, tmp_path)
    server.wait()
    try:
        token = sign_in(server.url)
        import_id = test_kill.begin_import(server.url, token)
        goes_on_after(server, token, import_id)
        server.kill()
        killed = time.monotonic()
        server = servers.fork(database_url, tmp_path)
        server.wait()
        assert 0 < processed(server, token, import_id) < ROWS
        goes_on_after(server, token, import_id)
        assert time.monotonic() - killed < PATIENCE
    finally:
        server.stop()

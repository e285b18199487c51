"""kill -9 between COMMIT and reply: the retry with the same key gives the lost answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import servers
from tests.crash.journal import sign_in
from tests.crash.test_kill import check_chains, rows_of

HALTING = Path(__file__).resolve().parent / "halting" / "sitecustomize.py"
pytestmark = pytest.mark.crash


class Mortal:
    """A server that can be told to die after its next commit, and its client."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.armed = folder / "armed"
        self.server = self._start()
        self.token = sign_in(self.server.url)

    def _start(self) -> servers.Server:
        server = servers.fork(self.url, self.folder, first=HALTING)
        server.wait()
        return server

    def send(self, method: str, path: str, body: Any, key: str | None = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}"}
        if key is not None:
            headers["idempotency-key"] = key
        address = f"{self.server.url}/api/v1{path}"
        return httpx.request(method, address, json=body, headers=headers, timeout=30)

    def send_into_death(self, path: str, body: Any, key: str) -> Any:
        """Send; the server dies after the commit. Return what the commit had returned."""
        self.armed.touch()
        with pytest.raises(httpx.TransportError):
            self.send("POST", path, body, key)
        self.server.process.wait(20)
        told = self.armed.with_suffix(".told")
        found = json.loads(told.read_bytes())
        told.unlink()
        assert not self.armed.exists()
        self.server = self._start()
        return found

    def retried(self, path: str, body: Any, key: str) -> dict[str, Any]:
        """Send again, twice: both times it must be the kept answer."""
        first, second = (self.send("POST", path, body, key) for _ in range(2))
        assert first.status_code == second.status_code < 300, first.text
        assert first.content == second.content
        for each in (first, second):
            assert each.headers["idempotency-replayed"] == "true"
        return dict(first.json())


@pytest.fixture
def mortal(database_url, tmp_path, monkeypatch) -> Iterator[Mortal]:
    monkeypatch.setenv("HALT_FILE", str(tmp_path / "armed"))
    made = Mortal(database_url, tmp_path)
    yield made
    made.server.stop()


def count(mortal: Mortal, table: str, where: str) -> int:
    return int(rows_of(mortal.url, f"SELECT count(*) FROM {table} WHERE {where}")[0][0])


def test_a_lost_reply_to_a_create(mortal):
    body = {"name": "Once"}
    told = mortal.send_into_death("/accounts", body, "create")
    made = mortal.retried("/accounts", body, "create")
    assert made == told
    assert mortal.send("GET", f"/accounts/{made['id']}", None).json() == made
    assert count(mortal, "account", "name = 'Once'") == 1
    assert count(mortal, "change", f"record_id = '{made['id']}'") == 1
    # the same key for something else is refused even now
    other = mortal.send("POST", "/accounts", {"name": "Other"}, "create")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    check_chains(mortal.url)


def test_a_lost_reply_to_a_batch_and_its_undo(mortal):
    names = [{"name": f"Batch {number}"} for number in range(3)]
    for atomic in (True, False):
        body = {"create": names, "atomic": atomic}
        told = mortal.send_into_death("/accounts/batch", body, f"batch {atomic}")
        made = mortal.retried("/accounts/batch", body, f"batch {atomic}")
        assert [each["status"] for each in made["results"]] == [201] * 3
        if atomic:
            assert made == told
        assert count(mortal, "account", "name LIKE 'Batch %' AND deleted_at IS NULL") == 3
        address = f"/change_sets/{made['change_set']}/undo"
        mortal.send_into_death(address, {}, f"undo {atomic}")
        undone = mortal.retried(address, {}, f"undo {atomic}")
        assert (undone["undone"], undone["conflicts"]) == (3, [])
        assert count(mortal, "account", "name LIKE 'Batch %' AND deleted_at IS NULL") == 0
    # one change set for each deed, and no key left half way
    assert count(mortal, "change_set", "kind IN ('bulk', 'undo')") == 4
    assert count(mortal, "idempotency_key", "state = 'done'") == 4


def test_a_lost_reply_to_an_action_and_a_restore(mortal):
    made = mortal.send("POST", "/tasks", {"subject": "Call"})
    assert made.status_code == 201, made.text
    task = made.json()["id"]
    address = f"/tasks/{task}/actions/complete"
    told = mortal.send_into_death(address, {}, "complete")
    assert mortal.retried(address, {}, "complete") == told
    # created and completed: the retry has written nothing more
    assert count(mortal, "change", f"record_id = '{task}'") == 2
    assert mortal.send("DELETE", f"/tasks/{task}", None).status_code == 204
    address = f"/tasks/{task}/restore"
    told = mortal.send_into_death(address, {}, "restore")
    assert mortal.retried(address, {}, "restore") == told
    assert count(mortal, "change", f"record_id = '{task}'") == 4

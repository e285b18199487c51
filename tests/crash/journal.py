"""A client that writes down what was acknowledged, and asks again with the same key when no answer
came.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests import servers


@dataclass
class Journal:
    """What the server has promised: names by record id, and how many answers were replays."""

    names: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    replayed: int = 0
    retried: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass
class Address:
    """Where the server can be reached now; None while it is down."""

    url: str | None = None


def sign_in(url: str) -> str:
    """Return a token of the administrator."""
    with httpx.Client(base_url=f"{url}/api/v1", timeout=30) as client:
        body = {"email": "admin@demo.local", "password": servers.PASSWORD}
        answer = client.post("/auth/login", json=body)
        assert answer.status_code == 200, answer.text
        csrf = {"x-csrf-token": client.get("/auth/me").headers["x-csrf-token"]}
        made = client.post("/auth/tokens", json={"name": "crash"}, headers=csrf)
        return str(made.json()["token"])


class Writer(threading.Thread):
    """Creates, renames and deletes its own accounts until it is told to stop."""

    def __init__(self, number: int, address: Address, token: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.number = number
        self.address = address
        self.headers = {"authorization": f"Bearer {token}"}
        self.stopped = stop
        self.journal = Journal()
        self.turns = 0
        self.chance = random.Random(number)

    def run(self) -> None:
        count = 0
        while not self.stopped.is_set():
            count += 1
            try:
                self._turn(count)
                self.turns = count
            except Exception as error:  # noqa: BLE001 - the test tells it at the end
                self.journal.faults.append(repr(error))
                return

    def _turn(self, count: int) -> None:
        key = f"w{self.number}-{count}"
        mine = [id_ for id_ in self.journal.names if id_ not in self.journal.deleted]
        deed = self.chance.random()
        if deed < 0.6 or not mine:
            made = self._ask("POST", "/accounts?allow_duplicates=true", {"name": key}, key)
            if made is not None:
                self.journal.names[made["id"]] = key
                self.journal.keys[key] = made["id"]
        elif deed < 0.9:
            id_ = self.chance.choice(mine)
            name = f"{self.journal.names[id_]}+"
            if self._ask("PATCH", f"/accounts/{id_}", {"name": name}, None) is not None:
                self.journal.names[id_] = name
        else:
            id_ = self.chance.choice(mine)
            body = {"delete": [id_], "atomic": True}
            if self._ask("POST", "/accounts/batch", body, key) is not None:
                self.journal.deleted.add(id_)

    def _ask(self, method: str, path: str, body: Any, key: str | None) -> dict[str, Any] | None:
        """Send until an answer comes; the same key makes one deed of all attempts."""
        headers = {**self.headers, **({"idempotency-key": key} if key else {})}
        while True:
            url = self.address.url
            if url is None:
                time.sleep(0.02)
                continue
            try:
                answer = httpx.request(
                    method, f"{url}/api/v1{path}", json=body, headers=headers, timeout=20
                )
            except httpx.HTTPError:
                self.journal.retried += 1
                continue
            if answer.status_code == 409 and answer.json()["code"] == "idempotency_running":
                time.sleep(0.05)
                continue
            if answer.status_code >= 300:
                raise RuntimeError(answer.text)
            self.journal.replayed += "idempotency-replayed" in answer.headers
            return dict(answer.json())

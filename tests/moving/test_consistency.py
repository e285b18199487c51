"""A backup is one moment of a server that writes; a kill leaves the old state or the new."""

from __future__ import annotations

import json
import random
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import servers, typed
from tests.crash.journal import sign_in
from tests.moving.conftest import Place, other
from tests.moving.test_moving import ask

pytestmark = pytest.mark.crash
PURSE = 1000
PURSES = 6


class Payer(threading.Thread):
    """Moves a unit from one account to another, again and again: their sum never changes."""

    def __init__(self, url: str, token: str, ids: list[str], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.client = httpx.Client(
            base_url=f"{url}/api/v1", headers={"authorization": f"Bearer {token}"}, timeout=30
        )
        self.ids, self.stopped = ids, stop
        self.held = dict.fromkeys(ids, PURSE)
        self.moved, self.faults = 0, []

    def run(self) -> None:
        while not self.stopped.is_set():
            giver, taker = random.sample(self.ids, 2)
            self.held[giver] -= 1
            self.held[taker] += 1
            body = [{"id": id_, "employees": self.held[id_]} for id_ in (giver, taker)]
            answer = self.client.post("/accounts/batch", json={"update": body, "atomic": True})
            if answer.status_code != 200:
                self.faults.append(answer.text)
                return
            self.moved += 1


def rows_of(archive: zipfile.ZipFile, table: str) -> list[dict[str, Any]]:
    told = json.loads(archive.read("manifest.json"))
    shape = next(e["shape"] for e in told["tables"] if e["shape"]["name"] == table)
    names = [name for name, _ in shape["columns"]]
    lines = archive.read(f"tables/{table}.jsonl").splitlines()
    return [dict(zip(names, json.loads(line), strict=True)) for line in lines]


def test_a_backup_of_a_writing_server_is_one_moment(place, database_kind, start_server, tmp_path):
    made = place(database_kind)
    server = servers.fork(made.url, made.folder)
    try:
        server.wait()
        token = sign_in(server.url)
        headers = {"authorization": f"Bearer {token}"}
        body = {"create": [{"name": f"Purse {i}", "employees": PURSE} for i in range(PURSES)]}
        answer = httpx.post(f"{server.url}/api/v1/accounts/batch", json=body, headers=headers)
        ids = [item["id"] for item in answer.json()["results"]]
        stop = threading.Event()
        payers = [Payer(server.url, token, ids[i::2], stop) for i in range(2)]
        for payer in payers:
            payer.start()
        for number in range(3):
            made.good("backup", tmp_path / f"{number}.zip")
        stop.set()
        for payer in payers:
            payer.join(30)
        assert not any(payer.faults for payer in payers), payers[0].faults
        assert all(payer.moved > 20 for payer in payers)
    finally:
        server.stop()
    logged = []
    for number in range(3):
        with zipfile.ZipFile(tmp_path / f"{number}.zip") as archive:
            logged.append(check_moment(archive, ids))
    assert logged == sorted(set(logged))
    target = place(other(database_kind))
    target.good("restore", tmp_path / "2.zip")
    assert "Every seal holds" in target.good("doctor")


def check_moment(archive: zipfile.ZipFile, ids: list[str]) -> int:
    """Check a backup against itself; return how many changes it has."""
    purses = {row["id"]: row for row in rows_of(archive, "account") if row["id"] in ids}
    assert sum(row["employees"] for row in purses.values()) == PURSE * PURSES
    versions: dict[str, int] = {}
    changes = rows_of(archive, "change")
    for row in changes:
        versions[row["record_id"]] = max(versions.get(row["record_id"], 0), row["version"])
    assert {id_: row["version"] for id_, row in purses.items()} == {i: versions[i] for i in ids}
    assert {row["seq"] for row in changes} == {
        row["seq"] for row in rows_of(archive, "change_payload")
    }
    return len(changes)


def kill_after(place: Place, seconds: float, *words: object) -> bool:
    """Start a command and kill it; tell whether it had ended by itself."""
    process = typed.start([*map(str, words)], place.folder, place.environment)
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join(20)
        return False
    return process.exitcode == 0


async def accounts(place: Place) -> int | None:
    """How many accounts there are, None without a table of them."""
    name = "account"
    tables = {"s": "sqlite_master WHERE type = 'table' AND name", "p": "pg_tables WHERE tablename"}
    if not await ask(place, f"SELECT 1 FROM {tables[place.url[0]]} = '{name}'"):
        return None
    return int(str((await ask(place, f"SELECT count(*) FROM {name}"))[0][0]))


def took(place: Place, *words: object) -> float:
    start = time.monotonic()
    place.good(*words)
    return time.monotonic() - start


# at how many moments it is killed; the long run looks at twice as many
TIMES = (4, pytest.param(8, marks=pytest.mark.long))
FEWER = (3, pytest.param(6, marks=pytest.mark.long))


def moments(first: float, last: float, times: int) -> list[float]:
    """So many shares of a span, the first and the last among them."""
    return [first + (last - first) * each / (times - 1) for each in range(times)]


@pytest.mark.parametrize("times", TIMES)
async def test_a_killed_restore_leaves_the_old_state_or_the_new(
    archive, place, database_kind, times
):
    target = place(database_kind)
    target.good("restore", archive)
    await ask(target, "SELECT 1")
    seconds = took(target, "restore", "--force", archive)
    states = set()
    mark(target)
    for share in moments(0.3, 1.0, times):
        ended = kill_after(target, seconds * share, "restore", "--force", archive)
        count = await accounts(target)
        marked = (await ask(target, "SELECT count(*) FROM role WHERE key = 'kept'"))[0][0]
        assert count == 202
        assert not (ended and marked)
        states.add(bool(marked))
        if not marked:
            mark(target)
    assert True in states
    target.good("restore", "--force", archive)
    assert "ILL" not in target.good("doctor")
    assert parts(target) == []


def parts(place: Place) -> list[Path]:
    return list(place.folder.glob("*.part"))


def mark(place: Place) -> None:
    """Leave a trace that no backup has."""
    if place.url.startswith("sqlite"):
        import sqlite3

        with sqlite3.connect(place.url.removeprefix("sqlite:///")) as connection:
            connection.execute("UPDATE role SET key = 'kept' WHERE key = 'sales'")
        connection.close()
        return
    from tests import cluster

    server, _, name = place.url.rpartition("/")
    cluster.run_sql(server, "UPDATE role SET key = 'kept' WHERE key = 'sales'", database=name)


@pytest.mark.parametrize("times", FEWER)
async def test_a_killed_copy_leaves_nothing_or_everything(source, place, database_kind, times):
    target = place(other(database_kind))
    words = ("copy", "--to", target.url, "--files-to", target.folder / "files")
    seconds = took(source, *words[:2], place(other(database_kind)).url, *words[3:])
    found = set()
    for share in moments(0.4, 1.0, times):
        ended = kill_after(source, seconds * share, *words)
        count = await accounts(target)
        assert count in ({202} if ended else {None, 202})
        found.add(count)
        if count == 202:
            break
    assert None in found
    if found != {None, 202}:
        source.good(*words)
    assert "ILL" not in target.good("doctor")


@pytest.mark.parametrize("times", FEWER)
def test_a_killed_backup_never_has_the_name(source, tmp_path, times):
    path = tmp_path / "one.zip"
    seconds = took(source, "backup", tmp_path / "first.zip")
    for share in moments(0.4, 0.88, times):
        ended = kill_after(source, seconds * share, "backup", "--force", path)
        if path.exists():
            with zipfile.ZipFile(path) as archive:
                assert archive.testzip() is None
        else:
            assert not ended
    source.good("backup", "--force", path)

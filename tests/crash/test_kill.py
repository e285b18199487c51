"""kill -9 of server and worker at random moments: what was acknowledged is there, once, whole."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from fangxin.kernel.db import open_database
from fangxin.kernel.sql import Statement
from tests import servers
from tests.crash.journal import Address, Writer, sign_in
from tests.patience import PATIENCE_SECONDS

WRITERS = 4
ROWS = 1500
pytestmark = pytest.mark.crash


def answers_of(url: str, *texts: str) -> list[list[tuple[Any, ...]]]:
    """Ask the database itself, past the product; the rows of each question."""

    async def read() -> list[list[tuple[Any, ...]]]:
        database = open_database(url)
        await database.start()
        try:
            asked = [Statement(text, (), {}, (), ()) for text in texts]
            return [[tuple(row) for row in await database.read(each, {})] for each in asked]
        finally:
            await database.stop()

    return asyncio.run(read())


def rows_of(url: str, text: str) -> list[tuple[Any, ...]]:
    """The rows of one question to the database itself."""
    return answers_of(url, text)[0]


def begin_import(url: str, token: str) -> str:
    """Start an import of ROWS contacts that the kills will interrupt."""
    lines = "\n".join(f"Row {i:05},row{i:05}@crash.example" for i in range(ROWS))
    answer = httpx.post(
        f"{url}/api/v1/imports",
        files={"file": ("contacts.csv", f"Name,Email\n{lines}\n", "text/csv")},
        data={
            "object": "contact",
            "options": '{"map": {"columns": {"Name": "name", "Email": "email"}}, "mode": "create"}',
        },
        headers={"authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert answer.status_code in {200, 201, 202}, answer.text
    return str(answer.json()["id"])


def end_import(url: str, token: str, id_: str) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token}"}
    end = time.monotonic() + 180
    while time.monotonic() < end:
        state = httpx.get(f"{url}/api/v1/imports/{id_}", headers=headers, timeout=20).json()
        if state["state"] in {"done", "failed"}:
            return dict(state)
        time.sleep(0.2)
    pytest.fail(f"the import never ended: {state}")


def check_accounts(url: str, writers: list[Writer]) -> None:
    """Nothing acknowledged is lost, nothing is there twice."""
    stored = {
        str(row[0]): row[1:]
        for row in rows_of(url, "SELECT id, name, version, deleted_at FROM account")
    }
    firsts = [row[0].rstrip("+") for row in stored.values()]
    assert len(firsts) == len(set(firsts)), "a create was done twice"
    for writer in writers:
        assert writer.journal.faults == []
        for id_, name in writer.journal.names.items():
            assert id_ in stored, f"{name} was acknowledged and is gone"
            assert stored[id_][0].startswith(name)
            # the last rename of each writer may have been under way
            assert len(stored[id_][0]) <= len(name) + 1
            assert (id_ in writer.journal.deleted) <= (stored[id_][2] is not None)


def check_chains(url: str) -> None:
    """Each record has its whole log and its search row, each log row its payload and change set."""
    found = rows_of(
        url,
        "SELECT a.id FROM account a LEFT JOIN change c ON c.record_id = a.id"
        " GROUP BY a.id, a.version HAVING count(c.seq) <> a.version",
    )
    assert found == [], "a row and its log disagree"
    texts = (
        "SELECT c.seq FROM change c LEFT JOIN change_payload p ON p.seq = c.seq"
        " WHERE p.seq IS NULL",
        "SELECT c.seq FROM change c LEFT JOIN change_set s ON s.id = c.change_set_id"
        " WHERE s.id IS NULL",
        "SELECT c.record_id FROM change c LEFT JOIN account a ON a.id = c.record_id"
        " WHERE c.object = 'account' AND a.id IS NULL",
        "SELECT a.id FROM account a LEFT JOIN search_row s ON s.record_id = a.id"
        " WHERE (a.deleted_at IS NULL) <> (s.record_id IS NOT NULL)",
        "SELECT key FROM idempotency_key WHERE state <> 'done'",
    )
    for text, rows in zip(texts, answers_of(url, *texts), strict=True):
        assert rows == [], text


def check_import(url: str, imported: dict[str, Any]) -> None:
    """An import goes on where it was killed, and brings each row once."""
    assert (imported["state"], imported["created"], imported["failed"]) == ("done", ROWS, 0)
    names = rows_of(url, "SELECT name, count(*) FROM contact GROUP BY name HAVING count(*) > 1")
    assert names == []
    assert rows_of(url, "SELECT count(*) FROM contact") == [(ROWS,)]


def write_once_more(writers: list[Writer]) -> None:
    """Return when each writer has had an answer of the server that is up now."""
    before = [writer.turns for writer in writers]
    end = time.monotonic() + PATIENCE_SECONDS
    while any(
        writer.is_alive() and writer.turns == turns
        for writer, turns in zip(writers, before, strict=True)
    ):
        assert time.monotonic() < end, "a writer got no answer after the last kill"
        time.sleep(0.02)


def storm(url: str, folder: Path, kills: int, *, importing: bool) -> None:
    chance = random.Random(kills)
    address, stop = Address(), threading.Event()
    server = servers.fork(url, folder)
    server.wait()
    try:
        token = sign_in(server.url)
        job = begin_import(server.url, token) if importing else None
        address.url = server.url
        writers = [Writer(number, address, token, stop) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        for _ in range(kills):
            time.sleep(chance.uniform(0.05, 0.8))
            server.kill()
            server = servers.fork(url, folder)
            address.url = server.url
            server.wait()
        write_once_more(writers)
        stop.set()
        for writer in writers:
            writer.join(30)
        imported = end_import(server.url, token, job) if job is not None else None
    finally:
        stop.set()
        server.stop()
    if imported is not None:
        check_import(url, imported)
    assert any(writer.journal.retried for writer in writers), "no kill met a request"
    check_accounts(url, writers)
    check_chains(url)


def test_some_kills(database_url, tmp_path):
    storm(database_url, tmp_path, 3, importing=False)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_fifty_kills(database_url, tmp_path):
    storm(database_url, tmp_path, 50, importing=True)

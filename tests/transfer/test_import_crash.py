"""Workers killed amid an import lose no row and write none twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fangxin.kernel.sql import Statement
from fangxin.transfer import importing, reporting
from fangxin.transfer.orders import Order
from tests import servers

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
ROWS = 2_000
# how often the worker is killed
KILLS = (3, pytest.param(6, marks=pytest.mark.long))
# seven workers start one after another, and a lease runs out between them: a slow machine needs it
PATIENCE_SECONDS = 300


def start(url, folder):
    return subprocess.Popen(
        [sys.executable, FOLDER / "import_worker.py"],
        env={**os.environ, **servers.environment(url, folder), "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


async def figure(database, sql):
    return (await database.read(Statement(sql, (), {}, (), ()), {}))[0][0]


async def kill_while_running(ctx, import_id, url, folder, most):
    worker, kills, end = start(url, folder), 0, time.monotonic() + PATIENCE_SECONDS
    try:
        while time.monotonic() < end:
            await asyncio.sleep(random.uniform(0.02, 0.1))
            book = await reporting.state(ctx, import_id)
            if book["state"] in {"done", "failed"}:
                break
            # only a worker that has written something since is worth killing
            if kills < most and book["processed"] > kills * ROWS // (most + 1):
                worker.send_signal(signal.SIGKILL)
                worker.wait()
                kills += 1
                worker = start(url, folder)
    finally:
        worker.terminate()
        worker.wait()
    return kills


@pytest.mark.crash
@pytest.mark.timeout(600)
@pytest.mark.parametrize("most", KILLS)
async def test_a_killed_worker_loses_no_row(begun, admin, database_url, tmp_path, most):
    async def chunks():
        yield b"Name,Employees\n"
        for number in range(ROWS):
            yield f"Row {number},{number}\n".encode()

    stored = await admin.services.storage.write(chunks(), limit=10**9)
    plan = {"match": "name", "columns": {"Name": "name", "Employees": "employees"}}
    order = Order("account", map=plan)
    made = await importing.start(admin, [order], stored.id, "rows.csv")
    kills = await kill_while_running(admin, made["id"], database_url, tmp_path, most)
    done = await reporting.state(admin, made["id"])
    assert (done["state"], done["created"], done["failed"]) == ("done", ROWS, 0)
    assert kills >= most // 2
    database = admin.database
    assert await figure(database, "SELECT count(*) FROM account") == ROWS
    assert await figure(database, "SELECT sum(employees) FROM account") == sum(range(ROWS))
    assert (
        await figure(database, "SELECT count(*) FROM search_row WHERE object = 'account'") == ROWS
    )
    logged = "SELECT count(*) FROM change WHERE source = 'import' AND verb = 'create'"
    assert await figure(database, logged) == ROWS
    sets = "SELECT count FROM change_set WHERE kind = 'import' AND state = 'closed'"
    assert await figure(database, sets) == ROWS

"""Workers killed amid their jobs lose nothing, write nothing twice and mark what was sent twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from fangxin.kernel.db import Database, Tx
from fangxin.kernel.jobs import Jobs
from fangxin.kernel.sql import Statement

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
STEPS = 20
# jobs of each kind, kills that are tried, and how many of these must hit a worker amid a job
ROUNDS = ((50, 5, 3), pytest.param((120, 12, 8), marks=pytest.mark.long))
PATIENCE_SECONDS = 150.0


def start(url: str, effects: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, FOLDER / "crash_worker.py", url, effects],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )


async def fill(database: Database, jobs_each: int) -> list[str]:
    jobs = Jobs(database)
    table = "CREATE TABLE ledger (job_id text, step integer, PRIMARY KEY (job_id, step))"

    async def unit(tx: Tx) -> list[str]:
        await tx.execute(Statement(table, (), {}, (), ()), {})
        kinds = ["count", "send"] * jobs_each
        # every kill may cost an attempt
        return [await jobs.enqueue(tx, kind, {}, max_attempts=100) for kind in kinds]

    return await database.write(unit)


async def unfinished(database: Database) -> int:
    statement = Statement("SELECT count(*) FROM job WHERE state <> 'done'", (), {}, (), ())
    return int((await database.read(statement, {}))[0][0])


async def at_work(database: Database) -> set[int]:
    """The process ids of the workers that hold a job at this moment."""
    statement = Statement("SELECT worker FROM job WHERE state = 'running'", (), {}, (), ())
    return {int(row[0].split(":")[1]) for row in await database.read(statement, {}) if row[0]}


async def kill_and_replace(database: Database, url: str, effects: Path, most: int) -> int:
    """Keep two workers going, kill those that are at work, until all is done; return the kills."""
    workers = [start(url, effects) for _ in range(2)]
    kills, end = 0, time.monotonic() + PATIENCE_SECONDS
    try:
        while await unfinished(database) and time.monotonic() < end:
            await asyncio.sleep(random.uniform(0.02, 0.3))
            busy = await at_work(database)
            victim = next((each for each in workers if each.pid in busy), None)
            if victim is not None and kills < most:
                victim.send_signal(signal.SIGKILL)
                victim.wait()
                workers.remove(victim)
                workers.append(start(url, effects))
                kills += 1
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait()
    return kills


@pytest.mark.crash
@pytest.mark.parametrize("round_", ROUNDS, ids=str)
async def test_killed_workers_lose_nothing(database, empty_database_url, tmp_path, round_):
    jobs_each, most, least = round_
    made = await fill(database, jobs_each)
    effects = tmp_path / "effects"
    kills = await kill_and_replace(database, empty_database_url, effects, most)
    assert await unfinished(database) == 0
    assert kills >= least
    rows = await database.read(
        Statement("SELECT job_id, count(*) FROM ledger GROUP BY job_id", (), {}, (), ()), {}
    )
    assert {row[0]: row[1] for row in rows} == dict.fromkeys(made[::2], STEPS)
    lines = [line.split() for line in effects.read_text("utf-8").splitlines()]
    sent = Counter(job_id for job_id, _ in lines)
    assert set(sent) == set(made[1::2])
    # an effect may happen twice, but then every one but the first says so
    firsts = Counter(job_id for job_id, mark in lines if mark == "first")
    assert max(firsts.values()) == 1
    attempts = Statement("SELECT max(attempt) FROM job", (), {}, (), ())
    # else every worker died idle, and nothing was shown
    assert (await database.read(attempts, {}))[0][0] > 1
    for job_id, times in sent.items():
        state = await Jobs(database).state(job_id)
        assert state is not None
        assert state.effects >= times

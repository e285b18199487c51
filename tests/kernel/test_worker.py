"""The worker: runs, retries, gives up, hands back when stopped; periodic jobs run once a slot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from fangxin.app import Parts
from fangxin.kernel.db import Database
from fangxin.kernel.errors import Conflict, Invalid
from fangxin.kernel.jobs import Cron, Jobs
from fangxin.kernel.leases import GiveUp, Handler, Run
from fangxin.kernel.sql import Statement
from fangxin.worker import Worker

Working = Callable[..., Any]


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database)


def worker_on(database: Database, handlers: Mapping[str, Handler], *cron: Cron) -> Worker:
    host = SimpleNamespace(
        database=database, jobs=Jobs(database), parts=Parts(jobs=dict(handlers), cron=list(cron))
    )
    return Worker(host, lease=timedelta(seconds=1))  # type: ignore[arg-type]


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[Worker]:
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await asyncio.wait_for(task, 10)


async def put(database: Database, jobs: Jobs, kind: str, **options: Any) -> str:
    return await database.write(lambda tx: jobs.enqueue(tx, kind, {}, **options))


async def until(jobs: Jobs, job_id: str, wanted: str) -> Any:
    for _ in range(200):
        found = await jobs.state(job_id)
        if found is not None and found.state == wanted:
            return found
        await asyncio.sleep(0.05)
    pytest.fail(f"the job never became {wanted}")


async def test_a_job_is_run_and_its_result_kept(database, jobs):
    async def add(_host: Any, run: Run) -> dict[str, int]:
        return {"attempt": run.attempt}

    job_id = await put(database, jobs, "add")
    async with working(worker_on(database, {"add": add})):
        done = await until(jobs, job_id, "done")
    assert done.result == {"attempt": 1}


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (OSError("mail server away"), "waiting"),
        (Conflict(), "waiting"),
        (Invalid(), "failed"),
        (GiveUp("no table"), "failed"),
    ],
)
async def test_what_may_heal_is_tried_again_and_the_rest_is_not(database, jobs, error, state):
    tried = asyncio.Event()

    async def fail(_host: Any, _run: Run) -> None:
        tried.set()
        raise error

    job_id = await put(database, jobs, "fail")
    async with working(worker_on(database, {"fail": fail})):
        await asyncio.wait_for(tried.wait(), 10)
        found = await until(jobs, job_id, state)
    assert found.error == f"{type(error).__name__}: {error}"


async def test_a_job_that_nobody_knows_is_a_dead_letter(database, jobs):
    job_id = await put(database, jobs, "unknown")
    async with working(worker_on(database, {})):
        found = await until(jobs, job_id, "failed")
    assert "no handler" in found.error


async def test_a_long_job_keeps_its_lease(database, jobs):
    runs: list[int] = []

    async def long(_host: Any, run: Run) -> None:
        runs.append(run.attempt)
        await asyncio.sleep(2.5)

    job_id = await put(database, jobs, "long")
    handlers = {"long": long}
    async with working(worker_on(database, handlers)), working(worker_on(database, handlers)):
        await until(jobs, job_id, "done")
    assert runs == [1]


async def test_a_worker_told_to_stop_hands_back_what_it_cannot_end(database, jobs, monkeypatch):
    monkeypatch.setattr("fangxin.worker.GRACE_SECONDS", 0.1)
    started = asyncio.Event()

    async def endless(_host: Any, _run: Run) -> None:
        started.set()
        await asyncio.sleep(3600)

    job_id = await put(database, jobs, "endless")
    async with working(worker_on(database, {"endless": endless})):
        await asyncio.wait_for(started.wait(), 10)
    found = await jobs.state(job_id)
    assert found is not None
    assert (found.state, found.attempt) == ("waiting", 0)


async def test_jobs_run_side_by_side(database, jobs):
    together, most = 0, 0

    async def wait(_host: Any, _run: Run) -> None:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await asyncio.sleep(0.2)
        together -= 1

    made = [await put(database, jobs, "wait") for _ in range(8)]
    async with working(worker_on(database, {"wait": wait})):
        for job_id in made:
            await until(jobs, job_id, "done")
    assert most == 4


async def test_a_periodic_job_runs_once_a_slot_however_many_workers(database, jobs):
    ran: list[str] = []

    async def tick(_host: Any, run: Run) -> None:
        ran.append(run.id)

    daily = Cron("tick", "tick", timedelta(days=365_000))
    workers = [worker_on(database, {"tick": tick}, daily) for _ in range(3)]
    async with working(workers[0]), working(workers[1]), working(workers[2]):
        await asyncio.sleep(1.5)
    assert len(ran) == 1
    count = Statement("SELECT count(*) FROM job", (), {}, (), ())
    assert (await database.read(count, {}))[0][0] == 1


async def test_a_database_that_was_away_does_not_end_the_worker(database, jobs, monkeypatch):
    monkeypatch.setattr("fangxin.worker.PAUSE_SECONDS", 0.05)

    async def nothing(_host: Any, _run: Run) -> None: ...

    worker = worker_on(database, {"nothing": nothing})
    whole, faults = type(worker.leases).claim, 3

    async def claim(leases: Any, *arguments: Any) -> Any:
        nonlocal faults
        if faults:
            faults -= 1
            raise ConnectionError
        return await whole(leases, *arguments)

    monkeypatch.setattr(type(worker.leases), "claim", claim)
    job_id = await put(database, jobs, "nothing")
    async with working(worker):
        await until(jobs, job_id, "done")
    assert faults == 0

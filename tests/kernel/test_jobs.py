"""The job table: enqueueing in the business transaction, leases, fences, back-off, dead letters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fangxin.kernel.db import Database, Tx
from fangxin.kernel.ids import new_id
from fangxin.kernel.jobs import KEPT, Cron, Jobs
from fangxin.kernel.leases import HEARTBEATS, LONGEST_WAIT, LeaseLost, Leases, back_off
from fangxin.worker import LOOK_SECONDS

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs(database: Database, clock: Clock) -> Jobs:
    return Jobs(database, clock)


@pytest.fixture
def worker(database: Database, clock: Clock) -> Callable[[str], Leases]:
    return lambda name: Leases(database, name, timedelta(seconds=30), clock)


async def put(database: Database, jobs: Jobs, kind: str = "note", **options: Any) -> str:
    return await database.write(lambda tx: jobs.enqueue(tx, kind, {"n": 1}, **options))


async def test_a_job_is_committed_with_the_transaction_or_not_at_all(database, jobs, worker):
    async def unit(tx: Tx) -> None:
        await jobs.enqueue(tx, "note", {})
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(unit)
    assert await worker("a").claim(10) == []
    kept = await put(database, jobs)
    assert [run.id for run in await worker("a").claim(10)] == [kept]


async def test_a_job_carries_its_arguments_and_actor(database, jobs, worker):
    actor = new_id()
    made = await put(database, jobs, actor=actor)
    (run,) = await worker("a").claim(1)
    assert (run.id, run.kind, run.args, run.actor_id, run.attempt) == (
        made,
        "note",
        {"n": 1},
        actor,
        1,
    )
    state = await jobs.state(made)
    assert state is not None
    assert (state.state, state.progress, state.actor_id) == ("running", 0.0, actor)
    assert await worker("a").done(run, {"sum": 3})
    ended = await jobs.state(made)
    assert ended is not None
    assert (ended.state, ended.progress, ended.result) == ("done", 1.0, {"sum": 3})
    assert ended.finished_at == START


async def test_workers_claiming_at_once_never_share_a_job(database, jobs, worker):
    made = {await put(database, jobs) for _ in range(40)}
    taken = await asyncio.gather(*(worker(f"w{n}").claim(5) for n in range(10)))
    ids = [run.id for runs in taken for run in runs]
    assert len(ids) == len(set(ids))
    rest = await worker("last").claim(100)
    assert set(ids) | {run.id for run in rest} == made


async def test_due_time_priority_and_queue_decide_what_comes_first(database, jobs, worker, clock):
    later = await put(database, jobs, run_at=START + timedelta(minutes=5))
    plain = await put(database, jobs)
    urgent = await put(database, jobs, priority=1)
    await put(database, jobs, queue="slow")
    a = worker("a")
    assert [run.id for run in await a.claim(1)] == [urgent]
    assert [run.id for run in await a.claim(5)] == [plain]
    clock.pass_(minutes=5)
    assert [run.id for run in await a.claim(5)] == [later]
    assert len(await a.claim(5, queue="slow")) == 1


async def test_one_dedupe_key_makes_one_job(database, jobs, worker, clock):
    first = await put(database, jobs, dedupe="cron:seal:7")
    again = await asyncio.gather(*(put(database, jobs, dedupe="cron:seal:7") for _ in range(5)))
    assert set(again) == {first}
    (run,) = await worker("a").claim(9)
    await worker("a").done(run, None)
    assert await put(database, jobs, dedupe="cron:seal:7") == first
    clock.pass_(days=KEPT.days, hours=1)
    assert await jobs.forget_old() == 1
    assert await put(database, jobs, dedupe="cron:seal:7") != first


async def test_the_job_of_a_lost_worker_is_taken_by_another(database, jobs, worker, clock):
    made = await put(database, jobs)
    a, b = worker("a"), worker("b")
    (lost,) = await a.claim(1)
    clock.pass_(seconds=29)
    assert await b.release_lost() == 0
    clock.pass_(seconds=2)
    assert await b.release_lost() == 1
    (taken,) = await b.claim(1)
    assert (taken.id, taken.attempt) == (made, 2)
    # the first one wakes up again: it can write nothing any more
    assert await a.renew([lost]) == [lost]
    assert not await a.done(lost, "late")
    assert not await a.failed(lost, "late")
    with pytest.raises(LeaseLost):
        await lost.effect()
    state = await jobs.state(made)
    assert state is not None
    assert (state.state, state.result, state.error) == (
        "running",
        None,
        "The worker was lost while it ran this job.",
    )


async def test_a_renewed_lease_keeps_the_job(database, jobs, worker, clock):
    await put(database, jobs)
    a, b = worker("a"), worker("b")
    runs = await a.claim(1)
    for _ in range(4):
        clock.pass_(seconds=20)
        assert await a.renew(runs) == []
        assert await b.release_lost() == 0
    assert await a.done(runs[0], None)


async def test_progress_is_written_with_the_slice_and_fenced(database, jobs, worker, clock):
    made = await put(database, jobs)
    a, b = worker("a"), worker("b")
    (run,) = await a.claim(1)

    async def slice_(tx: Tx) -> None:
        await jobs.enqueue(tx, "written by the slice", {})
        await run.save(tx, progress=0.5, result={"row": 500})

    await database.write(slice_)
    state = await jobs.state(made)
    assert state is not None
    assert (state.progress, state.result) == (0.5, {"row": 500})
    clock.pass_(minutes=1)
    await b.release_lost()
    taken = [each for each in await b.claim(9) if each.id == made]
    assert taken[0].saved == {"row": 500}
    with pytest.raises(LeaseLost):
        await database.write(slice_)
    # the slice of the late one was undone with it: only the first one's job is there
    assert len(await b.claim(9)) == 0


async def test_a_failed_attempt_waits_and_at_the_end_is_a_dead_letter(
    database, jobs, worker, clock
):
    made = await put(database, jobs, max_attempts=2)
    a = worker("a")
    (run,) = await a.claim(1)
    assert await a.failed(run, "mail server away")
    assert await a.claim(1) == []
    clock.pass_(seconds=4)
    (run,) = await a.claim(1)
    assert run.attempt == 2
    assert await a.failed(run, "x" * 5000)
    clock.pass_(hours=9)
    assert await a.claim(1) == []
    (dead,) = await jobs.dead_letters()
    assert (dead.id, dead.state, len(dead.error or "")) == (made, "failed", 2000)
    assert await database.write(lambda tx: jobs.send_again(tx, made))
    assert not await database.write(lambda tx: jobs.send_again(tx, made))
    (run,) = await a.claim(1)
    assert run.attempt == 3
    assert await a.failed(run, "again")
    state = await jobs.state(made)
    assert state is not None
    assert state.state == "waiting"


async def test_a_lost_worker_at_the_last_attempt_leaves_a_dead_letter(
    database, jobs, worker, clock
):
    made = await put(database, jobs, max_attempts=1)
    a = worker("a")
    await a.claim(1)
    clock.pass_(minutes=1)
    await a.release_lost()
    assert await a.claim(1) == []
    assert [each.id for each in await jobs.dead_letters()] == [made]


async def test_an_attempt_that_got_on_is_given_back(database, jobs, worker, clock):
    """Lost workers wear out a job that stands still, never one that moves."""
    made = await put(database, jobs, max_attempts=2)
    a = worker("a")
    shares = (0.1, 0.2, 0.3, 0.4, 0.3, 0.3)
    for share in shares:
        (run,) = await a.claim(1)
        await database.write(lambda tx, run=run, share=share: run.save(tx, progress=share))
        # two steps of one attempt give back one
        await database.write(lambda tx, run=run, share=share: run.save(tx, progress=share + 0.01))
        clock.pass_(minutes=1)
        await a.release_lost()
    assert await a.claim(1) == []
    (dead,) = await jobs.dead_letters()
    assert (dead.id, dead.attempt) == (made, len(shares))


async def test_the_job_of_a_dead_worker_rests_20_seconds_at_most(database, jobs, clock):
    await put(database, jobs)
    a, b = (Leases(database, name, clock=clock) for name in "ab")
    assert len(await a.claim(1)) == 1
    heartbeat = a.lease.total_seconds() / HEARTBEATS
    # the other looked just before the lease ran out, and looks again a heartbeat later
    clock.pass_(seconds=a.lease.total_seconds() - 0.01)
    assert await b.release_lost() == 0
    clock.pass_(seconds=heartbeat)
    assert await b.release_lost() == 1
    assert len(await b.claim(1)) == 1
    assert a.lease.total_seconds() + heartbeat + LOOK_SECONDS <= 20


async def test_a_final_fault_is_not_tried_again(database, jobs, worker):
    made = await put(database, jobs)
    (run,) = await worker("a").claim(1)
    await worker("a").failed(run, "the file is no table", final=True)
    assert [each.id for each in await jobs.dead_letters()] == [made]


async def test_an_effect_begun_twice_is_marked(database, jobs, worker, clock):
    made = await put(database, jobs)
    a, b = worker("a"), worker("b")
    (run,) = await a.claim(1)
    assert await run.effect() is False
    clock.pass_(minutes=1)
    await b.release_lost()
    (run,) = await b.claim(1)
    assert await run.effect() is True
    await b.done(run, None)
    state = await jobs.state(made)
    assert state is not None
    assert state.repeated


async def test_a_job_handed_back_has_spent_no_attempt(database, jobs, worker):
    await put(database, jobs)
    (run,) = await worker("a").claim(1)
    assert await worker("a").hand_back(run)
    (again,) = await worker("b").claim(1)
    assert again.attempt == 1


async def test_old_jobs_are_forgotten_but_dead_letters_stay(database, jobs, worker, clock):
    done, dead, waiting = [await put(database, jobs) for _ in range(3)]
    a = worker("a")
    for run in await a.claim(2):
        if run.id == done:
            await a.done(run, None)
        else:
            await a.failed(run, "no", final=True)
    clock.pass_(days=31)
    assert await jobs.forget_old() == 1
    assert await jobs.state(done) is None
    assert await jobs.state(dead) is not None
    assert await jobs.state(waiting) is not None


def test_waiting_doubles_up_to_an_hour():
    for attempt, middle in ((1, 2), (2, 4), (5, 32), (30, LONGEST_WAIT.total_seconds())):
        for _ in range(20):
            assert 0.5 * middle <= back_off(attempt).total_seconds() <= 1.5 * middle


def test_a_slot_of_a_periodic_job_starts_at_its_offset():
    nightly = Cron("purge", "purge", timedelta(days=1), timedelta(hours=3))
    before = datetime(2026, 11, 21, 2, 59, tzinfo=UTC)
    assert nightly.slot(before) + 1 == nightly.slot(before + timedelta(minutes=1))
    assert nightly.slot(before + timedelta(minutes=1)) == nightly.slot(before + timedelta(hours=24))

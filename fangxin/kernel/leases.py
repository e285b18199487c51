"""Running jobs: a worker claims them by a lease, renews it, and writes how they ended.

Every write of a holder is fenced by the attempt's number: one that has lost its lease can change
nothing any more.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from fangxin.kernel.clock import now
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.jobs import DEFAULT_QUEUE, job
from fangxin.kernel.sql import DialectName, Statement, Timestamp, compile_statement

# with HEARTBEATS it bounds how long the job of a dead worker rests: 18 s
LEASE: Final = timedelta(seconds=15)
# how often in a lease its holder renews it, and every worker looks for those that ran out
HEARTBEATS: Final = 5
LONGEST_WAIT: Final = timedelta(hours=1)
ERROR_LENGTH: Final = 2000
LOST: Final = "The worker was lost while it ran this job."


class LeaseLost(Exception):
    """Another worker has taken the job meanwhile; whoever sees this writes nothing more for it."""


class GiveUp(Exception):
    """A handler's word that trying again cannot help: the job becomes a dead letter at once."""


def _held() -> sa.ColumnElement[bool]:
    """The condition that the job is still ours: whoever takes it over counts one attempt more."""
    return sa.and_(
        job.c.id == sa.bindparam("job_id"),
        job.c.attempt == sa.bindparam("at_attempt"),
        job.c.worker == sa.bindparam("by"),
        job.c.state == "running",
    )


def _ready() -> sa.Select[Any]:
    return (
        sa.select(job.c.id)
        .where(
            job.c.queue == sa.bindparam("on_queue"),
            # literal, for the partial index
            job.c.state == sa.literal_column("'waiting'"),
            job.c.run_at <= sa.bindparam("moment"),
        )
        .order_by(job.c.priority, job.c.run_at, job.c.id)
        .limit(sa.bindparam("how_many"))
    )


def _claim(dialect: DialectName) -> sa.UpdateBase:
    ready = _ready()
    if dialect == "postgresql":
        ready = ready.with_for_update(skip_locked=True)
    # evaluated once; a sub-query with LIMIT might be run again by the planner and claim more
    chosen = ready.cte("ready")
    names = ("id", "kind", "args", "actor_id", "attempt", "max_attempts", "result")
    return (
        sa.update(job)
        .where(job.c.id.in_(sa.select(chosen.c.id)))
        .values(
            state="running",
            worker=sa.bindparam("by"),
            lease_until=sa.bindparam("until"),
            attempt=job.c.attempt + 1,
        )
        .returning(*(job.c[name] for name in names))
    )


def _release_lost() -> sa.UpdateBase:
    """Free the jobs whose lease has run out; those without an attempt left become dead letters."""
    spent = job.c.attempt >= job.c.max_attempts
    moment = sa.bindparam("moment", type_=Timestamp())
    return (
        sa.update(job)
        .where(job.c.state == sa.literal_column("'running'"), job.c.lease_until < moment)
        .values(
            state=sa.case((spent, "failed"), else_="waiting"),
            finished_at=sa.case((spent, moment), else_=sa.null()),
            error=LOST,
            run_at=moment,
            lease_until=sa.null(),
            worker=sa.null(),
        )
    )


def _save() -> sa.UpdateBase:
    """Write how far a job has come. An attempt that has moved it on costs none of its attempts:
    they are there for a job that comes to nothing, not for one whose workers die.
    """
    progress = sa.bindparam("new_progress", type_=sa.Float())
    further = progress > job.c.progress
    given_back = sa.bindparam("given_back", type_=sa.Integer())
    return (
        sa.update(job)
        .where(_held())
        .values(
            # never back, or an attempt that begins anew would count as one that gets on
            progress=sa.case((further, progress), else_=job.c.progress),
            max_attempts=sa.case((further, given_back), else_=job.c.max_attempts),
            result=sa.bindparam("new_result"),
            lease_until=sa.bindparam("until"),
        )
    )


def _end(**values: Any) -> sa.UpdateBase:
    return sa.update(job).where(_held()).values(lease_until=sa.null(), worker=sa.null(), **values)


_SHAPES: Final[Mapping[str, Callable[[DialectName], sa.sql.ClauseElement]]] = {
    "ready": lambda _: _ready(),
    "claim": _claim,
    "release": lambda _: _release_lost(),
    "done": lambda _: _end(
        state="done",
        progress=1.0,
        error=sa.null(),
        result=sa.bindparam("new_result"),
        finished_at=sa.bindparam("moment"),
    ),
    "failed": lambda _: _end(
        state=sa.bindparam("new_state"),
        error=sa.bindparam("new_error"),
        run_at=sa.bindparam("next_at"),
        finished_at=sa.bindparam("ended_at"),
    ),
    "handed_back": lambda _: _end(
        state="waiting", attempt=job.c.attempt - 1, run_at=sa.bindparam("moment")
    ),
    "renew": lambda _: sa.update(job).where(_held()).values(lease_until=sa.bindparam("until")),
    "save": lambda _: _save(),
    "effect": lambda _: (
        sa.update(job).where(_held()).values(effects=job.c.effects + 1).returning(job.c.effects)
    ),
}


@lru_cache(maxsize=32)
def _statement(name: str, dialect: DialectName) -> Statement:
    return compile_statement(_SHAPES[name](dialect), dialect)


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt at a job, in the hands of its handler.

    `saved` is the result that an earlier attempt has left: a cursor to go on from.
    """

    leases: Leases
    id: str
    kind: str
    args: Mapping[str, Any]
    actor_id: str | None
    attempt: int
    max_attempts: int
    saved: Any

    async def save(self, tx: Tx, *, progress: float, result: Any = None) -> None:
        """Write progress (0 to 1) and a result or cursor in the handler's own transaction.

        So a slice of work and the note that it is done are one, and a job taken over goes on where
        the other stopped. LeaseLost undoes all of it.
        """
        values = {
            "new_progress": progress,
            "new_result": result,
            "until": self.leases.until(),
            "given_back": self.max_attempts + 1,
        }

        async def check(held: int) -> None:
            if not held:
                raise LeaseLost

        await tx.later(_statement("save", tx.dialect), values | self.leases.held(self), check)

    async def effect(self) -> bool:
        """Announce, durably, that an effect outside the database begins now.

        True means that an earlier attempt announced it and then failed: it may have happened
        already, so what is sent now is to be marked as a repetition.
        """
        statement = _statement("effect", self.leases.database.dialect)
        held = self.leases.held(self)
        row = await self.leases.database.write(lambda tx: tx.fetch_one(statement, held))
        if row is None:
            raise LeaseLost
        return bool(row[0] > 1)


Handler: TypeAlias = Callable[[Any, Run], Awaitable[Mapping[str, Any] | None]]


@dataclass(frozen=True, slots=True)
class Leases:
    """The jobs that one worker holds. `worker` is unique among all processes of an installation."""

    database: Database
    worker: str
    lease: timedelta = LEASE
    clock: Callable[[], datetime] = now

    def until(self) -> datetime:
        """When a lease given now would end."""
        return self.clock() + self.lease

    def held(self, run: Run) -> dict[str, Any]:
        """The values by which a statement is bound to a lease."""
        return {"job_id": run.id, "at_attempt": run.attempt, "by": self.worker}

    async def claim(self, count: int, queue: str = DEFAULT_QUEUE) -> list[Run]:
        """Take at most `count` jobs that are due; no other worker gets the same ones."""
        values = {"on_queue": queue, "moment": self.clock(), "how_many": count}
        # a look costs no write transaction, and mostly there is nothing
        if not await self.database.read(self._of("ready"), values):
            return []
        values |= {"by": self.worker, "until": self.until()}
        statement = self._of("claim")
        rows = await self.database.write(lambda tx: tx.fetch(statement, values))
        return [Run(self, *row) for row in rows]

    async def release_lost(self) -> int:
        """Free the jobs of workers that were lost; return how many."""
        return await self._write("release", {"moment": self.clock()})

    async def renew(self, runs: Sequence[Run]) -> list[Run]:
        """Prolong the leases of `runs`; return those that are lost."""
        statement, until = self._of("renew"), self.until()

        async def unit(tx: Tx) -> list[Run]:
            return [
                run
                for run in runs
                if not await tx.execute(statement, {"until": until} | self.held(run))
            ]

        return await self.database.write(unit) if runs else []

    async def done(self, run: Run, result: Any) -> bool:
        """Write that the job is done; False when its lease was lost."""
        values = {"new_result": result, "moment": self.clock()}
        return await self._write("done", values | self.held(run)) > 0

    async def failed(self, run: Run, error: str, *, final: bool = False) -> bool:
        """Write that the attempt failed; False when its lease was lost.

        The job waits for its next attempt, or is a dead letter: `final`, or no attempt left.
        """
        moment = self.clock()
        dead = final or run.attempt >= run.max_attempts
        values = {
            "new_state": "failed" if dead else "waiting",
            "new_error": error[:ERROR_LENGTH],
            "next_at": moment if dead else moment + back_off(run.attempt),
            "ended_at": moment if dead else None,
        }
        return await self._write("failed", values | self.held(run)) > 0

    async def hand_back(self, run: Run) -> bool:
        """Give a job back untried, as a worker does that is told to stop."""
        return await self._write("handed_back", {"moment": self.clock()} | self.held(run)) > 0

    def _of(self, name: str) -> Statement:
        return _statement(name, self.database.dialect)

    async def _write(self, name: str, values: Mapping[str, Any]) -> int:
        statement = self._of(name)
        return await self.database.write(lambda tx: tx.execute(statement, values))


def back_off(attempt: int) -> timedelta:
    """Return how long to wait after failed attempt number `attempt`: doubling from 2 s to an hour.

    The jitter (half to one and a half times) spreads jobs that failed together.
    """
    seconds = min(LONGEST_WAIT.total_seconds(), 2.0**attempt)
    return timedelta(seconds=seconds * random.uniform(0.5, 1.5))  # noqa: S311

"""Durable background work: a table in the same database, so that a job is committed with its data.

A job runs at least once. A worker holds it by a lease that it renews; another worker takes the job
of one that was lost. What must not happen twice outside the database is announced by `Run.effect`
(leases.py), which marks a repetition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from fangxin.kernel.clock import now
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.ids import new_id
from fangxin.kernel.sql import (
    DialectName,
    Id,
    Json,
    Statement,
    Timestamp,
    compile_statement,
    metadata,
)

MAX_ATTEMPTS: Final = 8
DEFAULT_QUEUE: Final = "default"
KEPT: Final = timedelta(days=30)
SLICE: Final = 500

job: Final = sa.Table(
    "job",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("queue", sa.Text(), nullable=False),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("args", Json(), nullable=False),
    # waiting, running, done, cancelled, failed (a dead letter: an administrator may send it again)
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("priority", sa.Integer(), nullable=False),
    sa.Column("run_at", Timestamp(), nullable=False),
    sa.Column("attempt", sa.Integer(), nullable=False),
    sa.Column("max_attempts", sa.Integer(), nullable=False),
    sa.Column("lease_until", Timestamp(), nullable=True),
    sa.Column("worker", sa.Text(), nullable=True),
    sa.Column("dedupe", sa.Text(), nullable=True, unique=True),
    sa.Column("actor_id", Id(), nullable=True),
    sa.Column("progress", sa.Float(), nullable=False),
    sa.Column("result", Json(), nullable=True),
    sa.Column("error", sa.Text(), nullable=True),
    # how often an effect outside the database was begun; above 1 it may have happened twice
    sa.Column("effects", sa.Integer(), nullable=False),
    sa.Column("created_at", Timestamp(), nullable=False),
    sa.Column("finished_at", Timestamp(), nullable=True),
    sa.Index(
        "ix_job_ready",
        "queue",
        "priority",
        "run_at",
        "id",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    sa.Index(
        "ix_job_lease",
        "lease_until",
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    ),
    sa.Index("ix_job_finished", "finished_at"),
)


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as clients see it. `progress` runs from 0 to 1, `effects` counts effects begun."""

    id: str
    kind: str
    state: str
    progress: float
    result: Any
    error: str | None
    actor_id: str | None
    attempt: int
    run_at: datetime
    created_at: datetime
    finished_at: datetime | None
    effects: int

    @property
    def repeated(self) -> bool:
        """Whether an effect was begun more than once, and so may have happened twice."""
        return self.effects > 1


@dataclass(frozen=True, slots=True)
class Cron:
    """A job enqueued once in every slot of `every`, by whichever worker comes first.

    `offset` shifts the start of the slots, which are counted from 1970 in UTC.
    """

    name: str
    kind: str
    every: timedelta
    offset: timedelta = timedelta()
    args: Mapping[str, Any] = field(default_factory=dict)

    def slot(self, moment: datetime) -> int:
        """Return the number of the slot that `moment` falls into."""
        return int((moment.timestamp() - self.offset.total_seconds()) // self.every.total_seconds())


_STATE_NAMES: Final = tuple(JobState.__dataclass_fields__)


def _insert(dialect: DialectName) -> sa.UpdateBase:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return (
        insert(job)
        .values({each.name: sa.bindparam(each.name) for each in job.columns})
        .on_conflict_do_nothing(index_elements=[job.c.dedupe])
    )


def _states() -> sa.Select[Any]:
    return sa.select(*(job.c[name] for name in _STATE_NAMES))


def _send_again() -> sa.UpdateBase:
    # attempts go on counting, so that a forgotten holder of an earlier one stays fenced off
    return (
        sa.update(job)
        .where(job.c.id == sa.bindparam("job_id"), job.c.state == "failed")
        .values(
            state="waiting",
            max_attempts=job.c.attempt + MAX_ATTEMPTS,
            run_at=sa.bindparam("moment"),
            finished_at=sa.null(),
        )
    )


def _cancel() -> sa.UpdateBase:
    # whoever runs it finds his lease lost when he next saves, and writes nothing more
    return (
        sa.update(job)
        .where(
            job.c.id == sa.bindparam("job_id"),
            sa.or_(job.c.state == "waiting", job.c.state == "running"),
        )
        .values(
            state="cancelled",
            finished_at=sa.bindparam("moment"),
            lease_until=sa.null(),
            worker=sa.null(),
        )
    )


def _forget() -> sa.UpdateBase:
    old = (
        sa.select(job.c.id)
        .where(
            job.c.finished_at < sa.bindparam("before"),
            sa.or_(job.c.state == "done", job.c.state == "cancelled"),
        )
        .limit(sa.bindparam("how_many"))
    )
    return sa.delete(job).where(job.c.id.in_(old))


_SHAPES: Final[Mapping[str, Callable[[DialectName], sa.sql.ClauseElement]]] = {
    "insert": _insert,
    "by_dedupe": lambda _: sa.select(job.c.id).where(job.c.dedupe == sa.bindparam("key")),
    "state": lambda _: _states().where(job.c.id == sa.bindparam("job_id")),
    "dead": lambda _: (
        _states()
        .where(job.c.state == "failed")
        .order_by(job.c.finished_at.desc())
        .limit(sa.bindparam("how_many"))
    ),
    "oldest": lambda _: (
        sa.select(job.c.run_at)
        .where(job.c.state == sa.literal_column("'waiting'"))
        .order_by(job.c.run_at)
        .limit(sa.bindparam("how_many"))
    ),
    "again": lambda _: _send_again(),
    "cancel": lambda _: _cancel(),
    "forget": lambda _: _forget(),
}


@lru_cache(maxsize=16)
def _statement(name: str, dialect: DialectName) -> Statement:
    return compile_statement(_SHAPES[name](dialect), dialect)


class Jobs:
    """Putting work into the table, and looking at it. Running it is the part of leases.py."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self.clock = clock

    async def enqueue(  # noqa: PLR0913 - all but three are options by name
        self,
        tx: Tx,
        kind: str,
        args: Mapping[str, Any],
        *,
        run_at: datetime | None = None,
        dedupe: str | None = None,
        queue: str = DEFAULT_QUEUE,
        actor: str | None = None,
        priority: int = 5,
        max_attempts: int = MAX_ATTEMPTS,
    ) -> str:
        """Put a job into the caller's transaction and return its id; lower `priority` runs first.

        A second job with the same `dedupe` key is not made while the first is remembered (KEPT):
        its id is returned. `actor` is the user in whose name it runs, and who may look at it.
        """
        moment = self.clock()
        values = dict.fromkeys(each.name for each in job.columns)
        values |= {
            "id": new_id(),
            "queue": queue,
            "kind": kind,
            "args": dict(args),
            "state": "waiting",
            "priority": priority,
            "run_at": run_at or moment,
            "attempt": 0,
            "max_attempts": max_attempts,
            "dedupe": dedupe,
            "actor_id": actor,
            "progress": 0.0,
            "effects": 0,
            "created_at": moment,
        }
        if await tx.execute(_statement("insert", tx.dialect), values):
            return str(values["id"])
        row = await tx.fetch_one(_statement("by_dedupe", tx.dialect), {"key": dedupe})
        return str(row[0] if row else values["id"])

    async def state(self, job_id: str) -> JobState | None:
        """Return how a job stands, None when it is unknown or forgotten."""
        rows = await self._read("state", {"job_id": job_id})
        return JobState(*rows[0]) if rows else None

    async def dead_letters(self, limit: int = 100) -> list[JobState]:
        """Return the jobs that have failed for good, the latest first."""
        return [JobState(*row) for row in await self._read("dead", {"how_many": limit})]

    async def longest_waiting(self) -> datetime | None:
        """Return when the job was due that waits longest, None when nothing waits."""
        rows = await self._read("oldest", {"how_many": 1})
        return rows[0][0] if rows else None

    async def cancel(self, tx: Tx, job_id: str) -> bool:
        """Stop a job that waits or runs; what it has written stays. False when it has ended."""
        values = {"job_id": job_id, "moment": self.clock()}
        return await tx.execute(_statement("cancel", tx.dialect), values) > 0

    async def send_again(self, tx: Tx, job_id: str) -> bool:
        """Give a dead letter another round of attempts; False when it is none."""
        values = {"job_id": job_id, "moment": self.clock()}
        return await tx.execute(_statement("again", tx.dialect), values) > 0

    async def forget_old(self) -> int:
        """Remove what was done longer than KEPT ago, slice by slice; return how many.

        Dead letters stay.
        """
        values = {"before": self.clock() - KEPT, "how_many": SLICE}
        statement = _statement("forget", self._database.dialect)
        total = 0
        while removed := await self._database.write(lambda tx: tx.execute(statement, values)):
            total += removed
        return total

    async def _read(self, name: str, values: Mapping[str, Any]) -> Sequence[Any]:
        return await self._database.read(_statement(name, self._database.dialect), values)

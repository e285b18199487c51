"""Jobs as those see them who started them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from fangxin.data import mass
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Database
from fangxin.kernel.errors import Conflict, NotFound
from fangxin.kernel.ids import is_id
from fangxin.kernel.jobs import Jobs, JobState, job
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import InArray, Timestamp

# whoever may look at everybody's data may look at everybody's jobs
ALL: Final = "admin.data"
# work in slices, each whole in itself
STOPPABLE: Final = frozenset({mass.KIND, "import"})
# how long the end of a job is news
FRESH: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class JobNews:
    """How a job stands. `progress` runs from 0 to 1."""

    id: str
    state: str
    progress: float


_news: Final = Prepared(
    lambda: sa.select(job.c.actor_id, job.c.id, job.c.state, job.c.progress).where(
        InArray(job.c.actor_id, "actors"),
        sa.or_(
            # literal, for the partial index
            job.c.state == sa.literal_column("'running'"),
            job.c.finished_at > sa.bindparam("since", type_=Timestamp()),
        ),
    )
)


async def job_news(
    database: Database, actors: Sequence[str], moment: datetime
) -> dict[str, list[JobNews]]:
    """Return the jobs of each of `actors` that run or have just ended."""
    values = {"actors": list(actors), "since": moment - FRESH}
    found: dict[str, list[JobNews]] = {}
    for actor, *rest in await database.read(_news(database.dialect), values):
        found.setdefault(actor, []).append(JobNews(*rest))
    return found


async def _own(ctx: Ctx, id: str) -> JobState:
    jobs: Jobs = ctx.services.jobs
    state = await jobs.state(id) if is_id(id) else None
    if state is None or (state.actor_id != ctx.actor.id and not ctx.rights.allows(ALL)):
        raise NotFound
    return state


async def cancel_job(ctx: Ctx, id: str) -> dict[str, Any]:
    """Stop one of the actor's jobs and return it as `job_state` does; what it has written stays, to
    be undone by its change set. Raises Conflict when it may not be stopped (only STOPPABLE kinds
    write in slices that each are whole) or has ended.
    """
    state = await _own(ctx, id)
    stopped = False
    if state.kind in STOPPABLE:
        stopped = await ctx.database.write(lambda tx: ctx.services.jobs.cancel(tx, id))
    if not stopped and state.state != "cancelled":
        raise Conflict("This work has ended, or cannot be stopped.", code="not_stoppable")
    return await job_state(ctx, id)


async def job_state(ctx: Ctx, id: str) -> dict[str, Any]:
    """Return one of the actor's jobs as JSON, or raise NotFound."""
    state = await _own(ctx, id)
    return {
        "id": state.id,
        "kind": state.kind,
        "state": state.state,
        "progress": 1.0 if state.state == "done" else state.progress,
        "result": state.result if isinstance(state.result, dict) else None,
        "error": state.error,
        "created_at": state.created_at,
        "finished_at": state.finished_at,
        "repeated": state.repeated,
    }

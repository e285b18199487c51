"""Removing the files of old exports: they hold personal data that nobody looks after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.contexts import system_context
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Tx
from fangxin.kernel.jobs import Cron
from fangxin.kernel.leases import Handler, Run
from fangxin.kernel.prepared import Prepared
from fangxin.kernel.sql import InArray, Timestamp
from fangxin.transfer.tables import export_job

KEEP: Final = timedelta(days=7)
SLICE: Final = 200
_old: Final = Prepared(
    lambda: (
        sa.select(export_job.c.id, export_job.c.file_id)
        .where(
            export_job.c.finished_at < sa.bindparam("before", type_=Timestamp()),
            export_job.c.file_id.is_not(None),
        )
        .limit(SLICE)
    )
)
_forget: Final = Prepared(
    lambda: sa.update(export_job).where(InArray(export_job.c.id, "ids")).values(file_id=sa.null())
)


async def expire(ctx: Ctx) -> int:
    """Remove the files of exports that ended more than KEEP ago and return how many; what was asked
    and when stays.
    """
    removed = 0
    while True:
        values = {"before": ctx.clock() - KEEP}
        rows = await ctx.database.read(_old(ctx.database.dialect), values)
        for _, file_id in rows:
            await ctx.services.storage.delete(file_id)
        ids = [row[0] for row in rows]

        async def unit(tx: Tx, ids: list[str] = ids) -> None:
            await tx.execute(_forget(tx.dialect), {"ids": ids})

        if ids:
            await ctx.database.write(unit)
        removed += len(ids)
        if len(ids) < SLICE:
            return removed


async def _run(installation: Any, _run: Run) -> Mapping[str, Any]:
    return {"removed": await expire(await system_context(installation))}


JOBS: Final[Mapping[str, Handler]] = {"expire_exports": _run}
CRON: Final = (Cron("expire_exports", "expire_exports", every=timedelta(hours=1)),)

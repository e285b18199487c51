"""Removing the files of old exports and imports: personal data that nobody looks after."""

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
from fangxin.transfer.tables import export_job, import_job

KEEP: Final = timedelta(days=7)
# as long as an import can be undone, its file tells what it was
KEEP_IMPORTED: Final = timedelta(days=30)
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


def _imported() -> sa.Select[Any]:
    c = import_job.c
    ended = sa.func.max(sa.func.coalesce(c.finished_at, c.at))
    # a dry run and the import after it share a file
    return (
        sa.select(c.file_id)
        .where(c.file_id.is_not(None))
        .group_by(c.file_id)
        .having(ended < sa.bindparam("before", type_=Timestamp()))
        .limit(SLICE)
    )


_old_imported: Final = Prepared(_imported)
_forget_imported: Final = Prepared(
    lambda: (
        sa.update(import_job).where(InArray(import_job.c.file_id, "ids")).values(file_id=sa.null())
    )
)


async def expire(ctx: Ctx) -> int:
    """Remove the files of exports that ended more than KEEP ago and return how many; what was asked
    and when stays.
    """
    return await _remove(ctx, _old, _forget, KEEP)


async def expire_imported(ctx: Ctx) -> int:
    """Remove the files of imports that ended more than KEEP_IMPORTED ago and return how many; their
    results and error files stay.
    """
    return await _remove(ctx, _old_imported, _forget_imported, KEEP_IMPORTED)


async def _remove(ctx: Ctx, old: Prepared, forget: Prepared, keep: timedelta) -> int:
    """Remove files older than `keep`: `old` gives rows that end with a file, and begin with what
    `forget` takes.
    """
    removed = 0
    while True:
        values = {"before": ctx.clock() - keep}
        rows = await ctx.database.read(old(ctx.database.dialect), values)
        for row in rows:
            await ctx.services.storage.delete(row[-1])
        ids = [row[0] for row in rows]

        async def unit(tx: Tx, ids: list[str] = ids) -> None:
            await tx.execute(forget(tx.dialect), {"ids": ids})

        if ids:
            await ctx.database.write(unit)
        removed += len(ids)
        if len(ids) < SLICE:
            return removed


async def _run(installation: Any, _run: Run) -> Mapping[str, Any]:
    ctx = await system_context(installation)
    return {"removed": await expire(ctx), "imported": await expire_imported(ctx)}


JOBS: Final[Mapping[str, Handler]] = {"expire_exports": _run}
CRON: Final = (Cron("expire_exports", "expire_exports", every=timedelta(hours=1)),)

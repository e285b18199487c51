"""What is done to moved data once it was compared, in the same transaction.

The log begins a new epoch, so that whoever follows it goes on behind everything that was moved; all
workers forget what they remember; work that waited is due from now on; and the indexes of custom
fields, which no revision makes, are ordered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from fangxin.customizing.customize import INDEX_JOB
from fangxin.kernel.clock import now
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.epoch import ACCESS, LOG, SESSIONS, epoch
from fangxin.kernel.jobs import Jobs, job
from fangxin.kernel.prepared import Prepared, put_row
from fangxin.kernel.sql import Timestamp
from fangxin.objects.custom import METADATA, custom_field

_epochs: Final = Prepared(lambda: sa.select(epoch.c.name, epoch.c.value))
_put_epoch: Final = Prepared(lambda: put_row(epoch))
_due_now: Final = Prepared(
    lambda: (
        sa.update(job)
        .where(job.c.state == "waiting", job.c.run_at < sa.bindparam("moment", type_=Timestamp()))
        .values(run_at=sa.bindparam("moment", type_=Timestamp()))
    )
)
_ordered: Final = Prepared(
    lambda: sa.select(job.c.args).where(
        job.c.kind == sa.literal(INDEX_JOB),
        sa.or_(*(job.c.state == state for state in ("waiting", "running"))),
    )
)
_fields: Final = Prepared(
    lambda: sa.select(custom_field.c.id, custom_field.c.settings).where(
        custom_field.c.deleted_at.is_(None)
    )
)


async def finish(tx: Tx, database: Database, replaced: Mapping[str, int]) -> None:
    """Do it; `replaced` are the epochs of what stood in the target before."""
    found = {row[0]: int(row[1]) for row in await tx.fetch(_epochs(tx.dialect), {})}
    for name in sorted({*found, *replaced, LOG, ACCESS, SESSIONS, METADATA}):
        value = max(found.get(name, 0), replaced.get(name, 0)) + 1
        await tx.execute(_put_epoch(tx.dialect), {"name": name, "value": value})
    await tx.execute(_due_now(tx.dialect), {"moment": now()})
    # two jobs at once would get into each other's way
    ordered = {row[0].get("field") for row in await tx.fetch(_ordered(tx.dialect), {})}
    for id_, settings in await tx.fetch(_fields(tx.dialect), {}):
        if settings.get("indexed") and id_ not in ordered:
            await Jobs(database).enqueue(tx, INDEX_JOB, {"field": id_})

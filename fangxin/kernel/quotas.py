"""How often somebody may do something: counted for all workers together, by windows of time; and
what may be done once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from fangxin.kernel.clock import now
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.errors import TooMany
from fangxin.kernel.jobs import Cron
from fangxin.kernel.leases import Handler, Run
from fangxin.kernel.prepared import Prepared, upsert
from fangxin.kernel.sql import Timestamp, metadata

# no window is longer, and nothing is remembered longer
LONGEST: Final = timedelta(hours=24)

quota_use: Final = sa.Table(
    "quota_use",
    metadata,
    # what is counted, for whom, by which window
    sa.Column("key", sa.Text(), primary_key=True),
    sa.Column("since", Timestamp(), nullable=False),
    sa.Column("count", sa.Integer(), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `most` times within `window` (at most LONGEST), counted from the first."""

    most: int
    window: timedelta


def _count() -> Any:
    table, made = quota_use.c, upsert(quota_use)
    over = table.since <= sa.bindparam("expired", type_=Timestamp())
    made = made.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "since": sa.case((over, made.excluded.since), else_=table.since),
            "count": made.excluded.count + sa.case((over, 0), else_=table.count),
        },
    )
    return made.returning(table.since, table.count)


_counted: Final = Prepared(_count)
_once: Final = Prepared(lambda: upsert(quota_use).on_conflict_do_nothing())
_sweep: Final = Prepared(
    lambda: quota_use.delete().where(quota_use.c.since <= sa.bindparam("before", type_=Timestamp()))
)


async def spend(
    database: Database, name: str, at: datetime, quotas: Sequence[Quota], uses: int = 1
) -> None:
    """Count uses of `name` (what, and who) and raise TooMany with Retry-After once they are too
    many by any of `quotas`.
    """

    async def unit(tx: Tx) -> list[tuple[Quota, datetime, int]]:
        found = []
        for quota in quotas:
            key = f"{name}:{int(quota.window.total_seconds())}"
            values = {"key": key, "since": at, "count": uses, "expired": at - quota.window}
            row = await tx.fetch_one(_counted(tx.dialect), values)
            if row is not None:
                found.append((quota, row[0], row[1]))
        return found

    ends = [
        since + quota.window
        for quota, since, count in await database.write(unit)
        if count > quota.most
    ]
    if ends:
        seconds = max(1, int((max(ends) - at).total_seconds()) + 1)
        raise TooMany(
            "This was asked too often. Try again in {seconds} seconds.",
            code="too_many_requests",
            values={"seconds": seconds},
            headers={"Retry-After": str(seconds)},
        )


async def use_once(tx: Tx, name: str, at: datetime) -> bool:
    """Mark `name` as used and tell whether it was not before; it is remembered for LONGEST."""
    values = {"key": name, "since": at, "count": 1}
    return await tx.execute(_once(tx.dialect), values) == 1


async def sweep_uses(database: Database, moment: datetime) -> int:
    """Forget what no window counts any more, and return how many."""

    async def unit(tx: Tx) -> int:
        return await tx.execute(_sweep(tx.dialect), {"before": moment - LONGEST})

    return await database.write(unit)


async def _sweep_job(installation: Any, _run: Run) -> None:
    await sweep_uses(installation.database, now())


JOBS: Final[Mapping[str, Handler]] = {"forget_quota_uses": _sweep_job}
CRON: Final = (Cron("forget_quota_uses", "forget_quota_uses", every=timedelta(hours=1)),)

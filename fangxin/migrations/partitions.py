"""Monthly partitions of the log on PostgreSQL. What no month covers lies in the partition
`…_rest`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from fangxin.kernel.sql import Statement
from fangxin.migrations.schema import PARTITIONED

if TYPE_CHECKING:
    from fangxin.kernel.db import Database, Tx

AHEAD: Final = 3


def _month(moment: datetime, later: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + later, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def partition_ddl(moment: datetime, ahead: int = AHEAD) -> list[str]:
    """Return the statements that make the partitions of this month and of the `ahead` next ones
    where they lack.
    """
    made = []
    for later in range(ahead + 1):
        start, end = _month(moment, later), _month(moment, later + 1)
        made += [
            f"CREATE TABLE IF NOT EXISTS {table}_{start:%Y_%m} PARTITION OF {table} "
            f"FOR VALUES FROM ('{start:%Y-%m-%d} 00:00+00') TO ('{end:%Y-%m-%d} 00:00+00')"
            for table in PARTITIONED
        ]
    return made


async def make_partitions(database: Database, moment: datetime) -> None:
    """Make the partitions of this and the next months: the worker calls it once a day. Nothing to
    do on SQLite.
    """
    if database.dialect != "postgresql":
        return

    async def unit(tx: Tx) -> None:
        for text in partition_ddl(moment):
            await tx.execute(Statement(text, (), {}, (), ()), {})

    await database.write(unit)

"""Monthly partitions of the log on PostgreSQL. What no month covers lies in the partition
`…_rest`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from fangxin.kernel.sql import Statement
from fangxin.migrations.schema import PARTITIONED

if TYPE_CHECKING:
    from fangxin.kernel.db import Database, Tx

AHEAD: Final = 3
# while this waits for a long reader, all who write to the log wait behind it
PATIENCE: Final = "5s"


@dataclass(frozen=True, slots=True)
class Partition:
    """One month of one table."""

    table: str
    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        """The partition's own name, such as change_2026_11."""
        return f"{self.table}_{self.start:%Y_%m}"

    @property
    def bounds(self) -> str:
        """The words that tell PostgreSQL what belongs into it."""
        return (
            f"FOR VALUES FROM ('{self.start:%Y-%m-%d} 00:00+00')"
            f" TO ('{self.end:%Y-%m-%d} 00:00+00')"
        )


def _month(moment: datetime, later: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + later, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def partitions(moment: datetime, ahead: int = AHEAD) -> Iterator[Partition]:
    """Give the partitions of the month of `moment` and of the `ahead` next ones."""
    for later in range(ahead + 1):
        for table in PARTITIONED:
            yield Partition(table, _month(moment, later), _month(moment, later + 1))


def partition_ddl(moment: datetime, ahead: int = AHEAD) -> list[str]:
    """Return the statements that make these partitions in a new database, where they lack."""
    return [
        f"CREATE TABLE IF NOT EXISTS {each.name} PARTITION OF {each.table} {each.bounds}"
        for each in partitions(moment, ahead)
    ]


async def make_partitions(database: Database, moment: datetime) -> None:
    """Make the partitions of this and the next months where they lack: the worker calls it every
    hour. Nothing to do on SQLite.
    """
    if database.dialect != "postgresql":
        return
    for each in partitions(moment):
        if not (await database.read(_exists(each), {}))[0][0]:
            # each by itself, so that one which must wait keeps no other back
            await database.write(partial(_make, partition=each))


async def _make(tx: Tx, partition: Partition) -> None:
    """Make one partition, and move into it what has come to lie in the rest: a database that
    nobody has kept for months has such rows, and PostgreSQL makes no partition beside them.
    """
    table, rest = partition.table, f"{partition.table}_rest"
    start, end = (f"'{each:%Y-%m-%d} 00:00+00'" for each in (partition.start, partition.end))
    await _run(tx, f"SET LOCAL lock_timeout = '{PATIENCE}'")
    await _run(tx, f"LOCK TABLE {rest} IN ACCESS EXCLUSIVE MODE")
    # another worker may have been quicker
    if (await tx.fetch(_exists(partition), {}))[0][0]:
        return
    await _run(tx, f"CREATE TABLE {partition.name} (LIKE {table} INCLUDING DEFAULTS)")
    await _run(
        tx,
        f"WITH moved AS (DELETE FROM {rest} WHERE at >= {start} AND at < {end} RETURNING *)"  # noqa: S608 - names of our own
        f" INSERT INTO {partition.name} SELECT * FROM moved",
    )
    await _run(tx, f"ALTER TABLE {table} ATTACH PARTITION {partition.name} {partition.bounds}")


def _exists(partition: Partition) -> Statement:
    return _bare(f"SELECT to_regclass('{partition.name}') IS NOT NULL")


def _bare(sql: str) -> Statement:
    return Statement(sql, (), {}, (), ())


async def _run(tx: Tx, sql: str) -> None:
    await tx.execute(_bare(sql), {})

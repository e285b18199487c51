"""The tail of the change log, which live readers follow: feed, live updates, webhooks, the
sealer.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

import sqlalchemy as sa

from fangxin.kernel.db import Database
from fangxin.kernel.epoch import LOG_EPOCH
from fangxin.kernel.sql import DialectName, Statement, compile_statement
from fangxin.records.tables import change

FEED: Final = 500


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the log's order: epoch (one more with each restore), transaction number (0 on
    SQLite), then sequence number.
    """

    epoch: int = 0
    xid: int = 0
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One change as the tail tells it: ids only."""

    position: Position
    at: datetime
    change_set: str
    actor: str
    source: str
    object: str
    record: str
    verb: str


# what the log is ordered by, and the values of a position
ORDER: Final = (change.c.epoch, change.c.xid, change.c.seq)
_COLUMNS: Final = (
    *ORDER,
    change.c.at,
    change.c.change_set_id,
    change.c.actor_id,
    change.c.source,
    change.c.object,
    change.c.record_id,
    change.c.verb,
)


# The snapshot names the running transactions of the whole server: one in another database, say a
# nightly copy, must not hold back this one's readers. A session whose transaction the server does
# not tell us counts as ours.
_OLDEST_RUNNING: Final = """(
    SELECT coalesce(min(xid::text::bigint),
                    pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
    FROM pg_snapshot_xip(pg_current_snapshot()) AS xid
    WHERE NOT EXISTS (
        SELECT FROM pg_stat_activity AS session
        WHERE session.datname <> current_database() AND session.backend_xid = xid::xid))"""


def settled(dialect: DialectName) -> list[sa.ColumnElement[bool]]:
    """Stop before the oldest transaction that still runs, so that a slow one is never skipped."""
    if dialect == "sqlite":
        return []
    oldest: sa.ColumnElement[int] = sa.literal_column(_OLDEST_RUNNING)
    # what was restored is settled, whatever the transactions were called where it came from
    return [sa.or_(change.c.epoch < sa.literal_column(LOG_EPOCH), change.c.xid < oldest)]


def behind() -> sa.ColumnElement[bool]:
    """Keep what lies behind the position of the parameters epoch, xid and seq."""
    values = (sa.bindparam(each.name, type_=sa.BigInteger()) for each in ORDER)
    return sa.tuple_(*ORDER) > sa.tuple_(*values)


@lru_cache(maxsize=2)
def _tail_statement(dialect: DialectName) -> Statement:
    return compile_statement(
        sa.select(*_COLUMNS)
        .where(behind(), *settled(dialect))
        .order_by(*ORDER)
        .limit(sa.bindparam("limit", type_=sa.BigInteger())),
        dialect,
    )


@lru_cache(maxsize=2)
def _end_statement(dialect: DialectName) -> Statement:
    return compile_statement(
        sa.select(*ORDER)
        .where(*settled(dialect))
        .order_by(*(each.desc() for each in ORDER))
        .limit(1),
        dialect,
    )


async def end(database: Database) -> Position:
    """Return where the log ends now."""
    rows = await database.read(_end_statement(database.dialect), {})
    return Position(*rows[0]) if rows else Position()


async def tail(database: Database, after: Position, limit: int = FEED) -> list[Entry]:
    """Return what was logged after a position, in the log's order, as far as it is settled."""
    values = {**asdict(after), "limit": limit}
    rows = await database.read(_tail_statement(database.dialect), values)
    return [Entry(Position(*row[:3]), *row[3:]) for row in rows]

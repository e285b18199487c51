"""The tail of the change log, which live readers follow: feed, live updates, webhooks, the
sealer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

import sqlalchemy as sa

from fangxin.kernel.db import Database
from fangxin.kernel.sql import DialectName, Statement, compile_statement
from fangxin.records.tables import change

FEED: Final = 500


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the log's order: transaction number (0 on SQLite), then sequence number."""

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


_COLUMNS: Final = (
    change.c.xid,
    change.c.seq,
    change.c.at,
    change.c.change_set_id,
    change.c.actor_id,
    change.c.source,
    change.c.object,
    change.c.record_id,
    change.c.verb,
)


def settled(dialect: DialectName) -> list[sa.ColumnElement[bool]]:
    """Stop before the oldest transaction that still runs, so that a slow one is never skipped."""
    if dialect == "sqlite":
        return []
    return [
        change.c.xid < sa.literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    ]


@lru_cache(maxsize=2)
def _tail_statement(dialect: DialectName) -> Statement:
    place = sa.tuple_(change.c.xid, change.c.seq)
    after = sa.tuple_(
        sa.bindparam("xid", type_=sa.BigInteger()), sa.bindparam("seq", type_=sa.BigInteger())
    )
    return compile_statement(
        sa.select(*_COLUMNS)
        .where(place > after, *settled(dialect))
        .order_by(change.c.xid, change.c.seq)
        .limit(sa.bindparam("limit", type_=sa.BigInteger())),
        dialect,
    )


@lru_cache(maxsize=2)
def _end_statement(dialect: DialectName) -> Statement:
    return compile_statement(
        sa.select(change.c.xid, change.c.seq)
        .where(*settled(dialect))
        .order_by(change.c.xid.desc(), change.c.seq.desc())
        .limit(1),
        dialect,
    )


async def end(database: Database) -> Position:
    """Return where the log ends now."""
    rows = await database.read(_end_statement(database.dialect), {})
    return Position(*rows[0]) if rows else Position()


async def tail(database: Database, after: Position, limit: int = FEED) -> list[Entry]:
    """Return what was logged after a position, in the log's order, as far as it is settled."""
    values = {"xid": after.xid, "seq": after.seq, "limit": limit}
    rows = await database.read(_tail_statement(database.dialect), values)
    return [Entry(Position(row[0], row[1]), *row[2:]) for row in rows]

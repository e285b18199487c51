"""What live clients ask to watch, handed from the worker that was told to the one that streams.

With several workers the word "this is on my screen" may reach another process than the one that
holds the stream. It is left here, and taken away by the process whose client it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.sql import (
    DialectName,
    Id,
    InArray,
    Json,
    Statement,
    Timestamp,
    compile_statement,
    metadata,
)

# nobody came for it: its client is gone
KEEP: Final = timedelta(minutes=10)

live_watch: Final = sa.Table(
    "live_watch",
    metadata,
    sa.Column("client_id", Id(), primary_key=True),
    sa.Column("actor_id", Id(), nullable=False),
    sa.Column("at", Timestamp(), nullable=False),
    sa.Column("watch", Json(), nullable=False),
    # means nothing in a backup
    info={"passing": True},
)


@lru_cache(maxsize=2)
def _leave_statement(dialect: DialectName) -> Statement:
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    values: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in live_watch.c}
    made = insert(live_watch).values(values)
    new = {name: made.excluded[name] for name in ("actor_id", "at", "watch")}
    # a client's number is no secret of its own: nobody may speak for another's
    same = live_watch.c.actor_id == made.excluded.actor_id
    return compile_statement(
        made.on_conflict_do_update(index_elements=["client_id"], set_=new, where=same), dialect
    )


@lru_cache(maxsize=2)
def _find_statement(dialect: DialectName) -> Statement:
    table = live_watch
    query = sa.select(table.c.client_id, table.c.actor_id, table.c.watch, table.c.at)
    return compile_statement(query.where(InArray(table.c.client_id, "clients")), dialect)


@lru_cache(maxsize=2)
def _drop_statement(dialect: DialectName) -> Statement:
    table = live_watch
    taken = sa.and_(
        InArray(table.c.client_id, "clients"),
        table.c.at <= sa.bindparam("until", type_=Timestamp()),
    )
    old = table.c.at < sa.bindparam("before", type_=Timestamp())
    return compile_statement(sa.delete(table).where(sa.or_(taken, old)), dialect)


async def leave(ctx: Ctx, client: str, watch: dict[str, Any]) -> None:
    """Leave the word of `client` for whichever worker streams to it."""
    values = {"client_id": client, "actor_id": ctx.actor.id, "at": ctx.clock(), "watch": watch}

    async def unit(tx: Tx) -> None:
        await tx.execute(_leave_statement(tx.dialect), values)

    await ctx.database.write(unit)


async def take(
    database: Database, clients: Sequence[str], moment: datetime
) -> list[tuple[str, str, dict[str, Any]]]:
    """Take away what was left for `clients`: (client, actor, watch). Old words of others go too."""
    found = await database.read(_find_statement(database.dialect), {"clients": list(clients)})
    if not found:
        return []
    taken = {
        "clients": [row[0] for row in found],
        "until": max(row[3] for row in found),
        "before": moment - KEEP,
    }

    async def unit(tx: Tx) -> None:
        await tx.execute(_drop_statement(tx.dialect), taken)

    await database.write(unit)
    return [(row[0], row[1], row[2]) for row in found]

"""Reading the bell: one's own notifications, how many are unread, marking them read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from fangxin.data.notifications import notification
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.errors import BadRequest
from fangxin.kernel.idempotency import keyed
from fangxin.kernel.ids import is_id
from fangxin.kernel.sql import (
    DialectName,
    Id,
    InArray,
    Statement,
    Timestamp,
    compile_statement,
)
from fangxin.records.reading import get_many

PAGE: Final = 30
_FIRST: Final = "ffffffff-ffff-ffff-ffff-ffffffffffff"


def _mine() -> sa.ColumnElement[bool]:
    return notification.c.user_id == sa.bindparam("me", type_=Id())


@lru_cache(maxsize=2)
def _page_statement(dialect: DialectName) -> Statement:
    table = notification
    names = ("id", "at", "kind", "text", "object", "record_id", "actor_id", "read_at")
    before = table.c.id < sa.bindparam("before", type_=Id())
    # ids are made in order of time, so one key is enough to page by
    query = sa.select(*(table.c[name] for name in names)).where(_mine(), before)
    return compile_statement(
        query.order_by(table.c.id.desc()).limit(sa.bindparam("limit", type_=sa.Integer())), dialect
    )


@lru_cache(maxsize=2)
def _unread_statement(dialect: DialectName) -> Statement:
    table = notification
    query = sa.select(table.c.user_id, sa.func.count()).where(
        InArray(table.c.user_id, "users"), table.c.read_at.is_(None)
    )
    return compile_statement(query.group_by(table.c.user_id), dialect)


@lru_cache(maxsize=4)
def _read_statement(dialect: DialectName, *, some: bool) -> Statement:
    table = notification
    chosen = [InArray(table.c.id, "ids")] if some else []
    change = sa.update(table).where(_mine(), table.c.read_at.is_(None), *chosen)
    return compile_statement(
        change.values(read_at=sa.bindparam("moment", type_=Timestamp())), dialect
    )


async def unread(database: Database, users: Sequence[str]) -> dict[str, int]:
    """Return how many unread notifications each of `users` has."""
    statement = _unread_statement(database.dialect)
    counts = dict.fromkeys(users, 0)
    counts.update({row[0]: row[1] for row in await database.read(statement, {"users": users})})
    return counts


async def page(ctx: Ctx, *, cursor: str | None, limit: int = PAGE) -> dict[str, Any]:
    """Return one page of the actor's notifications, latest first, and how many are unread."""
    if cursor is not None and not is_id(cursor):
        raise BadRequest("The cursor is not one of this list.", code="bad_cursor")
    values = {"me": ctx.actor.id, "before": cursor or _FIRST, "limit": limit + 1}
    rows = await ctx.database.read(_page_statement(ctx.database.dialect), values)
    names = await _names(ctx, rows[:limit])
    users: str = ctx.registry["user"].name
    items = [
        {
            "id": row[0],
            "at": row[1],
            "kind": row[2],
            "text": row[3],
            "record": names.get((row[4], row[5])),
            "actor": names.get((users, row[6])),
            "read": row[7] is not None,
        }
        for row in rows[:limit]
    ]
    counts = await unread(ctx.database, [ctx.actor.id])
    following = rows[limit - 1][0] if len(rows) > limit else None
    return {"items": items, "unread": counts[ctx.actor.id], "next": following}


async def _names(ctx: Ctx, rows: Sequence[Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return links to the records and actors named, as far as the reader may see them."""
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(row[4], set()).add(row[5])
        if row[6] is not None:
            wanted.setdefault("user", set()).add(row[6])
    found = {}
    for name, ids in wanted.items():
        definition = ctx.registry.get(name)
        if definition is None or ctx.rights.scope(name, "read").kind == "none":
            continue
        for each in await get_many(ctx, definition, sorted(ids), ["id", "name"]):
            found[name, each["id"]] = {"id": each["id"], "name": each["name"], "object": name}
    return found


async def mark_read(ctx: Ctx, ids: Sequence[str] | None) -> None:
    """Mark some of the actor's notifications as read, all of them with None."""
    values: dict[str, Any] = {"me": ctx.actor.id, "moment": ctx.clock()}
    if ids is not None:
        values["ids"] = [each for each in ids if is_id(each)]

    async def unit(tx: Tx) -> None:
        await tx.execute(_read_statement(tx.dialect, some=ids is not None), values)

    await ctx.database.write(keyed(ctx, unit))

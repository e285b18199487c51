"""The recycle bin: what was deleted and may come back, until it is old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.scope import predicate, scope_values
from fangxin.kernel.clock import from_stored, to_stored
from fangxin.kernel.context import Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.kernel.db import Tx
from fangxin.kernel.errors import FangxinError
from fangxin.kernel.sql import Id, Statement, Timestamp, compile_statement
from fangxin.objects.declare import Change
from fangxin.objects.registry import ObjectDef
from fangxin.records.engine import run_unit, write_many
from fangxin.records.plans import remember

KEEP: Final = timedelta(days=30)
PAGE: Final = 50
SLICE: Final = 100


def _bin_statement(ctx: Ctx, definition: ObjectDef) -> Statement:
    table = definition.table
    conditions = [table.c.deleted_at.is_not(None), *definition.where(table)]
    for action in ("read", "delete"):
        allowed = predicate(ctx.rights, ctx.registry, definition, table, action)
        conditions += [] if allowed is None else [allowed]
    users = ctx.registry["user"].table
    # skip one-door: the name of who deleted it
    name = sa.select(users.c.name).where(users.c.id == table.c.deleted_by_id).scalar_subquery()
    place = sa.tuple_(sa.bindparam("at", type_=Timestamp()), sa.bindparam("id", type_=Id()))
    named = definition.fields["name"].columns(table)[0]
    return compile_statement(
        sa.select(table.c.id, named, table.c.deleted_at, table.c.deleted_by_id, name)
        .where(*conditions, sa.tuple_(table.c.deleted_at, table.c.id) < place)
        .order_by(table.c.deleted_at.desc(), table.c.id.desc())
        .limit(sa.bindparam("limit", type_=sa.BigInteger())),
        ctx.database.dialect,
    )


async def recycle_bin(
    ctx: Ctx, *, object: str | None = None, cursor: str | None = None, limit: int = PAGE
) -> dict[str, Any]:
    """Return {"items", "next"}: deleted records that the actor may restore, latest first."""
    bound = binding("bin", object, ctx.actor.id)
    at, last = ctx.clock(), "ffffffff-ffff-ffff-ffff-ffffffffffff"
    if cursor:
        _, (text, last) = unseal(ctx.services.secret, bound, cursor)
        at = from_stored(text)
    chosen = [ctx.registry[object]] if object else list(ctx.registry.objects.values())
    found: list[tuple[Any, ...]] = []
    for definition in chosen:
        if any(ctx.rights.scope(definition.name, a).kind == "none" for a in ("read", "delete")):
            continue
        statement = remember(
            ctx.registry,
            (
                "bin",
                definition.name,
                ctx.rights.read_shape,
                ctx.rights.scope(definition.name, "delete").kind,
            ),
            lambda definition=definition: _bin_statement(ctx, definition),  # type: ignore[misc]
        )
        values = {**scope_values(ctx), "at": at, "id": last, "limit": limit + 1}
        found += [(definition, *row) for row in await ctx.database.read(statement, values)]
    found.sort(key=lambda each: (each[3], each[1]), reverse=True)
    page = found[:limit]
    following = None
    if len(found) > limit:
        following = seal(ctx.services.secret, bound, "bin", [to_stored(page[-1][3]), page[-1][1]])
    return {"items": [_item(*each) for each in page], "next": following}


def _item(
    definition: ObjectDef, id_: str, name: str, at: Any, by: str | None, by_name: str | None
) -> dict[str, Any]:
    actor = None if by is None else {"id": by, "name": by_name, "object": "user"}
    return {
        "id": id_,
        "name": name,
        "object": definition.name,
        "deleted_at": at,
        "deleted_by": actor,
    }


def _old_statement(ctx: Ctx, definition: ObjectDef) -> Statement:
    table = definition.table
    before = sa.bindparam("before", type_=Timestamp())
    return compile_statement(
        sa.select(table.c.id)
        .where(table.c.deleted_at < before, *definition.where(table))
        .order_by(table.c.deleted_at)
        .limit(SLICE),
        ctx.database.dialect,
    )


async def empty_bin(ctx: Ctx) -> int:
    """Remove for good what was deleted more than KEEP ago; what others point to stays. Returns how
    many went.
    """
    gone = 0
    for definition in ctx.registry.objects.values():
        statement = remember(
            ctx.registry,
            ("old", definition.name),
            lambda definition=definition: _old_statement(ctx, definition),  # type: ignore[misc]
        )
        rows = await ctx.database.read(statement, {"before": ctx.clock() - KEEP})
        for row in rows:
            gone += await _purge_one(ctx, definition, [row[0]])
    return gone


async def _purge_one(ctx: Ctx, definition: ObjectDef, ids: Sequence[str]) -> int:
    async def unit(tx: Tx) -> int:
        changes = [Change(definition.name, id_, "purge", {}) for id_ in ids]
        return len(await write_many(ctx, tx, definition.name, "purge", changes))

    try:
        purged: int = await run_unit(ctx, unit)
    except FangxinError:
        return 0
    return purged

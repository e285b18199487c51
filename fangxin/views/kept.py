"""Saved views: a list, board or calendar as somebody left it, kept for himself or shared with roles
or with all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from fangxin.history.redacting import redact
from fangxin.kernel.context import Ctx
from fangxin.kernel.db import Database, Tx
from fangxin.kernel.errors import FieldProblem, Forbidden, Invalid, NotFound
from fangxin.kernel.idempotency import keyed
from fangxin.kernel.ids import is_id, new_id
from fangxin.kernel.sql import (
    DialectName,
    Id,
    Json,
    Statement,
    Timestamp,
    compile_statement,
    metadata,
)
from fangxin.records.reading import get_many
from fangxin.views.noted import TOLD, note

# whoever holds it may change what others share
TIDY: Final = "admin.settings"
_SHAPE: Final = ("name", "kind", "config", "shared", "roles", "pinned", "position")

saved_view: Final = sa.Table(
    "saved_view",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("owner_id", Id(), nullable=False),
    sa.Column("object", sa.Text(), nullable=False),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("config", Json(), nullable=False),
    sa.Column("shared", sa.Boolean(), nullable=False),
    # ids of the roles that it is shared with; none means all
    sa.Column("roles", Json(), nullable=True),
    sa.Column("pinned", sa.Boolean(), nullable=False),
    sa.Column("position", sa.Integer(), nullable=False),
    sa.Column("created_at", Timestamp(), nullable=False),
    sa.Column("updated_at", Timestamp(), nullable=False),
    sa.Index("ix_saved_view_owner", "owner_id", "object"),
    sa.Index("ix_saved_view_shared", "shared", "object"),
)
_COLUMNS: Final = ("id", "owner_id", "object", *_SHAPE)


def _visible() -> sa.ColumnElement[bool]:
    table = saved_view
    return sa.or_(table.c.owner_id == sa.bindparam("me", type_=Id()), table.c.shared)


def _by_id() -> sa.ColumnElement[bool]:
    return saved_view.c.id == sa.bindparam("view_id", type_=Id())


@lru_cache(maxsize=4)
def _list_statement(dialect: DialectName, *, one_object: bool) -> Statement:
    table = saved_view
    wanted = [table.c.object == sa.bindparam("of", type_=sa.Text())] if one_object else []
    query = sa.select(*(table.c[name] for name in _COLUMNS)).where(_visible(), *wanted)
    return compile_statement(query.order_by(table.c.position, table.c.id).limit(1000), dialect)


@lru_cache(maxsize=2)
def _get_statement(dialect: DialectName) -> Statement:
    query = sa.select(*(saved_view.c[name] for name in _COLUMNS)).where(_by_id(), _visible())
    return compile_statement(query, dialect)


@lru_cache(maxsize=2)
def _insert_statement(dialect: DialectName) -> Statement:
    values: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in saved_view.c}
    return compile_statement(sa.insert(saved_view).values(values), dialect)


@lru_cache(maxsize=2)
def _update_statement(dialect: DialectName) -> Statement:
    table = saved_view
    names = (*_SHAPE, "updated_at")
    values: dict[str, Any] = {
        name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in names
    }
    return compile_statement(sa.update(table).where(_by_id()).values(values), dialect)


@lru_cache(maxsize=2)
def _delete_statement(dialect: DialectName) -> Statement:
    return compile_statement(sa.delete(saved_view).where(_by_id()), dialect)


def _wire(ctx: Ctx, row: Any, owners: Mapping[str, str]) -> dict[str, Any]:
    found = dict(zip(_COLUMNS, row, strict=True))
    owner, roles, config = found.pop("owner_id"), found.pop("roles") or [], found["config"]
    # one's own words tell one nothing
    told = config if owner == ctx.actor.id else redact(ctx, ctx.registry[row[2]], config)
    return {
        **found,
        "config": told,
        "left_out": told != config,
        "roles": roles,
        "owner": {"id": owner, "name": owners.get(owner), "object": "user"},
    }


async def _owners(ctx: Ctx, rows: Any) -> dict[str, str]:
    ids = sorted({row[1] for row in rows})
    found = await get_many(ctx, ctx.registry["user"], ids, ["id", "name"])
    return {each["id"]: each["name"] for each in found}


async def list_views(ctx: Ctx, object: str | None) -> list[dict[str, Any]]:
    """Return the actor's own and the shared views, of one object or of all that he may read."""
    statement = _list_statement(ctx.database.dialect, one_object=object is not None)
    values = {"me": ctx.actor.id, "of": object and ctx.registry[object].name}
    rows = [row for row in await ctx.database.read(statement, values) if _readable(ctx, row)]
    owners = await _owners(ctx, rows)
    return [_wire(ctx, row, owners) for row in rows]


def _readable(ctx: Ctx, row: Any) -> bool:
    """Tell whether a view in the reader's sight is of an object that he may read, and meant for
    his role.
    """
    name, roles = row[_COLUMNS.index("object")], row[_COLUMNS.index("roles")]
    if ctx.registry.get(name) is None or ctx.rights.scope(name, "read").kind == "none":
        return False
    return row[1] == ctx.actor.id or not roles or ctx.rights.role_id in roles


async def _one(ctx: Ctx, view_id: str) -> Any:
    values = {"view_id": view_id, "me": ctx.actor.id}
    statement = _get_statement(ctx.database.dialect)
    rows = await ctx.database.read(statement, values) if is_id(view_id) else []
    if not rows or not _readable(ctx, rows[0]):
        raise NotFound
    return rows[0]


async def get_view(ctx: Ctx, view_id: str) -> dict[str, Any]:
    """Return one view that the actor may use, or raise NotFound."""
    row = await _one(ctx, view_id)
    return _wire(ctx, row, await _owners(ctx, [row]))


async def create_view(ctx: Ctx, values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a view for the actor; `values` has `object` and the keys of _SHAPE."""
    name = ctx.registry[values["object"]].name
    await _check_roles(ctx, values["roles"])
    me = ctx.actor.id
    kept = {key: values[key] for key in _SHAPE}
    row = {**kept, "id": new_id(), "object": name, "owner_id": me}
    users = await get_many(ctx, ctx.registry["user"], [me], ["id", "name"])
    wire = _wire(ctx, [row[key] for key in _COLUMNS], {me: users[0]["name"]} if users else {})

    async def unit(tx: Tx) -> dict[str, Any]:
        await _insert(ctx, tx, row)
        return wire

    return await ctx.database.write(keyed(ctx, unit))


async def update_view(ctx: Ctx, view_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Change a view of one's own, or a shared one where the role tidies up for all."""
    row = await _changeable(ctx, view_id)
    await _check_roles(ctx, changes.get("roles", ()))

    async def unit(tx: Tx) -> dict[str, Any]:
        before = await _as_it_is(ctx, tx, view_id)
        changed = {**before, **changes}
        await _update(ctx, tx, before, changed)
        return changed

    changed = await ctx.database.write(unit)
    # not read again: it may be for other roles now than that of whoever tidies up
    return _wire(ctx, [changed[key] for key in _COLUMNS], await _owners(ctx, [row]))


async def delete_view(ctx: Ctx, view_id: str) -> None:
    """Remove a view that `update_view` would change."""
    await _changeable(ctx, view_id)

    async def unit(tx: Tx) -> None:
        await _drop(ctx, tx, await _as_it_is(ctx, tx, view_id))

    await ctx.database.write(unit)


async def _as_it_is(ctx: Ctx, tx: Tx, view_id: str) -> dict[str, Any]:
    """Return a view inside the unit that changes it; NotFound where its owner took it back
    meanwhile.
    """
    row = await any_view(tx, view_id)
    if row is None or not (row["shared"] or row["owner_id"] == ctx.actor.id):
        raise NotFound
    return row


async def _insert(ctx: Ctx, tx: Tx, row: Mapping[str, Any]) -> None:
    moment = ctx.clock()
    stamped = {**row, "created_at": moment, "updated_at": moment}
    await tx.execute(_insert_statement(tx.dialect), stamped)
    await note(ctx, tx, None, row)


async def _update(ctx: Ctx, tx: Tx, before: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    new = {f"new_{key}": changed[key] for key in _SHAPE}
    stamped = {**new, "view_id": before["id"], "new_updated_at": ctx.clock()}
    await tx.execute(_update_statement(tx.dialect), stamped)
    await note(ctx, tx, before, changed)


async def _drop(ctx: Ctx, tx: Tx, row: Mapping[str, Any]) -> None:
    await tx.execute(_delete_statement(tx.dialect), {"view_id": row["id"]})
    await note(ctx, tx, row, None)


async def any_view(source: Database | Tx, view_id: str) -> dict[str, Any] | None:
    """Return a view, whoever's it is, None where there is none; in a unit it stays so to its
    end.
    """
    query = sa.select(*(saved_view.c[name] for name in _COLUMNS)).where(_by_id())
    inside = hasattr(source, "fetch")
    read = source.fetch if hasattr(source, "fetch") else source.read
    statement = compile_statement(query.with_for_update() if inside else query, source.dialect)
    rows = await read(statement, {"view_id": view_id})
    return dict(zip(_COLUMNS, rows[0], strict=True)) if rows else None


async def turn_view(ctx: Ctx, tx: Tx, view_id: str, values: Mapping[str, Any] | None) -> None:
    """Bring a view inside a unit to what the log had of it: `values` that it gets, or None, by
    which it goes.
    """
    row = await any_view(tx, view_id)
    if row is None:
        raise NotFound
    if values is None:
        await _drop(ctx, tx, row)
    else:
        await _update(ctx, tx, row, {**row, **values})


async def bring_view_back(
    ctx: Ctx, tx: Tx, view_id: str, about: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Make a deleted shared view again inside a unit, as the log had it."""
    kept = {"position": 0, **{key: values.get(key) for key in TOLD}}
    row = {**kept, "id": view_id, "object": about["object"], "owner_id": about["owner"]}
    await _insert(ctx, tx, row)


async def shared_views(tx: Tx) -> list[dict[str, Any]]:
    """Return every shared view, the oldest first."""
    query = sa.select(*(saved_view.c[name] for name in _COLUMNS)).where(saved_view.c.shared)
    ordered = query.order_by(saved_view.c.created_at, saved_view.c.id)
    rows = await tx.fetch(compile_statement(ordered, tx.dialect), {})
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


async def shared_view(tx: Tx, view_id: str) -> dict[str, Any]:
    """Return what may be changed of a shared view."""
    found = next(each for each in await shared_views(tx) if each["id"] == view_id)
    return {key: found[key] for key in _SHAPE if key != "shared"} | {"roles": found["roles"] or []}


async def put_shared_view(
    ctx: Ctx, tx: Tx, name: str, view_id: str | None, values: Mapping[str, Any]
) -> None:
    """Keep a checked shared view of an object inside a unit, as a new one of the actor's own where
    it has no id.
    """
    kept = {key: values[key] for key in _SHAPE if key in values} | {"shared": True}
    if view_id is None:
        await _insert(ctx, tx, {**kept, "id": new_id(), "object": name, "owner_id": ctx.actor.id})
    else:
        await turn_view(ctx, tx, view_id, kept)


async def drop_view(ctx: Ctx, tx: Tx, view_id: str) -> None:
    """Remove a view inside a unit."""
    await turn_view(ctx, tx, view_id, None)


async def _check_roles(ctx: Ctx, ids: Sequence[str]) -> None:
    """Raise Invalid where an id is no role that the actor may see."""
    found = await get_many(ctx, ctx.registry["role"], [id_ for id_ in ids if is_id(id_)], ["id"])
    known = {each["id"] for each in found}
    message = "There is no role with this id."
    unknown = [index for index, id_ in enumerate(ids) if id_ not in known]
    if unknown:
        raise Invalid(
            errors=[FieldProblem(f"/roles/{index}", "unknown_role", message) for index in unknown]
        )


async def _changeable(ctx: Ctx, view_id: str) -> Any:
    row = await _one(ctx, view_id)
    if row[1] != ctx.actor.id and not ctx.rights.allows(TIDY):
        raise Forbidden("This view belongs to someone else.")
    return row

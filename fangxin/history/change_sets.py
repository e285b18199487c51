"""Change sets: who changed what together, and which of them can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from fangxin.history.entries import AUDIT, name_actors, name_links, readable_changes, seen_records
from fangxin.history.noting import SETTINGS
from fangxin.kernel.clock import from_stored, to_stored
from fangxin.kernel.context import Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.kernel.errors import NotFound
from fangxin.kernel.sql import DialectName, Id, InArray, Statement, Timestamp, compile_statement
from fangxin.records.reading import names_of
from fangxin.records.tables import change, change_payload, change_set

# who has it hears of settings that are no records
SETTINGS_RIGHT: Final = "admin.settings"


def _set_conditions(
    *, everyone: bool, actor: bool, of: bool, after: bool, settings: bool
) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if not settings:
        conditions.append(change_set.c.kind != sa.literal(SETTINGS))
    if not everyone:
        conditions.append(change_set.c.actor_id == sa.bindparam("me", type_=Id()))
    if actor:
        conditions.append(change_set.c.actor_id == sa.bindparam("actor", type_=Id()))
    if of:
        conditions.append(change_set.c.object == sa.bindparam("object", type_=sa.Text()))
    if after:
        place = sa.tuple_(sa.bindparam("at", type_=Timestamp()), sa.bindparam("id", type_=Id()))
        conditions.append(sa.tuple_(change_set.c.at, change_set.c.id) < place)
    return conditions


@lru_cache(maxsize=64)
def _sets_statement(dialect: DialectName, flags: tuple[bool, ...]) -> Statement:
    """Compile a page of change sets; the flags are those of `_set_conditions` in order."""
    everyone, actor, of, after, settings = flags
    where = _set_conditions(everyone=everyone, actor=actor, of=of, after=after, settings=settings)
    return compile_statement(
        sa.select(change_set)
        .where(*where)
        .order_by(change_set.c.at.desc(), change_set.c.id.desc())
        .limit(sa.bindparam("limit", type_=sa.BigInteger())),
        dialect,
    )


async def change_sets(
    ctx: Ctx,
    *,
    cursor: str | None = None,
    actor: str | None = None,
    object: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Return {"items", "next"}: one's own change sets, or everybody's for whoever audits. Where one
    is of a single change, `record` is what that changed, unless the actor may not see it (any
    more).
    """
    everyone = bool(ctx.rights.allows(AUDIT))
    bound = binding("change_sets", actor, object, ctx.actor.id)
    values: dict[str, Any] = {
        "me": ctx.actor.id,
        "actor": actor,
        "object": object,
        "limit": limit + 1,
    }
    if cursor:
        _, (at, last) = unseal(ctx.services.secret, bound, cursor)
        values |= {"at": from_stored(at), "id": last}
    settings = bool(ctx.rights.allows(SETTINGS_RIGHT))
    flags = (everyone, actor is not None, object is not None, cursor is not None, settings)
    statement = _sets_statement(ctx.database.dialect, flags)
    rows = await ctx.database.read(statement, values)
    items = [
        _set_item(ctx, dict(zip(change_set.c.keys(), row, strict=True))) for row in rows[:limit]
    ]
    await name_actors(ctx, items)
    await _name_single(ctx, items)
    following = None
    if len(rows) > limit:
        keys = [to_stored(items[-1]["at"]), items[-1]["id"]]
        following = seal(ctx.services.secret, bound, "sets", keys)
    return {"items": items, "next": following}


UNDO_DAYS: Final = 30


def undoable(ctx: Ctx, row: Mapping[str, Any]) -> bool:
    """Tell whether the actor may still undo a change set, by columns of it."""
    age = (ctx.clock() - row["at"]).days
    open_ = row["undone_by_id"] is None and row["state"] != "open" and age < UNDO_DAYS
    return open_ and bool(ctx.rights.allows("undo"))


def _set_item(ctx: Ctx, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "at": row["at"],
        "actor": {"id": row["actor_id"], "name": None, "object": "user"},
        "source": row["source"],
        "kind": row["kind"],
        "label": row["label"],
        "object": row["object"],
        "count": row["count"],
        "state": "undone" if row["undone_by_id"] else row["state"],
        "undoable": undoable(ctx, row),
        "undone_by": row["undone_by_id"],
        "undoes": row["undoes_id"],
        "record": None,
    }


@lru_cache(maxsize=2)
def _singles_statement(dialect: DialectName) -> Statement:
    return compile_statement(
        sa.select(change.c.change_set_id, change.c.object, change.c.record_id).where(
            InArray(change.c.change_set_id, "ids")
        ),
        dialect,
    )


async def _name_single(ctx: Ctx, items: Sequence[dict[str, Any]]) -> None:
    """Put in which record each set of one change is about."""
    singles = {item["id"]: item for item in items if item["count"] == 1}
    if not singles:
        return
    statement = _singles_statement(ctx.database.dialect)
    rows = await ctx.database.read(statement, {"ids": list(singles)})
    for object in {row[1] for row in rows}:
        sets = {row[0]: row[2] for row in rows if row[1] == object}
        names = await names_of(ctx, object, sorted(set(sets.values())))
        for id_, record in sets.items():
            if record in names:
                link = {"id": record, "name": names[record], "object": object}
                singles[id_]["record"] = link


@lru_cache(maxsize=2)
def _set_statement(dialect: DialectName) -> Statement:
    return compile_statement(
        sa.select(change_set).where(change_set.c.id == sa.bindparam("id", type_=Id())), dialect
    )


async def change_set_item(ctx: Ctx, id: str) -> dict[str, Any]:
    """Return one change set that the actor may see, or raise NotFound."""
    rows = await ctx.database.read(_set_statement(ctx.database.dialect), {"id": id})
    if not rows:
        raise NotFound
    item = _set_item(ctx, dict(zip(change_set.c.keys(), rows[0], strict=True)))
    if item["actor"]["id"] != ctx.actor.id and not ctx.rights.allows(AUDIT):
        raise NotFound
    if item["kind"] == SETTINGS and not ctx.rights.allows(SETTINGS_RIGHT):
        raise NotFound
    return item


@lru_cache(maxsize=4)
def set_changes_statement(dialect: DialectName, *, some: bool = False) -> Statement:
    """Select a change set's changes with payloads below a sequence number, newest first; with
    `some` those of the records in parameter `records`.
    """
    chosen = [InArray(change.c.record_id, "records")] if some else []
    return compile_statement(
        sa.select(
            change.c.seq,
            change.c.object,
            change.c.record_id,
            change.c.verb,
            change.c.version,
            change_payload.c.payload,
        )
        .join(change_payload, change_payload.c.seq == change.c.seq)
        .where(
            change.c.change_set_id == sa.bindparam("id", type_=Id()),
            change.c.seq < sa.bindparam("below", type_=sa.BigInteger()),
            *chosen,
        )
        .order_by(change.c.seq.desc())
        .limit(sa.bindparam("limit", type_=sa.BigInteger())),
        dialect,
    )


LAST: Final = 2**62


async def change_set_detail(ctx: Ctx, id: str, limit: int = 200) -> dict[str, Any]:
    """Return a change set with its first changes, as far as the actor may see the records."""
    item = await change_set_item(ctx, id)
    statement = set_changes_statement(ctx.database.dialect)
    rows = await ctx.database.read(statement, {"id": id, "below": LAST, "limit": limit})
    found = []
    for name in dict.fromkeys(row[1] for row in rows):
        group = [row for row in rows if row[1] == name]
        seen = await seen_records(ctx, name, [row[2] for row in group])
        found += [
            {
                "id": str(row[0]),
                "object": name,
                "record": {"id": row[2], "name": None, "object": name},
                "verb": row[3],
                "changes": readable_changes(ctx, ctx.registry[name], row[2], row[5] or {}),
            }
            for row in group
            if row[2] in seen
        ]
    await name_links(ctx, found)
    await _name_records(ctx, found)
    await name_actors(ctx, [item])
    await _name_single(ctx, [item])
    return {**item, "changes": found}


async def _name_records(ctx: Ctx, items: Sequence[Mapping[str, Any]]) -> None:
    for name in {item["object"] for item in items}:
        group = [item["record"] for item in items if item["object"] == name]
        names = await names_of(ctx, name, [each["id"] for each in group])
        for each in group:
            each["name"] = names.get(each["id"])

"""A record's timeline: its own changes, and the records that hang on it, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from fangxin.history.entries import name_actors, name_links, readable_changes
from fangxin.kernel.clock import from_stored, to_stored
from fangxin.kernel.context import Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.kernel.sql import DialectName, Id, Statement, Timestamp, compile_statement
from fangxin.objects.registry import ObjectDef
from fangxin.records.reading import find, get, readable_object
from fangxin.records.tables import change, change_payload

ENTRIES: Final = 30
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


@lru_cache(maxsize=2)
def _record_statement(dialect: DialectName) -> Statement:
    return compile_statement(
        sa.select(*_COLUMNS, change_payload.c.payload)
        .join(change_payload, change_payload.c.seq == change.c.seq)
        .where(
            change.c.record_id == sa.bindparam("record", type_=Id()),
            change.c.at <= sa.bindparam("until", type_=Timestamp()),
        )
        .order_by(change.c.at.desc(), change.c.seq.desc())
        .limit(sa.bindparam("limit", type_=sa.BigInteger())),
        dialect,
    )


async def timeline(
    ctx: Ctx,
    object: str,
    id: str,
    *,
    cursor: str | None = None,
    limit: int = ENTRIES,
    kinds: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return {"items", "next"}: what happened to a record, and the records that hang on it, newest
    first.
    """
    definition = readable_object(ctx, object)
    await get(ctx, object, id, ["id"])
    bound = binding("timeline", id, ctx.actor.id)
    until, shown = ctx.clock(), frozenset[str]()
    if cursor:
        _, keys = unseal(ctx.services.secret, bound, cursor)
        until, shown = from_stored(keys[0]), frozenset(keys[1:])
    # entries of one instant may straddle two pages: those shown already are skipped by id
    many = limit + len(shown) + 1
    entries = await _own_entries(ctx, definition, id, until, many)
    entries += await _hanging_entries(ctx, id, until, many)
    if kinds:
        entries = [each for each in entries if each["kind"] in kinds]
    entries = [each for each in entries if each["id"] not in shown]
    entries.sort(key=lambda each: (each["at"], each["id"]), reverse=True)
    page, rest = entries[:limit], entries[limit:]
    await name_links(ctx, page)
    await name_actors(ctx, page)
    following = None
    if rest and page:
        last = page[-1]["at"]
        same = [each["id"] for each in page if each["at"] == last]
        same += [each for each in shown if cursor and last == until]
        following = seal(ctx.services.secret, bound, "timeline", [to_stored(last), *same])
    return {"items": page, "next": following}


async def _own_entries(
    ctx: Ctx, definition: ObjectDef, id: str, until: datetime, many: int
) -> list[dict[str, Any]]:
    values = {"record": id, "until": until, "limit": many}
    rows = await ctx.database.read(_record_statement(ctx.database.dialect), values)
    return [
        {
            "id": f"c{row[1]}",
            "at": row[2],
            "kind": "change" if row[8] == "update" else row[8],
            "actor": {"id": row[4], "name": None, "object": "user"},
            "source": row[5],
            "change_set": row[3],
            "changes": readable_changes(ctx, definition, row[9] or {})
            if row[8] != "create"
            else [],
        }
        for row in rows
    ]


async def _hanging_entries(ctx: Ctx, id: str, until: datetime, many: int) -> list[dict[str, Any]]:
    """Return the activities, tasks, files … whose link to any record points here."""
    found: list[dict[str, Any]] = []
    for definition in ctx.registry.objects.values():
        if ctx.rights.scope(definition.name, "read").kind == "none":
            continue
        readable = ctx.rights.readable(definition)
        links = [
            each
            for each in definition.fields.values()
            if each.type.references and readable.get(each.key) == "full"
        ]
        # without its moment a record has no place on a line of time
        if not links or readable.get("created_at") != "full":
            continue
        about = [{"field": link.key, "op": "is", "value": id} for link in links]
        until_ = {"field": "created_at", "op": "<=", "value": until.isoformat()}
        tree = {"all": [{"any": about}, until_]}
        fields = list(readable)
        page = await find(
            ctx,
            definition.name,
            filter=tree,
            sort="-created_at",
            fields=fields,
            limit=min(many, 200),
        )
        found += [_hanging_entry(definition, item) for item in page.items]
    return found


def _hanging_entry(definition: ObjectDef, item: dict[str, Any]) -> dict[str, Any]:
    at = item["created_at"]
    return {
        "id": item["id"],
        "at": at if isinstance(at, datetime) else datetime.fromisoformat(at),
        "kind": definition.name,
        "actor": item.get("created_by"),
        "source": None,
        "change_set": None,
        "record": item,
    }

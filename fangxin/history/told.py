"""What records tell on the timeline of what they point to: a quote on its account's, a payment on
its contract's. Declared at the link (`Field.told`), read with the reader's rights on the teller.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from fangxin.access.scope import predicate, scope_values
from fangxin.fields.base import Field
from fangxin.fields.link import link_id
from fangxin.history.entries import readable_changes
from fangxin.kernel.context import Ctx
from fangxin.kernel.sql import Id, InArray, JsonPath, Statement, Timestamp, compile_statement
from fangxin.objects.registry import ObjectDef
from fangxin.records.plans import remember
from fangxin.records.tables import change, change_payload

# of an object, newest first, whose activities are shown with those of the record itself
MEMBERS: Final = 200
COLUMNS: Final = (
    change.c.seq,
    change.c.at,
    change.c.change_set_id,
    change.c.actor_id,
    change.c.source,
    change.c.record_id,
    change.c.verb,
    change_payload.c.payload,
)
Teller: TypeAlias = tuple[ObjectDef, Field]


def tellers(ctx: Ctx, definition: ObjectDef) -> Iterator[Teller]:
    """Yield the objects, with their link, that tell on this one's timeline and may be read."""
    for child, link in ctx.registry.children[definition.name]:
        readable = ctx.rights.readable(child)
        scope = ctx.rights.scope(child.name, "read").kind
        if link.told is not None and scope != "none" and readable.get(link.key) == "full":
            yield child, link


def _seen(ctx: Ctx, child: ObjectDef, link: Field) -> list[sa.ColumnElement[bool]]:
    table = child.table
    allowed = predicate(ctx.rights, ctx.registry, child, table, "read")
    return [
        link_id(link, table) == sa.bindparam("record", type_=Id()),
        table.c.deleted_at.is_(None),
        *child.where(table),
        *([] if allowed is None else [allowed]),
    ]


def _telling(keys: Sequence[str]) -> sa.ColumnElement[bool]:
    """The change brings a record, takes it away, or moves one of these fields."""
    moved = [
        JsonPath(change_payload.c.payload, (side, key), sa.Text()).is_not(None)
        for key in keys
        for side in ("before", "after")
    ]
    return sa.or_(change.c.verb != "update", *moved)


def _changes_statement(ctx: Ctx, child: ObjectDef, link: Field, keys: Sequence[str]) -> Statement:
    statement = (
        sa.select(*COLUMNS, child.fields["name"].columns(child.table)[0])
        .join(change, change.c.record_id == child.table.c.id)
        .join(change_payload, change_payload.c.seq == change.c.seq)
        .where(
            *_seen(ctx, child, link),
            change.c.at <= sa.bindparam("until", type_=Timestamp()),
            InArray(change.c.verb, "verbs"),
            _telling(keys),
        )
        .order_by(change.c.at.desc(), change.c.seq.desc())
        .limit(sa.bindparam("limit", type_=sa.BigInteger()))
    )
    return compile_statement(statement, ctx.database.dialect)


async def told_entries(
    ctx: Ctx, definition: ObjectDef, id: str, span: tuple[datetime, int], verbs: Sequence[str]
) -> list[dict[str, Any]]:
    """Return entries of the log about records that tell here; `of` says whose each is."""
    found: list[dict[str, Any]] = []
    for child, link in tellers(ctx, definition) if verbs else ():
        readable = ctx.rights.readable(child)
        keys = [key for key in link.told or () if readable.get(key) == "full"]
        statement = remember(
            ctx.registry,
            ("told", child.name, link.key, tuple(keys), ctx.rights.read_shape),
            lambda child=child, link=link, keys=keys: _changes_statement(ctx, child, link, keys),  # type: ignore[misc]
        )
        values = {"record": id, "until": span[0], "limit": span[1], "verbs": list(verbs)}
        rows = await ctx.database.read(statement, {**scope_values(ctx), **values})
        found += [_entry(ctx, child, keys, row) for row in rows]
    return found


def _entry(ctx: Ctx, child: ObjectDef, keys: Sequence[str], row: Any) -> dict[str, Any]:
    seq, at, change_set, actor, source, record, verb, payload, name = row
    changes = readable_changes(ctx, child, record, payload or {}) if verb == "update" else []
    return {
        "id": f"c{seq}",
        "at": at,
        "kind": "change" if verb == "update" else verb,
        "actor": {"id": actor, "name": None, "object": "user"},
        "source": source,
        "change_set": change_set,
        "changes": [each for each in changes if each["field"] in keys],
        "of": {"id": record, "name": name, "object": child.name},
    }


async def members(ctx: Ctx, definition: ObjectDef, id: str) -> list[str]:
    """Return the ids of the records that tell here, the newest MEMBERS of each object."""
    found: list[str] = []
    for child, link in tellers(ctx, definition):

        def make(child: ObjectDef = child, link: Field = link) -> Statement:
            ids = sa.select(child.table.c.id).where(*_seen(ctx, child, link))
            newest = ids.order_by(child.table.c.created_at.desc()).limit(MEMBERS)
            return compile_statement(newest, ctx.database.dialect)

        key = ("members", child.name, link.key, ctx.rights.read_shape)
        statement = remember(ctx.registry, key, make)
        rows = await ctx.database.read(statement, {**scope_values(ctx), "record": id})
        found += [row[0] for row in rows]
    return found

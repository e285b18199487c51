"""Reading the change log: a record's timeline, change sets, the feed, and the tail that live readers follow.

The log is read with today's field rights and the record's present scope.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.scope import predicate, scope_values
from fangxin.fields.base import Field
from fangxin.kernel.clock import from_stored, to_stored
from fangxin.kernel.context import Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.kernel.db import Database
from fangxin.kernel.errors import FieldProblem, Invalid, NotFound
from fangxin.kernel.i18n import translate
from fangxin.kernel.sql import DialectName, Id, InArray, Statement, Timestamp, compile_statement
from fangxin.objects.registry import ObjectDef
from fangxin.records.plans import remember
from fangxin.records.reading import find, get, get_many, readable_object
from fangxin.records.tables import change, change_payload, change_set

FEED: Final = 500
ENTRIES: Final = 30
AUDIT: Final = "admin.audit"


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


def _settled(dialect: DialectName) -> list[sa.ColumnElement[bool]]:
    """Stop before the oldest transaction that still runs, so that a slow one is never skipped."""
    if dialect == "sqlite":
        return []
    return [change.c.xid < sa.literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")]


@lru_cache(maxsize=2)
def _tail_statement(dialect: DialectName) -> Statement:
    place = sa.tuple_(change.c.xid, change.c.seq)
    after = sa.tuple_(
        sa.bindparam("xid", type_=sa.BigInteger()), sa.bindparam("seq", type_=sa.BigInteger())
    )
    return compile_statement(
        sa.select(*_COLUMNS)
        .where(place > after, *_settled(dialect))
        .order_by(change.c.xid, change.c.seq)
        .limit(sa.bindparam("limit", type_=sa.BigInteger())),
        dialect,
    )


@lru_cache(maxsize=2)
def _end_statement(dialect: DialectName) -> Statement:
    return compile_statement(
        sa.select(change.c.xid, change.c.seq)
        .where(*_settled(dialect))
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


async def feed(ctx: Ctx, since: str | None, limit: int = FEED) -> dict[str, Any]:
    """Return the log as a feed: {"items", "next"}; `next` is always a cursor, to ask again later."""
    if not 1 <= limit <= FEED:
        problem = FieldProblem("/limit", "out_of_range", "From 1 to {limit} are allowed.", {"limit": FEED})
        raise Invalid(errors=[problem])
    bound = binding("feed", ctx.actor.id)
    after = Position()
    if since:
        _, keys = unseal(ctx.services.secret, bound, since, "/since")
        after = Position(*keys)
    entries = await tail(ctx.database, after, limit)
    last = entries[-1].position if entries else after
    payloads = await _payloads(ctx, [entry.position.seq for entry in entries])
    items = []
    for name in {entry.object for entry in entries}:
        group = [entry for entry in entries if entry.object == name]
        seen = await _seen(ctx, name, [entry.record for entry in group])
        items += [
            (entry.position, _feed_item(ctx, entry, payloads.get(entry.position.seq)))
            for entry in group
            if entry.record in seen
        ]
    ordered = [item for _, item in sorted(items, key=lambda pair: pair[0])]
    following = seal(ctx.services.secret, bound, "feed", [last.xid, last.seq])
    return {"items": ordered, "next": following}


def _feed_item(ctx: Ctx, entry: Entry, payload: Mapping[str, Any] | None) -> dict[str, Any]:
    definition = ctx.registry[entry.object]
    return {
        "id": str(entry.position.seq),
        "at": entry.at,
        "change_set": entry.change_set,
        "actor": entry.actor,
        "source": entry.source,
        "object": entry.object,
        "record": entry.record,
        "verb": entry.verb,
        "changes": readable_changes(ctx, definition, payload or {}),
    }


async def _seen(ctx: Ctx, name: str, ids: Sequence[str]) -> set[str]:
    """Return which records, deleted ones included, lie in the actor's read scope."""
    definition: ObjectDef | None = ctx.registry.get(name)
    if definition is None or ctx.rights.scope(name, "read").kind == "none":
        return set()

    def make() -> Statement:
        table = definition.table
        conditions = [InArray(table.c.id, "ids"), *definition.where(table)]
        allowed = predicate(ctx.rights, ctx.registry, definition, table, "read")
        conditions += [] if allowed is None else [allowed]
        return compile_statement(sa.select(table.c.id).where(*conditions), ctx.database.dialect)

    statement = remember(ctx.registry, ("seen", name, ctx.rights.read_shape), make)
    rows = await ctx.database.read(statement, {**scope_values(ctx), "ids": sorted(set(ids))})
    found = {row[0] for row in rows}
    return set(ids) if ctx.rights.allows(AUDIT) and ctx.rights.admin else found


@lru_cache(maxsize=2)
def _payload_statement(dialect: DialectName) -> Statement:
    return compile_statement(
        sa.select(change_payload.c.seq, change_payload.c.payload).where(
            InArray(change_payload.c.seq, "seqs")
        ),
        dialect,
    )


async def _payloads(ctx: Ctx, seqs: Sequence[int]) -> dict[int, dict[str, Any]]:
    if not seqs:
        return {}
    rows = await ctx.database.read(_payload_statement(ctx.database.dialect), {"seqs": list(seqs)})
    return {row[0]: row[1] or {} for row in rows}


@lru_cache(maxsize=512)
def _log_fields(definition: ObjectDef) -> dict[str, Field]:
    return {each.custom_id or each.key: each for each in definition.fields.values()}


def readable_changes(
    ctx: Ctx, definition: ObjectDef, payload: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return [{"field", "label", "before", "after"}] of the fields the actor may read; masked ones stay masked."""
    before, after = payload.get("before") or {}, payload.get("after") or {}
    readable = ctx.rights.readable(definition)
    fields = _log_fields(definition)
    found = []
    for key in dict.fromkeys([*before, *after]):
        field = fields.get(key)
        if field is None or field.key not in readable or field.system:
            continue
        sides = [_wire(field, side.get(key)) for side in (before, after)]
        if readable[field.key] == "masked":
            sides = [field.type.mask(side) for side in sides]
        label = field.labels.get(ctx.locale) or translate(ctx.locale, field.label)
        found.append({"field": field.key, "label": label, "before": sides[0], "after": sides[1]})
    return found


def _wire(field: Field, packed: Any) -> Any:
    if packed is None:
        return None
    value = field.type.write(field, field.unpack(packed))
    return {"id": value, "name": None, "object": field.target} if field.target else value


async def _name_links(ctx: Ctx, items: Sequence[Mapping[str, Any]]) -> None:
    """Fill the names of links on both sides of changes, one query an object."""
    links = [
        side
        for item in items
        for each in item.get("changes") or ()
        for side in (each["before"], each["after"])
        if isinstance(side, dict) and side.get("object") and side.get("name") is None
    ]
    for name in {link["object"] for link in links}:
        definition = ctx.registry.get(name)
        if definition is None or ctx.rights.scope(name, "read").kind == "none":
            continue
        ids = sorted({link["id"] for link in links if link["object"] == name})
        names = {each["id"]: each["name"] for each in await get_many(ctx, definition, ids, ["name"])}
        for link in links:
            if link["object"] == name:
                link["name"] = names.get(link["id"])


# ---------------------------------------------------------------- timeline


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
    """Return {"items", "next"}: what happened to a record, and the records that hang on it, newest first."""
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
    await _name_links(ctx, page)
    await _name_actors(ctx, page)
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
            "changes": readable_changes(ctx, definition, row[9] or {}) if row[8] != "create" else [],
        }
        for row in rows
    ]


async def _hanging_entries(
    ctx: Ctx, id: str, until: datetime, many: int
) -> list[dict[str, Any]]:
    """Return the activities, tasks, files … whose link to any record points here."""
    found: list[dict[str, Any]] = []
    for definition in ctx.registry.objects.values():
        links = [each for each in definition.fields.values() if each.type.references]
        if not links or ctx.rights.scope(definition.name, "read").kind == "none":
            continue
        about = [{"field": link.key, "op": "is", "value": id} for link in links]
        until_ = {"field": "created_at", "op": "<=", "value": until.isoformat()}
        tree = {"all": [{"any": about}, until_]}
        fields = [key for key in ctx.rights.readable(definition)]
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


async def _name_actors(ctx: Ctx, items: Sequence[Mapping[str, Any]]) -> None:
    links = [each["actor"] for each in items if each.get("actor") and not each["actor"].get("name")]
    users: ObjectDef | None = ctx.registry.get("user")
    if not links or users is None:
        return
    ids = sorted({link["id"] for link in links})
    names = {each["id"]: each["name"] for each in await get_many(ctx, users, ids, ["name"])}
    for link in links:
        link["name"] = names.get(link["id"])


# ---------------------------------------------------------------- change sets


def _set_conditions(
    *, everyone: bool, actor: bool, of: bool, after: bool
) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if not everyone:
        conditions.append(change_set.c.actor_id == sa.bindparam("me", type_=Id()))
    if actor:
        conditions.append(change_set.c.actor_id == sa.bindparam("actor", type_=Id()))
    if of:
        conditions.append(change_set.c.object == sa.bindparam("object", type_=sa.Text()))
    if after:
        place = sa.tuple_(
            sa.bindparam("at", type_=Timestamp()), sa.bindparam("id", type_=Id())
        )
        conditions.append(sa.tuple_(change_set.c.at, change_set.c.id) < place)
    return conditions


@lru_cache(maxsize=64)
def _sets_statement(
    dialect: DialectName, everyone: bool, actor: bool, of: bool, after: bool  # noqa: FBT001
) -> Statement:
    where = _set_conditions(everyone=everyone, actor=actor, of=of, after=after)
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
    """Return {"items", "next"}: one's own change sets, or everybody's for whoever audits."""
    everyone = bool(ctx.rights.allows(AUDIT))
    bound = binding("change_sets", actor, object, ctx.actor.id)
    values: dict[str, Any] = {"me": ctx.actor.id, "actor": actor, "object": object, "limit": limit + 1}
    if cursor:
        _, (at, last) = unseal(ctx.services.secret, bound, cursor)
        values |= {"at": from_stored(at), "id": last}
    statement = _sets_statement(
        ctx.database.dialect, everyone, actor is not None, object is not None, cursor is not None
    )
    rows = await ctx.database.read(statement, values)
    items = [_set_item(ctx, dict(zip(change_set.c.keys(), row, strict=True))) for row in rows[:limit]]
    await _name_actors(ctx, items)
    following = None
    if len(rows) > limit:
        keys = [to_stored(items[-1]["at"]), items[-1]["id"]]
        following = seal(ctx.services.secret, bound, "sets", keys)
    return {"items": items, "next": following}


UNDO_DAYS: Final = 30


def _set_item(ctx: Ctx, row: Mapping[str, Any]) -> dict[str, Any]:
    age = (ctx.clock() - row["at"]).days
    undoable = row["undone_by_id"] is None and row["state"] != "open" and age < UNDO_DAYS
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
        "undoable": undoable and bool(ctx.rights.allows("undo")),
        "undone_by": row["undone_by_id"],
        "undoes": row["undoes_id"],
    }


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
    return item


@lru_cache(maxsize=2)
def set_changes_statement(dialect: DialectName) -> Statement:
    """Select a change set's changes with payloads below a sequence number, newest first."""
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
        seen = await _seen(ctx, name, [row[2] for row in group])
        found += [
            {
                "id": str(row[0]),
                "object": name,
                "record": {"id": row[2], "name": None, "object": name},
                "verb": row[3],
                "changes": readable_changes(ctx, ctx.registry[name], row[5] or {}),
            }
            for row in group
            if row[2] in seen
        ]
    await _name_links(ctx, found)
    await _name_records(ctx, found)
    await _name_actors(ctx, [item])
    return {**item, "changes": found}


async def _name_records(ctx: Ctx, items: Sequence[Mapping[str, Any]]) -> None:
    for name in {item["object"] for item in items}:
        group = [item["record"] for item in items if item["object"] == name]
        definition = ctx.registry[name]
        rows = await get_many(ctx, definition, [each["id"] for each in group], ["name"])
        names = {each["id"]: each["name"] for each in rows}
        for each in group:
            each["name"] = names.get(each["id"])


"""What the change log may tell a reader: today's field rights, the record's present scope; and the
log as a feed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.scope import predicate, scope_values
from fangxin.fields.base import Field
from fangxin.history.tail import FEED, Entry, Position, tail
from fangxin.kernel.context import SYSTEM, Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.i18n import translate
from fangxin.kernel.sql import DialectName, InArray, Statement, compile_statement
from fangxin.objects.registry import ObjectDef
from fangxin.records.plans import remember
from fangxin.records.reading import names_of, references_in
from fangxin.records.tables import change_payload

AUDIT: Final = "admin.audit"


async def feed(ctx: Ctx, since: str | None, limit: int = FEED) -> dict[str, Any]:
    """Return the log as a feed: {"items", "next"}; `next` is always a cursor, to ask again
    later.
    """
    if not 1 <= limit <= FEED:
        problem = FieldProblem(
            "/limit", "out_of_range", "From 1 to {limit} are allowed.", {"limit": FEED}
        )
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
        seen = await seen_records(ctx, name, [entry.record for entry in group])
        items += [
            (entry.position, _feed_item(ctx, entry, payloads.get(entry.position.seq)))
            for entry in group
            if entry.record in seen
        ]
    ordered = [item for _, item in sorted(items, key=lambda pair: pair[0])]
    following = seal(ctx.services.secret, bound, "feed", list(astuple(last)))
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
        "changes": readable_changes(ctx, definition, entry.record, payload or {}),
    }


async def seen_records(ctx: Ctx, name: str, ids: Sequence[str]) -> set[str]:
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
    ctx: Ctx, definition: ObjectDef, record: str, payload: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return [{"field", "label", "before", "after"}] of the fields the actor may read; masked ones
    stay masked.
    """
    before, after = payload.get("before") or {}, payload.get("after") or {}
    readable = ctx.rights.readable(definition)
    fields = _log_fields(definition)
    found = []
    for key in dict.fromkeys([*before, *after]):
        field = fields.get(key)
        told = field is not None and field.type.always_told
        if field is None or not (told or (field.key in readable and not field.system)):
            continue
        held = ((record, side.get(key)) for side in (before, after))
        sides = [told_value(ctx, definition, field, *each) for each in held]
        label = field.spoken(ctx.locale)
        found.append({"field": field.key, "label": label, "before": sides[0], "after": sides[1]})
    return found


def told_value(ctx: Ctx, definition: ObjectDef, field: Field, record: str, packed: Any) -> Any:
    """Return a logged value of a field that the actor may read as JSON, masked where the field is
    masked to him today; the names of links are filled by `name_links`.
    """
    if packed is None:
        return None
    value = field.type.write(field, field.unpack(packed, record))
    value = {"id": value, "name": None, "object": field.target} if field.target else value
    masked = ctx.rights.readable(definition).get(field.key) == "masked"
    return field.type.mask(value) if masked else value


async def name_links(ctx: Ctx, items: Sequence[Mapping[str, Any]]) -> None:
    """Fill the names of links on both sides of changes, one query an object."""
    links = [
        link
        for item in items
        for each in item.get("changes") or ()
        for side in (each["before"], each["after"])
        if isinstance(side, dict | list)
        for link in references_in(side)
        if link.get("object") and link.get("name") is None
    ]
    for name in {link["object"] for link in links}:
        ids = sorted({link["id"] for link in links if link["object"] == name})
        names = await names_of(ctx, name, ids)
        for link in links:
            if link["object"] == name:
                link["name"] = names.get(link["id"])


async def name_actors(ctx: Ctx, items: Sequence[Mapping[str, Any]]) -> None:
    """Fill the names of users in the links at `actor`, in one query; the product itself has one."""
    links = [each["actor"] for each in items if each.get("actor") and not each["actor"].get("name")]
    ids = sorted({link["id"] for link in links} - {SYSTEM.id})
    names = await names_of(ctx, "user", ids) if ids else {}
    names[SYSTEM.id] = translate(ctx.locale, "System")
    for link in links:
        link["name"] = names.get(link["id"])

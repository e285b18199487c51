"""A record's timeline: its own changes, and the records that hang on it, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from fangxin.fields.base import IN_LIMIT, Field
from fangxin.history.entries import name_actors, name_links, readable_changes
from fangxin.history.merged import taken_up
from fangxin.history.told import members, told_entries
from fangxin.kernel.clock import from_stored, to_stored
from fangxin.kernel.context import Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.sql import DialectName, InArray, Statement, Timestamp, compile_statement
from fangxin.objects.registry import ObjectDef
from fangxin.records.reading import find, get, readable_object
from fangxin.records.tables import change, change_payload

ENTRIES: Final = 30
# kinds of entries that are changes of the record itself, by the log's verbs
VERBS: Final = {verb: verb for verb in ("create", "delete", "restore", "purge")} | {
    "change": "update"
}
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
            InArray(change.c.record_id, "records"),
            InArray(change.c.verb, "verbs"),
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
    first; at most `limit`, and fewer where some of it is not for the reader.
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
    _check_kinds(ctx, kinds)
    own = [id, *(await taken_up(ctx, id))]
    entries = await _own_entries(ctx, definition, own, (until, many), kinds)
    verbs = _verbs(kinds)
    entries += await told_entries(ctx, definition, id, (until, many), verbs)
    ids = [id, *(await members(ctx, definition, id))]
    entries += await _hanging_entries(ctx, ids, (until, many), kinds)
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
    return {"items": [each for each in page if _tells(each)], "next": following}


def _tells(entry: Mapping[str, Any]) -> bool:
    """Of a change in what the reader may not see nothing is told, not even that it was."""
    return entry["kind"] != "change" or bool(entry["changes"])


def _check_kinds(ctx: Ctx, kinds: Sequence[str] | None) -> None:
    """Raise Invalid for a kind that no entry can be of."""
    known = {*VERBS, *(d.name for d in ctx.registry.objects.values() if _about(ctx, d))}
    for kind in kinds or ():
        if kind not in known:
            values = {"kinds": ", ".join(sorted(known))}
            problem = FieldProblem("/kinds", "unknown_kind", "The kinds are {kinds}.", values)
            raise Invalid(errors=[problem])


def _verbs(kinds: Sequence[str] | None) -> list[str]:
    return [verb for kind, verb in VERBS.items() if not kinds or kind in kinds]


async def _own_entries(
    ctx: Ctx,
    definition: ObjectDef,
    ids: Sequence[str],
    span: tuple[datetime, int],
    kinds: Sequence[str] | None,
) -> list[dict[str, Any]]:
    values = {"records": ids, "until": span[0], "limit": span[1], "verbs": _verbs(kinds)}
    rows = await ctx.database.read(_record_statement(ctx.database.dialect), values)
    return [
        {
            "id": f"c{row[1]}",
            "at": row[2],
            "kind": "change" if row[8] == "update" else row[8],
            "actor": {"id": row[4], "name": None, "object": "user"},
            "source": row[5],
            "change_set": row[3],
            "changes": readable_changes(ctx, definition, row[7], row[9] or {})
            if row[8] != "create"
            else [],
        }
        for row in rows
    ]


def _about(ctx: Ctx, definition: ObjectDef) -> list[Field]:
    """Return the links to any record by which records of an object hang on others."""
    if ctx.rights.scope(definition.name, "read").kind == "none":
        return []
    readable = ctx.rights.readable(definition)
    # without its moment a record has no place on a line of time
    if readable.get("created_at") != "full":
        return []
    return [
        each
        for each in definition.fields.values()
        if each.type.references and readable.get(each.key) == "full"
    ]


async def _hanging_entries(
    ctx: Ctx, ids: Sequence[str], span: tuple[datetime, int], kinds: Sequence[str] | None
) -> list[dict[str, Any]]:
    """Return the activities, tasks, files … whose link to any record points at one of these."""
    found: list[dict[str, Any]] = []
    for definition in ctx.registry.objects.values():
        links = _about(ctx, definition) if not kinds or definition.name in kinds else []
        if not links:
            continue
        about = [{"field": link.key, "op": "in", "value": ids[:IN_LIMIT]} for link in links]
        until_ = {"field": "created_at", "op": "<=", "value": span[0].isoformat()}
        tree = {"all": [{"any": about}, until_]}
        page = await find(
            ctx,
            definition.name,
            filter=tree,
            sort="-created_at",
            fields=list(ctx.rights.readable(definition)),
            limit=min(span[1], 200),
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

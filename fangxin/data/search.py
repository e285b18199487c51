"""Searching all objects at once: candidates from the index, then the door's word on each of them.

The index gives at most CANDIDATES rows that the reader should see; they are put in order (a title
that starts with the query, then shorter titles) and shown as far as reading allows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.scope import predicate, scope_shape, scope_values
from fangxin.access.shares import share_condition
from fangxin.data.matching import (
    Group,
    Lent,
    Reach,
    asked,
    candidates,
    found_rows,
    reach,
    search_match,
    title_only,
)
from fangxin.data.search_text import matched_on, subtitle, subtitle_fields
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.sql import Statement, compile_statement
from fangxin.kernel.tokens import Term, fold, parse_query
from fangxin.objects.registry import ObjectDef
from fangxin.records import reading
from fangxin.records.indexes import searchable
from fangxin.records.plans import remember
from fangxin.records.tables import search_row

CANDIDATES: Final = 300
# how many rows that answer are looked at one by one where tokens cannot say what the reader sees
LOOKED_AT: Final = 1000
LIMIT: Final = 100
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A row of the index that answers the query."""

    id: str
    object: str
    title: str


def _objects(ctx: Ctx, names: Sequence[str] | None) -> list[ObjectDef]:
    chosen = [ctx.registry[name] for name in names] if names else ctx.registry.objects.values()
    return [each for each in chosen if ctx.rights.scope(each.name, "read").kind != "none"]


async def search(
    ctx: Ctx, query: str, objects: Sequence[str] | None = None, limit: int = SHOWN
) -> list[dict[str, Any]]:
    """Return {"object", "id", "name", "subtitle", "matched_on"} of what answers, best first.

    Every word of `query` must be met. `objects` are names or paths; NotFound for an unknown one.
    """
    if not 1 <= limit <= LIMIT:
        message = "From 1 to {limit} results are allowed."
        raise Invalid(errors=[FieldProblem("/limit", "out_of_range", message, {"limit": LIMIT})])
    chosen = _objects(ctx, objects)
    terms = parse_query(query)
    if not terms or not chosen:
        return []
    hits = await _hits(ctx, chosen, terms, named=bool(objects))
    return await _shown(ctx, _ordered(hits, query), terms, limit)


async def search_ids(ctx: Ctx, object_name: str, query: str, limit: int = SHOWN) -> list[str]:
    """Return the ids of what answers `query` within one object, best first: link pickers."""
    return [each["id"] for each in await search(ctx, query, [object_name], limit)]


async def _hits(
    ctx: Ctx, objects: Sequence[ObjectDef], terms: Sequence[Term], *, named: bool
) -> list[Hit]:
    lent: Lent = {}
    reaches = [found for each in objects if (found := await reach(ctx, each, lent)) is not None]
    # without tokens and with a beyond, nothing can be said to the index
    said = [each for each in reaches if each.tokens or not each.beyond]
    whole = not named and len(said) == len(ctx.registry.objects)
    everything = whole and not any(each.tokens for each in said)
    hits = await _from_index(ctx, said, terms, everything=everything)
    for each in reaches:
        if each.beyond:
            hits += await _beyond(ctx, each.definition, terms)
        elif each.definition.name in ctx.rights.shared and each.tokens:
            hits += await _shared(ctx, each.definition, terms)
    return list({hit.id: hit for hit in hits}.values())


async def _from_index(
    ctx: Ctx, reaches: Sequence[Reach], terms: Sequence[Term], *, everything: bool
) -> list[Hit]:
    parts: dict[bool, list[Reach]] = {}
    for each in reaches:
        parts.setdefault(title_only(ctx, each.definition), []).append(each)
    if not parts:
        return []
    dialect = ctx.database.dialect
    groups = [Group(group, hidden) for hidden, group in parts.items()]
    values = asked(terms, groups, dialect, everything=everything)
    found = candidates(dialect, scoped=not everything)
    rows = await ctx.database.read(found, {**values, "how_many": CANDIDATES})
    return [Hit(*row) for row in rows]


def _beyond_statement(ctx: Ctx, definition: ObjectDef) -> Statement:
    table, dialect = definition.table, ctx.database.dialect
    first = found_rows(dialect, LOOKED_AT).subquery("first")
    where = [table.c.deleted_at.is_(None), *definition.where(table)]
    seen = predicate(ctx.rights, ctx.registry, definition, table, "read")
    where += [] if seen is None else [seen]
    # skip one-door: the reader's own predicate is among the conditions
    found = sa.select(first).join(table, table.c.id == first.c.record_id).where(*where)
    return compile_statement(found.limit(CANDIDATES), dialect)


async def _beyond(ctx: Ctx, definition: ObjectDef, terms: Sequence[Term]) -> list[Hit]:
    """Return what of an object is seen by way of very many parents, of the first LOOKED_AT rows
    that answer: tokens cannot say it, so the predicate looks at each.
    """
    statement = remember(
        ctx.registry,
        ("beyond", definition.name, scope_shape(ctx.rights, definition, "read")),
        lambda: _beyond_statement(ctx, definition),
    )
    group = Group([Reach(definition, ())], title_only(ctx, definition))
    values = {**scope_values(ctx), **asked(terms, [group], ctx.database.dialect)}
    return [Hit(*row) for row in await ctx.database.read(statement, values)]


def _shared_statement(ctx: Ctx, definition: ObjectDef) -> Statement:
    dialect, c = ctx.database.dialect, search_row.c
    shared = share_condition(definition, c.record_id, "read")
    # skip one-door: what is shared with the reader is what he sees
    found = sa.select(c.record_id, c.object, c.title).where(search_match(dialect), shared)
    return compile_statement(found.limit(CANDIDATES), dialect)


async def _shared(ctx: Ctx, definition: ObjectDef, terms: Sequence[Term]) -> list[Hit]:
    """Return what answers of that which is shared with the reader, one record at a time."""
    statement = remember(
        ctx.registry, ("shared", definition.name), lambda: _shared_statement(ctx, definition)
    )
    group = Group([Reach(definition, ())], title_only(ctx, definition))
    values = {**scope_values(ctx), **asked(terms, [group], ctx.database.dialect)}
    return [Hit(*row) for row in await ctx.database.read(statement, values)]


def _ordered(hits: Sequence[Hit], query: str) -> list[Hit]:
    wanted = fold(query.strip())

    def place(hit: Hit) -> tuple[bool, bool, int, str]:
        title = fold(hit.title)
        return (title != wanted, not title.startswith(wanted), len(title), title)

    return sorted(hits, key=place)


async def _shown(
    ctx: Ctx, hits: Sequence[Hit], terms: Sequence[Term], limit: int
) -> list[dict[str, Any]]:
    """Read hits in order until enough are visible; mostly the first helping does."""
    items: list[dict[str, Any]] = []
    for start in range(0, len(hits), limit):
        helping = hits[start : start + limit]
        by_object: dict[str, list[str]] = {}
        for hit in helping:
            by_object.setdefault(hit.object, []).append(hit.id)
        read: dict[str, dict[str, Any]] = {}
        for name, ids in by_object.items():
            read |= await _read(ctx, ctx.registry[name], ids, terms)
        items += [read[hit.id] for hit in helping if hit.id in read]
        if len(items) >= limit:
            break
    return items[:limit]


async def _read(
    ctx: Ctx, definition: ObjectDef, ids: Sequence[str], terms: Sequence[Term]
) -> dict[str, dict[str, Any]]:
    readable = ctx.rights.readable(definition)
    searched = [each for each in searchable(definition) if readable.get(each.key) == "full"]
    beside = subtitle_fields(definition, readable)
    keys = dict.fromkeys(["id", "name", *(each.key for each in (*searched, *beside))])
    found = await reading.get_many(ctx, definition, ids, list(keys))
    return {
        item["id"]: {
            "object": definition.name,
            "id": item["id"],
            "name": item["name"],
            "subtitle": subtitle(ctx, beside, item),
            "matched_on": matched_on(searched, item, terms),
        }
        for item in found
    }

"""Searching all objects at once: candidates from the index, then the door's word on each of them.

The index gives some rows that the reader should see; they are put in order (a title that is the
query, one that begins with it, one that has its words, then shorter titles) and shown as far as
reading allows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.scope import predicate, scope_shape, scope_values
from fangxin.access.shares import share_condition
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.sql import InArray, Statement, compile_statement
from fangxin.kernel.tokens import Term, fold, parse_query
from fangxin.objects.registry import ObjectDef
from fangxin.records import reading
from fangxin.records.indexes import searchable
from fangxin.records.plans import remember
from fangxin.records.tables import search_row
from fangxin.search.candidates import LOOKED_THROUGH, Query, candidates, looked_through, unscoped
from fangxin.search.matching import Group, Lent, Reach, reach, title_only
from fangxin.search.results import matched_on, subtitle, subtitle_fields

# how many rows are put in order for each that is shown, and at least
CANDIDATES: Final = 4
LEAST: Final = 120
# how many rows that answer are looked at one by one where tokens cannot say what the reader sees
LOOKED_AT: Final = 1000
LIMIT: Final = 100
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for, and how many answers he wants to see."""

    query: str
    terms: Sequence[Term]
    limit: int

    @property
    def candidates(self) -> int:
        """How many rows are put in order."""
        return max(LEAST, CANDIDATES * self.limit)


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
    hits = await _hits(ctx, chosen, Wanted(query, terms, limit), named=bool(objects))
    return await _shown(ctx, _ordered(hits, query), terms, limit)


async def search_ids(ctx: Ctx, object_name: str, query: str, limit: int = SHOWN) -> list[str]:
    """Return the ids of what answers `query` within one object, best first: link pickers."""
    return [each["id"] for each in await search(ctx, query, [object_name], limit)]


async def _hits(
    ctx: Ctx, objects: Sequence[ObjectDef], wanted: Wanted, *, named: bool
) -> list[Hit]:
    lent: Lent = {}
    reaches = [found for each in objects if (found := await reach(ctx, each, lent)) is not None]
    # without tokens and with a beyond, nothing can be said to the index
    said = [each for each in reaches if each.tokens or not each.beyond]
    whole = not named and len(said) == len(ctx.registry.objects)
    everything = whole and not any(each.tokens for each in said)
    hits = await _from_index(ctx, said, wanted, everything=everything)
    beyond = [each.definition for each in reaches if each.beyond]
    if beyond and len(hits) < wanted.limit:
        hits += await _beyond(ctx, beyond, wanted)
    shared = [each.definition for each in reaches if each.tokens and not each.beyond]
    shared = [each for each in shared if each.name in ctx.rights.shared]
    hits += await _shared(ctx, shared, wanted) if shared else []
    return list({hit.id: hit for hit in hits}.values())


async def _from_index(
    ctx: Ctx, reaches: Sequence[Reach], wanted: Wanted, *, everything: bool
) -> list[Hit]:
    groups = _groups(ctx, reaches)
    if not groups:
        return []
    much = any(each.beyond for each in reaches)
    query = Query(wanted.query, wanted.terms, groups, wanted.candidates, everything, much)
    return [Hit(*row) for row in await candidates(ctx.database, query, wanted.limit)]


def _groups(ctx: Ctx, reaches: Sequence[Reach]) -> list[Group]:
    parts: dict[bool, list[Reach]] = {}
    for each in reaches:
        parts.setdefault(title_only(ctx, each.definition), []).append(each)
    return [Group(group, hidden) for hidden, group in parts.items()]


def _seen_statement(ctx: Ctx, definition: ObjectDef) -> Statement:
    table = definition.table
    where = [InArray(table.c.id, "ids"), table.c.deleted_at.is_(None), *definition.where(table)]
    seen = predicate(ctx.rights, ctx.registry, definition, table, "read")
    where += [] if seen is None else [seen]
    # skip one-door: the reader's own predicate is among the conditions
    return compile_statement(sa.select(table.c.id).where(*where), ctx.database.dialect)


async def _beyond(ctx: Ctx, objects: Sequence[ObjectDef], wanted: Wanted) -> list[Hit]:
    """Return what is seen by way of very many parents, of the first LOOKED_AT rows that answer:
    tokens cannot say it, so the predicate looks at each.
    """
    groups = _groups(ctx, [Reach(each, ()) for each in objects])
    query = Query(wanted.query, wanted.terms, groups, LOOKED_AT)
    by_object: dict[str, list[Hit]] = {}
    for row in await unscoped(ctx.database, query):
        by_object.setdefault(row[1], []).append(Hit(*row))
    found: list[Hit] = []
    for name, hits in by_object.items():
        definition = ctx.registry[name]
        statement = remember(
            ctx.registry,
            ("beyond", name, scope_shape(ctx.rights, definition, "read")),
            partial(_seen_statement, ctx, definition),
        )
        ids = list({hit.id for hit in hits})
        rows = await ctx.database.read(statement, {**scope_values(ctx), "ids": ids})
        seen = {row[0] for row in rows}
        found += [hit for hit in hits if hit.id in seen]
    return found


def _shared_statement(ctx: Ctx, definition: ObjectDef) -> Statement:
    id_ = search_row.c.record_id
    # skip one-door: what is shared with the reader is what he sees
    found = sa.select(id_).where(share_condition(definition, id_, "read"))
    return compile_statement(found.limit(LOOKED_THROUGH), ctx.database.dialect)


async def _shared(ctx: Ctx, objects: Sequence[ObjectDef], wanted: Wanted) -> list[Hit]:
    """Return what answers of that which is shared with the reader, one record at a time."""
    ids: list[str] = []
    for definition in objects:
        statement = remember(
            ctx.registry,
            ("shared", definition.name),
            partial(_shared_statement, ctx, definition),
        )
        ids += [row[0] for row in await ctx.database.read(statement, scope_values(ctx))]
    groups = _groups(ctx, [Reach(each, ()) for each in objects])
    query = Query(wanted.query, wanted.terms, groups, wanted.candidates)
    return [Hit(*row) for row in await looked_through(ctx.database, query, ids)]


def _ordered(hits: Sequence[Hit], query: str) -> list[Hit]:
    wanted = fold(query.strip())
    words = wanted.split()

    def place(hit: Hit) -> tuple[bool, bool, bool, int, str]:
        title = fold(hit.title)
        inside = all(word in title for word in words)
        return (title != wanted, not title.startswith(wanted), not inside, len(title), title)

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

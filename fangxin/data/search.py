"""Searching all objects at once: candidates from the index, then the door's word on each of them.

The index gives at most CANDIDATES rows that the reader should see; they are put in order (a title
that starts with the query, then shorter titles) and shown as far as reading allows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from fangxin.data.matching import (
    MATCH,
    Lent,
    Reach,
    joined,
    match_text,
    matching_rows,
    narrow,
    reach,
    reach_text,
    search_match,
    title_only,
)
from fangxin.data.search_text import matched_on, subtitle, subtitle_fields
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.sql import DialectName, Statement, compile_statement
from fangxin.kernel.tokens import Term, fold, parse_query
from fangxin.objects.registry import ObjectDef
from fangxin.records import reading
from fangxin.records.indexes import searchable
from fangxin.records.tables import search_row

CANDIDATES: Final = 300
LIMIT: Final = 100
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A row of the index that answers the query."""

    id: str
    object: str
    title: str


@lru_cache(maxsize=4)
def _candidates(dialect: DialectName) -> Statement:
    c = search_row.c
    many = sa.bindparam("how_many", type_=sa.Integer())
    found = sa.select(c.record_id, c.object, c.title)
    if dialect == "sqlite":
        # the limit stands inside, else SQLite gathers every match before the first is shown
        first = matching_rows().limit(many).subquery("first")
        return compile_statement(found.join(first, c.number == first.c.rowid), dialect)
    return compile_statement(found.where(search_match(dialect)).limit(many), dialect)


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
    hits = await _hits(ctx, chosen, terms, query, named=bool(objects))
    return await _shown(ctx, _ordered(hits, query), terms, limit)


async def search_ids(ctx: Ctx, object_name: str, query: str, limit: int = SHOWN) -> list[str]:
    """Return the ids of what answers `query` within one object, best first: link pickers."""
    return [each["id"] for each in await search(ctx, query, [object_name], limit)]


async def _hits(
    ctx: Ctx, objects: Sequence[ObjectDef], terms: Sequence[Term], query: str, *, named: bool
) -> list[Hit]:
    lent: Lent = {}
    reaches = [found for each in objects if (found := await reach(ctx, each, lent)) is not None]
    plain = [each for each in reaches if each.tokens is not None]
    hits = await _from_index(ctx, plain, terms, whole=not named and _sees_all(plain, ctx))
    for each in reaches:
        # what tokens cannot say (very many parents lend sight) is left to the predicate
        if each.tokens is None:
            hits += await _from_list(ctx, each.definition, query)
    return hits


def _sees_all(reaches: Sequence[Reach], ctx: Ctx) -> bool:
    return len(reaches) == len(ctx.registry.objects) and all(each.tokens == () for each in reaches)


async def _from_index(
    ctx: Ctx, reaches: Sequence[Reach], terms: Sequence[Term], *, whole: bool
) -> list[Hit]:
    if not reaches:
        return []
    dialect = ctx.database.dialect
    open_: list[Reach] = []
    closed: list[Reach] = []
    for each in reaches:
        (closed if title_only(ctx, each.definition) else open_).append(each)
    parts = []
    for group, hidden in ((open_, False), (closed, True)):
        if group:
            wanted = [match_text(terms, dialect, title_only=hidden)]
            wanted += [] if whole else [reach_text(group, dialect)]
            parts.append(joined(wanted, dialect))
    text = (" | " if dialect == "postgresql" else " OR ").join(f"({part})" for part in parts)
    values = {MATCH: text, "how_many": CANDIDATES}
    rows = await ctx.database.read(_candidates(dialect), values)
    return [Hit(*row) for row in rows]


async def _from_list(ctx: Ctx, definition: ObjectDef, query: str) -> list[Hit]:
    page = await reading.find(
        ctx,
        definition.name,
        fields=["id", "name"],
        narrow=narrow(ctx, definition, query),
        limit=CANDIDATES,
    )
    return [Hit(item["id"], definition.name, item["name"]) for item in page.items]


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

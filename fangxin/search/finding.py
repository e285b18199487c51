"""Searching all objects at once: candidates from the index, then the door's word on each of them.

The index gives some rows that the reader should see; they are put in order (a title that is the
query, one that begins with it, one that has its words, then shorter titles) and shown as far as
reading allows them. Where nothing answers, near words are tried (see near.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from fangxin.access.scope import predicate, scope_shape, scope_values
from fangxin.access.shares import share_condition
from fangxin.kernel.context import Ctx
from fangxin.kernel.errors import FieldProblem, Invalid
from fangxin.kernel.sql import InArray, Statement, compile_statement
from fangxin.kernel.tokens import Term, fold, parse_query, runs_of
from fangxin.objects.registry import ObjectDef
from fangxin.records import reading
from fangxin.records.indexes import searchable
from fangxin.records.plans import remember
from fangxin.records.tables import search_row
from fangxin.search.candidates import LOOKED_THROUGH, Query, candidates, looked_through, unscoped
from fangxin.search.contents import holds_contents, texts_of_files
from fangxin.search.matching import Group, Lent, Reach, reach, title_only
from fangxin.search.near import Guess, guesses
from fangxin.search.results import matched_on, snippet, subtitle, subtitle_fields, texts_of

# how many rows are put in order for each that is shown, and at least
CANDIDATES: Final = 4
LEAST: Final = 120
# how many rows that answer are looked at one by one where tokens cannot say what the reader sees
LOOKED_AT: Final = 1000
LIMIT: Final = 100
SHOWN: Final = 20
# where a file meets a query by what is in it, in place of a field
CONTENTS: Final = "contents"
# characters of it that near words are looked for in
LOOKED_INTO: Final = 5000
# a text that is shorter needs no part of it to be shown
SHORT: Final = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for, and how many answers he wants to see."""

    query: str
    terms: Sequence[Term]
    limit: int
    guess: Guess | None = None

    @property
    def candidates(self) -> int:
        """How many rows are put in order."""
        if self.guess is not None:
            # what is near is hardly put in order
            return LOOKED_AT if self.guess.compared else 2 * self.limit
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
    ctx: Ctx,
    query: str,
    objects: Sequence[str] | None = None,
    limit: int = SHOWN,
    recent: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Return {"object", "id", "name", "subtitle", "matched_on", "snippet"} of what answers, best
    first; a snippet is of a longer text, or of what is in a file (matched on CONTENTS).

    Every word of `query` must be met; of what meets it, `recent` (ids of records that the actor
    opened lately) come before all but a title that is the query. `objects` are names or paths;
    NotFound for an unknown one.
    """
    if not 1 <= limit <= LIMIT:
        message = "From 1 to {limit} results are allowed."
        raise Invalid(errors=[FieldProblem("/limit", "out_of_range", message, {"limit": LIMIT})])
    chosen = _objects(ctx, objects)
    terms = parse_query(query)
    if not terms or not chosen:
        return []
    wanted = Wanted(query, terms, limit)
    hits = await _hits(ctx, chosen, wanted, named=bool(objects))
    if recent:
        seen = await _among(ctx, chosen, wanted, recent)
        hits = list({hit.id: hit for hit in (*hits, *seen)}.values())
    shown = await _shown(ctx, _ordered(hits, query, recent), wanted)
    return [each.item for each in shown]


async def answer(
    ctx: Ctx,
    query: str,
    objects: Sequence[str] | None = None,
    limit: int = SHOWN,
    recent: Sequence[str] = (),
) -> dict[str, Any]:
    """Return {"items", "instead"}: what `search` finds, with `instead` null; or, when that is
    nothing, what answers near words, and in `instead` the query as it was answered.
    """
    items = await search(ctx, query, objects, limit, recent)
    chosen = [] if items else _objects(ctx, objects)
    for guess in guesses(query) if chosen else ():
        wanted = Wanted(query, guess.terms, limit, guess)
        hits = await _hits(ctx, chosen, wanted, named=bool(objects))
        shown = await _shown(ctx, _fitting(hits, guess), wanted)
        if shown:
            texts = (text for each in shown for text in each.texts)
            return {"items": [each.item for each in shown], "instead": guess.meant(texts)}
    return {"items": items, "instead": None}


def _fitting(hits: Sequence[Hit], guess: Guess) -> list[Hit]:
    """Return the hits that fit a guess, the nearest first."""
    fit = [hit for hit in hits if not guess.compared or guess.fits(hit.title)]
    return sorted(fit, key=lambda hit: (guess.distance(hit.title), len(hit.title), hit.title))


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
    if not reaches:
        return []
    much = any(each.beyond for each in reaches)
    query = _query(ctx, wanted, reaches, wanted.candidates)
    query = replace(query, everything=everything, much=much)
    return [Hit(*row) for row in await candidates(ctx.database, query, wanted.limit)]


def _query(ctx: Ctx, wanted: Wanted, reaches: Sequence[Reach], most: int) -> Query:
    guess = wanted.guess
    titles = guess is not None and guess.compared
    parts: dict[bool, list[Reach]] = {}
    for each in reaches:
        parts.setdefault(titles or title_only(ctx, each.definition), []).append(each)
    groups = [Group(group, hidden) for hidden, group in parts.items()]
    return Query(wanted.query, wanted.terms, groups, most, near=guess.ways if guess else ())


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
    query = _query(ctx, wanted, [Reach(each, ()) for each in objects], LOOKED_AT)
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
    return await _among(ctx, objects, wanted, ids)


async def _among(
    ctx: Ctx, objects: Sequence[ObjectDef], wanted: Wanted, ids: Sequence[str]
) -> list[Hit]:
    """Return what answers of these records, whoever may see them."""
    query = _query(ctx, wanted, [Reach(each, ()) for each in objects], wanted.candidates)
    known = {each.name for each in objects}
    rows = await looked_through(ctx.database, query, ids)
    return [hit for row in rows if (hit := Hit(*row)).object in known]


def _ordered(hits: Sequence[Hit], query: str, recent: Sequence[str] = ()) -> list[Hit]:
    wanted = fold(query.strip())
    words = wanted.split()
    lately = frozenset(recent)

    def place(hit: Hit) -> tuple[bool, bool, bool, bool, int, str]:
        title = fold(hit.title)
        inside = all(word in title for word in words)
        begins = title.startswith(wanted)
        return (title != wanted, hit.id not in lately, not begins, not inside, len(title), title)

    return sorted(hits, key=place)


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer, and the texts of its record that the reader may see."""

    item: dict[str, Any]
    texts: Sequence[str]


async def _shown(ctx: Ctx, hits: Sequence[Hit], wanted: Wanted) -> list[Shown]:
    """Read hits in order until enough are visible; mostly the first helping does."""
    items: list[Shown] = []
    limit = wanted.limit
    for start in range(0, len(hits), limit):
        helping = hits[start : start + limit]
        by_object: dict[str, list[str]] = {}
        for hit in helping:
            by_object.setdefault(hit.object, []).append(hit.id)
        read: dict[str, Shown] = {}
        for name, ids in by_object.items():
            read |= await _read(ctx, ctx.registry[name], ids, wanted)
        items += [read[hit.id] for hit in helping if hit.id in read]
        if len(items) >= limit:
            break
    return items[:limit]


async def _read(
    ctx: Ctx, definition: ObjectDef, ids: Sequence[str], wanted: Wanted
) -> dict[str, Shown]:
    readable = ctx.rights.readable(definition)
    searched = [each for each in searchable(definition) if readable.get(each.key) == "full"]
    beside = subtitle_fields(definition, readable)
    keys = dict.fromkeys(["id", "name", *(each.key for each in (*searched, *beside))])
    found = await reading.get_many(ctx, definition, ids, list(keys))
    held: dict[str, str] = {}
    if holds_contents(definition) and not title_only(ctx, definition):
        held = await texts_of_files(ctx.database, [item["id"] for item in found])
    read: dict[str, Shown] = {}
    for item in found:
        texts = texts_of(searched, item)
        content = held.get(item["id"], "")
        seen = (*texts.values(), content[:LOOKED_INTO])
        told = {
            "object": definition.name,
            "id": item["id"],
            "name": item["name"],
            "subtitle": subtitle(ctx, beside, item),
            **_met(texts, content, wanted, seen),
        }
        read[item["id"]] = Shown(told, seen)
    return read


def _met(
    texts: Mapping[str, str], content: str, wanted: Wanted, seen: Sequence[str]
) -> dict[str, Any]:
    """Return where a record meets the query, and the words around it where the text is long."""
    guess = wanted.guess
    words = runs_of(wanted.query) if guess is None else guess.meant(seen).split()
    keys = matched_on(texts, wanted.terms)
    long = [texts[key] for key in keys if key != "name" and len(texts[key]) > SHORT]
    around = next((part for text in long if (part := snippet(text, words))), None)
    if "name" not in keys and (part := snippet(content, words)):
        return {"matched_on": [*keys, CONTENTS], "snippet": around or part}
    return {"matched_on": keys, "snippet": around}

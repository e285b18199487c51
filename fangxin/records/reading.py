"""The one door to read: pages, single records, counts and visibility, each with the reader's scope
and field rights.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from fangxin.access.guesses import count_guesses
from fangxin.access.scope import predicate, scope_values
from fangxin.fields.base import Environment
from fangxin.kernel.context import Ctx
from fangxin.kernel.cursor import binding, seal, unseal
from fangxin.kernel.errors import FieldProblem, Forbidden, Invalid, NotFound
from fangxin.kernel.ids import is_id
from fangxin.kernel.sql import InArray, Row, Statement, compile_statement
from fangxin.objects.registry import ObjectDef
from fangxin.records.filters import Filter, Parser, Path, resolve_path
from fangxin.records.plans import remember
from fangxin.records.query import (
    COUNT_CAP,
    ListRequest,
    Narrow,
    PageShape,
    Sort,
    compile_count,
    compile_get,
    compile_page,
    never_empty,
)

Fetch: TypeAlias = Callable[[Statement, Mapping[str, Any]], Awaitable[Sequence[Row]]]
PAGE: Final = 50
PAGE_LIMIT: Final = 1000
SORTS: Final = 4


@dataclass(frozen=True, slots=True)
class Page:
    """One page: records as JSON, the cursor of the next page, and the count where asked."""

    items: list[dict[str, Any]]
    next: str | None
    count: dict[str, Any] | None


def environment(ctx: Ctx) -> Environment:
    """Return what field types need to know of this context."""
    return Environment(
        locale=ctx.locale,
        timezone=ctx.timezone,
        now=ctx.clock(),
        base_currency=ctx.base_currency,
        rates=ctx.rates,
        me=ctx.actor.id,
        my_department=ctx.department,
        my_departments=ctx.departments,
    )


def readable_object(ctx: Ctx, word: str) -> ObjectDef:
    """Return the object, or raise NotFound when it does not exist or nothing of it may be read."""
    definition: ObjectDef = ctx.registry[word]
    if ctx.rights.scope(definition.name, "read").kind == "none":
        raise Forbidden(
            "Your role does not allow you to see {object}.",
            values={"object": definition.plural(ctx.locale)},
        )
    return definition


def output_paths(
    ctx: Ctx, definition: ObjectDef, fields: Sequence[str] | None, *, all_fields: bool
) -> tuple[Path, ...]:
    """Return the fields of an answer in canonical order; `id` and `version` are always among
    them.
    """
    readable = ctx.rights.readable(definition)
    if fields is None:
        chosen = [
            each
            for each in definition.fields.values()
            if each.key in readable and (all_fields or each.type.listed)
        ]
        return tuple(Path((), definition, each) for each in chosen)
    wanted = dict.fromkeys(["id", "version", *fields])
    return tuple(
        resolve_path(ctx.registry, ctx.rights, definition, key, "/fields") for key in wanted
    )


def sort_paths(
    ctx: Ctx, definition: ObjectDef, sort: str | Sequence[str] | None
) -> tuple[Sort, ...]:
    """Read "-amount,name" into paths and directions, or raise Invalid naming the key."""
    keys = sort.split(",") if isinstance(sort, str) else list(sort or ())
    if not keys:
        key = definition.facts.layout.default_sort
        # who may not read that field has the newest first
        seen = ctx.rights.readable(definition).get(key.lstrip("-")) == "full"
        keys = [key if seen else "-id"]
    if len(keys) > SORTS:
        message = "At most {limit} sort keys are allowed."
        raise Invalid(errors=[FieldProblem("/sort", "too_many", message, {"limit": SORTS})])
    found: list[Sort] = []
    for key in keys:
        path = resolve_path(ctx.registry, ctx.rights, definition, key.strip().lstrip("-"), "/sort")
        masked = ctx.rights.readable(path.definition).get(path.field.key) == "masked"
        if masked or (path.part is None and path.field.type.sort_column(path.field) is None):
            message = "Records cannot be sorted by {field}."
            problem = FieldProblem("/sort", "not_sortable", message, {"field": path.key})
            raise Invalid(errors=[problem])
        found.append((path, key.strip().startswith("-")))
    return tuple(found)


def _output_key(ctx: Ctx, paths: Iterable[Path]) -> tuple[str, ...]:
    rights = ctx.rights
    return tuple(
        path.key
        if rights.readable(path.definition).get(path.field.key) != "masked"
        else f"*{path.key}"
        for path in paths
    )


@dataclass(slots=True)
class _Listing:
    """A list request read and checked, with its values."""

    request: ListRequest
    key: tuple[Any, ...]
    values: dict[str, Any]
    bound: bytes
    guesses: int


def _listing(
    ctx: Ctx,
    definition: ObjectDef,
    tree: Any,
    outputs: tuple[Path, ...],
    sorts: tuple[Sort, ...],
    narrow: Narrow | None,
    *,
    deleted: bool,
) -> _Listing:
    parsed: Filter = Parser(ctx.registry, ctx.rights, environment(ctx)).parse(definition, tree)
    values = {**scope_values(ctx), **parsed.values, **(narrow.values if narrow else {})}
    sort_key = tuple((path.key, down) for path, down in sorts)
    shape = (parsed.shape, sort_key, narrow.shape if narrow else None, deleted)
    key = (definition.name, _output_key(ctx, outputs), shape, ctx.rights.read_shape)
    request = ListRequest(definition, outputs, parsed.node, sorts, narrow, deleted)
    bound = binding(definition.name, shape, sorted(parsed.values.items()), ctx.actor.id)
    return _Listing(request, key, values, bound, parsed.guesses)


async def find(  # noqa: PLR0913 - what a list request may say (DESIGN 7)
    ctx: Ctx,
    object: str,
    *,
    filter: Any = None,
    sort: str | Sequence[str] | None = None,
    fields: Sequence[str] | None = None,
    limit: int = PAGE,
    cursor: str | None = None,
    count: str = "none",
    narrow: Narrow | None = None,
    deleted: bool = False,
) -> Page:
    """Return a page of what one may see, in keyset order; `count` is none, capped or exact."""
    definition = readable_object(ctx, object)
    if not 1 <= limit <= PAGE_LIMIT:
        message = "A page has from 1 to {limit} records."
        raise Invalid(
            errors=[FieldProblem("/limit", "out_of_range", message, {"limit": PAGE_LIMIT})]
        )
    outputs = output_paths(ctx, definition, fields, all_fields=False)
    sorts = sort_paths(ctx, definition, sort)
    listing = _listing(ctx, definition, filter, outputs, sorts, narrow, deleted=deleted)
    await count_guesses(ctx, definition.name, listing.guesses)
    items, following = await _page(ctx, listing, limit, cursor)
    counted = None if count == "none" else await _count(ctx, listing, exact=count == "exact")
    return Page(items, following, counted)


async def _page(
    ctx: Ctx, listing: _Listing, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    many = len(listing.request.sorts) > 1
    phase, keys = ("many" if many else "full"), None
    if cursor is not None:
        phase, keys = unseal(ctx.services.secret, listing.bound, cursor)
    shape, rows = await _rows(ctx, listing, phase, keys, limit + 1)
    found = [(phase, shape, row) for row in rows]
    sort_by = listing.request.sorts[0][0]
    if phase == "full" and len(found) <= limit and not never_empty(sort_by):
        shape, rows = await _rows(ctx, listing, "empty", None, limit + 1)
        found += [("empty", shape, row) for row in rows[: limit + 1 - len(found)]]
    items = [each.read(row) for _, each, row in found[:limit]]
    await name_references(ctx, shape.references, items, ctx.database.read)
    if len(found) <= limit:
        return items, None
    last_phase, last_shape, last_row = found[limit - 1]
    last_keys = list(last_row[last_shape.keys :])
    return items, seal(ctx.services.secret, listing.bound, last_phase, last_keys)


async def _rows(
    ctx: Ctx,
    listing: _Listing,
    phase: str,
    keys: Sequence[Any] | None,
    limit: int,
    fetch: Fetch | None = None,
) -> tuple[PageShape, Sequence[Any]]:
    after = keys is not None
    shape: PageShape = remember(
        ctx.registry,
        ("page", *listing.key, phase, after, limit),
        lambda: compile_page(
            ctx.registry,
            ctx.rights,
            ctx.database.dialect,
            listing.request,
            phase=phase,
            after=after,
            limit=limit,
        ),
    )
    values = dict(listing.values)
    if keys is not None:
        values["k_id"] = keys[-1]
        for index, key in enumerate(keys[:-1]):
            values[f"k_{index}"] = key
            values[f"n_{index}"] = key is None
    return shape, await (fetch or ctx.database.read)(shape.statement, values)


async def _count(ctx: Ctx, listing: _Listing, *, exact: bool) -> dict[str, Any]:
    request = listing.request
    name, _, shape, rights_shape = listing.key
    statement: Statement = remember(
        ctx.registry,
        ("count", name, shape[0], shape[2:], rights_shape, exact),
        lambda: compile_count(
            ctx.registry, ctx.rights, ctx.database.dialect, request, capped=not exact
        ),
    )
    rows = await ctx.database.read(statement, listing.values)
    number = int(rows[0][0])
    capped = not exact and number > COUNT_CAP
    return {"value": COUNT_CAP if capped else number, "capped": capped}


async def count(ctx: Ctx, object: str, *, filter: Any = None, narrow: Narrow | None = None) -> int:
    """Return exactly how many visible records meet the filter."""
    definition = readable_object(ctx, object)
    sorts = sort_paths(ctx, definition, None)
    listing = _listing(ctx, definition, filter, (), sorts, narrow, deleted=False)
    await count_guesses(ctx, definition.name, listing.guesses)
    counted = await _count(ctx, listing, exact=True)
    return int(counted["value"])


async def get(
    ctx: Ctx,
    object: str,
    id: str,
    fields: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return one record as JSON, or raise NotFound also for what may not be seen."""
    definition = readable_object(ctx, object)
    found = await get_many(ctx, definition, [id] if is_id(id) else [], fields)
    if not found:
        raise NotFound
    return found[0]


async def get_many(
    ctx: Ctx,
    definition: ObjectDef,
    ids: Sequence[str],
    fields: Sequence[str] | None = None,
    fetch: Fetch | None = None,
    *,
    deleted: bool = False,
) -> list[dict[str, Any]]:
    """Return the visible ones among `ids` as JSON, in no certain order; `fetch` is a transaction's
    when inside one. With `deleted` those in the recycle bin, and no others.
    """
    if not ids:
        return []
    fetch = fetch or ctx.database.read
    paths = output_paths(ctx, definition, fields, all_fields=True)
    one = len(ids) == 1
    key = ("get", definition.name, _output_key(ctx, paths), ctx.rights.read_shape, one, deleted)
    shape: PageShape = remember(
        ctx.registry,
        key,
        lambda: compile_get(
            ctx.registry,
            ctx.rights,
            ctx.database.dialect,
            definition,
            paths,
            one=one,
            deleted=deleted,
        ),
    )
    values = {**scope_values(ctx), "ids": list(ids), "id": ids[0]}
    rows = await fetch(shape.statement, values)
    items = [shape.read(row) for row in rows]
    await name_references(ctx, shape.references, items, fetch)
    return items


async def names_of(
    ctx: Ctx, name: str, ids: Sequence[str], fetch: Fetch | None = None
) -> dict[str, str]:
    """Return the names of an object's visible records, deleted ones among them."""
    definition = ctx.registry.get(name)
    if definition is None or ctx.rights.scope(name, "read").kind == "none":
        return {}
    items = await get_many(ctx, definition, ids, ["name"], fetch)
    gone = sorted(set(ids) - {item["id"] for item in items})
    items += await get_many(ctx, definition, gone, ["name"], fetch, deleted=True)
    return {item["id"]: item["name"] for item in items}


async def name_references(
    ctx: Ctx, keys: Sequence[str], items: Sequence[Mapping[str, Any]], fetch: Fetch
) -> None:
    """Fill the names of links to any object; what may not be seen keeps a null name."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for link in (link for item in items for key in keys for link in references_in(item.get(key))):
        found.setdefault(link["object"], {}).setdefault(link["id"], []).append(link)
    for name, links in found.items():
        for id_, text in (await names_of(ctx, name, sorted(links), fetch)).items():
            for link in links[id_]:
                link["name"] = text


def references_in(wire: Any) -> Iterator[dict[str, Any]]:
    """Return the links that a value holds: itself, or those of its lines."""
    if isinstance(wire, list):
        lines = (line for line in wire if isinstance(line, dict))
        cells = (cell for line in lines for cell in (line, *line.values()))
        yield from (cell for cell in cells if isinstance(cell, dict) and "object" in cell)
    elif wire:
        yield wire


async def find_ids(
    ctx: Ctx,
    definition: ObjectDef,
    tree: Any,
    *,
    narrow: Narrow | None = None,
    after: str | None = None,
    limit: int = PAGE_LIMIT,
    fetch: Fetch | None = None,
) -> list[tuple[str, int]]:
    """Return (id, version) of visible records that meet a filter, by id from `after` on."""
    sorts = ((Path((), definition, definition.fields["id"]), False),)
    outputs = output_paths(ctx, definition, ["id", "version"], all_fields=True)
    listing = _listing(ctx, definition, tree, outputs, sorts, narrow, deleted=False)
    # inside a transaction nobody asks but the product itself
    await count_guesses(ctx, definition.name, 0 if fetch else listing.guesses)
    keys = None if after is None else [after, after]
    shape, rows = await _rows(ctx, listing, "full", keys, limit, fetch)
    return [(item["id"], item["version"]) for item in map(shape.read, rows)]


async def visible_ids(ctx: Ctx, object: str, ids: Sequence[str], action: str = "read") -> set[str]:
    """Return which of `ids` the actor may read (or update, delete …), without deleted ones."""
    definition: ObjectDef = ctx.registry[object]

    def make() -> Statement:
        table = definition.table
        conditions = [
            InArray(table.c.id, "ids"),
            table.c.deleted_at.is_(None),
            *definition.where(table),
        ]
        allowed = predicate(ctx.rights, ctx.registry, definition, table, action)
        if allowed is not None:
            conditions.append(allowed)
        return compile_statement(sa.select(table.c.id).where(*conditions), ctx.database.dialect)

    shape = (ctx.rights.read_shape, ctx.rights.scope(definition.name, action).kind)
    statement = remember(ctx.registry, ("visible", definition.name, action, shape), make)
    rows = await ctx.database.read(statement, {**scope_values(ctx), "ids": list(ids)})
    return {row[0] for row in rows}
